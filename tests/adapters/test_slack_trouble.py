"""What happens in Slack when something goes wrong: twice the same, defects, a database or a Slack out of reach."""

import logging
from pathlib import Path

import pytest

from bot.demo.standins.slack import Fault, SlackStandin
from bot.demo.standins.slack_state import Channel
from bot.domain.conversation import Asker
from bot.domain.message import Said
from bot.errors import StoreError
from tests.fakes.slack_rig import FakeFrontDesk, MemoryHeard, Rig, listening, message, posted, until, view


def test_what_is_sent_again_is_done_once(rig: Rig, slack: SlackStandin) -> None:
    for body in (rig.says.command("first"), rig.says.typed("second"), rig.says.press("say", "third", posted(slack))):
        for _ in range(3):
            assert rig.send(body).status == 200
    rig.send(rig.says.command("last"))
    until(lambda: "last" in rig.desk.texts())
    until(lambda: len(rig.desk.heard) == 4)


def test_what_another_process_has_done_is_not_done_again(rig: Rig) -> None:
    body = rig.says.command("mine")
    rig.heard.ids.append(f"command:{body['trigger_id']}")
    rig.send(body)
    rig.send(rig.says.command("next"))
    assert rig.whispers() == ["you said next"]


def test_a_database_that_is_out_of_reach_keeps_nobody_from_an_answer(
    slack: SlackStandin, desk: FakeFrontDesk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(MemoryHeard):
        def first_time(self, heard_id: str) -> bool:
            raise StoreError("the database is locked")

    with listening(slack, desk, tmp_path, heard=Broken()) as rig:
        body = rig.says.command("top 3")
        rig.send(body)
        rig.send(body)
        rig.send(rig.says.command("next"))
        assert rig.whispers(2) == ["you said top 3", "you said next"]
    assert "the database is locked" in caplog.records[0].__dict__["error"]


def test_a_defect_is_told_of_and_logged_and_the_next_command_is_answered(
    rig: Rig, slack: SlackStandin, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(text: str, _: Asker) -> Said:
        if text == "break":
            raise ZeroDivisionError
        return Said(message=message(text))

    rig.desk.answer = broken
    rig.send(rig.says.command("break"))
    rig.send(rig.says.command("go on"))
    assert rig.whispers(2) == ["broke", "go on"]
    assert [record.exc_info and record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]


def test_a_defect_in_later_work_or_in_a_form_is_told_of_too(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = lambda *_: Said(message=message("working"), later=lambda: Said(message=message(str(1 // 0))))
    rig.send(rig.says.command("x"))
    assert rig.whispers(2) == ["working", "broke"]
    slack.views["V1"] = {"id": "V1", "type": "modal", "callback_id": "topics"}
    rig.desk.answer = lambda *_: Said(view=view(str(1 // 0)))
    rig.send(rig.says.submit(slack.views["V1"], {}))
    until(lambda: slack.views["V1"].get("blocks") == list(message("broke").blocks))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(status=404, error="expired_url"),
        Fault(drop=True),
        Fault(garbage=True),
        Fault(error='{"ok": false, "error": "invalid_blocks"}'),
    ],
)
def test_where_the_response_url_fails_another_way_is_taken(rig: Rig, slack: SlackStandin, fault: Fault) -> None:
    slack.script("response_url", fault)
    rig.send(rig.says.command("top 3"))
    assert rig.whispers() == ["you said top 3"]
    assert rig.called("chat.postEphemeral")[0]["user"] == "U0ADA"


def test_where_nothing_in_the_channel_works_the_answer_comes_directly(rig: Rig, slack: SlackStandin) -> None:
    slack.script("response_url", Fault(status=500))
    slack.channel.is_member = False
    rig.send(rig.says.command("top 3"))
    until(lambda: "D0ADA" in slack.channels and slack.channels["D0ADA"].messages[0]["text"] == "you said top 3")


SAID = {
    "chat.update": Said(pressed=message("voted"), message=message("thanks")),
    "views.open": Said(view=view("Topics")),
    "views.publish": Said(message=message("thanks"), home=True),
}


@pytest.mark.parametrize("method", SAID)
@pytest.mark.parametrize("fault", [Fault(error="invalid_auth"), Fault(drop=True), Fault(garbage=True)])
def test_a_method_that_fails_is_logged_without_a_secret_and_the_rest_is_said(
    rig: Rig, slack: SlackStandin, method: str, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    slack.script(method, fault)
    slack.add(Channel("D0ADA", messages=slack.messages))
    rig.desk.answer = lambda *_: SAID[method]
    rig.send(rig.says.press("say", "x", posted(slack), channel="D0ADA"))
    rig.called(method)
    assert rig.whispers() in (["thanks"], ["unseen"])
    until(lambda: any(record.levelno >= logging.WARNING for record in caplog.records))
    told = " ".join(str(vars(record)) for record in caplog.records)
    assert slack.token not in told
    assert "hooks/" not in told


def test_slack_that_takes_nothing_at_all_is_logged_and_the_next_one_is_served(
    rig: Rig, slack: SlackStandin, caplog: pytest.LogCaptureFixture
) -> None:
    for method in ("response_url", "chat.postEphemeral", "chat.postMessage"):
        slack.script(method, Fault(error="fatal_error", status=500))
    rig.send(rig.says.command("lost"))
    rig.send(rig.says.command("heard"))
    assert rig.whispers() == ["you said heard"]
    assert [one.message for one in caplog.records if one.levelno == logging.ERROR] == [
        "somebody in Slack got no answer"
    ]


def test_events_that_nobody_asked_for_are_acknowledged(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    assert rig.send(rig.says.event("reaction_added", user="U0ADA")).status == 200
    assert rig.send({"type": "url_verification", "challenge": "abc"}).status == 200
    assert rig.send({"type": "view_closed", "view": {"callback_id": "topics"}, "user": {"id": "U0ADA"}}).status == 200
    assert not caplog.records


def test_a_form_that_cannot_be_changed_is_told_of_in_words(rig: Rig, slack: SlackStandin) -> None:
    slack.script("views.update", Fault(error="not_found"))
    slack.views["V1"] = {"id": "V1", "type": "modal", "callback_id": "topics", "private_metadata": "channel:C0DEMO "}
    rig.send(rig.says.submit(slack.views["V1"], {}))
    assert rig.whispers() == ["unseen"]


def test_where_no_form_can_be_opened_its_words_are_said_instead(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = lambda *_: Said(message=message("the topics"), view=view("Topics"))
    rig.send(rig.says.typed("topics"))
    until(lambda: "D0ADA" in slack.channels and bool(slack.channels["D0ADA"].messages))
    assert [one["text"] for one in slack.channels["D0ADA"].messages] == ["the topics"]
    assert "views.open" not in [method for method, _ in slack.calls]
    rig.send(rig.says.command("topics") | {"trigger_id": "too.old"})
    assert rig.whispers() == ["the topics"]
    rig.send(rig.says.command("topics"))
    until(lambda: [one["title"]["text"] for one in slack.views.values()] == ["Topics"])
    assert rig.whispers() == ["the topics"]


def test_slack_that_asks_to_wait_is_waited_for_a_little_and_no_longer(rig: Rig, slack: SlackStandin) -> None:
    slack.script("response_url", Fault(status=429, retry_after="60"))
    slack.script("chat.postEphemeral", Fault(status=429, error="ratelimited", retry_after="60"))
    rig.send(rig.says.command("top 3"))
    until(lambda: "D0ADA" in slack.channels and slack.channels["D0ADA"].messages[0]["text"] == "you said top 3")
