"""Buttons, menus, forms and the Home tab, from Slack and back."""

from bot.demo.standins.slack import SlackStandin
from bot.demo.standins.slack_sender import sent_along
from bot.domain.conversation import Act, Asker, Place, PlaceKind, Pressed, Submitted
from bot.domain.message import Said
from tests.fakes.slack_rig import Rig, message, posted, until, view, whisper

ADA = Asker("U0ADA", Place(PlaceKind.CHANNEL, "C0DEMO", name="papers"), "ada")


def test_a_button_brings_what_it_stands_for_with_its_message(rig: Rig, slack: SlackStandin) -> None:
    under = posted(slack)
    rig.send(rig.says.press("say:2", "group why R&amp;D", under))
    assert rig.whispers() == ["you said group why R&D"]
    blocks = tuple(sent_along(under)["blocks"])
    assert rig.desk.texts() == [Pressed(Act.SAY, "group why R&D", "digest", blocks)]
    assert [one["text"] for one in slack.messages] == ["digest"], "the digest stays as it is"


def test_a_choice_from_a_menu_is_a_button_too(rig: Rig, slack: SlackStandin) -> None:
    rig.send(rig.says.choose("say:menu", "group similar 2611.01234", posted(slack)))
    assert rig.whispers() == ["you said group similar 2611.01234"]


def test_in_a_thread_the_answer_stands_in_the_thread(rig: Rig, slack: SlackStandin) -> None:
    posted(slack)
    rig.send(rig.says.press("say", "x", posted(slack, thread_ts="1.000001")))
    rig.whispers()
    assert slack.whispers[0]["thread_ts"] == "1.000001"
    rig.send(rig.says.press("say", "x", slack.messages[0] | {"thread_ts": "1.000001"}))
    rig.whispers(2)
    assert "thread_ts" not in slack.whispers[1], "its first message stands in the channel"


def test_a_vote_shows_in_the_message_which_keeps_its_metadata(rig: Rig, slack: SlackStandin) -> None:
    metadata = {"event_type": "broadsheet_digest", "event_payload": {"send": "1"}}
    under = posted(slack, metadata=metadata)
    rig.desk.answer = lambda *_: Said(pressed=message("digest, one vote"))
    rig.send(rig.says.press("vote_up", "group 2026-05-06 2611.01234", under))
    until(lambda: slack.messages[0]["text"] == "digest, one vote")
    assert slack.messages[0]["metadata"] == metadata
    assert "metadata" not in rig.called("chat.update")[0]


def test_what_replaces_a_message_that_one_person_sees_takes_its_place(rig: Rig, slack: SlackStandin) -> None:
    proposal = whisper(slack)
    rig.desk.answer = lambda *_: Said(message=message("applied"), replace=True)
    rig.send(rig.says.press("apply", "p1", proposal))
    until(lambda: [one["text"] for one in slack.whispers] == ["applied"])
    assert rig.desk.texts() == [Pressed(Act.APPLY, "p1")], "Slack does not send along what only one person sees"


def test_working_and_then_the_answer_both_take_the_place_of_the_proposal(rig: Rig, slack: SlackStandin) -> None:
    proposal, seen = whisper(slack), list[str]()

    def later() -> Said:
        seen.append(slack.whispers[0]["text"])
        return Said(message=message("done"), replace=True)

    rig.desk.answer = lambda *_: Said(message=message("working"), replace=True, later=later)
    rig.send(rig.says.press("apply", "p1", proposal))
    until(lambda: [one["text"] for one in slack.whispers] == ["done"])
    assert seen == ["working"]


