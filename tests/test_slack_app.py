"""The Slack app as a process: signed requests in, answers out, changes applied, digests with buttons, nothing twice."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.adapters.slack_check import SCOPES
from bot.app import App
from bot.demo.sample import load
from bot.demo.standins.slack_sender import Acknowledged, Payloads, send
from bot.demo.standins.slack_state import Channel
from bot.demo.world import World, scripted, world
from bot.domain.profile import Profile
from tests.fakes.service import Service
from tests.fakes.slack_rig import SECRET, until

SAMPLE = load()
PAPER = SAMPLE.announcements[0].paper.arxiv_id


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Service]]:
    """A bot that has made the sample day's digest, and the world around it: one for all tests, in their order."""
    judge, home = scripted(SAMPLE.verdicts, SAMPLE.overviews), tmp_path_factory.mktemp("slack") / "home"
    with world({SAMPLE.day: SAMPLE.announcements}, SAMPLE.day, home, judge=judge) as standins:
        standins.slack.scopes = tuple(SCOPES)
        with Service(standins.environment(SLACK_SIGNING_SECRET=SECRET)) as service:
            service.until(lambda: any("digest made" in line for line in service.log))
            yield standins, service


@pytest.fixture
def standins(running: tuple[World, Service]) -> World:
    """With nothing on anybody's screen but the channel's messages."""
    slack = running[0].slack
    slack.whispers.clear()
    slack.views.clear()
    slack.homes.clear()
    return running[0]


@pytest.fixture
def service(running: tuple[World, Service]) -> Service:
    return running[1]


class Reader:
    """Somebody in Slack."""

    def __init__(self, standins: World, service: Service, user: str = "U0ADA") -> None:
        self.slack, self.service, self.user = standins.slack, service, user
        self.says = Payloads(standins.slack)

    def types(self, text: str) -> dict[str, Any]:
        """The answer, which only they see."""
        seen = len(self.slack.whispers)
        assert self._send(self.says.command(text, self.user)).status == 200
        until(lambda: len(self.slack.whispers) > seen)
        return self.slack.whispers[-1]

    def presses(self, act: str, message: dict[str, Any]) -> None:
        """The first button of that act in the message."""
        element = next(one for one in buttons(message) if one["action_id"].split(":")[0] == act)
        assert self._send(self.says.press(element["action_id"], element["value"], message, self.user)).status == 200

    def chooses(self, message: dict[str, Any], ending: str) -> None:
        """The choice of a menu in the message whose value ends so."""
        menu, value = next(
            (button["action_id"], option["value"])
            for button in buttons(message)
            for option in button.get("options", ())
            if option["value"].endswith(ending)
        )
        assert self._send(self.says.press(menu, value, message, self.user)).status == 200

    def _send(self, body: dict[str, Any]) -> Acknowledged:
        return send(self.service.url, SECRET, body)


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]


def told(message: dict[str, Any]) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


def kept(standins: World) -> Profile:
    app = App(standins.settings())
    try:
        return app.profile("default")
    finally:
        app.close()


@pytest.fixture
def ada(standins: World, service: Service) -> Reader:
    return Reader(standins, service)


def test_a_cutoff_is_changed_from_slack_seen_before_and_taken_back(standins: World, ada: Reader) -> None:
    preview = ada.types("threshold relevance 6")
    assert "relevance" in told(preview)
    assert kept(standins).cutoffs.relevance == 8

    as_shown = dict(preview)  # its buttons go once it is decided on
    ada.presses("apply", preview)
    until(lambda: kept(standins).cutoffs.relevance == 6)
    ada.presses("apply", as_shown)  # once more: nothing happens twice
    undo = ada.types("undo")
    ada.presses("apply", undo)
    until(lambda: kept(standins).cutoffs.relevance == 8)
    assert "ada" in told(ada.types("history")).lower()


def test_a_guest_may_ask_but_not_change(standins: World, service: Service) -> None:
    guest = Reader(standins, service, "U0GUEST")
    assert "Guests" in told(guest.types("threshold relevance 6"))
    assert PAPER in told(guest.types(f"why {PAPER}"))


def test_votes_are_counted_on_the_digests_own_message(standins: World, ada: Reader) -> None:
    message = next(one for one in standins.slack.messages if any("vote_up" in b["action_id"] for b in buttons(one)))
    ada.presses("vote_up", message)
    until(lambda: any(b["text"]["text"].endswith(" 1") for b in buttons(message) if "vote_up" in b["action_id"]))
    assert message["metadata"]["event_type"] == "broadsheet_digest"
    ada.presses("vote_up", message)
    until(lambda: not any(b["text"]["text"].endswith(" 1") for b in buttons(message) if "vote_up" in b["action_id"]))


