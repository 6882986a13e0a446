"""The answers to commands: for Slack and, from the same template, for a terminal. Wording: templates/replies/."""

import shlex
from collections.abc import Sequence

from bot.domain.characters import one_line
from bot.domain.conversation import Act, Button, Reply
from bot.domain.message import SlackMessage
from bot.render.buttons import button_rows
from bot.render.environment import clipped, escape_mrkdwn, render
from bot.render.fitting import LARGEST, MOST_BLOCKS, fitted
from bot.render.labels import labels
from bot.render.plain_text import plain_text
from bot.render.rich_text import Block, harmless, size, to_blocks

NOTIFIED = 300  # characters of what a notification shows


def reply_message(reply: Reply) -> SlackMessage:
    """The answer as one message, whose buttons stand at its end. What is too long is cut, and says so."""
    blocks = reply_blocks(reply)
    said = clipped(one_line(plain_text(blocks[:2])), NOTIFIED) or labels("forms")["answer title"]
    return SlackMessage(reply.template, str(escape_mrkdwn(harmless(said))), with_buttons(blocks, reply.buttons))


def reply_blocks(reply: Reply) -> list[Block]:
    """What the answer says, without its buttons, however long it is."""
    return to_blocks(render(f"templates/replies/{reply.template}.html.j2", **reply.values))


def with_buttons(blocks: Sequence[Block], buttons: Sequence[Button]) -> list[Block]:
    """The blocks and then the buttons, within what one message holds. Of very many buttons only the first are there."""
    kept = list(buttons)
    while size(rows := button_rows(kept)) > LARGEST // 2:
        kept.pop()
    return [*fitted(blocks, most=MOST_BLOCKS - len(rows), largest=LARGEST - size(rows)), *rows]


def reply_text(reply: Reply, typed: str = "broadsheet slash") -> str:
    """The answer for a terminal, whole. Buttons that stand for a command or a page are told of at the end. typed: what
    stands before a command there: a program, whose argument it is, or /papers."""
    hints = [line for button in reply.buttons if (line := _hint(button, typed))]
    return "\n\n".join(filter(None, (plain_text(reply_blocks(reply)), "\n".join(hints))))


def _hint(button: Button, typed: str) -> str:
    label = one_line(button.label)
    if button.act is Act.SAY:
        _, _, command = one_line(button.value).partition(" ")
        return f"{label}: {typed} {command if typed == '/papers' else shlex.quote(command)}"
    return f"{label}: {one_line(button.url)}" if button.act is Act.PAGE else ""
