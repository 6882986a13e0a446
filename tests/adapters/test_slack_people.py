"""Who may what, as Slack tells it: asked of a real local server. What Slack does not tell is taken for a no."""

from collections.abc import Iterator

import pytest

from bot.adapters.slack_check import SCOPES
from bot.adapters.slack_people import KEPT_S, SlackPeople
from bot.adapters.slack_workspaces import OneWorkspace, quick_api
from bot.demo.standins.slack import Fault, SlackStandin
from bot.demo.standins.slack_state import Channel, User
from bot.domain.conversation import Asker, Place, PlaceKind, Standing


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin(scopes=tuple(SCOPES)) as standin:
        yield standin


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(slack: SlackStandin, clock: Clock) -> SlackPeople:
    return SlackPeople(OneWorkspace(slack.token, slack.url), clock)


def asker(user: str = "U0ADA", channel: str = "C0DEMO", kind: PlaceKind = PlaceKind.CHANNEL) -> Asker:
    return Asker(user, Place(kind, channel), "typed")


def calls(slack: SlackStandin, method: str) -> int:
    return sum(name == method for name, _ in slack.calls)


def test_a_member_a_guest_a_stranger_and_somebody_outside_are_told_apart(
    slack: SlackStandin, people: SlackPeople
) -> None:
    slack.channel.members.append("U0FAR")
    assert people.standing(asker(), "C0DEMO") == Standing("Ada", member=True)
    assert people.standing(asker("U0BOB"), "C0DEMO") == Standing("Bob", member=False)
    assert people.standing(asker("U0GUEST"), "C0DEMO") == Standing("Guest", member=True, guest=True)
    assert people.standing(asker("U0FAR"), "C0DEMO") == Standing("Far", member=True, outsider=True)


def test_without_a_channel_whoever_is_of_the_workspace_is_a_member(people: SlackPeople) -> None:
    assert people.standing(asker("U0BOB"), "").member
    assert not people.standing(asker("U0FAR"), "").member


def test_somebody_of_another_organisation_is_one_whether_slack_calls_them_a_stranger_or_not(
    slack: SlackStandin, people: SlackPeople
) -> None:
    slack.users["U0PAL"] = User("U0PAL", "pal", team="T0OTHER")
    assert people.standing(asker("U0PAL"), "").outsider


def test_the_second_page_of_members_is_read_and_no_more_than_needed(slack: SlackStandin, people: SlackPeople) -> None:
    slack.channel.members[:] = [f"U{number}" for number in range(20)] + ["U0ADA"]
    slack.channel.members.insert(4, "U0BOB")
    assert people.standing(asker("U0BOB"), "C0DEMO").member
    assert calls(slack, "conversations.members") == 2
    assert people.standing(asker("U0ADA"), "C0DEMO").member


def test_direct_messages_belong_to_whoever_is_in_them(slack: SlackStandin, people: SlackPeople) -> None:
    assert people.standing(asker(channel="D0ADA", kind=PlaceKind.DIRECT), "D0ADA").member
    assert people.standing(asker(channel="D0ADA", kind=PlaceKind.HOME), "D0ADA").member
    assert not people.standing(asker("U0BOB"), "D0ADA").member
    assert not calls(slack, "conversations.members")


def test_an_answer_is_believed_for_five_minutes_but_not_a_no(
    slack: SlackStandin, people: SlackPeople, clock: Clock
) -> None:
    for _ in range(3):
        assert people.standing(asker(), "C0DEMO").member
    assert (calls(slack, "users.info"), calls(slack, "conversations.members")) == (1, 1)
    assert not people.standing(asker("U0BOB"), "C0DEMO").member
    slack.channel.members.append("U0BOB")
    assert people.standing(asker("U0BOB"), "C0DEMO").member, "they have just joined"
    clock.now += KEPT_S + 1
    slack.channel.members.remove("U0ADA")
    assert not people.standing(asker(), "C0DEMO").member


@pytest.mark.parametrize("method", ["users.info", "conversations.members", "auth.test"])
@pytest.mark.parametrize(
    "faults",
    [
        [Fault(error="missing_scope", more={"needed": "users:read"})],
        [Fault(drop=True)] * 2,
        [Fault(garbage=True)] * 2,
    ],
)
def test_what_slack_does_not_tell_is_a_no_with_its_reason(
    slack: SlackStandin, method: str, faults: list[Fault]
) -> None:
    api = quick_api(slack.token, slack.url)
    api._sleep = lambda _: None

    class One:
        def api(self, team: str) -> object:
            return api

    people = SlackPeople(One())  # type: ignore[arg-type]
    slack.script(method, *faults)
    standing = people.standing(asker(), "C0DEMO")
    assert not standing.member
    assert standing.name == "typed"
    assert "Slack" in standing.unknown
    assert slack.token not in standing.unknown
    assert people.standing(asker(), "C0DEMO").member, "the trouble is not kept"


def test_a_private_channel_without_the_bot_is_a_no_with_its_reason(slack: SlackStandin, people: SlackPeople) -> None:
    slack.channel.is_private, slack.channel.is_member = True, False
    assert "/invite @Broadsheet" in people.standing(asker(), "C0DEMO").unknown


@pytest.mark.parametrize("user", [User("U9", "x", deleted=True), User("U9", "x", is_bot=True)])
def test_bots_and_those_who_left_may_nothing(slack: SlackStandin, people: SlackPeople, user: User) -> None:
    slack.users["U9"] = user
    assert people.standing(asker("U9"), "C0DEMO").unknown


def test_a_workspace_without_the_app_is_a_no(slack: SlackStandin) -> None:
    class Nobody:
        def api(self, team: str) -> None:
            return None

    assert "not installed" in SlackPeople(Nobody()).standing(asker(), "C0DEMO").unknown
    assert SlackPeople(Nobody()).channels(asker()) == frozenset()


def test_channels_are_those_that_both_are_in(slack: SlackStandin, people: SlackPeople, clock: Clock) -> None:
    slack.add(Channel("C0ALONE", is_member=False))
    slack.add(Channel("C0BOT", members=[]))
    slack.add(Channel("G0BOTH", is_private=True))
    assert people.channels(asker()) == {"C0DEMO", "G0BOTH"}
    asked = len(slack.calls)
    assert people.channels(asker()) == {"C0DEMO", "G0BOTH"}
    assert len(slack.calls) == asked, "kept for a while"
    clock.now += KEPT_S + 1
    slack.scopes = ("chat:write",)
    assert people.channels(asker()) == frozenset()


def test_a_name_that_would_mislead_is_made_harmless(slack: SlackStandin, people: SlackPeople) -> None:
    slack.users["U9"] = User("U9", "a\u202ec\n<!channel>" + "x" * 200)
    name = people.standing(asker("U9"), "").name
    assert len(name) == 80
    assert "\u202e" not in name
    assert "\n" not in name
