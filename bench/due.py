"""How long it takes to see what is due for 10,000 profiles, each with a history of 30 days.

    python -m bench.due

Cold: the first look after something was committed, when every history is new; in the very first one no schedule was
ever looked at. Warm: every look after that, every few seconds while nothing changes.
"""

import platform
import random
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from os import cpu_count
from zoneinfo import available_timezones

from bot.domain.calendar import quiet_by_rule
from bot.domain.profile import Profile
from bot.domain.runs import DayRuns, History, RunState, due
from bot.domain.schedule import EVERY_DAY, WEEKDAYS, Schedule
from tests import examples

PROFILES, DAYS, LOOKS, SEED = 10_000, 30, 20, 20261120
NOW = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)  # a Wednesday


def profiles(chance: random.Random) -> list[Profile]:
    """Any quarter of an hour, in forty zones; one in ten reads weekly, half of the others on weekdays."""
    zones = chance.sample(sorted(zone for zone in available_timezones() if "/" in zone), 40)
    made = []
    for number in range(PROFILES):
        at = time_of_day(chance.randrange(24), chance.choice((0, 15, 30, 45)))
        days = frozenset({"mon"}) if number % 10 == 0 else chance.choice((EVERY_DAY, WEEKDAYS))
        made.append(replace(examples.profile(), id=f"p{number}", schedule=Schedule(at, chance.choice(zones), days)))
    return made


def history(chance: random.Random, profile: Profile) -> History:
    """Nearly all is done; of a thousand digests two failed, and two more did not reach an outlet."""
    newest = profile.schedule.newest_due(NOW)
    days: dict[date, DayRuns] = {}
    for back in range(DAYS + 8):
        day = newest - timedelta(days=back)
        if quiet_by_rule(day):
            continue
        at = profile.schedule.due_at(day).astimezone(UTC)
        state = RunState.FAILED if chance.random() < 0.002 else RunState.COMPLETE
        lacking = frozenset({"slack:C0123"} if chance.random() < 0.002 else ())
        days[day] = DayRuns(day, state, since=at, last_at=at, undelivered=lacking)
    return History(min(days), days)


def look(readers: list[Profile], histories: list[History], now: datetime) -> tuple[float, int]:
    """Milliseconds of one look at all profiles, and how many digests are due."""
    begun = time.perf_counter()
    found = sum(len(due(now, one, past)) for one, past in zip(readers, histories, strict=True))
    return (time.perf_counter() - begun) * 1000, found


def main() -> None:
    """Print the figures."""
    chance = random.Random(SEED)
    readers = profiles(chance)
    cold = [look(readers, [history(chance, one) for one in readers], NOW + timedelta(seconds=5 * n)) for n in range(4)]
    histories = [history(chance, one) for one in readers]
    look(readers, histories, NOW)
    warm = [look(readers, histories, NOW + timedelta(seconds=5 * number)) for number in range(LOOKS)]
    print(f"{platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}")
    schedules = len({one.schedule for one in readers})
    print(f"{PROFILES} profiles, {schedules} different schedules, {DAYS} days each, {warm[0][1]} digests due")
    print(f"cold, after a commit: {min(ms for ms, _ in cold):.0f} ms")
    middle = sorted(ms for ms, _ in warm)[LOOKS // 2]
    print(
        f"warm: {middle:.0f} ms in the middle of {LOOKS} looks, {max(ms for ms, _ in warm):.0f} ms at worst (goal: 50)"
    )


if __name__ == "__main__":
    main()
