"""A copy of the database as one file, made while the bot runs; and back.

Every file is written under another name beside the one it is to have, checked, brought to the disk, and renamed. So a
crash at any moment leaves the old file or the new one, whole; at worst with a `.part` file beside it.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from urllib.parse import quote

from bot.adapters.database.engine import NEWEST, OPEN, Database, locks_beside, refusal, sqlite_file
from bot.adapters.database.locks import held, holders
from bot.errors import BusyError, StoreError

OURS = {"alembic_version", "papers", "profiles", "verdicts", "runs", "digests", "deliveries"}
_HEADER = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat.html#the_database_header
_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a database: https://www.sqlite.org/tempfiles.html


def backup(database: Database, file: Path) -> int:
    """Write a consistent copy to `file`, for its owner only, while others read and write. Returns its size in bytes.

    Raises StoreError if there is such a file already, or if it cannot be written; then there is none.
    """
    with _told(file), _part(file) as part:
        with closing(_connected(part)) as copy:
            database.copy_to(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # all in one file
            _refuse_damaged(copy, database.file, "Restore a backup that was made before")
        _to_disk(part)
        if file.exists():
            raise StoreError(f"{file} is there already", hint="Name a file that is not, or move that one away")
        _rename(part, file)
        return file.stat().st_size


def restore(file: Path, url: str, now: datetime) -> Path | None:
    """Put the backup `file` in the place of the database of `url`. Returns where what stood there is kept, if anything.

    now: for that name. Nobody may have the database open; so the caller must not, either. Raises BusyError if somebody
    has, StoreError if the file is missing, damaged, newer than this program or no database of Broadsheet. Then nothing
    has changed.
    """
    there = sqlite_file(url)
    with _told(file), _alone(there), _part(there) as part:
        _take_in(file, part)
        kept = None
        if there.exists():
            _settle(there)
            shutil.copymode(there, part)
            kept = _kept(there, now)
        _owned_like(part, there if kept else there.parent)
        for leftover in _BESIDE:  # a damaged database's; its copy has them
            there.with_name(there.name + leftover).unlink(missing_ok=True)
        _rename(part, there)
        return kept


def _take_in(file: Path, part: Path) -> None:
    """Copy the backup to `part` and bring it to the disk, if it is one that can be used."""
    if not file.is_file():
        raise StoreError(f"there is no file {file}", hint="Name a file that `broadsheet backup` wrote")
    source = sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro", uri=True, isolation_level=None)
    with closing(source), closing(_connected(part)) as copy:
        _refuse_damaged(source, file, "Use another backup")
        _refuse_foreign(source, file)
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    _to_disk(part)


def _refuse_damaged(connection: sqlite3.Connection, file: Path | None, hint: str) -> None:
    if (found := connection.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
        raise StoreError(f"{file} is damaged: {found.splitlines()[-1]}", hint=hint, permanent=True)


def _refuse_foreign(connection: sqlite3.Connection, file: Path) -> None:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= OURS:
        raise StoreError(
            f"{file} is no database of Broadsheet", hint="Name a file that `broadsheet backup` wrote", permanent=True
        )
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if found is None:
        raise StoreError(f"{file} does not say of which version it is", hint="Name another backup", permanent=True)
    if (revision := found[0]) > NEWEST:
        raise StoreError(
            f"{file} is newer than this program (migration {revision}, known up to {NEWEST})",
            hint="Update broadsheet, then restore it",
            permanent=True,
        )


@contextmanager
def _alone(there: Path) -> Iterator[None]:
    """Nobody has the database open, and nobody can open it. Raises BusyError."""
    locks = locks_beside(there)
    try:
        there.parent.mkdir(parents=True, exist_ok=True)
        with held(locks, OPEN, wait=False):
            if _at_work(locks):
                raise BusyError(f"{locks} has locks that are held")
            yield
    except BusyError as error:
        names = f" ({', '.join(_at_work(locks))})" if _at_work(locks) else ""
        raise BusyError(f"a bot is at work on the database {there}{names}", hint="Stop it, then restore") from error


def _at_work(locks: Path) -> list[str]:
    return [name for name in holders(locks) if name != OPEN]


def _settle(there: Path) -> None:
    """Bring what is written beside the database into it, so that it is one file. A damaged one stays as it is.

    What is left beside it would be taken for the new database's own.
    https://www.sqlite.org/howtocorrupt.html#_unlinking_or_renaming_a_database_file_while_in_use
    """
    with there.open("rb") as old_file:
        if old_file.read(len(_HEADER)) != _HEADER:  # SQLite would throw away what lies beside it
            return
    with closing(_connected(there)) as old:
        try:
            old.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):  # another program than ours has it open
                raise BusyError(f"another program has {there} open") from error


def _kept(there: Path, now: datetime) -> Path:
    """Copy the old database, and what a damaged one has beside it, to a name with the date."""
    dated = f"{there.name}.until-{now:%Y-%m-%dT%H%M%S}"
    names = (there.with_name(dated + (f"-{number}" if number else "")) for number in count())
    kept = next(name for name in names if not name.exists())
    for beside in ("", *_BESIDE):
        source = there.with_name(there.name + beside)
        if source.exists():
            target = kept.with_name(kept.name + beside)
            with _part(target) as part:
                shutil.copyfile(source, part)
                shutil.copymode(source, part)
                _owned_like(part, source)
                _to_disk(part)
                _rename(part, target)
    return kept


def _owned_like(part: Path, other: Path) -> None:
    """Give the file away, if we may: what root restores, the bot's user must write."""
    like = other.stat()
    with suppress(PermissionError):
        os.chown(part, like.st_uid, like.st_gid)


def _connected(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None, timeout=1)


@contextmanager
def _part(file: Path) -> Iterator[Path]:
    """A new empty file beside `file`, for its owner only. It is gone at the end, unless it was renamed."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        for leftover in ("", *_BESIDE):
            Path(name + leftover).unlink(missing_ok=True)


def _rename(part: Path, file: Path) -> None:
    part.replace(file)
    _to_disk(file.parent)


def _to_disk(path: Path) -> None:
    """See that a file's content, or a folder's names, would survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Errors of the driver and of the file system as StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        raise refusal(file, error) from error
    except OSError as error:
        raise StoreError(
            f"{file} cannot be copied: {error.strerror} ({error.filename})",
            hint="Name a folder that exists and is writable, with enough space",
        ) from error
