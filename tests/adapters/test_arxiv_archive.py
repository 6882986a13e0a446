"""The past week from arXiv's pages, on good days and bad."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.adapters.arxiv_archive import KEPT_S
from bot.adapters.arxiv_gate import GateError
from bot.demo.standins.arxiv import Fault
from bot.demo.standins.arxiv_pages import pastweek_page
from bot.domain.paper import AnnounceType
from bot.errors import NotYetError, SourceError
from tests.examples import DAY, announced
from tests.fakes.arxiv_rig import CATEGORIES, HUNG_UP, TWO_TRIES, WEB_PAGE, Rig, arxiv_days
from tests.fakes.arxiv_week import DAYS, WEEK, ids

NEW, CROSS = AnnounceType.NEW, AnnounceType.CROSS


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with arxiv_days(tmp_path, DAYS, DAY) as rig:
        yield rig


# The past week


def test_the_week_holds_the_last_five_days_oldest_first_without_replacements(rig: Rig) -> None:
    week = rig.archive.week(CATEGORIES)
    assert list(week) == WEEK[4::-1]
    assert set(week[DAY].how) == ids(1, 2, 3)
    assert set(week[WEEK[4]].how) == ids(41, 42, 43)


def test_over_several_categories_the_strongest_wins_and_entries_are_counted_on_each_page(rig: Rig) -> None:
    mentions = rig.archive.week(CATEGORIES)[DAY]
    assert dict(mentions.how) == {"2613.00001": NEW, "2613.00002": NEW, "2613.00003": CROSS}
    assert (mentions.entries_seen, mentions.arxiv_says) == (4, 4)  # the first paper stands on both pages
    assert rig.archive.week(["cs.AI", "cs.LG"])[DAY].how["2613.00001"] is NEW


def test_a_day_without_papers_in_one_category_is_told_by_the_other(rig: Rig) -> None:
    mentions = rig.archive.week(CATEGORIES)[WEEK[2]]
    assert set(mentions.how) == ids(21, 22, 23)
    assert (mentions.entries_seen, mentions.arxiv_says) == (3, 3)


def test_a_whole_archive_is_one_page(tmp_path: Path) -> None:
    with arxiv_days(tmp_path, DAYS, DAY) as rig:
        rig.standin.answer_next("/list/cs/", Fault(status=200, body=pastweek_page("cs", [(DAY, DAYS[DAY][:3])])))
        week = rig.archive.week(["cs"])
    assert dict(week[DAY].how) == dict.fromkeys(("2613.00001", "2613.00002", "2613.00003"), NEW)


def test_ten_profiles_in_a_row_ask_once_and_later_ones_again(rig: Rig) -> None:
    for categories in [CATEGORIES, ("cs.AI",), ("cs.AI", "cs.LG")] * 3:
        rig.archive.week(categories)
    assert len(rig.standin.requests) == 2
    rig.age.append(KEPT_S + 1)
    rig.archive.week(CATEGORIES)
    assert len(rig.standin.requests) == 4


def test_a_clock_that_was_set_back_makes_no_page_eternal(rig: Rig) -> None:
    rig.archive.week(["cs.LG"])
    rig.age.append(-1_000_000.0)
    rig.archive.week(["cs.LG"])
    assert len(rig.standin.requests) == 2


def only(*days: date) -> Fault:
    """A page of cs.AI that knows of no other days."""
    return Fault(body=pastweek_page("cs.AI", [(day, [e for e in DAYS[day] if "cs.AI" in str(e)][:1]) for day in days]))


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        (WEEK[1:6], WEEK[1:5]),  # not turned over yet: its newest day is yesterday's
        (WEEK[:2], WEEK[:2]),  # shorter
        ([WEEK[0], WEEK[3]], WEEK[:4]),  # days between its days: it had no paper then
    ],
)
def test_only_days_that_every_page_reaches_are_claimed(days: list[date], kept: list[date], rig: Rig) -> None:
    rig.standin.answer_next("/list/cs.AI", only(*days))
    assert list(rig.archive.week(CATEGORIES)) == kept[::-1]


def test_pages_without_a_day_in_common_are_to_be_read_again_later(rig: Rig) -> None:
    rig.standin.answer_next("/list/cs.AI", only(WEEK[5], WEEK[6]))
    with pytest.raises(NotYetError, match="no day in common"):
        rig.archive.week(CATEGORIES)


def part(skip: int, show: int) -> Fault:
    """A page of cs.LG that shows fewer entries than were asked for."""
    week = [(day, [e for e in DAYS[day][:3] if e.paper.filed_under("cs.LG")]) for day in WEEK[:5]]
    return Fault(body=pastweek_page("cs.LG", week, skip, show))


def test_a_page_with_more_entries_than_it_shows_is_read_on(rig: Rig) -> None:
    whole = rig.archive.week(["cs.LG"])
    rig.age.append(KEPT_S + 1)
    for skip in (0, 3, 6):
        rig.standin.answer_next("/list", part(skip, 3))
    assert rig.archive.week(["cs.LG"]) == whole
    skips = [asked.path.partition("?")[2] for asked in rig.standin.asked("/list")[1:]]
    assert skips == ["show=2000", "skip=3&show=2000", "skip=6&show=2000", "skip=9&show=2000"]


def test_a_page_that_breaks_off_is_read_on_from_there(rig: Rig) -> None:
    whole = rig.archive.week(["cs.LG"])
    rig.age.append(KEPT_S + 1)
    rig.standin.answer_next("/list", Fault(rewrite=lambda page: page[: page.index(b"name='item5'")]))
    assert rig.archive.week(["cs.LG"]) == whole


def test_pages_that_turn_over_while_they_are_read_are_read_again_later(rig: Rig) -> None:
    rig.standin.answer_next("/list", part(0, 3))
    rig.standin.answer_next("/list", Fault(rewrite=lambda page: page.replace(b"6 May", b"7 May")))
    with pytest.raises(NotYetError, match=r"listing of cs\.LG changed while it was read"):
        rig.archive.week(["cs.LG"])


def test_pages_that_do_not_go_on_are_an_error(rig: Rig) -> None:
    rig.standin.answer_next("/list", part(0, 3), times=2)
    with pytest.raises(SourceError, match="ends after 3 of 11 entries"):
        rig.archive.week(["cs.LG"])


def test_a_day_that_a_page_counts_differently_than_its_total_is_an_error(rig: Rig) -> None:
    rig.standin.answer_next("/list", Fault(rewrite=lambda page: page.replace(b"(showing 2 of 2 e", b"(e", 1)))
    with pytest.raises(SourceError, match=r"cs\.LG counts 11 entries, but its days do not"):
        rig.archive.week(["cs.LG"])


def test_an_entry_that_cannot_be_read_makes_its_day_disagree(rig: Rig) -> None:
    rig.standin.answer_next("/list", Fault(rewrite=lambda page: page.replace(b"/abs/2613.00002", b"/abs/2613.x")))
    week = rig.archive.week(["cs.LG"])
    assert (week[DAY].entries_seen, week[DAY].arxiv_says) == (1, 2)
    assert all(week[day].entries_seen == week[day].arxiv_says for day in WEEK[1:5])


def emptied(page: bytes) -> bytes:
    """A page with its days and its total, and no entry."""
    return page[: page.index(b"<dt>")] + b"</body></html>"


NO_LISTS: dict[str, Fault] = {
    "HTTP 503": Fault(status=503),
    "a web page": WEB_PAGE,
    "a connection that hangs up": HUNG_UP,
    "an empty list": Fault(rewrite=emptied),
    "nothing": Fault(body=b""),
}


@pytest.mark.parametrize("what", NO_LISTS)
def test_no_failure_is_taken_for_a_week_without_papers(what: str, rig: Rig) -> None:
    rig.standin.answer_next("/list/cs.AI", NO_LISTS[what], times=TWO_TRIES.tries)
    with pytest.raises(SourceError, match=r"list/cs\.AI/pastweek could not be read"):
        rig.archive.week(CATEGORIES)
    assert set(rig.archive.week(CATEGORIES)) == set(WEEK[:5])


def test_an_empty_page_is_believed_if_the_api_knows_no_paper_either(tmp_path: Path) -> None:
    long_ago = date(2025, 9, 3)
    days = {**DAYS, long_ago: [announced(99, categories=("cs.GL",))]}
    with arxiv_days(tmp_path, days, DAY) as rig:
        week = rig.archive.week(["cs.GL"])
    assert {day: (dict(one.how), one.arxiv_says) for day, one in week.items()} == dict.fromkeys(WEEK[4::-1], ({}, 0))


def test_an_empty_page_is_not_believed_if_the_api_knows_papers_of_these_days(rig: Rig) -> None:
    rig.standin.answer_next("/list", Fault(body=pastweek_page("cs.LG", [(day, []) for day in WEEK[:5]])))
    with pytest.raises(SourceError, match=r"cs\.LG came without its papers"):
        rig.archive.week(["cs.LG"])


def test_an_empty_page_is_not_believed_from_an_arxiv_that_knows_nothing_at_all(rig: Rig) -> None:
    with pytest.raises(SourceError, match=r"no paper at all in cs\.GL"):
        rig.archive.week(["cs.GL"])


def test_a_403_closes_the_gate_for_the_archive_too(rig: Rig) -> None:
    rig.standin.answer_next("/list", Fault(status=403))
    with pytest.raises(GateError):
        rig.archive.week(["cs.LG"])
    with pytest.raises(GateError):
        rig.archive.papers(["2613.00001"])
    assert len(rig.standin.requests) == 1
