"""What became of each announcement day of a profile, and which days are due now. Pure: the time is an argument."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from bot.domain.calendar import announcement_day, days_by_rule, quiet_by_list, quiet_by_rule
from bot.domain.profile import Pause, Profile

CATCH_UP_DAYS = 30
LONGEST_ASKED = 15  # days: what a weekly schedule asks for, until its next moment comes
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=2)
OFTEN_FOR = timedelta(days=7)  # an outlet that takes nothing for longer is tried once a day
PARTIAL_TRIES = 6  # a day's digest is tried so often for the papers that could not be judged; then they come late


class RunState(StrEnum):
    """How an attempt at a digest ended, or that it has not. PAUSED is only a day's: nobody wants its digest."""

    WAITING = "waiting"
    QUIET = "quiet"
    RUNNING = "running"
    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    PAUSED = "paused"


MADE = (RunState.QUIET, RunState.COMPLETE, RunState.PARTIAL)
SETTLED = (RunState.QUIET, RunState.COMPLETE)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayRuns:
    """All attempts at the digest of one profile and announcement day.

    state, error, permanent: of the newest attempt, or of the outlets that did not take what it made. since: when the
    first one began. last_at: when the newest one ended, or began if it has not ended. tries: how many there were since
    the bot was started (or restarted: then everything is tried at once, for something may have been mended).
    undelivered: outlets that lack the digest.
    """

    day: date
    state: RunState
    since: datetime
    last_at: datetime
    tries: int = 1
    error: str = ""
    permanent: bool = False
    undelivered: frozenset[str] = frozenset()

    @property
    def settled(self) -> bool:
        """Whether nothing is missing and nothing could get better, whatever the time."""
        return self.state in SETTLED and not self.undelivered

    @property
    def made(self) -> bool:
        """Whether there is a digest, or surely nothing to make one of."""
        return self.state in MADE

    def worth_trying(self, now: datetime) -> bool:
        """Whether another attempt could bring anything. A permanent failure, too, may have been mended meanwhile."""
        if self.settled:
            return False
        if self.state is RunState.PARTIAL and not self.undelivered:
            return self.day == announcement_day(now) and self.tries < PARTIAL_TRIES
        return True

    def next_try(self) -> datetime:
        """When to try again, if it is worth trying: at growing intervals."""
        if not self.tries:
            return self.last_at
        longest = A_DAY if self.made and self.last_at - self.since >= OFTEN_FOR else LONGEST_PAUSE
        doublings = min(self.tries - 1, 10)
        return self.last_at + min(FIRST_PAUSE * (1 << doublings), longest)

    def due(self, now: datetime) -> bool:
        """Whether to try again now."""
        # A clock that was set back leaves records of a time to come; nobody should have to wait for it.
        return self.worth_trying(now) and (self.next_try() <= now or self.last_at > now)


@dataclass(frozen=True)
class History:
    """The days of one profile. first: the announcement day on which it was made; no day before it was ever missed.

    days: known_from() says from when on they must be there; a day without a record was never tried.
    """

    first: date
    days: Mapping[date, DayRuns] = field(default_factory=dict)

    @cached_property
    def settled(self) -> frozenset[date]:
        """Days that need not be looked at again: nearly all of them, every few seconds, of every profile."""
        # As DayRuns.settled, spelled out: after every commit this looks at every day of every profile.
        return frozenset({day for day, one in self.days.items() if one.state in SETTLED and not one.undelivered})


def known_from(now: datetime, days_back: int) -> date:
    """The oldest day that due() and troubles() look at, whatever the schedule."""
    return announcement_day(now) - timedelta(days=max(days_back, LONGEST_ASKED))


def due(now: datetime, profile: Profile, history: History, *, days_back: int = CATCH_UP_DAYS) -> tuple[date, ...]:
    """The announcement days whose digest should be tried now, oldest first: missed ones, then today's.

    now: timezone-aware. days_back: days before today that are caught up with. What the schedule's last moment asks for
    is no catching up: a weekly reader gets the whole week whatever days_back is. Days of a pause are never due.
    """
    utc = now.astimezone(UTC)
    wanted = _wanted(utc, profile, history, days_back)
    if history.settled.issuperset(wanted):
        return ()
    days, settled = history.days, history.settled
    return tuple(day for day in wanted if day not in settled and ((record := days.get(day)) is None or record.due(utc)))


def _wanted(utc: datetime, profile: Profile, history: History, days_back: int) -> tuple[date, ...]:
    """The days whose digest somebody wants by now, made or not, oldest first; none of a pause."""
    oldest = _today(utc) - timedelta(days=days_back)
    if days_back < LONGEST_ASKED:
        oldest = min(oldest, profile.schedule.asked_after(utc) + A_DAY)
    days = _listed(max(oldest, history.first), profile.schedule.newest_due(utc))
    return tuple(day for day in days if not profile.paused_on(day)) if profile.pauses else days


@lru_cache(maxsize=16)
def _today(utc: datetime) -> date:
    """Thousands of profiles ask at one moment."""
    return announcement_day(utc)


# Thousands of profiles ask for few different stretches. Holidays are among the days: arXiv's feed decides on those.
_listed = lru_cache(maxsize=1024)(days_by_rule)


