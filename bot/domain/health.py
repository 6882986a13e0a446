"""How the long-running bot fares: whether its loop turns, and how the last announcement days of each profile stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.runs import DayStatus

STALLED_S = 120.0  # a turn is one look at profiles and history, every few seconds
FAILING_S = 300.0  # a database that is locked for a moment is no reason to be restarted


@dataclass(frozen=True)
class Health:
    """What /healthz and /readyz answer with. Datetimes are timezone-aware.

    turning: the loop turns, and can read its database. ready: the first good turn was made, and the last one was good.
    told: what is wrong with the loop; empty if nothing is. last_turn: the last good one. working_on: what the worker
    does now; empty if there is none. next_due: when the next digest is due. days: profile id -> its last announcement
    days, oldest first.
    """

    turning: bool
    ready: bool
    version: str
    told: str = ""
    last_turn: datetime | None = None
    working_on: str = ""
    next_due: datetime | None = None
    days: Mapping[str, tuple[DayStatus, ...]] = field(default_factory=dict)


def fault(since_turn_s: float, since_good_turn_s: float, error: str = "") -> str:
    """What is wrong with the loop, in words; empty if nothing is.

    since_turn_s: seconds since it last came round, well or not, or since the start. since_good_turn_s: seconds since it
    last came round well, or since the start. error: what the last turn failed with. Both are of a clock that nobody
    sets: neither a change of the wall clock nor a laptop's sleep is a fault.
    """
    if since_turn_s > STALLED_S:
        return f"the loop has not turned for {since_turn_s:.0f} s: restart the bot, and report this with its log"
    if since_good_turn_s > FAILING_S:
        return f"no turn went well for {since_good_turn_s:.0f} s: {error or 'see the log'}"
    return ""
