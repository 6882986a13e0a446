"""The loop of `broadsheet run`: looks every few seconds what is due, and has a child process do it.

The child gives its memory back when it is done, and may be killed at any moment: the database is the checkpoint. The
loop itself never waits for arXiv, a judge or an outlet, so that it keeps turning.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import Protocol

import schedule

from bot.domain.health import Health, fault
from bot.domain.runs import RunState
from bot.errors import BotError
from bot.worker import Survey, Task

log = logging.getLogger(__name__)

TURN_S = 5
PAUSES_S = (60.0, 120.0, 240.0, 300.0)  # before the next child, after one, two, … that left something or failed
CRASHES = 3  # of workers in a row, after which the operator is told
LEFT_SOMETHING = 3  # the exit code of a child that did what it could
MOST_NAMED = 10  # digests or days in the log at once
CHILD_ENDS_WITHIN_S = 9.0
CHILD_SILENT_FOR_S = 3600.0  # a child that makes no step for so long hangs


class Child(Protocol):
    """The process that does the work, one at a time."""

    def start(self) -> None:
        """Start it."""
        ...

    def doing(self) -> str:
        """What it is at, in words; empty if it does not run."""
        ...

    def silent_s(self) -> float:
        """Seconds since it made its last step."""
        ...

    def ended(self) -> int | None:
        """The exit code of the child that ended since the last call; None if none did."""
        ...

    def stop(self, within_s: float) -> None:
        """Ask it to stop; kill it if it has not within `within_s` seconds."""
        ...


class Daemon:
    """Turns until it is asked to stop."""

    def __init__(
        self,
        look: Callable[[], Survey],
        child: Child,
        *,
        alarm: Callable[[str, str], None] = lambda subject, text: None,
        turn_s: float = TURN_S,
        version: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """look: how everything stands now; raises BotError. turn_s: seconds between two turns.

        alarm: tells the operator what no worker can tell, because the database or the worker itself is the trouble; it
        must not wait for anything.
        """
        self._look, self._child, self._alarm, self._turn_s = look, child, alarm, turn_s
        self._version, self._monotonic = version, monotonic
        self._stop = threading.Event()
        self._ticks = schedule.Scheduler()
        self._survey: Survey | None = None
        self._trouble = ""
        self._turned = self._turned_well = monotonic()
        self._bad_ends, self._crashes, self._rest_until = 0, 0, 0.0
        self._given: frozenset[Task] = frozenset()
        self._alarmed = False
        self._idle = False

    def run(self) -> None:
        """Turn until it is asked to stop; then end the child and return."""
        try:
            while not self._stop.is_set():
                self.tick()
                self._stop.wait(min(self._turn_s, 1.0))
        finally:
            log.info("stopping", extra={"worker": self._child.doing() or "none"})
            self._child.stop(CHILD_ENDS_WITHIN_S)
            log.info("stopped")

    @contextmanager
    def heeding_signals(self) -> Iterator[None]:
        """Within the block, SIGTERM and SIGINT ask the loop to stop, even before it has begun to turn."""
        before = {one: signal.signal(one, self._heard) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def stop(self) -> None:
        """Ask the loop to end. Safe to call from any thread and from a signal handler."""
        self._stop.set()

    def tick(self) -> None:
        """Turn if it is time to."""
        # `schedule` goes by the machine's local clock: once that was set back, the next tick could be a year away.
        idle_s = self._ticks.idle_seconds
        if idle_s is None or idle_s > self._turn_s:
            self._ticks.clear()
            self._ticks.every(self._turn_s).seconds.do(self.turn)  # type: ignore[arg-type] # fractions do as well
            self._ticks.run_all()
        self._ticks.run_pending()

    def turn(self) -> None:
        """Look what is due and start a child for it, unless one is at work. Whatever goes wrong, the loop goes on."""
        self._turned = self._monotonic()
        try:
            found = self._look()
            self._note_end(found)
            if self._survey is None:
                _tell_unfinished(found)
            self._survey, self._turned_well, self._trouble = found, self._monotonic(), ""
            self._put_to_work(found)
        except BotError as error:
            if self._trouble != str(error):
                log.error("cannot look what is due", extra={"error": str(error)})  # noqa: TRY400 - it says all; a traceback would bury it
            self._trouble = str(error)
        except Exception as error:  # the loop must outlive any defect; health tells of it
            log.exception("a defect in a turn of the loop")
            self._trouble = f"a defect in Broadsheet ({type(error).__name__}); see the log"
        self._ring(self._wrong())

    def health(self) -> Health:
        """How the loop stands. Safe to call from any thread."""
        found, wrong = self._survey, self._wrong()
        broken = (f"profile {profile}: {error}" for profile, error in (found.broken if found else {}).items())
        return Health(
            turning=not wrong,
            ready=found is not None and not self._trouble,
            version=self._version,
            told=wrong or self._trouble or " ".join(broken),
            last_turn=found.now if found else None,
            working_on=self._child.doing(),
            next_due=found.next_moment if found else None,
            days=found.days if found else {},
        )

    def _put_to_work(self, found: Survey) -> None:
        if self._child.doing():
            if self._child.silent_s() > CHILD_SILENT_FOR_S:
                log.error("the worker hangs and is killed", extra={"doing": self._child.doing()})
                self._child.stop(CHILD_ENDS_WITHIN_S)
        elif not found.work:
            self._tell_idle(found)
        elif self._monotonic() >= self._rest_until and not self._stop.is_set():
            self._idle = False
            log.info("work", extra=_work_told(found))
            self._given = frozenset(found.tasks)
            self._child.start()

    def _wrong(self) -> str:
        """What keeps the bot from working, in words; empty if nothing does."""
        now = self._monotonic()
        if self._crashes >= CRASHES:
            return f"the worker failed {self._crashes} times in a row; the log says why"
        return fault(now - self._turned, now - self._turned_well, self._trouble)

    def _ring(self, wrong: str) -> None:
        """Tell the operator once that the bot cannot work, and once that it can again."""
        if wrong and not self._alarmed:
            log.error("the bot cannot work", extra={"why": wrong})
            self._alarm("Broadsheet cannot work", f"{wrong}\n\n`broadsheet check` and the log say more.")
        elif self._alarmed and not wrong:
            self._alarm("Broadsheet works again", "What was missed meanwhile is made now.")
        self._alarmed = bool(wrong)

    def _note_end(self, found: Survey) -> None:
        """After a child that failed, left something, or did nothing, the next one is started only after a pause."""
        code = self._child.ended()
        if code is None:
            return
        if code == 0 and self._given & set(found.tasks):
            code = LEFT_SOMETHING  # no attempt was recorded: the child worked on something else than we look at
        self._crashes = self._crashes + 1 if code not in (0, LEFT_SOMETHING) else 0
        self._bad_ends = self._bad_ends + 1 if code else 0
        if code:
            pause_s = PAUSES_S[min(self._bad_ends, len(PAUSES_S)) - 1]
            self._rest_until = self._monotonic() + pause_s
            told = {"exit_code": code, "next_start_in_s": round(pause_s)}
            log.log(logging.INFO if code == LEFT_SOMETHING else logging.ERROR, _ended_told(code), extra=told)

    def _tell_idle(self, found: Survey) -> None:
        """Once after each work, and at the start: how long it will be silent from here on."""
        if not self._idle:
            moments = {"next_due": found.next_moment, "next_try": found.next_try}
            log.info("nothing is due now", extra={name: _iso(at) for name, at in moments.items() if at})
        self._idle = True

    def _heard(self, number: int, frame: FrameType | None) -> None:
        self.stop()


def _work_told(found: Survey) -> dict[str, object]:
    """What a worker is started for."""
    named = ", ".join(map(str, found.tasks[:MOST_NAMED]))
    more = f" and {len(found.tasks) - MOST_NAMED} more" if len(found.tasks) > MOST_NAMED else ""
    digests = {"digests": len(found.tasks), "which": named + more} if found.tasks else {}
    return {**digests, **({"for_the_operator": "news"} if found.news else {})}


def _tell_unfinished(found: Survey) -> None:
    """At the start: the days that an earlier life of the bot, or another bot, did not bring to an end."""
    unfinished = [
        (profile, one)
        for profile, days in found.days.items()
        for one in days
        if one.state in (RunState.FAILED, RunState.PARTIAL, RunState.RUNNING)
    ]
    for profile, one in unfinished[:MOST_NAMED]:
        log.info("unfinished", extra={"profile": profile, "day": one.day, "state": one.state, "told": one.told})
    if len(unfinished) > MOST_NAMED:
        log.info("more days are unfinished: see /healthz", extra={"days": len(unfinished) - MOST_NAMED})


def _ended_told(code: int) -> str:
    if code == LEFT_SOMETHING:
        return "the worker left something for later"
    return "the worker was killed" if code < 0 else "the worker failed; the lines above say why"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
