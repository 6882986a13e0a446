"""One engine per database: opened, checked, brought up to date; its errors turned into StoreError."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.adapters.database.tables import metadata
from bot.errors import StoreError

# The newest migration. A test compares it with migrations/versions.
NEWEST = "0001"
LOCK_WAIT_S = 30

HINTS = {
    "readonly": "Make the database file and its folder writable for the user that runs broadsheet",
    "database is locked": "Another program holds the database; stop it, or try again in a minute",
    "full": "Free some space; nothing that was saved before is lost",
    "unable to open": "Check BROADSHEET_HOME and DATABASE_URL, and that the folder exists and is writable",
    "not a database": "The file is no SQLite database: move it away, or restore a backup",
    "already exists": "It is another program's database: set DATABASE_URL, or BROADSHEET_HOME, to another place",
    "malformed": "The database file is damaged; restore a backup",
    "connection": "Check DATABASE_URL, and that the database server runs",
}


class Database:
    """An open database at the newest migration."""

    def __init__(self, url: str) -> None:
        """Open `url` (SQLAlchemy form), make its tables or bring them up to date. Raises StoreError."""
        try:
            self._engine = sa.create_engine(url, **_options(url))
        except (SQLAlchemyError, ImportError, ValueError) as error:
            hint = "Write sqlite:////absolute/path; this version stores in SQLite only"
            raise StoreError("DATABASE_URL is not usable", hint=hint, permanent=True) from error
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _set_up)
            sa.event.listen(self._engine, "begin", _begin)
        with self._translated():
            _bring_up_to_date(self._engine)

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

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

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
            why = str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__
            hint = next((hint for sign, hint in HINTS.items() if sign in why), "")
            where = self._engine.url.database if self._engine.dialect.name == "sqlite" else self._engine.url.host
            raise StoreError(f"the database {where} refused: {why}", hint=hint) from error


def _options(url: str) -> dict[str, Any]:
    return {"connect_args": {"timeout": LOCK_WAIT_S}} if url.startswith("sqlite") else {"pool_pre_ping": True}


def _set_up(connection: Any, _: object) -> None:
    """SQLite: write-ahead log, foreign keys, and commits that survive a power cut; BEGIN is ours (see below)."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """SQLite: a writer takes the write lock at once: upgrading later fails without waiting if another wrote meanwhile.

    https://www.sqlite.org/lang_transaction.html#deferred_immediate_and_exclusive_transactions
    """
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(engine: Engine) -> None:
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
        config.attributes["connection"] = connection
        command.upgrade(config, NEWEST)


def _revision(connection: Connection) -> str | None:
    """The migration that the database is at; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
