"""An answer that grows: into a thread for everybody, stage by stage, over several messages, or to the asker alone."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.demo.standins.slack import Fault, SlackStandin
from bot.domain.message import Said
from tests.fakes.slack_rig import Rig, message, posted, until, view, whisper

NOTE = "group note 2611.01234"


def growing(*stages: str, more: tuple[str, ...] = ()) -> Callable[..., Said]:
    """An answer that is "working" at first, then each stage, then "note" and more; in the thread where there is one."""

    def after(left: tuple[str, ...]) -> Said:
        if not left:
            rest = tuple(message(one) for one in more)
            return Said(message=message("note"), more=rest, in_thread=True, replace=True)
        told = message(left[0])
        return Said(message=told, in_thread=True, passing=True, replace=True, later=lambda: after(left[1:]))

    return lambda *_: Said(message=message("working"), in_thread=True, later=lambda: after(stages))


def papers(slack: SlackStandin) -> dict[str, Any]:
    """A digest's headline, and the reply with the papers, whose menus are used."""
    posted(slack)
    return posted(slack, "papers", thread_ts="1.000001")


def thread(slack: SlackStandin) -> list[str]:
    """What stands in the thread below the papers."""
    return [one["text"] for one in slack.messages[2:] if one.get("thread_ts") == "1.000001"]


def test_from_the_menu_in_a_digest_it_stands_in_the_thread_for_everybody(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = growing("reading", "asking", more=("part 2", "part 3"))
    rig.send(rig.says.choose("say:menu", NOTE, papers(slack)))
    until(lambda: thread(slack) == ["note", "part 2", "part 3"])
    updates = [given["text"] for given in rig.called("chat.update", 3)]
    assert updates == ["reading", "asking", "note"], "in place, one after the other"
    assert not slack.whispers
    assert [one["text"] for one in slack.messages[:2]] == ["digest", "papers"], "the digest stays as it is"


def test_under_the_headline_it_begins_in_the_headline_s_thread(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = growing()
    rig.send(rig.says.press("say", NOTE, posted(slack)))
    until(lambda: [one["text"] for one in slack.messages] == ["digest", "note"])
    assert slack.messages[1]["thread_ts"] == slack.messages[0]["ts"]


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived", "restricted_action"])
def test_where_the_bot_cannot_post_only_the_asker_sees_it_and_no_stage(
    error: str, rig: Rig, slack: SlackStandin
) -> None:
    slack.script("chat.postMessage", Fault(error=error))
    rig.desk.answer = growing("reading", "asking", more=("part 2",))
    rig.send(rig.says.choose("say:menu", NOTE, papers(slack)))
    assert rig.whispers(3) == ["working", "note", "part 2"]
    assert thread(slack) == []
    assert len(rig.called("chat.postMessage")) == 1, "once is enough to know"


def test_where_it_may_not_even_whisper_the_response_url_is_enough(rig: Rig, slack: SlackStandin) -> None:
    under = papers(slack)
    for _ in range(4):
        slack.script("chat.postEphemeral", Fault(error="not_in_channel"))
    slack.script("chat.postMessage", Fault(error="not_in_channel"))
    rig.desk.answer = growing("reading", "asking", "checking", "asking again", more=("part 2", "part 3"))
    rig.send(rig.says.choose("say:menu", NOTE, under))
    assert rig.whispers(4) == ["working", "note", "part 2", "part 3"], "it takes five answers"
    assert slack.messages[0]["text"] == "digest"


def test_a_typed_command_answers_the_asker_and_its_stages_are_not_sent(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = growing("reading", "asking", "checking", "asking again", more=("part 2", "part 3"))
    rig.send(rig.says.command("note 2611.01234"))
    assert rig.whispers(4) == ["working", "note", "part 2", "part 3"]
    assert not slack.messages
    assert len(rig.called("response_url", 4)) == 4


def test_in_direct_messages_the_stages_take_each_other_s_place(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = growing("reading", "asking", more=("part 2",))
    rig.send(rig.says.typed("note 2611.01234"))
    assert [given["text"] for given in rig.called("chat.postMessage", 2)] == ["working", "part 2"]
    assert [given["text"] for given in rig.called("chat.update", 3)] == ["reading", "asking", "note"]


def test_from_a_message_that_only_the_asker_sees_the_note_is_theirs_alone(rig: Rig, slack: SlackStandin) -> None:
    rig.desk.answer = growing("reading", more=("part 2",))
    rig.send(rig.says.press("say", NOTE, whisper(slack, "similar papers")))
    assert rig.whispers(4) == ["similar papers", "working", "note", "part 2"]
    assert not slack.messages


def test_in_a_form_every_stage_takes_the_form_s_place(rig: Rig, slack: SlackStandin) -> None:
    slack.views["V1"] = {"id": "V1", "type": "modal", "private_metadata": "channel:C0DEMO group"}
    seen: list[str] = []

    def last() -> Said:
        seen.append(slack.views["V1"]["title"]["text"])
        return Said(view=view("Note"))

    asking = Said(view=view("Asking"), in_thread=True, passing=True, later=last)
    rig.desk.answer = lambda *_: Said(view=view("Reading"), in_thread=True, later=lambda: asking)
    rig.send(rig.says.press_in_view("say", NOTE, slack.views["V1"]))
    until(lambda: slack.views["V1"].get("title", {}).get("text") == "Note")
    assert seen == ["Asking"]


def test_a_stage_that_slack_does_not_take_is_left_out_and_the_note_comes_all_the_same(
    rig: Rig, slack: SlackStandin
) -> None:
    slack.script("chat.update", Fault(error="fatal_error"), Fault(error="fatal_error"))
    rig.desk.answer = growing("reading", "asking")
    rig.send(rig.says.choose("say:menu", NOTE, papers(slack)))
    until(lambda: thread(slack) == ["note"])


def test_a_note_whose_first_message_was_deleted_is_posted_anew(rig: Rig, slack: SlackStandin) -> None:
    def delete() -> Said:
        slack.messages.pop()
        return Said(message=message("note"), in_thread=True, replace=True)

    rig.desk.answer = lambda *_: Said(message=message("working"), in_thread=True, later=delete)
    rig.send(rig.says.choose("say:menu", NOTE, papers(slack)))
    until(lambda: thread(slack) == ["note"])


def test_a_defect_while_it_is_made_takes_the_place_of_the_stage(rig: Rig, slack: SlackStandin) -> None:
    def breaks() -> Said:
        raise ZeroDivisionError

    rig.desk.answer = lambda *_: Said(message=message("working"), in_thread=True, later=breaks)
    rig.send(rig.says.choose("say:menu", NOTE, papers(slack)))
    until(lambda: thread(slack) == ["broke"])
