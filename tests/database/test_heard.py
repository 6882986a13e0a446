"""What Slack sends again, and what people press twice, is acted on once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from bot.adapters.database.engine import Database
from bot.adapters.database.heard import DatabaseHeard
from bot.adapters.database.tables import heard as table
from tests.fakes.desk import StillClock
from tests.fakes.processes import at_once

LISTEN = """
import sys
from bot.adapters.database.engine import Database
from bot.adapters.database.heard import DatabaseHeard
from bot.clock import SystemClock
heard = DatabaseHeard(Database(sys.argv[1]), SystemClock())
print("ready", flush=True)
sys.stdin.readline()
print(sum(heard.first_time(f"Ev{number}") for number in range(20)), flush=True)
"""


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def heard(database: Database, clock: StillClock) -> DatabaseHeard:
    return DatabaseHeard(database, clock)


def kept(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.scalars(sa.select(table.c.id).order_by(table.c.id)))


def test_only_the_first_time_is_the_first_time(heard: DatabaseHeard) -> None:
    assert [heard.first_time(one) for one in ("Ev1", "Ev2", "Ev1", "Ev2")] == [True, True, False, False]


def test_of_many_threads_that_hear_the_same_one_acts(url: str, heard: DatabaseHeard, clock: StillClock) -> None:
    ears = (heard, DatabaseHeard(Database(url), clock))
    with ThreadPoolExecutor(8) as threads:
        first = list(threads.map(lambda at: ears[at % 2].first_time(f"Ev{at // 8}"), range(64)))
    assert [sum(first[at : at + 8]) for at in range(0, 64, 8)] == [1] * 8


def test_of_several_processes_that_hear_the_same_one_acts(url: str, database: Database) -> None:
    assert sum(map(int, at_once(LISTEN, 3, url))) == 20
    assert len(kept(database)) == 20


def test_ids_are_forgotten_after_a_day_and_after_a_clock_that_was_ahead(
    heard: DatabaseHeard, clock: StillClock, database: Database
) -> None:
    heard.first_time("old")
    clock.wait(23 * 3600)
    heard.first_time("new")
    assert kept(database) == ["new", "old"]
    clock.wait(2 * 3600)
    assert not heard.first_time("new")
    assert kept(database) == ["new"]
    clock.wait(-72 * 3600)
    heard.first_time("now")
    assert kept(database) == ["now"]


def test_long_ids_are_told_apart_and_what_has_no_id_is_always_new(heard: DatabaseHeard, database: Database) -> None:
    long = "x" * 5000
    assert [heard.first_time(one) for one in (f"{long}1", f"{long}2", f"{long}1", "\ud800" * 200)] == [
        True,
        True,
        False,
        True,
    ]
    assert all(len(one) <= 120 for one in kept(database))
    assert heard.first_time("")
    assert heard.first_time("")
