"""What arXiv still tells of earlier days: its pages of the past week, and its API by id and by time of submission."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.adapters.arxiv_api import ArxivApi, slices
from bot.adapters.arxiv_pastweek import Mention, WeekPage, parse_pastweek
from bot.adapters.arxiv_reconcile import TRY_AGAIN
from bot.adapters.arxiv_web import ArxivWeb, PassingError, Steps
from bot.domain.calendar import submission_window
from bot.domain.listing import Mentions
from bot.domain.paper import AnnounceType, Paper
from bot.errors import NotYetError, SourceError
from bot.ports import Progress

ENTRIES = 2000  # on one page of the past week, the most that arXiv shows
MOST_PAGES = 20  # of one category: its days have a few thousand entries; more means that something is wrong
KEPT_S = 600.0  # how long a page of the past week is good: for several profiles and days in a row
RESULTS = 500  # in one answer to a search: about a megabyte; arXiv allows 2000
MOST_RESULTS = 30000  # of one search: https://info.arxiv.org/help/api/user-manual.html
YEAR = timedelta(days=365)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class _Week:
    """What one category's pages tell. totals: entries that arXiv counts on each of the days that the pages name."""

    totals: Mapping[date, int]
    mentions: tuple[Mention, ...]


class ArxivArchive:
    """Implements ports.Archive.

    now: seconds that only grow, to tell how old a page of the past week is; with a clock that was set, its seconds.
    """

    def __init__(
        self,
        web: ArxivWeb,
        *,
        site_url: str = "https://arxiv.org",
        api_url: str = "https://export.arxiv.org/api/query",
        progress: Progress | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._web, self._api = web, ArxivApi(web, api_url)
        self._site_url, self._progress, self._now = site_url.rstrip("/"), progress, now
        self._weeks: dict[str, _Week] = {}
        self._read_at: dict[str, float] = {}

    def week(self, categories: Sequence[str]) -> Mapping[date, Mentions]:
        """The days that the pages of all the categories reach back to, oldest first; the newest may be tomorrow's.

        A day that lies between a page's days without being named there had no paper in that category. A day beyond one
        page's first or last day is left out: that page says nothing about it, for it is of another hour, or shorter.
        Raises NotYetError while the pages are turning over; SourceError.
        """
        categories = tuple(dict.fromkeys(categories))
        steps = Steps(self._progress, len(categories))
        weeks = [self._week(category, steps) for category in categories]
        oldest = max(min(week.totals) for week in weeks)
        newest = min(max(week.totals) for week in weeks)
        days = sorted({day for week in weeks for day in week.totals if oldest <= day <= newest})
        if not days:
            raise NotYetError("arXiv's pages of the past week have no day in common", hint=TRY_AGAIN)
        return {day: _mentions(day, weeks) for day in days}

    def papers(self, ids: Sequence[str]) -> Mapping[str, Paper]:
        """arXiv id -> its newest version; unknown ids are missing. Raises SourceError if a request brings nothing."""
        parts = slices(ids)
        steps = Steps(self._progress, len(parts))
        found: dict[str, Paper] = {}
        for part in parts:
            found |= self._api.papers(part)
            steps.done()
        return found

    def submitted(self, begin: datetime, end: datetime, categories: Sequence[str]) -> tuple[Paper, ...]:
        """Papers whose first version was submitted at begin <= time < end (whole minutes), in or cross-listed to them.

        Raises SourceError if arXiv's API brings fewer than it says there are.
        """
        steps = Steps(self._progress)
        return tuple(self._submitted(begin.astimezone(UTC), end.astimezone(UTC), categories, steps).values())

    def count(self, begin: datetime, end: datetime, categories: Sequence[str]) -> int:
        """How many papers submitted() would bring, from one request. Raises SourceError."""
        if end - begin < MINUTE:
            return 0
        return self._api.found(_query(begin.astimezone(UTC), end.astimezone(UTC), categories), 0, 1).total

    def _week(self, category: str, steps: Steps) -> _Week:
        if not 0 <= self._now() - self._read_at.get(category, float("-inf")) < KEPT_S:
            week = self._read_week(category, steps)
            if not sum(week.totals.values()):
                self._refuse_if_not_empty(category, week.totals)
            self._weeks[category], self._read_at[category] = week, self._now()
        steps.done()
        return self._weeks[category]

    def _read_week(self, category: str, steps: Steps) -> _Week:
        """All pages of the category. Raises NotYetError if they change meanwhile."""
        first = last = self._page(category, 0)
        totals, mentions = dict(first.totals), list(first.mentions)
        read = 1
        while last.last_place < first.total:
            steps.expect(1)
            skip, last = last.last_place, self._page(category, last.last_place)
            steps.done()
            read += 1
            if (last.days, last.total) != (first.days, first.total):
                raise NotYetError(f"arXiv's listing of {category} changed while it was read", hint=TRY_AGAIN)
            if last.last_place <= skip or read > MOST_PAGES:
                raise SourceError(f"arXiv's listing of {category} ends after {skip} of {first.total} entries")
            totals |= last.totals
            mentions += last.mentions
        if sum(totals.values()) != first.total:
            raise SourceError(f"arXiv's listing of {category} counts {first.total} entries, but its days do not")
        return _Week({day: totals.get(day, 0) for day in first.days}, tuple(mentions))

    def _page(self, category: str, skip: int) -> WeekPage:
        def parse(body: bytes) -> WeekPage:
            page = parse_pastweek(body)
            if page.total > skip and not page.last_place:
                raise PassingError("the page came without its papers")
            return page

        after = f"skip={skip}&" if skip else ""
        return self._web.read(f"{self._site_url}/list/{category}/pastweek?{after}show={ENTRIES}", parse)

    def _refuse_if_not_empty(self, category: str, days: Iterable[date]) -> None:
        """Raise SourceError if the API knows papers of an empty page's days: arXiv may throttle with an empty list."""
        begin, end = submission_window(min(days)).begin, submission_window(max(days)).end
        if self.submitted(begin, end, [category]):
            raise SourceError(f"arXiv's listing of {category} came without its papers", hint=TRY_AGAIN)

    def _submitted(self, begin: datetime, end: datetime, categories: Sequence[str], steps: Steps) -> dict[str, Paper]:
        """By arXiv id. begin, end: in UTC, so that halving a weekend on which clocks change loses no hour."""
        if end - begin < MINUTE:
            return {}
        query = _query(begin, end, categories)
        papers: dict[str, Paper] = {}
        total = 0
        for _ in range(2):  # papers of the same minute may change places between two slices: what one lacks, twice has
            total = self._search(query, papers, steps)
            if total > MOST_RESULTS:
                middle = begin + (end - begin) // (2 * MINUTE) * MINUTE
                if middle == begin:
                    raise SourceError(f"arXiv's API says that {total} papers were submitted in one minute")
                halves = ((begin, middle), (middle, end))
                return {id: paper for half in halves for id, paper in self._submitted(*half, categories, steps).items()}
            if len(papers) >= total:
                break
        if len(papers) < total:
            raise SourceError(f"arXiv's API gave {len(papers)} of {total} papers", hint=TRY_AGAIN)
        if not total and not self.count(begin - YEAR, end + YEAR, categories):
            # An API that fails answers with no results as well; one that knows of papers at other times does not fail.
            raise SourceError(f"arXiv's API knows no paper at all in {', '.join(categories)}", hint=TRY_AGAIN)
        return papers

    def _search(self, query: str, papers: dict[str, Paper], steps: Steps) -> int:
        """Add what the search finds to `papers`. Returns how many it finds; more than MOST_RESULTS are not read."""
        start, total = 0, 1
        while start < total <= MOST_RESULTS:
            steps.expect(1)
            found = self._api.found(query, start, RESULTS)
            steps.done()
            papers |= {paper.arxiv_id: paper for paper in found.papers}
            start, total = start + RESULTS, found.total
        return total


def _mentions(day: date, weeks: Sequence[_Week]) -> Mentions:
    entries = [mention for week in weeks for mention in week.mentions if mention.day == day]
    how: dict[str, AnnounceType] = {}
    for entry in entries:
        how[entry.arxiv_id] = min(how.get(entry.arxiv_id, entry.how), entry.how, key=lambda one: one.precedence)
    return Mentions(day, how, entries_seen=len(entries), arxiv_says=sum(week.totals.get(day, 0) for week in weeks))


def _query(begin: datetime, end: datetime, categories: Sequence[str]) -> str:
    """A search in arXiv's own words. begin, end: in UTC; both minutes that a range names belong to it."""
    names = dict.fromkeys(categories)
    within = " OR ".join(f"cat:{name}" if "." in name else f"cat:{name} OR cat:{name}.*" for name in names)
    return f"({within}) AND submittedDate:[{begin:%Y%m%d%H%M} TO {end - MINUTE:%Y%m%d%H%M}]"
