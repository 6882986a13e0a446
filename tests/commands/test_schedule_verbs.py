"""schedule, pause and resume."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.schedule import next_due
from bot.domain.profile import Pause
from bot.domain.runs import History, due
from bot.domain.schedule import Schedule
from tests.examples import NOON, profile
from tests.fakes.desk import StillClock, memory_desk
from tests.fakes.talking import applied, said

NEXT = date(2026, 5, 7)  # at noon of 6 May, that day's digest was due already


@pytest.mark.parametrize(
    ("text", "schedule"),
    [
        ("8:30 Europe/Berlin weekdays", "08:30 Europe/Berlin weekdays"),
        ("08.30 europe/berlin", "08:30 Europe/Berlin daily"),
        ("09:15", "09:15 America/New_York daily"),
        ("09:15 Mon, Friday", "09:15 America/New_York mon fri"),
        ("0:00 Asia/Kolkata every day", "00:00 Asia/Kolkata daily"),
    ],
)
def test_what_a_schedule_leaves_out_stays_as_it_is(text: str, schedule: str) -> None:
    assert applied(f"schedule {text}", memory_desk(profile())).schedule == Schedule.parse(schedule)


@pytest.mark.parametrize("zone", ["Berlin", "Europe/Berln", "europe/berlín", "Eurpe/Berlin"])
def test_a_zone_with_a_typing_error_gets_the_nearest_one(zone: str) -> None:
    assert "The nearest is Europe/Berlin." in said(f"schedule 08:30 {zone}", memory_desk(profile()))


def test_a_word_that_is_no_zone_and_no_day_gets_an_example() -> None:
    shown = said("schedule 08:30 lunchtime", memory_desk(profile()))
    assert "no time zone “lunchtime”" in shown
    assert "For example: /papers schedule 08:30" in shown


def test_the_next_three_times_are_shown_on_the_clock_of_the_zone() -> None:
    shown = said("schedule 17:00 Europe/Berlin weekdays", memory_desk(profile()))
    assert "Thursday 7 May 2026, 17:00 CEST - Friday 8 May 2026, 17:00 CEST - Monday 11 May 2026, 17:00" in shown


def test_a_pause_begins_with_the_next_digest_and_ends_before_the_day_that_was_named() -> None:
    assert applied("pause", memory_desk(profile())).pauses == (Pause(NEXT),)
    assert applied("pause until 2026-05-12", memory_desk(profile())).pauses == (Pause(NEXT, date(2026, 5, 12)),)
    assert applied("pause until friday", memory_desk(profile())).pauses == (Pause(NEXT, date(2026, 5, 8)),)


def test_a_pause_that_ends_at_a_weekend_ends_with_the_digest_after_it() -> None:
    assert "until that of Monday 11 May 2026" in said("pause until 2026-05-09", memory_desk(profile()))


def test_taking_back_a_pause_makes_up_for_its_days_and_says_so() -> None:
    clock = StillClock(NOON)
    desk = memory_desk(profile(), clock=clock)
    applied("pause", desk)
    assert "made up for" not in said("undo", desk)
    clock.time = datetime(2026, 5, 13, 16, 0, tzinfo=UTC)
    assert "Days of the pause would be made up for: 5 of the last 30 days" in said("undo", desk)
    applied("resume", desk)
    assert "made up for" not in said("undo", desk)


def test_a_pause_can_be_made_longer_or_shorter() -> None:
    desk = memory_desk(profile())
    applied("pause until 2026-05-12", desk)
    assert applied("pause until 2026-05-11", desk).pauses == (Pause(NEXT, date(2026, 5, 11)),)
    assert applied("pause", desk).pauses == (Pause(NEXT),)
    assert "paused already, from 2026-05-07 until somebody resumes" in said("pause", desk)


def test_days_of_a_pause_are_not_made_up_for() -> None:
    clock = StillClock(NOON)
    desk = memory_desk(profile(), clock=clock)
    history = History(date(2026, 5, 6))
    applied("pause", desk)
    clock.time = datetime(2026, 5, 13, 16, 0, tzinfo=UTC)
    assert [day.day for day in due(clock.now(), desk.book.get("group"), history)] == [6]
    resumed = applied("resume", desk)
    assert resumed.pauses == (Pause(NEXT, date(2026, 5, 14)),)
    clock.time = datetime(2026, 5, 15, 16, 0, tzinfo=UTC)
    assert [day.day for day in due(clock.now(), resumed, history)] == [6, 14, 15]


def test_who_resumes_before_todays_digest_is_due_gets_it() -> None:
    early = datetime(2026, 5, 6, 9, 0, tzinfo=UTC)  # 05:00 in New York
    desk = memory_desk(profile(pauses=(Pause(date(2026, 5, 1)),)), now=early)
    shown = said("resume", desk)
    assert "which began with the digest of Friday 1 May 2026" in shown
    assert "The first digest would come on Wednesday 6 May 2026, 08:30 EDT; then at 08:30" in shown
    assert applied("resume", desk).pauses == (Pause(date(2026, 5, 1), date(2026, 5, 6)),)


def test_a_weekly_reader_who_resumes_gets_only_the_days_from_then_on() -> None:
    weekly = Schedule.parse("08:30 America/New_York mon")
    desk = memory_desk(profile(schedule=weekly, pauses=(Pause(date(2026, 5, 5)),)))
    assert applied("resume", desk).pauses == (Pause(date(2026, 5, 5), date(2026, 5, 6)),)


def test_a_pause_that_is_over_today_needs_no_resuming_even_of_a_weekly_reader() -> None:
    weekly = Schedule.parse("08:30 America/New_York mon")
    over = profile(schedule=weekly, pauses=(Pause(date(2026, 5, 1), date(2026, 5, 6)),))
    assert "It is not paused. To pause it: /papers pause until" in said("resume", memory_desk(over))


def test_a_pause_that_has_not_begun_is_gone_when_it_is_ended() -> None:
    desk = memory_desk(profile())
    applied("pause", desk)
    assert "which begins with the digest of Thursday 7 May 2026" in said("resume", desk)
    assert applied("resume", desk) == profile()
    assert "It is not paused" in said("resume", desk)


def test_resuming_ends_every_pause_that_goes_on() -> None:
    old, one, other = Pause(date(2026, 4, 1), date(2026, 4, 9)), Pause(date(2026, 5, 1)), Pause(date(2026, 5, 20), None)
    desk = memory_desk(profile(pauses=(old, one, other)))
    assert applied("resume", desk).pauses == (old, Pause(one.since, NEXT))


def test_pauses_are_remembered_for_as_long_as_somebody_might_catch_up_with_them() -> None:
    lately, long_ago = Pause(date(2025, 5, 7), date(2025, 5, 9)), Pause(date(2025, 1, 7), date(2025, 1, 9))
    desk = memory_desk(profile(pauses=(long_ago, lately)))
    assert applied("pause", desk).pauses == (lately, Pause(NEXT))


TIMES = st.integers(0, 400 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))
SCHEDULES = st.sampled_from(
    ["08:30 America/New_York", "08:30 Europe/Berlin mon", "23:59 Pacific/Auckland weekdays", "00:05 Asia/Tokyo sat sun"]
).map(Schedule.parse)


@given(SCHEDULES, TIMES, TIMES)
def test_whoever_pauses_and_resumes_misses_just_what_was_due_between(
    schedule: Schedule, begun: datetime, ended: datetime
) -> None:
    if begun > ended:
        begun, ended = ended, begun
    reader = profile(schedule=schedule)
    paused = applied("pause", memory_desk(reader, now=begun))
    asleep = next_due(reader, ended) > next_due(reader, begun)
    resumed = applied("resume", memory_desk(paused, now=ended))
    assert not resumed.paused_on(max(next_due(reader, ended), ended.date()))
    if asleep:
        assert resumed.paused_on(next_due(reader, begun))
    assert not resumed.paused_on(schedule.newest_due(begun))
