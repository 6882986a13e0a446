"""The bot's clock: the system's, or one set by BROADSHEET_NOW for demos and tests."""

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The real time."""

    was_set = False

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that was set: starts at a given time when it is built, and runs on, `speed` times as fast."""

    was_set = True

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        self._start, self._speed, self._built = start, speed, time.monotonic()

    @classmethod
    def parse(cls, text: str) -> "SetClock":
        """Read `2026-05-06T09:00:00-04:00`, optionally followed by ` x60`. Raises ValueError."""
        moment, _, speed = text.strip().partition(" ")
        try:
            start = datetime.fromisoformat(moment)
            factor = float(speed.strip().removeprefix("x") or 1)
            if start.tzinfo is None or not 1991 <= start.year <= 2100 or not 0 < factor <= 1_000_000:
                raise ValueError(text)
            return cls(start, factor)
        except ValueError as error:
            wanted = "give an ISO time with offset, such as 2026-05-06T09:00:00-04:00, optionally with x60"
            raise ValueError(wanted) from error

    def now(self) -> datetime:
        """The set time plus what has passed since."""
        return self._start + timedelta(seconds=(time.monotonic() - self._built) * self._speed)
