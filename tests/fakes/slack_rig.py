"""What the tests of Slack's ways in share: a front desk that does as it is told, and everything around it, for real."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.adapters.slack_answers import Phrases
from bot.adapters.slack_check import SCOPES
from bot.adapters.slack_http import OAuthPages, SlackHttp
from bot.adapters.slack_listen import SlackListener, Workspaces
from bot.adapters.slack_workspaces import OneWorkspace
from bot.adapters.web import WebServer
from bot.demo.standins.slack import SlackStandin
from bot.demo.standins.slack_sender import Acknowledged, Payloads, send
from bot.domain.conversation import Asker, Pressed, Submitted
from bot.domain.message import Said, SlackMessage, SlackView
from tests.fakes.web_rig import FIGURES, HEALTH

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # the one of Slack's documentation
PATIENCE_S = 15.0


def message(text: str) -> SlackMessage:
    """A message of one block."""
    block = {"type": "section", "text": {"type": "plain_text", "text": text}}
    return SlackMessage("answer", text, [block])


def view(title: str, kind: str = "modal", **more: str) -> SlackView:
    """A form, or the Home tab, of one block."""
    return SlackView(kind, message(title).blocks, title if kind == "modal" else "", **more)


PHRASES = Phrases(
    "Broadsheet",
    *(message(said) for said in ("busy", "broke", "unseen", "stranger", "nowhere", "working", "silent")),
)


class FakeFrontDesk:
    """Implements bot.desk.FrontDesk. heard: what was brought, in order. answer: what is said to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.begin()

    def begin(self) -> None:
        """Say what was said, and find nothing wrong."""
        self.heard: list[tuple[str, object, Asker]] = []
        self.answer: Callable[[str, Asker], Said] = lambda text, _: Said(message=message(f"you said {text}"))
        self.wrong: Mapping[str, str] = {}

    def command(self, text: str, asker: Asker) -> Said:
        """Somebody typed."""
        return self._told("command", text, asker, text)

    def pressed(self, press: Pressed, asker: Asker) -> Said:
        """Somebody pressed."""
        return self._told("pressed", press, asker, press.value)

    def checked(self, form: Submitted) -> Mapping[str, str]:
        """What is wrong."""
        return self.wrong

    def submitted(self, form: Submitted, asker: Asker) -> Said:
        """Somebody submitted."""
        return self._told("submitted", form, asker, form.private)

    def home(self, asker: Asker) -> SlackView:
        """Tells whose it is, and of which profile."""
        self._told("home", None, asker, "")
        return view(f"home of {asker.user} {asker.profile_id}".strip(), "home")

    def texts(self) -> list[object]:
        """What was brought, without from whom."""
        return [what for _, what, _ in self.heard]

    def _told(self, kind: str, what: object, asker: Asker, text: str) -> Said:
        with self._lock:
            self.heard.append((kind, what, asker))
        return self.answer(text, asker) if kind != "home" else Said()


class MemoryHeard:
    """Implements Heard. ids: all of them, in order."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._lock = threading.Lock()

    def first_time(self, heard_id: str) -> bool:
        """Whether it is new."""
        with self._lock:
            new = heard_id not in self.ids
            self.ids.append(heard_id)
            return new


@dataclass
class Rig:
    """The bot, listening, and Slack around it."""

    slack: SlackStandin
    desk: FakeFrontDesk
    listener: SlackListener
    server: WebServer
    heard: MemoryHeard
    says: Payloads = field(init=False)

    def __post_init__(self) -> None:
        self.says = Payloads(self.slack)

    def fresh(self) -> "Rig":
        """As if nothing had happened: a server for each test would take longer than the test."""
        until(lambda: self.listener.idle)
        self.slack.begin(self.slack.channel.id, tuple(SCOPES))
        self.slack.calls.clear()
        self.slack.script_nothing()
        self.desk.begin()
        self.heard.ids.clear()
        return self

    def send(self, body: dict[str, Any]) -> Acknowledged:
        """To the bot, signed."""
        return send(self.server.url, SECRET, body)

    def whispers(self, count: int = 1) -> list[str]:
        """What single people were told, once there are that many."""
        until(lambda: len(self.slack.whispers) >= count)
        return [one["text"] for one in self.slack.whispers]

    def called(self, method: str, count: int = 1) -> list[dict[str, Any]]:
        """With what the method was called, once it was that often."""
        found: list[dict[str, Any]] = []

        def enough() -> bool:
            found[:] = [given for name, given in list(self.slack.calls) if name == method]
            return len(found) >= count

        until(enough)
        return found


def posted(slack: SlackStandin, text: str = "digest", **more: Any) -> dict[str, Any]:
    """A message of the bot's in the channel."""
    ours = {"type": "message", "user": "U0BOT", "bot_id": "B0BOT", "ts": f"{len(slack.messages) + 1}.000001"}
    blocks = [dict(block) for block in message(text).blocks]
    slack.messages.append({**ours, "text": text, "blocks": blocks, **more})
    return slack.messages[-1]


def whisper(slack: SlackStandin, text: str = "proposal") -> dict[str, Any]:
    """A message of the bot's that only Ada sees."""
    slack.whispers.append({"ts": "9.000001", "channel": "C0DEMO", "user": "U0ADA", "text": text, "blocks": []})
    return slack.whispers[-1]


def until(holds: Callable[[], bool]) -> None:
    """Wait until it does."""
    ends = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.005)


@contextmanager
def everything() -> Iterator[Rig]:
    """Slack, with all that the manifest asks for, and the bot."""
    with (
        TemporaryDirectory() as site,
        SlackStandin(scopes=tuple(SCOPES)) as slack,
        listening(slack, FakeFrontDesk(), Path(site)) as rig,
    ):
        yield rig


@contextmanager
def listening(
    slack: SlackStandin,
    desk: FakeFrontDesk,
    site: Path,
    *,
    workspaces: Workspaces | None = None,
    heard: MemoryHeard | None = None,
    oauth: OAuthPages | None = None,
    **sizes: int,
) -> Iterator[Rig]:
    """The bot behind a web server on a free port. sizes: of SlackListener."""
    heard = heard or MemoryHeard()
    listener = SlackListener(desk, workspaces or OneWorkspace(slack.token, slack.url), heard, PHRASES, **sizes)
    http = SlackHttp(listener.app(SECRET, slack.url), SECRET, oauth)
    figures = lambda _: FIGURES  # noqa: E731
    with WebServer("127.0.0.1", 0, site, lambda: HEALTH, figures, extra_routes=http.routes) as server:
        try:
            yield Rig(slack, desk, listener, server, heard)
        finally:
            listener.close(0.3)
            http.close()
