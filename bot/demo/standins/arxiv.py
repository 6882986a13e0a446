"""A stand-in for arXiv: a local web server with its feed, listing pages and API, for the demo, benchmarks and tests."""

import re
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from bot.demo.standins import arxiv_pages as pages
from bot.domain.paper import Announcement, AnnounceType, Paper, PaperId

NEW_OR_CROSS = (AnnounceType.NEW, AnnounceType.CROSS)
LONGEST_STALL_S = 30.0


@dataclass(frozen=True)
class Asked:
    """One request that came in. at: seconds of the monotonic clock."""

    path: str
    user_agent: str
    at: float


@dataclass(frozen=True)
class Reply:
    """One answer of the stand-in."""

    body: bytes
    content_type: str = "application/xml"
    status: int = 200


@dataclass(frozen=True)
class Fault:
    """How one answer goes wrong. What is not set stays as it would be without the fault.

    body replaces the answer's body, rewrite changes it. sent: send only that many bytes of the body, then hang up (or
    stall: keep the connection open and say no more); -1: not even the headers. pace_s: seconds before every byte.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    rewrite: Callable[[bytes], bytes] | None = None
    sent: int | None = None
    stall: bool = False
    pace_s: float = 0.0

    def spoil(self, reply: Reply) -> Reply:
        """The reply with this fault's status and body."""
        body = reply.body if self.body is None else self.body
        body = self.rewrite(body) if self.rewrite else body
        return Reply(body, self.headers.get("Content-Type", reply.content_type), self.status or reply.status)


