"""The gate: one request at a time, a pause between two, and silence after a 403; over threads and processes."""

import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from bot.adapters.arxiv_gate import STOP_S, Gate, GateError
from bot.demo.standins.arxiv import ArxivStandin, Fault
from tests.examples import DAY


class SetTime:
    """A clock that only sleeping and the test itself move."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.seconds += seconds


@pytest.fixture
def time() -> SetTime:
    return SetTime()


def gate_at(folder: Path, time: SetTime, delay_s: float = 3.0) -> Gate:
    return Gate(folder, delay_s, now=time.now, sleep=time.sleep)


def test_the_first_request_does_not_wait(tmp_path: Path, time: SetTime) -> None:
    with gate_at(tmp_path / "not" / "there" / "yet", time).turn():
        pass
    assert time.slept == []


def test_the_pause_counts_from_the_end_of_the_last_request(tmp_path: Path, time: SetTime) -> None:
    gate = gate_at(tmp_path, time)
    with gate.turn():
        time.seconds += 10
    time.seconds += 1
    with gate.turn():
        assert time.slept == [2.0]


def test_another_gate_on_the_same_folder_keeps_the_pause_too(tmp_path: Path, time: SetTime) -> None:
    with gate_at(tmp_path, time).turn():
        pass
    with gate_at(tmp_path, time).turn():
        assert time.slept == [3.0]


def test_a_failed_request_is_followed_by_the_same_pause(tmp_path: Path, time: SetTime) -> None:
    gate = gate_at(tmp_path, time)
    with suppress(OSError), gate.turn():
        time.seconds += 10
        raise OSError
    with gate.turn():
        assert time.slept == [3.0]


def test_a_clock_that_was_set_back_costs_one_pause_and_no_more(tmp_path: Path, time: SetTime) -> None:
    gate = gate_at(tmp_path, time)
    with gate.turn():
        pass
    time.seconds -= 86_400
    with gate.turn():
        assert time.slept == [3.0]


def test_no_delay_means_no_pause(tmp_path: Path, time: SetTime) -> None:
    gate = gate_at(tmp_path, time, delay_s=0)
    for _ in range(3):
        with gate.turn():
            pass
    assert time.slept == []


def test_after_a_403_nothing_is_asked_for_an_hour_by_any_gate(tmp_path: Path, time: SetTime) -> None:
    assert "its terms say stop" in str(gate_at(tmp_path, time).stop())
    time.seconds += STOP_S - 1
    with pytest.raises(GateError, match="answered 403") as caught, gate_at(tmp_path, time).turn():
        pytest.fail("the gate opened")
    assert caught.value.permanent
    assert "ARXIV_CONTACT" in caught.value.hint
    time.seconds += 1
    with gate_at(tmp_path, time).turn():
        pass


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Another thread is in the middle of a request."""
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with Gate(folder, 0).turn():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(10)
    yield
    done.set()
    thread.join()


def test_a_gate_that_stays_closed_is_an_error_and_not_a_hang(tmp_path: Path) -> None:
    gate = Gate(tmp_path, 0, patience_s=0.05)
    with held(tmp_path), pytest.raises(GateError, match="other programs"), gate.turn():
        pytest.fail("the gate opened")
    with gate.turn():
        pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GateError, match="cannot use") as caught, Gate(tmp_path / "file" / "gate").turn():
        pytest.fail("the gate opened")
    assert caught.value.permanent


def test_a_stamp_that_cannot_be_written_lets_nothing_through(tmp_path: Path) -> None:
    (tmp_path / "arxiv-asked").symlink_to(tmp_path / "gone" / "away")
    with pytest.raises(GateError, match="cannot use"), Gate(tmp_path).turn():
        pytest.fail("the gate opened")


SLOW = Fault(status=200, body=b"x" * 20, pace_s=0.001)


def ask(folder: str, url: str) -> None:
    """Five requests, one after another."""
    gate = Gate(Path(folder), 0)
    for _ in range(5):
        with gate.turn(), urlopen(url, timeout=10) as answer:
            answer.read()


def test_threads_ask_one_at_a_time(tmp_path: Path) -> None:
    with ArxivStandin({}, DAY) as standin:
        standin.answer_next("/", SLOW, times=20)
        threads = [threading.Thread(target=ask, args=(str(tmp_path), standin.site_url)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(standin.requests), standin.most_at_once) == (20, 1)


def test_processes_ask_one_at_a_time(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ArxivStandin({}, DAY) as standin:
        standin.answer_next("/", SLOW, times=10)
        processes = [spawn.Process(target=ask, args=(str(tmp_path), standin.site_url)) for _ in range(2)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(30)
    assert [process.exitcode for process in processes] == [0, 0]
    assert (len(standin.requests), standin.most_at_once) == (10, 1)
