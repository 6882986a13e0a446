"""Which papers enter the digest, in which order, and why each one did or did not. Pure decisions, no rendering."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.domain.paper import Announcement, AnnounceType
from bot.domain.profile import Cutoffs, Profile
from bot.domain.receipt import Fate
from bot.domain.verdict import HotTag, Judging, Score, Verdict

NOT_NEAR = "others are nearer to the topics"


@dataclass(frozen=True)
class Shortlisted:
    """What the shortlist decided: the papers for the judge, and each paper's nearness to the topics.

    nearness: arXiv id -> similarity of the text to its nearest topic, 0.0-1.0; breaks ties between equal scores.
    followed: arXiv id -> the author of it whom the profile follows. muted: arXiv id -> the muted words it holds.
    """

    kept: tuple[Announcement, ...]
    nearness: Mapping[str, float] = field(default_factory=dict)
    followed: Mapping[str, str] = field(default_factory=dict)
    muted: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def ids(self) -> frozenset[str]:
        """arXiv ids of the kept papers."""
        return frozenset(entry.paper.arxiv_id for entry in self.kept)


@dataclass(frozen=True)
class Choice:
    """What became of one announced paper, with the reason in words.

    lacking: points missing to the cutoffs, both axes together; 0 for a paper above them or not judged. nearness,
    followed: see Shortlisted. muted: the muted words that it holds, or the name of its muted topic.
    """

    announcement: Announcement
    fate: Fate
    reason: str
    verdict: Verdict | None = None
    lacking: int = 0
    nearness: float = 0.0
    followed: str = ""
    muted: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A judged paper that competes for a place. followed: by an author whom the profile follows."""

    arxiv_id: str
    how: AnnounceType
    score: Score
    nearness: float = 0.0
    followed: bool = False


