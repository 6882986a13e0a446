"""The longest answers still fit one Slack message, and are not cut in the middle of what was asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands import answer
from bot.domain.digest import Digest
from bot.domain.topic import Topic
from bot.render.replies import reply_message, reply_text
from bot.render.rich_text import size
from tests.examples import DAY, announced, digest, profile, verdict
from tests.fakes.desk import TERMINAL, memory_desk

LONG_TITLE = "A very long title that goes on and on about what is in it, said again in other words " * 4
LONG_NAME = "A topic whose name nobody will ever read to its end " * 3
TOPICS = tuple(Topic(f"topic_{number}", f"{number} {LONG_NAME}", LONG_TITLE * 5) for number in range(1, 31))
READER = profile(
    name="The group " * 30,
    topics=TOPICS,
    categories=tuple(f"cs.{chr(65 + n)}X" for n in range(20)),
    follows=tuple(f"Author Number {n}" for n in range(100)),
    muted_words=tuple(f"muted words {n}" for n in range(100)),
)
AUTHORS = tuple(f"Somebody with a Long Name {n}" for n in range(60))


def crowded(days_ago: int) -> Digest:
    numbers = range(1 + 100 * days_ago, 60 + 100 * days_ago)
    papers = tuple(announced(n, title=f"{n} {LONG_TITLE}", authors=AUTHORS, abstract=LONG_TITLE * 6) for n in numbers)
    verdicts = tuple(verdict(n, comment=LONG_TITLE * 2, primary_topic=f"topic_{1 + n % 30}") for n in numbers)
    return replace(digest(papers, verdicts, READER), day=DAY - timedelta(days=days_ago))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "help",
        "today",
        "top 30",
        "topics",
        "search title",
        "why 2613.00001",
        "similar 2613.00001",
        "month",
        "status",
        "cost",
    ],
)
def test_the_longest_answer_fits_one_message_whole(text: str) -> None:
    desk = memory_desk(READER, digests=[crowded(0), crowded(1)])
    reply = answer(text, TERMINAL, desk)
    assert reply.template != "trouble"
    message = reply_message(reply)
    assert len(message.blocks) <= 50
    assert size(message.blocks) <= 10_000
    assert "which one message cannot hold" not in str(message.blocks)
    assert reply_text(reply)
