"""Every verb as somebody in Slack uses it: typed, answered and applied, by signed requests and by a websocket alike."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, Protocol

import pytest

from bot.adapters.slack_check import SCOPES
from bot.app import App
from bot.commands import VERBS
from bot.demo.sample import load
from bot.demo.standins.slack_sender import Payloads, send
from bot.demo.world import World, scripted, world
from bot.domain.profile import Cutoffs, Pause, Profile
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic
from tests.fakes.service import Service
from tests.fakes.slack_line import SlackLine
from tests.fakes.slack_rig import SECRET, until

SAMPLE = load()
PAPER = SAMPLE.announcements[0].paper
MONDAY = date(2026, 11, 23)  # the next digest after the sample day
LATER = f"{SAMPLE.day}T10:00:00-05:00"  # than the first of the two processes was there
Change = Callable[[Profile], Profile]


def unchanged(profile: Profile) -> Profile:
    return profile


def topics(change: Callable[[tuple[Topic, ...]], tuple[Topic, ...]]) -> Change:
    return lambda profile: replace(profile, topics=change(profile.topics))


def first_topic(**fields: Any) -> Change:
    return topics(lambda every: (replace(every[0], **fields), *every[1:]))


def cutoffs(**fields: int) -> Change:
    return lambda profile: replace(profile, cutoffs=replace(profile.cutoffs, **fields))


def having(**fields: Any) -> Change:
    return lambda profile: replace(profile, **fields)


@dataclass(frozen=True)
class Scenario:
    """text: typed after /papers. says: in the answer. before: makes the profile as it is then. after: makes of that one
    what it is once Apply was pressed; None for a verb that only asks. done: in what then takes the answer's place."""

    text: str
    says: str
    after: Change | None = None
    before: Change = unchanged
    done: str = "Done"


SCENARIOS = {
    "help": Scenario("help top", "/papers top 10 since 2w"),
    "today": Scenario("today", "25 papers shown of 79 announced"),
    "top": Scenario("top 3", "The best 3 of 25"),
    "topics": Scenario("topics", "Architectures and Training Behaviour"),
    "search": Scenario("search agents", "of everything ever seen"),
    "why": Scenario(f"why {PAPER.arxiv_id}", PAPER.title),
    "similar": Scenario(f"similar {PAPER.arxiv_id}", "Nearest to"),
    "note": Scenario(f"note {PAPER.arxiv_id}", PAPER.title),
    "month": Scenario("month", "November 2026"),
    "cost": Scenario("cost", "for each of 25 papers shown"),
    "status": Scenario("status", "complete"),
    "history": Scenario("history", "somebody at the terminal"),
    "topic": Scenario("topic", "Architectures and Training Behaviour"),
    "categories": Scenario("categories", "cs.LG, cs.AI"),
    "authors": Scenario("authors", "Nobody is followed yet"),
    "keywords": Scenario("keywords", "No words are muted yet"),
    "topic add": Scenario(
        "topic add Tool use: how agents call tools | plugins",
        "“Tool use” added",
        topics(lambda every: (*every, Topic("tool_use", "Tool use", "how agents call tools", "plugins"))),
    ),
    "topic edit": Scenario("topic edit 1: new blocks", "“Architectures", first_topic(keep="new blocks")),
    "topic rename": Scenario("topic rename 1: Routers", "renamed to “Routers”", first_topic(name="Routers")),
    "topic remove": Scenario("topic remove 1", "removed", topics(lambda every: every[1:])),
    "topic mute": Scenario("topic mute 1", "muted", first_topic(muted=True)),
    "topic unmute": Scenario("topic unmute 1", "no longer muted", first_topic(muted=False), first_topic(muted=True)),
    "topic order": Scenario("topic order 2 1", "order", topics(lambda every: (every[1], every[0], *every[2:]))),
    "threshold": Scenario("threshold relevance 6", "relevance cutoff", cutoffs(relevance=6)),
    "cap": Scenario("cap 5", "cap 40", cutoffs(cap=5)),
    "categories add": Scenario("categories add stat.ML", "stat.ML", having(categories=("cs.LG", "cs.AI", "stat.ML"))),
    "categories remove": Scenario("categories remove cs.AI", "cs.AI", having(categories=("cs.LG",))),
    "authors follow": Scenario("authors follow Ada Quill", "Ada Quill", having(follows=("Ada Quill",))),
    "authors unfollow": Scenario(
        "authors unfollow Ada Quill", "Ada Quill", having(follows=()), having(follows=("Ada Quill",))
    ),
    "keywords mute": Scenario("keywords mute toy", "“toy”", having(muted_words=("toy",))),
    "keywords unmute": Scenario("keywords unmute toy", "“toy”", having(muted_words=()), having(muted_words=("toy",))),
    "schedule": Scenario(
        "schedule 09:15 Europe/Berlin daily",
        "09:15 Europe/Berlin",
        having(schedule=Schedule(time(9, 15), "Europe/Berlin")),
    ),
    "language": Scenario("language German", "English → German", having(language="de")),
    "pause": Scenario("pause", "would be paused", having(pauses=(Pause(MONDAY),))),
    "resume": Scenario("resume", "would", having(pauses=()), having(pauses=(Pause(MONDAY),))),
    "run": Scenario("run today", "was made before", unchanged, done="Making the digest of"),
    "undo": Scenario("undo", "cap", cutoffs(cap=Cutoffs().cap), cutoffs(cap=7)),
}


