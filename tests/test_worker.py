"""The worker: every digest that is due, oldest first, each on its own; then the operator."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.database.engine import Database
from bot.app import FIRST_PROFILE, App
from bot.demo.standins.anthropic import Response, ScriptedJudge
from bot.demo.world import world
from bot.errors import NotYetError, SourceError, Stopped
from bot.service import WorkerProcess
from bot.worker import FAILURES_IN_A_ROW, Ended, survey
from tests.examples import DAY, NOON, announced
from tests.fakes.service import Service
from tests.fakes.worker_rig import Rig

YESTERDAY, BEFORE = DAY - timedelta(days=1), DAY - timedelta(days=2)
DOWN = SourceError("arXiv answers 503", hint="Try later")
HOUR = timedelta(hours=1)
NAMES = [2 * letter for letter in "abcdefghij"]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    database = Database(f"sqlite:///{tmp_path}/broadsheet.db")
    yield Rig(database)
    database.close()


def told(caplog: pytest.LogCaptureFixture, event: str) -> list[dict[str, object]]:
    """What the lines of that event say."""
    return [vars(record) for record in caplog.records if record.getMessage() == event]


def test_days_that_were_missed_are_made_before_today_s_whoever_s_they_are(rig: Rig) -> None:
    rig.reads("aa", since=YESTERDAY)
    rig.reads("bb", since=BEFORE)
    assert rig.work() is Ended.DONE
    assert [day for _, day in rig.outlet.took] == [BEFORE, YESTERDAY, YESTERDAY, DAY, DAY]
    assert rig.begun == [f"{profile} {day}" for profile, day in rig.outlet.took]
    assert not survey(rig.office).work


@pytest.mark.parametrize("error", [DOWN, NotYetError("not yet"), ZeroDivisionError("planted")])
def test_a_digest_that_fails_in_whatever_way_does_not_hold_up_the_others(rig: Rig, error: Exception) -> None:
    rig.reads("aa", "bb")
    rig.source.wrong["cs.AA"] = error
    rig.work()
    assert rig.outlet.took == [("bb", DAY)]


def test_after_some_failures_in_a_row_the_rest_is_left_for_later(rig: Rig) -> None:
    rig.reads(*NAMES[: FAILURES_IN_A_ROW + 3])
    rig.source.wrong[DAY] = DOWN
    assert rig.work() is Ended.LATER
    assert len(rig.source.asked) == FAILURES_IN_A_ROW + 1


def test_earlier_days_that_fail_do_not_hold_up_today_s(rig: Rig) -> None:
    rig.reads("aa", "bb", since=DAY - timedelta(days=5))
    rig.source.wrong |= {DAY - timedelta(days=back): DOWN for back in range(1, 6)}
    assert rig.work() is Ended.LATER
    assert rig.outlet.took == [("aa", DAY), ("bb", DAY)]
    assert len(rig.source.asked) == FAILURES_IN_A_ROW + 2


def test_profiles_that_fail_by_their_own_fault_do_not_hold_up_the_others(rig: Rig) -> None:
    rig.reads(*NAMES[: FAILURES_IN_A_ROW + 2])
    wrong = SourceError("no such category", permanent=True)
    rig.source.wrong |= {f"cs.{name.upper()}": wrong for name in NAMES[: FAILURES_IN_A_ROW + 1]}
    rig.work()
    assert rig.outlet.took == [(NAMES[FAILURES_IN_A_ROW + 1], DAY)]


def test_failures_with_a_digest_between_them_are_not_in_a_row(rig: Rig) -> None:
    rig.reads(*NAMES[: FAILURES_IN_A_ROW * 2])
    rig.source.wrong |= {f"cs.{name.upper()}": DOWN for name in NAMES[1::2]}
    assert rig.work() is Ended.DONE
    assert len(rig.source.asked) == FAILURES_IN_A_ROW * 2


def test_that_arxiv_is_not_there_yet_is_no_failure(rig: Rig) -> None:
    rig.reads(*NAMES[: FAILURES_IN_A_ROW + 2])
    rig.source.wrong[DAY] = NotYetError("arXiv's feed is still of yesterday")
    assert rig.work() is Ended.DONE
    assert len(rig.source.asked) == FAILURES_IN_A_ROW + 2


def test_a_profile_that_another_process_is_at_is_left_to_it(rig: Rig) -> None:
    rig.reads("aa", "bb")
    with rig.runs.attempt(rig.profiles.get("aa"), BEFORE):
        assert rig.work() is Ended.LATER
    assert rig.outlet.took == [("bb", DAY)]


def test_a_worker_that_is_asked_to_stop_begins_no_further_digest(rig: Rig) -> None:
    rig.reads("aa")
    rig.stop = True
    with pytest.raises(Stopped):
        rig.work()
    assert not rig.source.asked


def test_what_was_tried_a_moment_ago_is_not_tried_again_until_it_is_time(rig: Rig) -> None:
    rig.reads("aa")
    rig.source.wrong[DAY] = DOWN
    rig.work()
    found = survey(rig.office)
    assert found.next_try == NOON + timedelta(minutes=5)
    assert not found.work
    rig.clock.at = found.next_try
    assert [str(task) for task in survey(rig.office).tasks] == [f"aa {DAY}"]


def test_nothing_is_tried_again_once_all_is_made(rig: Rig) -> None:
    rig.reads("aa")
    rig.work()
    assert survey(rig.office).next_try is None


def test_a_digest_s_line_says_what_came_of_it(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rig.reads("aa")
    rig.judge.unread = {10 * DAY.day + 2}
    rig.outlet.down = True
    rig.work()
    line = told(caplog, "digest made")[0]
    assert (line["profile"], line["day"], line["state"]) == ("aa", DAY, "partial")
    assert (line["announced"], line["shown"], line["unjudged"], line["undelivered"]) == (2, 1, 1, "memory")
    assert line["seconds"] == 0.0
    assert line["next_try"] == "2026-05-06T16:05:00+00:00"


def test_a_line_on_a_digest_that_is_whole_says_nothing_of_what_is_not_wrong(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    rig.reads("aa")
    rig.work()
    line = told(caplog, "digest made")[0]
    assert line["state"] == "complete"
    assert not line.keys() & {"unjudged", "undelivered", "next_try"}


@pytest.mark.parametrize(("error", "event"), [(DOWN, "no digest"), (NotYetError("still of yesterday"), "not yet")])
def test_a_line_on_a_digest_that_failed_says_when_it_is_tried_again(
    rig: Rig, caplog: pytest.LogCaptureFixture, error: Exception, event: str
) -> None:
    caplog.set_level(logging.INFO)
    rig.reads("aa")
    rig.source.wrong[DAY] = error
    rig.work()
    assert [line["next_try"] for line in told(caplog, event)] == ["2026-05-06T16:05:00+00:00"]


def test_a_defect_is_logged_with_its_traceback(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.reads("aa")
    rig.source.wrong[DAY] = ZeroDivisionError("planted")
    rig.work()
    assert "planted" in caplog.text
    assert [line["profile"] for line in told(caplog, "a defect stopped a digest")] == ["aa"]


def test_the_operator_is_told_of_a_trouble_once_and_once_that_it_is_over(rig: Rig) -> None:
    rig.reads("aa")
    rig.source.wrong[DAY] = DOWN
    rig.work()
    assert not rig.boss.told, "for three hours it may pass by itself"
    for hours in (4, 7, 10):
        rig.clock.at = NOON + hours * HOUR
        rig.work()
    assert len(rig.boss.told) == 1
    assert "arXiv answers 503" in rig.boss.told[0]
    del rig.source.wrong[DAY]
    for hours in (13, 14):
        rig.clock.at = NOON + hours * HOUR
        rig.work()
    assert [message.partition(" for ")[0] for message in rig.boss.told] == [
        "Broadsheet needs you: trouble with the digest",
        "Broadsheet: trouble is over",
    ]


def test_a_permanent_failure_is_told_at_once(rig: Rig) -> None:
    rig.reads("aa")
    rig.source.wrong[DAY] = SourceError("no such category", permanent=True)
    rig.work()
    assert len(rig.boss.told) == 1


def test_what_the_operator_could_not_be_told_is_told_by_the_next_worker(rig: Rig) -> None:
    rig.reads("aa")
    rig.source.wrong[DAY] = SourceError("no such category", permanent=True)
    rig.boss.deaf = True
    assert rig.work() is Ended.LATER
    assert survey(rig.office).news
    rig.boss.deaf = False
    assert rig.work() is Ended.DONE
    del rig.source.wrong[DAY]
    rig.clock.at += HOUR
    rig.boss.deaf = True
    assert rig.work() is Ended.LATER
    rig.boss.deaf = False
    assert rig.work() is Ended.DONE
    assert ["over" in message.splitlines()[0] for message in rig.boss.told] == [False, True]


def test_a_profile_that_cannot_be_read_holds_up_no_other(rig: Rig) -> None:
    rig.reads("aa", "bb")
    with rig.database.writing() as connection:
        connection.exec_driver_sql("UPDATE profiles SET document = '{}' WHERE id = 'aa'")
    rig.work()
    assert rig.outlet.took == [("bb", DAY)]
    assert set(survey(rig.office).broken) == {"aa"}


def test_a_worker_counts_the_tries_of_the_workers_before_it(tmp_path: Path) -> None:
    days = {DAY: [announced(1)], YESTERDAY: [announced(2)]}
    with world(days, YESTERDAY, tmp_path) as standins:
        settings = standins.settings(BROADSHEET_NOW=f"{DAY}T09:00:00-04:00")
        app = App(settings)
        app.profiles.save(replace(app.profile(FIRST_PROFILE), mail_to=()))
        worker = WorkerProcess(settings, app.clock.now())
        app.close()
        asked = [_asked_by(worker, lambda: len(standins.arxiv.requests)) for _ in range(2)]
    assert asked[0] > 0
    assert asked[1] == asked[0], "five minutes have not passed"


def test_a_worker_that_failed_leaves_no_semaphores_behind(tmp_path: Path) -> None:
    """A pool of threads that a failure keeps alive is freed some time, or never: so three of them."""
    days = {DAY: [announced(number) for number in range(1, 30)]}
    with world(days, DAY, tmp_path, judge=ScriptedJudge({})) as standins:
        assert standins.anthropic
        standins.anthropic.fail(*[Response(401)] * 90)
        app = App(standins.settings(BROADSHEET_NOW=f"{DAY}T09:00:00-04:00"))
        for number in range(3):
            app.profiles.save(replace(app.profile(FIRST_PROFILE), id=f"p{number}"))
        app.close()
        environment = standins.environment(BROADSHEET_NOW=f"{DAY}T09:00:00-04:00", JUDGE_PAPERS_PER_CALL="1")
        with Service(environment) as service:
            service.until(lambda: any("nothing is due now" in line for line in service.log))
            service.terminate()
    assert not [line for line in service.log if "semaphore" in line]


def test_health_says_which_digest_a_worker_is_at(tmp_path: Path) -> None:
    with world({DAY: [announced(1)]}, DAY, tmp_path, judge=ScriptedJudge({}), judge_latency_s=1.0) as standins:
        environment = standins.environment(BROADSHEET_NOW=f"{DAY}T09:00:00-04:00")
        with Service(environment) as service:
            service.until(lambda: f'"working_on":"default {DAY}, ' in service.get("/healthz"))


def _asked_by(worker: WorkerProcess, count: Callable[[], int]) -> int:
    worker.start()
    began = time.monotonic()
    while worker.ended() is None:
        assert time.monotonic() - began < 30
        time.sleep(0.05)
    return count()


def test_a_trouble_is_not_over_because_its_profile_cannot_be_read_and_that_is_told_too(rig: Rig) -> None:
    rig.reads("aa")
    rig.source.wrong[DAY] = SourceError("no such category", permanent=True)
    rig.work()
    rig.breaks("aa")
    rig.work()
    rig.work()
    assert [message.partition(" for ")[0] for message in rig.boss.told] == [
        "Broadsheet needs you: trouble with the digest"
    ] * 2
    assert "the profile cannot be read" in rig.boss.told[1]


def test_a_day_that_leaves_the_window_unmade_is_given_up_and_not_over(rig: Rig) -> None:
    rig.reads("aa")
    rig.office = replace(rig.office, days_back=3)
    rig.source.wrong[DAY] = SourceError("no such category", permanent=True)
    rig.work()
    rig.clock.at = NOON + timedelta(days=20)
    rig.work()
    assert any("gave up" in message for message in rig.boss.told)
    assert not any("trouble is over" in message for message in rig.boss.told)


def test_a_trouble_is_not_over_because_the_clock_was_set_back(rig: Rig) -> None:
    rig.reads("aa", since=YESTERDAY)
    rig.source.wrong |= {DAY: SourceError("no such category", permanent=True), YESTERDAY: DOWN}
    rig.work()
    told_before = len(rig.boss.told)
    rig.clock.at = NOON - timedelta(hours=20)
    rig.work()
    assert not any("is over" in message for message in rig.boss.told[told_before:])


def test_a_digest_that_was_not_tried_yet_goes_before_those_that_failed(rig: Rig) -> None:
    rig.reads("aa", "bb", "cc")
    rig.source.wrong |= {"cs.AA": DOWN, "cs.BB": DOWN}
    rig.work()
    rig.reads("dd")
    rig.clock.at = NOON + HOUR
    assert next(task.profile.id for task in survey(rig.office).tasks) == "dd"