@dataclass(frozen=True)
class Placing:
    """Where the candidates stand: each is in exactly one of the first four, each of which is best first.

    relevant: in a topic section. over_cap: above the cutoffs, but others fill the cap. muted: above the cutoffs, but
    only in topics that are muted. below: below the cutoffs. hot: of the last three, those shown in full under Hot.
    """

    relevant: tuple[Candidate, ...]
    over_cap: tuple[Candidate, ...]
    muted: tuple[Candidate, ...]
    below: tuple[Candidate, ...]
    hot: Mapping[str, HotTag]


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

    A paper above the cutoffs, and any paper of a followed author, has a place; see `place`.
    """
    verdicts = judging.verdicts
    choices = {
        entry.paper.arxiv_id: choice
        for entry in listing
        if (choice := _without_verdict(entry, profile, shown_before, shortlisted, judging))
    }
    judged = {entry.paper.arxiv_id: entry for entry in listing if entry.paper.arxiv_id not in choices}
    candidates = [
        Candidate(
            arxiv_id,
            entry.how,
            verdicts[arxiv_id].score,
            shortlisted.nearness.get(arxiv_id, 0.0),
            arxiv_id in shortlisted.followed,
        )
        for arxiv_id, entry in judged.items()
    ]
    placing = place(candidates, profile)
    told = _Told(judged, verdicts, shortlisted, profile)
    relevant = tuple(map(told.relevant, placing.relevant))
    rest = (*map(told.over_cap, placing.over_cap), *map(told.muted, placing.muted), *map(told.below, placing.below))
    rest = tuple(told.hot(one, placing.hot.get(one.announcement.paper.arxiv_id)) for one in rest)
    choices |= {choice.announcement.paper.arxiv_id: choice for choice in (*relevant, *rest)}
    return Selection(
        tuple(choices[entry.paper.arxiv_id] for entry in listing),
        relevant=relevant,
        hot=tuple(choice for choice in rest if choice.fate is Fate.SHOWN),
    )


def place(candidates: Iterable[Candidate], profile: Profile) -> Placing:
    """Give every judged paper its place. Of the profile, only cutoffs and muted topics count.

    Papers of followed authors always have one, and take none of the cap. Of the others above the cutoffs, ordered by
    `merit`, the first `cap` have one. Then those over the cap, those in muted topics, and those below the cutoffs, in
    this order, compete for the places of their hot tags; a paper with both tags takes a daily_hot place first.
    """
    cutoffs, muted_topics = profile.cutoffs, profile.muted_topics
    ordered = sorted(candidates, key=merit)
    above = [one for one in ordered if one.followed or passes(one.score, cutoffs)]
    heard = [one for one in above if one.followed or not in_muted_topics(one.score, muted_topics)]
    muted = tuple(one for one in above if not one.followed and in_muted_topics(one.score, muted_topics))
    relevant: list[Candidate] = []
    over_cap: list[Candidate] = []
    free = cutoffs.cap
    for one in heard:
        if one.followed or free:
            relevant.append(one)
            free -= not one.followed
        else:
            over_cap.append(one)
    below = tuple(one for one in ordered if not one.followed and not passes(one.score, cutoffs))
    hot = _hot_places((*over_cap, *muted, *below), cutoffs)
    return Placing(tuple(relevant), tuple(over_cap), muted, below, hot)


def passes(score: Score, cutoffs: Cutoffs) -> bool:
    """Whether both scores reach their cutoffs; a novelty that nobody judged (None) does not count against a paper."""
    return missing_points(score, cutoffs) == 0


def missing_points(score: Score, cutoffs: Cutoffs) -> int:
    """Points that relevance and novelty together lack to their cutoffs; 0 for a paper above them."""
    novelty = cutoffs.novelty if score.novelty is None else score.novelty
    return max(0, cutoffs.relevance - score.relevance) + max(0, cutoffs.novelty - novelty)


def in_muted_topics(score: Score, muted: Collection[str]) -> bool:
    """Whether a topic of the paper is muted, and no other of its topics is not."""
    topics = [one for one in (score.primary_topic, *score.matched_topics) if one]
    return bool(topics) and all(one in muted for one in topics)


def scores(score: Score) -> str:
    """In words: relevance 7, novelty 9."""
    return f"relevance {score.relevance}" + (f", novelty {score.novelty}" if score.novelty is not None else "")


def merit(one: Candidate) -> tuple[int, int, float, int, str]:
    """Sort key, best first: relevance, then novelty, then nearness to the topics, then how it was announced, then id.

    Scores alone leave most papers of a day tied (three score pairs cover three quarters of them), hence the nearness.
    """
    return (-one.score.relevance, -(one.score.novelty or 0), -one.nearness, one.how.precedence, one.arxiv_id)


def nearest_misses(selection: Selection, count: int = 3) -> tuple[Choice, ...]:
    """The papers below the cutoffs that lack the fewest points, at most `count`; listing order breaks ties.

    What the reader muted is none of them.
    """
    misses = [choice for choice in selection.choices if choice.fate is Fate.BELOW_CUTOFF and not choice.muted]
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
    nearness = shortlisted.nearness.get(arxiv_id, 0.0)
    if entry.how not in profile.announce_types:
        return Choice(entry, Fate.OTHER_TYPE, f"announced as {entry.how}, which this profile does not read")
    if arxiv_id in shown_before:
        return Choice(entry, Fate.SEEN_BEFORE, "shown in an earlier digest")
    if arxiv_id not in shortlisted.ids:
        muted = shortlisted.muted.get(arxiv_id, "")  # bot/domain/replay.py reads them at the end of the reason
        why = f"left by the shortlist: {f'holds muted words: {muted}' if muted else NOT_NEAR}"
        return Choice(entry, Fate.LEFT_BY_SHORTLIST, why, nearness=nearness, muted=muted)
    if arxiv_id not in judging.verdicts:
        why = judging.unjudged.get(arxiv_id, "the judge gave no answer")
        return Choice(entry, Fate.FAILED, why, nearness=nearness, followed=shortlisted.followed.get(arxiv_id, ""))
    return None


@dataclass(frozen=True)
class _Told:
    """Turns places into choices: what became of a paper, and why, in words."""

    entries: Mapping[str, Announcement]
    verdicts: Mapping[str, Verdict]
    shortlisted: Shortlisted
    profile: Profile

    def relevant(self, one: Candidate) -> Choice:
        """In a topic section."""
        if one.followed:
            return self._choice(one, Fate.SHOWN, f"by {self.shortlisted.followed[one.arxiv_id]}, whom you follow")
        return self._choice(one, Fate.SHOWN, f"above the cutoffs ({self._needed(one)})")

    def over_cap(self, one: Candidate) -> Choice:
        """Above the cutoffs, without a place."""
        better = f"{self.profile.cutoffs.cap} better ones fill the cap"
        return self._choice(one, Fate.OVER_CAP, f"above the cutoffs, but {better}")

    def muted(self, one: Candidate) -> Choice:
        """Above the cutoffs, in muted topics only."""
        return self._choice(one, Fate.BELOW_CUTOFF, f"its topic, {self._muted_topic(one)}, is muted")

    def below(self, one: Candidate) -> Choice:
        """Below the cutoffs."""
        choice = self._choice(one, Fate.BELOW_CUTOFF, f"below the cutoffs ({self._needed(one)})")
        return replace(choice, lacking=missing_points(one.score, self.profile.cutoffs))

    def hot(self, choice: Choice, tag: HotTag | None) -> Choice:
        """The choice on a paper of no section, shown after all if its tag has a place for it."""
        return replace(choice, fate=Fate.SHOWN, reason=f"{choice.reason}, shown as {tag}") if tag else choice

    def _choice(self, one: Candidate, fate: Fate, where: str) -> Choice:
        arxiv_id = one.arxiv_id
        return Choice(
            self.entries[arxiv_id],
            fate,
            f"{scores(one.score)}: {where}",
            self.verdicts[arxiv_id],
            nearness=one.nearness,
            followed=self.shortlisted.followed.get(arxiv_id, ""),
            muted=self._muted_topic(one),
        )

    def _muted_topic(self, one: Candidate) -> str:
        """The name of the topic for whose sake it is not shown; empty where there is none."""
        if one.followed or not in_muted_topics(one.score, self.profile.muted_topics):
            return ""
        primary = one.score.primary_topic or one.score.matched_topics[0]
        topic = self.profile.topic(primary)
        return topic.name if topic else primary

    def _needed(self, one: Candidate) -> str:
        cutoffs = self.profile.cutoffs
        novelty = f", novelty {cutoffs.novelty}" if one.score.novelty is not None else ""
        return f"relevance {cutoffs.relevance}{novelty}"


def _hot_places(others: Sequence[Candidate], cutoffs: Cutoffs) -> Mapping[str, HotTag]:
    """Which papers of no section, best first, get a place under Hot, and for which tag."""
    free = {HotTag.DAILY_HOT: cutoffs.daily_hot, HotTag.NEW_FRONTIER: cutoffs.new_frontier}
    places: dict[str, HotTag] = {}
    for one in others:
        if tag := next((tag for tag in HotTag if tag in one.score.hot_tags and free[tag]), None):
            places[one.arxiv_id] = tag
            free[tag] -= 1
    return places
