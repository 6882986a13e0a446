"""What somebody types, presses or submits in Slack, and where the answer goes, over real sockets."""

import threading
from typing import Any

import pytest

from bot.demo.standins.slack import Fault, SlackStandin
from bot.demo.standins.slack_state import Channel, User
from bot.domain.conversation import Asker, Place, PlaceKind
from bot.domain.message import Said
from tests.fakes.slack_rig import Rig, message, posted, until

ADA = Asker("U0ADA", Place(PlaceKind.CHANNEL, "C0DEMO", name="papers"), "ada")


def test_a_command_is_answered_for_the_eyes_of_whoever_typed_it(rig: Rig, slack: SlackStandin) -> None:
    acknowledged = rig.send(rig.says.command("top 3"))
    assert (acknowledged.status, acknowledged.body) == (200, "")
    assert rig.whispers() == ["you said top 3"]
    assert not slack.messages, "nobody else sees it"
    assert rig.desk.heard == [("command", "top 3", ADA)]


def test_the_place_is_where_it_was_typed(rig: Rig) -> None:
    rig.send(rig.says.command("help", channel="D0ADA"))
    rig.send(rig.says.command("help", channel="G0SECRET"))
    until(lambda: len(rig.desk.heard) == 2)
    kinds = {asker.place.channel: asker.place.kind for _, _, asker in rig.desk.heard}
    assert kinds == {"D0ADA": PlaceKind.DIRECT, "G0SECRET": PlaceKind.CHANNEL}


def test_what_two_people_type_between_them_is_each_one_s_own(rig: Rig, slack: SlackStandin) -> None:
    slack.users |= {user: User(user, user.lower()) for user in ("U0CAI", "U0DEE")}
    slack.add(Channel("D0BOTH", "directmessage", is_member=False, members=["U0CAI", "U0DEE"]))
    for user in ("U0CAI", "U0DEE", "U0CAI"):
        rig.send(rig.says.command("resume", user, "D0BOTH"))
    assert rig.whispers(3) == ["you said resume"] * 3
    places = {asker.user: asker.place for _, _, asker in rig.desk.heard}
    assert places == {user: Place(PlaceKind.DIRECT, f"D{user[1:]}") for user in ("U0CAI", "U0DEE")}
    assert sorted(one["users"] for one in rig.called("conversations.open")) == ["U0CAI", "U0DEE"], "asked once each"


def test_a_command_from_nowhere_is_the_asker_s_own(rig: Rig) -> None:
    rig.send(rig.says.command("resume", channel="not an id"))
    rig.whispers()
    assert rig.desk.heard[0][2].place == Place(PlaceKind.DIRECT, "D0ADA")


@pytest.mark.parametrize(
    ("user", "fault"),
    [
        ("U0EVE", Fault(error="missing_scope")),
        ("U0FAY", Fault(error="user_disabled")),
        ("U0GUS", Fault(garbage=True)),
    ],
)
def test_a_command_is_refused_politely_while_slack_does_not_say_whose_direct_messages_these_are(
    rig: Rig, slack: SlackStandin, user: str, fault: Fault
) -> None:
    slack.users[user] = User(user, "new")
    slack.script("conversations.open", fault, fault)
    rig.send(rig.says.command("resume", user, "D0BOTH"))
    assert rig.whispers() == ["nowhere"]
    assert not rig.desk.heard
    slack.script_nothing()
    rig.send(rig.says.command("resume", user, "D0BOTH"))
    assert rig.whispers(2)[1] == "you said resume", "the trouble is not kept"


def test_votes_on_one_message_take_turns_whoever_casts_them(rig: Rig, slack: SlackStandin) -> None:
    digest, ready = posted(slack), threading.Event()

    def answer(text: str, _: Asker) -> Said:
        ready.wait(0 if text == "help" else 10)
        return Said()

    rig.desk.answer = answer
    for user in ("U0ADA", "U0BOB"):
        rig.send(rig.says.press("vote_up", "default 2026-11-20 2611.01234", digest, user))
    rig.send(rig.says.command("help", "U0BOB"))
    until(lambda: len(rig.desk.heard) == 2)
    assert [asker.user for _, _, asker in rig.desk.heard] == ["U0ADA", "U0BOB"]
    assert rig.desk.texts()[1] == "help", "nothing else waits for a vote"
    ready.set()
    until(lambda: len(rig.desk.heard) == 3)


def test_what_slack_escapes_and_links_arrives_as_it_was_typed(rig: Rig) -> None:
    rig.send(rig.says.command("why <https://arxiv.org/abs/2611.01234|arxiv.org> R&amp;D &lt;b&gt; &amp;lt;"))
    rig.whispers()
    assert rig.desk.texts() == ["why https://arxiv.org/abs/2611.01234 R&D <b> &lt;"]


