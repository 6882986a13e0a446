"""When a digest is wanted: clocks that are changed, zones on both sides of New York, and what people write."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import EASTERN, announcement_day
from bot.domain.schedule import EVERY_DAY, WEEK, WEEKDAYS, Schedule, days_text, parse_days

ZONES = (
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Europe/Berlin",
    "America/New_York",
    "America/Scoresbysund",  # its clocks go forward over midnight
    "Africa/Cairo",  # its clocks go forward at midnight
    "Australia/Lord_Howe",  # its clocks go forward by half an hour
)
schedules = st.builds(
    Schedule,
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    timezone=st.sampled_from(ZONES),
    days=st.frozensets(st.sampled_from(WEEK), min_size=1),
)
# A year with every change of clocks, in both hemispheres.
moments = st.timedeltas(timedelta(), timedelta(days=394)).map(lambda after: datetime(2026, 1, 2, tzinfo=UTC) + after)
days = st.dates(date(2026, 1, 5), date(2027, 1, 20))


def at(text: str, zone: str) -> datetime:
    """A local time, the first of two."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


# Laws


@given(schedule=schedules, now=moments, day=days)
def test_a_day_is_due_from_its_moment_on_and_not_before(schedule: Schedule, now: datetime, day: date) -> None:
    assert (schedule.newest_due(now) >= day) == (now >= schedule.due_at(day).astimezone(UTC))


@given(schedule=schedules, day=days)
def test_no_day_is_due_before_arxivs_feed_shows_it(schedule: Schedule, day: date) -> None:
    shown = datetime.combine(day, time(), EASTERN).astimezone(UTC)
    waited = schedule.due_at(day).astimezone(UTC) - shown
    assert timedelta() <= waited < timedelta(days=7, hours=2)


@given(schedule=schedules, now=moments)
def test_the_next_moment_is_the_first_at_which_anything_changes(schedule: Schedule, now: datetime) -> None:
    following = schedule.next_moment(now).astimezone(UTC)
    assert now < following <= now + timedelta(days=7, hours=2)
    assert schedule.newest_due(following) == announcement_day(following)
    assert schedule.newest_due(following - timedelta(seconds=1)) == schedule.newest_due(now)


@given(schedule=schedules, now=moments, later=st.timedeltas(timedelta(), timedelta(days=20)))
def test_what_is_due_never_goes_back(schedule: Schedule, now: datetime, later: timedelta) -> None:
    assert schedule.asked_after(now) <= schedule.newest_due(now) <= schedule.newest_due(now + later)


@given(schedule=schedules, now=moments)
def test_each_moment_asks_for_the_days_since_the_one_before(schedule: Schedule, now: datetime) -> None:
    following = schedule.next_moment(now)
    assert schedule.asked_after(following) == schedule.newest_due(now)


@given(schedule=schedules, now=moments, zone=st.sampled_from(ZONES))
def test_the_zone_in_which_now_is_written_changes_nothing(schedule: Schedule, now: datetime, zone: str) -> None:
    elsewhere = now.astimezone(ZoneInfo(zone))
    assert schedule.newest_due(elsewhere) == schedule.newest_due(now)
    assert schedule.next_moment(elsewhere) == schedule.next_moment(now)


@given(schedule=schedules)
def test_what_it_says_of_itself_is_read_back(schedule: Schedule) -> None:
    assert Schedule.parse(str(schedule)) == schedule
    assert parse_days(days_text(schedule.days)) == schedule.days


# Zones


@pytest.mark.parametrize(
    ("zone", "due_at"),
    [
        ("Asia/Tokyo", "2026-05-09T08:30"),  # Friday's listing opens on Friday at 13:00 in Tokyo
        ("Asia/Kathmandu", "2026-05-09T08:30"),
        ("Pacific/Auckland", "2026-05-09T08:30"),
        ("Pacific/Honolulu", "2026-05-08T08:30"),
        ("Europe/Berlin", "2026-05-08T08:30"),
        ("America/New_York", "2026-05-08T08:30"),
    ],
)
def test_a_fridays_listing_is_due_at_the_first_half_past_eight_after_it_opened(zone: str, due_at: str) -> None:
    assert Schedule(time(8, 30), zone).due_at(date(2026, 5, 8)) == at(due_at, zone)


def test_a_reader_west_of_new_york_may_have_the_listing_the_evening_before() -> None:
    late = Schedule(time(22), "Pacific/Honolulu")
    assert late.due_at(date(2026, 5, 8)) == at("2026-05-07T22:00", "Pacific/Honolulu")


