"""Stopping on a signal: politely at first, so that what is under way can end; then for good, wherever it stands."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Self

from bot.errors import Stopped

POLITE_S = 7.0  # what asks us to stop waits ten seconds in all before it kills


class StopOnSignal:
    """Implements bot.ports.Stop, for the main thread of a process that works.

    After a signal asked() is true; `polite_s` seconds later Stopped is raised in the main thread, whatever it does. An
    outlet that is cut off so stays claimed: the next run looks first what arrived.
    """

    def __init__(self, *signals: signal.Signals, polite_s: float = POLITE_S) -> None:
        self._signals, self._polite_s = signals, polite_s
        self._asked = threading.Event()

    def asked(self) -> bool:
        """Whether a signal came."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Ask to stop, as a signal does. Safe to call from any thread; wakes the main thread from what it waits for."""
        main = threading.main_thread().ident
        assert main, "it runs"
        signal.pthread_kill(main, self._signals[0])

    def __enter__(self) -> Self:
        self._before = {one: signal.signal(one, self._heard) for one in self._signals}
        self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, _stop_now)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for one, handler in self._before.items():
            signal.signal(one, handler)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if not self._asked.is_set():
            signal.setitimer(signal.ITIMER_REAL, self._polite_s)
        self._asked.set()


def _stop_now(number: int, frame: FrameType | None) -> None:
    raise Stopped
