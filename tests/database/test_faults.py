"""A disk that is full, a database that is held, read-only or newer: a clear error, and the old state stays good."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.database.engine import NEWEST, Database
from bot.adapters.database.ledger import DatabaseRuns
from bot.adapters.database.store import DatabaseStore
from bot.clock import SetClock
from bot.errors import SourceError, StoreError
from tests.examples import DAY, NOON, announced, digest, listing, profile

CATEGORIES = ["cs.LG"]
MANY = tuple(announced(number, abstract="word " * 400) for number in range(1, 400))


def still_good(url: str) -> None:
    """What was saved before is there, nothing is damaged, and the next write works."""
    database = Database(url)
    store = DatabaseStore(database, SetClock(NOON), lambda _: "{}")
    assert store.shown_before(profile(id="nobody"), DAY) == frozenset()
    assert store.first_made(profile(), DAY) == NOON
    assert store.listing(DAY, CATEGORIES) == listing(announced(1))
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    store.save_listing(listing(*MANY), CATEGORIES)
    database.close()


@pytest.fixture
def filled(url: str) -> str:
    database = Database(url)
    store = DatabaseStore(database, SetClock(NOON), lambda _: "{}")
    store.save_listing(listing(announced(1)), CATEGORIES)
    store.save_digest(digest())
    database.close()
    return url


FILL = """
import json, resource, sys
from pathlib import Path
from bot.adapters.database.backup import backup
from bot.adapters.database.engine import Database
from bot.adapters.database.store import DatabaseStore
from bot.clock import SetClock
from bot.errors import StoreError
from tests.database.test_faults import CATEGORIES, MANY
from tests.examples import NOON, listing
database = Database(sys.argv[1])
store = DatabaseStore(database, SetClock(NOON), lambda _: "{}")
if sys.argv[2] == "pages":
    with database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    if len(sys.argv) > 3:
        backup(database, Path(sys.argv[3]))
    else:
        store.save_listing(listing(*MANY), CATEGORIES)
except StoreError as error:
    print(json.dumps(str(error)))
"""


def told(*arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", FILL, *arguments], capture_output=True, text=True, check=True)
    return str(json.loads(done.stdout))


def test_a_full_disk_is_told_and_loses_nothing(filled: str) -> None:
    assert "database or disk is full. Free some space; nothing that was saved before is lost" in told(filled, "pages")
    still_good(filled)


def test_a_file_that_may_not_grow_is_told_and_loses_nothing(filled: str) -> None:
    assert "disk I/O error. The disk is full, out of quota or failing" in told(filled, "150000")
    still_good(filled)


def test_a_backup_that_does_not_fit_is_told_and_leaves_no_file(filled: str, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    said = told(filled, "40000", str(tmp_path / "copies" / "monday.db"))
    assert "full" in said
    assert list((tmp_path / "copies").iterdir()) == []
    still_good(filled)


def test_a_database_that_another_program_holds_is_told_and_loses_nothing(filled: str, tmp_path: Path) -> None:
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE');"
    )
    script += "c.execute('DELETE FROM digests'); print('held', flush=True); sys.stdin.readline()"
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "broadsheet.db")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    holder.stdout.readline()
    impatient = Database(filled, lock_wait_s=0.05)
    store = DatabaseStore(impatient, SetClock(NOON), lambda _: "{}")
    with pytest.raises(StoreError, match=r"database is locked. Another program holds the database; stop it"):
        store.save_digest(digest())
    assert store.first_made(profile(), DAY) == NOON, "it can be read meanwhile"
    holder.kill()
    holder.communicate()
    impatient.close()
    still_good(filled)


def test_the_error_that_ends_a_run_is_raised_even_if_the_database_cannot_take_it(
    filled: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    impatient = Database(filled, lock_wait_s=0.05)
    holder = sqlite3.connect(tmp_path / "broadsheet.db", isolation_level=None)
    attempts = DatabaseRuns(impatient, SetClock(NOON))
    with pytest.raises(SourceError, match="arXiv is down"), attempts.attempt(profile(), DAY):
        holder.execute("BEGIN IMMEDIATE")
        raise SourceError("arXiv is down")
    holder.close()
    (record,) = caplog.records
    assert (record.message, vars(record)["ended"]) == ("how a run ended is not recorded", "arXiv is down")


@pytest.fixture
def nobodys() -> Iterator[Path]:
    """A folder that the user nobody can reach; only root can play both parts."""
    if os.getuid() != 0:
        pytest.skip("needs root, to open the database as another user")
    with tempfile.TemporaryDirectory(prefix="broadsheet-test-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


AS_NOBODY = """
import json, os, sys
from bot.adapters.database.engine import Database
from bot.adapters.database.store import DatabaseStore
from bot.clock import SetClock
from bot.errors import StoreError
from tests.examples import NOON, digest
os.setgid(65534)
os.setuid(65534)
try:
    DatabaseStore(Database(sys.argv[1], lock_wait_s=0.05), SetClock(NOON), lambda _: "{}").save_digest(digest())
except StoreError as error:
    print(json.dumps(str(error)))
"""


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o755, 0o644), (0o777, 0o444), (0o700, 0o600)])
def test_a_database_that_this_user_may_not_write_is_told_and_loses_nothing(
    nobodys: Path, folder_mode: int, file_mode: int
) -> None:
    url = f"sqlite:///{nobodys}/broadsheet.db"
    database = Database(url)
    store = DatabaseStore(database, SetClock(NOON), lambda _: "{}")
    store.save_listing(listing(announced(1)), CATEGORIES)
    store.save_digest(digest())
    database.close()
    (nobodys / "broadsheet.db").chmod(file_mode)
    nobodys.chmod(folder_mode)
    done = subprocess.run([sys.executable, "-c", AS_NOBODY, url], capture_output=True, text=True, check=True)
    assert "writable" in json.loads(done.stdout)
    nobodys.chmod(0o755)
    still_good(url)


def test_a_newer_database_is_refused_and_works_on_with_the_newer_program(filled: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "broadsheet.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"newer than this program.*Update broadsheet"):
        Database(filled)
    raw.execute("UPDATE alembic_version SET version_num = ?", [NEWEST])
    raw.commit()
    raw.close()
    still_good(filled)
