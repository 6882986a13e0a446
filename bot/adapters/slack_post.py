"""Posts a digest to a Slack channel as a headline with its thread. Implements bot.ports.ResumableOutlet.

Slack has no idempotency key. So every message carries metadata that says which digest it belongs to, which papers it
shows, and whether it is the last of its thread; a post that was cut off is continued by reading that back.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any
from uuid import uuid4

from slack_sdk import WebClient

from bot.adapters.slack_api import TRIES, SlackApi, UnansweredError
from bot.adapters.slack_check import SlackBot, check_channel, who_we_are
from bot.domain.digest import Digest, supplement
from bot.domain.message import NOTE_PART, SlackMessage, SlackThread
from bot.errors import DeliveryError, UncertainDeliveryError

log = logging.getLogger(__name__)

EVENT = "broadsheet_digest"
LOOK_BACK = 30 * 24 * 3600  # seconds: how old a digest's headline may be to be found again
PAGE, PAGES = 200, 10  # messages a call, and calls, when looking through the channel


@dataclass(frozen=True)
class _Posted:
    """One of our messages, read back. papers: arXiv ids shown in it. last: it ends its thread."""

    ts: str
    send: str
    digest: str
    part: str
    papers: frozenset[str]
    last: bool


@dataclass(frozen=True)
class _Thread:
    """A headline with its replies, read back."""

    headline: _Posted
    replies: tuple[_Posted, ...]

    @property
    def whole(self) -> bool:
        """Whether its last message was posted."""
        return any(message.last for message in (self.headline, *self.replies))


class SlackChannel:
    """A channel that digests are posted to."""

    rewrites = False

    def __init__(
        self,
        token: str,
        channel: str,
        render: Callable[[Digest], SlackThread],
        *,
        base_url: str = WebClient.BASE_URL,
        pause: float = 1.0,
        timeout: float = 30.0,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
        listens: bool = False,
        retried: Callable[[], None] = lambda: None,
    ) -> None:
        """channel: its id. pause: seconds between posts, as Slack allows about one a second and channel.

        timeout: seconds for one call. now: real time as Slack counts it, even where the bot's clock is set.
        listens: commands and buttons are heard, too, which check() needs to know. retried: called whenever a call is
        made again.
        """
        self.name = f"slack:{channel}"
        self._channel, self._render, self._pause, self._sleep, self._now = channel, render, pause, sleep, now
        self._retried, self._listens = retried, listens
        self._api = SlackApi(token, self.name, base_url, timeout=timeout, sleep=sleep, retried=retried)

    def send(self, digest: Digest) -> str:
        """Post the headline, then the replies in its thread. Returns the headline's address."""
        thread = self._render(digest)
        site = self._bot.site  # asks who we are: a wrong token is refused before anything is posted
        ts = self._post(thread.headline, thread.key, None, last=not thread.replies)
        with _something_arrived():
            self._post_replies(thread.replies, thread.key, ts)
        return self._address(site, ts)

    def resume(self, digest: Digest) -> str:
        """Post what earlier tries did not. The digest may have grown since; papers that stand there already stay so."""
        thread = self._render(digest)
        before = self._posted_before(thread.key)
        if not before:
            return self.send(digest)
        posted = frozenset[str]().union(*(reply.papers for one in before for reply in one.replies))
        rest = supplement(digest, posted)
        unfinished = next((one for one in reversed(before) if not one.whole), None)
        if not unfinished:
            return self.send(rest) if rest else self._address(self._bot.site, before[-1].headline.ts)
        parts = {reply.part for reply in unfinished.replies}
        parts |= {reply.part for one in before for reply in one.replies if reply.part.startswith(NOTE_PART)}
        # What was posted of a paper is not all there is of it: its note stands at the end.
        replies = (self._render(replace(rest, notes=digest.notes)) if rest and posted else thread).replies
        missing = (
            reply for reply in replies if set(reply.papers) - posted or not (reply.papers or reply.part in parts)
        )
        self._post_replies(tuple(missing), thread.key, unfinished.headline.ts)
        return self._address(self._bot.site, unfinished.headline.ts)

    def check(self) -> str:
        """Token, scopes and channel, without posting anything."""
        return check_channel(self._api, self._channel, listens=self._listens)

    @cached_property
    def _bot(self) -> SlackBot:
        return who_we_are(self._api)

    def _address(self, site: str, ts: str) -> str:
        return f"{site}archives/{self._channel}/p{ts.replace('.', '')}"

    def _post_replies(self, replies: tuple[SlackMessage, ...], key: str, thread: str) -> None:
        for number, reply in enumerate(replies, start=1):
            self._sleep(self._pause)
            self._post(reply, key, thread, last=number == len(replies))

    def _post(self, message: SlackMessage, key: str, thread: str | None, *, last: bool) -> str:
        """Post one message and return its ts. Where Slack did not answer, look before posting again."""
        send = uuid4().hex
        try:
            return self._post_once(message, key, thread, last=last, send=send)
        except UnansweredError as error:
            unanswered = error
        with _something_arrived():
            for _ in range(TRIES - 1):
                self._retried()
                self._sleep(self._pause)
                if found := self._find(send, thread):
                    return found
                try:
                    return self._post_once(message, key, thread, last=last, send=send)
                except UnansweredError as error:
                    unanswered = error
            raise unanswered

    def _post_once(self, message: SlackMessage, key: str, thread: str | None, *, last: bool, send: str) -> str:
        # Only flat values: https://docs.slack.dev/messaging/message-metadata knows no lists of strings.
        payload = {"digest": key, "part": message.part, "papers": " ".join(message.papers), "last": last, "send": send}
        answer = self._api.call(
            self._api.web.chat_postMessage,
            channel=self._channel,
            thread_ts=thread,
            text=message.text,
            blocks=list(message.blocks),
            metadata={"event_type": EVENT, "event_payload": payload},
            unfurl_links=False,
            unfurl_media=False,
        )
        if not answer.get("ts"):
            raise UnansweredError(f"{self.name}: Slack took a message without saying where it is")
        return str(answer["ts"])

    def _find(self, send: str, thread: str | None) -> str | None:
        """The ts of the message of that send, if it arrived after all."""
        recent = self._thread(thread) if thread else islice(self._history(), PAGE)
        return next((message.ts for message in recent if message.send == send), None)

    def _posted_before(self, key: str) -> list[_Thread]:
        """What stands in the channel of this digest, oldest first."""
        try:
            headlines = [message for message in self._history() if message.digest == key]
            return [
                _Thread(one, tuple(reply for reply in self._thread(one.ts) if reply.ts != one.ts))
                for one in reversed(headlines)
            ]
        except DeliveryError as error:
            raise UncertainDeliveryError(
                f"an earlier try was cut off, and what it posted cannot be looked up: {error}",
                hint=f"Or look yourself, and if nothing is there: `broadsheet digest --send-again {self.name}`",
                permanent=error.permanent,
            ) from error

    def _history(self) -> Iterator[_Posted]:
        """Our messages in the channel, newest first."""
        oldest = f"{self._now() - LOOK_BACK:.6f}"
        return self._pages(self._api.web.conversations_history, oldest=oldest)

    def _thread(self, ts: str) -> Iterator[_Posted]:
        """Our messages in that thread, its headline first."""
        return self._pages(self._api.web.conversations_replies, ts=ts)

    def _pages(self, method: Callable[..., Any], **given: str) -> Iterator[_Posted]:
        cursor = ""
        for _ in range(PAGES):
            given = {**given, **({"cursor": cursor} if cursor else {})}
            answer = self._api.read(method, channel=self._channel, include_all_metadata=True, limit=PAGE, **given)
            found = (_read(message, self._bot.bot_id) for message in answer.get("messages") or ())
            yield from (message for message in found if message)
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return
        raise DeliveryError(f"{self.name}: more than {PAGE * PAGES} messages to look through")


