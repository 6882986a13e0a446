"""A stand-in for arXiv: a local web server with its feed, listing pages and API, for the demo, benchmarks and tests."""

import re
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from bot.demo.standins import arxiv_pages as pages
from bot.demo.standins.arxiv_submissions import NEW_OR_CROSS, SEARCH, Submissions, is_within_search
from bot.domain.paper import Announcement, Paper, PaperId

LONGEST_STALL_S = 30.0
MOST_RESULTS = 30000  # that one search gives, and 2000 of them in one answer


@dataclass(frozen=True)
class Asked:
    """One request that came in. at: seconds of the monotonic clock."""

    path: str
    user_agent: str
    at: float


@dataclass(frozen=True)
class Reply:
    """One answer of the stand-in. location: where it redirects to; empty if it does not."""

    body: bytes
    content_type: str = "application/xml"
    status: int = 200
    location: str = ""


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
        content_type = self.headers.get("Content-Type", reply.content_type)
        return Reply(body, content_type, self.status or reply.status, reply.location)


class ArxivStandin:
    """Serves the given announcement days as arXiv does; `today` may be changed at any time.

    A day that is not given, or without an entry, had no announcement; one before today may hold two nights' papers.
    missing_in_feed: arXiv ids that feed and page of new listings lack on the day they were announced, while the API and
    the page of the past week have them. submitted: arXiv id -> when; other papers were submitted an hour before the
    deadline for the first day that announces them, and those that were only replaced a year before.
    texts: path, such as html/2613.00001v1, pdf/2613.00001v1 or ar5iv/html/2613.00001 -> the page; there are no others.
    It knows the categories of its papers and those named in `categories`; any other is answered like a wrong one.
    requests: what was asked, in order. most_at_once: the most requests that were ever open at the same time.
    """

    def __init__(
        self,
        days: Mapping[date, Sequence[Announcement]],
        today: date,
        *,
        categories: Collection[str] = ("cs.LG", "cs.AI", "cs.GL"),
        missing_in_feed: Collection[str] = (),
        submitted: Mapping[str, datetime] | None = None,
        texts: Mapping[str, bytes] | None = None,
    ) -> None:
        self.today = today
        self.requests: list[Asked] = []
        self.most_at_once = 0
        self._days = dict(days)
        self._categories = set(categories).union(
            *(entry.paper.categories for entries in days.values() for entry in entries)
        )
        self._papers = _by_id(days)
        self._faults: list[tuple[str, Fault]] = []
        self.missing_in_feed = missing_in_feed
        self._submissions = Submissions(self._days, submitted or {})
        self._texts = texts or {}
        self._cache: dict[str, Reply] = {}
        self._cached_for = today
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

    @property
    def ar5iv_url(self) -> str:
        """What stands for https://ar5iv.labs.arxiv.org."""
        return f"{self.site_url}/ar5iv"

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
        handler.send_response_only(reply.status)
        always = {"Content-Type": reply.content_type, "Date": handler.date_time_string()}
        redirect = {"Location": reply.location} if reply.location else {}
        for name, value in {**always, **redirect, **fault.headers}.items():
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
        with self._lock:
            if self._cached_for != self.today:
                self._cached_for, self._cache = self.today, {}
            cache = self._cache
        if path not in cache:
            cache[path] = self._render(path)
        return cache[path]

    def _render(self, path: str) -> Reply:
        parts = urlsplit(path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        kind, _, rest = unquote(parts.path).strip("/").partition("/")
        if kind in ("rss", "atom"):
            return self._feed(kind, rest.split("+"))
        if kind == "list" and rest.count("/") == 1:
            category, period = rest.split("/")
            return self._list(category, period, int(query.get("skip", "0")), min(int(query.get("show", "2000")), 2000))
        if kind == "api":
            return self._api(query)
        return self._text(kind, rest)

    def _text(self, kind: str, rest: str) -> Reply:
        """A page about one paper. What ar5iv does not have, it sends to the abstract page."""
        if page := self._texts.get(f"{kind}/{rest}"):
            return Reply(page, "application/pdf" if kind == "pdf" else "text/html; charset=utf-8")
        if kind == "abs" and (paper := self._paper(rest)):
            return Reply(pages.abstract_page(paper), "text/html; charset=utf-8")
        if kind == "ar5iv":
            return Reply(b"", "text/html", 307, location=f"/abs/{rest.removeprefix('html/')}")
        return Reply(b"<html><body>Not found</body></html>", "text/html", 404)

    def _feed(self, kind: str, categories: Sequence[str]) -> Reply:
        if unknown := [category for category in categories if category not in self._categories]:
            words = f"Bad subject class '{unknown[0]}'."
            return Reply(pages.feed_error("+".join(categories), words), "application/rss+xml", 400)
        render = pages.rss if kind == "rss" else pages.atom
        entries = self._fed(self.today, categories)
        return Reply(render(self.today, categories, entries), f"application/{kind}+xml")

    def _list(self, category: str, period: str, skip: int, show: int) -> Reply:
        if category not in self._categories or period not in ("new", "recent", "pastweek"):
            return Reply(b"<html><body>Bad request</body></html>", "text/html", 400)
        announced = sorted((day for day in self._days if day <= self.today and self._days[day]), reverse=True)
        if period == "new":
            latest = announced[0] if announced else self.today
            return Reply(pages.new_page(category, latest, self._fed(latest, [category]), show), "text/html")
        week = [
            (day, [entry for entry in self._within(day, [category]) if entry.how in NEW_OR_CROSS])
            for day in announced[:5]
        ]
        return Reply(pages.pastweek_page(category, week, skip, show), "text/html")

    def _api(self, query: Mapping[str, str]) -> Reply:
        start, most = int(query.get("start", "0")), int(query.get("max_results", "10"))
        asked = [text for text in query.get("id_list", "").split(",") if text]
        search = query.get("search_query", "")
        if len(asked) == 1 and not re.match(r"[\w.-]+/?\d+\.?\d*(v\d+)?$", asked[0]):
            return self._refused(f"incorrect id format for {asked[0]}")
        if most > 2000 or start + most > MOST_RESULTS or (search and not SEARCH.fullmatch(search)):
            return self._refused(f"cannot answer {search} from {start} to {start + most}")
        ids = self._submissions.found(search, self.today) if search else asked
        papers = (paper for text in ids if (paper := self._paper(text)))
        found = [paper for paper in papers if not search or is_within_search(paper, search)]
        text = f"search_query={search}&id_list={','.join(asked)}&start={start}&max_results={most}"
        slice_ = [(paper, self._submissions.at[paper.arxiv_id]) for paper in found[start : start + most]]
        return Reply(pages.api_answer(text, slice_, len(found), start, self.today), "application/atom+xml")

    def _refused(self, words: str) -> Reply:
        return Reply(pages.api_error(words, self.today), "application/atom+xml", 400)

    def _paper(self, text: str) -> Paper | None:
        try:
            asked = PaperId.parse(text)
        except ValueError:
            return None
        days = self._papers.get(asked.arxiv_id, {})
        versions = {paper.version: paper for paper, day in days.items() if day <= self.today}
        return versions.get(asked.version or max(versions, default=0))

    def _fed(self, day: date, categories: Sequence[str]) -> list[Announcement]:
        """What feed and page of new listings have of the day."""
        return [e for e in self._within(day, categories) if e.paper.arxiv_id not in self.missing_in_feed]

    def _within(self, day: date, categories: Sequence[str]) -> list[Announcement]:
        return [
            entry
            for entry in self._days.get(day, ())
            if any(entry.paper.filed_under(category) for category in categories)
        ]


def _by_id(days: Mapping[date, Sequence[Announcement]]) -> dict[str, dict[Paper, date]]:
    """arXiv id -> what there is of the paper, in the order of its announcements -> the first day that announces it."""
    found: dict[str, dict[Paper, date]] = {}
    for day, entries in sorted(days.items()):
        for entry in entries:
            found.setdefault(entry.paper.arxiv_id, {}).setdefault(entry.paper, day)
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
