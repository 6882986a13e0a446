"""Forms, as modals: topics, cutoffs, and the answer that stands in a form's place. Wording: templates/slack/.

Every field is an input whose block_id says what it is (`keep:routing`) and whose action_id is VALUE. Limits:
https://docs.slack.dev/reference/views/modal-views and https://docs.slack.dev/reference/block-kit/block-elements.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from bot.domain.characters import clean, one_line
from bot.domain.conversation import Act, Reply
from bot.domain.message import SlackView
from bot.domain.profile import Profile
from bot.domain.topic import Topic
from bot.render.environment import clipped, render
from bot.render.labels import labels
from bot.render.replies import reply_blocks, with_buttons
from bot.render.rich_text import Block, plain, to_blocks

VALUE = "value"  # action_id of every field
NEW = "+1"  # stands for the id of a topic that is not there yet
MOST_TOPICS = 15  # of five blocks each: a view has at most 100
LONGEST_NAME, LONGEST_TEXT = 200, 3_000
TITLE = 24
MOST_PLACES = 98  # a menu has at most 100 options, and two are no places
RANGES = {"relevance": (1, 10), "novelty": (1, 10), "cap": (0, 1000), "daily_hot": (0, 1000), "new_frontier": (0, 1000)}


def topics_form(profile: Profile, version: str) -> SlackView:
    """All topics and an empty row for a new one. version: of the profile, to come back with the form.

    Topics that it cannot hold whole are named and left out: what is not in it is not changed by it.
    """
    shown = [topic for topic in profile.topics[:MOST_PLACES] if _fits(topic)][:MOST_TOPICS]
    others = [topic.name for topic in profile.topics if topic not in shown]
    places = [str(number) for number in range(1, len(profile.topics) + 1)][:MOST_PLACES]
    blocks = to_blocks(render("templates/slack/topics_intro.html.j2", profile=profile, others=others))
    for topic in shown:
        place = "muted" if topic.muted else str(profile.topics.index(topic) + 1)
        blocks += _row(topic.id, topic, [*places, "muted", "remove"], place)
    blocks += _row(NEW, None, [*places, str(len(places) + 1)], str(len(places) + 1))
    return _form(Act.TOPICS, profile, version, blocks)


def cutoffs_form(profile: Profile, version: str) -> SlackView:
    """The five numbers of the profile. version: as for topics_form()."""
    blocks = to_blocks(render("templates/slack/cutoffs_intro.html.j2", profile=profile))
    for which, (least, most) in RANGES.items():
        number = {
            "type": "number_input",
            "is_decimal_allowed": False,
            "min_value": str(least),
            "max_value": str(most),
            "initial_value": str(getattr(profile.cutoffs, which)),
        }
        blocks.append(_input(which, which, number))
    return _form(Act.CUTOFFS, profile, version, blocks)


def reply_view(reply: Reply, title: str = "") -> SlackView:
    """An answer, with its buttons, in the place of the form that was submitted or pressed."""
    blocks = with_buttons(reply_blocks(reply), reply.buttons)
    return SlackView("modal", blocks, clipped(one_line(title) or _words()["answer title"], TITLE))


def working_view() -> SlackView:
    """Until the answer is there."""
    return reply_view(Reply("working", {"told": _words()["working"]}))


def _form(act: Act, profile: Profile, version: str, blocks: Sequence[Block]) -> SlackView:
    words = _words()
    private = f"{profile.id} {version}"
    return SlackView("modal", blocks, words[f"{act} title"], words["submit"], callback=act.value, private=private)


def _fits(topic: Topic) -> bool:
    """Whether the form can hold the topic and give it back as it is."""
    name = topic.name == one_line(topic.name) and len(topic.name) <= LONGEST_NAME
    return name and all(text == clean(text) and len(text) <= LONGEST_TEXT for text in (topic.keep, topic.leave_out))


def _row(topic_id: str, topic: Topic | None, places: Sequence[str], place: str) -> Iterator[Block]:
    """The fields of one topic. topic: None for the new one."""
    new = "" if topic else "new "
    yield {"type": "divider"}
    yield _input(f"name:{topic_id}", f"{new}name", _text(topic.name if topic else "", LONGEST_NAME), optional=not topic)
    for which, text in (("keep", topic.keep if topic else ""), ("leave_out", topic.leave_out if topic else "")):
        field = _text(text, LONGEST_TEXT, multiline=True)
        optional = not topic or which == "leave_out"
        yield _input(f"{which}:{topic_id}", f"{new}{which}", field, optional=optional)
    options = {value: _option(value) for value in places}
    menu = {"type": "static_select", "options": list(options.values()), "initial_option": options[place]}
    yield _input(f"place:{topic_id}", f"{new}place", menu, optional=not topic)


def _input(block_id: str, which: str, element: Mapping[str, Any], *, optional: bool = False) -> Block:
    words = _words()
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(words[which]),
        "element": {**element, "action_id": VALUE},
        "optional": optional,
    }
    return block | ({"hint": plain(words[f"{which} hint"])} if f"{which} hint" in words else {})


def _text(value: str, longest: int, *, multiline: bool = False) -> dict[str, Any]:
    """Slack refuses an empty initial value."""
    field = {"type": "plain_text_input", "multiline": multiline, "max_length": longest}
    return field | ({"initial_value": value} if value else {})


def _option(value: str) -> Block:
    return {"text": plain(_words().get(value, value)), "value": value}


@cache
def _words() -> Mapping[str, str]:
    return labels("forms")
