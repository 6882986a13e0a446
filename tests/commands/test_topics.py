"""topic add, edit, rename, remove, mute, unmute, order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.proposing import MOST_TOPICS
from bot.commands.topic_texts import new_id
from bot.domain.profile import Profile
from bot.domain.topic import TOPIC_ID, Topic
from tests.examples import MEMORY, ROUTING, profile
from tests.fakes.desk import memory_desk
from tests.fakes.talking import applied, said

TOOLS = Topic("tool_use", "Tool use", "calling of tools: by agents", "plugins")


def changed(text: str, reader: Profile | None = None) -> tuple[Topic, ...]:
    return applied(text, memory_desk(reader or profile())).topics


def ids(topics: tuple[Topic, ...]) -> list[str]:
    return [one.id for one in topics]


def test_a_new_topic_is_the_last_one_with_an_id_made_of_its_name() -> None:
    assert changed("topic add Tool use: calling of tools: by agents | plugins")[2] == TOOLS
    assert changed("topic add Tool use：calling of tools: by agents｜plugins")[2] == TOOLS
    assert changed("topic add Tool use: everything")[2].leave_out == ""


def test_the_new_topic_is_shown_whole_before_it_is_made() -> None:
    shown = said("topic add Tool use: calling of tools | plugins", memory_desk(profile()))
    assert "topic “Tool use” added: calling of tools | plugins" in shown


@given(st.lists(st.text(max_size=60), max_size=8))
def test_ids_of_new_topics_are_such_as_a_topic_may_have_and_all_different(names: list[str]) -> None:
    taken: list[str] = []
    for name in ("None", "other", *names):
        made = new_id(name, taken)
        assert TOPIC_ID.fullmatch(made)
        assert made not in {"none", "other", *taken}
        taken.append(made)


@pytest.mark.parametrize(
    ("text", "keep", "leave_out"),
    [
        ("memory: recall | caches", "recall", "caches"),
        ("Agent Memory: recall", "recall", MEMORY.leave_out),
        ("2: recall |", "recall", ""),
        ("agent: | caches", MEMORY.keep, "caches"),
    ],
)
def test_what_an_edit_does_not_name_stays_as_it_is(text: str, keep: str, leave_out: str) -> None:
    edited = changed(f"topic edit {text}")[1]
    assert (edited.id, edited.name, edited.keep, edited.leave_out) == ("memory", MEMORY.name, keep, leave_out)


def test_an_edit_shows_the_old_text_and_the_new_one() -> None:
    shown = said("topic edit memory: recall", memory_desk(profile()))
    assert "New ways to store and recall. → recall" in shown


def test_a_renamed_topic_keeps_its_id_and_may_take_its_own_name_in_other_letters() -> None:
    assert [(one.id, one.name) for one in changed("topic rename 2: agent MEMORY")][1] == ("memory", "agent MEMORY")
    refused = said("topic rename memory: sparse routing", memory_desk(profile()))
    assert "There is a topic “Sparse routing” already" in refused
    assert "“:”" in said("topic rename memory: a: b", memory_desk(profile()))


def test_the_only_topic_cannot_be_removed() -> None:
    assert ids(changed("topic remove routing")) == ["memory"]
    assert "a profile needs one" in said("topic remove routing", memory_desk(profile(topics=(ROUTING,))))


def test_the_only_topic_has_no_order() -> None:
    shown = said("topic order 1", memory_desk(profile(topics=(MEMORY,))))
    assert "There is only one topic, so there is no order. To add one: /papers topic add" in shown


def test_a_muted_topic_can_be_unmuted() -> None:
    desk = memory_desk(profile())
    assert applied("topic mute memory", desk).muted_topics == {"memory"}
    assert "muted already" in said("topic mute memory", desk)
    assert applied("topic unmute memory", desk) == profile()


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("memory", ["memory", "routing", "tool_use"]),
        ("3 1", ["tool_use", "routing", "memory"]),
        ("Tool use Agent memory", ["tool_use", "memory", "routing"]),
        ("tool, agent", ["tool_use", "memory", "routing"]),
        ("tool agent", ["tool_use", "memory", "routing"]),
        (",, TOOL USE,agent memory ,", ["tool_use", "memory", "routing"]),
    ],
)
def test_the_named_topics_come_first_and_the_others_after_them_as_they_were(text: str, order: list[str]) -> None:
    assert ids(changed(f"topic order {text}", profile(topics=(ROUTING, MEMORY, TOOLS)))) == order


def test_a_topic_may_have_commas_in_its_name() -> None:
    speed = Topic("speed", "Speed, size and Cost", "all")
    reader = profile(topics=(ROUTING, MEMORY, speed))
    for text in ("Speed, size and Cost routing", "speed, size and cost, Sparse routing", "speed routing"):
        assert ids(changed(f"topic order {text}", reader)) == ["speed", "routing", "memory"]


def test_there_are_at_most_so_many_topics() -> None:
    full = tuple(Topic(f"t{number}", f"Topic t{number}", "all") for number in range(MOST_TOPICS))
    refused = said("topic add Tool use: calling of tools", memory_desk(profile(topics=full)))
    assert f"at most {MOST_TOPICS} topics" in refused
    assert "To make room: /papers topic remove " in refused
    more = profile(topics=(*full, TOOLS, ROUTING))  # from a file
    assert len(changed("topic mute routing", more)) == MOST_TOPICS + 2
    assert len(changed("topic remove routing", more)) == MOST_TOPICS + 1


def test_topic_alone_shows_the_topics_and_how_to_change_them() -> None:
    shown = said("topic", memory_desk(profile()))
    assert "1. Sparse routing (routing)" in shown
    assert "/papers topic add NAME: what to keep" in shown
