"""Weeks in the life of the bot, with all that goes wrong in a year: nothing is lost, repeated or kept silent."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.profile import Cutoffs
from bot.domain.schedule import Schedule
from tests import examples
from tests.fakes.arxiv_year import CATEGORIES, eastern, invent
from tests.fakes.year import World, world
from tests.fakes.year_account import Account, account

WEEKS = timedelta(weeks=6)
# Seed, first day, schedule, shortlist limit: both changes of clocks in New York, holidays, and the end of the year.
LIVES = [
    (22, date(2026, 2, 23), "08:30 Asia/Tokyo weekdays", None),
    (45, date(2026, 10, 19), "00:30 America/New_York", 6),
    (44, date(2026, 11, 9), "18:00 Europe/Berlin fri", None),
]


@pytest.fixture(scope="module", params=LIVES, ids=lambda life: life[2])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    seed, first, schedule, limit = request.param
    reader = examples.profile(
        categories=CATEGORIES, schedule=Schedule.parse(schedule), cutoffs=Cutoffs(cap=3), shortlist_limit=limit
    )
    home: Path = tmp_path_factory.mktemp("year")
    with world(invent(seed, first, first + WEEKS), reader, home) as made:
        made.live(eastern(first + WEEKS, 24))
        yield made


@pytest.fixture(scope="module")
def found(lived: World) -> Account:
    return account(lived)


def test_every_paper_is_in_the_receipt_of_a_digest(found: Account) -> None:
    assert found.papers > 150
    assert found.lost == frozenset()


def test_no_paper_is_shown_twice_nor_carried_anywhere_twice(found: Account) -> None:
    assert found.shown > 30
    assert found.twice == frozenset()


def test_every_paper_that_is_shown_reaches_every_outlet(found: Account) -> None:
    assert found.undelivered == frozenset()


def test_no_verdict_is_bought_twice(found: Account) -> None:
    assert found.bought_twice == frozenset()


def test_every_receipt_adds_up(found: Account) -> None:
    assert found.wrong == ()
    assert found.other["below_cutoff"]


def test_every_announcement_day_is_made_or_told(found: Account) -> None:
    assert found.days > 20
    assert found.unaccounted == ()


def test_the_operator_is_told_once_of_each_trouble_and_once_that_it_is_over(lived: World) -> None:
    told, over = ([one.day for one in some] for some in (lived.told, lived.over))
    assert sorted(told) == sorted({*told})
    assert set(told) - set(over) <= {*account(lived).waiting}
    assert set(over) <= set(told)


def test_it_was_no_easy_time(lived: World, found: Account) -> None:
    year = lived.year
    assert found.exactly
    assert found.approximately
    assert found.late
    assert all((year.down, year.missing, year.unreadable, year.judge_down, year.outlet_down, year.clock_back))
    assert all((year.turns_late, year.feed_empty, year.feed_stale))
