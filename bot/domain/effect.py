"""What a change of a profile would have done to the last digests."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class DayEffect:
    """Papers shown on one announcement day, as it was and as it would have been."""

    day: date
    then: int
    now: int


@dataclass(frozen=True)
class Moved:
    """A paper that would come or go. why: in words."""

    day: date
    arxiv_id: str
    title: str
    why: str = ""


@dataclass(frozen=True)
class Effect:
    """days: oldest first. come, go: all of them, best first. cost_then, cost_now: US dollars a day, None where nobody
    can tell. estimate: how it was estimated, in words; empty where it was replayed exactly. remarks: what could not be
    reckoned with, one sentence each."""

    days: tuple[DayEffect, ...]
    come: tuple[Moved, ...] = ()
    go: tuple[Moved, ...] = ()
    cost_then: Decimal | None = None
    cost_now: Decimal | None = None
    estimate: str = ""
    remarks: tuple[str, ...] = ()
