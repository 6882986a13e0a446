"""What the operator was told of. Implements bot.office.Troubles; several bots may share it."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy import and_, select, update

from bot.adapters.database.engine import Database
from bot.adapters.database.tables import troubles
from bot.domain.runs import Trouble
from bot.ports import Clock

CLAIM_HOLDS = timedelta(minutes=10)  # longer than any message takes to send


class DatabaseTroubles:
    """One row per profile and day; each method is one transaction that writes, so two bots take turns."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def news(self, troubles: Sequence[Trouble], unfinished: Sequence[Trouble]) -> bool:
        """Whether claim(troubles) or over(unfinished) would bring any now. Changes nothing and waits for nobody."""
        there, going_on = _keys(troubles), _keys(unfinished)
        with self._database.reading() as connection:
            rows = connection.execute(select(_TROUBLES).where(_OPEN, ~self._lapsed())).all()
        told = {(row.profile, row.day) for row in rows if row.told_at}
        return bool(there - {(row.profile, row.day) for row in rows} or told - going_on)

    def claim(self, troubles: Sequence[Trouble]) -> tuple[Trouble, ...]:
        """Those of them that nobody was told of yet; for a while no other call brings them, and from told() on, none.

        A day whose trouble has another reason by now is not told of again; one whose trouble was over is.
        """
        if not troubles:
            return ()
        with self._database.writing() as connection:
            return tuple(one for one in troubles if connection.execute(self._claiming(one)).rowcount)

    def told(self, troubles: Sequence[Trouble]) -> None:
        """The message about these was sent."""
        with self._database.writing() as connection:
            for one in troubles:
                connection.execute(update(_TROUBLES).where(_row(one)).values(told_at=self._clock.now()))

    def over(self, unfinished: Sequence[Trouble]) -> tuple[Trouble, ...]:
        """Those told of whose day is not among the unfinished ones any more; from now on they count as over."""
        there = _keys(unfinished)
        wanted = select(_TROUBLES).where(_OPEN, _TROUBLES.c.told_at.is_not(None))
        with self._database.writing() as connection:
            rows = connection.execute(wanted.order_by(_TROUBLES.c.day, _TROUBLES.c.profile)).all()
            gone = tuple(
                Trouble(row.profile, row.day, row.since, row.why) for row in rows if (row.profile, row.day) not in there
            )
            for one in gone:
                connection.execute(update(_TROUBLES).where(_row(one)).values(over_at=self._clock.now()))
        return gone

    def give_back(self, troubles: Sequence[Trouble], *, over: bool) -> None:
        """The message could not be sent: let the next call of claim(), or of over(), bring them again."""
        again = update(_TROUBLES).values(over_at=None) if over else sa.delete(_TROUBLES).where(_OPEN)
        with self._database.writing() as connection:
            for one in troubles:
                connection.execute(again.where(_row(one)))

    def _claiming(self, trouble: Trouble) -> sa.Executable:
        key = {"profile": trouble.profile_id, "day": trouble.day}
        now = self._clock.now()
        row = {"why": trouble.why, "since": trouble.since, "claimed_at": now, "told_at": None, "over_at": None}
        free = _TROUBLES.c.over_at.is_not(None) | self._lapsed()
        return (  # type: ignore[no-any-return]
            self._database.insert(_TROUBLES)
            .values(**key, **row)
            .on_conflict_do_update(["profile", "day"], set_=row, where=free)
        )

    def _lapsed(self) -> sa.ColumnElement[bool]:
        """Claimed by somebody who never sent the message: it was killed in between."""
        return _TROUBLES.c.told_at.is_(None) & (_TROUBLES.c.claimed_at < self._clock.now() - CLAIM_HOLDS)


# The methods' own arguments are called as the table is.
_TROUBLES = troubles
_OPEN = troubles.c.over_at.is_(None)


def _row(trouble: Trouble) -> sa.ColumnElement[bool]:
    return and_(_TROUBLES.c.profile == trouble.profile_id, _TROUBLES.c.day == trouble.day)


def _keys(troubles: Sequence[Trouble]) -> set[tuple[str, date]]:
    return {(one.profile_id, one.day) for one in troubles}
