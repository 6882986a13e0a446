"""The digests of past days, decided anew for a profile that asks for something else. Pure decisions from the record.

A replay tells what would have been shown if the profile had been as it is given from the first of the days on. It knows
what was recorded and no more: a paper that nobody judged then stays without a verdict. Papers that were shown before
the first of the days, or on a later one by a digest that was made sooner, stay out, as they did then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.domain.paper import AnnounceType
from bot.domain.profile import Profile
from bot.domain.receipt import Fate
from bot.domain.recorded import RecordedDay, RecordedPaper
from bot.domain.selection import NOT_NEAR, Candidate, Placing, place
from bot.domain.verdict import Score

# The fates of papers that were judged.
_JUDGED = frozenset({Fate.BELOW_CUTOFF, Fate.OVER_CAP, Fate.SHOWN})
_ASKED = _JUDGED | {Fate.FAILED}


@dataclass(frozen=True, slots=True)
class Known:
    """One paper that was announced on one day, and all that decides on it there.

    score: None where this version was never judged. nearness: to the topics, 0.0-1.0. followed: the author whom the
    profile follows, or empty. muted: the muted words that it holds, or empty. failed: the judge was asked that day, in
    vain. elsewhere: another digest than those of the record showed it, so none of these does.
    """

    arxiv_id: str
    version: int
    how: AnnounceType
    score: Score | None = None
    nearness: float = 0.0
    followed: str = ""
    muted: str = ""
    failed: bool = False
    elsewhere: bool = False

    @property
    def candidate(self) -> Candidate | None:
        """What competes for a place, if it was judged."""
        if self.score is None or self.failed:
            return None
        return Candidate(self.arxiv_id, self.how, self.score, self.nearness, bool(self.followed))


@dataclass(frozen=True)
class KnownDay:
    """papers: all that were announced, each once, in listing order."""

    day: date
    papers: tuple[Known, ...]


@dataclass(frozen=True)
class Replayed:
    """What one digest would have been. papers: all that were announced, by arXiv id, in listing order. fates: what
    becomes of each; for one that nobody judged, as if the judge had failed."""

    day: date
    papers: Mapping[str, Known]
    fates: Mapping[str, Fate]
    placing: Placing

    @cached_property
    def shown(self) -> Mapping[str, Candidate]:
        """By arXiv id, best first: those of the topic sections, then those under Hot."""
        below = (*self.placing.over_cap, *self.placing.muted, *self.placing.below)
        hot = (one for one in below if one.arxiv_id in self.placing.hot)
        return {one.arxiv_id: one for one in (*self.placing.relevant, *hot)}

    @cached_property
    def asked(self) -> tuple[Known, ...]:
        """The papers that the judge is asked about."""
        return tuple(one for one in self.papers.values() if self.fates[one.arxiv_id] in _ASKED)

    @property
    def unknown(self) -> tuple[Known, ...]:
        """Papers that the judge would have been asked about, and never was."""
        return tuple(one for one in self.asked if one.score is None and not one.failed)


def learned(days: Sequence[RecordedDay]) -> tuple[KnownDay, ...]:
    """What the records, oldest first, tell together. A paper that a digest did not look at, because an earlier one had
    shown it, is known from there."""
    judged = [one for day in days for one in day.papers if one.fate in _JUDGED]
    memory = _Memory({(one.arxiv_id, one.version): one.score for one in judged}, {one.arxiv_id: one for one in judged})
    shown: set[str] = set()
    known = []
    for day in days:
        known.append(KnownDay(day.day, tuple(memory.known(one, shown) for one in day.papers)))
        shown |= {one.arxiv_id for one in day.papers if one.fate is Fate.SHOWN}
    return tuple(known)


def replay(days: Sequence[KnownDay], profile: Profile) -> tuple[Replayed, ...]:
    """Decide on every paper of the days, oldest first: a paper that one of them shows is not shown again.

    Of the profile count the announce types, the shortlist's limit, the cutoffs and the muted topics; whom it follows,
    which words it mutes and what it reads is in the days.
    """
    shown: set[str] = set()
    replayed = []
    for day in days:
        one = _replayed(day, profile, shown)
        shown |= one.shown.keys()
        replayed.append(one)
    return tuple(replayed)


@dataclass(frozen=True)
class _Memory:
    """What all days together know of papers. scores: by id and version. judged: arXiv id -> its last record as one that
    was judged."""

    scores: Mapping[tuple[str, int], Score | None]
    judged: Mapping[str, RecordedPaper]

    def known(self, one: RecordedPaper, shown: set[str]) -> Known:
        """shown: by the days before."""
        looked_at = one if one.fate in _JUDGED else self.judged.get(one.arxiv_id, one)
        return Known(
            one.arxiv_id,
            one.version,
            one.how,
            one.score or self.scores.get((one.arxiv_id, one.version)),
            nearness=one.nearness or looked_at.nearness,
            followed=one.followed or looked_at.followed,
            muted=muted_words(one),
            failed=one.fate is Fate.FAILED,
            elsewhere=one.fate is Fate.SEEN_BEFORE and one.arxiv_id not in shown,
        )


def muted_words(one: RecordedPaper) -> str:
    """Those for which the shortlist left it, with commas between; select() writes them at the end of the reason."""
    if one.fate is not Fate.LEFT_BY_SHORTLIST or NOT_NEAR in one.reason:
        return ""
    return one.reason.split(": ", 2)[-1]


def _replayed(day: KnownDay, profile: Profile, shown: set[str]) -> Replayed:
    fates: dict[str, Fate] = {}
    fresh = []
    for one in day.papers:
        if one.how not in profile.announce_types:
            fates[one.arxiv_id] = Fate.OTHER_TYPE
        elif one.elsewhere or one.arxiv_id in shown:
            fates[one.arxiv_id] = Fate.SEEN_BEFORE
        else:
            fates[one.arxiv_id] = Fate.LEFT_BY_SHORTLIST
            fresh.append(one)
    asked = _kept(fresh, profile)
    placing = place([candidate for one in asked if (candidate := one.candidate)], profile)
    fates |= {one.arxiv_id: Fate.FAILED for one in asked}
    fates |= {one.arxiv_id: Fate.OVER_CAP for one in placing.over_cap}
    fates |= {one.arxiv_id: Fate.BELOW_CUTOFF for one in (*placing.muted, *placing.below)}
    fates |= {one.arxiv_id: Fate.SHOWN for one in placing.relevant}
    fates |= dict.fromkeys(placing.hot, Fate.SHOWN)
    return Replayed(day.day, {one.arxiv_id: one for one in day.papers}, fates, placing)


def _kept(fresh: Sequence[Known], profile: Profile) -> tuple[Known, ...]:
    """What the shortlist keeps: see bot/ranking/shortlist.py."""
    others = [one for one in fresh if not one.followed and not one.muted]
    if profile.shortlist_limit is not None:
        others = sorted(others, key=lambda one: -one.nearness)[: profile.shortlist_limit]  # stable, as there
    kept = {one.arxiv_id for one in others}
    return tuple(one for one in fresh if one.followed or one.arxiv_id in kept)