class ArxivStandin:
    """Serves the given announcement days as arXiv does; `today` may be changed at any time.

    It knows the categories of its papers and those named in `categories`; any other is answered like a wrong one.
    requests: what was asked, in order. most_at_once: the most requests that were ever open at the same time.
    """

    def __init__(
        self,
        days: Mapping[date, Sequence[Announcement]],
        today: date,
        *,
        categories: Collection[str] = ("cs.LG", "cs.AI", "cs.GL"),
    ) -> None:
        self.today = today
        self.requests: list[Asked] = []
        self.most_at_once = 0
        self._days = dict(days)
        self._categories = set(categories).union(
            *(entry.paper.categories for entries in days.values() for entry in entries)
        )
        self._papers = _by_id(entry.paper for _, entries in sorted(days.items()) for entry in entries)
        self._faults: list[tuple[str, Fault]] = []
        self._cache: dict[tuple[date, str], Reply] = {}
        self._lock = threading.Lock()
        self._open = 0
        self._closing = threading.Event()

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.standin = self
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def site_url(self) -> str:
        """What stands for https://arxiv.org."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def feed_url(self) -> str:
        """What stands for https://rss.arxiv.org."""
        return self.site_url

    @property
    def api_url(self) -> str:
        """What stands for https://export.arxiv.org/api/query."""
        return f"{self.site_url}/api/query"

    def answer_next(self, path_prefix: str, fault: Fault, *, times: int = 1) -> None:
        """Let the next `times` requests whose path begins with `path_prefix` go wrong."""
        with self._lock:
            self._faults += [(path_prefix, fault)] * times

    def asked(self, path_prefix: str) -> list[Asked]:
        """The requests so far whose path begins with `path_prefix`."""
        return [request for request in self.requests if request.path.startswith(path_prefix)]

    def handle(self, handler: "_Handler") -> None:
        """Answer one request, the way its fault says if there is one."""
        with ExitStack() as answering:
            answering.enter_context(self._counted(handler))
            fault = self._take_fault(handler.path) or Fault()
            if fault.sent != -1:
                self._send(handler, fault.spoil(self._reply(handler.path)), fault, answering)
            if fault.sent is not None:
                self._hang(handler, fault)

    def _send(self, handler: "_Handler", reply: Reply, fault: Fault, answering: ExitStack) -> None:
        handler.send_response(reply.status)
        for name, value in {"Content-Type": reply.content_type, **fault.headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        body = reply.body[: fault.sent]
        for place in range(len(body) - 1 if fault.pace_s else 0):
            if self._closing.wait(fault.pace_s):
                return
            handler.wfile.write(body[place : place + 1])
        unsent = body[-1:] if fault.pace_s else body
        handler.wfile.write(unsent[:-1])
        answering.close()  # with its last byte the client is free to ask again
        handler.wfile.write(unsent[-1:])

    def _hang(self, handler: "_Handler", fault: Fault) -> None:
        if fault.stall:
            self._closing.wait(LONGEST_STALL_S)
        handler.close_connection = True
        with suppress(OSError):
            handler.connection.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _counted(self, handler: "_Handler") -> Iterator[None]:
        with self._lock:
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
            self.requests.append(Asked(handler.path, handler.headers.get("User-Agent", ""), time.monotonic()))
        try:
            yield
        finally:
            with self._lock:
                self._open -= 1

    def _take_fault(self, path: str) -> Fault | None:
        with self._lock:
            for place, (prefix, fault) in enumerate(self._faults):
                if path.startswith(prefix):
                    del self._faults[place]
                    return fault
        return None

    def _reply(self, path: str) -> Reply:
        key = (self.today, path)
        if key not in self._cache:
            self._cache[key] = self._render(path)
        return self._cache[key]

    def _render(self, path: str) -> Reply:
        parts = urlsplit(path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        kind, _, rest = unquote(parts.path).strip("/").partition("/")
        if kind in ("rss", "atom"):
            return self._feed(kind, rest.split("+"))
        if kind == "list" and rest.count("/") == 1:
            category, period = rest.split("/")
            return self._list(category, period, int(query.get("show", "2000")))
        if kind == "api":
            return self._api(query)
        return Reply(b"<html><body>Not found</body></html>", "text/html", 404)

    def _feed(self, kind: str, categories: Sequence[str]) -> Reply:
        if unknown := [category for category in categories if category not in self._categories]:
            words = f"Bad subject class '{unknown[0]}'."
            return Reply(pages.feed_error("+".join(categories), words), "application/rss+xml", 400)
        render = pages.rss if kind == "rss" else pages.atom
        return Reply(render(self.today, categories, self._within(self.today, categories)), f"application/{kind}+xml")

    def _list(self, category: str, period: str, show: int) -> Reply:
        if category not in self._categories or period not in ("new", "recent", "pastweek"):
            return Reply(b"<html><body>Bad request</body></html>", "text/html", 400)
        announced = sorted((day for day in self._days if day <= self.today and self._days[day]), reverse=True)
        if period == "new":
            latest = announced[0] if announced else self.today
            return Reply(pages.new_page(category, latest, self._within(latest, [category]), show), "text/html")
        week = [
            (day, [entry for entry in self._within(day, [category]) if entry.how in NEW_OR_CROSS])
            for day in announced[:5]
        ]
        return Reply(pages.pastweek_page(category, week), "text/html")

    def _api(self, query: Mapping[str, str]) -> Reply:
        asked = [text for text in query.get("id_list", "").split(",") if text]
        known = [paper for text in asked if (paper := self._paper(text))]
        if len(asked) == 1 and not re.match(r"[\w.-]+/?\d+\.?\d*(v\d+)?$", asked[0]):
            return Reply(
                pages.api_error(f"incorrect id format for {asked[0]}", self.today), "application/atom+xml", 400
            )
        start, most = int(query.get("start", "0")), int(query.get("max_results", "10"))
        text = f"id_list={','.join(asked)}&start={start}&max_results={most}"
        body = pages.api_answer(text, known[start : start + most], len(known), start, self.today)
        return Reply(body, "application/atom+xml")

    def _paper(self, text: str) -> Paper | None:
        try:
            asked = PaperId.parse(text)
        except ValueError:
            return None
        versions = self._papers.get(asked.arxiv_id, {})
        return versions.get(asked.version or max(versions, default=0))

    def _within(self, day: date, categories: Sequence[str]) -> list[Announcement]:
        return [
            entry
            for entry in self._days.get(day, ())
            if any(entry.paper.filed_under(category) for category in categories)
        ]


def _by_id(papers: Iterator[Paper]) -> dict[str, dict[int, Paper]]:
    """arXiv id -> version -> paper."""
    found: dict[str, dict[int, Paper]] = {}
    for paper in papers:
        found.setdefault(paper.arxiv_id, {})[paper.version] = paper
    return found


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    standin: ArxivStandin

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up is what many tests want; its broken pipe is nobody's news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.standin.handle(self)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal for the product."""
