"""The small web server: health, metrics and the archive. It reads, and changes nothing; what else it serves, such as
Slack's requests, comes with routes of its own.

It runs in a thread of its own, so that it answers whatever the loop does, and so can say that the loop stands still.
"""

import asyncio
import errno
import logging
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.adapters.web_metrics import BUCKETS_S, CONTENT_TYPE, exposition
from bot.adapters.web_pages import Pages, SafeHeaders, days_in
from bot.domain.figures import Figures
from bot.domain.health import Health
from bot.domain.profile import MAIL_ADDRESS
from bot.domain.runs import DayStatus
from bot.errors import BotError, SettingsError

log = logging.getLogger(__name__)

STARTS_WITHIN_S, STOPS_WITHIN_S = 10.0, 1.0
MOST_CONNECTIONS = 200
LONGEST_HEAD = 16 * 1024  # bytes of a request's line and headers
HINTS = {
    errno.EADDRINUSE: "Another program, or another Broadsheet, listens there: set HTTP_PORT to a free port",
    errno.EACCES: "Ports below 1024 are for root: set HTTP_PORT to a higher one",
}
NO_STORE = {"Cache-Control": "no-store"}
Index = Callable[[Mapping[str, Sequence[date]]], str]
Routes = Sequence[Route]


class WebServer:
    """Serves within a `with` block."""

    def __init__(
        self,
        host: str,
        port: int,
        site: Path,
        health: Callable[[], Health],
        figures: Callable[[Sequence[float]], Figures],
        *,
        index: Index | None = None,
        extra_routes: Routes = (),
        patience_s: float = 60.0,
    ) -> None:
        """port: 0 for any free one. site: the archive's folder. index: the page at /, of profile id -> days.

        extra_routes: what is served besides. patience_s: a connection that is older serves no further request; half of
        it later it is cut, whatever it is at. health must not wait for anything; figures gets the upper bounds of
        delivery times, in seconds, and may raise BotError. Both are called from several threads.
        """
        self._host, self._port, self._patience_s = host, port, patience_s
        self._app = _app(_Answers(site, health, figures, index), extra_routes)
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "WebServer":
        """Listen. Raises SettingsError if that is not possible at this host and port."""
        listening = _listen(self._host, self._port)
        self._port = listening.getsockname()[1]
        self._server = _Server(_Config(self._app, self._patience_s))
        self._thread = threading.Thread(target=self._serve, args=(listening,), name="web", daemon=True)
        self._thread.start()
        if not self._server.up.wait(STARTS_WITHIN_S):
            raise SettingsError(f"the web server did not start on {self.url}", hint="See the log for the reason")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop: what is being answered may end for a second, then every connection is cut."""
        assert self._thread, "started"
        self._server.should_exit = True
        self._thread.join(STOPS_WITHIN_S)
        if self._thread.is_alive():
            self._server.cut_off()
            self._thread.join(STOPS_WITHIN_S / 2)
        if self._thread.is_alive():
            log.warning("the web server does not stop; it ends with the program")

    @property
    def url(self) -> str:
        """Its address on this machine, without a slash at the end."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}"

    def _serve(self, listening: socket.socket) -> None:
        try:
            self._server.run(sockets=[listening])
        except Exception:  # nobody joins this thread to see it
            log.exception("the web server broke")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise SettingsError(
            f"the web server cannot listen on {host} port {port} ({error.strerror})",
            hint=HINTS.get(error.errno or 0, "Set HTTP_HOST to an address of this machine, such as 127.0.0.1"),
            permanent=True,
        ) from error


