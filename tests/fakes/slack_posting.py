"""What the tests of posting to Slack share: a simple rendering, a killed process, and a look into the channel."""

from collections.abc import Callable
from typing import Any

from bot.adapters.slack_post import SlackChannel
from bot.demo.standins.slack import Fault, SlackStandin
from bot.domain.digest import Digest
from bot.domain.message import SlackMessage, SlackThread
from tests import examples

POST = "chat.postMessage"

# The ways in which Slack leaves open whether it did what was asked.
UNANSWERED = [
    Fault(drop=True),
    Fault(stall=True),
    Fault(error="internal_error", status=500),
    Fault(error="bad_gateway", status=502),
    Fault(error="fatal_error"),
    Fault(garbage=True),
    Fault(garbage=True, status=503),
]


class KilledError(BaseException):
    """Stands for the process being killed: nothing but the test catches it."""


def simple_thread(digest: Digest) -> SlackThread:
    """A headline, a reply for every two papers, and one reply without papers."""
    ids = [entry.announcement.paper.arxiv_id for entry in digest.entries]
    pairs = [tuple(ids[start : start + 2]) for start in range(0, len(ids), 2)]
    replies = [_message(f"topic {number}", " ".join(pair), pair) for number, pair in enumerate(pairs, start=1)]
    if digest.remarks:
        replies.append(_message("unjudged 1", "could not be judged"))
    return SlackThread(f"{digest.profile.id}/{digest.day}", _message("headline", "Headline"), tuple(replies))


def _message(part: str, text: str, papers: tuple[str, ...] = ()) -> SlackMessage:
    block = {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}
    return SlackMessage(part, text, [block], papers)


def digest_of(*numbers: int) -> Digest:
    """A digest that shows those papers, with one more reply."""
    entries = tuple(examples.announced(number) for number in numbers)
    verdicts = tuple(examples.verdict(number) for number in numbers)
    return examples.digest(entries, verdicts, remarks=("one is not judged",))


def cut_after(pauses: int) -> Callable[[float], None]:
    """A sleep in which the process is killed at the given pause."""
    left = iter(range(pauses))

    def sleep(_: float) -> None:
        if next(left, None) is None:
            raise KilledError

    return sleep


def channel(slack: SlackStandin, sleep: Callable[[float], None] = lambda _: None, timeout: float = 5) -> SlackChannel:
    """The stand-in's channel as an outlet, which waits for nothing."""
    return SlackChannel(slack.token, "C0DEMO", simple_thread, base_url=slack.url, sleep=sleep, timeout=timeout)


def posted(slack: SlackStandin) -> list[str]:
    """The texts in the channel, oldest first."""
    return [str(one["text"]) for one in slack.messages]


def papers(slack: SlackStandin) -> list[str]:
    """arXiv ids that stand in replies, as often as they stand there."""
    return sorted(word for one in slack.messages if "thread_ts" in one for word in one["text"].split() if "." in word)


def ids(*numbers: int) -> list[str]:
    """arXiv ids of the invented papers."""
    return [f"2613.{number:05d}" for number in numbers]


def posts(slack: SlackStandin) -> list[dict[str, Any]]:
    """What was given to each chat.postMessage."""
    return [given for method, given in slack.calls if method == POST]
