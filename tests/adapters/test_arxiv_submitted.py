"""Earlier days from arXiv's API: papers by id and by time of submission, on good days and bad."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.arxiv_archive import RESULTS
from bot.adapters.arxiv_web import Limits
from bot.demo.standins.arxiv import Fault
from bot.domain.calendar import submission_window
from bot.errors import SourceError
from tests.examples import DAY, announced
from tests.fakes.arxiv_rig import CATEGORIES, CUT_IN_HALF, WEB_PAGE, Rig, arxiv_days
from tests.fakes.arxiv_week import DAYS, WEEK, ids


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with arxiv_days(tmp_path, DAYS, DAY) as rig:
        yield rig


# Papers by id


def test_papers_come_by_id_and_unknown_ones_are_missing(rig: Rig) -> None:
    found = rig.archive.papers(["2613.00001", "2613.77777", "2613.00003"])
    assert found == {entry.paper.arxiv_id: entry.paper for entry in (DAYS[DAY][0], DAYS[DAY][2])}


def test_no_id_costs_no_request(rig: Rig) -> None:
    assert rig.archive.papers([]) == {}
    assert not rig.standin.requests


def test_a_slice_that_fails_is_no_slice_of_unknown_papers(tmp_path: Path) -> None:
    many = [announced(number) for number in range(301)]
    with arxiv_days(tmp_path, {DAY: many}, DAY, limits=Limits(tries=1)) as rig:
        assert len(rig.archive.papers([entry.paper.arxiv_id for entry in many])) == 301
        assert [len(asked.path) > 1000 for asked in rig.standin.asked("/api")] == [True] * 3
        rig.standin.answer_next("/api/query?search_query=&id_list=2613.00100", Fault(status=503))
        with pytest.raises(SourceError, match="HTTP 503"):
            rig.archive.papers([entry.paper.arxiv_id for entry in many])


# Papers by time of submission


def submitted(rig: Rig, day: date, *categories: str) -> set[str]:
    window = submission_window(day)
    return {paper.arxiv_id for paper in rig.archive.submitted(window.begin, window.end, categories or CATEGORIES)}


def test_a_days_window_holds_the_papers_submitted_for_it_whatever_they_are_announced_as(rig: Rig) -> None:
    for age, day in enumerate(WEEK):
        assert submitted(rig, day) == ids(10 * age + 1, 10 * age + 2, 10 * age + 3)


def test_a_search_finds_home_cross_list_and_whole_archive(rig: Rig) -> None:
    assert submitted(rig, DAY, "cs.AI") == ids(1, 3)
    assert submitted(rig, DAY, "cs") == ids(1, 2, 3)
    query = rig.standin.requests[-1].path
    assert "%28cat%3Acs+OR+cat%3Acs.%2A%29+AND+submittedDate%3A%5B202605041800+TO+202605051759%5D" in query
    assert "sortBy=submittedDate&sortOrder=ascending" in query


@pytest.mark.parametrize(("shift", "day"), [(timedelta(0), WEEK[0]), (timedelta(minutes=-1), WEEK[1])])
def test_a_paper_of_the_deadlines_own_minute_belongs_to_the_next_window(
    shift: timedelta, day: date, tmp_path: Path
) -> None:
    at = submission_window(DAY).begin + shift
    with arxiv_days(tmp_path, DAYS, DAY, submitted={"2613.00002": at}) as rig:
        assert {one for one in WEEK[:3] if ids(2) <= submitted(rig, one)} == {day}


def test_papers_of_a_day_to_come_are_not_known_yet(rig: Rig) -> None:
    rig.standin.today = WEEK[1]
    window = submission_window(DAY)
    rig.standin.answer_next("/list", Fault(status=503), times=9)
    assert rig.archive.submitted(window.begin, window.end, CATEGORIES) == ()
    assert rig.archive.papers(["2613.00001", "2613.00011"]).keys() == ids(11)


MANY = [announced(number, categories=("cs.LG",)) for number in range(RESULTS * 2 + 1)]


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Rig]:
    with arxiv_days(tmp_path, {DAY: MANY}, DAY) as rig:
        yield rig


def test_a_big_window_comes_in_slices(busy: Rig) -> None:
    assert len(submitted(busy, DAY)) == len(MANY)
    assert len(busy.standin.requests) == 3
    assert busy.steps[-1] == (3, 3)


def dropped(count: int) -> Callable[[bytes], bytes]:
    """An answer without its last `count` entries, as arXiv's API sometimes gives."""

    def rewrite(body: bytes) -> bytes:
        parts = body.split(b"<entry>")
        return b"<entry>".join(parts[:-count]) + b"</feed>"

    return rewrite


def says(total: int) -> Callable[[bytes], bytes]:
    """An answer that counts differently."""
    return lambda body: re.sub(rb":totalResults>\d+<", f":totalResults>{total}<".encode(), body)


