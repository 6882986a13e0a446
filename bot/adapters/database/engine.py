"""One engine per database: opened, checked, brought up to date; its errors turned into StoreError."""

import os
import sqlite3
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.adapters.database.locks import shared
from bot.adapters.database.tables import metadata
from bot.errors import StoreError

# The newest migration. A test compares it with migrations/versions.
NEWEST = "0004"
LOCK_WAIT_S, LOOK_S = 30.0, 0.02
OPEN = "open"  # the lock that all who have the database open share, so that nobody puts another file in its place

HINTS = {
    "readonly": "Make the database file and its folder writable for the user that runs broadsheet",
    "database is locked": "Another program holds the database; stop it, or try again in a minute",
    "full": "Free some space; nothing that was saved before is lost",
    "disk I/O error": "The disk is full, out of quota or failing; nothing that was saved before is lost",
    "unable to open": "Check BROADSHEET_HOME and DATABASE_URL, and that the folder exists and is writable",
    "not a database": "The file is no SQLite database: move it away, or restore a backup",
    "already exists": "It is another program's database: set DATABASE_URL, or BROADSHEET_HOME, to another place",
    "malformed": "The database file is damaged; restore a backup",
    "no such module": "This SQLite was built without FTS5, its full-text search; use another build of Python",
    "connection": "Check DATABASE_URL, and that the database server runs",
}