def test_a_digest_can_be_asked_for_and_its_end_is_told(standins: World, ada: Reader) -> None:
    ada.presses("apply", ada.types("threshold relevance 5"))
    until(lambda: kept(standins).cutoffs.relevance == 5)
    asked = ada.types("run today")
    ada.presses("apply", asked)
    until(lambda: "is made." in told(asked))
    assert len([one for one in standins.slack.messages if "added: 1 relevant" in one["text"]]) == 1


def test_a_note_asked_for_in_the_menu_is_made_in_the_thread_for_everybody(standins: World, ada: Reader) -> None:
    paper, message = next(
        (option["value"].split()[-1], one)
        for one in standins.slack.messages
        for button in buttons(one)
        for option in button.get("options", ())
        if " note " in option["value"]
    )
    seen = len(standins.slack.messages)
    ada.chooses(message, f" note {paper}")
    until(lambda: len(standins.slack.messages) > seen)
    note = standins.slack.messages[seen]
    assert note["thread_ts"] == message["thread_ts"]
    until(lambda: "numbers" in told(note))
    assert (standins.home / "site" / "default" / "notes" / f"{paper}v1" / "index.html").is_file()
    assert standins.slack.whispers == []
    bought = len(standins.anthropic.requests) if standins.anthropic else 0
    assert "numbers" in told(ada.types(f"note {paper}"))
    assert standins.anthropic
    assert len(standins.anthropic.requests) == bought


def test_home_shows_the_profile_and_its_buttons_work_there(standins: World, ada: Reader) -> None:
    send(ada.service.url, SECRET, ada.says.opened())
    until(lambda: "U0ADA" in standins.slack.homes)
    home = standins.slack.homes["U0ADA"]
    assert "arXiv digest" in told(home)
    pause = next(one for one in buttons(home) if one.get("value", "").endswith(" pause"))
    send(ada.service.url, SECRET, ada.says.press_in_view(pause["action_id"], pause["value"], home))
    until(lambda: any("Apply" in told(view) for view in standins.slack.views.values()))


def test_topics_are_edited_in_a_form_and_applied_in_its_place(standins: World, ada: Reader) -> None:
    send(ada.service.url, SECRET, ada.says.command("topics"))
    until(lambda: bool(standins.slack.views))
    form = next(iter(standins.slack.views.values()))
    values = {block["block_id"]: typed(block["element"]) for block in form["blocks"] if block["type"] == "input"}
    first = kept(standins).topics[0]
    changed = {key: value for key, value in values.items() if value} | {f"name:{first.id}": "Routers"}
    acknowledged = send(ada.service.url, SECRET, ada.says.submit(form, changed))
    assert acknowledged.json["response_action"] == "update"
    until(
        lambda: any(one["action_id"].startswith("apply") for one in buttons(next(iter(standins.slack.views.values()))))
    )
    view = next(iter(standins.slack.views.values()))
    apply = next(one for one in buttons(view) if one["action_id"].startswith("apply"))
    send(ada.service.url, SECRET, ada.says.press_in_view(apply["action_id"], apply["value"], view))
    until(lambda: kept(standins).topics[0].name == "Routers")


def test_a_form_with_a_mistake_stays_open_and_says_where(standins: World, ada: Reader) -> None:
    send(ada.service.url, SECRET, ada.says.command("topics"))
    until(lambda: bool(standins.slack.views))
    form = next(iter(standins.slack.views.values()))
    values = {block["block_id"]: typed(block["element"]) for block in form["blocks"] if block["type"] == "input"}
    first = kept(standins).topics[0]
    acknowledged = send(ada.service.url, SECRET, ada.says.submit(form, {**values, f"keep:{first.id}": " "}))
    assert acknowledged.json["response_action"] == "errors"
    assert f"keep:{first.id}" in acknowledged.json["errors"]


def test_another_channel_has_a_profile_of_its_own_that_posts_nothing_before_somebody_starts_it(
    standins: World, service: Service
) -> None:
    standins.slack.add(Channel("C0READING", "reading-group"))
    reader = Reader(standins, service)
    send(service.url, SECRET, reader.says.command("", "U0ADA", "C0READING"))
    until(lambda: bool(standins.slack.whispers))
    assert "#reading-group" in told(standins.slack.whispers[-1])
    app = App(standins.settings())
    made = app.profiles.get("slack-c0reading")
    app.close()
    assert made.slack_channel == "C0READING"
    assert made.paused_on(SAMPLE.day)


def test_a_request_without_slacks_signature_changes_nothing(standins: World, service: Service) -> None:
    body = Payloads(standins.slack).command("threshold relevance 6")
    assert send(service.url, "another secret", body).status == 401
    assert not standins.slack.whispers


def typed(element: dict[str, Any]) -> str:
    chosen = element.get("initial_option") or {}
    return str(element.get("initial_value") or chosen.get("value") or "")
