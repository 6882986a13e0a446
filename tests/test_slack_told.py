"""What would otherwise go wrong in silence between the bot and Slack, and where it is told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.slack_check import SCOPES
from bot.app import App
from bot.demo.sample import load
from bot.demo.world import World, world
from bot.domain.conversation import Act, Asker, Place, PlaceKind, Pressed
from bot.errors import DeliveryError
from bot.frontdesk import Reception
from tests.examples import profile
from tests.fakes.desk import memory_desk
from tests.fakes.service import Service
from tests.fakes.slack_line import SlackLine

SAMPLE = load()
PAPERS = ("2611.01234", "2611.01235")


@pytest.fixture
def standins(tmp_path: Path) -> Iterator[World]:
    with world({SAMPLE.day: SAMPLE.announcements}, SAMPLE.day, tmp_path / "home") as running:
        running.slack.scopes = tuple(SCOPES)
        yield running


def test_health_tells_that_socket_mode_is_not_connected_and_is_good_all_the_same(standins: World) -> None:
    token = standins.slack.app_token
    with (
        SlackLine(standins.slack) as line,
        Service(standins.environment(SLACK_APP_TOKEN=token, BROADSHEET_NOW=f"{SAMPLE.day}T01:00:00-05:00")) as bot,
    ):

        def told() -> str:
            return str(json.loads(bot.get("/healthz"))["told"])

        bot.until(lambda: bool(line.lines) and not told())
        standins.slack.websocket_url = "ws://127.0.0.1:9/"
        line.drop()
        bot.until(lambda: "Slack is not connected" in told())
        health = json.loads(bot.get("/healthz"))
        assert health["turning"]
        assert health["ready"]
        assert token not in health["told"]
        assert bot.get("/readyz") == "ready\n"


def test_a_digest_for_a_workspace_without_the_app_fails_where_everybody_sees_it(standins: World) -> None:
    app = App(standins.settings())
    try:
        lost = replace(app.profile("default"), id="t0lost", slack_team="T0LOST", slack_channel="C0LOST")
        [outlet] = [one for one in app.outlets(lost) if one.name.startswith("slack:")]
        assert outlet.name == "slack:C0LOST"
        with pytest.raises(DeliveryError, match="not installed in the workspace T0LOST") as caught:
            outlet.check()
        assert caught.value.permanent
        nowhere = replace(lost, slack_channel=None)
        assert not [one for one in app.outlets(nowhere) if one.name.startswith("slack:")], "no other one's channel"
    finally:
        app.close()


def test_what_other_channels_and_people_read_is_not_mailed_to_the_settings_own_readers(standins: World) -> None:
    app = App(standins.settings())

    def mailed(**of: str | None) -> list[str]:
        outlets = app.outlets(replace(app.profile("default"), **of))  # type: ignore[arg-type]
        return [one.name for one in outlets if one.name.startswith("mail:")]

    try:
        own = mailed()
        assert own
        assert mailed(slack_channel=standins.slack.channel.id) == own
        assert mailed(id="slack-d0ada", slack_channel="D0ADA") == []
        assert mailed(id="t0new-c0demo", slack_channel=standins.slack.channel.id, slack_team="T0NEW") == []
    finally:
        app.close()


def test_a_vote_counts_what_others_cast_on_the_message_s_other_papers_meanwhile() -> None:
    desk = Reception(memory_desk(profile()))
    blocks = tuple(
        {
            "type": "actions",
            "block_id": f"paper:{paper}",
            "elements": [{"type": "button", "action_id": str(act)} for act in (Act.VOTE_UP, Act.VOTE_DOWN)],
        }
        for paper in PAPERS
    )
    for user, paper in zip(("U0ADA", "U0BOB"), PAPERS, strict=True):  # both saw the message without any votes
        asker = Asker(user, Place(PlaceKind.CHANNEL, "C0GROUP"))
        said = desk.pressed(Pressed(Act.VOTE_UP, f"{profile().id} 2026-11-20 {paper}", "digest", blocks), asker)
    assert said.pressed
    shown = [[one["text"]["text"] for one in block["elements"]] for block in said.pressed.blocks]  # type: ignore[attr-defined]
    assert [[label.endswith(" 1") for label in labels] for labels in shown] == [[True, False]] * 2


def test_the_archives_first_page_names_no_persons_and_no_other_workspaces_digests(standins: World) -> None:
    app = App(standins.settings())
    app.profiles.save(profile(id="group"))
    app.profiles.save(profile(id="slack-d0ada", slack_channel="D0ADA"))
    app.profiles.save(profile(id="t0two-c0two", slack_channel="C0TWO", slack_team="T0TWO"))
    for one in ("group", "slack-d0ada", "t0two-c0two"):
        page = app.site / one / str(SAMPLE.day) / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"the page of {one}")
    app.close()
    with Service(standins.environment(BROADSHEET_NOW=f"{SAMPLE.day}T01:00:00-05:00")) as bot:
        shown = bot.get("/")
        assert f'href="group/{SAMPLE.day}/' in shown
        assert "d0ada" not in shown
        assert "t0two" not in shown
        assert bot.get(f"/slack-d0ada/{SAMPLE.day}/") == "the page of slack-d0ada"
