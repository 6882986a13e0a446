"""What the archive answers: papers that were seen, and what became of one of them."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.paper import AnnounceType, Paper
from bot.domain.recorded import RecordedPaper
from bot.domain.verdict import Verdict


@dataclass(frozen=True)
class Hit:
    """A paper that was found. day: its newest announcement day; None if only its text is known. shown_on: the day on
    which the profile was shown it. snippet: the sentence of the abstract that fits best; may be empty."""

    paper: Paper
    day: date | None
    shown_on: date | None = None
    snippet: str = ""


@dataclass(frozen=True)
class Found:
    """hits: the best ones, best first. total: how many papers fit, counted up to a limit. more: there are more."""

    hits: tuple[Hit, ...]
    total: int
    more: bool = False


@dataclass(frozen=True)
class ShownPaper:
    """A paper in a digest of the profile. topic: the id under which it stood, or "other"; hot: below the cutoffs."""

    day: date
    paper: Paper
    verdict: Verdict
    topic: str
    hot: bool = False


@dataclass(frozen=True)
class Sighting:
    """arXiv announced the paper that day. read: the profile's listing of that day holds it."""

    day: date
    how: AnnounceType
    version: int
    read: bool


@dataclass(frozen=True)
class Reached:
    """A digest that carries the paper was delivered, or not. outlet: slack:C0123, "a mailbox" (nobody is told another's
    address), site or folder. state: as in the ledger. at: when that was recorded."""

    day: date
    outlet: str
    state: str
    at: datetime


@dataclass(frozen=True)
class Trace:
    """All that is known of a paper for one profile.

    paper: its newest known version, None if it was never seen. sightings: oldest first. fates: announcement day -> what
    the digest of that day decided, oldest first. verdict: the newest for the profile. votes: up and down.
    """

    arxiv_id: str
    paper: Paper | None
    sightings: tuple[Sighting, ...] = ()
    fates: "tuple[DayFate, ...]" = ()
    verdict: Verdict | None = None
    judged_by: str = ""
    reached: tuple[Reached, ...] = ()
    up: int = 0
    down: int = 0


@dataclass(frozen=True)
class DayFate:
    """What the digest of one day did with the paper."""

    day: date
    paper: RecordedPaper
