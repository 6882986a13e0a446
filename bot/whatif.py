"""What a change would have done to the last digests: replayed where the record tells, estimated where only words do.

Both sides are replays, of the profile as it is and as it would be, from the first of the days on. So a change is told
by itself alone, whatever else was changed since those days.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from bot.desk import Library
from bot.domain.calendar import announcement_day
from bot.domain.digest import State
from bot.domain.effect import DayEffect, Effect, Moved
from bot.domain.listing import counted
from bot.domain.moves import Move, Reader, come, go
from bot.domain.paper import Announcement, Paper, is_within
from bot.domain.profile import Profile
from bot.domain.receipt import Fate
from bot.domain.recorded import RecordedDay
from bot.domain.replay import Known, KnownDay, Replayed, learned, replay
from bot.ports import Clock
from bot.ranking.estimate import Estimate, MadeAnew, other_topics
from bot.ranking.seen import as_filed, as_heard, with_added
from bot.render import prompts

DAYS = 14
TITLES = 50  # of the papers that come, and of those that go; nobody reads more of them in an answer
# Calendar days that hold so many announcement days; then those that are looked through if some have no digest.
LOOKS_BACK = (timedelta(days=20), timedelta(days=60))
OFFLINE = "offline"

ESTIMATED_TOPICS = (
    "This is an estimate: the judge was not asked again. A paper's relevance is moved by how much nearer its words are "
    "to the new texts of the topics; its novelty stays as judged."
)
ESTIMATED_CATEGORIES = (
    "This is an estimate: the papers of the added categories were never judged. Those count as shown whose words are "
    "as near to the topics as the words of papers that were shown."
)

FOLLOWED = "by people whom you follow"

Announced = Callable[[date, Sequence[str]], Mapping[date, Sequence[Announcement]]]
Papers = Mapping[str, Paper]
KnownDays = tuple[KnownDay, ...]


class Replay:
    """Implements bot.desk.WhatIf."""

    def __init__(
        self,
        library: Library,
        usd_per_paper: Callable[[Profile], Decimal | None],
        clock: Clock,
        announced: Announced | None = None,
    ) -> None:
        """announced: day -> the papers in these categories that a kept listing of any profile holds, from a day on."""
        self._library, self._usd_per_paper, self._clock, self._announced = library, usd_per_paper, clock, announced

    def slow(self, before: Profile, after: Profile) -> bool:
        """Whether texts have to be compared with topics: seconds, not an instant."""
        return other_topics(before, after) or bool(_added_categories(before, after))

    def effect(self, before: Profile, after: Profile) -> Effect:
        """Over the last 14 announcement days that have a digest. Raises StoreError."""
        past = self._past(before)
        if not past.days:
            return Effect((), remarks=past.remarks)
        change = _Change(past, before, after, self._added(past, before, after))
        papers = self._papers(change)
        then_days, now_days = change.days(papers)
        then, now = replay(then_days, before), replay(now_days, after)
        readers = (Reader(before, then, change.estimated), Reader(after, now, change.estimated))
        coming, going = come(*readers), go(*readers)
        named = {one.arxiv_id for one in (*coming[:TITLES], *going[:TITLES])}
        titles = papers or self._library.papers(named)
        return Effect(
            tuple(DayEffect(one.day, len(one.shown), len(two.shown)) for one, two in zip(then, now, strict=True)),
            tuple(_moved(one, titles) for one in coming),
            tuple(_moved(one, titles) for one in going),
            cost_then=self._cost(before, then),
            cost_now=None if change.added.missing else self._cost(after, now),
            estimate=change.estimate,
            remarks=(*past.remarks, *change.remarks(papers), *_really(past, then), *_unknown(then, now)),
        )

    def _past(self, profile: Profile) -> "_Past":
        today = announcement_day(self._clock.now())
        for back in LOOKS_BACK:
            days = self._library.recorded(profile, today - back)[-DAYS:]
            if len(days) == DAYS:
                return _Past(days)
        made = [one for one in self._library.counts(profile, today - LOOKS_BACK[-1], today) if one.state != State.QUIET]
        if not made:
            none = f"There is no digest of the last {LOOKS_BACK[-1].days} days, so there is nothing to compare with."
            return _Past((), (none,))
        few = f"Only {counted(len(days), 'announcement day')} can be looked at."
        if len(made) > len(days):
            older = counted(len(made) - len(days), "earlier digest")
            few += f" Of {older} it was not kept what became of each paper."
        return _Past(days, (few,))

    def _added(self, past: "_Past", before: Profile, after: Profile) -> "_Added":
        categories = _added_categories(before, after)
        if not categories:
            return _Added()
        since = past.days[0].day
        known = self._library.known_categories(since) if self._announced else frozenset()
        missing = tuple(one for one in categories if not any(is_within(one, wider) for wider in known))
        stored = [one for one in categories if one not in missing]
        papers = self._announced(since, stored) if self._announced and stored else {}
        return _Added(papers, missing)

    def _papers(self, change: "_Change") -> Papers:
        """The texts that the change makes necessary; none for cutoffs, caps and the like."""
        if not change.needs_texts:
            return {}
        ids = {one.arxiv_id for day in change.past.days for one in day.papers}
        added = {one.paper.arxiv_id: one.paper for some in change.added.papers.values() for one in some}
        return {**added, **self._library.papers(ids)}

    def _cost(self, profile: Profile, days: Sequence[Replayed]) -> Decimal | None:
        """US dollars a day. A paper that comes again in the same version is judged once."""
        judged = {(one.arxiv_id, one.version) for day in days for one in day.asked}
        usd = self._usd_per_paper(profile)
        return None if usd is None else usd * len(judged) / len(days)


@dataclass(frozen=True)
class _Past:
    """The recorded days that are looked at, oldest first."""

    days: tuple[RecordedDay, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Added:
    """What added categories would have brought. missing: those of which nothing is stored."""

    papers: Mapping[date, Sequence[Announcement]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Change:
    """What has to be reckoned with."""

    past: _Past
    before: Profile
    after: Profile
    added: _Added

    @property
    def moves_papers(self) -> bool:
        """Whether the scores, or some of them, have to come from words."""
        return other_topics(self.before, self.after) or any(self.added.papers.values())

    @property
    def needs_texts(self) -> bool:
        """Whether more decides than was recorded."""
        return self.moves_papers or self._marks_differ or self._differ("categories")

    @property
    def _marks_differ(self) -> bool:
        """Whether papers may be followed or muted of which the record does not say so, for nobody looked at them."""
        return self._differ("follows") or self._differ("muted_words") or self._differ("announce_types")

    @property
    def estimated(self) -> bool:
        """Whether a judge that was not asked again would have a say."""
        return self.moves_papers and any(day.model != OFFLINE for day in self.past.days)

    @property
    def estimate(self) -> str:
        """How it was estimated, in words."""
        if not self.estimated:
            return ""
        return ESTIMATED_TOPICS if other_topics(self.before, self.after) else ESTIMATED_CATEGORIES

    def days(self, papers: Papers) -> "tuple[KnownDays, KnownDays]":
        """All that decides on each paper, then and now. papers: the texts that are needed, as far as they are there."""
        then = now = learned(self.past.days)
        if self._differ("categories"):
            then, now = (as_filed(then, papers, one) for one in (self.before, self.after))
            now = with_added(now, self.added.papers, self.after)
        if self._marks_differ:
            then, now = as_heard(then, papers, self.before), as_heard(now, papers, self.after)
        return self._judged_anew(then, now, papers) if self.moves_papers else (then, now)

    def remarks(self, papers: Papers) -> Iterator[str]:
        """What cannot be reckoned with, one sentence each."""
        if self.added.missing:
            yield f"Nothing is stored of {', '.join(self.added.missing)}, so what would come of it cannot be told."
        ids = {one.arxiv_id for day in self.past.days for one in day.papers}
        if self.needs_texts and (lost := len(ids - papers.keys())):
            yield f"The texts of {counted(lost, 'paper')} are not there, so these stay as they were."
        if other := self._judged_otherwise():
            yield f"Of these days, {other} were judged by another rubric (topics and criteria) than today's."
        names, later = ([(topic.id, topic.name) for topic in one.topics] for one in (self.before, self.after))
        if names != later and not other_topics(self.before, self.after):
            yield "The judge reads the names and the order of topics, too, so single scores may come out differently."

    def _judged_anew(self, then: KnownDays, now: KnownDays, papers: Papers) -> "tuple[KnownDays, KnownDays]":
        """The offline judge is asked again, both times; what another judge would say is estimated from what it said."""
        offline = {day.day for day in self.past.days if day.model == OFFLINE}
        theirs = _texts((day for day in (*then, *now) if day.day in offline), papers)
        others = _texts((day for day in (*then, *now) if day.day not in offline), papers)
        judged = {one.arxiv_id: one.score for day in then if day.day not in offline for one in day.papers if one.score}
        anew_then, anew_now = MadeAnew(self.before, theirs), MadeAnew(self.after, theirs)
        estimate = Estimate(self.before, self.after, others, judged)
        return (
            tuple(_each(day, anew_then.of) if day.day in offline else day for day in then),
            tuple(_each(day, anew_now.of if day.day in offline else estimate.of) for day in now),
        )

    def _judged_otherwise(self) -> int:
        """How many of the days were not judged by today's rubric; the offline judge may be asked again by it."""
        today = {OFFLINE: prompts.offline_rubric(self.before).version}
        models = prompts.rubric(self.before).version
        days = (day for day in self.past.days if not (self.moves_papers and day.model == OFFLINE))
        return sum(day.rubric != today.get(day.model, models) for day in days)

    def _differ(self, name: str) -> bool:
        return bool(getattr(self.before, name) != getattr(self.after, name))


