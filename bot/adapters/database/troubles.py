"""What the operator was told of. Implements bot.office.Troubles; several bots may share it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import and_, select, update

from bot.adapters.database.engine import Database
from bot.adapters.database.tables import troubles
from bot.domain.runs import Trouble
from bot.ports import Clock


class DatabaseTroubles:
    """One row per profile and day; each method is one transaction that writes, so two bots take turns."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def news(self, troubles: Sequence[Trouble]) -> bool:
        """Whether claim() or over() would bring any now. Changes nothing and waits for nobody."""
        there = {(one.profile_id, one.day) for one in troubles}
        with self._database.reading() as connection:
            told = {(row.profile, row.day) for row in connection.execute(select(_TROUBLES).where(_OPEN))}
        return told != there

    def claim(self, troubles: Sequence[Trouble]) -> tuple[Trouble, ...]:
        """Those of them that nobody was told of yet; from now on they count as told.

        A day whose trouble has another reason by now is not told of again; one whose trouble was over is.
        """
        if not troubles:
            return ()
        with self._database.writing() as connection:
            return tuple(one for one in troubles if connection.execute(self._claiming(one)).rowcount)

    def over(self, troubles: Sequence[Trouble]) -> tuple[Trouble, ...]:
        """Those told of that are not among `troubles` any more; from now on they count as over."""
        there = {(one.profile_id, one.day) for one in troubles}
        wanted = select(_TROUBLES).where(_OPEN).order_by(_TROUBLES.c.day, _TROUBLES.c.profile)
        with self._database.writing() as connection:
            rows = [row for row in connection.execute(wanted).all() if (row.profile, row.day) not in there]
            gone = tuple(Trouble(row.profile, row.day, row.since, row.why) for row in rows)
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
        row = {"why": trouble.why, "since": trouble.since, "told_at": self._clock.now(), "over_at": None}
        return (  # type: ignore[no-any-return]
            self._database.insert(_TROUBLES)
            .values(**key, **row)
            .on_conflict_do_update(["profile", "day"], set_=row, where=_TROUBLES.c.over_at.is_not(None))
        )


# The methods' own arguments are called as the table is.
_TROUBLES = troubles
_OPEN = troubles.c.over_at.is_(None)


def _row(trouble: Trouble) -> sa.ColumnElement[bool]:
    return and_(_TROUBLES.c.profile == trouble.profile_id, _TROUBLES.c.day == trouble.day)
