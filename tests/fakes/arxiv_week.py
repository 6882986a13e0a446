"""Seven announcement days in a row, as earlier days are tested with."""

from datetime import date

from bot.domain.calendar import previous_announcement_day
from bot.domain.paper import Announcement, AnnounceType
from tests.examples import DAY, announced


def days_before(day: date, count: int) -> list[date]:
    """That many announcement days up to `day`, newest first."""
    found = [day]
    while len(found) < count:
        found.append(previous_announcement_day(found[-1]))
    return found


WEEK = days_before(DAY, 7)
# Seven announcement days of four papers each: 10 * age + 1 to 4; none of the day before yesterday is in cs.AI.
DAYS: dict[date, list[Announcement]] = {
    day: [
        announced(10 * age + 1, categories=("cs.LG",) if age == 2 else ("cs.LG", "cs.AI")),
        announced(10 * age + 2, categories=("cs.LG",)),
        announced(10 * age + 3, categories=("cs.CV", "cs.LG") if age == 2 else ("cs.CV", "cs.AI")),
        announced(10 * age + 4, AnnounceType.REPLACE, version=2, categories=("cs.LG",)),
    ]
    for age, day in enumerate(WEEK)
}


def ids(*numbers: int) -> set[str]:
    """The ids of the invented papers of these numbers."""
    return {f"2613.{number:05d}" for number in numbers}
