"""What is told of days: to the operator of those in trouble, and in health and check of all."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from bot.domain.runs import DayStatus, History, RunState, due, statuses, troubles
from tests.domain.test_runs import (
    FRI,
    HOUR,
    MON,
    NEXT_MON,
    SAT,
    THU,
    TUE,
    WED,
    eastern,
    history,
    ran,
    reader,
    week,
)

LIMIT = 3 * HOUR


# What the operator has to know


def told(now: datetime, past: History) -> Mapping[date, str]:
    return {one.day: one.why for one in troubles(now, reader(), past, limit=LIMIT)}


def test_a_day_is_told_when_it_waits_or_fails_for_longer_than_the_limit() -> None:
    past = week(ran(FRI, RunState.WAITING, error="arXiv's feed is still of Thursday", last_at=eastern(FRI, "11:20")))
    assert told(eastern(FRI, "11:29"), past) == {}
    assert told(eastern(FRI, "11:30"), past) == {FRI: "arXiv's feed is still of Thursday"}


def test_what_a_retry_cannot_help_is_told_at_once() -> None:
    past = week(ran(FRI, RunState.FAILED, error="no credit", permanent=True))
    assert told(eastern(FRI), past) == {FRI: "no credit"}


def test_a_day_that_nobody_tried_is_told() -> None:
    past = history(ran(MON), ran(TUE), ran(WED), ran(THU))
    assert told(eastern(FRI, "11:29"), past) == {}
    assert "it was not tried yet" in told(eastern(FRI, "11:30"), past)[FRI]


def test_outlets_that_lack_the_digest_are_named_even_when_they_are_not_tried_any_more() -> None:
    past = history(ran(MON, undelivered=frozenset({"slack:C1", "mail:a@b.c"})))
    assert told(eastern(MON, "11:00"), past) == {}
    for later in (eastern(MON, "11:30"), eastern(NEXT_MON, "09:00")):
        assert told(later, past)[MON] == "not delivered to mail:a@b.c, slack:C1"


def test_a_run_that_does_not_end_is_told() -> None:
    assert told(eastern(FRI, "12:00"), week(ran(FRI, RunState.RUNNING))) == {FRI: "it is running and does not end"}


def test_what_is_made_is_no_trouble() -> None:
    assert told(eastern(SAT), week(ran(FRI, RunState.PARTIAL), ran(THU, RunState.QUIET))) == {}


# How the last days stand


def shown(now: datetime, past: History, count: int = 5) -> Iterator[DayStatus]:
    return iter(statuses(now, reader(), past, count=count))


def test_the_last_days_are_told_oldest_first_without_weekends_but_with_today() -> None:
    found = statuses(eastern(SAT), reader(), week())
    assert [one.day for one in found] == [TUE, WED, THU, FRI, SAT]
    assert found[-1] == DayStatus(SAT, RunState.QUIET, "arXiv announces nothing on a Saturday")
    assert found[-2] == DayStatus(FRI, RunState.COMPLETE)


def test_days_before_the_first_are_not_told() -> None:
    assert [one.day for one in statuses(eastern(FRI), reader(), week(first=THU))] == [THU, FRI]


def test_a_day_without_an_attempt_says_when_it_is_or_was_due() -> None:
    (today,) = shown(eastern(MON, "08:00"), history())
    assert today == DayStatus(MON, RunState.WAITING, "due at 2026-05-04 08:30 America/New_York")
    (today,) = shown(eastern(MON, "09:00"), history())
    assert today == DayStatus(MON, RunState.WAITING, "was due at 2026-05-04 08:30 America/New_York")


def test_a_day_that_is_tried_again_says_why_and_when() -> None:
    (today,) = shown(eastern(MON), history(ran(MON, RunState.FAILED, error="no answer.")))
    assert today.told == "no answer. Next try 2026-05-04 08:35 America/New_York"
    (today,) = shown(eastern(MON), history(ran(MON, undelivered=frozenset({"slack:C1"}))))
    assert today.told == "not delivered to slack:C1. Next try 2026-05-04 08:35 America/New_York"


def test_a_day_tried_by_hand_before_its_time_is_tried_again_when_it_is_due() -> None:
    early = ran(MON, RunState.WAITING, at=eastern(MON, "06:00"), error="not yet")
    (today,) = shown(eastern(MON, "06:10"), history(early))
    assert today.told == "not yet. Next try 2026-05-04 08:30 America/New_York"
    assert due(eastern(MON, "08:29"), reader(), history(early)) == ()
    assert due(eastern(MON, "08:30"), reader(), history(early)) == (MON,)


def test_a_holiday_says_so() -> None:
    after = date(2026, 1, 20)
    (today,) = shown(eastern(after), history(ran(after, RunState.QUIET), first=after))
    assert today.state is RunState.QUIET
    assert "holiday" in today.told
