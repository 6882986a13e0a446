"""What Slack sent and was acted on. It sends again what it believes was not heard, and people press twice."""

from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.adapters.database.engine import Database
from bot.adapters.database.tables import heard
from bot.ports import Clock

KEPT_FOR = timedelta(days=1)
SWEPT_EVERY = timedelta(hours=1)
LONGEST_ID = 120


class DatabaseHeard:
    """Ids of the last day, shared by all threads and processes on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._swept: datetime | None = None

    def first_time(self, heard_id: str) -> bool:
        """True for the one who brings the id first, of all threads and processes; an empty id is always new."""
        if not heard_id:
            return True
        now = self._clock.now()
        key = heard_id if len(heard_id) <= LONGEST_ID else sha256(heard_id.encode(errors="replace")).hexdigest()
        insert = self._database.insert(heard).on_conflict_do_nothing().returning(heard.c.id)
        with self._database.writing() as connection:
            self._sweep(connection, now)
            return connection.execute(insert, {"id": key, "at": now}).first() is not None

    def _sweep(self, connection: Connection, now: datetime) -> None:
        """Forget old ids now and then, and those of a time to come: the clock was set back."""
        if self._swept and abs(now - self._swept) < SWEPT_EVERY:
            return
        old = sa.or_(heard.c.at <= now - KEPT_FOR, heard.c.at >= now + KEPT_FOR)
        connection.execute(sa.delete(heard).where(old))
        self._swept = now
