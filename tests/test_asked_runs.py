"""Digests that readers ask for: made at once, once each, whatever the schedule says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.database.engine import Database
from bot.adapters.database.tables import asked_runs, runs
from bot.domain.profile import Pause
from bot.domain.runs import Asked
from bot.errors import NotYetError, SourceError
from bot.worker import Ended, survey
from tests import examples
from tests.examples import DAY, NOON
from tests.fakes.worker_rig import Rig

YESTERDAY, LONG_AGO = DAY - timedelta(days=1), DAY - timedelta(days=60)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    database = Database(f"sqlite:///{tmp_path}/broadsheet.db")
    yield Rig(database)
    database.close()


def ask(rig: Rig, name: str = "aa", day: date = DAY, at: datetime | None = None) -> None:
    row = {"profile": name, "day": day, "user": "U1", "at": at or rig.clock.at}
    with rig.database.writing() as connection:
        connection.execute(asked_runs.insert(), row)


def asked(rig: Rig) -> list[str]:
    return [str(task) for task in survey(rig.office).tasks if task.asked_at]


def test_a_day_that_is_done_is_made_again_once_and_outlets_get_what_is_new(rig: Rig) -> None:
    rig.reads("aa")
    rig.judge.unread = {10 * DAY.day + 2}
    rig.work()
    rig.judge.unread = set()
    rig.clock.at += MINUTE
    ask(rig)
    assert asked(rig) == [f"aa {DAY}"]
    assert rig.work() is Ended.DONE
    assert rig.outlet.took == [("aa", DAY)] * 2
    assert not survey(rig.office).tasks
    rig.clock.at += MINUTE
    ask(rig)
    rig.work()
    assert len(rig.outlet.took) == 2, "nothing is new"
    assert len(rig.source.asked) == 3
    assert not survey(rig.office).work


def test_what_is_asked_for_goes_before_what_is_due_in_the_order_in_which_it_was_asked(rig: Rig) -> None:
    rig.reads("aa", "bb", "cc", since=YESTERDAY)
    ask(rig, "cc", at=NOON - 2 * MINUTE)
    ask(rig, "bb", LONG_AGO, at=NOON - MINUTE)
    rig.work()
    assert rig.begun[:2] == [f"cc {DAY}", f"bb {LONG_AGO}"]
    assert sorted(rig.begun[2:]) == sorted(
        [f"{name} {YESTERDAY}" for name in ("aa", "bb", "cc")] + [f"{name} {DAY}" for name in ("aa", "bb")]
    )


def test_a_paused_profile_s_digest_is_made_when_somebody_asks_and_only_that_one(rig: Rig) -> None:
    rig.reads("aa", since=LONG_AGO)
    rig.profiles.save(replace(rig.profiles.get("aa"), pauses=(Pause(LONG_AGO),)))
    assert not survey(rig.office).work
    assert survey(rig.office).next_moment is None
    ask(rig)
    rig.work()
    assert rig.outlet.took == [("aa", DAY)]
    assert not survey(rig.office).work


@pytest.mark.parametrize(
    "error", [SourceError("down"), SourceError("no such day", permanent=True), NotYetError("not yet")]
)
@pytest.mark.parametrize("paused", [True, False])
def test_one_attempt_is_all_that_is_asked_for_however_it_ends(rig: Rig, error: Exception, paused: bool) -> None:
    rig.reads("aa")
    if paused:
        rig.profiles.save(replace(rig.profiles.get("aa"), pauses=(Pause(LONG_AGO),)))
    rig.source.wrong |= {DAY: error, LONG_AGO: error}
    ask(rig, day=LONG_AGO)
    ask(rig)
    rig.work()
    assert len(rig.source.asked) == 2
    assert not asked(rig)
    rig.clock.at += HOUR
    assert [str(task) for task in survey(rig.office).tasks] == ([] if paused else [f"aa {DAY}"])
    assert not rig.boss.told or not paused


def test_an_attempt_that_began_before_and_a_preview_are_not_what_was_asked_for(rig: Rig) -> None:
    rig.reads("aa")
    with rig.runs.attempt(rig.profiles.get("aa"), DAY) as attempt:
        rig.clock.at += MINUTE
        ask(rig)
        attempt.made(examples.digest())
    assert asked(rig) == [f"aa {DAY}"]
    rig.clock.at += MINUTE
    with rig.runs.attempt(rig.profiles.get("aa"), DAY):
        pass
    assert asked(rig) == [f"aa {DAY}"]


def test_while_another_process_is_at_the_profile_it_stays_asked_for(rig: Rig) -> None:
    rig.reads("aa")
    ask(rig)
    with rig.runs.attempt(rig.profiles.get("aa"), YESTERDAY):
        assert rig.work() is Ended.LATER
    assert asked(rig) == [f"aa {DAY}"]
    assert rig.work() is Ended.DONE
    assert not asked(rig)


def test_asking_twice_makes_it_once(rig: Rig) -> None:
    rig.reads("aa")
    ask(rig)
    ask(rig)
    rig.work()
    assert rig.begun == [f"aa {DAY}"]


def test_what_could_not_be_tried_within_a_day_is_forgotten(rig: Rig) -> None:
    rig.reads("aa")
    ask(rig, day=LONG_AGO)
    rig.clock.at = NOON + timedelta(days=1)
    assert asked(rig) == [f"aa {LONG_AGO}"]
    rig.clock.at += MINUTE
    assert asked(rig) == []


def test_what_was_asked_for_by_a_clock_that_was_ahead_is_not_made_over_and_over(rig: Rig) -> None:
    rig.reads("aa")
    rig.work()
    ask(rig, at=NOON + HOUR)
    for _ in range(3):
        rig.work()
    assert rig.begun == [f"aa {DAY}"]
    rig.clock.at = NOON + HOUR
    rig.work()
    rig.work()
    assert rig.begun == [f"aa {DAY}"] * 2


def test_what_is_asked_for_a_profile_that_is_no_more_or_cannot_be_read_holds_nothing_up(rig: Rig) -> None:
    rig.reads("aa", "bb")
    rig.breaks("bb")
    ask(rig, "bb")
    ask(rig, "nobody")
    rig.work()
    assert rig.begun == [f"aa {DAY}"]


def test_requests_that_fail_in_a_row_leave_the_rest_for_later_and_are_not_forgotten(rig: Rig) -> None:
    rig.reads("aa")
    days = [LONG_AGO - timedelta(days=number) for number in range(6)]
    rig.source.wrong |= dict.fromkeys(days, SourceError("down"))
    for day in days:
        ask(rig, day=day)
    assert rig.work() is Ended.LATER
    assert rig.outlet.took == [("aa", DAY)], "today's is made all the same"
    assert len(asked(rig)) == 3


def test_the_database_is_asked_only_when_something_changed_or_an_hour_has_passed(rig: Rig) -> None:
    rig.reads("aa")
    ask(rig)
    since = NOON - HOUR
    first = rig.runs.asked(since)
    assert first == (Asked("aa", DAY, "U1", NOON),)
    assert rig.runs.asked(since + MINUTE)[0] is first[0]
    assert rig.runs.asked(NOON + MINUTE) == ()
    other = Database(f"sqlite:///{rig.database.file}")
    with other.writing() as connection:
        row = {"profile": "aa", "day": DAY, "state": "failed", "started_at": NOON}
        connection.execute(runs.insert(), row)
    other.close()
    assert rig.runs.asked(since) == ()
