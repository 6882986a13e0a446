"""The archive's first page: as text, and as a reader sees it."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.index import NEWEST, index_page
from tests.browser import measure, picture

TODAY = date(2026, 5, 29)
DAYS = [TODAY - timedelta(days=number) for number in range(120)]
LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
ROOT = "frame.contentDocument.documentElement"
WIDTHS = f"return {{page: {ROOT}.clientWidth, needs: {ROOT}.scrollWidth}};"


@given(st.lists(st.dates(date(1991, 1, 1), date(2100, 1, 1)), unique=True).map(lambda days: sorted(days, reverse=True)))
def test_every_day_has_one_link_newest_first(days: list[date]) -> None:
    linked = re.findall(r'href="group/([^"]*)/"', index_page({"group": days}))
    assert linked == [str(day) for day in days]


def test_the_newest_days_stand_open_and_the_others_are_folded_by_month() -> None:
    shown, _, folded = index_page({"group": DAYS}).partition("<details")
    assert shown.count('href="group/') == NEWEST
    assert re.findall(r"(\w+ 2026):", folded) == [
        "May 2026",
        "April 2026",
        "March 2026",
        "February 2026",
        "January 2026",
    ]


def test_a_profile_is_called_by_its_name_where_it_has_one_and_nothing_in_it_is_markup() -> None:
    page = index_page({"group": DAYS[:1], "other": DAYS[:1]}, {"group": "Readers <script>alert(1)</script>"})
    assert "Readers &lt;script&gt;" in page
    assert "<script" not in page
    assert ">other <" in page


def test_an_empty_archive_says_when_something_will_stand_there() -> None:
    assert "on the next announcement day" in index_page({})


def test_nothing_reaches_beyond_a_telephone_s_screen(tmp_path: Path) -> None:
    shown = [index_page({"a" * 40: DAYS, "group": DAYS[:2]}, {"group": LONG}).replace("<details", "<details open")]
    for found in measure(tmp_path, [*shown, index_page({})], 360, WIDTHS):
        assert found["needs"] <= found["page"] == 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_dark_for_readers_who_asked_for_it_and_light_for_others(tmp_path: Path, scheme: str) -> None:
    colour = picture(tmp_path, index_page({"group": DAYS}), width=600, height=300, scheme=scheme).colour(5, 290)
    assert max(colour) < 40 if scheme == "dark" else min(colour) > 230
