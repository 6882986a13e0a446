"""Pages that show messages, forms and the Home tab as Slack would, from the very blocks that were sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.message import SlackMessage, SlackView
from bot.render.environment import render

Message = Mapping[str, Any]


@dataclass(frozen=True)
class Thread:
    """A message in the channel and its replies, as Slack's API gives them."""

    headline: Message
    replies: tuple[Message, ...]


@dataclass(frozen=True)
class Line:
    """What somebody typed, or Broadsheet's answer: one of text, message and view. only_you: nobody else sees it."""

    who: str = "Broadsheet"
    text: str = ""
    message: SlackMessage | None = None
    view: SlackView | None = None
    only_you: bool = True


def slack_page(messages: Sequence[Message], channel: str) -> str:
    """HTML of a channel. messages: oldest first, as Slack's API gives them. channel: its name, without #."""
    threads = [
        Thread(one, tuple(reply for reply in messages if reply.get("thread_ts") == one["ts"]))
        for one in messages
        if "thread_ts" not in one
    ]
    return render("templates/demo/slack.html.j2", threads=threads, channel=channel)


def reply_page(lines: Sequence[Line], channel: str) -> str:
    """HTML of a conversation with the bot, in order. channel: the name of the place, without #."""
    return render("templates/demo/slack_reply.html.j2", lines=lines, channel=channel)
