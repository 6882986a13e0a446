"""What became of each announcement day of all profiles: the facts that decide what is due."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, not_, select

from bot.adapters.database.engine import Database
from bot.adapters.database.latest import Latest
from bot.adapters.database.tables import asked_runs, deliveries, profiles, runs
from bot.domain.calendar import announcement_day
from bot.domain.runs import Asked, DayRuns, History, RunState

Days = Mapping[str, Mapping[date, DayRuns]]
ATTEMPT = runs.c.state != "preview"


class Histories:
    """Three statements for all profiles; read again only when something was committed."""

    def __init__(self, database: Database) -> None:
        self._latest: Latest[Mapping[str, History]] = Latest(database)

    def read(self, since: date, started: datetime) -> Mapping[str, History]:
        """As bot.ports.Runs.history."""
        return self._latest.get((since, started), lambda connection: _histories(connection, since, started))


class Requests:
    """The digests that readers asked for and that nobody has tried since."""

    def __init__(self, database: Database) -> None:
        self._latest: Latest[tuple[Asked, ...]] = Latest(database)

    def read(self, since: datetime) -> tuple[Asked, ...]:
        """As bot.ports.Runs.asked."""
        hour = since.replace(minute=0, second=0, microsecond=0)  # what is asked for another moment is read again
        kept = self._latest.get(hour, lambda connection: _asked(connection, hour))
        return tuple(one for one in kept if one.at >= since)


def _asked(connection: Connection, since: datetime) -> tuple[Asked, ...]:
    same = (runs.c.profile == asked_runs.c.profile, runs.c.day == asked_runs.c.day)
    tried = select(runs.c.id).where(*same, runs.c.started_at >= asked_runs.c.at, ATTEMPT)
    wanted = select(asked_runs).where(asked_runs.c.at >= since, not_(tried.exists()))
    rows = connection.execute(wanted.order_by(asked_runs.c.at, asked_runs.c.id))  # by time, which has an index
    return tuple(Asked(row.profile, row.day, row.user, row.at) for row in rows)


def _histories(connection: Connection, since: date, started: datetime) -> Mapping[str, History]:
    days = _days(connection, since, started)
    gone = {profile: min(runs) for profile, runs in days.items()}  # profiles that are no more have runs still
    return {
        profile: History(first, days.get(profile, {})) for profile, first in {**gone, **_firsts(connection)}.items()
    }


def _firsts(connection: Connection) -> Mapping[str, date]:
    """Profile id -> the announcement day on which it was made.

    A digest that somebody makes by hand of an older day does not make the days between it and then missed ones.
    """
    made = connection.execute(select(profiles.c.id, profiles.c.created_at))
    return {row.id: announcement_day(row.created_at) for row in made}


def _days(connection: Connection, since: date, started: datetime) -> Days:
    """Newest and first are by number, not by time: clocks are set back."""
    tries = func.sum(case((runs.c.started_at >= started, 1), else_=0)).label("tries")
    per_day = (
        select(func.max(runs.c.id).label("newest"), func.min(runs.c.id).label("first"), tries)
        .where(runs.c.day >= since, ATTEMPT)
        .group_by(runs.c.profile, runs.c.day)
        .subquery()
    )
    first = runs.alias("first")
    wanted = (
        select(runs, first.c.started_at.label("since"), per_day.c.tries)
        .join(per_day, per_day.c.newest == runs.c.id)
        .join(first, first.c.id == per_day.c.first)
    )
    undelivered = _undelivered(connection, since)
    days: dict[str, dict[date, DayRuns]] = defaultdict(dict)
    for row in connection.execute(wanted):
        days[row.profile][row.day] = _day(row, undelivered.get((row.profile, row.day), {}))
    return days


def _day(row: Row[Any], undelivered: Mapping[str, Row[Any]]) -> DayRuns:
    """undelivered: outlet -> its delivery. What the attempt itself failed with counts before what outlets did."""
    reasons = [one.error or _cut_off(one) for one in undelivered.values()]
    return DayRuns(
        day=row.day,
        state=RunState(row.state),
        since=row.since,
        last_at=row.ended_at or row.started_at,
        tries=row.tries,
        error=row.error or " ".join(dict.fromkeys(reasons)),
        permanent=row.permanent or any(one.permanent for one in undelivered.values()),
        undelivered=frozenset(undelivered),
    )


def _undelivered(connection: Connection, since: date) -> Mapping[tuple[str, date], dict[str, Row[Any]]]:
    """(profile id, day) -> outlet -> its delivery that did not succeed."""
    lacking = select(deliveries).where(deliveries.c.state.in_(("sending", "failed")), deliveries.c.day >= since)
    outlets: dict[tuple[str, date], dict[str, Row[Any]]] = defaultdict(dict)
    for row in connection.execute(lacking.order_by(deliveries.c.outlet)):
        outlets[row.profile, row.day][row.outlet] = row
    return outlets


def _cut_off(row: Row[Any]) -> str:
    """Why a delivery that neither failed nor arrived did not end, and what to do."""
    if row.outlet.startswith("slack:"):
        return "A try was cut off while sending; the next one looks what arrived, and posts the rest."
    again = f"broadsheet digest --day {row.day} --profile {row.profile} --send-again {row.outlet}"
    return f"A try was cut off while sending, so it may have arrived; if it did not: {again}"