def test_a_name_that_would_mislead_is_made_harmless(rig: Rig, slack: SlackStandin) -> None:
    rig.send(rig.says.command("help") | {"user_name": "a\u202eda\n\x1b[31m" + "x" * 200, "channel_name": "a\nb"})
    rig.whispers()
    asker = rig.desk.heard[0][2]
    assert asker.name.startswith("ada [31m")
    assert len(asker.name) == 80
    assert asker.place.name == "a b"


def test_everybody_is_told_what_everybody_is_to_know(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = lambda *_: Said(message=message("done"), to_channel=message("Ada changed the cutoff"))
    rig.send(rig.says.command("x"))
    assert rig.whispers() == ["done"]
    until(lambda: [one["text"] for one in slack.messages] == ["Ada changed the cutoff"])


def test_long_work_says_that_it_is_under_way_and_then_the_answer(rig: Rig, slack: SlackStandin) -> None:
    ready = threading.Event()

    def later() -> Said:
        ready.wait(10)
        return Said(message=message("the effect"), replace=True)

    rig.desk.answer = lambda *_: Said(message=message("working"), later=later)
    rig.send(rig.says.command("threshold relevance 7"))
    assert rig.whispers() == ["working"]
    ready.set()
    assert rig.whispers(2) == ["working", "the effect"], "a command's first answer cannot be replaced"
    assert rig.called("response_url", 2)[1]["replace_original"] is True, "should Slack learn to"


def test_long_work_of_one_does_not_hold_up_what_they_ask_next(rig: Rig) -> None:
    ready = threading.Event()

    def answer(text: str, _: Asker) -> Said:
        later = lambda: ready.wait(10) and Said(message=message("late"))  # noqa: E731
        return Said(message=message(text), later=later if text == "slow" else None)  # type: ignore[arg-type]

    rig.desk.answer = answer
    rig.send(rig.says.command("slow"))
    rig.send(rig.says.command("quick"))
    assert rig.whispers(2) == ["slow", "quick"]
    ready.set()
    assert rig.whispers(3)[2] == "late"


def test_however_many_wait_for_a_digest_what_others_wait_for_is_not_held_up(rig: Rig) -> None:
    ready = threading.Event()

    def answer(text: str, _: Asker) -> Said:
        def later() -> Said:
            ready.wait(10 if text == "run" else 0)
            return Said(message=message(f"{text} done"))

        return Said(later=later)

    rig.desk.answer = answer
    for _ in range(20):
        rig.send(rig.says.command("run"))
    rig.send(rig.says.command("topic add", "U0BOB"))
    assert rig.whispers() == ["topic add done"]
    ready.set()
    assert sorted(rig.whispers(21)) == ["run done"] * 20 + ["topic add done"]


def test_after_five_answers_another_way_is_taken(rig: Rig, slack: SlackStandin) -> None:
    steps = iter(range(1, 8))

    def step(*_: object) -> Said:
        number = next(steps)
        return Said(message=message(f"step {number}"), later=step if number < 7 else None)

    rig.desk.answer = step
    rig.send(rig.says.command("x"))
    assert rig.whispers(7) == [f"step {number}" for number in range(1, 8)]
    assert len(rig.called("response_url")) == 5
    assert len(rig.called("chat.postEphemeral")) == 2


def test_a_direct_message_is_answered_like_a_command(rig: Rig, slack: SlackStandin) -> None:
    rig.send(rig.says.typed("/papers top 3"))
    own = slack.channels["D0ADA"].messages
    until(lambda: [one["text"] for one in own] == ["you said top 3"])
    assert rig.desk.heard == [("command", "top 3", Asker("U0ADA", Place(PlaceKind.DIRECT, "D0ADA")))]


def test_the_answer_to_a_direct_message_takes_the_place_of_working(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = lambda *_: Said(message=message("working"), later=lambda: Said(message=message("done")))
    rig.send(rig.says.typed("x"))
    until(lambda: [one["text"] for one in slack.channels["D0ADA"].messages] == ["done"])


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B0BOT"},
        {"user": None},
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"channel_type": "channel"},
        {"hidden": True},
    ],
)
def test_its_own_words_and_edits_and_other_bots_are_passed_over(rig: Rig, more: dict[str, Any]) -> None:
    assert rig.send(rig.says.typed("top 3", **more)).status == 200
    rig.send(rig.says.command("after"))
    rig.whispers()
    assert rig.desk.texts() == ["after"]
