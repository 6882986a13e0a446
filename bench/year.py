"""A whole invented year of announcement days through the real bot, with a moved clock and all that goes wrong.

    python -m bench.year [SEED]

arXiv is the local stand-in, the language model and the outlets are in memory, and everything between is the real
program. Prints one column for each schedule. Exits with 1 if a paper was lost, shown, carried or bought twice, if a
shown one did not reach its outlet, if a receipt does not add up, or if a day is neither made nor told.
"""

import logging
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.domain.profile import Cutoffs
from bot.domain.schedule import Schedule
from tests import examples
from tests.fakes.arxiv_year import CATEGORIES, Year, eastern, invent
from tests.fakes.year import world
from tests.fakes.year_account import Account, account

FIRST, LAST = date(2026, 1, 2), date(2026, 12, 31)
SCHEDULES = ("08:30 America/New_York", "00:30 America/New_York", "08:30 Asia/Tokyo weekdays", "18:00 Europe/Berlin fri")


@dataclass(frozen=True)
class Lived:
    """One year with one schedule. seconds: how long it took here. turns: how often the bot looked what was due."""

    schedule: str
    account: Account
    seconds: float
    turns: int


def live(year: Year, schedule: str) -> Lived:
    """The whole year with that schedule."""
    reader = examples.profile(categories=CATEGORIES, schedule=Schedule.parse(schedule), cutoffs=Cutoffs(cap=3))
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as home, world(year, reader, Path(home)) as made:
        made.live(eastern(year.last, 24))
        return Lived(schedule, account(made), time.perf_counter() - begun, made.turns)


def rows(one: Lived) -> dict[str, object]:
    """What the table says of one year, top to bottom."""
    found = one.account
    return {
        "announcement days": found.days,
        "  made on the day": found.on_the_day,
        "  caught up exactly": found.exactly,
        "  caught up approximately": found.approximately,
        "  quiet (holiday or outage)": found.quiet,
        "  waiting at the end": len(found.waiting),
        "papers announced": found.papers,
        "  shown": found.shown,
        **{f"  {name.replace('_', ' ')}": count for name, count in found.other.items() if name != "shown"},
        "  late": found.late,
        "  not to be found any more": len(found.gone),
        "  lost (must be 0)": len(found.lost),
        "  shown or carried twice (must be 0)": len(found.twice),
        "  shown, but not delivered (must be 0)": len(found.undelivered),
        "  bought twice (must be 0)": len(found.bought_twice),
        "receipts that do not add up (must be 0)": len(found.wrong),
        "days neither made nor told (must be 0)": len(found.unaccounted),
        "operator told of trouble": found.told,
        "operator told that it is over": found.over,
        "turns": one.turns,
        "seconds": f"{one.seconds:.0f}",
    }


def main() -> None:
    """Print the table."""
    logging.disable(logging.CRITICAL)  # a year of warnings that are meant
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 2026
    year = invent(seed, FIRST, LAST)
    lived = [rows(live(year, schedule)) for schedule in SCHEDULES]
    disasters = {name: len(getattr(year, name)) for name in ("down", "judge_down", "outlet_down", "clock_back")}
    disasters |= {name: len(getattr(year, name)) for name in ("turns_late", "feed_empty", "feed_stale", "missing")}
    disasters["two nights in one batch"] = sum(not papers for papers in year.days.values())
    print(f"seed {seed}, {FIRST} to {LAST}: " + ", ".join(f"{name} {count}" for name, count in disasters.items()))
    print(f"{'':48}" + "".join(f"{schedule:>28}" for schedule in SCHEDULES))
    for name in lived[0]:
        print(f"{name:48}" + "".join(f"{one[name]!s:>28}" for one in lived))
    sys.exit(any(count for one in lived for name, count in one.items() if "(must be 0)" in name))


if __name__ == "__main__":
    main()
