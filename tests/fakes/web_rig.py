"""What the tests of the web server share: values to serve, and a client that speaks HTTP over a real socket."""

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from bot.adapters.web import WebServer
from bot.adapters.web_metrics import BUCKETS_S
from bot.domain.figures import Figures, Seconds, Spent
from bot.domain.health import Health
from bot.domain.runs import DayStatus, RunState

NOON = datetime(2026, 5, 6, 16, 0, tzinfo=UTC)
HEALTH = Health(
    turning=True,
    ready=True,
    version="1.2.3",
    last_turn=NOON,
    working_on="judging: 3 of 12",
    next_due=datetime(2026, 5, 7, 12, 30, tzinfo=UTC),
    days={
        "group": (
            DayStatus(date(2026, 5, 2), RunState.QUIET, "arXiv announces nothing on a Saturday"),
            DayStatus(date(2026, 5, 4), RunState.COMPLETE),
            DayStatus(date(2026, 5, 5), RunState.PARTIAL, "not delivered to mail:ada@example.org: no such mailbox"),
            DayStatus(date(2026, 5, 6), RunState.FAILED, "arXiv cannot be reached"),
        )
    },
)
FIGURES = Figures(
    runs={"group": {"complete": 7, "failed": 2, "running": 1, "preview": 4}},
    papers={"announced": 36, "shown": 35, "failed": 1},
    spent=(Spent("claude-haiku-5-5", "judge", 12, 10_000, 4_000, 900, Decimal("0.25"), 1),),
    retries={"arxiv": 3},
    deliveries={"slack": {"sent": 4, "failed": 1}},
    took={"slack": Seconds((0, 0, 1, *[3] * (len(BUCKETS_S) - 3)), 4, 900.5)},
    last_success={"group": NOON},
)
NOTHING = Figures(runs={}, papers={}, spent=(), retries={}, deliveries={}, took={}, last_success={})


@dataclass(frozen=True)
class Got:
    """One answer. headers: by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


def get(server: WebServer, path: str, method: str = "GET", **headers: str) -> Got:
    """One request on a connection of its own; `path` goes out as it is. Headers: if_none_match=…"""
    parts = urlsplit(server.url)
    connection = HTTPConnection(str(parts.hostname), parts.port or 80, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return Got(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def connected(server: WebServer) -> socket.socket:
    """A bare connection."""
    parts = urlsplit(server.url)
    return socket.create_connection((str(parts.hostname), parts.port or 80), timeout=10)


@contextmanager
def serving(
    site: Path,
    health: Callable[[], Health] = lambda: HEALTH,
    figures: Callable[[Sequence[float]], Figures] = lambda _: FIGURES,
    index: Callable[[Mapping[str, Sequence[date]]], str] | None = None,
) -> Iterator[WebServer]:
    """A server on a free port."""
    with WebServer("127.0.0.1", 0, site, health, figures, index=index) as server:
        yield server


def health(**fields: object) -> Health:
    """HEALTH with some fields replaced."""
    return replace(HEALTH, **fields)  # type: ignore[arg-type]
