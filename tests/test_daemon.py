"""The loop of `broadsheet run`: when it starts a worker, what outlives what, and what health tells."""

import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.daemon import CHILD_SILENT_FOR_S, CRASHES, PAUSES_S, Daemon
from bot.domain.health import FAILING_S, STALLED_S
from bot.domain.runs import DayStatus, RunState
from bot.errors import StoreError
from bot.worker import Survey, Task
from tests import examples

NOW = datetime(2026, 5, 6, 13, tzinfo=UTC)
IDLE = Survey(NOW, (), (), (), news=False, days={}, next_moment=None, broken={})
BUSY = replace(IDLE, tasks=(Task(examples.profile(), date(2026, 5, 6)),))
NEXT = replace(IDLE, tasks=(Task(examples.profile(), date(2026, 5, 7)),))


@dataclass
class PretendedChild:
    """Implements bot.daemon.Child; the test says how it fares."""

    started: int = 0
    stopped: int = 0
    busy: bool = False
    silent: float = 0.0
    code: int | None = None

    def start(self) -> None:
        self.started += 1
        self.busy = True

    def end(self, code: int) -> None:
        self.busy, self.code = False, code

    def doing(self) -> str:
        return "judging: 3 of 9" if self.busy else ""

    def silent_s(self) -> float:
        return self.silent

    def ended(self) -> int | None:
        code, self.code = self.code, None
        return code

    def stop(self, within_s: float) -> None:
        self.stopped += 1
        self.busy = False


@dataclass
class Rig:
    """A daemon with everything around it in the test's hand. found: what the next look finds, or raises."""

    found: Survey | Exception = IDLE
    child: PretendedChild = field(default_factory=PretendedChild)
    seconds: float = 1000.0

    def __post_init__(self) -> None:
        self.alarms: list[tuple[str, str]] = []
        self.daemon = Daemon(
            self._look, self.child, alarm=lambda *told: self.alarms.append(told), monotonic=lambda: self.seconds
        )

    def _look(self) -> Survey:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    def turns_after(self, seconds: float) -> None:
        self.seconds += seconds
        self.daemon.turn()


def test_a_worker_is_started_when_something_is_due_and_not_before() -> None:
    rig = Rig()
    rig.turns_after(5)
    assert rig.child.started == 0
    rig.found = BUSY
    rig.turns_after(5)
    assert rig.child.started == 1


def test_news_for_the_operator_is_work_too() -> None:
    rig = Rig(replace(IDLE, news=True))
    rig.turns_after(5)
    assert rig.child.started == 1


def test_there_is_one_worker_at_a_time() -> None:
    rig = Rig(BUSY)
    for _ in range(10):
        rig.turns_after(5)
    assert rig.child.started == 1
    rig.child.end(0)
    rig.found = NEXT
    rig.turns_after(5)
    assert rig.child.started == 2


def test_a_worker_that_did_nothing_about_its_digests_is_not_followed_by_the_next_at_once() -> None:
    rig = Rig(BUSY)
    rig.turns_after(5)
    rig.child.end(0)
    for _ in range(5):
        rig.turns_after(5)
    assert rig.child.started == 1
    rig.turns_after(PAUSES_S[0])
    assert rig.child.started == 2


def test_the_operator_is_called_once_when_workers_fail_again_and_again_and_once_when_one_does_not() -> None:
    rig = Rig(BUSY)
    for _ in range(CRASHES + 2):
        rig.turns_after(PAUSES_S[-1])
        rig.child.end(1)
        rig.turns_after(1)
    assert [subject for subject, _ in rig.alarms] == ["Broadsheet cannot work"]
    assert not rig.daemon.health().turning
    rig.turns_after(PAUSES_S[-1])
    rig.child.end(0)
    rig.found = IDLE
    rig.turns_after(1)
    assert [subject for subject, _ in rig.alarms] == ["Broadsheet cannot work", "Broadsheet works again"]
    assert rig.daemon.health().turning


def test_the_operator_is_called_when_the_database_cannot_be_used_for_long() -> None:
    rig = Rig()
    rig.turns_after(5)
    rig.found = StoreError("the database is locked")
    for _ in range(50):
        rig.turns_after(FAILING_S / 40)
    assert len(rig.alarms) == 1
    assert "the database is locked" in rig.alarms[0][1]


def test_after_a_worker_that_failed_the_next_one_waits_longer_each_time() -> None:
    rig = Rig(BUSY)
    rig.turns_after(5)
    for pause_s in (*PAUSES_S, PAUSES_S[-1]):
        started = rig.child.started
        rig.child.end(1)
        rig.turns_after(1)
        rig.turns_after(pause_s - 1)
        assert rig.child.started == started
        rig.turns_after(1)
        assert rig.child.started == started + 1


def test_a_worker_that_did_well_ends_the_waiting() -> None:
    rig = Rig(BUSY)
    rig.turns_after(5)
    for _ in range(3):
        rig.child.end(1)
        rig.turns_after(1)
        rig.turns_after(PAUSES_S[-1])
    rig.child.end(0)
    rig.found = NEXT
    rig.turns_after(1)
    rig.child.end(1)
    rig.turns_after(1)
    started = rig.child.started
    rig.turns_after(PAUSES_S[0])
    assert rig.child.started == started + 1


def test_a_worker_that_hangs_is_ended() -> None:
    rig = Rig(BUSY)
    rig.turns_after(5)
    rig.child.silent = CHILD_SILENT_FOR_S + 1
    rig.turns_after(5)
    assert rig.child.stopped == 1


