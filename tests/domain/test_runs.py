"""Which days are due: each one in time and once, whatever happens to schedules, clocks and the machine."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import EASTERN, quiet_by_rule
from bot.domain.profile import Profile
from bot.domain.runs import (
    LONGEST_PAUSE,
    PARTIAL_TRIES,
    DayRuns,
    History,
    RunState,
    due,
    known_from,
    troubles,
)
from bot.domain.schedule import EVERY_DAY, WEEKDAYS, Schedule
from tests import examples
from tests.domain.test_schedule import moments, schedules

MON, TUE, WED, THU, FRI = (date(2026, 5, 4) + timedelta(days=number) for number in range(5))
SAT, NEXT_MON = FRI + timedelta(days=1), FRI + timedelta(days=3)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def reader(at: str = "08:30", zone: str = "America/New_York", days: frozenset[str] = EVERY_DAY) -> Profile:
    return examples.profile(schedule=Schedule(time.fromisoformat(at), zone, days))


def eastern(day: date, at: str = "08:30") -> datetime:
    return datetime.combine(day, time.fromisoformat(at), EASTERN).astimezone(UTC)


def ran(day: date, state: RunState = RunState.COMPLETE, at: datetime | None = None, **fields: object) -> DayRuns:
    moment = at or eastern(day)
    return replace(DayRuns(day, state, since=moment, last_at=moment), **fields)  # type: ignore[arg-type]


def history(*records: DayRuns, first: date = MON) -> History:
    return History(first, {record.day: record for record in records})


def week(*records: DayRuns, first: date = MON) -> History:
    """Monday to Friday complete, but for these."""
    made = {day: ran(day) for day in (MON, TUE, WED, THU, FRI)}
    return History(first, made | {record.day: record for record in records})


# Laws

states = st.sampled_from(RunState)
records = st.builds(
    DayRuns,
    day=st.dates(date(2026, 1, 1), date(2027, 1, 31)),
    state=states,
    since=moments,
    last_at=moments,
    tries=st.integers(0, 50),
    permanent=st.booleans(),
    undelivered=st.sets(st.sampled_from(("slack:C1", "mail:a@b.c")), max_size=1).map(frozenset),
)
histories = st.builds(
    lambda first, some: History(first, {one.day: one for one in some}),
    st.dates(date(2025, 6, 1), date(2027, 1, 31)),
    st.lists(records, max_size=60),
)
days_back = st.integers(0, 60)


@given(schedule=schedules, now=moments, past=histories, back=days_back)
def test_what_is_due_is_wanted_unsettled_in_order_and_the_same_when_asked_again(
    schedule: Schedule, now: datetime, past: History, back: int
) -> None:
    profile = examples.profile(schedule=schedule)
    found = due(now, profile, past, days_back=back)
    assert found == due(now, profile, past, days_back=back) == tuple(sorted(set(found)))
    for day in found:
        record = past.days.get(day)
        assert max(past.first, known_from(now, back)) <= day <= schedule.newest_due(now)
        assert not quiet_by_rule(day)
        assert record is None or not record.settled


@given(schedule=schedules, now=moments, back=st.integers(15, 60), asleep=st.timedeltas(timedelta(), 20 * DAY))
def test_a_day_never_tried_stays_due(schedule: Schedule, now: datetime, back: int, asleep: timedelta) -> None:
    profile, untried = examples.profile(schedule=schedule), History(date(2025, 6, 1))
    wanted = due(now, profile, untried, days_back=back)
    assert set(wanted) <= set(due(now + asleep, profile, untried, days_back=back + asleep.days + 2))


@given(schedule=schedules, begin=moments)
@settings(max_examples=40, deadline=None)
def test_through_three_weeks_each_day_comes_due_once_never_before_arxiv_shows_it_and_within_a_week(
    schedule: Schedule, begin: datetime
) -> None:
    profile, first = examples.profile(schedule=schedule), known_from(begin, 0)
    made: dict[date, DayRuns] = {}
    for turn in range(21 * 24 * 2):
        now = begin + turn * 30 * MINUTE
        for day in due(now, profile, History(first, made), days_back=0):
            assert day not in made
            assert now >= eastern(day, "00:00")
            made[day] = ran(day, at=now)
            if turn:  # what was missed before the first turn is late
                assert now - schedule.due_at(day).astimezone(UTC) < 30 * MINUTE
                assert now - eastern(day, "00:00") < 7 * DAY + 3 * HOUR
    newest = schedule.newest_due(begin)
    wanted = (newest + number * DAY for number in range(1, (schedule.newest_due(now) - newest).days + 1))
    assert {day for day in wanted if not quiet_by_rule(day)} <= made.keys()


@given(schedule=schedules, other=schedules, now=moments, back=days_back)
def test_a_change_of_schedule_makes_nothing_due_that_was_made(
    schedule: Schedule, other: Schedule, now: datetime, back: int
) -> None:
    first = known_from(now, back)
    wanted = due(now, examples.profile(schedule=schedule), History(first), days_back=back)
    made = History(first, {day: ran(day) for day in wanted})
    assert not set(wanted) & set(due(now, examples.profile(schedule=other), made, days_back=back))


@given(
    record=records.filter(lambda one: not one.made),
    clock=st.lists(st.timedeltas(timedelta(), HOUR), min_size=40, max_size=40),
)
def test_a_failing_day_is_tried_again_and_again_at_growing_intervals_up_to_two_hours(
    record: DayRuns, clock: list[timedelta]
) -> None:
    record = replace(record, tries=1)
    pauses = []
    for late in clock:
        assert not record.due(record.next_try() - MINUTE)
        again = record.next_try() + late
        assert record.due(again)
        pauses.append(record.next_try() - record.last_at)
        record = replace(record, last_at=again, tries=record.tries + 1)
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (5 * MINUTE, LONGEST_PAUSE)


@given(now=moments, past=histories, schedule=schedules)
def test_whatever_is_neither_settled_nor_waiting_its_turn_is_due_or_told(
    now: datetime, past: History, schedule: Schedule
) -> None:
    profile = examples.profile(schedule=schedule)
    found = due(now, profile, past)
    told = {one.day for one in troubles(now, profile, past, limit=timedelta())}
    for day in due(now, profile, History(past.first)):
        record = past.days.get(day)
        if record is None or (not record.made and record.since <= now):
            assert day in told
        if record and record.undelivered and record.since <= now:
            assert day in told
        if record and not record.made:
            assert day in found or now < record.next_try()


# The first start, days that are missed, days that have no listing


def test_nothing_before_the_first_day_is_due() -> None:
    assert due(eastern(WED, "15:00"), reader(), history(first=WED)) == (WED,)
    assert due(eastern(WED, "07:00"), reader(), history(first=WED)) == ()


def test_a_laptop_that_slept_for_three_days_finds_all_of_them_due_oldest_first() -> None:
    assert due(eastern(THU), reader(), history(ran(MON))) == (TUE, WED, THU)


def test_days_are_caught_up_with_as_far_back_as_is_wanted() -> None:
    long_ago = history(first=date(2025, 1, 1))
    assert due(eastern(FRI), reader(), long_ago, days_back=2) == (WED, THU, FRI)
    assert due(eastern(FRI), reader(), long_ago, days_back=0) == (FRI,)
    assert len(due(eastern(FRI), reader(), long_ago)) == 23


@pytest.mark.parametrize(
    ("profile", "now", "expected"),
    [
        (reader(zone="Asia/Tokyo", days=WEEKDAYS), eastern(FRI + 2 * DAY, "19:30"), (FRI,)),
        (
            reader(zone="Europe/Berlin", days=frozenset({"mon"})),
            eastern(NEXT_MON, "03:00"),
            (TUE, WED, THU, FRI, NEXT_MON),
        ),
        (
            reader(zone="Europe/Berlin", days=frozenset({"mon"})),
            eastern(NEXT_MON + 6 * DAY),
            (TUE, WED, THU, FRI, NEXT_MON),
        ),
    ],
)
def test_what_a_schedule_asks_for_is_no_catching_up(
    profile: Profile, now: datetime, expected: tuple[date, ...]
) -> None:
    assert due(now, profile, history(ran(MON), first=date(2025, 1, 1)), days_back=0) == expected


def test_a_weekend_is_never_due_and_a_holiday_is_for_only_arxiv_knows() -> None:
    assert due(eastern(SAT, "23:00"), reader(), week()) == ()
    assert due(eastern(SAT), reader(), week(ran(SAT, RunState.FAILED))) == ()
    after_holiday = date(2026, 1, 20)
    assert due(eastern(after_holiday), reader(), history(first=after_holiday)) == (after_holiday,)
    assert due(eastern(after_holiday), reader(), history(ran(after_holiday, RunState.QUIET), first=after_holiday)) == ()


# Days that were tried


@pytest.mark.parametrize("state", [RunState.WAITING, RunState.FAILED, RunState.RUNNING])
def test_a_day_without_its_digest_is_tried_again_after_five_minutes(state: RunState) -> None:
    past = week(ran(FRI, state))
    assert due(eastern(FRI, "08:34"), reader(), past) == ()
    assert due(eastern(FRI, "08:35"), reader(), past) == (FRI,)


def test_after_a_restart_everything_is_tried_at_once() -> None:
    stuck = ran(FRI, RunState.FAILED, tries=0, permanent=True)
    assert due(eastern(FRI, "08:30"), reader(), week(stuck)) == (FRI,)


def test_one_day_that_fails_does_not_hold_up_the_next() -> None:
    failed = ran(MON, RunState.FAILED, at=eastern(TUE, "08:29"))
    assert due(eastern(TUE), reader(), history(failed)) == (TUE,)


def test_a_permanent_failure_is_tried_again_for_somebody_may_have_mended_it() -> None:
    past = week(ran(FRI, RunState.FAILED, permanent=True, tries=30))
    assert due(eastern(FRI, "10:29"), reader(), past) == ()
    assert due(eastern(FRI, "10:30"), reader(), past) == (FRI,)


def test_a_partial_digest_is_finished_on_its_day_only_and_not_for_ever() -> None:
    assert due(eastern(FRI, "09:00"), reader(), week(ran(FRI, RunState.PARTIAL))) == (FRI,)
    assert due(eastern(SAT, "00:00"), reader(), week(ran(FRI, RunState.PARTIAL))) == ()
    assert due(eastern(FRI, "23:00"), reader(), week(ran(FRI, RunState.PARTIAL, tries=PARTIAL_TRIES))) == ()


def test_an_outlet_that_lacks_the_digest_is_tried_every_two_hours_and_after_a_week_once_a_day() -> None:
    lacking = ran(MON, undelivered=frozenset({"slack:C1"}), tries=40)
    tried = replace(lacking, last_at=eastern(FRI, "08:00"))
    assert due(eastern(FRI, "09:59"), reader(), week(tried)) == ()
    assert due(eastern(FRI, "10:00"), reader(), week(tried)) == (MON,)
    tried = replace(lacking, last_at=eastern(NEXT_MON, "08:30"))
    assert due(eastern(NEXT_MON + DAY, "08:29"), reader(), week(tried, ran(NEXT_MON))) == ()
    assert due(eastern(NEXT_MON + DAY, "08:30"), reader(), week(tried, ran(NEXT_MON))) == (MON, NEXT_MON + DAY)


def test_a_digest_that_was_made_long_after_its_first_attempt_is_still_brought_to_every_outlet() -> None:
    late = ran(MON, since=eastern(MON), at=eastern(MON + 12 * DAY), undelivered=frozenset({"slack:C1"}))
    assert MON in due(eastern(MON + 12 * DAY, "08:35"), reader(), week(late))


# Changes of schedule, in the middle of a day


def test_a_later_time_does_not_make_the_day_again_and_an_earlier_one_makes_it_at_once() -> None:
    noon = eastern(FRI, "12:00")
    assert due(noon, reader("18:00"), week()) == ()
    not_yet = history(*(ran(day) for day in (MON, TUE, WED, THU)))
    assert due(noon, reader("18:00"), not_yet) == ()
    assert due(noon, reader("08:30"), not_yet) == (FRI,)


def test_a_weekly_reader_who_wants_it_daily_gets_what_was_kept_for_monday() -> None:
    past, noon = history(ran(MON)), eastern(THU, "12:00")
    assert due(noon, reader(days=frozenset({"mon"})), past) == ()
    assert due(noon, reader(), past) == (TUE, WED, THU)


# Clocks that are set


@pytest.mark.parametrize("back", [HOUR, DAY, 365 * DAY])
def test_after_the_clock_was_set_back_nothing_is_made_again(back: timedelta) -> None:
    assert due(eastern(FRI) - back, reader(), week()) == ()


def test_after_the_clock_was_set_back_a_failed_day_does_not_wait_for_a_time_that_has_been() -> None:
    failed = ran(FRI, RunState.FAILED, at=eastern(FRI, "10:00"), tries=9)
    assert due(eastern(FRI, "09:00"), reader(), week(failed)) == (FRI,)
    again = replace(failed, last_at=eastern(FRI, "09:00"), tries=10)
    assert due(eastern(FRI, "09:01"), reader(), week(again)) == ()  # and not at every turn


def test_after_the_clock_was_set_forward_a_year_and_back_the_days_are_made_as_ever() -> None:
    ahead = [ran(day + 364 * DAY, RunState.WAITING) for day in (MON, TUE, WED)]
    assert due(eastern(FRI), reader(), week(*ahead)) == ()
    assert due(eastern(NEXT_MON), reader(), week(*ahead)) == (NEXT_MON,)


def test_a_clock_that_is_days_behind_is_told_for_by_it_nothing_is_due() -> None:
    (told,) = troubles(eastern(FRI) - 30 * DAY, reader(), week(first=MON - 60 * DAY), limit=400 * DAY)
    assert "clock" in told.why
    assert troubles(eastern(FRI) - HOUR, reader(), week(), limit=400 * DAY) == ()
