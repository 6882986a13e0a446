"""What readers ask the bot to do, and how much of it they may. Implements bot.desk.Errands."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.adapters.database.changes import known
from bot.adapters.database.engine import Database
from bot.adapters.database.history import ATTEMPT
from bot.adapters.database.tables import asked_runs, deliveries, runs, spendings
from bot.domain.conversation import Asker
from bot.domain.profile import Profile
from bot.domain.runs import DayStatus, RunState
from bot.ports import Clock


class DatabaseErrands:
    """The worker, another process, finds there what is asked for here."""

    def __init__(self, database: Database, clock: Clock, *, per_user: int, per_day: int) -> None:
        """per_user: most commands that cost money of one user and UTC day; per_day: of all users of a workspace."""
        self._database, self._clock, self._per_user, self._per_day = database, clock, per_user, per_day

    def ask_run(self, profile: Profile, day: date, user: str) -> None:
        """Let the worker make this digest now. Raises ProfileError if the profile was removed."""
        row = {"profile": profile.id, "day": day, "user": user, "at": self._clock.now()}
        with self._database.writing() as connection:
            known(connection, profile.id)
            connection.execute(asked_runs.insert(), row)

    def ended(self, profile: Profile, day: date, since: datetime) -> DayStatus | None:
        """How the first attempt that began at or after `since` ended; None while it has not."""
        mine = (runs.c.profile == profile.id, runs.c.day == day, runs.c.started_at >= since, ATTEMPT)
        ended = select(runs).where(*mine, runs.c.ended_at.is_not(None)).order_by(runs.c.id).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(ended).first()
            return None if row is None else DayStatus(day, RunState(row.state), _told(connection, row))

    def spend(self, asker: Asker, what: str) -> str:
        """Count one command of today (UTC) that costs money. Returns why it is not allowed any more, or an empty text.

        Of two who ask for the last one at the same moment, one gets it.
        """
        if not (self._per_user and self._per_day):
            return (
                "Commands that cost money are switched off here. Whoever runs the bot can allow them: "
                "PAID_COMMANDS_PER_USER, PAID_COMMANDS_PER_DAY"
            )
        now = self._clock.now()
        day, team, user = now.astimezone(UTC).date(), asker.place.team, asker.user
        today = (spendings.c.day == day, spendings.c.team == team)
        count = select(func.count()).select_from(spendings)
        row = {"team": team, "user": user, "what": what[:40], "day": day, "at": now}
        with self._database.writing() as connection:
            if connection.execute(count.where(*today, spendings.c.user == user)).scalar_one() >= self._per_user:
                return _used_up("You have used", self._per_user, now)
            if connection.execute(count.where(*today)).scalar_one() >= self._per_day:
                return _used_up("Together you have used", self._per_day, now)
            connection.execute(spendings.insert(), row)
        return ""


def _told(connection: Connection, row: Row[Any]) -> str:
    """What went wrong: in the attempt itself, or with its deliveries."""
    if row.error:
        return str(row.error)
    lacking = deliveries.c.state.in_(("sending", "failed"))
    mine = (deliveries.c.profile == row.profile, deliveries.c.day == row.day, lacking)
    undelivered = connection.execute(select(deliveries).where(*mine).order_by(deliveries.c.outlet)).all()
    if not undelivered:
        return ""
    reasons = " ".join(dict.fromkeys(one.error for one in undelivered if one.error))
    return f"not delivered to {', '.join(one.outlet for one in undelivered)}" + (f": {reasons}" if reasons else "")


def _used_up(who: str, limit: int, now: datetime) -> str:
    utc = now.astimezone(UTC)
    hours = 24 - utc.hour
    spent = "the one command of today that costs" if limit == 1 else f"the {limit} commands of today that cost"
    left = "in less than an hour" if hours == 1 else f"in less than {hours} hours"
    return f"{who} {spent} money. More at midnight UTC, {left}"
