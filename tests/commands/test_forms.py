"""What a submitted form changes, as bot/render/views.py makes it."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.forms import after_cutoffs, after_topics, check_cutoffs, check_topics, version_of
from bot.commands.proposing import Draft, propose
from bot.domain.conversation import Submitted
from bot.domain.profile import Cutoffs, Pause, Profile
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic
from bot.errors import CommandError
from bot.render.views import cutoffs_form, topics_form
from tests.examples import DAY, MEMORY, ROUTING, profile
from tests.fakes.desk import ADA, memory_desk
from tests.fakes.talking import pressed, text_of

TOOLS = Topic("tools", "Tool use", "Calling of tools.", muted=True)
SIGHT = Topic("sight", "Sight", "\nImages\nand films.\n", "Faces.")
FOUR = profile(topics=(ROUTING, MEMORY, TOOLS, SIGHT))


def filled(reader: Profile, **typed: str | None) -> Submitted:
    """The form of the profile's topics, as Slack shows it first, with some fields typed over: keep_memory="…"."""
    view = topics_form(reader, version_of(reader))
    over = {
        key.replace("new", "+1").replace("leave_out", "leave-out").replace("_", ":", 1): new
        for key, new in typed.items()
    }
    over = {key.replace("leave-out", "leave_out"): new for key, new in over.items()}
    values: dict[str, str | None] = {}
    for block in view.blocks:
        if block["type"] == "input":
            element = block["element"]
            assert isinstance(element, dict)
            chosen = element.get("initial_option", {}).get("value")
            values[str(block["block_id"])] = chosen or element.get("initial_value")
    assert over.keys() <= values.keys()
    return Submitted(view.callback, view.private, values | over)


def ids(reader: Profile) -> list[str]:
    return [topic.id for topic in reader.topics]


def test_a_form_that_nobody_touched_changes_nothing() -> None:
    form = filled(FOUR)
    assert not check_topics(form)
    assert after_topics(FOUR, form) == FOUR
    assert form.private == f"group {version_of(FOUR)}"


def test_texts_that_come_back_with_other_white_space_are_not_changed() -> None:
    assert after_topics(FOUR, filled(FOUR, keep_sight="Images and films.", name_sight=" Sight ")) == FOUR


def test_names_and_texts_are_changed_and_taken_away() -> None:
    form = filled(FOUR, name_memory="Recall", keep_memory="All of it.\nTruly.", leave_out_memory=None)
    assert not check_topics(form)
    memory = after_topics(FOUR, form).topics[1]
    assert memory == Topic("memory", "Recall", "All of it.\nTruly.")


@pytest.mark.parametrize(
    ("places", "order"),
    [
        ({"sight": "1"}, ["sight", "routing", "memory", "tools"]),
        ({"routing": "4"}, ["memory", "tools", "sight", "routing"]),
        ({"routing": "2"}, ["memory", "routing", "tools", "sight"]),
        ({"routing": "2", "memory": "1"}, ["memory", "routing", "tools", "sight"]),
        ({"routing": "remove"}, ["memory", "tools", "sight"]),
        ({"tools": "1"}, ["tools", "routing", "memory", "sight"]),
        ({"memory": "muted"}, ["routing", "memory", "tools", "sight"]),
    ],
)
def test_a_topic_goes_to_the_place_that_was_chosen(places: dict[str, str], order: list[str]) -> None:
    form = filled(FOUR, **{f"place_{topic}": place for topic, place in places.items()})
    assert not check_topics(form)
    after = after_topics(FOUR, form)
    assert ids(after) == order
    muted = {topic for topic, place in places.items() if place == "muted"} | ({"tools"} - places.keys())
    assert after.muted_topics == muted


def test_an_empty_row_adds_nothing_and_a_full_one_a_topic() -> None:
    assert after_topics(FOUR, filled(FOUR, place_new="1")) == FOUR
    last = after_topics(FOUR, filled(FOUR, name_new="None", keep_new="All.", leave_out_new="Most."))
    assert last.topics[4] == Topic("none_2", "None", "All.", "Most.")
    first = after_topics(FOUR, filled(FOUR, name_new="Sound", keep_new="All.", place_new="1"))
    assert ids(first) == ["sound", "routing", "memory", "tools", "sight"]


