"""Which papers enter the digest, in which order, and why each one did or did not. Pure decisions, no rendering."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.paper import Announcement, AnnounceType
from bot.domain.profile import Cutoffs, Profile
from bot.domain.receipt import Fate
from bot.domain.verdict import HotTag, Judging, Verdict


@dataclass(frozen=True)
class Shortlisted:
    """What the shortlist decided: the papers for the judge, and each paper's nearness to the topics.

    nearness: arXiv id -> similarity of the text to its nearest topic, 0.0-1.0; breaks ties between equal scores.
    """

    kept: tuple[Announcement, ...]
    nearness: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """What became of one announced paper, with the reason in words.

    lacking: points missing to the cutoffs, both axes together; 0 for a paper above them or not judged.
    """

    announcement: Announcement
    fate: Fate
    reason: str
    verdict: Verdict | None = None
    lacking: int = 0


@dataclass(frozen=True)
class Selection:
    """The choices of one listing.

    relevant: shown in a topic section, best first. hot: shown in full under Hot although below the cutoffs, best
    first. choices: one for every announced paper, in listing order.
    """

    choices: tuple[Choice, ...]
    relevant: tuple[Choice, ...]
    hot: tuple[Choice, ...]


def of_types(announcements: Iterable[Announcement], types: Sequence[AnnounceType]) -> tuple[Announcement, ...]:
    """Those announced in one of the given ways."""
    return tuple(entry for entry in announcements if entry.how in types)


def drop_seen(announcements: Iterable[Announcement], shown_before: frozenset[str]) -> tuple[Announcement, ...]:
    """Those that the profile was not shown on another day."""
    return tuple(entry for entry in announcements if entry.paper.arxiv_id not in shown_before)


def select(
    listing: Sequence[Announcement],
    profile: Profile,
    shown_before: frozenset[str],
    shortlisted: Shortlisted,
    judging: Judging,
) -> Selection:
    """Give every announced paper its one fate. `listing` holds each paper once.

    Above the cutoffs: ordered by `merit`, the first `cap` are shown. Below them: papers with a hot tag compete, in the
    same order, for the places of their tag; a paper with both tags takes a daily_hot place first.
    """
    readable = {entry.paper.arxiv_id for entry in drop_seen(of_types(listing, profile.announce_types), shown_before)}
    kept = {entry.paper.arxiv_id for entry in shortlisted.kept} & readable
    judged = sorted(
        (entry for entry in listing if entry.paper.arxiv_id in kept and entry.paper.arxiv_id in judging.verdicts),
        key=lambda entry: merit(entry, judging.verdicts[entry.paper.arxiv_id], shortlisted.nearness),
    )
    above = [e.paper.arxiv_id for e in judged if passes(judging.verdicts[e.paper.arxiv_id], profile.cutoffs)]
    below = [e.paper.arxiv_id for e in judged if not passes(judging.verdicts[e.paper.arxiv_id], profile.cutoffs)]
    places = _hot_places(below, judging.verdicts, profile.cutoffs)

    def choose(entry: Announcement) -> Choice:
        arxiv_id = entry.paper.arxiv_id
        if entry.how not in profile.announce_types:
            return Choice(entry, Fate.OTHER_TYPE, f"announced as {entry.how}, which this profile does not read")
        if arxiv_id in shown_before:
            return Choice(entry, Fate.SEEN_BEFORE, "shown in an earlier digest")
        if arxiv_id not in kept:
            return Choice(entry, Fate.LEFT_BY_SHORTLIST, "left by the shortlist: others are nearer to the topics")
        if arxiv_id not in judging.verdicts:
            return Choice(entry, Fate.FAILED, judging.unjudged.get(arxiv_id, "the judge gave no answer"))
        rank = above.index(arxiv_id) + 1 if arxiv_id in above else None
        return _judged(entry, judging.verdicts[arxiv_id], profile.cutoffs, rank, places.get(arxiv_id))

    choices = tuple(choose(entry) for entry in listing)
    by_id = {choice.announcement.paper.arxiv_id: choice for choice in choices}
    return Selection(
        choices,
        relevant=tuple(by_id[arxiv_id] for arxiv_id in above[: profile.cutoffs.cap]),
        hot=tuple(by_id[arxiv_id] for arxiv_id in below if arxiv_id in places),
    )


def passes(verdict: Verdict, cutoffs: Cutoffs) -> bool:
    """Whether both scores reach their cutoffs; a novelty that nobody judged (None) does not count against a paper."""
    return missing_points(verdict, cutoffs) == 0


def missing_points(verdict: Verdict, cutoffs: Cutoffs) -> int:
    """Points that relevance and novelty together lack to their cutoffs; 0 for a paper above them."""
    novelty = cutoffs.novelty if verdict.novelty is None else verdict.novelty
    return max(0, cutoffs.relevance - verdict.relevance) + max(0, cutoffs.novelty - novelty)


def merit(entry: Announcement, verdict: Verdict, nearness: Mapping[str, float]) -> tuple[int, int, float, int, str]:
    """Sort key, best first: relevance, then novelty, then nearness to the topics, then how it was announced, then id.

    Scores alone leave most papers of a day tied (three score pairs cover three quarters of them), hence the nearness.
    """
    arxiv_id = entry.paper.arxiv_id
    return (-verdict.relevance, -(verdict.novelty or 0), -nearness.get(arxiv_id, 0.0), entry.how.precedence, arxiv_id)


def nearest_misses(selection: Selection, count: int = 3) -> tuple[Choice, ...]:
    """The papers below the cutoffs that lack the fewest points, at most `count`; listing order breaks ties."""
    misses = [choice for choice in selection.choices if choice.fate is Fate.BELOW_CUTOFF]
    return tuple(sorted(misses, key=lambda choice: choice.lacking)[:count])


def _hot_places(below: Sequence[str], verdicts: Mapping[str, Verdict], cutoffs: Cutoffs) -> dict[str, HotTag]:
    """Which papers below the cutoffs get a place under Hot, and for which tag."""
    free = {HotTag.DAILY_HOT: cutoffs.daily_hot, HotTag.NEW_FRONTIER: cutoffs.new_frontier}
    places: dict[str, HotTag] = {}
    for arxiv_id in below:
        tag = next((tag for tag in HotTag if tag in verdicts[arxiv_id].hot_tags and free[tag]), None)
        if tag:
            places[arxiv_id] = tag
            free[tag] -= 1
    return places


def _judged(entry: Announcement, verdict: Verdict, cutoffs: Cutoffs, rank: int | None, hot: HotTag | None) -> Choice:
    scores = f"relevance {verdict.relevance}" + (f", novelty {verdict.novelty}" if verdict.novelty is not None else "")
    needed = f"relevance {cutoffs.relevance}" + (f", novelty {cutoffs.novelty}" if verdict.novelty is not None else "")
    if rank is not None and rank <= cutoffs.cap:
        return Choice(entry, Fate.SHOWN, f"{scores}: above the cutoffs ({needed})", verdict)
    if rank is not None:
        return Choice(
            entry, Fate.OVER_CAP, f"{scores}: above the cutoffs, but {rank}th where {cutoffs.cap} fit", verdict
        )
    lacking = missing_points(verdict, cutoffs)
    if hot:
        return Choice(entry, Fate.SHOWN, f"{scores}: below the cutoffs ({needed}), shown as {hot}", verdict, lacking)
    return Choice(entry, Fate.BELOW_CUTOFF, f"{scores}: below the cutoffs ({needed})", verdict, lacking)