class Database:
    """An open database at the newest migration."""

    def __init__(self, url: str, *, lock_wait_s: float = LOCK_WAIT_S, readable: Callable[[str], str] = str) -> None:
        """Open `url` (SQLAlchemy form), make its tables or bring them up to date. Raises StoreError.

        lock_wait_s: how long one of our writes waits for another program's before it fails. readable: makes words that
        people search for of what arXiv sends, which may be TeX.
        """
        self.readable = readable
        try:
            self._engine = sa.create_engine(url, **_options(url, lock_wait_s))
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise _unusable() from error
        self.file = _file(self._engine.url)
        if self._engine.dialect.name == "sqlite" and self.file is None:
            raise _unusable()
        self._watch: Connection | None = None
        self._watching = Lock()
        self._give_back = _taken(self, self.file)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _set_up)
            sa.event.listen(self._engine, "begin", _begin)
        try:
            with self._translated():
                _bring_up_to_date(self._engine, readable)
            self._opened = _identity(self.file) if self.file else None
        except BaseException:
            self.close()
            raise

    def _refuse_replaced(self) -> None:
        """What is read from a file that is gone, and written to it, nobody else will ever see."""
        try:
            there = self.file is None or _identity(self.file) == self._opened
        except OSError:
            there = False
        if not there:
            raise StoreError(
                f"the database {self.file} was removed or replaced while the bot had it open",
                hint="Restart the bot; if the file is lost, restore a backup first",
            )

    @property
    def locks(self) -> Path:
        """The folder of the lock files that all processes on this database share: beside it, whatever their home."""
        if self.file is None:
            raise StoreError(
                "only a database in a file has a place for locks", hint="Write sqlite:////absolute/path", permanent=True
            )
        return locks_beside(self.file)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises StoreError."""
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits at its end. Raises StoreError; then nothing of it is saved."""
        with (
            self._translated(),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def insert(self, table: sa.Table) -> Any:
        """INSERT of this dialect, which both dialects give `on_conflict_do_nothing` and `on_conflict_do_update`."""
        if self._engine.dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert
        else:
            from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
        return insert(table)

    def changes(self) -> int | None:
        """A number that is another one after every commit by anybody; None where the database cannot tell.

        It costs microseconds, so who asks the same thing every few seconds need not ask in vain. Ask for it before you
        read what you keep under it. https://www.sqlite.org/pragma.html#pragma_data_version
        """
        if self.file is None:
            return None
        self._refuse_replaced()
        with self._watching, self._translated():
            # SQLite tells a connection of the others' commits only, so nothing is ever written on this one.
            self._watch = self._watch or self._engine.connect()
            number = self._watch.exec_driver_sql("PRAGMA data_version").scalar_one()
            self._watch.rollback()
        return int(number)

    def copy_to(self, file: sqlite3.Connection) -> None:
        """Copy the whole database into an open, empty SQLite file, as it is at one moment; others may go on writing.

        Raises StoreError; sqlite3.Error if the file cannot take it.
        """
        with self.reading() as connection:
            driver = connection.connection.driver_connection
            if not isinstance(driver, sqlite3.Connection):
                raise StoreError("only SQLite is copied to a file", hint="Use your database's own tool", permanent=True)
            driver.backup(file)

    def close(self) -> None:
        """Close all connections."""
        with self._watching:
            if self._watch:
                self._watch.close()
                self._watch = None
        self._engine.dispose()
        self._give_back()

    def check(self) -> str:
        """Write and roll back. Returns what works, in words. Raises StoreError."""
        with self._translated(), self._engine.connect().execution_options(writes=True) as connection:
            connection.execute(sa.delete(metadata.tables["runs"]).where(sa.false()))
            connection.rollback()
        return f"{self._engine.dialect.name}, readable and writable, at migration {NEWEST}"

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            # The message of SQLAlchemy holds the statement and its values; the driver's own holds neither.
            where = self._engine.url.database if self._engine.dialect.name == "sqlite" else self._engine.url.host
            raise refusal(where, error.orig or error) from error


def refusal(where: object, error: BaseException) -> StoreError:
    """What to raise for an error of the database's driver. where: which database it was."""
    why = (str(error).strip() or type(error).__name__).splitlines()[0]
    hint = next((hint for sign, hint in HINTS.items() if sign in why), "")
    return StoreError(f"the database {where} refused: {why}", hint=hint)


def sqlite_file(url: str) -> Path:
    """The file of a database that need not exist. Raises StoreError if the URL names none."""
    try:
        file = _file(sa.make_url(url))
    except SQLAlchemyError as error:
        raise _unusable() from error
    if file is None:
        raise _unusable()
    return file


def locks_beside(file: Path) -> Path:
    """The folder of lock files of the database in `file`."""
    return file.parent / "locks"


def _unusable() -> StoreError:
    hint = "Write sqlite:////absolute/path; this version stores in SQLite only"
    return StoreError("DATABASE_URL is not usable", hint=hint, permanent=True)


def _file(url: sa.URL) -> Path | None:
    """Where a SQLite database lies, with links resolved: it is the same under all its names. None: it is in no file."""
    name = url.database or ""
    if name.startswith("file:"):
        name = "" if url.query.get("mode") == "memory" else unquote(urlsplit(name).path)
    if url.get_backend_name() != "sqlite" or name in ("", ":memory:"):
        return None
    return Path(name).resolve()


def _taken(database: Database, file: Path | None) -> Callable[[], object]:
    """Take the lock OPEN until it is given back, or the database is forgotten. Returns what gives it back."""
    try:
        if file is not None:
            return weakref.finalize(database, os.close, shared(locks_beside(file), OPEN))
    except BlockingIOError as error:
        raise StoreError(f"{file} is being restored", hint="Try again when that is done") from error
    except OSError:
        # A folder that is missing, which SQLite tells better; or one that is read-only, and so is never restored into.
        pass
    return lambda: None


def _identity(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_dev, found.st_ino


def _options(url: str, lock_wait_s: float) -> dict[str, Any]:
    return {"connect_args": {"timeout": lock_wait_s}} if url.startswith("sqlite") else {"pool_pre_ping": True}


def _set_up(connection: Any, _: object) -> None:
    """SQLite: write-ahead log, foreign keys, and commits that survive a power cut; BEGIN is ours (see below)."""
    connection.isolation_level = None
    _keep_a_log(connection)
    for pragma in ("foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _keep_a_log(connection: Any) -> None:
    """Where two programs open a new database at once, SQLite refuses this to one of them without waiting; so wait here,
    as long as for any other lock. https://www.sqlite.org/wal.html#activating_and_configuring_wal_mode"""
    (wait_ms,) = connection.execute("PRAGMA busy_timeout").fetchone()
    until = time.monotonic() + wait_ms / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
            time.sleep(LOOK_S)
        else:
            return


def _begin(connection: Connection) -> None:
    """SQLite: a writer takes the write lock at once: upgrading later fails without waiting if another wrote meanwhile.

    https://www.sqlite.org/lang_transaction.html#deferred_immediate_and_exclusive_transactions
    """
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(engine: Engine, readable: Callable[[str], str]) -> None:
    """Run the missing migrations. Alembic is loaded only when there are any: it costs a third of a second."""
    with engine.connect() as connection:
        if _revision(connection) == NEWEST:
            return
    from alembic import command
    from alembic.config import Config

    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        revision = _revision(connection)  # again, now that no other process can be migrating
        if revision and revision > NEWEST:
            raise StoreError(
                f"the database is newer than this program (migration {revision}, known up to {NEWEST})",
                hint="Update broadsheet, or restore a backup made by this version",
                permanent=True,
            )
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes |= {"connection": connection, "readable": readable}
        command.upgrade(config, NEWEST)


def _revision(connection: Connection) -> str | None:
    """The migration that the database is at; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
