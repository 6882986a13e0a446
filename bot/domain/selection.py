"""Which papers enter the digest, in which order, and why each one did or did not. Pure decisions, no rendering."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

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

    @cached_property
    def ids(self) -> frozenset[str]:
        """arXiv ids of the kept papers."""
        return frozenset(entry.paper.arxiv_id for entry in self.kept)


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

    Above the cutoffs: ordered by `merit`, the first `cap` are shown. Of the others, first those over the cap and then
    those below the cutoffs, papers with a hot tag compete for the places of their tag; a paper with both tags takes a
    daily_hot place first.
    """
    cutoffs, verdicts = profile.cutoffs, judging.verdicts
    choices = {
        entry.paper.arxiv_id: choice
        for entry in listing
        if (choice := _without_verdict(entry, profile, shown_before, shortlisted, judging))
    }
    judged = sorted(
        (entry for entry in listing if entry.paper.arxiv_id not in choices),
        key=lambda entry: merit(entry, verdicts[entry.paper.arxiv_id], shortlisted.nearness),
    )
    above = [entry for entry in judged if passes(verdicts[entry.paper.arxiv_id], cutoffs)]
    below = [entry for entry in judged if not passes(verdicts[entry.paper.arxiv_id], cutoffs)]
    others = (*above[cutoffs.cap :], *below)
    places = _hot_places(others, verdicts, cutoffs)
    relevant = tuple(_relevant(entry, verdicts[entry.paper.arxiv_id], cutoffs) for entry in above[: cutoffs.cap])
    rest = [_other(e, verdicts[e.paper.arxiv_id], cutoffs, places.get(e.paper.arxiv_id)) for e in others]
    choices |= {choice.announcement.paper.arxiv_id: choice for choice in (*relevant, *rest)}
    return Selection(
        tuple(choices[entry.paper.arxiv_id] for entry in listing),
        relevant=relevant,
        hot=tuple(choice for choice in rest if choice.fate is Fate.SHOWN),
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


def _without_verdict(
    entry: Announcement,
    profile: Profile,
    shown_before: frozenset[str],
    shortlisted: Shortlisted,
    judging: Judging,
) -> Choice | None:
    """The fate of a paper that the judge was not asked about, or gave no answer on; None for one that was judged."""
    arxiv_id = entry.paper.arxiv_id
    if entry.how not in profile.announce_types:
        return Choice(entry, Fate.OTHER_TYPE, f"announced as {entry.how}, which this profile does not read")
    if arxiv_id in shown_before:
        return Choice(entry, Fate.SEEN_BEFORE, "shown in an earlier digest")
    if arxiv_id not in shortlisted.ids:
        return Choice(entry, Fate.LEFT_BY_SHORTLIST, "left by the shortlist: others are nearer to the topics")
    if arxiv_id not in judging.verdicts:
        return Choice(entry, Fate.FAILED, judging.unjudged.get(arxiv_id, "the judge gave no answer"))
    return None


def _relevant(entry: Announcement, verdict: Verdict, cutoffs: Cutoffs) -> Choice:
    """The choice on a paper above the cutoffs and within the cap."""
    return Choice(entry, Fate.SHOWN, f"{_scores(verdict)}: above the cutoffs ({_needed(verdict, cutoffs)})", verdict)


def _other(entry: Announcement, verdict: Verdict, cutoffs: Cutoffs, hot: HotTag | None) -> Choice:
    """The choice on a paper over the cap or below the cutoffs. hot: the tag that has a place for it, if any."""
    fate, where = Fate.BELOW_CUTOFF, f"below the cutoffs ({_needed(verdict, cutoffs)})"
    if passes(verdict, cutoffs):
        fate, where = Fate.OVER_CAP, f"above the cutoffs, but {cutoffs.cap} better ones fill the cap"
    if hot:
        fate, where = Fate.SHOWN, f"{where}, shown as {hot}"
    return Choice(entry, fate, f"{_scores(verdict)}: {where}", verdict, missing_points(verdict, cutoffs))


def _hot_places(
    others: Sequence[Announcement], verdicts: Mapping[str, Verdict], cutoffs: Cutoffs
) -> Mapping[str, HotTag]:
    """Which papers of no section, best first, get a place under Hot, and for which tag."""
    free = {HotTag.DAILY_HOT: cutoffs.daily_hot, HotTag.NEW_FRONTIER: cutoffs.new_frontier}
    places: dict[str, HotTag] = {}
    for entry in others:
        tags = verdicts[entry.paper.arxiv_id].hot_tags
        if tag := next((tag for tag in HotTag if tag in tags and free[tag]), None):
            places[entry.paper.arxiv_id] = tag
            free[tag] -= 1
    return places


def _scores(verdict: Verdict) -> str:
    return f"relevance {verdict.relevance}" + (f", novelty {verdict.novelty}" if verdict.novelty is not None else "")


def _needed(verdict: Verdict, cutoffs: Cutoffs) -> str:
    return f"relevance {cutoffs.relevance}" + (f", novelty {cutoffs.novelty}" if verdict.novelty is not None else "")