def test_the_loop_outlives_an_unusable_database_and_a_defect_and_health_tells_of_them() -> None:
    rig = Rig(StoreError("the database is locked"))
    rig.turns_after(5)
    health = rig.daemon.health()
    assert (health.turning, health.ready, health.told) == (True, False, "the database is locked")
    rig.found = ZeroDivisionError("planted")
    rig.turns_after(5)
    assert "a defect in Broadsheet (ZeroDivisionError)" in rig.daemon.health().told
    rig.found = IDLE
    rig.turns_after(5)
    health = rig.daemon.health()
    assert (health.turning, health.ready, health.told) == (True, True, "")


def test_health_fails_when_the_loop_stops_turning() -> None:
    rig = Rig()
    rig.turns_after(5)
    rig.seconds += STALLED_S + 1
    assert not rig.daemon.health().turning
    rig.turns_after(0)
    assert rig.daemon.health().turning


def test_health_fails_when_no_turn_goes_well_for_long() -> None:
    rig = Rig()
    rig.turns_after(5)
    rig.found = StoreError("the database is locked")
    for _ in range(100):
        rig.turns_after(FAILING_S / 99)
    health = rig.daemon.health()
    assert not health.turning
    assert "the database is locked" in health.told


def test_the_loop_goes_on_when_the_machine_s_clock_is_set_back() -> None:
    turned: list[datetime] = []

    def look() -> Survey:
        turned.append(datetime.now(UTC))
        return IDLE

    daemon = Daemon(look, PretendedChild(), turn_s=0.01)
    daemon.tick()
    # What `schedule` sees after the clock was set back by a year: its next run is a year away.
    for job in daemon._ticks.jobs:
        job.next_run = datetime.now() + timedelta(days=365)  # noqa: DTZ005 - as the package itself counts
    before = len(turned)
    _until(lambda: len(turned) > before, daemon.tick)


def test_the_loop_ends_the_worker_when_it_is_asked_to_stop() -> None:
    rig = Rig(BUSY)
    rig.turns_after(5)
    rig.daemon.stop()
    rig.daemon.run()
    assert (rig.child.started, rig.child.stopped) == (1, 1)


def test_a_loop_that_is_asked_to_stop_starts_no_worker() -> None:
    rig = Rig(BUSY)
    rig.daemon.stop()
    rig.daemon.run()
    assert rig.child.started == 0


def test_a_signal_that_comes_before_the_loop_has_begun_to_turn_ends_it_all_the_same() -> None:
    rig = Rig(BUSY)
    with rig.daemon.heeding_signals():
        os.kill(os.getpid(), signal.SIGTERM)
        rig.daemon.run()
    assert rig.child.started == 0


def test_the_log_names_what_a_worker_is_started_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    many = tuple(Task(examples.profile(), date(2026, 4, number)) for number in range(1, 16))
    Rig(replace(BUSY, news=True)).turns_after(5)
    Rig(replace(BUSY, tasks=many)).turns_after(5)
    one, more = (vars(record) for record in caplog.records if record.getMessage() == "work")
    assert (one["digests"], one["which"], one["for_the_operator"]) == (1, "group 2026-05-06", "news")
    assert (more["digests"], "for_the_operator" in more) == (15, False)
    assert str(more["which"]).endswith("group 2026-04-10 and 5 more")


def test_the_log_says_once_that_nothing_is_due_and_until_when(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rig = Rig(replace(IDLE, next_moment=NOW + timedelta(hours=3), next_try=NOW + timedelta(minutes=5)))
    for _ in range(10):
        rig.turns_after(5)
    rig.found, idle = BUSY, rig.found
    rig.turns_after(5)
    rig.found = idle
    rig.child.end(0)
    for _ in range(10):
        rig.turns_after(5)
    lines = [vars(record) for record in caplog.records if record.getMessage() == "nothing is due now"]
    assert [(line["next_due"], line["next_try"]) for line in lines] == [
        ("2026-05-06T16:00:00+00:00", "2026-05-06T13:05:00+00:00")
    ] * 2


def test_at_its_start_the_log_tells_of_unfinished_days_only_and_of_a_few(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    day = date(2026, 5, 6)
    states = {state.value: (DayStatus(day, state, "why"),) for state in RunState}
    Rig(replace(IDLE, days=states)).turns_after(5)
    lines = [vars(record) for record in caplog.records if record.getMessage() == "unfinished"]
    assert {line["state"] for line in lines} == {RunState.FAILED, RunState.PARTIAL, RunState.RUNNING}
    caplog.clear()
    failed = DayStatus(day, RunState.FAILED, "why")
    Rig(replace(IDLE, days={f"p{number}": (failed,) for number in range(100)})).turns_after(5)
    assert len(caplog.records) < 15
    assert "more days are unfinished" in caplog.text


def test_the_log_tells_a_worker_that_was_killed_from_one_that_left_something(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rig = Rig(BUSY)
    for code in (3, 1, -9):
        rig.turns_after(PAUSES_S[-1])
        rig.child.end(code)
    rig.turns_after(PAUSES_S[-1])
    ends = [(record.levelname, vars(record)["exit_code"]) for record in caplog.records if "exit_code" in vars(record)]
    assert ends == [("INFO", 3), ("ERROR", 1), ("ERROR", -9)]
    assert "the worker was killed" in caplog.text


def _until(holds: Callable[[], bool], do: Callable[[], None]) -> None:
    began = time.monotonic()
    while time.monotonic() - began < 20:
        do()
        if holds():
            return
    raise AssertionError("it never came to hold")
