"""The one gate to all of arXiv's hosts: one request at a time and a pause between two, on the whole machine.

arXiv's terms (https://info.arxiv.org/help/api/tou.html): at most one request every three seconds and one connection,
over feed, listings and API together and over all the programs of one user. A 403 means stop.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import filelock

from bot.errors import SourceError

STOP_S = 3600.0  # how long nothing is asked after a 403


class GateError(SourceError):
    """Nothing may be asked: arXiv answered 403, now or within the last hour, or the gate does not open."""


class Gate:
    """Lets one request through at a time, over all threads and processes that share `folder`.

    folder: the same for every Broadsheet on the machine, whatever its BROADSHEET_HOME. delay_s: seconds from the end of
    one request to the start of the next; 0 for none. patience_s: longest wait for others before giving up.
    now: seconds since 1970, comparable between processes.
    """

    def __init__(
        self,
        folder: Path,
        delay_s: float = 3.0,
        *,
        patience_s: float = 600.0,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder, self._delay_s, self._patience_s = folder, delay_s, patience_s
        self._now, self._sleep = now, sleep
        self._asked = folder / "arxiv-asked"  # its modification time is the end of the last request
        self._stopped = folder / "arxiv-answered-403"  # its modification time is when that was

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the one right to ask arXiv. Raises GateError after a 403 and if the wait gets too long."""
        lock = self._locked()
        try:
            self._refuse_if_stopped()
            pause = self._delay_s - self._since(self._asked)
            if pause > 0:
                self._sleep(pause)
            self._stamp(self._asked)  # should this process die in the middle, the next one still keeps its distance
            try:
                yield
            finally:
                self._stamp(self._asked)
        finally:
            lock.release()

    def stop(self) -> GateError:
        """Remember, for every process, that arXiv answered 403. Returns the error to raise."""
        self._stamp(self._stopped)
        return self._stopped_error()

    def _locked(self) -> filelock.BaseFileLock:
        lock = filelock.FileLock(self._folder / "arxiv.lock")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=self._patience_s)
        except filelock.Timeout as error:
            raise GateError(
                f"waited {self._patience_s:.0f} s for other programs that are asking arXiv",
                hint="Run it again when they have finished",
            ) from error
        except (OSError, NotImplementedError) as error:
            raise self._unusable(error) from error
        return lock

    def _unusable(self, error: Exception) -> GateError:
        return GateError(
            f"cannot use {self._folder}, which keeps requests to arXiv apart ({error})",
            hint="Give this user the right to write there",
            permanent=True,
        )

    def _refuse_if_stopped(self) -> None:
        if self._since(self._stopped) < STOP_S:
            raise self._stopped_error()

    def _stopped_error(self) -> GateError:
        until = datetime.fromtimestamp(self._stopped.stat().st_mtime + STOP_S, UTC)
        return GateError(
            "arXiv answered 403; its terms say stop",
            hint=f"Broadsheet asks arXiv nothing before {until:%H:%M} UTC. Read https://info.arxiv.org/help/api/tou.html,"
            f" set ARXIV_CONTACT, and delete {self._stopped} once arXiv agrees",
            permanent=True,
        )

    def _since(self, stamp: Path) -> float:
        """Seconds since the stamp; without one, or with one that a changed clock put into the future: infinity, 0."""
        try:
            return max(0.0, self._now() - stamp.stat().st_mtime)
        except FileNotFoundError:
            return float("inf")

    def _stamp(self, stamp: Path) -> None:
        now = self._now()
        try:
            stamp.touch()
            os.utime(stamp, (now, now))
        except OSError as error:
            raise self._unusable(error) from error
