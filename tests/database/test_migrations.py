"""A database that an earlier version filled is brought up to date, and nothing of it is lost."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.adapters.database import engine
from bot.adapters.database.engine import Database
from bot.adapters.database.figures import DatabaseFigures
from bot.adapters.database.ledger import DatabaseRuns
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.store import DatabaseStore
from bot.adapters.database.tables import PAPER_WORDS as WORDS
from bot.clock import SetClock
from bot.domain.runs import RunState
from bot.errors import StoreError
from tests.examples import DAY, NOON, profile

Rows = dict[str, list[dict[str, Any]]]
COUNTS = {"announced": 28, "other_types": 1, "seen_before": 2, "left_by_shortlist": 3, "below_cutoff": 4}
COUNTS |= {"over_cap": 5, "shown": 6, "failed": 7}
RECEIPT = {**COUNTS, "entries_seen": 30, "arxiv_says": None}
FILLED = f"""
INSERT INTO papers VALUES ('2613.00001', 1, 'On "quotes"', 'Ünïcode', '["Ada"]', '["cs.LG"]', NULL, 'doi', NULL);
INSERT INTO sightings VALUES ('2613.00001', '2026-05-06', 'new', 1);
INSERT INTO profiles VALUES
  ('group', '{{"id": "group", "name": "G", "categories": ["cs.LG"], "digest_at": "07:15", "timezone": "Europe/Berlin",
     "topics": [{{"id": "a", "name": "A", "keep": "B"}}]}}', '2026-05-05 09:00:00.000000'),
  ('idle', '{{}}', '2026-05-04 10:00:00.000000');
INSERT INTO verdicts VALUES ('2613.00001', 1, 'abc', 'model', 9, NULL, '{{}}', '2026-05-06 12:00:00.000000');
INSERT INTO overviews VALUES ('{"0" * 64}', 'model', 'An answer.');
INSERT INTO runs VALUES (1, 'group', '2026-05-06', 'failed', '2026-05-06 08:00:00.000001', NULL, 'why'),
                        (2, 'group', '2026-05-06', 'complete', '2026-05-06 12:00:00.5', '2026-05-06 12:01:00', NULL);
INSERT INTO digests VALUES
  ('group', '2026-05-06', 'complete', '2026-05-06 12:00:30.250000', '{json.dumps({"receipt": RECEIPT})}'),
  ('group', '2026-05-05', 'quiet', '2026-05-05 12:00:30.250000', 'no JSON at all'),
  ('group', '2026-05-04', 'complete', '2026-05-04 12:00:30.250000', '{{"receipt": {{"announced": 3}}}}');
INSERT INTO digest_papers VALUES ('group', '2026-05-06', '2613.00001', 1, 'new', 'shown');
INSERT INTO deliveries VALUES
  ('group', '2026-05-06', 'mail:ada@example.org', 'sent', '["2613.00001"]', 'it', NULL, '2026-05-06 12:00:40.000000'),
  ('group', '2026-05-06', 'slack:C1', 'failed', NULL, NULL, 'refused', '2026-05-06 12:00:41.000000');
INSERT INTO usage VALUES (1, '2026-05-06 12:00:00.000000', 'group', '2026-05-06', 'model', 'judge', 0, 10, 2, 3, NULL);
"""


@pytest.fixture
def before(url: str) -> Iterator[Rows]:
    """What a database of the first version holds; it is brought up to date by whoever opens it."""
    old = sa.create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).parent / "migrations"))
    with old.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in FILLED.split(";\n")[:-1]:
            connection.exec_driver_sql(statement)
    with old.connect() as connection:
        yield everything(connection)
    old.dispose()


def everything(connection: sa.Connection) -> Rows:
    """Every row of every table, as the driver gives it: without the types that the code puts on top. The full text is
    no table of ours."""
    names = [one for one in sa.inspect(connection).get_table_names() if not one.startswith(("alembic_version", WORDS))]
    return {
        name: [dict(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY rowid").mappings()]
        for name in names
    }


def test_a_filled_database_of_the_first_version_loses_nothing(url: str, before: Rows) -> None:
    assert all(before.values()), "every table is filled, so that the test can tell a loss"
    with Database(url).reading() as connection:
        after = everything(connection)
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0]} for row in after[table]]
        assert kept == rows, table


@pytest.mark.usefixtures("before")
def test_what_the_first_version_did_not_keep_is_filled_in_from_what_it_did(url: str) -> None:
    database = Database(url)
    store = DatabaseStore(database, SetClock(NOON), lambda _: "")
    assert store.first_made(profile(), DAY) == datetime(2026, 5, 6, 12, 0, 30, 250000, tzinfo=UTC)
    figures = DatabaseFigures(database).figures((1.0,))
    assert figures.papers == COUNTS
    assert figures.deliveries == {"mail": {"sent": 1}, "slack": {"failed": 1}}
    history = DatabaseRuns(database, SetClock(NOON)).history(DAY, NOON)
    assert history["group"].first == DAY
    assert history["idle"].first == datetime(2026, 5, 4, tzinfo=UTC).date()
    day = history["group"].days[DAY]
    assert (day.state, day.permanent, day.undelivered) == (RunState.COMPLETE, False, frozenset({"slack:C1"}))


@pytest.mark.usefixtures("before")
def test_profiles_of_the_first_version_are_read_with_their_time_and_zone(url: str) -> None:
    profiles = DatabaseProfiles(Database(url), SetClock(NOON)).all()
    (group,) = profiles.usable
    assert (f"{group.schedule.at:%H:%M}", group.schedule.timezone) == ("07:15", "Europe/Berlin")
    assert set(profiles.broken) == {"idle"}


@pytest.mark.usefixtures("before")
def test_a_migration_that_is_cut_off_leaves_the_old_database_whole(url: str) -> None:
    blocker = sa.create_engine(url)
    with blocker.begin() as connection:  # the name of a table that the migration makes late
        connection.exec_driver_sql("CREATE TABLE retries (anything TEXT)")
        old = everything(connection)
    with pytest.raises(StoreError, match="another program's database"):
        Database(url)
    with blocker.connect() as connection:
        assert everything(connection) == old
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0001"
