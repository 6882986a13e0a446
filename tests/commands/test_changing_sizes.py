"""The longest proposals fit one Slack message whole, with their buttons."""

from dataclasses import replace

import pytest

from bot.commands import answer
from bot.commands.proposing import Draft, propose
from bot.demo.standins.slack_limits import faults
from bot.desk import Desk
from bot.domain.conversation import Reply
from bot.domain.profile import Cutoffs, Profile
from bot.render.replies import reply_message
from tests.commands.test_reply_sizes import LONG_TITLE, READER, crowded
from tests.fakes.desk import ADA, memory_desk
from tests.fakes.talking import finished, pressed


def desk() -> Desk:
    return memory_desk(READER, digests=[crowded(one) for one in range(14)])


def assert_whole(reply: Reply) -> None:
    message = reply_message(reply)
    assert faults(message.blocks) == []
    assert "which one message cannot hold" not in str(message.blocks)
    assert len(message.text) <= 3000


def everything_else() -> Profile:
    """All that a form and an undo can change at once."""
    topics = tuple(replace(one, name=one.name[:50], keep="x " * 900, leave_out="y " * 900) for one in READER.topics)
    return replace(
        READER,
        topics=topics[::-1],
        cutoffs=Cutoffs(10, 10, 0, 0, 0),
        categories=("hep-th",),
        follows=tuple(f"Bo {LONG_TITLE[:90]}{one}" for one in range(100)),
        muted_words=tuple(f"{LONG_TITLE[:90]}{one}" for one in range(100)),
    )


@pytest.mark.parametrize(
    "text",
    [
        "threshold relevance 10",
        "topic edit 1: " + "z" * 2000,
        f"topic edit 2: {'long words ' * 180}| {'other words ' * 70}",
        "topic remove 3",
        "topic order 30",
        "categories remove cs.AX",
        "authors unfollow Author Number 1",
        "pause until 2026-06-01",
        "schedule 09:00 Europe/Berlin weekdays",
        "run",
        "topic",
        "authors",
        "keywords",
        "categories",
    ],
)
def test_the_longest_answers_are_whole(text: str) -> None:
    one = desk()
    reply = finished(answer(text, ADA, one))
    assert reply.template != "trouble", reply.values
    assert_whole(reply)


def test_a_change_of_everything_is_whole_and_so_is_what_it_says_when_it_is_made_and_taken_back() -> None:
    one = desk()
    shown = propose(Draft(READER, everything_else()), ADA, one)
    assert_whole(shown)
    done = pressed(shown, one)
    assert_whole(done)
    assert done.to_channel
    assert_whole(done.to_channel)
    assert_whole(answer("undo", ADA, one))
