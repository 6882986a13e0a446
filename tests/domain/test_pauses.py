"""Days of a pause: nobody wants their digests, then or later."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.profile import Pause, Profile
from bot.domain.runs import DayStatus, History, RunState, due, next_moment, statuses, troubles, unfinished
from bot.domain.schedule import Schedule
from tests import examples
from tests.domain.test_runs import (
    FRI,
    HOUR,
    MON,
    NEXT_MON,
    SAT,
    THU,
    TUE,
    WED,
    days_back,
    eastern,
    histories,
    history,
    ran,
    reader,
)
from tests.domain.test_schedule import moments, schedules

pauses = st.lists(
    st.tuples(st.dates(date(2025, 12, 1), date(2027, 1, 31)), st.none() | st.integers(0, 90)).map(
        lambda pair: Pause(pair[0], None if pair[1] is None else pair[0] + timedelta(days=pair[1]))
    ),
    max_size=3,
).map(tuple)


def paused(*some: Pause, **fields: object) -> Profile:
    return replace(reader(), pauses=some, **fields)  # type: ignore[arg-type]


FROM_WED = paused(Pause(WED))
WED_AND_THU = paused(Pause(WED, FRI))


@given(schedule=schedules, now=moments, past=histories, back=days_back, some=pauses)
def test_a_pause_takes_its_own_days_away_and_no_other(
    schedule: Schedule, now: datetime, past: History, back: int, some: tuple[Pause, ...]
) -> None:
    profile = examples.profile(schedule=schedule)
    with_pauses = replace(profile, pauses=some)
    expected = tuple(day for day in due(now, profile, past, days_back=back) if not with_pauses.paused_on(day))
    assert due(now, with_pauses, past, days_back=back) == expected


@given(schedule=schedules, now=moments, past=histories, some=pauses)
def test_no_day_of_a_pause_is_a_trouble(
    schedule: Schedule, now: datetime, past: History, some: tuple[Pause, ...]
) -> None:
    profile = examples.profile(schedule=schedule, pauses=some)
    past = History(past.first, {day: one for day, one in past.days.items() if one.last_at <= now})
    found = [one.day for one in troubles(now, profile, past, limit=timedelta()) if "clock" not in one.why]
    found += [one.day for one in unfinished(now, profile.id, past, days_back=30, pauses=some)]
    assert not any(map(profile.paused_on, found))


@given(schedule=schedules, now=moments, some=pauses)
def test_the_next_moment_is_to_come_and_asks_for_a_day_that_is_wanted(
    schedule: Schedule, now: datetime, some: tuple[Pause, ...]
) -> None:
    profile = examples.profile(schedule=schedule, pauses=some)
    moment = next_moment(now, profile)
    if moment is None:
        assert any(pause.until is None for pause in some)
        return
    assert now < moment
    asked_for = range((schedule.newest_due(moment) - schedule.newest_due(now)).days)
    assert any(not profile.paused_on(schedule.newest_due(moment) - timedelta(days=back)) for back in asked_for)


def test_after_resuming_only_the_days_after_the_pause_are_made() -> None:
    past = history(ran(MON), ran(TUE))
    assert due(eastern(THU), FROM_WED, past) == ()
    assert due(eastern(FRI, "12:00"), WED_AND_THU, past) == (FRI,)
    assert due(eastern(NEXT_MON), WED_AND_THU, past) == (FRI, NEXT_MON)


def test_a_pause_until_the_day_on_which_it_began_is_none() -> None:
    assert due(eastern(WED), paused(Pause(WED, WED)), history(ran(MON), ran(TUE))) == (WED,)


def test_a_day_that_failed_before_the_pause_is_not_tried_again_within_it_and_is_no_trouble_any_more() -> None:
    past = history(ran(MON), ran(TUE), ran(WED, RunState.FAILED, error="down", permanent=True))
    assert due(eastern(WED, "12:00"), FROM_WED, past) == ()
    assert troubles(eastern(THU), FROM_WED, past, limit=HOUR) == ()
    assert unfinished(eastern(THU), "group", past, days_back=30, pauses=FROM_WED.pauses) == ()
    assert unfinished(eastern(THU), "group", past, days_back=30)


def test_the_days_say_that_they_are_paused_and_until_when() -> None:
    past = history(ran(MON), ran(TUE))
    assert statuses(eastern(FRI, "08:00"), WED_AND_THU, past) == (
        DayStatus(MON, RunState.COMPLETE),
        DayStatus(TUE, RunState.COMPLETE),
        DayStatus(WED, RunState.PAUSED, "until 2026-05-08"),
        DayStatus(THU, RunState.PAUSED, "until 2026-05-08"),
        DayStatus(FRI, RunState.WAITING, "due at 2026-05-08 08:30 America/New_York"),
    )
    assert statuses(eastern(WED), FROM_WED, past)[-1].told == "until somebody resumes it"
    assert statuses(eastern(SAT), FROM_WED, past)[-1].state is RunState.QUIET


def test_a_day_that_was_made_by_hand_in_a_pause_says_how_that_went_and_of_no_next_try() -> None:
    past = history(ran(MON), ran(TUE), ran(WED), ran(THU, RunState.FAILED, error="down"))
    assert statuses(eastern(THU, "09:00"), FROM_WED, past)[2:] == (
        DayStatus(WED, RunState.COMPLETE),
        DayStatus(THU, RunState.FAILED, "down"),
    )


@pytest.mark.parametrize(
    ("some", "expected"),
    [
        ((), eastern(THU)),
        ((Pause(WED, FRI),), eastern(FRI)),
        ((Pause(WED, SAT),), eastern(SAT)),
        ((Pause(WED, FRI), Pause(FRI, NEXT_MON)), eastern(NEXT_MON)),
        ((Pause(WED),), None),
        ((Pause(MON, WED),), eastern(THU)),
        ((Pause(FRI),), eastern(THU)),
    ],
)
def test_when_the_next_digest_is_wanted(some: tuple[Pause, ...], expected: datetime | None) -> None:
    assert next_moment(eastern(WED, "12:00"), paused(*some)) == expected


def test_of_pauses_that_overlap_the_one_that_goes_on_longest_is_told() -> None:
    first, second = Pause(MON, WED), Pause(MON, FRI)
    assert paused(first, second).pause_on(TUE) == second
    assert paused(second, Pause(TUE)).pause_on(TUE) == Pause(TUE)
