"""`broadsheet run`, as a process against local servers: on time, once, stoppable, and never silent."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import time as time_of_day
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bot.app import App
from bot.demo.standins.anthropic import Response, ScriptedJudge, asked_ids
from bot.demo.world import World, world
from bot.domain.schedule import Schedule
from tests.examples import DAY, announced, verdict
from tests.fakes.service import Service

NEXT = DAY + timedelta(days=1)
DAYS = {DAY: [announced(number) for number in range(1, 30)], NEXT: [announced(number) for number in range(31, 40)]}
VERDICTS = {
    f"2613.{number:05d}": vars(verdict(number, relevance=10 - number % 4, primary_topic="memory_systems"))
    for number in range(1, 40)
}
HALF_PAST_EIGHT = f"{DAY}T08:30:01-04:00"


@pytest.fixture
def standins(tmp_path: Path) -> Iterator[World]:
    judge = ScriptedJudge(VERDICTS)
    with world(DAYS, DAY, tmp_path / "home", judge=judge, judge_latency_s=0.1) as running:
        yield running


def asked_about(standins: World) -> Counter[str]:
    """arXiv id -> how often the judge was asked about it."""
    assert standins.anthropic is not None
    return Counter(one for sent in standins.anthropic.requests for one in asked_ids(sent["messages"][0]["content"]))


def headlines(standins: World) -> int:
    """How many digests were posted to Slack."""
    return sum("thread_ts" not in message for message in standins.slack.messages)


def test_the_digest_comes_at_its_time_and_health_metrics_and_page_show_it(standins: World) -> None:
    with Service(standins.environment(BROADSHEET_NOW=f"{DAY}T08:29:40-04:00 x10")) as service:
        assert json.loads(service.get("/healthz"))["turning"]
        assert not standins.mail.mails
        service.until(lambda: service.states() == {str(DAY): "complete"})
        assert (headlines(standins), len(standins.mail.mails)) == (1, 1)
        metrics = service.get("/metrics")
        assert 'broadsheet_runs_total{profile="default",state="complete"} 1.0' in metrics
        assert f'href="default/{DAY}/' in service.get("/")
        assert "On Finding Number 4" in service.get(f"/default/{DAY}/")
        assert service.terminate() == 0


def test_two_bots_on_one_database_make_one_digest(standins: World) -> None:
    environment = standins.environment(BROADSHEET_NOW=HALF_PAST_EIGHT)
    with Service(environment) as one, Service(environment) as other:
        for service in (one, other):
            service.until(lambda: service.states().get(str(DAY)) == "complete")  # noqa: B023 - called at once
    assert (headlines(standins), len(standins.mail.mails)) == (1, 1)
    assert set(asked_about(standins).values()) == {1}


def test_a_bot_that_is_asked_to_stop_while_judging_stops_in_time_and_the_next_start_buys_nothing_twice(
    standins: World,
) -> None:
    environment = standins.environment(
        BROADSHEET_NOW=HALF_PAST_EIGHT, JUDGE_PAPERS_PER_CALL="1", JUDGE_CALLS_AT_ONCE="2"
    )
    with Service(environment) as service:
        service.until(lambda: len(asked_about(standins)) > 4)
        began = time.monotonic()
        assert service.terminate() == 0
        assert time.monotonic() - began < 10
    assert headlines(standins) == 0
    assert len(asked_about(standins)) < len(DAYS[DAY])
    with Service(environment) as service:
        service.until(lambda: service.states().get(str(DAY)) == "complete")
    assert (headlines(standins), len(standins.mail.mails)) == (1, 1)
    assert set(asked_about(standins).values()) == {1}


def test_a_profile_that_is_changed_while_the_bot_runs_counts_from_the_next_turn_on(standins: World) -> None:
    with Service(standins.environment(BROADSHEET_NOW=f"{DAY}T06:00:00-04:00")) as service:
        service.until(lambda: service.states() == {str(DAY): "waiting"})
        app = App(standins.settings())
        try:
            app.profiles.save(replace(app.profile("default"), schedule=Schedule(time_of_day(6), "America/New_York")))
        finally:
            app.close()
        service.until(lambda: service.states() == {str(DAY): "complete"})


def test_arxiv_that_turns_over_late_is_probed_until_it_has(standins: World) -> None:
    standins.arxiv.today = DAY - timedelta(days=1)
    with Service(standins.environment(BROADSHEET_NOW=f"{HALF_PAST_EIGHT} x600")) as service:
        service.until(lambda: any(" not yet " in line for line in service.log))
        assert headlines(standins) == 0
        standins.arxiv.today = DAY
        service.until(lambda: service.states().get(str(DAY)) == "complete")
    assert headlines(standins) == 1


def test_the_operator_is_told_once_what_is_wrong_and_once_that_it_is_over(standins: World) -> None:
    assert standins.anthropic is not None
    standins.anthropic.fail(*[Response(status=401)] * 2)
    environment = standins.environment(BROADSHEET_NOW=f"{HALF_PAST_EIGHT} x600", OPERATOR="mail:ops@example.org")
    with Service(environment) as service:
        service.until(lambda: len(to_operator(standins)) == 2, "two mails to the operator")
        service.until(lambda: service.states().get(str(DAY)) == "complete")
    trouble, over = to_operator(standins)
    assert "ANTHROPIC_API_KEY" in trouble
    assert "stand-in" not in trouble
    assert str(DAY.day) in over
    assert headlines(standins) == 1


def test_days_that_were_missed_are_caught_up_with_oldest_first(standins: World) -> None:
    with Service(standins.environment(BROADSHEET_NOW=f"{DAY}T06:00:00-04:00")) as service:
        service.until(lambda: service.states() == {str(DAY): "waiting"})
    standins.arxiv.today = NEXT
    with Service(standins.environment(BROADSHEET_NOW=f"{NEXT}T09:00:00-04:00")) as service:
        service.until(lambda: service.states() == {str(DAY): "complete", str(NEXT): "complete"})
    first, second = (message for message in standins.slack.messages if "thread_ts" not in message)
    assert "Catch-up" in json.dumps(first)
    assert "Catch-up" not in json.dumps(second)
    assert [mail.recipients for mail in standins.mail.mails] == [("reader@example.org",)] * 2


def to_operator(standins: World) -> list[str]:
    mails = [mail for mail in standins.mail.mails if mail.recipients == ("ops@example.org",)]
    return [str(message_from_bytes(mail.content, policy=policy.default).get_content()) for mail in mails]
