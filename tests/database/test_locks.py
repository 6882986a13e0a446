"""Locks keep processes apart, and leave no files behind."""

import os
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from bot.adapters.database.engine import Database
from bot.adapters.database.ledger import DatabaseRuns
from bot.adapters.database.locks import held, holders, shared
from bot.clock import SetClock
from bot.errors import BusyError, StoreError
from tests.examples import DAY, NOON, profile
from tests.fakes.processes import at_once

COUNT = """
import sys
from pathlib import Path
from bot.adapters.database.locks import held
folder, counter = Path(sys.argv[1]), Path(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for _ in range(25):
    with held(folder, "counter"):
        counter.write_text(str(int(counter.read_text()) + 1))
"""


def test_a_lock_whose_file_is_removed_each_time_still_lets_in_only_one(tmp_path: Path) -> None:
    folder, counter = tmp_path / "locks", tmp_path / "counter"
    counter.write_text("0")
    at_once(COUNT, 4, str(folder), str(counter))
    assert counter.read_text() == "100"
    assert list(folder.iterdir()) == []


def test_no_lock_file_is_left_of_a_run_however_it_ends(database: Database) -> None:
    attempts = DatabaseRuns(database, SetClock(NOON))
    with pytest.raises(KeyboardInterrupt), attempts.attempt(profile(), DAY):
        assert holders(database.locks) == ("digests-of-group", "open")
        raise KeyboardInterrupt
    assert [path.name for path in database.locks.iterdir()] == ["open.lock"]


def test_bots_with_different_homes_share_the_locks_of_their_database(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    direct = Database(f"sqlite:///{tmp_path}/data/broadsheet.db")
    linked = Database(f"sqlite:///{tmp_path}/link/broadsheet.db")
    assert direct.locks == linked.locks == tmp_path / "data" / "locks"
    one, other = (DatabaseRuns(database, SetClock(NOON)) for database in (direct, linked))
    with one.attempt(profile(), DAY), pytest.raises(BusyError), other.attempt(profile(), DAY):
        pass


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_that_is_in_no_file_is_refused_for_no_other_process_would_see_it(url: str) -> None:
    with pytest.raises(StoreError, match="not usable"):
        Database(url)


def test_those_who_share_a_lock_keep_out_who_wants_it_alone_and_the_other_way_round(tmp_path: Path) -> None:
    first, second = shared(tmp_path, "open"), shared(tmp_path, "open")
    os.close(first)
    with pytest.raises(BusyError), held(tmp_path, "open", wait=False):
        pass
    os.close(second)
    with held(tmp_path, "open", wait=False), pytest.raises(BlockingIOError):
        shared(tmp_path, "open")
    os.close(shared(tmp_path, "open"))


def test_a_shared_lock_is_never_one_whose_file_was_just_removed(tmp_path: Path) -> None:
    stop = Event()

    def come_and_go() -> None:
        while not stop.is_set():
            with suppress(BusyError), held(tmp_path, "open", wait=False):
                pass

    others = [Thread(target=come_and_go) for _ in range(2)]
    for other in others:
        other.start()
    try:
        for _ in range(3000):
            with suppress(BlockingIOError):
                file = shared(tmp_path, "open")
                seen = holders(tmp_path)
                os.close(file)
                assert seen == ("open",)
    finally:
        stop.set()
        for other in others:
            other.join()
