"""Buttons -> Block Kit, with ids that say what they do: see bot.domain.conversation.Act."""

from collections.abc import Iterator, Sequence
from itertools import count

from bot.domain.conversation import Act, Button
from bot.render.labels import short
from bot.render.rich_text import LONGEST_ADDRESS, Block, Element, plain

MOST_BUTTONS = 25  # in one block
LABEL, VALUE = 75, 2_000  # characters of a button


def button_rows(buttons: Sequence[Button]) -> list[Block]:
    """Rows of buttons. One that Slack would refuse, as its value is too long to come back whole, is left out."""
    elements = list(_elements(buttons))
    starts = range(0, len(elements), MOST_BUTTONS)
    return [{"type": "actions", "elements": elements[start : start + MOST_BUTTONS]} for start in starts]


def _elements(buttons: Sequence[Button]) -> Iterator[Element]:
    numbers = {act: count(1) for act in Act}
    for button in buttons:
        label = short(button.label, LABEL)
        if not label or len(button.value) > VALUE or len(button.url) > LONGEST_ADDRESS:
            continue
        # Within a block each needs an id of its own: https://docs.slack.dev/reference/block-kit/block-elements
        number = next(numbers[button.act])
        element: Element = {"type": "button", "text": plain(label), "action_id": f"{button.act}:{number}"}
        given = {"value": button.value, "url": button.url, "style": button.style}
        yield element | {key: value for key, value in given.items() if value}