@pytest.mark.parametrize(
    ("typed", "block", "told"),
    [
        ({"name_memory": ""}, "name:memory", "needs a name"),
        ({"name_memory": "x" * 61}, "name:memory", "at most 60 characters"),
        ({"name_memory": "Sparse Routing"}, "name:memory", "There is a topic “Sparse routing” already"),
        ({"name_memory": "a: b"}, "name:memory", "“:”"),
        ({"keep_memory": " \n"}, "keep:memory", "what to keep"),
        ({"keep_memory": "x" * 2001}, "keep:memory", "at most 2,000 characters"),
        ({"leave_out_memory": "x" * 2001}, "leave_out:memory", "at most 2,000 characters"),
        ({"name_new": "Sound"}, "keep:+1", "what to keep"),
        ({"keep_new": "Sound"}, "name:+1", "needs a name"),
        ({"place_memory": "first"}, "place:memory", "Choose a place"),
        (dict.fromkeys(("place_routing", "place_memory", "place_tools", "place_sight"), "remove"), "place:+1", "needs"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(typed: dict[str, str], block: str, told: str) -> None:
    wrong = check_topics(filled(FOUR, **typed))
    assert list(wrong) == [block]
    assert told in wrong[block]


def test_two_topics_may_swap_their_names_and_a_removed_one_leaves_its_own() -> None:
    swapped = filled(FOUR, name_memory="Sparse routing", name_routing="Agent memory")
    assert not check_topics(swapped)
    assert not check_topics(filled(FOUR, place_routing="remove", name_memory="Sparse routing"))


def test_topics_that_the_form_does_not_hold_stay_as_they_are() -> None:
    many = replace(FOUR, topics=(*FOUR.topics, *(Topic(f"t{one}", f"Topic t{one}", "All.") for one in range(20))))
    after = after_topics(many, filled(many, place_routing="remove", place_sight="1"))
    assert ids(after) == ["sight", *[one for one in ids(many) if one not in ("sight", "routing")]]


@given(st.dictionaries(st.text(max_size=12), st.one_of(st.none(), st.text(max_size=12)), max_size=8))
def test_a_form_that_somebody_made_up_is_found_wrong_or_refused_but_is_no_defect(values: dict[str, str | None]) -> None:
    form = Submitted("topics", "group x", {**filled(FOUR).values, **values})
    if not check_topics(form):
        try:
            after_topics(FOUR, form)
        except CommandError:
            return
    cutoffs = Submitted("cutoffs", "group x", values)
    if not check_cutoffs(cutoffs):
        after_cutoffs(FOUR, cutoffs)


@pytest.mark.parametrize("text", ["0", "11", "", None, "seven", "8.5", "-1", "٣", "9" * 5000])
def test_a_cutoff_out_of_its_range_is_found(text: str | None) -> None:
    form = Submitted("cutoffs", "", {"relevance": text, "novelty": "10", "cap": "0", "daily_hot": "6"})
    assert check_cutoffs(form) == {"relevance": "Give a whole number from 1 to 10"}


def test_cutoffs_are_those_of_the_form() -> None:
    fields = [str(block["block_id"]) for block in cutoffs_form(FOUR, "x").blocks if block["type"] == "input"]
    form = Submitted("cutoffs", "", dict(zip(fields, ("7", "6", "5", "0", "1000"), strict=True)))
    assert not check_cutoffs(form)
    assert after_cutoffs(FOUR, form).cutoffs == Cutoffs(7, 6, 5, 0, 1000)


def test_what_a_form_would_change_is_proposed_in_words() -> None:
    desk = memory_desk(FOUR)
    after = after_topics(FOUR, filled(FOUR, place_routing="remove", keep_memory="All."))
    shown = propose(Draft(FOUR, after), ADA, desk)
    assert "topic “Sparse routing” removed" in text_of(shown)
    assert "other text of what to keep: New ways to store and recall. → All." in text_of(shown)
    assert desk.book.get("group") == FOUR
    pressed(shown, desk)
    assert desk.book.get("group") == after
    with pytest.raises(CommandError, match="Nothing would change"):
        propose(Draft(after, after), ADA, desk)


def test_the_version_is_the_same_in_every_process() -> None:
    script = (
        "from bot.commands.forms import version_of; from tests.examples import profile; print(version_of(profile()))"
    )
    seeds = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2")]
    told = [subprocess.check_output([sys.executable, "-c", script], env=env, text=True).strip() for env in seeds]
    assert told == [version_of(profile())] * 2


def test_another_profile_has_another_version_and_an_equal_one_the_same() -> None:
    weekdays = frozenset({"mon", "tue", "wed", "thu", "fri"})
    one = replace(FOUR, schedule=Schedule(days=weekdays))
    same = replace(FOUR, schedule=Schedule(days=frozenset(sorted(weekdays, reverse=True))))
    assert version_of(one) == version_of(same) == version_of(one)
    others = (FOUR, replace(one, pauses=(Pause(DAY),)), replace(one, cutoffs=Cutoffs(cap=1)), replace(one, name="x"))
    assert len({version_of(other) for other in (one, *others)}) == 5
