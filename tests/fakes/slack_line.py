"""Slack's end of Socket Mode: a websocket on this machine that sends envelopes and keeps what is acknowledged."""

import json
import threading
from contextlib import suppress
from itertools import count
from socket import SHUT_RDWR
from types import TracebackType
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from bot.demo.standins.slack import SlackStandin
from tests.fakes.slack_rig import until

KINDS = {"block_actions": "interactive", "view_submission": "interactive", "event_callback": "events_api"}


class SlackLine:
    """Use it as a context manager; the stand-in then gives out its address. acknowledged: envelope -> payload."""

    def __init__(self, slack: SlackStandin) -> None:
        self._slack, self._numbers = slack, count(1)
        self.acknowledged: dict[str, Any] = {}
        self.lines: list[ServerConnection] = []

    def __enter__(self) -> "SlackLine":
        self._server = serve(self._talk, "127.0.0.1", 0)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        host, port = self._server.socket.getsockname()
        self._slack.websocket_url = f"ws://{host}:{port}/link/?ticket=secret-ticket"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()
        self._server.shutdown()

    def send(self, payload: dict[str, Any], envelope: str = "") -> str:
        """To the newest line, as Slack wraps it. Returns the envelope's id."""
        envelope = envelope or f"envelope-{next(self._numbers)}"
        kind = "slash_commands" if "command" in payload else KINDS[payload["type"]]
        self.tell(type=kind, envelope_id=envelope, payload=payload, accepts_response_payload=True)
        return envelope

    def tell(self, **message: Any) -> None:
        """Anything, to the newest line."""
        until(lambda: bool(self.lines))
        self.lines[-1].send(json.dumps(message))

    def answered(self, envelope: str) -> Any:
        """What the acknowledgement carried, once it is there."""
        until(lambda: envelope in self.acknowledged)
        return self.acknowledged[envelope]

    def drop(self) -> None:
        """Hang up on everybody, without a word."""
        while self.lines:
            with suppress(OSError):  # the other end may have hung up
                self.lines.pop().socket.shutdown(SHUT_RDWR)

    def _talk(self, line: ServerConnection) -> None:
        self.lines.append(line)
        line.send(json.dumps({"type": "hello"}))
        try:
            for text in line:
                told = json.loads(text)
                self.acknowledged[told["envelope_id"]] = told.get("payload")
        except (ConnectionClosed, OSError):
            return
