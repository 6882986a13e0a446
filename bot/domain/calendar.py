"""arXiv's announcement calendar: which days have a listing, and which day is today's.

Source: https://info.arxiv.org/help/availability.html. Announcements are made at 20:00 US Eastern, Sunday to Thursday;
the listing that they make carries the date of the next day, and the feed turns over at 00:00 US Eastern. So listings
are dated Monday to Friday: that is the rule, and it holds for every year.

arXiv's holidays follow no rule: each year it publishes a list of evenings without an announcement, so it is the day
after a holiday that has no listing (seen in the listings of 1-2 and 19-20 January 2026). Only the years in
HOLIDAY_EVENINGS are known here; in any other year every weekday counts as an announcement day.

Papers close at 14:00 US Eastern. Monday to Thursday they are announced the same evening; what comes in from Thursday to
Friday is announced on Sunday, from Friday to Monday on Monday. An evening without an announcement leaves its papers to
the next one.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
DEADLINE = time(14)

# Evenings without an announcement, by the year's published list.
HOLIDAY_EVENINGS: dict[int, frozenset[date]] = {
    2026: frozenset(
        {
            date(2026, 1, 1),
            date(2026, 1, 19),
            date(2026, 6, 19),
            date(2026, 7, 3),
            date(2026, 9, 7),
            date(2026, 11, 26),
            date(2026, 12, 25),
            date(2026, 12, 29),
            date(2026, 12, 31),
        }
    ),
}


def long_date(day: date) -> str:
    """Wednesday 6 May 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def announcement_day(now: datetime) -> date:
    """The announcement day that arXiv's feed shows at `now` (timezone-aware), or would show if it were no quiet day."""
    return now.astimezone(EASTERN).date()


def quiet_by_rule(day: date) -> str | None:
    """Why `day` never has a listing (it is a Saturday or Sunday), or None."""
    return f"arXiv announces nothing on a {day:%A}" if day.isoweekday() > 5 else None


def days_by_rule(first: date, last: date) -> tuple[date, ...]:
    """The days from first to last that have a listing by rule: Mondays to Fridays, holidays among them."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in days if not quiet_by_rule(day))


def quiet_by_list(day: date) -> str | None:
    """Why `day` has no listing by the yearly list of holidays, or None. The list may be wrong: arXiv's feed decides."""
    evening = day - timedelta(days=1)
    if evening in HOLIDAY_EVENINGS.get(evening.year, frozenset()):
        return f"arXiv made no announcement on the evening of {long_date(evening)} (a holiday)"
    return None


def knows_holidays_for(day: date) -> bool:
    """Whether the list of holidays that decides on `day` is known: that of the year of the evening before."""
    return (day - timedelta(days=1)).year in HOLIDAY_EVENINGS


def next_announcement_day(day: date) -> date:
    """The first day after `day` that has a listing by rule and list."""
    following = day + timedelta(days=1)
    while quiet_by_rule(following) or quiet_by_list(following):
        following += timedelta(days=1)
    return following


def previous_announcement_day(day: date) -> date:
    """The last day before `day` that had a listing by rule and list."""
    earlier = day - timedelta(days=1)
    while quiet_by_rule(earlier) or quiet_by_list(earlier):
        earlier -= timedelta(days=1)
    return earlier


def holidays_known_until() -> date:
    """The last day on which the list of holidays decides; after it every weekday counts as an announcement day."""
    return date(max(HOLIDAY_EVENINGS) + 1, 1, 1)


@dataclass(frozen=True)
class Window:
    """When papers were submitted: begin <= time < end, both timezone-aware."""

    begin: datetime
    end: datetime


def submission_window(day: date) -> Window:
    """When the papers announced on `day` were submitted, if none was held back; of a quiet day: what it would have had.

    The windows of the days that have a listing follow one another without a gap and without an overlap.
    """
    return Window(_deadline(previous_announcement_day(day)), _deadline(day))


def _deadline(day: date) -> datetime:
    """The last moment to submit for the announcement on the evening before `day`: never on a weekend."""
    working = day - timedelta(days=1)
    while working.isoweekday() > 5:
        working -= timedelta(days=1)
    return datetime.combine(working, DEADLINE, EASTERN)
