"""A stand-in for Slack's Web API on this machine: keeps what is posted, refuses what Slack refuses, fails on demand."""

import json
import socket
import threading
from base64 import b64decode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl

from bot.demo.standins import slack_messages, slack_views
from bot.demo.standins.slack_state import SCOPES, Channel, Json, SlackState, refused

__all__ = ["SCOPES", "Channel", "Fault", "SlackStandin"]


@dataclass(frozen=True)
class Fault:
    """How one call goes wrong.

    error: Slack's error code, with `more` in the answer. status: of HTTP. retry_after: seconds, for 429.
    drop: close the connection without an answer. stall: never answer. garbage: answer with a web page.
    done: do what was asked before going wrong.
    """

    error: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    retry_after: str = ""
    drop: bool = False
    stall: bool = False
    garbage: bool = False
    done: bool = False


class SlackStandin(SlackState):
    """Use it as a context manager; point the bot at `url` with `token`.

    calls: (method, parameters) of every call in order. script(): what the next calls of a method run into.
    """

    def __init__(self, channel: str = "C0DEMO", scopes: Sequence[str] | None = SCOPES) -> None:
        super().__init__(channel, scopes)
        self.calls: list[tuple[str, Json]] = []
        self._faults: dict[str, list[Fault | None]] = defaultdict(list)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.root = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self.url = f"{self.root}api/"

    def __enter__(self) -> "SlackStandin":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def response_url(self, channel: str, user: str, original: Json | None = None) -> str:
        """A new response_url. original: the message whose button was pressed."""
        return self.root + self.hook(channel, user, original)

    def script(self, method: str, *faults: Fault | None) -> None:
        """The next calls of `method` (or of response_url) run into these, one each; None lets one pass."""
        self._faults[method] += faults

    def script_nothing(self) -> None:
        """Forget what was scripted."""
        self._faults.clear()

    def answer(self, method: str, given: Json, token: str, client: tuple[str, str] = ("", "")) -> "Answered":
        """What Slack answers, and the fault that keeps it from doing so. client: of HTTP's Basic authorization."""
        with self._lock:
            self.calls.append((method, given))
            fault = self._faults[method].pop(0) if self._faults[method] else None
            if fault and not fault.done:
                return Answered({"ok": False, "error": fault.error, **fault.more}, fault)
            return Answered(self._answer(method, given, token, client), fault)

    def respond(self, path: str, given: Json) -> "Answered":
        """What a response_url answers."""
        with self._lock:
            self.calls.append(("response_url", given))
            fault = self._faults["response_url"].pop(0) if self._faults["response_url"] else None
            if fault and not fault.done:
                return Answered(fault.error or "error", fault)
            status, told = slack_messages.respond(self, path, given)
            return Answered(told, fault or Fault(status=status))

    def stall(self) -> None:
        """Wait until the stand-in is stopped."""
        self._stopping.wait(30)

    def _answer(self, method: str, given: Json, token: str, client: tuple[str, str]) -> Json:
        if method == "oauth.v2.access":
            return slack_views.oauth_access(self, given, client)
        if method == "apps.connections.open":
            return slack_views.connection(self, token)
        if token not in self.tokens:
            return refused("invalid_auth" if token else "not_authed")
        if method in slack_views.METHODS:
            return slack_views.METHODS[method](self, given, self.tokens[token])
        if method not in slack_messages.METHODS:
            return refused("unknown_method")
        place = self.place if method == "chat.postMessage" else self.channels.get  # no other takes a person's id
        channel = place(str(given.get("channel", "")))
        return slack_messages.METHODS[method](self, given, channel) if channel else refused("channel_not_found")


@dataclass(frozen=True)
class Answered:
    """What is sent back; the fault that it goes wrong with."""

    told: Json | str
    fault: Fault | None


class _Server(ThreadingHTTPServer):
    request_queue_size = 200  # a hundred people at once are no fault


def _handler(slack: SlackStandin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            as_json = "json" in self.headers.get("Content-Type", "")
            given = json.loads(body or "{}") if as_json else dict(parse_qsl(body))
            answered = self._answered(given)
            answer, fault = answered.told, answered.fault
            if fault and fault.stall:
                slack.stall()
            if fault and (fault.drop or fault.stall):
                self.close_connection = True
                with suppress(OSError):  # the bot may have hung up first
                    self.connection.shutdown(socket.SHUT_RDWR)
                return
            page = answer if isinstance(answer, str) else json.dumps(answer)
            self._send(b"<html>Be right back</html>" if fault and fault.garbage else page.encode(), fault or Fault())

        def _answered(self, given: Json) -> Answered:
            if self.path.startswith("/hooks/"):
                return slack.respond(self.path.removeprefix("/"), given)
            kind, _, token = self.headers.get("Authorization", "").partition(" ")
            name, _, secret = b64decode(token).decode().partition(":") if kind == "Basic" else ("", "", "")
            return slack.answer(self.path.rsplit("/", 1)[-1], given, token, (name, secret))

        def _send(self, page: bytes, fault: Fault) -> None:
            self.send_response(fault.status)
            self.send_header("Content-Type", "text/html" if fault.garbage else "application/json")
            self.send_header("Content-Length", str(len(page)))
            if slack.scopes is not None:
                self.send_header("X-OAuth-Scopes", ",".join(slack.scopes))
            if fault.retry_after:
                self.send_header("Retry-After", fault.retry_after)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the stand-in keeps its calls."""

    return Handler
