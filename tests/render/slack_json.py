"""Forms and Home tabs as Slack's API takes them, and checks that everything which is sent must pass."""

import re
from typing import Any

from slack_sdk.models.blocks import Block

from bot.demo.standins.slack_limits import faults, refusal, texts, view_faults, view_refusal
from bot.domain.message import SlackMessage, SlackView
from bot.render.fitting import LARGEST
from bot.render.rich_text import size


def as_json(view: SlackView) -> dict[str, Any]:
    """A view as views.open and views.publish take it."""
    made: dict[str, Any] = {"type": view.kind, "blocks": list(view.blocks)}
    made |= {"private_metadata": view.private} if view.private else {}
    made |= {"callback_id": view.callback} if view.callback else {}
    titles = {"title": view.title, "submit": view.submit}
    return made | {key: {"type": "plain_text", "text": text} for key, text in titles.items() if text}


def check_message(message: SlackMessage) -> None:
    """Assert every limit of Slack on one message, documented or not, by our own account and by the SDK's."""
    assert faults(message.blocks) == []
    assert refusal(message.text, message.blocks) is None
    assert 1 <= len(message.text) <= 4000
    assert size(message.blocks) <= LARGEST
    assert not re.search("<[!@#]", " ".join((message.text, *texts(message.blocks)))), "nobody is pinged"
    _check_blocks(message.blocks)


def check_view(view: SlackView) -> None:
    """The same of a form or a Home tab."""
    assert view_faults(as_json(view)) == []
    assert view_refusal(as_json(view)) is None
    _check_blocks(view.blocks)


def _check_blocks(blocks: Any) -> None:
    for block in blocks:
        parsed = Block.parse(dict(block))
        assert parsed is not None
        parsed.validate_json()
