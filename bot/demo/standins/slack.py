"""A stand-in for Slack's Web API on this machine: keeps what is posted, refuses what Slack refuses, fails on demand."""

import json
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from bot.demo.standins.slack_limits import refusal

Json = dict[str, Any]
SCOPES = ("chat:write", "channels:read", "channels:history")


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


@dataclass
class Channel:
    """A channel and the messages in it, oldest first, as Slack's API gives them."""

    id: str
    name: str = "papers"
    is_member: bool = True
    is_archived: bool = False
    is_private: bool = False
    messages: list[Json] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """How scopes call it."""
        return "groups" if self.is_private else "channels"


class SlackStandin:
    """Use it as a context manager; point the bot at `url` with `token`.

    calls: (method, parameters) of every call in order. script(): what the next calls of a method run into. scopes: None
    for a Slack that does not tell them.
    """

    def __init__(self, channel: str = "C0DEMO", scopes: Sequence[str] | None = SCOPES) -> None:
        self.token, self.scopes = "xoxb-stand-in", scopes
        self.channel = Channel(channel)
        self.calls: list[tuple[str, Json]] = []
        self._faults: dict[str, list[Fault | None]] = defaultdict(list)
        self._numbers = count(1)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/api/"

    def __enter__(self) -> "SlackStandin":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def messages(self) -> list[Json]:
        """What stands in the channel and its threads, oldest first."""
        return self.channel.messages

    def script(self, method: str, *faults: Fault | None) -> None:
        """The next calls of `method` run into these, one each; None lets one pass."""
        self._faults[method] += faults

    def answer(self, method: str, given: Json, token: str) -> tuple[Json, Fault | None]:
        """What Slack answers, and the fault that keeps it from doing so."""
        with self._lock:
            self.calls.append((method, given))
            fault = self._faults[method].pop(0) if self._faults[method] else None
            if fault and not fault.done:
                return {"ok": False, "error": fault.error, **fault.more}, fault
            return self._answer(method, given, token), fault

    def stall(self) -> None:
        """Wait until the stand-in is stopped."""
        self._stopping.wait(30)

    def _answer(self, method: str, given: Json, token: str) -> Json:
        known = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.info": self._info,
        }
        if token != self.token:
            return _refused("invalid_auth" if token else "not_authed")
        if method not in known:
            return _refused("unknown_method")
        if method != "auth.test" and given.get("channel") != self.channel.id:
            return _refused("channel_not_found")
        return known[method](given)

    def _auth_test(self, _: Json) -> Json:
        who = {"team": "Stand-in", "user": "broadsheet", "team_id": "T0DEMO", "user_id": "U0BOT", "bot_id": "B0BOT"}
        return {"ok": True, "url": "https://stand-in.slack.com/", **who}

    def _post(self, given: Json) -> Json:
        text, blocks = given.get("text", ""), given.get("blocks", [])
        if self.scopes is not None and "chat:write" not in self.scopes:
            return _missing("chat:write", self.scopes)
        if self.channel.is_archived or not self.channel.is_member:
            return _refused("is_archived" if self.channel.is_archived else "not_in_channel")
        if error := refusal(text, blocks):
            return _refused(error)
        thread = given.get("thread_ts")
        if thread and not any(message["ts"] == thread for message in self.messages):
            return _refused("thread_not_found")
        ts = f"{int(time.time())}.{next(self._numbers):06d}"
        message: Json = {
            "type": "message",
            "user": "U0BOT",
            "bot_id": "B0BOT",
            "ts": ts,
            "text": text,
            "blocks": blocks,
        }
        message |= {key: given[key] for key in ("thread_ts", "metadata") if key in given}
        self.messages.append(message)
        return {"ok": True, "channel": self.channel.id, "ts": ts, "message": message}

    def _update(self, given: Json) -> Json:
        message = next((one for one in self.messages if one["ts"] == given.get("ts")), None)
        if not message:
            return _refused("message_not_found")
        if error := refusal(given.get("text", ""), given.get("blocks", [])):
            return _refused(error)
        message.update({key: given[key] for key in ("text", "blocks", "metadata") if key in given})
        return {"ok": True, "channel": self.channel.id, "ts": message["ts"], "text": message["text"]}

    def _history(self, given: Json) -> Json:
        oldest = float(given.get("oldest", 0))
        found = [one for one in reversed(self.messages) if "thread_ts" not in one and float(one["ts"]) >= oldest]
        return self._page(found, given)

    def _replies(self, given: Json) -> Json:
        found = [one for one in self.messages if given.get("ts") in (one["ts"], one.get("thread_ts"))]
        return self._page(found, given) if found else _refused("thread_not_found")

    def _page(self, found: Sequence[Json], given: Json) -> Json:
        if self.scopes is not None and f"{self.channel.kind}:history" not in self.scopes:
            return _missing(f"{self.channel.kind}:history", self.scopes)
        start, limit = int(given.get("cursor") or 0), int(given.get("limit", 100))
        page = [dict(message) for message in found[start : start + limit]]
        if str(given.get("include_all_metadata", "0")).lower() not in ("1", "true"):
            for message in page:
                message.pop("metadata", None)
        more = start + limit < len(found)
        cursor = str(start + limit) if more else ""
        return {"ok": True, "messages": page, "has_more": more, "response_metadata": {"next_cursor": cursor}}

    def _info(self, _: Json) -> Json:
        if self.scopes is not None and f"{self.channel.kind}:read" not in self.scopes:
            return _missing(f"{self.channel.kind}:read", self.scopes)
        shown = ("id", "name", "is_member", "is_archived", "is_private")
        about = {key: getattr(self.channel, key) for key in shown}
        return {"ok": True, "channel": about}


def _refused(error: str) -> Json:
    return {"ok": False, "error": error}


def _missing(scope: str, scopes: Sequence[str]) -> Json:
    return {"ok": False, "error": "missing_scope", "needed": scope, "provided": ",".join(scopes)}


def _handler(slack: SlackStandin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            as_json = "json" in self.headers.get("Content-Type", "")
            given = json.loads(body or "{}") if as_json else dict(parse_qsl(body))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            answer, fault = slack.answer(self.path.rsplit("/", 1)[-1], given, token)
            if fault and fault.stall:
                slack.stall()
            if fault and (fault.drop or fault.stall):
                self.close_connection = True
                with suppress(OSError):  # the bot may have hung up first
                    self.connection.shutdown(socket.SHUT_RDWR)
                return
            page = b"<html>Be right back</html>" if fault and fault.garbage else json.dumps(answer).encode()
            self._send(page, fault or Fault())

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
