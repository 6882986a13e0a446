"""Listings on arXiv's stand-in, with real adapters, a store that forgets and a clock that stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from bot.demo.standins.arxiv import ArxivStandin, Fault
from bot.domain.calendar import EASTERN
from bot.domain.listing import Listing
from bot.domain.paper import Announcement
from bot.listings import Listings
from bot.ports import Source
from tests.examples import DAY
from tests.fakes.arxiv_rig import CATEGORIES, Rig, rig_on
from tests.fakes.memory_store import MemoryStore

DOWN = Fault(status=503)


class StillClock:
    """Says what it is told to."""

    was_set = True

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The time it was told."""
        return self.at


@dataclass
class Bot:
    """Listings on a stand-in, with a store that forgets and a clock that stands still."""

    rig: Rig
    store: MemoryStore
    clock: StillClock
    source: Source

    @property
    def arxiv(self) -> ArxivStandin:
        """The stand-in."""
        return self.rig.standin

    def on(self, day: date, *, arxiv: date | None = None) -> "Bot":
        """It is nine in the morning of `day` in New York; arXiv shows that day, or another."""
        self.clock.at = datetime.combine(day, time(9), EASTERN)
        self.arxiv.today = arxiv or day
        self.rig.age.append(10_000.0)
        self.arxiv.requests.clear()
        return self

    def make(self, day: date, categories: tuple[str, ...] = CATEGORIES) -> Listing:
        """The listing of `day`, saved as a digest's run saves it."""
        listing = self.source.announced(day, categories)
        self.store.save_listing(listing, categories)
        return listing

    def asked(self) -> list[str]:
        """The kinds of documents that were asked for since on()."""
        return [request.path.split("?")[0].split("/")[1] for request in self.arxiv.requests]


@contextmanager
def bot_on(
    folder: Path,
    days: dict[date, list[Announcement]],
    *,
    missing_in_feed: frozenset[str] = frozenset(),
    submitted: dict[str, datetime] | None = None,
) -> Iterator[Bot]:
    """A bot whose arXiv announced these days. missing_in_feed, submitted: see ArxivStandin."""
    with ArxivStandin(days, DAY, missing_in_feed=missing_in_feed, submitted=submitted) as standin:
        rig, store, clock = rig_on(standin, folder), MemoryStore(), StillClock(datetime.combine(DAY, time(9), EASTERN))
        yield Bot(rig, store, clock, Listings(rig.source, rig.archive, store, clock))


def late(listing: Listing) -> set[str]:
    """Ids of the papers that are marked late."""
    return {entry.paper.arxiv_id for entry in listing.announcements if entry.late}


def without(*numbers: int) -> Fault:
    """An answer of the API that lacks these papers."""

    def rewrite(body: bytes) -> bytes:
        for number in numbers:
            body = body.replace(f"/abs/2613.{number:05d}v".encode(), b"/papers/")
        return body

    return Fault(rewrite=rewrite)
