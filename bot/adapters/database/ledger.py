"""Runs and deliveries in the database. Implements bot.ports.Runs and bot.ports.Ledger."""

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy import select, update

from bot.adapters.database.engine import Database
from bot.adapters.database.history import Histories, Requests
from bot.adapters.database.locks import held
from bot.adapters.database.tables import deliveries, runs, sendings
from bot.domain.digest import Digest
from bot.domain.profile import Profile
from bot.domain.runs import Asked, History, RunState
from bot.errors import BotError, NotYetError, StoreError
from bot.log import running
from bot.ports import Clock

log = logging.getLogger(__name__)

KILLED = "the process was killed"
STOPPED = "the bot was stopped"


class _Attempt:
    """Implements bot.ports.Attempt."""

    state = "preview"

    def made(self, digest: Digest) -> None:
        """The digest was made and saved."""
        self.state = digest.state.value


class DatabaseRuns:
    """One attempt at a time per profile: of two days' digests that are made at once, both could show the same paper.

    The right is an operating-system lock, so a killed process gives it back.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._histories, self._requests = Histories(database), Requests(database)

    @contextmanager
    def attempt(self, profile: Profile, day: date) -> Iterator["_Attempt"]:
        """Hold the one right to make digests of the profile; record how the attempt ends. Raises BusyError."""
        with held(self._database.locks, f"digests-of-{profile.id}", wait=False), ExitStack() as ending:
            run = self._started(profile, day)
            ending.push(partial(self._broken_off, run))
            attempt = _Attempt()
            with running(run, profile=profile.id, day=day):
                log.info("run started")
                yield attempt
                ending.pop_all()
                self._ended(run, attempt.state)
                log.debug("run ended", extra={"state": attempt.state})

    def history(self, since: date, started: datetime) -> Mapping[str, History]:
        """Profile id -> its days from `since` on. started: attempts before then do not count as tries."""
        return self._histories.read(since, started)

    def asked(self, since: datetime) -> tuple[Asked, ...]:
        """What readers asked for from `since` on, oldest first, as long as no attempt at that day began afterwards."""
        return self._requests.read(since)

    def _started(self, profile: Profile, day: date) -> int:
        """Record the new run; runs of this profile still marked as running were killed, for we hold the lock."""
        now = self._clock.now()
        row = {"profile": profile.id, "day": day, "state": RunState.RUNNING.value, "started_at": now}
        with self._database.writing() as connection:
            cut_off = update(runs).where(runs.c.profile == profile.id, runs.c.state == RunState.RUNNING.value)
            connection.execute(cut_off.values(state=RunState.FAILED.value, ended_at=now, error=KILLED))
            return int(connection.execute(runs.insert().returning(runs.c.id), row).scalar_one())

    def _broken_off(self, run: int, _: type[BaseException] | None, error: BaseException | None, __: object) -> None:
        """Record what ended the run; the error goes on its way, even if it cannot be recorded."""
        state = RunState.WAITING if isinstance(error, NotYetError) else RunState.FAILED
        why = str(error) if isinstance(error, BotError) else type(error).__name__
        if not isinstance(error, Exception):  # such as KeyboardInterrupt: somebody wants the bot to end
            why = STOPPED
        try:
            self._ended(run, state.value, why, permanent=isinstance(error, BotError) and error.permanent)
        except StoreError as unrecorded:
            log.warning("how a run ended is not recorded", extra={"run": run, "ended": why, "error": str(unrecorded)})

    def _ended(self, run: int, state: str, error: str | None = None, *, permanent: bool = False) -> None:
        ended = {"state": state, "ended_at": self._clock.now(), "error": error, "permanent": permanent}
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
            now = self._clock.now()
            row = {"state": "sending", "permanent": False, "claimed_at": now, "changed_at": now}
            if before is None:
                key = {"profile": digest.profile.id, "day": digest.day, "outlet": outlet}
                connection.execute(deliveries.insert(), {**key, **row})
            else:
                connection.execute(update(deliveries).where(*_row(digest, outlet)).values(row))
        return before in ("sending", "unowed")

    def sent(self, digest: Digest, outlet: str, where: str) -> None:
        """Record that the outlet took it."""
        kept = select(deliveries.c.carried, deliveries.c.claimed_at).where(*_row(digest, outlet))
        now = self._clock.now()
        with self._database.writing() as connection:
            before = connection.execute(kept).one()
            carried = sorted(digest.shown_ids | set(before.carried or ()))
            row = {"state": "sent", "carried": carried, "went_to": where, "error": None, "changed_at": now}
            connection.execute(update(deliveries).where(*_row(digest, outlet)).values(row))
            if before.claimed_at:
                took_s = max(0.0, (now - before.claimed_at).total_seconds())
                connection.execute(sendings.insert(), {"kind": outlet.partition(":")[0], "took_s": took_s})

    def failed(self, digest: Digest, outlet: str, why: str, *, permanent: bool = False) -> None:
        """Record that the outlet refused it; the next run tries again. permanent: in vain, until somebody acts."""
        row = {"state": "failed", "error": why, "permanent": permanent, "changed_at": self._clock.now()}
        with self._database.writing() as connection:
            connection.execute(update(deliveries).where(*_row(digest, outlet)).values(row))

    def settle(self, digest: Digest, outlets: Collection[str]) -> None:
        """What other outlets did not take is not owed to them any more; what they were sent stays known."""
        day = (deliveries.c.profile == digest.profile.id, deliveries.c.day == digest.day)
        others, state, carried = (*day, deliveries.c.outlet.not_in(outlets)), deliveries.c.state, deliveries.c.carried
        with self._database.writing() as connection:
            connection.execute(sa.delete(deliveries).where(*others, state == "failed", carried.is_(None)))
            connection.execute(update(deliveries).where(*others, state == "failed").values(state="sent", error=None))
            # A try that was cut off may have arrived. Should the outlet be wanted again, it is not sent from the start.
            connection.execute(update(deliveries).where(*others, state == "sending").values(state="unowed"))

    def send_again(self, profile: Profile, day: date, outlet: str) -> bool:
        """Forget that a try was cut off, so that the next run sends it. True if there was such a try."""
        cut_off = (deliveries.c.profile == profile.id, deliveries.c.day == day, deliveries.c.outlet == outlet)
        again = update(deliveries).where(*cut_off, deliveries.c.state == "sending")
        with self._database.writing() as connection:
            done = connection.execute(again.values(state="failed", error="to be sent again by hand"))
        return bool(done.rowcount)


def _row(digest: Digest, outlet: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        deliveries.c.profile == digest.profile.id,
        deliveries.c.day == digest.day,
        deliveries.c.outlet == outlet,
    )