def test_a_weekdays_reader_in_tokyo_gets_fridays_listing_on_monday() -> None:
    tokyo = Schedule(time(8, 30), "Asia/Tokyo", WEEKDAYS)
    assert tokyo.due_at(date(2026, 5, 8)) == at("2026-05-11T08:30", "Asia/Tokyo")
    monday = at("2026-05-11T08:30", "Asia/Tokyo")
    assert tokyo.asked_after(monday) < date(2026, 5, 8) <= tokyo.newest_due(monday)


def test_a_weekly_reader_gets_the_week_on_that_day() -> None:
    weekly = Schedule(time(8, 30), "Europe/Berlin", frozenset({"mon"}))
    assert (
        weekly.due_at(date(2026, 5, 5)) == weekly.due_at(date(2026, 5, 11)) == at("2026-05-11T08:30", "Europe/Berlin")
    )


# Changes of clocks


@pytest.mark.parametrize(
    ("zone", "at_time", "day", "utc"),
    [
        ("America/New_York", time(2, 30), date(2026, 3, 8), "2026-03-08T07:30"),  # skipped: at 03:30
        ("America/New_York", time(1, 30), date(2026, 11, 1), "2026-11-01T05:30"),  # twice: the first
        ("Europe/Berlin", time(2, 30), date(2026, 3, 29), "2026-03-29T01:30"),
        ("Europe/Berlin", time(2, 30), date(2026, 10, 25), "2026-10-25T00:30"),
        ("Pacific/Auckland", time(2, 30), date(2026, 9, 27), "2026-09-26T14:30"),
        ("Pacific/Auckland", time(2, 30), date(2026, 4, 5), "2026-04-04T13:30"),
        ("Europe/Berlin", time(8, 30), date(2026, 3, 28), "2026-03-28T07:30"),  # the same time by the wall, …
        ("Europe/Berlin", time(8, 30), date(2026, 3, 30), "2026-03-30T06:30"),  # … another by the sun
    ],
)
def test_a_time_that_is_skipped_comes_later_and_one_that_comes_twice_counts_once(
    zone: str, at_time: time, day: date, utc: str
) -> None:
    schedule = Schedule(at_time, zone)
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    moment = schedule.next_moment(expected - timedelta(minutes=1))
    assert (moment.date(), moment.astimezone(UTC)) == (day, expected)  # times that come twice equal none elsewhere
    assert schedule.next_moment(expected) - expected > timedelta(hours=22)


def test_in_the_hour_that_comes_twice_the_moment_has_come_although_the_wall_clock_is_behind_it() -> None:
    schedule = Schedule(time(1, 30), "America/New_York")
    again = at("2026-11-02T01:15", "America/New_York").replace(day=1, fold=1)  # 01:15 for the second time
    assert schedule.newest_due(again) == date(2026, 11, 1)
    assert schedule.next_moment(again) == at("2026-11-02T01:30", "America/New_York")


def test_just_after_the_hour_that_is_skipped_the_moment_has_not_come_although_the_wall_clock_is_past_it() -> None:
    schedule = Schedule(time(2, 30), "America/New_York")
    now = at("2026-03-08T03:10", "America/New_York")
    assert schedule.newest_due(now) == date(2026, 3, 7)
    assert schedule.next_moment(now) == at("2026-03-08T03:30", "America/New_York")


# What people write


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("08:30 Europe/Berlin", Schedule(time(8, 30), "Europe/Berlin", EVERY_DAY)),
        ("08:30 Europe/Berlin weekdays", Schedule(time(8, 30), "Europe/Berlin", WEEKDAYS)),
        ("  07:05   Asia/Tokyo  Monday, Thu ", Schedule(time(7, 5), "Asia/Tokyo", frozenset({"mon", "thu"}))),
        ("18:00 UTC every day", Schedule(time(18), "UTC", EVERY_DAY)),
    ],
)
def test_a_schedule_is_read(text: str, expected: Schedule) -> None:
    assert Schedule.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "08:30",
        "Europe/Berlin 08:30",
        "25:00 Europe/Berlin",
        "08:30+02:00 Europe/Berlin",
        "08:30 Europe/Bärlin",
        "08:30 Europe",
        "08:30 ../../etc/passwd",
        "08:30 Europe/Berlin never",
        "08:30 Europe/Berlin weekday",
    ],
)
def test_a_schedule_that_cannot_be_read_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="08:30 Europe/Berlin weekdays"):
        Schedule.parse(text)


def test_a_schedule_of_no_day_is_refused() -> None:
    with pytest.raises(ValueError, match="name at least one of mon, tue"):
        Schedule(days=frozenset())
