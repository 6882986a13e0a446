"""Forms: what stands in them is the profile as it is, and what they cannot hold is not lost."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.forms import after_topics
from bot.demo.standins.slack_limits import texts
from bot.domain.conversation import Act, Button, Reply, Submitted
from bot.domain.message import SlackView
from bot.domain.profile import Cutoffs
from bot.domain.topic import Topic
from bot.render.views import MOST_TOPICS, cutoffs_form, reply_view, topics_form, working_view
from tests import examples
from tests.render.nasty import NASTY, slowly
from tests.render.slack_json import check_view


def fields(view: SlackView) -> dict[str, Any]:
    """block_id -> the field, in order."""
    return {str(block["block_id"]): block for block in view.blocks if block["type"] == "input"}


def values(view: SlackView) -> dict[str, str | None]:
    """What Slack sends if somebody submits the form as it is."""
    found: dict[str, str | None] = {}
    for block_id, block in fields(view).items():
        element = block["element"]
        assert element["action_id"] == "value"
        chosen = element.get("initial_option", {}).get("value")
        found[block_id] = chosen if chosen is not None else element.get("initial_value")
    return found


def many(count: int) -> tuple[Topic, ...]:
    return tuple(Topic(f"t{number}", f"Topic {number}", "keep") for number in range(1, count + 1))


def test_the_form_of_topics_holds_every_topic_and_an_empty_row() -> None:
    view = topics_form(examples.profile(), "v7")
    assert (view.title, view.callback, view.private) == ("Topics", "topics", "group v7")
    assert values(view) == {
        "name:routing": "Sparse routing",
        "keep:routing": "Work that changes how experts are chosen.",
        "leave_out:routing": "Mere applications.",
        "place:routing": "1",
        "name:memory": "Agent memory",
        "keep:memory": "New ways to store and recall.",
        "leave_out:memory": "Plain retrieval pipelines.",
        "place:memory": "2",
        "name:+1": None,
        "keep:+1": None,
        "leave_out:+1": None,
        "place:+1": "3",
    }


def test_only_the_new_row_and_what_is_left_out_may_stay_empty() -> None:
    view = topics_form(examples.profile(), "v7")
    needed = [block_id for block_id, block in fields(view).items() if not block["optional"]]
    assert needed == [f"{which}:{topic}" for topic in ("routing", "memory") for which in ("name", "keep", "place")]


def test_a_topic_can_be_placed_muted_or_removed_and_a_muted_one_is_shown_so() -> None:
    reader = examples.profile(topics=(replace(examples.ROUTING, muted=True), examples.MEMORY))
    menu = fields(topics_form(reader, "v"))["place:routing"]["element"]
    assert [option["value"] for option in menu["options"]] == ["1", "2", "muted", "remove"]
    assert menu["initial_option"]["value"] == "muted"


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (15, 15), (16, 15), (200, 15)])
def test_of_many_topics_the_first_are_in_the_form_and_the_others_are_named(count: int, shown: int) -> None:
    view = topics_form(examples.profile(topics=many(count)), "v")
    check_view(view)
    assert len([block_id for block_id in values(view) if block_id.startswith("name:")]) == shown + 1
    told = "".join(texts(list(view.blocks[:1])))
    assert ("Topic 16" in told) == (count > MOST_TOPICS)
    assert (f"and {count - 25} more" in told) == (count > 25)


@pytest.mark.parametrize(
    "changed",
    [
        replace(examples.ROUTING, keep="k" * 3001),
        replace(examples.ROUTING, leave_out="k" * 3001),
        replace(examples.ROUTING, name="n" * 201),
        replace(examples.ROUTING, name="two\nlines"),
        replace(examples.ROUTING, keep="a\x07bell"),
    ],
)
def test_a_topic_that_a_field_would_change_is_named_and_stays_out(changed: Topic) -> None:
    view = topics_form(examples.profile(topics=(changed, examples.MEMORY)), "v")
    check_view(view)
    assert "name:routing" not in values(view)
    assert values(view)["place:memory"] == "2"
    assert " ".join(changed.name[:9].split()) in "".join(texts(list(view.blocks[:1])))


def test_a_topic_after_a_hundred_that_do_not_fit_is_named_too() -> None:
    long = tuple(replace(topic, keep="k" * 3001) for topic in many(120))
    check_view(topics_form(examples.profile(topics=(*long, examples.ROUTING)), "v"))


def test_the_form_of_cutoffs_holds_the_five_numbers_and_their_ranges() -> None:
    view = cutoffs_form(examples.profile(cutoffs=Cutoffs(7, 6, 30, 2, 1)), "v7")
    assert (view.title, view.callback, view.private) == ("Cutoffs", "cutoffs", "group v7")
    assert values(view) == {"relevance": "7", "novelty": "6", "cap": "30", "daily_hot": "2", "new_frontier": "1"}
    ranges = {one: (made["element"]["min_value"], made["element"]["max_value"]) for one, made in fields(view).items()}
    assert ranges["relevance"] == ranges["novelty"] == ("1", "10")
    assert ranges["cap"] == ranges["daily_hot"] == ranges["new_frontier"] == ("0", "1000")


@pytest.mark.parametrize("number", [0, 1000])
def test_every_number_that_a_profile_may_have_can_stand_in_the_form(number: int) -> None:
    check_view(cutoffs_form(examples.profile(cutoffs=Cutoffs(1, 10, number, number, number)), "v"))


def test_an_answer_in_a_form_s_place_has_its_buttons_inside_and_nothing_to_submit() -> None:
    view = reply_view(
        Reply("trouble", {"told": "x"}, (Button("Apply", Act.APPLY, "p1"),)), "A title that is much too long"
    )
    check_view(view)
    assert view.submit == ""
    assert len(view.title) <= 24
    assert list(texts(list(view.blocks))) == ["x", "Apply"]


def test_until_the_answer_is_there_a_form_s_place_says_so() -> None:
    check_view(working_view())
    assert "Working" in "".join(texts(list(working_view().blocks)))


@st.composite
def topics(draw: st.DrawFn) -> tuple[Topic, ...]:
    """Topics of any words, in any number."""
    count = draw(st.integers(1, 20))
    return tuple(
        Topic(f"t{number}", draw(NASTY).strip() or "x", draw(NASTY).strip() or "x", draw(NASTY), draw(st.booleans()))
        for number in range(count)
    )


@slowly
@given(topics(), NASTY)
def test_slack_takes_every_form_and_submitted_as_it_is_it_changes_nothing(
    given_topics: tuple[Topic, ...], name: str
) -> None:
    reader = examples.profile(topics=given_topics, name=name.strip() or "x")
    view = topics_form(reader, "v")
    check_view(view)
    check_view(cutoffs_form(reader, "v"))
    found = values(view)
    for topic in given_topics:
        if f"name:{topic.id}" in found:
            back = Topic(
                topic.id,
                found[f"name:{topic.id}"] or "",
                found[f"keep:{topic.id}"] or "",
                found[f"leave_out:{topic.id}"] or "",
                found[f"place:{topic.id}"] == "muted",
            )
            assert back == topic
    assert after_topics(reader, Submitted(view.callback, view.private, found)) == reader
