"""Opening a database: migrations, and each way in which it can refuse."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.adapters.database import engine
from bot.adapters.database.engine import NEWEST, Database
from bot.adapters.database.store import DatabaseStore
from bot.adapters.database.tables import PAPER_WORDS, metadata
from bot.errors import StoreError
from tests.examples import announced, listing


def test_the_migrations_make_exactly_the_tables_that_the_code_names(database: Database) -> None:
    options = {"compare_type": True, "include_object": lambda _, name, *__: not name.startswith(PAPER_WORDS)}
    with database.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    assert differences == []


def test_the_newest_migration_is_the_one_that_the_program_expects() -> None:
    versions = Path(engine.__file__).parent / "migrations" / "versions"
    assert max(path.name[:4] for path in versions.glob("*.py")) == NEWEST


def test_opening_again_keeps_what_is_there(url: str, database: Database, store: DatabaseStore) -> None:
    store.save_listing(listing(announced(1)), ["cs.LG"])
    with Database(url).reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(metadata.tables["papers"])) == 1


def test_writes_survive_a_power_cut_and_readers_do_not_block_writers(database: Database) -> None:
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        with database.writing() as other:
            other.exec_driver_sql("DELETE FROM runs")


def test_a_database_from_a_newer_version_is_refused_and_left_alone(url: str, tmp_path: Path) -> None:
    Database(url).close()
    with sqlite3.connect(tmp_path / "broadsheet.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"newer than this program.*Update broadsheet"):
        Database(url)


def test_a_file_that_is_no_database_is_refused_with_a_hint(url: str, tmp_path: Path) -> None:
    (tmp_path / "broadsheet.db").write_text("a shopping list, and a long one at that" * 50)
    with pytest.raises(StoreError, match="no SQLite database"):
        Database(url)


def test_programs_that_open_a_new_database_at_the_same_moment_wait_for_each_other(tmp_path: Path) -> None:
    together = threading.Barrier(4)

    def open_one(number: int) -> None:
        connection = sqlite3.connect(tmp_path / f"{number}.db", timeout=10)
        together.wait()
        engine._set_up(connection, None)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        for number in range(150):
            list(pool.map(open_one, 4 * [number]))


def test_a_missing_folder_is_named_as_the_cause() -> None:
    with pytest.raises(StoreError, match="folder exists and is writable"):
        Database("sqlite:////nowhere/at/all/broadsheet.db")


def test_an_unusable_url_is_refused_without_showing_its_password() -> None:
    with pytest.raises(StoreError) as caught:
        Database("nonsense://ada:hunter2@host/db")
    assert "hunter2" not in str(caught.value)


def test_a_locked_database_says_so_and_keeps_its_state(database: Database, url: str, tmp_path: Path) -> None:
    impatient = Database(url, lock_wait_s=0.05)
    holder = sqlite3.connect(tmp_path / "broadsheet.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="Another program holds the database"), impatient.writing():
        pass
    holder.execute("ROLLBACK")
    holder.close()
    assert impatient.check() == f"sqlite, readable and writable, at migration {NEWEST}"


def test_an_error_inside_a_transaction_saves_nothing_of_it(database: Database) -> None:
    with pytest.raises(StoreError), database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
        connection.exec_driver_sql("INSERT INTO no_such_table VALUES (1)")
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar() == 1


def test_a_read_only_database_can_be_read_and_says_what_to_do_when_written(database: Database, tmp_path: Path) -> None:
    read_only = Database(f"sqlite:///file:{tmp_path}/broadsheet.db?mode=ro&uri=true")
    with read_only.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM runs").scalar() == 0
    with pytest.raises(StoreError, match="Make the database file and its folder writable"):
        read_only.check()
