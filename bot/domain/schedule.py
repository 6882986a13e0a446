"""When a profile wants its digests: a local time of day, its zone, and the days of the week."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.calendar import announcement_day

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(WEEK)
WEEKDAYS = frozenset(WEEK[:5])


@dataclass(frozen=True)
class Schedule:
    """A local wall-clock time in an IANA zone, on some days of the week (mon … sun)."""

    at: time = time(8, 30)
    timezone: str = "America/New_York"
    days: frozenset[str] = EVERY_DAY

    def __post_init__(self) -> None:
        if self.at.tzinfo:
            raise ValueError("a time of day has no offset: give the zone by its name")
        if not self.days or self.days - EVERY_DAY:
            raise ValueError(f"days: name at least one of {', '.join(WEEK)}")
        try:
            ZoneInfo(self.timezone)
        except (ValueError, OSError, KeyError) as error:
            raise ValueError(f"timezone {self.timezone!r} is not known: write it as Europe/Berlin") from error

    @classmethod
    def parse(cls, text: str) -> "Schedule":
        """Read `08:30 Europe/Berlin`, optionally with days after it as parse_days() takes them. Raises ValueError."""
        at, zone, days = (*text.replace(",", " ").split(maxsplit=2), "", "", "")[:3]
        try:
            return cls(time.fromisoformat(at), zone, parse_days(days) if days else EVERY_DAY)
        except ValueError as error:
            wanted = "write a time, an IANA zone and, if not every day, the days: 08:30 Europe/Berlin weekdays"
            raise ValueError(wanted) from error

    def __str__(self) -> str:
        return f"{self.at:%H:%M} {self.timezone}, {days_text(self.days)}"

    def newest_due(self, now: datetime) -> date:
        """The newest announcement day that was out when the schedule's last moment came; it may be a quiet day.

        now: timezone-aware. So everything up to that day is wanted by now. A moment that a change of clocks skips
        comes as much later; one that comes twice counts when it comes first.
        """
        return self._last_moment(now).shown

    def asked_after(self, now: datetime) -> date:
        """What newest_due() was at the moment before: the last moment asks for the days after that one."""
        return self.newest_due(self._last_moment(now).at - timedelta(seconds=1))

    def next_moment(self, now: datetime) -> datetime:
        """When the schedule's time comes next after `now` (timezone-aware), in its zone."""
        utc = now.astimezone(UTC)
        return self._first(utc.date() - timedelta(days=1), lambda at: at > utc)

    def due_at(self, day: date) -> datetime:
        """When the digest of announcement day `day` is due: the first moment at which arXiv's feed shows it."""
        # The feed turns over at 00:00 US Eastern, which is the day before in some zones.
        return self._first(day - timedelta(days=1), lambda at: announcement_day(at) >= day)

    def _first(self, local: date, suits: Callable[[datetime], bool]) -> datetime:
        """The first moment that suits, of those on the local day `local` and later; in the schedule's zone."""
        while WEEK[local.weekday()] not in self.days or not suits(self._at(local)):
            local += timedelta(days=1)
        return self._at(local).astimezone(ZoneInfo(self.timezone))

    def _at(self, local: date) -> datetime:
        """The moment of a local day, in UTC: two times of one zone are compared by their wall clocks, wrongly where
        clocks are changed."""
        return datetime.combine(local, self.at, ZoneInfo(self.timezone)).astimezone(UTC)

    def _last_moment(self, now: datetime) -> "_Moment":
        utc = now.astimezone(UTC)
        for moment in _moments(self, utc.date()):
            if moment.at <= utc:
                return moment
        raise AssertionError("the last of them is before the day")


def parse_days(text: str) -> frozenset[str]:
    """Read `daily`, `weekdays`, or names such as `mon wed fri` or `Monday, Friday`. Raises ValueError."""
    words = text.lower().replace(",", " ").split()
    if words in (["daily"], ["every", "day"]):
        return EVERY_DAY
    if words == ["weekdays"]:
        return WEEKDAYS
    full = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
    if not words or any(word not in EVERY_DAY | full for word in words):
        raise ValueError(f"days {text!r}: write daily, weekdays, or names such as mon wed fri")
    return frozenset(word[:3] for word in words)


def days_text(days: frozenset[str]) -> str:
    """The days in the shortest form that parse_days() reads."""
    named = {EVERY_DAY: "daily", WEEKDAYS: "weekdays"}
    return named.get(days) or " ".join(day for day in WEEK if day in days)


@dataclass(frozen=True)
class _Moment:
    """When a schedule's time came, in UTC, and the announcement day, quiet or not, that arXiv's feed showed then."""

    at: datetime
    shown: date


@lru_cache(maxsize=16384)
def _moments(schedule: Schedule, utc: date) -> tuple[_Moment, ...]:
    """The schedule's moments on that day of UTC, and the last one before it; newest first."""
    begin, local = datetime.combine(utc, time(), UTC), utc + timedelta(days=1)  # no zone is further ahead
    found: list[datetime] = []
    while not found or found[-1] >= begin:
        if WEEK[local.weekday()] in schedule.days:
            found.append(schedule._at(local))
        local -= timedelta(days=1)
    return tuple(_Moment(at, announcement_day(at)) for at in found)
