"""Databases of every earlier version are brought to where notes can be kept."""

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from bot.adapters.database import engine
from bot.adapters.database.backup import backup, restore
from bot.adapters.database.engine import NEWEST, Database
from bot.adapters.database.notes import DatabaseNotes
from bot.clock import SetClock
from bot.domain.profile import Profile
from tests.database.test_notes import NOTE, SPENT
from tests.examples import DAY, NOON, profile

GROUP: Profile = profile()


def made_by(revision: str, file: Path) -> None:
    """An empty database of an earlier version, with one row in the account."""
    old = create_engine(f"sqlite:///{file}")
    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).parent / "migrations"))
    with old.begin() as connection:
        config.attributes |= {"connection": connection, "readable": str}
        command.upgrade(config, revision)
        connection.exec_driver_sql(
            "INSERT INTO usage VALUES (1, '2026-05-06 12:00:00', 'group', '2026-05-06', 'm', 'judge', 0, 1, 0, 1, 5)"
        )
    old.dispose()


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_notes_are_kept_in_a_database_of_any_earlier_version(tmp_path: Path, revision: str) -> None:
    made_by(revision, tmp_path / "broadsheet.db")
    database = Database(f"sqlite:///{tmp_path}/broadsheet.db")
    notes = DatabaseNotes(database, SetClock(NOON))
    notes.save_note(NOTE)
    notes.spend(SPENT, GROUP, DAY)
    assert notes.note(NOTE.arxiv_id, NOTE.version, "en") == NOTE
    assert notes.spent(NOON.replace(hour=0)) == SPENT.cost_usd
    database.close()
    raw = sqlite3.connect(tmp_path / "broadsheet.db")
    assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (NEWEST,)
    assert raw.execute("SELECT count(*) FROM usage").fetchone() == (2,)
    raw.close()


def test_a_backup_of_an_earlier_version_takes_notes_once_it_is_restored_and_opened(tmp_path: Path) -> None:
    made_by("0003", tmp_path / "old.db")
    restore(tmp_path / "old.db", f"sqlite:///{tmp_path}/new.db", NOON)
    database = Database(f"sqlite:///{tmp_path}/new.db")
    DatabaseNotes(database, SetClock(NOON)).save_note(NOTE)
    database.close()


def test_notes_and_their_batches_are_in_a_backup(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/broadsheet.db")
    notes = DatabaseNotes(database, SetClock(NOON))
    notes.save_note(NOTE)
    notes.save_batch("group", "msgbatch_1")
    backup(database, tmp_path / "copy.db")
    database.close()
    restore(tmp_path / "copy.db", f"sqlite:///{tmp_path}/again.db", NOON)
    again = Database(f"sqlite:///{tmp_path}/again.db")
    restored = DatabaseNotes(again, SetClock(NOON))
    assert restored.note(NOTE.arxiv_id, NOTE.version, "en") == NOTE
    assert restored.batch("group") == "msgbatch_1"
    again.close()
