"""What a change of a profile would have done to the last digests."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class DayEffect:
    """Papers shown on one announcement day: then, as the profile is; now, as it would be.

    then is what the digest really showed, unless the profile was changed since: a change is told by itself alone.
    """

    day: date
    then: int
    now: int


@dataclass(frozen=True)
class Moved:
    """A paper that would come or go. title: may hold TeX; empty where it is not known. why: in words."""

    day: date
    arxiv_id: str
    title: str
    why: str = ""


@dataclass(frozen=True)
class Effect:
    """days: oldest first. come, go: all of them, best first; titles are looked up for the first 50 of each. cost_then,
    cost_now: US dollars a day, None where nobody can tell. estimate: how it was estimated, in words; empty where it was
    replayed exactly. remarks: what could not be reckoned with, one sentence each."""

    days: tuple[DayEffect, ...]
    come: tuple[Moved, ...] = ()
    go: tuple[Moved, ...] = ()
    cost_then: Decimal | None = None
    cost_now: Decimal | None = None
    estimate: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def then(self) -> float:
        """Papers a day as the profile is; 0 without days."""
        return sum(day.then for day in self.days) / max(1, len(self.days))

    @property
    def now(self) -> float:
        """Papers a day as it would be; 0 without days."""
        return sum(day.now for day in self.days) / max(1, len(self.days))
