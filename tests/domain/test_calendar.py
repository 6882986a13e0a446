"""The announcement calendar, as laws."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import (
    EASTERN,
    HOLIDAY_EVENINGS,
    announcement_day,
    holidays_known_until,
    knows_holidays_for,
    next_announcement_day,
    previous_announcement_day,
    quiet_by_list,
    quiet_by_rule,
    submission_window,
)

days = st.dates(date(1992, 1, 1), date(2090, 12, 31))
days_of_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(day=days)
def test_only_weekends_are_quiet_by_rule(day: date) -> None:
    assert bool(quiet_by_rule(day)) == (day.weekday() in (5, 6))


@given(day=days_of_2026)
def test_a_weekday_is_quiet_only_after_a_holiday_evening(day: date) -> None:
    assert bool(quiet_by_list(day)) == (day - timedelta(days=1) in HOLIDAY_EVENINGS[2026])


@given(day=days)
def test_the_next_announcement_day_is_the_first_later_one_that_is_not_quiet(day: date) -> None:
    following = next_announcement_day(day)
    assert following > day
    assert not quiet_by_rule(following)
    assert not quiet_by_list(following)
    between = (day + timedelta(days=number) for number in range(1, (following - day).days))
    assert all(quiet_by_rule(other) or quiet_by_list(other) for other in between)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 5, 6), date(2026, 5, 7)),
        (date(2026, 5, 8), date(2026, 5, 11)),
        (date(2026, 1, 1), date(2026, 1, 5)),  # no announcement on the evening of 1 January, then a weekend
        (date(2026, 1, 19), date(2026, 1, 21)),
        (date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_days_that_follow_one_another(day: date, following: date) -> None:
    assert next_announcement_day(day) == following


@given(day=days)
def test_the_previous_announcement_day_is_the_one_that_this_day_follows(day: date) -> None:
    before = previous_announcement_day(day)
    assert before < day <= next_announcement_day(before)
    assert not quiet_by_rule(before)
    assert not quiet_by_list(before)


@given(day=st.one_of(days, days_of_2026))
def test_the_windows_of_consecutive_announcement_days_tile_time(day: date) -> None:
    day = next_announcement_day(day)
    this, following = submission_window(day), submission_window(next_announcement_day(day))
    assert this.begin < this.end == following.begin < following.end
    assert this.end.astimezone(UTC) == following.begin.astimezone(UTC)


@given(day=st.one_of(days, days_of_2026))
def test_a_windows_ends_are_deadlines_that_came_before_the_announcement(day: date) -> None:
    day = next_announcement_day(day)
    window = submission_window(day)
    announced = datetime.combine(day - timedelta(days=1), datetime.min.time().replace(hour=20), EASTERN)
    for end in (window.begin, window.end):
        local = end.astimezone(EASTERN)
        assert (local.hour, local.minute, local.isoweekday() <= 5) == (14, 0, True)
    assert window.end < announced


NEW_YORK = "%a %d %b %H:%M %z"


@pytest.mark.parametrize(
    ("day", "begin", "end"),
    [
        (date(2026, 5, 4), "Thu 30 Apr 14:00 -0400", "Fri 01 May 14:00 -0400"),  # announced on Sunday evening
        (date(2026, 5, 5), "Fri 01 May 14:00 -0400", "Mon 04 May 14:00 -0400"),  # on Monday evening
        (date(2026, 5, 6), "Mon 04 May 14:00 -0400", "Tue 05 May 14:00 -0400"),
        (date(2026, 5, 8), "Wed 06 May 14:00 -0400", "Thu 07 May 14:00 -0400"),
        (date(2026, 3, 10), "Fri 06 Mar 14:00 -0500", "Mon 09 Mar 14:00 -0400"),  # the clocks went forward
        (date(2026, 11, 3), "Fri 30 Oct 14:00 -0400", "Mon 02 Nov 14:00 -0500"),  # and back
        (date(2026, 1, 5), "Wed 31 Dec 14:00 -0500", "Fri 02 Jan 14:00 -0500"),  # no announcement on 1 January
        (date(2026, 1, 21), "Fri 16 Jan 14:00 -0500", "Tue 20 Jan 14:00 -0500"),
    ],
)
def test_windows_of_some_days(day: date, begin: str, end: str) -> None:
    window = submission_window(day)
    assert (window.begin.strftime(NEW_YORK), window.end.strftime(NEW_YORK)) == (begin, end)


def test_the_list_of_holidays_says_until_when_it_reaches() -> None:
    last = holidays_known_until()
    assert knows_holidays_for(last)
    assert not knows_holidays_for(last + timedelta(days=1))


def test_a_days_holidays_are_known_from_the_year_of_the_evening_before() -> None:
    last = max(HOLIDAY_EVENINGS)
    assert knows_holidays_for(date(last, 12, 31))
    assert knows_holidays_for(date(last + 1, 1, 1))
    assert not knows_holidays_for(date(last + 1, 1, 2))
    assert not knows_holidays_for(date(min(HOLIDAY_EVENINGS), 1, 1))


@given(day=days)
def test_a_day_is_quiet_by_list_only_where_the_list_is_known(day: date) -> None:
    assert knows_holidays_for(day) or not quiet_by_list(day)


def test_the_reasons_name_the_day() -> None:
    assert quiet_by_rule(date(2026, 5, 9)) == "arXiv announces nothing on a Saturday"
    assert "Monday 19 January 2026 (a holiday)" in (quiet_by_list(date(2026, 1, 20)) or "")


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 5, 6, 3, 59, tzinfo=UTC), date(2026, 5, 5)),
        (datetime(2026, 5, 6, 4, 0, tzinfo=UTC), date(2026, 5, 6)),
        (datetime(2026, 12, 7, 4, 59, tzinfo=UTC), date(2026, 12, 6)),  # winter time
        (datetime(2026, 12, 7, 5, 0, tzinfo=UTC), date(2026, 12, 7)),
    ],
)
def test_the_day_turns_over_at_midnight_in_new_york(now: datetime, day: date) -> None:
    assert announcement_day(now) == day


@given(day=days, hours=st.integers(0, 23))
def test_every_hour_in_new_york_belongs_to_its_own_day(day: date, hours: int) -> None:
    assert announcement_day(datetime(day.year, day.month, day.day, hours, 30, tzinfo=EASTERN).astimezone(UTC)) == day
