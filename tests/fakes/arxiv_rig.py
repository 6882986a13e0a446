"""An ArxivSource and an ArxivArchive on a stand-in: real client, real sockets, no pauses."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from bot.adapters.arxiv_archive import ArxivArchive
from bot.adapters.arxiv_gate import Gate
from bot.adapters.arxiv_source import ArxivSource
from bot.adapters.arxiv_web import ArxivWeb, Limits
from bot.demo.standins.arxiv import ArxivStandin, Fault
from bot.domain.listing import Listing
from bot.domain.paper import Announcement, AnnounceType
from bot.ports import Source
from tests.examples import DAY, announced

TWO_TRIES = Limits(connect_s=5, read_s=5, total_s=10, tries=2, backoff_s=2)
IMPATIENT = Limits(connect_s=5, read_s=0.25, total_s=0.4, tries=2, backoff_s=2)
CATEGORIES = ("cs.LG", "cs.AI")
WEB_PAGE = Fault(
    body=b"<!DOCTYPE html><html><body>Please wait<br></body></html>", headers={"Content-Type": "text/html"}
)
CUT_IN_HALF = Fault(rewrite=lambda body: body[: len(body) // 2])
SILENT = Fault(sent=-1, stall=True)
HUNG_UP = Fault(sent=-1)

FIVE = (
    announced(1, comment="8 pages", categories=("cs.LG", "cs.AI")),
    announced(2, categories=("cs.LG",), doi="10.1000/2"),
    announced(3, AnnounceType.CROSS, categories=("cs.CV", "cs.AI"), comment="5 figures"),
    announced(4, AnnounceType.REPLACE, arxiv_id="hep-th/9901001", version=3, categories=("cs.AI",)),
    announced(5, AnnounceType.REPLACE_CROSS, version=2, categories=("stat.ML", "cs.LG", "cs.AI"), comment="v2"),
)
ENTRIES = 7  # papers 1 and 5 stand on both pages


def feed_only(entry: Announcement) -> Announcement:
    """What the feed knows of a paper: no comment."""
    return replace(entry, paper=replace(entry.paper, comment=None))


def patience_with(fault: Fault) -> Limits:
    """Short limits for a fault that keeps its client waiting; otherwise limits that a slow machine does not reach."""
    return IMPATIENT if fault.stall or fault.pace_s else TWO_TRIES


@dataclass
class Rig:
    """The stand-in, what reads it, the pauses (seconds) that were asked for, and the progress that was told.

    retries: one entry for each further try. age: add seconds to make what the archive has read that much older.
    """

    standin: ArxivStandin
    web: ArxivWeb
    source: ArxivSource
    archive: ArxivArchive
    slept: list[float]
    steps: list[tuple[int, int]]
    retries: list[str] = field(default_factory=list)
    age: list[float] = field(default_factory=list)

    def announced(self, day: date = DAY) -> Listing:
        """What the source makes of cs.LG and cs.AI."""
        source: Source = self.source
        return source.announced(day, CATEGORIES)


class Steps(list[tuple[int, int]]):
    """Progress that is kept: (done, total) after every step."""

    def step(self, stage: str, done: int, total: int) -> None:
        """Keep it."""
        assert stage == "reading arXiv"
        self.append((done, total))


@contextmanager
def arxiv_rig(
    folder: Path, *entries: Announcement, today: date = DAY, day: date = DAY, limits: Limits = TWO_TRIES
) -> Iterator[Rig]:
    """A rig whose arXiv announced `entries` on `day` and shows the feed of `today`."""
    with ArxivStandin({day: entries}, today) as standin:
        yield rig_on(standin, folder, limits)


@contextmanager
def arxiv_days(
    folder: Path,
    days: Mapping[date, Sequence[Announcement]],
    today: date,
    *,
    limits: Limits = TWO_TRIES,
    submitted: Mapping[str, datetime] | None = None,
) -> Iterator[Rig]:
    """A rig whose arXiv announced these days. submitted: see ArxivStandin."""
    with ArxivStandin(days, today, submitted=submitted) as standin:
        yield rig_on(standin, folder, limits)


def rig_on(standin: ArxivStandin, folder: Path, limits: Limits = TWO_TRIES) -> Rig:
    """What reads a running stand-in. folder: where the gate is."""
    slept: list[float] = []
    retries: list[str] = []
    age: list[float] = []
    steps = Steps()
    web = ArxivWeb(
        Gate(folder, 0),
        "broadsheet/test",
        limits=limits,
        sleep=slept.append,
        retried=lambda: retries.append("again"),
    )
    source = ArxivSource(
        web, feed_url=standin.feed_url, site_url=standin.site_url, api_url=standin.api_url, progress=steps
    )
    archive = ArxivArchive(
        web, site_url=standin.site_url, api_url=standin.api_url, progress=steps, now=lambda: 1000.0 + sum(age)
    )
    return Rig(standin, web, source, archive, slept, steps, retries, age)
