"""Copies of a database that is in use, and how they come back."""

import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.adapters.database.backup import backup, restore
from bot.adapters.database.engine import Database
from bot.adapters.database.locks import held
from bot.adapters.database.profiles import DatabaseProfiles
from bot.clock import SetClock
from bot.errors import BusyError, StoreError
from tests.examples import NOON, profile

KEPT = "broadsheet.db.until-2026-05-06T160000"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copies" / "monday.db"


@pytest.fixture(autouse=True)
def _folder_for_copies(tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()


def name(url: str, name: str) -> None:
    """Give the database a profile of that name, and close it."""
    database = Database(url)
    DatabaseProfiles(database, SetClock(NOON)).save(profile(name=name))
    database.close()


def named(file: Path | str) -> str:
    database = Database(file if isinstance(file, str) else f"sqlite:///{file}")
    found = DatabaseProfiles(database, SetClock(NOON)).get("group").name
    database.close()
    return found


def saved(url: str, file: Path) -> int:
    database = Database(url)
    size = backup(database, file)
    database.close()
    return size


WRITE = """
import sys
from bot.adapters.database.engine import Database
from bot.adapters.database.profiles import DatabaseProfiles
from bot.clock import SystemClock
from tests.examples import profile
database = Database(sys.argv[1])
profiles, number = DatabaseProfiles(database, SystemClock()), 0
while True:
    number += 1
    with database.writing() as connection:  # always both, or neither
        for half in ("a", "b"):
            connection.exec_driver_sql(
                "INSERT INTO retries VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1", (half,)
            )
        connection.exec_driver_sql("INSERT INTO overviews VALUES (?, 'm', ?)", (str(number), "x" * 5000))
    print(number, flush=True)
"""


@contextmanager
def writing(url: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process that writes as fast as it can; at work when this begins."""
    writer = subprocess.Popen([sys.executable, "-c", WRITE, url], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    try:
        writer.stdout.readline()
        yield writer
    finally:
        writer.kill()
        writer.communicate()


def halves(file: Path) -> dict[str, int]:
    raw = sqlite3.connect(file)
    counts = dict(raw.execute("SELECT service, count FROM retries"))
    counts["overviews"] = raw.execute("SELECT count(*) FROM overviews").fetchone()[0]
    raw.close()
    return counts


def test_copies_made_while_another_process_writes_are_whole_and_come_back(
    database: Database, url: str, tmp_path: Path
) -> None:
    copies = [tmp_path / "copies" / f"{number}.db" for number in range(5)]
    with writing(url) as writer:
        assert writer.stdout is not None
        for file in copies:
            backup(database, file)
            writer.stdout.readline()
        assert writer.poll() is None, "it went on writing all the time"
    contents = [halves(file) for file in copies]
    for content in contents:
        assert content["a"] == content["b"] == content["overviews"]
    assert contents[0]["a"] < contents[-1]["a"]
    database.close()
    kept = restore(copies[2], url, NOON)
    assert kept == tmp_path / KEPT
    assert halves(tmp_path / "broadsheet.db") == contents[2]
    assert halves(kept)["a"] >= contents[-1]["a"], "what stood there is kept, with what the killed writer had written"
    assert Database(url).check()


def test_a_copy_is_one_file_for_its_owner_only(url: str, copy: Path) -> None:
    name(url, "Monday")
    assert saved(url, copy) == copy.stat().st_size
    assert [path.name for path in copy.parent.iterdir()] == ["monday.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert named(copy) == "Monday"


def test_a_file_that_is_there_is_not_overwritten(url: str, copy: Path) -> None:
    copy.write_text("precious")
    with pytest.raises(StoreError, match="is there already"):
        saved(url, copy)
    assert copy.read_text() == "precious"
    assert len(list(copy.parent.iterdir())) == 1


def test_a_folder_that_is_missing_is_told(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"No such file or directory.*Name a folder"):
        saved(url, tmp_path / "nowhere" / "monday.db")


def test_restoring_brings_the_old_state_back_and_keeps_what_stood_there(url: str, copy: Path, tmp_path: Path) -> None:
    name(url, "Monday")
    saved(url, copy)
    name(url, "Tuesday")
    (tmp_path / "broadsheet.db").chmod(0o640)
    kept = restore(copy, url, NOON)
    assert kept == tmp_path / KEPT
    assert (named(url), named(kept)) == ("Monday", "Tuesday")
    assert stat.S_IMODE((tmp_path / "broadsheet.db").stat().st_mode) == 0o640, "its rights are those it had"
    assert restore(copy, url, NOON) == tmp_path / f"{KEPT}-1", "nothing that is kept is overwritten"


def test_a_copy_can_be_restored_where_nothing_stands(copy: Path, url: str, tmp_path: Path) -> None:
    name(url, "Monday")
    saved(url, copy)
    new = f"sqlite:///{tmp_path}/other/broadsheet.db"
    assert restore(copy, new, NOON) is None
    assert named(new) == "Monday"


def test_what_is_written_beside_the_old_database_never_reaches_the_new_one(
    url: str, copy: Path, tmp_path: Path
) -> None:
    name(url, "Monday")
    saved(url, copy)
    script = WRITE.replace("while True:", "while number < 3:") + "\nimport os; os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script, url], check=False, stdout=subprocess.DEVNULL)
    assert (tmp_path / "broadsheet.db-wal").stat().st_size > 0
    kept = restore(copy, url, NOON)
    assert kept is not None
    assert halves(tmp_path / "broadsheet.db") == {"overviews": 0}
    assert halves(kept) == {"a": 3, "b": 3, "overviews": 3}


def test_a_damaged_database_can_be_replaced_and_is_kept_as_it_is(url: str, copy: Path, tmp_path: Path) -> None:
    name(url, "Monday")
    saved(url, copy)
    there = tmp_path / "broadsheet.db"
    there.write_bytes(b"rubbish" * 999)
    (tmp_path / "broadsheet.db-wal").write_bytes(b"more of it")
    kept = restore(copy, url, NOON)
    assert kept is not None
    assert not (tmp_path / "broadsheet.db-wal").exists()
    assert named(url) == "Monday"
    assert kept.read_bytes() == b"rubbish" * 999
    assert kept.with_name(kept.name + "-wal").read_bytes() == b"more of it"


def refuses(file: Path, url: str, told: str, error: type[Exception] = StoreError) -> None:
    """Restoring is refused, and the folder of the database is as it was."""
    name(url, "Today's")
    with pytest.raises(error, match=told):
        restore(file, url, NOON)
    assert named(url) == "Today's"
    assert not list(Path(url.removeprefix("sqlite:///")).parent.glob("*.part"))
    assert not list(Path(url.removeprefix("sqlite:///")).parent.glob("*until*"))


def test_what_is_no_database_of_broadsheet_is_refused(url: str, copy: Path) -> None:
    refuses(copy, url, "there is no file")
    copy.write_text("a shopping list, and a long one at that" * 50)
    refuses(copy, url, "not a database")
    copy.unlink()
    copy.touch()
    refuses(copy, url, "no database of Broadsheet")
    with sqlite3.connect(copy) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
    other.close()
    refuses(copy, url, "no database of Broadsheet.*broadsheet backup")


def test_one_of_a_newer_program_is_refused(url: str, copy: Path) -> None:
    saved(url, copy)
    with sqlite3.connect(copy) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    refuses(copy, url, "newer than this program.*Update broadsheet")


def test_a_damaged_one_is_refused(url: str, copy: Path) -> None:
    name(url, "Monday")
    saved(url, copy)
    content = bytearray(copy.read_bytes())
    content[4096 * 3 : 4096 * 20] = os.urandom(4096 * 17)
    copy.write_bytes(content)
    refuses(copy, url, "damaged|malformed")


def test_nothing_is_replaced_while_anybody_has_the_database_open(url: str, copy: Path, tmp_path: Path) -> None:
    name(url, "Monday")
    saved(url, copy)
    user = Database(url)
    refuses(copy, url, "a bot is at work.*Stop it", BusyError)
    user.close()
    with held(tmp_path / "locks", "bot-4711"):
        refuses(copy, url, r"a bot is at work.*\(bot-4711\)", BusyError)
    foreign = sqlite3.connect(tmp_path / "broadsheet.db")
    foreign.execute("SELECT * FROM runs").fetchall()
    refuses(copy, url, "a bot is at work", BusyError)
    foreign.close()
    assert restore(copy, url, NOON) is not None


def test_nobody_can_open_the_database_while_it_is_replaced(url: str, database: Database) -> None:
    locks = database.locks
    database.close()
    with held(locks, "open", wait=False), pytest.raises(StoreError, match=r"is being restored.*Try again"):
        Database(url)
    assert Database(url).check()


RESTORE = """
import sys
from pathlib import Path
from bot.adapters.database.backup import restore
from tests.examples import NOON
print("ready", flush=True)
while True:
    for file in sys.argv[2:]:
        restore(Path(file), sys.argv[1], NOON)
"""


def test_a_restore_that_is_killed_leaves_the_old_database_or_the_new_one(url: str, tmp_path: Path) -> None:
    copies = [tmp_path / "copies" / f"{day}.db" for day in ("Monday", "Tuesday")]
    for file in copies:
        name(url, file.stem)
        saved(url, file)
    chance, seen = random.Random(3), set()
    for _ in range(6):
        command = [sys.executable, "-c", RESTORE, url, *map(str, copies)]
        restorer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert restorer.stdout is not None
        restorer.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.15))
        restorer.send_signal(signal.SIGKILL)
        restorer.communicate()
        seen.add(named(url))
        with sqlite3.connect(tmp_path / "broadsheet.db") as raw:
            assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        raw.close()
    assert seen <= {"Monday", "Tuesday"}
