"""Threads that do what people asked for in Slack, after Slack was told that it was heard."""

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

log = logging.getLogger(__name__)

Job = Callable[[], None]


class Workers:
    """A few threads and a bounded queue. What one person asks for is done in order, and everybody gets their turn:
    whoever asks for a hundred things at once waits for them, and nobody else does."""

    def __init__(self, name: str, threads: int, most: int, most_of_one: int) -> None:
        """most, most_of_one: jobs that may wait, of all and of one person."""
        self._name, self._threads, self._most, self._most_of_one = name, threads, most, most_of_one
        self._waiting: OrderedDict[str, deque[Job]] = OrderedDict()  # whose turn it is first, first
        self._working: set[str] = set()
        self._count = 0
        self._closed = False
        self._changed = threading.Condition()
        self._started: list[threading.Thread] = []

    def take(self, whose: str, job: Job, *, of_many: bool = False) -> bool:
        """Have it done, after what the same person asked for before. False if too much is waiting; never waits.

        of_many: it is not one person's but of many who share a turn, so that as much may wait as of all.
        """
        with self._changed:
            mine = self._waiting.get(whose, ())
            if self._closed or self._count >= self._most or len(mine) >= (self._most if of_many else self._most_of_one):
                return False
            self._waiting.setdefault(whose, deque()).append(job)
            self._count += 1
            self._start()
            self._changed.notify()
            return True

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing is being done."""
        with self._changed:
            return not (self._count or self._working)

    def close(self, within_s: float) -> None:
        """Take nothing more; what waits may be done for so many seconds, then it is given up."""
        ends = time.monotonic() + within_s
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not (self._count or self._working), timeout=within_s)
            if left := self._count + len(self._working):
                log.warning("what people asked for is not done: the bot ends", extra={"left": left})
            self._waiting.clear()
            self._count = 0
        for thread in self._started:
            thread.join(max(0.0, ends - time.monotonic()))

    def _start(self) -> None:
        """One thread more, while there are too few and all are busy. They are daemons: close() waits for them."""
        if len(self._started) < min(self._threads, self._count + len(self._working)):
            name = f"{self._name}-{len(self._started) + 1}"
            self._started.append(threading.Thread(target=self._run, name=name, daemon=True))
            self._started[-1].start()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._next() is not None or (self._closed and not self._count))
                whose = self._next()
                if whose is None:
                    return
                job = self._begin(whose)
            try:
                job()
            except Exception:  # a job tells of its own trouble; what it could not is told here, and the thread goes on
                log.exception("a defect in what was done for somebody in Slack")
            finally:
                with self._changed:
                    self._working.discard(whose)
                    self._changed.notify_all()

    def _next(self) -> str | None:
        """Whose turn it is: the first of those for whom nothing is being done."""
        return next((whose for whose in self._waiting if whose not in self._working), None)

    def _begin(self, whose: str) -> Job:
        jobs = self._waiting.pop(whose)
        job = jobs.popleft()
        if jobs:
            self._waiting[whose] = jobs  # at the end: the others are first now
        self._count -= 1
        self._working.add(whose)
        return job
