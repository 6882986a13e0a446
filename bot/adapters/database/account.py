"""What calls to language models took: the table `usage`, one row per call."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row, func, select

from bot.adapters.database.tables import usage as table
from bot.domain.profile import Profile
from bot.domain.verdict import Usage

NANO = Decimal(1_000_000_000)


def add(connection: Connection, usage: Usage, profile: Profile, day: date, now: datetime) -> None:
    """Add what one call took to the account of the profile's digest of that day."""
    row = asdict(usage)
    cost = row.pop("cost_usd")
    row |= {"profile": profile.id, "day": day, "at": now}
    row["cost_nano_usd"] = None if cost is None else int((cost * NANO).to_integral_value())
    connection.execute(table.insert(), row)


def summed(connection: Connection, *conditions: sa.ColumnElement[bool]) -> tuple[Usage, ...]:
    """What the calls of some rows of `usage` took together, one Usage per model, kind and price (batch or not)."""
    per = (table.c.model, table.c.kind, table.c.batch)
    sums = [func.sum(table.c[name]).label(name) for name in ("input_tokens", "cached_tokens", "output_tokens")]
    cost = func.sum(table.c.cost_nano_usd).label("cost")
    unknown = (func.count() - func.count(table.c.cost_nano_usd)).label("unknown")
    wanted = select(*per, *sums, cost, unknown).where(*conditions).group_by(*per).order_by(*per)
    return tuple(_usage(row) for row in connection.execute(wanted).all())


def known_cost(connection: Connection, *conditions: sa.ColumnElement[bool]) -> Decimal:
    """US dollars of some rows of `usage`; calls of unknown price count nothing."""
    nano = connection.scalar(select(func.sum(table.c.cost_nano_usd)).where(*conditions))
    return Decimal(int(nano or 0)) / NANO


def _usage(row: Row[*tuple[Any, ...]]) -> Usage:
    cost = None if row.unknown else Decimal(int(row.cost)) / NANO
    tokens = (int(row.input_tokens), int(row.cached_tokens), int(row.output_tokens))
    return Usage(row.model, row.kind, *tokens, cost, row.batch)
