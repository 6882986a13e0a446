"""What other topics would make of papers that a judge has read, told from their words alone.

A language model cannot be asked again for nothing, so its relevance is moved by what the local ranker sees: how near a
paper's words are to each topic (TopicFeatures). Nearness is turned into relevance by rank: as many papers of the days
reach a nearness that stands for relevance 8 as the judge gave relevance 8 or more. Then

- a paper of topics that stay as they are keeps its relevance;
- one of a changed topic moves by the change of its nearness to it;
- one of removed topics alone loses its relevance;
- any paper that is near enough to an added topic, or comes near enough to a changed one, rises to that relevance.

Novelty and hot tags do not depend on topics and stay. The offline judge's verdicts are nothing but nearness: they are
not estimated but made anew, as it would make them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.replay import Known
from bot.domain.topic import Topic
from bot.domain.verdict import Score
from bot.ranking.features import TopicFeatures
from bot.ranking.offline import offline_score

LOWEST, HIGHEST = 1, 10


class Scale:
    """Turns nearness into relevance, such that the papers it learned from get as many of each as they have."""

    def __init__(self, nearness: Iterable[float], relevance: Iterable[int]) -> None:
        """nearness, relevance: of the same papers, in any order."""
        ranked, given = sorted(nearness, reverse=True), list(relevance)
        reached = (sum(one >= level for one in given) for level in range(LOWEST + 1, HIGHEST + 1))
        # Nothing is near that shares no word with a topic, however many papers the judge found relevant.
        self._steps = [max(ranked[count - 1], 1e-9) if count else float("inf") for count in reached]

    def relevance(self, nearness: float) -> int:
        """1-10."""
        return LOWEST + bisect_right(self._steps, nearness)


class MadeAnew:
    """What the offline judge says under a profile, to the letter."""

    def __init__(self, profile: Profile, papers: Sequence[Paper]) -> None:
        """papers: all that will be asked about."""
        scores = TopicFeatures(profile).scores(papers) if papers else ()
        rows = zip(papers, scores, strict=True)
        self._said = {paper.arxiv_id: (offline_score(row, profile), _clipped(row.max())) for paper, row in rows}

    def of(self, one: Known) -> Known:
        """The paper with its score and nearness; as it is where it is not among the papers."""
        if one.arxiv_id not in self._said:
            return one
        score, nearness = self._said[one.arxiv_id]
        return replace(one, score=score, nearness=nearness)


class Estimate:
    """What a judge would say under `after`, who said something under `before`."""

    def __init__(self, before: Profile, after: Profile, papers: Sequence[Paper], judged: Mapping[str, Score]) -> None:
        """papers: all that will be asked about. judged: arXiv id -> what the judge said of some of them."""
        self._topics = _Topics(before, after)
        self._rows = self._topics.nearness(papers) if papers else {}
        known = [(self._rows[one], score) for one, score in judged.items() if one in self._rows]
        alone = list(_alone(known, before)) if self._topics.added else []
        self._for_added = Scale((one.nearness for one in alone), (one.relevance for one in alone))
        nearest = [row.then for row, _ in known]
        self._scale = Scale(nearest, (score.relevance for _, score in known))
        self._shown = Scale(nearest, (_within_reach(score, before) for _, score in known))

    def of(self, one: Known) -> Known:
        """The paper with its score and nearness moved; as it is where it is not among the papers."""
        row = self._rows.get(one.arxiv_id)
        if row is None:
            return one
        if one.score is None:
            return replace(one, score=self._unread(row), nearness=_clipped(row.now))
        # Moved, not measured anew: what did not change stays where it was among its equals.
        return replace(one, score=self._moved(row, one.score), nearness=_clipped(one.nearness + (row.now - row.then)))

    def _unread(self, row: "_Row") -> Score:
        """Its novelty is not known, so it counts as relevant only as often as papers were relevant and novel enough."""
        relevance = self._shown.relevance(row.now)
        return Score(relevance, None, (), row.nearest if relevance > LOWEST else None)

    def _moved(self, row: "_Row", score: Score) -> Score:
        own = [one for one in (score.primary_topic, *score.matched_topics) if one]
        left = [one for one in own if one not in self._topics.removed]
        kept = LOWEST if own and not left else score.relevance + self._best_shift(row, left)
        risen = self._risen(row, score, left)
        best = max(risen, key=lambda one: risen[one], default=None)
        if best is not None and risen[best] > kept:
            left, kept = [best, *left], risen[best]
        relevance = max(LOWEST, min(HIGHEST, kept + self._shift_of_all(row)))
        return replace(score, relevance=relevance, primary_topic=next(iter(left), None), matched_topics=tuple(left[1:]))

    def _best_shift(self, row: "_Row", topics: Sequence[str]) -> int:
        """What the change of its own topics does to it: those that did not change leave it where it is."""
        return max((self._shift(row, one) if one in self._topics.changed else 0 for one in topics), default=0)

    def _risen(self, row: "_Row", score: Score, own: Sequence[str]) -> dict[str, int]:
        """Topic id -> the relevance that an added topic, or a changed one that comes nearer, gives to it."""
        risen = {one: self._for_added.relevance(row.to[one]) for one in self._topics.added}
        for one in self._topics.changed:
            if one not in own and (shift := self._shift(row, one)) > 0:
                risen[one] = min(self._scale.relevance(row.to[one]), score.relevance + shift)
        return risen

    def _shift(self, row: "_Row", topic: str) -> int:
        return self._scale.relevance(row.to[topic]) - self._scale.relevance(row.was[topic])

    def _shift_of_all(self, row: "_Row") -> int:
        """What another text of what no topic wants does to it."""
        return self._scale.relevance(row.with_new_leave_out) - self._scale.relevance(row.then)


@dataclass(frozen=True)
class _Row:
    """How near one paper is to topics, by id. was: to those before. to: to those after, all else as before. then, now:
    to the nearest before and after. nearest: the nearest after. with_new_leave_out: `then`, but for what the profile
    leaves out."""

    was: Mapping[str, float]
    to: Mapping[str, float]
    then: float
    now: float
    nearest: str
    with_new_leave_out: float


class _Topics:
    """The topics before and after, in one space: words weigh the same for both, so what did not change stays put."""

    def __init__(self, before: Profile, after: Profile) -> None:
        self._before, self._after = before, after
        then, now = ({topic.id: topic for topic in one.topics} for one in (before, after))
        self.added = tuple(one for one in now if one not in then)
        self.removed = frozenset(one for one in then if one not in now)
        self.changed = tuple(one for one in now if one in then and _texts(now[one]) != _texts(then[one]))
        self._fresh = [now[one] for one in (*self.added, *self.changed)]
        # The columns of the space: the topics before, then those that are fresh.
        self._was = {topic.id: column for column, topic in enumerate(before.topics)}
        self._to = {one: self._was[one] for one in now if one in then}
        self._to |= {topic.id: column for column, topic in enumerate(self._fresh, start=len(before.topics))}

    def nearness(self, papers: Sequence[Paper]) -> dict[str, _Row]:
        """By arXiv id."""
        both = (replace(one, id=f"topic_{column}") for column, one in enumerate((*self._before.topics, *self._fresh)))
        space = replace(self._before, topics=tuple(both))
        scores = later = TopicFeatures(space).scores(papers)
        if self._before.leave_out != self._after.leave_out:
            later = TopicFeatures(replace(space, leave_out=self._after.leave_out)).scores(papers)
        rows = zip(papers, scores.tolist(), later.tolist(), strict=True)
        return {paper.arxiv_id: self._row(row, new) for paper, row, new in rows}

    def _row(self, row: Sequence[float], new: Sequence[float]) -> _Row:
        was = {one: row[column] for one, column in self._was.items()}
        to = {one: row[column] for one, column in self._to.items()}
        nearest = max(self._to, key=lambda one: new[self._to[one]])
        same = max(new[column] for column in self._was.values())
        return _Row(was, to, max(was.values()), new[self._to[nearest]], nearest, same)


@dataclass(frozen=True)
class _Alone:
    """What one topic alone did for one paper. nearness: to it. relevance: that it gave, LOWEST if none."""

    nearness: float
    relevance: int


def _alone(judged: Sequence[tuple[_Row, Score]], profile: Profile) -> Iterator[_Alone]:
    """Of each topic and each paper that no other topic brought in: what would have come if the topic had been added."""
    for row, score in judged:
        own = {one for one in (score.primary_topic, *score.matched_topics) if one}
        for topic, nearness in row.was.items():
            if own == {topic}:
                yield _Alone(nearness, score.relevance)
            elif score.relevance < profile.cutoffs.relevance:
                yield _Alone(nearness, LOWEST)


def other_topics(before: Profile, after: Profile) -> bool:
    """Whether other papers may fall under the topics: names and order alone change nothing."""
    then, now = ({topic.id: _texts(topic) for topic in one.topics} for one in (before, after))
    return then != now or before.leave_out.strip() != after.leave_out.strip()


def _texts(topic: Topic) -> tuple[str, str]:
    """What decides on what falls under it."""
    return topic.keep.strip(), topic.leave_out.strip()


def _within_reach(score: Score, profile: Profile) -> int:
    """Its relevance, but below the cutoff where its novelty is: no relevance would have brought that paper in."""
    novel = score.novelty is None or score.novelty >= profile.cutoffs.novelty
    return score.relevance if novel else min(score.relevance, max(LOWEST, profile.cutoffs.relevance - 1))


def _clipped(nearness: float) -> float:
    return max(0.0, min(1.0, float(nearness)))
