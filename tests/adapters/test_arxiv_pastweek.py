"""The page of the past week: which paper it mentions on which day, and what it counts."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.adapters.arxiv_pastweek import parse_pastweek
from bot.adapters.arxiv_web import PassingError
from bot.demo.standins.arxiv_pages import pastweek_page
from bot.domain.paper import AnnounceType
from tests.examples import DAY, announced

EVE, BEFORE = DAY - timedelta(days=1), DAY - timedelta(days=2)
HOME = announced(1, categories=("cs.LG",))
AWAY = announced(2, categories=("cs.CV", "cs.LG"))
OLD = announced(3, arxiv_id="math.GT/0309136", categories=("cs.LG",))
DAYS = [(DAY, [AWAY, HOME]), (EVE, []), (BEFORE, [OLD])]


def test_entries_belong_to_the_day_above_them_and_cross_lists_are_told_apart() -> None:
    page = parse_pastweek(pastweek_page("cs.LG", DAYS))
    assert [(one.day, one.arxiv_id, one.how) for one in page.mentions] == [
        (DAY, "2613.00001", AnnounceType.NEW),
        (DAY, "2613.00002", AnnounceType.CROSS),
        (BEFORE, "math.GT/0309136", AnnounceType.NEW),
    ]
    assert (page.total, page.last_place) == (3, 3)


def test_a_day_without_an_entry_is_among_the_days_and_counts_none() -> None:
    page = parse_pastweek(pastweek_page("cs.LG", DAYS))
    assert page.days == {DAY, EVE, BEFORE}
    assert page.totals == {DAY: 2, EVE: 0, BEFORE: 1}


@pytest.mark.parametrize(
    ("skip", "heading", "ids", "last"),
    [
        (0, "(showing first 1 of 2 entries )", ["2613.00001"], 1),
        (1, "(continued, showing last 1 of 2 entries )", ["2613.00002"], 2),
        (2, "(showing 1 of 1 entries )", ["math.GT/0309136"], 3),
    ],
)
def test_a_part_names_all_days_and_says_how_far_it_goes(skip: int, heading: str, ids: list[str], last: int) -> None:
    body = pastweek_page("cs.LG", DAYS, skip, show=1)
    page = parse_pastweek(body)
    assert heading in body.decode()
    assert [one.arxiv_id for one in page.mentions] == ids
    assert (page.days, page.total, page.last_place) == (frozenset({DAY, EVE, BEFORE}), 3, last)


def test_an_entry_that_cannot_be_read_is_passed_but_not_mentioned() -> None:
    page = parse_pastweek(pastweek_page("cs.LG", DAYS).replace(b"/abs/math.GT/0309136", b"/abs/nonsense"))
    assert len(page.mentions) == 2
    assert (page.total, page.last_place) == (3, 3)


def test_a_page_that_breaks_off_says_how_far_it_went() -> None:
    body = pastweek_page("cs.LG", DAYS)
    page = parse_pastweek(body[: body.index(b"item2")])
    assert (page.total, page.last_place, len(page.mentions)) == (3, 1, 1)


def test_a_category_without_a_paper_has_days_all_the_same() -> None:
    page = parse_pastweek(pastweek_page("cs.GL", [(DAY, []), (EVE, [])]))
    assert (page.days, page.total, page.mentions) == (frozenset({DAY, EVE}), 0, ())


@pytest.mark.parametrize("body", [b"", b"<html><body>Please wait</body></html>", b"<h3>Soon, 99 Mai 2026</h3>"])
def test_a_page_without_days_is_none(body: bytes) -> None:
    with pytest.raises(PassingError):
        parse_pastweek(body)


def test_a_real_page_is_read(samples: Path) -> None:
    page = parse_pastweek((samples / "listing" / "list-cs.AI-recent-2026-10-07.excerpt.html").read_bytes())
    newest = date(2026, 10, 7)
    assert {newest, date(2026, 10, 6), date(2026, 10, 5)} <= page.days
    assert [(one.day, one.arxiv_id, one.how) for one in page.mentions] == [
        (newest, arxiv_id, AnnounceType.NEW) for arxiv_id in ("2610.08778", "2610.08775", "2610.08722")
    ]
    assert (page.total, page.totals, page.last_place) == (1945, {newest: 350}, 4)
