"""Runs and deliveries in the database. Implements bot.ports.Runs and bot.ports.Ledger."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import select, update

from bot.adapters.database.engine import Database
from bot.adapters.database.locks import held
from bot.adapters.database.tables import deliveries, runs
from bot.domain.digest import Digest
from bot.domain.profile import Profile
from bot.errors import BotError
from bot.ports import Clock


class _Attempt:
    """Implements bot.ports.Attempt."""

    state = "preview"

    def made(self, digest: Digest) -> None:
        """The digest was made and saved."""
        self.state = digest.state.value


class DatabaseRuns:
    """One attempt at a time per digest. The right is an operating-system lock, so a killed process gives it back."""

    def __init__(self, database: Database, clock: Clock, locks: Path) -> None:
        """locks: the folder of the lock files, shared by all processes that share the database."""
        self._database, self._clock, self._locks = database, clock, locks

    @contextmanager
    def attempt(self, profile: Profile, day: date) -> Iterator["_Attempt"]:
        """Hold the one right to make this digest; record how the attempt ends. Raises BusyError."""
        with held(self._locks, f"{profile.id}-{day}", wait=False), ExitStack() as ending:
            run = self._started(profile, day)
            ending.push(partial(self._failed, run))
            attempt = _Attempt()
            yield attempt
            ending.pop_all()
            self._ended(run, attempt.state, None)

    def _started(self, profile: Profile, day: date) -> int:
        """Record the new run; runs of this digest still marked as running were killed, for we hold the lock."""
        mine = (runs.c.profile == profile.id, runs.c.day == day)
        now = self._clock.now()
        row = {"profile": profile.id, "day": day, "state": "running", "started_at": now}
        with self._database.writing() as connection:
            cut_off = update(runs).where(*mine, runs.c.state == "running")
            connection.execute(cut_off.values(state="failed", ended_at=now, error="the process was killed"))
            return int(connection.execute(runs.insert().returning(runs.c.id), row).scalar_one())

    def _failed(self, run: int, _: type[BaseException] | None, error: BaseException | None, __: object) -> None:
        """Record what ended the run; the error goes on its way."""
        self._ended(run, "failed", str(error) if isinstance(error, BotError) else type(error).__name__)

    def _ended(self, run: int, state: str, error: str | None) -> None:
        ended = {"state": state, "ended_at": self._clock.now(), "error": error}
        with self._database.writing() as connection:
            connection.execute(update(runs).where(runs.c.id == run).values(ended))


class DatabaseLedger:
    """One row per digest and outlet."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def carried(self, digest: Digest, outlet: str) -> frozenset[str] | None:
        """arXiv ids that sent editions of this digest carried to the outlet; None if none was ever sent."""
        with self._database.reading() as connection:
            ids = connection.scalar(select(deliveries.c.carried).where(*_row(digest, outlet)))
        return None if ids is None else frozenset(ids)

    def claim(self, digest: Digest, outlet: str) -> bool:
        """Mark the delivery as being sent. True if an earlier try was cut off while sending."""
        with self._database.writing() as connection:
            before = connection.scalar(select(deliveries.c.state).where(*_row(digest, outlet)))
            row = {"state": "sending", "changed_at": self._clock.now()}
            if before is None:
                key = {"profile": digest.profile.id, "day": digest.day, "outlet": outlet}
                connection.execute(deliveries.insert(), {**key, **row})
            else:
                connection.execute(update(deliveries).where(*_row(digest, outlet)).values(row))
        return before == "sending"

    def sent(self, digest: Digest, outlet: str, where: str) -> None:
        """Record that the outlet took it."""
        carried = digest.shown_ids | (self.carried(digest, outlet) or frozenset())
        self._record(digest, outlet, state="sent", carried=sorted(carried), went_to=where, error=None)

    def failed(self, digest: Digest, outlet: str, why: str) -> None:
        """Record that the outlet refused it; the next run tries again."""
        self._record(digest, outlet, state="failed", error=why)

    def send_again(self, profile: Profile, day: date, outlet: str) -> bool:
        """Forget that a try was cut off, so that the next run sends it. True if there was such a try."""
        cut_off = (deliveries.c.profile == profile.id, deliveries.c.day == day, deliveries.c.outlet == outlet)
        again = update(deliveries).where(*cut_off, deliveries.c.state == "sending")
        with self._database.writing() as connection:
            done = connection.execute(again.values(state="failed", error="to be sent again by hand"))
        return bool(done.rowcount)

    def _record(self, digest: Digest, outlet: str, **row: object) -> None:
        with self._database.writing() as connection:
            changed = {**row, "changed_at": self._clock.now()}
            connection.execute(update(deliveries).where(*_row(digest, outlet)).values(changed))


def _row(digest: Digest, outlet: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        deliveries.c.profile == digest.profile.id,
        deliveries.c.day == digest.day,
        deliveries.c.outlet == outlet,
    )
