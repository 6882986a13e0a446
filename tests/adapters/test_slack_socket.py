"""Socket Mode over a local websocket: the same listeners, and a line that is held."""

import logging
import threading
from collections.abc import Iterator

import pytest

from bot.adapters.slack_check import SCOPES
from bot.adapters.slack_listen import SlackListener
from bot.adapters.slack_socket import SocketMode, check_app_token
from bot.adapters.slack_workspaces import OneWorkspace
from bot.demo.standins.slack import Fault, SlackStandin
from bot.demo.standins.slack_sender import Payloads
from bot.domain.message import Said
from bot.errors import DeliveryError, SettingsError
from tests.fakes.slack_line import SlackLine
from tests.fakes.slack_rig import PHRASES, FakeFrontDesk, MemoryHeard, message, until, view

PAUSES_S = (0.05, 0.2)


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin(scopes=tuple(SCOPES)) as standin:
        yield standin


@pytest.fixture
def line(slack: SlackStandin) -> Iterator[SlackLine]:
    with SlackLine(slack) as made:
        yield made


@pytest.fixture
def desk() -> FakeFrontDesk:
    return FakeFrontDesk()


@pytest.fixture
def listener(slack: SlackStandin, desk: FakeFrontDesk) -> Iterator[SlackListener]:
    made = SlackListener(desk, OneWorkspace(slack.token, slack.url), MemoryHeard(), PHRASES)
    yield made
    made.close(0.3)


@pytest.fixture
def mode(slack: SlackStandin, listener: SlackListener) -> SocketMode:
    return SocketMode(listener.app("", slack.url), slack.app_token, slack.url, PAUSES_S)


def test_commands_buttons_forms_and_events_are_heard_and_answered(
    slack: SlackStandin, line: SlackLine, mode: SocketMode, desk: FakeFrontDesk
) -> None:
    says = Payloads(slack)
    with mode:
        until(lambda: mode.connected)
        assert mode.told == ""
        assert line.answered(line.send(says.command("top 3"))) is None
        until(lambda: [one["text"] for one in slack.whispers] == ["you said top 3"])
        under = {"ts": "1.1", "text": "digest", "blocks": []}
        line.answered(line.send(says.press("say", "why", under)))
        until(lambda: slack.whispers[-1]["text"] == "you said why")
        line.answered(line.send(says.opened()))
        until(lambda: "U0ADA" in slack.homes)
        form = {"id": "V1", "type": "modal", "callback_id": "topics"}
        slack.views["V1"] = form
        desk.answer = lambda *_: Said(view=view("The effect"))
        assert line.answered(line.send(says.submit(form, {"a": "b"})))["response_action"] == "update"
        until(lambda: slack.views["V1"].get("title", {}).get("text") == "The effect")
        desk.wrong = {"a": "no"}
        assert line.answered(line.send(says.submit(form, {"a": "b"})))["errors"] == {"a": "no"}


def test_it_is_acknowledged_while_everybody_is_at_work(
    slack: SlackStandin, line: SlackLine, mode: SocketMode, desk: FakeFrontDesk
) -> None:
    let = threading.Event()
    desk.answer = lambda text, _: Said(message=message(f"{text} {let.wait(20)}"))
    says = Payloads(slack)
    with mode:
        until(lambda: mode.connected)
        for number in range(20):
            line.answered(line.send(says.command(str(number), user=f"U{number}")))
        assert not slack.whispers
        let.set()
        until(lambda: len(slack.whispers) == 20)


def test_what_slack_sends_again_is_done_once(
    slack: SlackStandin, line: SlackLine, mode: SocketMode, desk: FakeFrontDesk
) -> None:
    body = Payloads(slack).typed("top 3")
    with mode:
        until(lambda: mode.connected)
        for _ in range(3):
            line.answered(line.send(body))
        line.answered(line.send(Payloads(slack).command("after")))
        until(lambda: "after" in desk.texts())
    assert desk.texts() == ["top 3", "after"]


def test_a_line_that_breaks_is_called_again_and_told_of_once(
    slack: SlackStandin, line: SlackLine, mode: SocketMode, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    with mode:
        until(lambda: mode.connected)
        until(lambda: len(line.lines) == 1)
        slack.script("apps.connections.open", *[Fault(error="internal_error", status=500)] * 3)
        line.drop()
        until(lambda: len(line.lines) == 1 and mode.connected)
        line.answered(line.send(Payloads(slack).command("still there?")))
        until(lambda: bool(slack.whispers))
    told = [record.message for record in caplog.records if record.name == "bot.adapters.slack_socket"]
    assert told.count("connected to Slack") == 2
    assert told.count("the connection to Slack is lost; trying again") == 1
    assert told.count("Slack is not connected: commands are not heard") == 1, "three tries failed in the same way"


def test_slack_asks_now_and_then_to_be_called_anew(slack: SlackStandin, line: SlackLine, mode: SocketMode) -> None:
    with mode:
        until(lambda: mode.connected)
        until(lambda: len(line.lines) == 1)
        line.tell(type="disconnect", reason="refresh_requested")
        until(lambda: len(line.lines) == 2)
        line.answered(line.send(Payloads(slack).command("top")))
        until(lambda: bool(slack.whispers))


def test_the_bot_starts_while_slack_is_down_and_is_heard_once_it_is_up(
    slack: SlackStandin, line: SlackLine, mode: SocketMode
) -> None:
    slack.script("apps.connections.open", Fault(drop=True), Fault(status=503, garbage=True))
    with mode:
        assert not mode.connected
        until(lambda: "not" in mode.told)
        until(lambda: mode.connected)


@pytest.mark.parametrize("error", ["invalid_auth", "not_allowed_token_type", "missing_scope"])
def test_a_wrong_app_token_is_told_with_what_to_do_and_without_the_token(
    slack: SlackStandin, line: SlackLine, mode: SocketMode, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack.script("apps.connections.open", *[Fault(error=error)] * 50)
    with mode:
        until(lambda: error in mode.told)
        assert "connections:write" in mode.told
        assert "SLACK_APP_TOKEN" in mode.told
    logged = " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("bot"))
    assert error in logged
    assert slack.app_token not in logged
    with pytest.raises(DeliveryError, match="SLACK_APP_TOKEN"):
        check_app_token(slack.app_token, slack.url)


def test_no_ticket_and_no_token_is_ever_logged(
    slack: SlackStandin, line: SlackLine, mode: SocketMode, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    good = slack.websocket_url
    slack.websocket_url = "ws://127.0.0.1:9/link/?ticket=secret-ticket"
    with mode:
        until(lambda: "nobody answers" in mode.told)
        slack.websocket_url = good
        until(lambda: mode.connected)
    logged = " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("bot"))
    assert "ticket" not in logged
    assert "xapp-" not in logged


def test_the_token_is_checked(slack: SlackStandin, line: SlackLine) -> None:
    assert "Socket Mode" in check_app_token(slack.app_token, slack.url)
    with pytest.raises(DeliveryError, match=r"not_allowed_token_type.*xapp-"):
        check_app_token(slack.token, slack.url)
    with pytest.raises(SettingsError, match="character that no token has"):
        check_app_token("xapp-ä", slack.url)


def test_stopping_does_not_wait_for_slack(slack: SlackStandin, mode: SocketMode) -> None:
    slack.script("apps.connections.open", Fault(stall=True))
    stopped = threading.Event()

    def start_and_stop() -> None:
        with mode:
            until(lambda: bool(slack.calls))
        stopped.set()

    threading.Thread(target=start_and_stop, daemon=True).start()
    assert stopped.wait(8), "Slack never answers that call"
