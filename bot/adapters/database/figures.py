"""Sums over everything in the database, for /metrics. No outlet's address is among them: mail addresses are private."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, case, func, select

from bot.adapters.database.account import NANO
from bot.adapters.database.engine import Database
from bot.adapters.database.latest import Latest
from bot.adapters.database.tables import deliveries, receipts, retries, runs, sendings, usage
from bot.domain.figures import Figures, Seconds, Spent
from bot.domain.receipt import Fate
from bot.domain.runs import RunState

SUCCESS = (RunState.QUIET.value, RunState.COMPLETE.value, RunState.PARTIAL.value)


class DatabaseFigures:
    """Reads them all in one transaction; read again only when something was committed."""

    def __init__(self, database: Database) -> None:
        self._latest: Latest[Figures] = Latest(database)

    def figures(self, buckets_s: Sequence[float]) -> Figures:
        """The figures as of now. buckets_s: upper bounds of the delivery times, rising. Raises StoreError."""
        bounds = tuple(buckets_s)
        return self._latest.get(bounds, lambda connection: _figures(connection, bounds))


def _figures(connection: Connection, bounds: Sequence[float]) -> Figures:
    return Figures(
        runs=_runs(connection),
        papers=_papers(connection),
        spent=_spent(connection),
        retries={row.service: row.times for row in connection.execute(select(retries.c.service, _TIMES))},
        deliveries=_deliveries(connection),
        took=_took(connection, bounds),
        last_success=_last_success(connection),
    )


_TIMES = retries.c["count"].label("times")


def _runs(connection: Connection) -> Mapping[str, Mapping[str, int]]:
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    wanted = select(runs.c.profile, runs.c.state, func.count().label("times")).group_by(runs.c.profile, runs.c.state)
    for row in connection.execute(wanted):
        counted[row.profile][row.state] = row.times
    return counted


def _papers(connection: Connection) -> Mapping[str, int]:
    lines = ("announced", *(fate.value for fate in Fate))
    row = connection.execute(select(*(func.coalesce(func.sum(receipts.c[line]), 0) for line in lines))).one()
    return dict(zip(lines, row, strict=True))


def _spent(connection: Connection) -> tuple[Spent, ...]:
    per = (usage.c.model, usage.c.kind)
    tokens = (func.sum(usage.c[name]) for name in ("input_tokens", "cached_tokens", "output_tokens"))
    cost = func.coalesce(func.sum(usage.c.cost_nano_usd), 0)
    unpriced = func.count() - func.count(usage.c.cost_nano_usd)
    wanted = select(*per, func.count(), *tokens, cost, unpriced).group_by(*per).order_by(*per)
    return tuple(
        Spent(model, kind, calls, int(given), int(cached), int(answered), Decimal(int(nano)) / NANO, unknown)
        for model, kind, calls, given, cached, answered, nano, unknown in connection.execute(wanted)
    )


def _deliveries(connection: Connection) -> Mapping[str, Mapping[str, int]]:
    """The outlets are few, so their kinds are told apart here and not in SQL."""
    wanted = select(deliveries.c.outlet, deliveries.c.state, func.count()).group_by(
        deliveries.c.outlet, deliveries.c.state
    )
    states: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for outlet, state, times in connection.execute(wanted):
        states[outlet.partition(":")[0]][state] += times
    return states


def _took(connection: Connection, bounds: Sequence[float]) -> Mapping[str, Seconds]:
    took_s = sendings.c.took_s
    at_most = [func.sum(case((took_s <= bound, 1), else_=0)) for bound in bounds]
    wanted = select(sendings.c.kind, func.count(), func.sum(took_s), *at_most).group_by(sendings.c.kind)
    return {kind: Seconds(tuple(within), times, sum_s) for kind, times, sum_s, *within in connection.execute(wanted)}


def _last_success(connection: Connection) -> Mapping[str, datetime]:
    newest = select(func.max(runs.c.id)).where(runs.c.state.in_(SUCCESS)).group_by(runs.c.profile)
    wanted = select(runs.c.profile, runs.c.ended_at).where(runs.c.id.in_(newest))
    return {row.profile: row.ended_at for row in connection.execute(wanted)}