class NoChannel:
    """Implements bot.ports.Outlet for a channel of which we have no token: nothing arrives, and that is told."""

    rewrites = False

    def __init__(self, channel: str, what: str, hint: str) -> None:
        """what, hint: why not, and what to do."""
        self.name = f"slack:{channel}"
        self._refusal = DeliveryError(f"{self.name}: {what}", hint=hint, permanent=True)

    def send(self, _: Digest) -> str:
        """Raises DeliveryError."""
        raise self._refusal

    def check(self) -> str:
        """Raises DeliveryError."""
        raise self._refusal


def _read(message: Mapping[str, Any], bot_id: str) -> _Posted | None:
    """Our own message, or None for anybody else's."""
    metadata = message.get("metadata") or {}
    if message.get("bot_id") != bot_id or metadata.get("event_type") != EVENT:
        return None
    payload = metadata.get("event_payload") or {}
    send, digest, part, papers = (str(payload.get(key, "")) for key in ("send", "digest", "part", "papers"))
    return _Posted(str(message["ts"]), send, digest, part, frozenset(papers.split()), bool(payload.get("last")))


@contextmanager
def _something_arrived() -> Iterator[None]:
    """Failures in here leave, or may leave, a part of the digest in the channel."""
    try:
        yield
    except UncertainDeliveryError:
        raise
    except DeliveryError as error:
        raise UncertainDeliveryError(
            f"{error.what}; what was posted before stays, and the next run posts the rest",
            hint=error.hint,
            permanent=error.permanent,
        ) from error
