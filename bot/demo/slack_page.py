"""A page that shows messages as Slack would, from the very blocks that were posted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.render.environment import render

Message = Mapping[str, Any]


@dataclass(frozen=True)
class Thread:
    """A message in the channel and its replies, as Slack's API gives them."""

    headline: Message
    replies: tuple[Message, ...]


def slack_page(messages: Sequence[Message], channel: str) -> str:
    """HTML of a channel. messages: oldest first, as Slack's API gives them. channel: its name, without #."""
    threads = [
        Thread(one, tuple(reply for reply in messages if reply.get("thread_ts") == one["ts"]))
        for one in messages
        if "thread_ts" not in one
    ]
    return render("templates/demo/slack.html.j2", threads=threads, channel=channel)