PASSING = {
    "an empty page first": ("start=0", Fault(rewrite=dropped(RESULTS))),
    "an empty page later": (f"start={RESULTS}", Fault(rewrite=dropped(RESULTS))),
    "a short page": (f"start={RESULTS}", Fault(rewrite=dropped(200))),
    "truncated XML": ("start=0", CUT_IN_HALF),
    "a page without a count": ("start=0", Fault(rewrite=lambda body: body.replace(b"totalResults", b"others"))),
    "more than one search gives": ("start=0", Fault(rewrite=says(30001))),
    "a web page": (f"start={RESULTS}", WEB_PAGE),
}


@pytest.mark.parametrize("what", PASSING)
def test_no_paper_is_lost_to_a_failure_that_passes(what: str, busy: Rig) -> None:
    start, fault = PASSING[what]
    path = "/api/query?search_query=" if start == "start=0" else _path(busy, start)
    busy.standin.answer_next(path, fault)
    assert len(submitted(busy, DAY)) == len(MANY)


def _path(busy: Rig, start: str) -> str:
    """The address of the slice that begins there."""
    submitted(busy, DAY)
    return next(asked.path for asked in busy.standin.requests if f"{start}&" in f"{asked.path}&")


def test_a_window_that_is_split_while_clocks_go_back_loses_no_hour(tmp_path: Path) -> None:
    tuesday = date(2026, 11, 3)  # its papers came from Friday to Monday; the middle is 02:00 on Sunday in New York
    hours = {
        entry.paper.arxiv_id: datetime(2026, 11, 1, number % 24, 30, tzinfo=UTC) for number, entry in enumerate(MANY)
    }
    with arxiv_days(tmp_path, {tuesday: MANY}, tuesday, submitted=hours) as rig:
        rig.standin.answer_next("/api", Fault(rewrite=says(30001)))
        assert submitted(rig, tuesday) == ids(*range(len(MANY)))


def test_a_minute_with_too_many_papers_is_an_error(tmp_path: Path) -> None:
    at = dict.fromkeys((entry.paper.arxiv_id for entry in MANY), submission_window(DAY).begin)
    with arxiv_days(tmp_path, {DAY: MANY}, DAY, submitted=at) as rig:
        rig.standin.answer_next("/api", Fault(rewrite=says(30001)), times=99)
        with pytest.raises(SourceError, match="30001 papers were submitted in one minute"):
            submitted(rig, DAY)


def test_a_slice_of_which_papers_stay_away_is_an_error(busy: Rig) -> None:
    busy.standin.answer_next(
        _path(busy, f"start={RESULTS * 2}"), Fault(rewrite=lambda b: b.replace(b"/abs/2", b"/no/2")), times=9
    )
    with pytest.raises(SourceError, match=f"gave {RESULTS * 2} of {RESULTS * 2 + 1} papers") as caught:
        submitted(busy, DAY)
    assert not caught.value.permanent


def test_a_paper_that_one_search_lacks_is_looked_for_once_more(busy: Rig) -> None:
    garbled = Fault(rewrite=lambda body: body.replace(b"arxiv.org/abs/2613.00007", b"arxiv.org/papers/2613.00007"))
    busy.standin.answer_next("/api", garbled)
    assert len(submitted(busy, DAY)) == len(MANY)
    assert len(busy.standin.requests) == 6


def test_pages_that_stay_empty_are_an_error(busy: Rig) -> None:
    busy.standin.answer_next("/api", Fault(rewrite=dropped(RESULTS)), times=9)
    with pytest.raises(SourceError, match="gave an empty page instead of papers 1 to 1001"):
        submitted(busy, DAY)


def test_no_results_at_all_are_only_believed_if_there_are_some_at_other_times(rig: Rig) -> None:
    window = submission_window(date(2026, 4, 1))
    assert rig.archive.submitted(window.begin, submission_window(WEEK[6]).begin, CATEGORIES) == ()
    nothing = Fault(body=rig.web.read(f"{rig.standin.api_url}?id_list=2613.77777", bytes))
    rig.standin.answer_next("/api", nothing, times=2)
    with pytest.raises(SourceError, match=r"no paper at all in cs\.LG, cs\.AI"):
        submitted(rig, DAY)


def test_counting_costs_one_request(busy: Rig) -> None:
    window = submission_window(DAY)
    assert busy.archive.count(window.begin, window.end, CATEGORIES) == len(MANY)
    assert len(busy.standin.requests) == 1
    assert busy.standin.requests[0].path.endswith("start=0&max_results=1")


def test_an_empty_stretch_of_time_costs_no_request(rig: Rig) -> None:
    at: datetime = submission_window(DAY).begin
    assert rig.archive.submitted(at, at, CATEGORIES) == ()
    assert rig.archive.count(at, at, CATEGORIES) == 0
    assert not rig.standin.requests
