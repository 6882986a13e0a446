"""The answers to commands: for Slack and, from the same template, for a terminal. Wording: templates/replies/."""

import shlex
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.characters import one_line
from bot.domain.conversation import Act, Button, Reply
from bot.domain.message import SlackMessage
from bot.render.buttons import button_rows
from bot.render.environment import clipped, escape_mrkdwn, render
from bot.render.fitting import LARGEST, MOST_BLOCKS, fitted, spread
from bot.render.labels import labels
from bot.render.note_blocks import NOTE_PARTS
from bot.render.plain_text import plain_text
from bot.render.rich_text import Block, harmless, size, to_blocks

NOTIFIED = 300  # characters of what a notification shows


def reply_message(reply: Reply) -> SlackMessage:
    """The answer as one message, whose buttons stand at its end. What is too long is cut, and says so."""
    return reply_messages(replace(reply, messages=1))[0]


def reply_messages(reply: Reply) -> tuple[SlackMessage, ...]:
    """The same as at least one message and at most as many as it may take, the buttons at the end of the last one."""
    blocks, rows = reply_blocks(reply), _rows(reply.buttons)
    most, largest = MOST_BLOCKS - len(rows), LARGEST - size(rows)
    *before, last = spread(blocks, messages=reply.messages, most=most, largest=largest)
    return tuple(SlackMessage(reply.template, notified(one), one) for one in (*before, [*last, *rows]))


def notified(blocks: Sequence[Block]) -> str:
    """What a notification shows of a message, escaped for Slack."""
    said = clipped(one_line(plain_text(blocks[:2])), NOTIFIED) or labels("forms")["answer title"]
    return str(escape_mrkdwn(harmless(said)))


def reply_blocks(reply: Reply) -> list[Block]:
    """What the answer says, without its buttons, however long it is."""
    return to_blocks(render(f"templates/replies/{reply.template}.html.j2", **NOTE_PARTS, **reply.values))


def with_buttons(blocks: Sequence[Block], buttons: Sequence[Button]) -> list[Block]:
    """The blocks and then the buttons, within what one message holds. Of very many buttons only the first are there."""
    rows = _rows(buttons)
    return [*fitted(blocks, most=MOST_BLOCKS - len(rows), largest=LARGEST - size(rows)), *rows]


def _rows(buttons: Sequence[Button]) -> list[Block]:
    """As many of them as leave half a message to what it says."""
    kept = list(buttons)
    while size(rows := button_rows(kept)) > LARGEST // 2:
        kept.pop()
    return rows


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
