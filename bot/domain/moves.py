"""Which papers come and go between two replays of the same days, and why, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.profile import Profile
from bot.domain.receipt import Fate
from bot.domain.replay import Replayed
from bot.domain.selection import NOT_NEAR, Candidate, in_muted_topics, merit, passes, scores
from bot.domain.verdict import Score

_NOT_JUDGED = {
    Fate.OTHER_TYPE: "announced in a way that would not be read",
    Fate.SEEN_BEFORE: "shown on another day",
    Fate.FAILED: "it would have to be judged first",
}


@dataclass(frozen=True)
class Move:
    """A paper that one of two replays shows, on `day`, and the other does not."""

    day: date
    candidate: Candidate
    why: str

    @property
    def arxiv_id(self) -> str:
        """Of the paper."""
        return self.candidate.arxiv_id


@dataclass(frozen=True)
class Reader:
    """A profile, and what the days were to it. estimated: its scores are estimates, so nobody is told them."""

    profile: Profile
    replayed: Sequence[Replayed]
    estimated: bool = False


def come(then: Reader, now: Reader) -> tuple[Move, ...]:
    """Papers that are shown now, on any of the days, and were not; best first."""
    moves = (Move(one.day, candidate, _why_shown(candidate, one, now)) for one, candidate in _only(now, then))
    return tuple(sorted(moves, key=lambda move: merit(move.candidate)))


def go(then: Reader, now: Reader) -> tuple[Move, ...]:
    """Papers that were shown and are not any more; best first."""
    days = {one.day: one for one in now.replayed}
    moves = (Move(one.day, candidate, _why_gone(candidate, days[one.day], now)) for one, candidate in _only(then, now))
    return tuple(sorted(moves, key=lambda move: merit(move.candidate)))


def _only(one: Reader, other: Reader) -> Iterator[tuple[Replayed, Candidate]]:
    """What the one is shown and the other is not."""
    known = {arxiv_id for day in other.replayed for arxiv_id in day.shown}
    for day in one.replayed:
        for arxiv_id, candidate in day.shown.items():
            if arxiv_id not in known:
                yield day, candidate


def _why_shown(one: Candidate, day: Replayed, reader: Reader) -> str:
    if one.followed:
        return f"by {day.papers[one.arxiv_id].followed}, whom you follow"
    told = f"near to {_topic(one.score, reader.profile)}" if reader.estimated else scores(one.score)
    tag = day.placing.hot.get(one.arxiv_id)
    return f"{told}, shown as {tag.replace('_', ' ')}" if tag else told


def _why_gone(one: Candidate, day: Replayed, reader: Reader) -> str:
    """day: as it is now."""
    known = day.papers.get(one.arxiv_id)
    if known is None:
        return "in none of the categories that are left"
    fate, score = day.fates[one.arxiv_id], known.score or one.score
    if fate is Fate.LEFT_BY_SHORTLIST:
        return f"holds muted words: {known.muted}" if known.muted else f"left by the shortlist: {NOT_NEAR}"
    if fate is Fate.OVER_CAP:
        return "over the cap" if reader.estimated else f"{scores(score)}: over the cap"
    return _why_below(one, score, reader) if fate is Fate.BELOW_CUTOFF else _NOT_JUDGED[fate]


def _why_below(one: Candidate, score: Score, reader: Reader) -> str:
    profile = reader.profile
    if passes(score, profile.cutoffs) and in_muted_topics(score, profile.muted_topics):
        return f"its topic, {_topic(score, profile)}, is muted"
    if not reader.estimated:
        return f"{scores(score)}: below the cutoffs"
    gone = _topics(one.score) and not any(profile.topic(topic) for topic in _topics(one.score))
    return "its topic is gone" if gone else "not near enough to the topics any more"


def _topics(score: Score) -> tuple[str, ...]:
    return tuple(one for one in (score.primary_topic, *score.matched_topics) if one)


def _topic(score: Score, profile: Profile) -> str:
    names = [topic.name for one in _topics(score) if (topic := profile.topic(one))]
    return names[0] if names else "the topics"
