"""When the papers of the arXiv stand-in were submitted, and the search of its API by those times."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.domain.calendar import next_announcement_day, submission_window
from bot.domain.paper import Announcement, AnnounceType, Paper

NEW_OR_CROSS = (AnnounceType.NEW, AnnounceType.CROSS)
SEARCH = re.compile(
    r"\((?P<within>cat:\S+(?: OR cat:\S+)*)\) AND submittedDate:\[(?P<first>\d{12}) TO (?P<last>\d{12})\]"
)


@dataclass(frozen=True)
class _Submission:
    """When a paper was submitted, and the first day that announces it."""

    arxiv_id: str
    at: datetime
    announced: date


class Submissions:
    """Of all papers of `days`. given: arXiv id -> when; see ArxivStandin for the others."""

    def __init__(self, days: Mapping[date, Sequence[Announcement]], given: Mapping[str, datetime]) -> None:
        self._sorted = sorted(_submissions(days, given), key=lambda one: (one.at, one.arxiv_id))
        self.at = {one.arxiv_id: one.at for one in self._sorted}

    def found(self, search: str, today: date) -> Iterator[str]:
        """Ids of what was announced until today and submitted in those minutes (GMT), oldest first."""
        query = SEARCH.fullmatch(search)
        assert query
        first, last = (datetime.strptime(query[one], "%Y%m%d%H%M").replace(tzinfo=UTC) for one in ("first", "last"))
        begin = bisect_left(self._sorted, first, key=lambda one: one.at)
        end = bisect_left(self._sorted, last + timedelta(minutes=1), key=lambda one: one.at)
        return (one.arxiv_id for one in self._sorted[begin:end] if one.announced <= today)


def is_within_search(paper: Paper, search: str) -> bool:
    """Whether one of the paper's categories is one that the search names."""
    query = SEARCH.fullmatch(search)
    assert query
    return any(_is_in(paper, name.removeprefix("cat:")) for name in query["within"].split(" OR "))


def _submissions(days: Mapping[date, Sequence[Announcement]], given: Mapping[str, datetime]) -> Iterator[_Submission]:
    seen: set[str] = set()
    for day, entries in sorted(days.items()):
        at = submission_window(next_announcement_day(day - timedelta(days=1))).end - timedelta(hours=1)
        new = {entry.paper.arxiv_id for entry in entries if entry.how in NEW_OR_CROSS}
        for arxiv_id in {entry.paper.arxiv_id: None for entry in entries if entry.paper.arxiv_id not in seen}:
            first = at if arxiv_id in new else at - timedelta(days=365)
            yield _Submission(arxiv_id, given.get(arxiv_id, first).astimezone(UTC), day)
            seen.add(arxiv_id)


def _is_in(paper: Paper, name: str) -> bool:
    """Whether a category of the paper is `name`, or begins as it does up to its star."""
    start = name.removesuffix("*")
    return any(own.startswith(start) if name.endswith("*") else own == name for own in paper.categories)
