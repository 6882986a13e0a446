"""A year of arXiv, invented: every announcement day of the real calendar with a few papers, and what goes wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random

from bot.domain.calendar import EASTERN, previous_announcement_day, quiet_by_list, quiet_by_rule, submission_window
from bot.domain.paper import Announcement, AnnounceType, Paper

CATEGORIES = ("cs.LG", "cs.AI")
NEW_OR_CROSS = (AnnounceType.NEW, AnnounceType.CROSS)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """A span of time: begin <= moment < end, timezone-aware."""

    begin: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end


@dataclass(frozen=True)
class Year:
    """What arXiv announced from `first` to `last`, and what goes wrong meanwhile.

    days: announcement day -> its papers; empty where arXiv had an outage, whose papers come the next day. submitted:
    arXiv id -> when. missing: ids that feed and page of new listings lack. unreadable: ids on which the judge answers
    nonsense, and until when. down, judge_down, outlet_down, clock_back: when the bot does not run, and so on.
    turns_late: feed and pages still show the day before. feed_empty, feed_stale: the feed holds nothing, or the papers
    of the day before under today's date.
    """

    first: date
    last: date
    days: Mapping[date, tuple[Announcement, ...]]
    submitted: Mapping[str, datetime]
    missing: frozenset[str]
    unreadable: Mapping[str, datetime]
    down: Sequence[Window]
    judge_down: Sequence[Window]
    outlet_down: Sequence[Window]
    clock_back: Sequence[Window]
    turns_late: Sequence[Window]
    feed_empty: Sequence[Window]
    feed_stale: Sequence[Window]

    def announced(self, day: date) -> frozenset[str]:
        """Ids of the papers that were new or cross-listed that day."""
        return frozenset(one.paper.arxiv_id for one in self.days.get(day, ()) if one.how in NEW_OR_CROSS)

    def versions(self) -> Mapping[str, int]:
        """arXiv id -> how many versions there are in the end."""
        papers = (one.paper for entries in self.days.values() for one in entries)
        return {paper.arxiv_id: paper.version for paper in sorted(papers, key=lambda paper: paper.version)}


def eastern(day: date, hours: float = 0) -> datetime:
    """That time by the wall clock of New York, in UTC."""
    return datetime.combine(day + timedelta(days=hours // 24), _time(hours % 24), EASTERN).astimezone(UTC)


def _time(hours: float) -> time:
    return time(int(hours), int(hours * 60) % 60)


def invent(seed: int, first: date, last: date) -> Year:
    """The same for the same seed. Disasters keep away from the first and the last week."""
    chance = Random(seed)
    listed = [day for day in _span(first - 21 * A_DAY, last) if not quiet_by_rule(day) and not quiet_by_list(day)]
    papers = _Papers(chance)
    days: dict[date, tuple[Announcement, ...]] = {}
    submitted: dict[str, datetime] = {}
    for day in listed:
        days[day] = tuple(papers.of(day))
        held = {one.paper.arxiv_id for one in days[day] if one.how in NEW_OR_CROSS and chance.random() < 0.08}
        for one in days[day]:
            if one.how in NEW_OR_CROSS:
                at = _submission(day, chance.randint(1, 4) * (one.paper.arxiv_id in held))
                submitted.setdefault(one.paper.arxiv_id, at)
    for day, following in pairwise(listed):  # two nights in one batch
        if first + 7 * A_DAY < day < last - 7 * A_DAY and chance.random() < 0.04 and days[day]:
            days[following] = _each_once((*days[day], *days[following]))
            days[day] = ()
    plain = [one for day in days for one in days[day] if one.how in NEW_OR_CROSS and day > first]
    some = [day for day in listed if first + 7 * A_DAY < day < last - 7 * A_DAY]
    return Year(
        first,
        last,
        days,
        submitted,
        missing=frozenset(one.paper.arxiv_id for one in plain if chance.random() < 0.02),
        unreadable={
            one.paper.arxiv_id: eastern(day, 30)
            for day in some
            for one in days[day]
            if one.how in NEW_OR_CROSS and one.paper.arxiv_id.startswith(f"{day:%y%m}") and chance.random() < 0.03
        },
        **_disasters(chance, some),
    )


def _disasters(chance: Random, days: Sequence[date]) -> dict[str, Sequence[Window]]:
    """Each kind at its own rate. The bot is down for one to six days about once a month, and once for twelve."""

    def some(rate: float, begin: float, least: float, most: float) -> tuple[Window, ...]:
        hit = [day for day in days if chance.random() < rate]
        return tuple(Window(eastern(day, begin), eastern(day, begin + chance.uniform(least, most))) for day in hit)

    down = list(some(0.05, 6, 24, 6 * 24))
    if days:
        long = chance.choice(days)
        down.append(Window(eastern(long, 6), eastern(long + 12 * A_DAY, 9)))
    return {
        "down": down,
        "judge_down": some(0.05, 0, 8, 14),
        "outlet_down": some(0.05, 0, 30, 48),
        "clock_back": some(0.05, 5, 12, 60),
        "turns_late": some(0.04, -4, 8, 20),
        "feed_empty": some(0.05, 0, 5, 5.1),
        "feed_stale": some(0.05, 0, 6, 15),
    }


def _span(first: date, last: date) -> Iterator[date]:
    return (first + number * A_DAY for number in range((last - first).days + 1))


def _submission(day: date, held: int) -> datetime:
    """An hour before the deadline of the day, or of one that many announcement days earlier: arXiv held it back."""
    for _ in range(held):
        day = previous_announcement_day(day)
    return submission_window(day).end.astimezone(UTC) - timedelta(hours=1)


def _each_once(entries: Sequence[Announcement]) -> tuple[Announcement, ...]:
    return tuple({one.paper.arxiv_id: one for one in reversed(entries)}.values())


@dataclass
class _Papers:
    """Invents papers, each with its own number; now and then one of some weeks ago is replaced or cross-listed."""

    chance: Random
    number: int = 0
    older: list[Paper] = field(default_factory=list)

    def of(self, day: date) -> Iterator[Announcement]:
        """Five to twelve of one day."""
        for _ in range(self.chance.randint(5, 12)):
            if len(self.older) > 40 and self.chance.random() < 0.1:
                place = self.chance.randrange(len(self.older) - 20)
                self.older[place] = replace(self.older[place], version=self.older[place].version + 1)
                yield Announcement(self.older[place], AnnounceType.REPLACE)
            elif len(self.older) > 40 and self.chance.random() < 0.05:
                place = self.chance.randrange(len(self.older) - 20)
                self.older[place] = replace(self.older[place], categories=("cs.CV", *CATEGORIES))
                yield Announcement(self.older[place], AnnounceType.CROSS)
            else:
                yield self._new(day)

    def _new(self, day: date) -> Announcement:
        self.number += 1
        how = AnnounceType.NEW if self.chance.random() < 0.8 else AnnounceType.CROSS
        away = ("cs.CV", self.chance.choice(CATEGORIES))
        home = self.chance.choice((("cs.LG",), ("cs.AI",), ("cs.LG", "cs.AI"), ("cs.AI", "cs.LG")))
        paper = Paper(
            arxiv_id=f"{day:%y%m}.{self.number:05d}",
            version=1,
            title=f"On Finding Number {self.number}",
            abstract=f"We study number {self.number} with {self.chance.choice(('experts', 'memory', 'tools'))}.",
            authors=("Ada Quill", "Bruno Sedge"),
            categories=home if how is AnnounceType.NEW else away,
        )
        self.older.append(paper)
        return Announcement(paper, how)
