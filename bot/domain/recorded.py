"""What a digest decided on every paper, as it is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.paper import AnnounceType
from bot.domain.profile import Cutoffs
from bot.domain.receipt import Fate, Receipt
from bot.domain.verdict import Score


@dataclass(frozen=True, slots=True)
class RecordedPaper:
    """One announced paper and its fate in one digest. reason: in words. nearness: to the topics, 0.0-1.0; 0.0 where
    nobody measured it. score: None where it was not judged. followed: the author whom the profile follows, or empty."""

    arxiv_id: str
    version: int
    how: AnnounceType
    late: bool
    fate: Fate
    reason: str
    nearness: float = 0.0
    score: Score | None = None
    followed: str = ""


@dataclass(frozen=True)
class RecordedDay:
    """The newest edition of one digest. papers: every announced one, in listing order. cutoffs: those it went by."""

    day: date
    model: str
    rubric: str
    cutoffs: Cutoffs
    papers: tuple[RecordedPaper, ...]


@dataclass(frozen=True)
class DayCounts:
    """What the archive knows of a digest without opening it. shown_by_topic: topic id -> papers in its section."""

    day: date
    state: str
    receipt: Receipt
    shown_by_topic: Mapping[str, int]