def test_a_late_answer_never_takes_the_place_of_the_digest(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = lambda *_: Said(
        message=message("working"), later=lambda: Said(message=message("done"), replace=True)
    )
    rig.send(rig.says.press("say", "x", posted(slack)))
    assert rig.whispers(2) == ["working", "done"]
    assert slack.messages[0]["text"] == "digest"


def test_a_link_is_only_acknowledged_and_so_are_others_buttons(rig: Rig, slack: SlackStandin) -> None:
    under = posted(slack)
    for action_id in ("page", "somebody-elses", "", "say_not"):
        assert rig.send(rig.says.press(action_id, "x", under)).status == 200
    rig.send(rig.says.command("after"))
    rig.whispers()
    assert rig.desk.texts() == ["after"]


def test_a_form_is_opened_and_comes_back_with_the_place_it_was_opened_in(rig: Rig, slack: SlackStandin) -> None:
    form = view("Topics", callback="topics", private="group v1", submit="Check")
    rig.desk.answer = lambda *_: Said(view=form)
    rig.send(rig.says.command("topics"))
    until(lambda: bool(slack.views))
    shown = next(iter(slack.views.values()))
    assert (shown["title"]["text"], shown["submit"]["text"], shown["callback_id"]) == ("Topics", "Check", "topics")
    rig.desk.answer = lambda *_: Said(view=view("The effect"))
    acknowledged = rig.send(rig.says.submit(shown, {"topic-1": "routing", "topic-2": ""}))
    assert acknowledged.json["response_action"] == "update"
    assert acknowledged.json["view"]["blocks"] == list(message("working").blocks)
    until(lambda: slack.views[shown["id"]]["title"]["text"] == "The effect")
    _, what, asker = rig.desk.heard[1]
    assert what == Submitted("topics", "group v1", {"topic-1": "routing", "topic-2": None})
    assert asker == Asker("U0ADA", Place(PlaceKind.CHANNEL, "C0DEMO"), "ada")


def test_what_is_wrong_in_a_form_is_told_in_the_form_at_once(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.wrong = {"topic-1": "Give it a name"}
    acknowledged = rig.send(rig.says.submit({"id": "V1", "type": "modal", "callback_id": "topics"}, {"topic-1": ""}))
    assert acknowledged.json == {"response_action": "errors", "errors": {"topic-1": "Give it a name"}}
    assert not rig.desk.heard


def test_an_answer_without_a_form_stands_in_the_form_all_the_same(rig: Rig, slack: SlackStandin) -> None:
    slack.views["V1"] = {"id": "V1", "type": "modal", "callback_id": "topics"}
    rig.send(rig.says.submit(slack.views["V1"], {}))
    until(lambda: slack.views["V1"].get("blocks") == list(message("you said ").blocks))


def test_the_answer_to_a_button_in_a_form_takes_the_form_s_place(rig: Rig, slack: SlackStandin) -> None:
    slack.views["V1"] = {"id": "V1", "type": "modal", "private_metadata": "channel:C0DEMO group"}
    rig.desk.answer = lambda *_: Said(view=view("Working"), later=lambda: Said(view=view("Applied"), replace=True))
    rig.send(rig.says.press_in_view("apply", "p1", slack.views["V1"]))
    until(lambda: slack.views["V1"].get("title", {}).get("text") == "Applied")
    what, asker = rig.desk.heard[0][1:]
    assert isinstance(what, Pressed)
    assert what.in_view
    assert asker.place == Place(PlaceKind.CHANNEL, "C0DEMO")


def test_a_button_in_the_home_tab_opens_a_form(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = lambda *_: Said(view=view("Cutoffs"))
    rig.send(rig.says.press_in_view("cutoffs", "group", {"type": "home", "private_metadata": "home:D0ADA "}))
    until(lambda: [one["title"]["text"] for one in slack.views.values()] == ["Cutoffs"])


def test_a_form_that_says_working_is_followed_by_the_answer(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = lambda *_: Said(view=view("Working"), later=lambda: Said(view=view("Done"), replace=True))
    rig.send(rig.says.press("cutoffs", "group", posted(slack)))
    until(lambda: [one["title"]["text"] for one in slack.views.values()] == ["Done"])


def test_a_form_that_slack_does_not_show_is_told_of_in_words(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = lambda *_: Said(view=view("Topics"))
    rig.send(rig.says.command("topics") | {"trigger_id": "too.old"})
    assert rig.whispers() == ["unseen"]


def test_the_home_tab_shows_whoever_opens_it_theirs(rig: Rig, slack: SlackStandin) -> None:
    rig.send(rig.says.opened(tab="messages"))
    rig.send(rig.says.opened())
    until(lambda: "U0ADA" in slack.homes)
    assert slack.homes["U0ADA"]["blocks"] == list(message("home of U0ADA").blocks)
    assert rig.desk.heard == [("home", None, Asker("U0ADA", Place(PlaceKind.HOME, "D0ADA")))]


def test_the_home_tab_keeps_the_profile_that_was_chosen(rig: Rig, slack: SlackStandin) -> None:
    rig.send(rig.says.opened())
    until(lambda: "U0ADA" in slack.homes)
    rig.desk.answer = lambda value, _: Said(home=True, profile_id="group" if value == "group" else "")
    rig.send(rig.says.press_in_view("profile", "group", slack.homes["U0ADA"]))
    until(lambda: slack.homes["U0ADA"]["blocks"] == list(message("home of U0ADA group").blocks))
    rig.send(rig.says.press_in_view("apply", "p1", slack.homes["U0ADA"]))
    rig.send(rig.says.opened())
    until(lambda: len([kind for kind, *_ in rig.desk.heard if kind == "home"]) == 4)
    assert [asker.profile_id for kind, _, asker in rig.desk.heard if kind == "home"] == ["", "group", "group", "group"]
    pressed = [asker for kind, _, asker in rig.desk.heard if kind == "pressed"]
    assert {asker.place for asker in pressed} == {Place(PlaceKind.HOME, "D0ADA")}


def test_what_a_button_in_the_home_tab_says_comes_as_a_direct_message(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = lambda *_: Said(
        message=message("working"),
        to_channel=message("for all"),
        channel="C0DEMO",
        later=lambda: Said(message=message("done")),
    )
    rig.send(rig.says.press_in_view("say", "group run", {"type": "home", "private_metadata": "home:D0ADA "}))
    until(lambda: "D0ADA" in slack.channels and [one["text"] for one in slack.channels["D0ADA"].messages] == ["done"])
    until(lambda: [one["text"] for one in slack.messages] == ["for all"])