class _Connection(H11Protocol):
    """One that ends: uvicorn waits for ever for whoever connects and sends nothing, or a letter a minute."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        assert isinstance(self.config, _Config), "made by _Server"
        patience_s = self.config.patience_s
        self._ends = [
            self.loop.call_later(patience_s, self._last_answer),
            self.loop.call_later(patience_s * 1.5, transport.abort),
        ]

    def connection_lost(self, exc: Exception | None) -> None:
        for end in self._ends:
            end.cancel()
        super().connection_lost(exc)

    def _last_answer(self) -> None:
        if not self.transport.is_closing():
            self.shutdown()


class _Config(uvicorn.Config):
    """uvicorn without what it does to signals, logs and headers when it is the whole program."""

    def __init__(self, app: ASGIApp, patience_s: float) -> None:
        super().__init__(
            app,
            http=_Connection,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=15,
            limit_concurrency=MOST_CONNECTIONS,
            h11_max_incomplete_event_size=LONGEST_HEAD,
        )
        self.patience_s = patience_s


class _Server(uvicorn.Server):
    """up: it listens."""

    def __init__(self, config: _Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    def cut_off(self) -> None:
        """End every connection at once. Called from another thread."""
        self.force_exit = True
        for connection in list(self.server_state.connections):
            if isinstance(connection, _Connection):
                connection.loop.call_soon_threadsafe(connection.transport.abort)


@dataclass(frozen=True)
class _Answers:
    """What each address answers with."""

    site: Path
    health: Callable[[], Health]
    figures: Callable[[Sequence[float]], Figures]
    index: Index | None

    # healthz and readyz wait for nothing, so they answer even while every thread waits for the database.

    async def healthz(self, _: Request) -> Response:
        now = self.health()
        status = HTTPStatus.OK if now.turning else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse(_document(now), status, NO_STORE)

    async def readyz(self, _: Request) -> Response:
        now = self.health()
        told = "ready" if now.ready else _without_addresses(now.told) or "the first look at what is due is not done yet"
        status = HTTPStatus.OK if now.ready else HTTPStatus.SERVICE_UNAVAILABLE
        return PlainTextResponse(f"{told}\n", status, NO_STORE)

    def metrics(self, _: Request) -> Response:
        try:
            counted = self.figures(BUCKETS_S)
        except BotError as error:
            log.warning("no figures for /metrics", extra={"error": str(error)})
            counted = None
        return Response(exposition(self.health(), counted), headers=NO_STORE, media_type=CONTENT_TYPE)

    def first_page(self, _: Request) -> Response:
        if self.index is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return HTMLResponse(self.index(days_in(self.site)), headers={"Cache-Control": "no-cache"})


def _app(answers: _Answers, extra_routes: Routes) -> ASGIApp:
    routes = [
        Route("/", answers.first_page),
        Route("/healthz", answers.healthz),
        Route("/readyz", answers.readyz),
        Route("/metrics", answers.metrics),
        *extra_routes,
        Mount("/", Pages(answers.site)),
    ]
    handlers = {HTTPException: _refused, Exception: _broken}
    whole = SafeHeaders(Starlette(routes=routes, exception_handlers=handlers))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await whole(scope, receive, send)
        except asyncio.CancelledError:  # nobody waits for this task; uvicorn would log a traceback
            log.info("an answer was cut off because the program ends")

    return app


def _document(health: Health) -> dict[str, object]:
    """What /healthz shows: for people first, so in words, and the newest day first."""
    days = {profile: [_day(one) for one in reversed(statuses)] for profile, statuses in health.days.items()}
    return {
        "turning": health.turning,
        "ready": health.ready,
        "told": _without_addresses(health.told),
        "version": health.version,
        "last_turn": _iso(health.last_turn),
        "working_on": _without_addresses(health.working_on),
        "next_due": _iso(health.next_due),
        "days": days,
    }


def _day(status: DayStatus) -> dict[str, str]:
    return {"day": str(status.day), "state": status.state, "told": _without_addresses(status.told)}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _without_addresses(text: str) -> str:
    """The words without readers' addresses: mail:ada@example.org becomes mail:…"""
    return MAIL_ADDRESS.sub(lambda found: f"{found[0].rpartition('@')[0].rpartition(':')[0]}:…".lstrip(":"), text)


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for it"
    # A file that may not be read is none of the client's business.
    status = HTTPStatus.NOT_FOUND if error.status_code == HTTPStatus.UNAUTHORIZED else HTTPStatus(error.status_code)
    return PlainTextResponse(f"{status.phrase}\n", status, error.headers)


def _broken(_: Request, error: Exception) -> Response:
    # uvicorn logs the error with its traceback.
    return PlainTextResponse("Internal Server Error\n", HTTPStatus.INTERNAL_SERVER_ERROR)