def _really(past: _Past, then: Sequence[Replayed]) -> Iterator[str]:
    """Whether the profile was changed since."""
    shown = [{one.arxiv_id for one in day.papers if one.fate is Fate.SHOWN} for day in past.days]
    other = sum(really != day.shown.keys() for really, day in zip(shown, then, strict=True))
    if other:
        yield f"Of these days, {other} really showed other papers, for the profile was changed since."


def _unknown(then: Sequence[Replayed], now: Sequence[Replayed]) -> Iterator[str]:
    """Papers that the judge would have to read first."""
    known = {one.arxiv_id for day in then for one in day.unknown}
    groups: Counter[str] = Counter()
    seen: set[str] = set()
    for was, day in zip(then, now, strict=True):
        for one in day.unknown:
            if one.arxiv_id not in known | seen:
                groups[_why_unknown(one, was)] += 1
                seen.add(one.arxiv_id)
    for who, count in groups.items():
        papers, verb = counted(count, "paper"), "was" if count == 1 else "were"
        rest = "and would be shown whatever the judge says" if who == FOLLOWED else "so nobody can tell what would come"
        yield f"{papers} {who} {verb} never judged, {rest}."


def _why_unknown(one: Known, was: Replayed) -> str:
    """was: the day as it is without the change."""
    fate = was.fates.get(one.arxiv_id)
    if one.followed:
        return FOLLOWED
    if fate is Fate.OTHER_TYPE:
        return "announced in ways that are not read now"
    if fate is Fate.LEFT_BY_SHORTLIST:
        return "with words that are muted now" if was.papers[one.arxiv_id].muted else "that the shortlist left"
    return "that came again in another version"


def _added_categories(before: Profile, after: Profile) -> tuple[str, ...]:
    """Those that nothing of the profile holds yet."""
    return tuple(one for one in after.categories if not any(is_within(one, wider) for wider in before.categories))


def _texts(days: Iterable[KnownDay], papers: Papers) -> list[Paper]:
    ids = dict.fromkeys(one.arxiv_id for day in days for one in day.papers)
    return [papers[one] for one in ids if one in papers]


def _each(day: KnownDay, judged: Callable[[Known], Known]) -> KnownDay:
    return replace(day, papers=tuple(judged(one) for one in day.papers))


def _moved(one: Move, papers: Papers) -> Moved:
    paper = papers.get(one.arxiv_id)
    return Moved(one.day, one.arxiv_id, paper.title if paper else "", one.why)