class Way(Protocol):
    """How Slack brings something to the bot."""

    def __call__(self, body: dict[str, Any]) -> object:
        """Bring it, and see it acknowledged."""
        ...


@pytest.fixture(scope="module")
def standins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    judge, home = scripted(SAMPLE.verdicts, SAMPLE.overviews), tmp_path_factory.mktemp("verbs") / "home"
    with world({SAMPLE.day: SAMPLE.announcements}, SAMPLE.day, home, judge=judge) as running:
        running.slack.scopes = tuple(SCOPES)
        yield running


@pytest.fixture(scope="module", params=["signed requests", "a websocket"])
def bring(request: pytest.FixtureRequest, standins: World) -> Iterator[Way]:
    """To a bot that has made the sample day's digest and hears Slack in this one way."""
    with ExitStack() as running:
        if request.param == "a websocket":
            line = running.enter_context(SlackLine(standins.slack))
            heard = {"SLACK_APP_TOKEN": standins.slack.app_token, "BROADSHEET_NOW": LATER}
            service = running.enter_context(Service(standins.environment(**heard)))
            way: Way = lambda body: line.answered(line.send(body))  # noqa: E731
        else:
            service = running.enter_context(Service(standins.environment(SLACK_SIGNING_SECRET=SECRET)))
            way = lambda body: send(service.url, SECRET, body)  # noqa: E731
        service.until(lambda: any("digest made" in said or "nothing is due" in said for said in service.log))
        yield way


@pytest.fixture(scope="module")
def app(standins: World) -> Iterator[App]:
    app = App(standins.settings())
    yield app
    app.close()


@pytest.fixture
def starting(app: App, standins: World) -> Profile:
    """The profile is as on its first day; nobody was told anything yet."""
    profile = app.starting_profile()
    app.profiles.save(profile)
    standins.slack.whispers.clear()
    standins.slack.views.clear()
    return profile


def test_every_verb_has_a_scenario() -> None:
    assert SCENARIOS.keys() == {one.name for one in VERBS}
    assert {name for name, one in SCENARIOS.items() if one.after} == {one.name for one in VERBS if one.changes}


@pytest.mark.parametrize("verb", SCENARIOS)
def test_a_verb_is_answered_and_what_it_changes_is_changed_by_apply_alone(
    verb: str, bring: Way, standins: World, app: App, starting: Profile
) -> None:
    scenario, says = SCENARIOS[verb], Payloads(standins.slack)
    before = scenario.before(starting)
    app.profiles.save(before)

    bring(says.command(scenario.text))
    until(lambda: any(scenario.says in told(one) for one in shown(standins)))
    assert app.profile("default") == before
    answer = next(one for one in shown(standins) if scenario.says in told(one))
    apply = [one for one in buttons(answer) if one["action_id"].startswith("apply")]
    assert bool(apply) == bool(scenario.after)

    if scenario.after:
        bring(says.press(apply[0]["action_id"], apply[0]["value"], answer))
        until(lambda: any(scenario.done in told(one) for one in shown(standins)))
        assert app.profile("default") == scenario.after(before)


def shown(standins: World) -> list[dict[str, Any]]:
    """What was put before them: messages that only they see, and forms."""
    return [*standins.slack.whispers, *standins.slack.views.values()]


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]


def told(message: dict[str, Any]) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)
