"""Socket Mode: the bot calls Slack and holds the line, so it needs no public address.

The SDK's client pings and reads; this looks whether the line holds and calls again, ever more rarely while Slack is
away. Addresses of lines hold tickets: they are in no log.
"""

import logging
import os
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.adapter.socket_mode.internals import build_headers, send_response
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.adapters.slack_api import HINTS, SlackApi
from bot.adapters.slack_listen import SENT, dispatch
from bot.errors import BotError, DeliveryError

log = logging.getLogger(__name__)

LOOK_S = 0.5
PAUSES_S = (1.0, 120.0)  # between calls: the first, which doubles, and the longest
STOPS_WITHIN_S = 1.5
READS = 16 * 1024  # bytes at once; it calls itself for each that a message takes
RENEW = (
    "Make an app token (xapp-…) with the scope connections:write under Basic Information at api.slack.com/apps, "
    "put it into SLACK_APP_TOKEN, and see that Socket Mode is on"
)
REFUSALS: Mapping[str, str] = dict.fromkeys(
    ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"),
    RENEW,
)
APP_HINTS = {**HINTS, **REFUSALS, "missing_scope": RENEW, "socket_mode_not_enabled": RENEW, "forbidden": RENEW}


class SocketMode:
    """Holds the line within a `with` block. Starting never fails: it goes on trying."""

    def __init__(self, app: App, app_token: str, base_url: str, pauses_s: tuple[float, float] = PAUSES_S) -> None:
        """pauses_s: between calls while Slack is away: the first, which doubles, and the longest.

        Raises SettingsError for a token that cannot stand in a header.
        """
        self._api = app_api(app_token, base_url)
        self._app, self._pauses_s = app, pauses_s
        self._stopping = threading.Event()
        self._told = "not connected yet"
        self._thread = threading.Thread(target=self._hold, name="slack-socket", daemon=True)
        self._client: SocketModeClient | None = None

    def __enter__(self) -> "SocketMode":
        handler = _Handler(self._app, self._api.web.token, logging.getLogger("slack_sdk.socket_mode"), self._api.web)
        self._client = handler.client
        self._client.auto_reconnect_enabled = self._client.default_auto_reconnect_enabled = False
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up. The client's threads may still be reading; they are not waited for much longer."""
        assert self._client, "entered"
        self._stopping.set()
        # Else its threads would wait for a while for what does not come any more.
        self._client.closed = self._client.current_session_state.terminated = True
        self._client.message_queue.put(None)
        with suppress(OSError, AttributeError):  # there may be no line
            self._client.current_session.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
        closing = threading.Thread(target=self._client.close, name="slack-socket-close", daemon=True)
        closing.start()
        closing.join(STOPS_WITHIN_S)

    @property
    def connected(self) -> bool:
        """Whether the line holds."""
        session = self._client.current_session if self._client else None
        line = session.sock if session else None  # another thread may take it away
        return line is not None and not _is_dead(line)

    @property
    def told(self) -> str:
        """Why it does not, in words; empty while it does."""
        return "" if self.connected else self._told

    def _hold(self) -> None:
        pause_s, longest_s = self._pauses_s
        held = False
        while not self._stopping.is_set():
            if self.connected:
                if not held:
                    log.info("connected to Slack")
                    self._told = "the connection is lost"
                held, pause_s = True, self._pauses_s[0]
                self._stopping.wait(LOOK_S)
                continue
            if held:
                log.warning("the connection to Slack is lost; trying again")
                held = False
                self._hang_up()
            self._call()
            if not self.connected:
                self._stopping.wait(pause_s)
                pause_s = min(2 * pause_s, longest_s)

    def _call(self) -> None:
        """Try once; a reason is logged when it is a new one."""
        assert self._client, "entered"
        try:
            url = str(self._api.call(self._api.web.apps_connections_open, app_token=self._api.web.token).get("url"))
            with self._client.connect_operation_lock:
                self._client.wss_uri = url
                self._client.connect()
            why = "Slack gave an address where nobody answers"
        except BotError as error:
            why = str(error)
        except (OSError, SlackClientError) as error:  # these may quote the address
            why = f"the connection broke ({type(error).__name__})"
        if self._stopping.is_set():
            self._hang_up()
        elif not self.connected and why != self._told:
            log.error("Slack is not connected: commands are not heard", extra={"why": why})
        self._told = why

    def _hang_up(self) -> None:
        """On our side, too: the client reads on, without a pause, from a line that the other end has closed."""
        assert self._client, "entered"
        # The client's own thread may close the same session at the same moment; then there is no socket left to close.
        with suppress(OSError, AttributeError):
            self._client.disconnect()


def _is_dead(line: socket.socket) -> bool:
    """Whether the other end has closed it, which the client finds out only after four pings. TLS or not: this looks at
    the bytes beneath, and takes none of them away."""
    try:
        with socket.socket(fileno=os.dup(line.fileno())) as beneath:
            return not beneath.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False  # nothing to read, and nothing is what one expects
    except OSError:
        return True


class _Handler(SocketModeHandler):
    """Bolt's, telling when the acknowledgement has left, and of what goes wrong: the client swallows both."""

    def __init__(self, app: App, app_token: str | None, logger: logging.Logger, web: object) -> None:
        super().__init__(app, app_token, logger, web, receive_buffer_size=READS)  # type: ignore[arg-type]

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """One thing that came."""
        try:
            asked = BoltRequest(mode="socket_mode", body=req.payload, headers=build_headers(req))
            send_response(client, req, dispatch(self.app, asked), 0.0)
            if sent := asked.context.get(SENT):
                sent.set()
        except (OSError, SlackClientError) as error:
            log.warning("an acknowledgement did not reach Slack", extra={"why": type(error).__name__})
        except Exception:
            log.exception("a defect in hearing what came from Slack")


def app_api(app_token: str, base_url: str) -> SlackApi:
    """Slack's API for an app token. Raises SettingsError."""
    return SlackApi(app_token, "slack app", base_url, timeout=10, tries=1, hints=APP_HINTS)


def check_app_token(app_token: str, base_url: str) -> str:
    """Whether Slack would connect us. Returns what works. Raises DeliveryError and SettingsError."""
    api = app_api(app_token, base_url)
    if not api.read(api.web.apps_connections_open, app_token=app_token).get("url"):
        raise DeliveryError(f"{api.about}: Slack gave no address to connect to", hint="Try again in a while")
    return "Slack connects us: commands and buttons are heard in Socket Mode"