def next_moment(now: datetime, profile: Profile) -> datetime | None:
    """When the schedule's time comes next for a day that is wanted, in the schedule's zone; None while the profile is
    paused until somebody resumes it.
    """
    if not profile.pauses:
        return profile.schedule.next_moment(now)
    to_come = day = profile.schedule.newest_due(now) + A_DAY
    while pause := profile.pause_on(day):
        if pause.until is None:
            return None
        day = pause.until
    return profile.schedule.next_moment(now) if day == to_come else profile.schedule.due_at(day)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody wants the digest of a day made now, whether it was made before or not. user: who. at: since when."""

    profile_id: str
    day: date
    user: str
    at: datetime


@dataclass(frozen=True)
class Trouble:
    """A day that needs the operator. why: what is wrong and what to do, in words."""

    profile_id: str
    day: date
    since: datetime
    why: str


def troubles(
    now: datetime, profile: Profile, history: History, *, limit: timedelta, days_back: int = CATCH_UP_DAYS
) -> tuple[Trouble, ...]:
    """Days that are waiting, failed or undelivered for longer than `limit`, or at once where a retry cannot help.

    With a limit of zero: every day that is wanted by now and not made and delivered.
    """
    utc = now.astimezone(UTC)
    found = []
    for day in _wanted(utc, profile, history, days_back):
        record = history.days.get(day)
        since = record.since if record else profile.schedule.due_at(day)
        hopeless = record is not None and record.permanent
        if (hopeless or utc - since >= limit) and (why := _trouble(record)):
            found.append(Trouble(profile.id, day, since, why))
    return (*found, *_clock_trouble(utc, profile, history))


def unfinished(
    now: datetime, profile_id: str, history: History, *, days_back: int, pauses: Iterable[Pause] = ()
) -> tuple[Trouble, ...]:
    """Days of the window that were tried and are not made and delivered, whether anybody wants them now or not.

    As long as a day is among them, a trouble with it is not over: a schedule that was moved, a clock that was set back
    or a profile that cannot be read mend nothing. Only whoever pauses says that the day is not wanted any more.
    """
    oldest = announcement_day(now) - timedelta(days=days_back)
    failed = [record for day, record in sorted(history.days.items()) if day >= oldest and _trouble(record)]
    return tuple(
        Trouble(profile_id, record.day, record.since, _trouble(record))
        for record in failed
        if not any(pause.covers(record.day) for pause in pauses)
    )


def _clock_trouble(utc: datetime, profile: Profile, history: History) -> tuple[Trouble, ...]:
    """By a clock that is days behind nothing is due: that silence must be told."""
    if history.first > _today(utc) + A_DAY:
        why = (
            f"the profile was made on {history.first} by this machine's clock, which was ahead then or is behind now: "
            "nothing is due before. Set the clock right; if it is, export the profile and import it under another id"
        )
        return (Trouble(profile.id, history.first, utc, why),)
    ahead = max(history.days.values(), key=lambda record: record.last_at, default=None)
    if ahead is None or ahead.last_at - utc < A_DAY:
        return ()
    why = (
        f"by this machine's clock the digest of {ahead.day} was tried in days to come, on {ahead.last_at:%Y-%m-%d}: "
        "the clock is behind now, or was ahead then. Set it right: what is due goes by it"
    )
    return (Trouble(profile.id, ahead.day, utc, why),)


def _trouble(record: DayRuns | None) -> str:
    """What the operator should know of a day; empty if all is well."""
    if record is None:
        return "it was not tried yet: the bot was off, or what it needs failed for other digests before its turn came"
    if not record.made:
        return record.error or f"it is {record.state} and does not end"
    if record.undelivered:
        error = f": {record.error}" if record.error else ""
        return f"not delivered to {', '.join(sorted(record.undelivered))}{error}"
    return ""


@dataclass(frozen=True)
class DayStatus:
    """How one announcement day of a profile stands. told: why, or what comes next; empty if there is nothing to say."""

    day: date
    state: RunState
    told: str = ""


def statuses(now: datetime, profile: Profile, history: History, *, count: int = 5) -> tuple[DayStatus, ...]:
    """The last `count` days that have a listing by rule, and today whatever it is; oldest first."""
    today = announcement_day(now)
    days = [today]
    day = today
    while len(days) < count and day > history.first:
        day -= timedelta(days=1)
        if not quiet_by_rule(day):
            days.append(day)
    return tuple(_status(now, one, profile, history) for one in reversed(days))


def _status(now: datetime, day: date, profile: Profile, history: History) -> DayStatus:
    record = history.days.get(day)
    if quiet := quiet_by_rule(day):
        return DayStatus(day, RunState.QUIET, quiet)
    due_at, zone = profile.schedule.due_at(day), profile.schedule.timezone
    pause = profile.pause_on(day) if profile.pauses else None
    if record is None and pause:
        return DayStatus(day, RunState.PAUSED, f"until {pause.until or 'somebody resumes it'}")
    if record is None:
        return DayStatus(day, RunState.WAITING, f"{'due' if due_at > now else 'was due'} at {_at(due_at, zone)}")
    if record.state is RunState.QUIET:
        return DayStatus(day, RunState.QUIET, quiet_by_list(day) or "")
    told = _trouble(record) if record.made else record.error
    if record.state is RunState.PARTIAL and not told:
        told = "Some papers could not be judged, or arXiv's counts do not agree"
    if record.state is not RunState.RUNNING and record.worth_trying(now) and not pause:
        at = max(record.next_try(), due_at)
        told = f"{told.rstrip('.')}. Next try {'now' if at <= now else _at(at, zone)}".lstrip(". ")
    return DayStatus(day, record.state, told)


def _at(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
