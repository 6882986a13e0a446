"""What deep notes need from outside: one Protocol per thing, and Study, which holds one of each.

All methods may raise a BotError of their kind.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from bot.domain.fulltext import FullText
from bot.domain.note import Note
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.verdict import Usage
from bot.ports import Answer, Clock, LanguageModel, Question, Stop


class Texts(Protocol):
    """Where full texts come from."""

    def read(self, paper: Paper) -> FullText:
        """The best that can be had: arXiv's HTML, an older version's, ar5iv's, the PDF's text, or the abstract alone.
        What was tried in vain is in its remarks. Raises SourceError only where arXiv must not be asked now (a 403)."""
        ...


class Notes(Protocol):
    """The notes that were made."""

    def note(self, arxiv_id: str, version: int, language: str) -> Note | None:
        """The newest one on that version of the paper in that language."""
        ...

    def save_note(self, note: Note) -> None:
        """Keep it; older ones stay, but are shown no more."""
        ...

    def making(self, arxiv_id: str, version: int, language: str) -> AbstractContextManager[None]:
        """Hold the one right to make this note; waits for whoever holds it. Raises BusyError after a long while."""
        ...

    def spend(self, usage: Usage, profile: Profile, day: date) -> None:
        """Add what one call took to the account of the profile and the day. usage.kind is "note"."""
        ...

    def spent(self, since: datetime) -> Decimal:
        """US dollars that notes have cost from `since` on; calls of unknown price count nothing."""
        ...

    def batch(self, batch_key: str) -> str | None:
        """The id of the batch that was begun under that key and not closed; None if there is none."""
        ...

    def save_batch(self, batch_key: str, batch_id: str) -> None:
        """Remember it, so that whoever comes after a crash collects it instead of buying it again."""
        ...

    def close_batch(self, batch_key: str) -> None:
        """Its answers are used; forget it."""
        ...


class BatchModel(Protocol):
    """A language model that answers many questions later, at half the price."""

    def begin(self, questions: Mapping[str, Question]) -> str:
        """Hand them in, each under an id of letters, digits, - and _ (at most 64). Returns the batch's id.

        Raises JudgeError.
        """
        ...

    def collect(self, batch_id: str) -> Mapping[str, Answer | str] | None:
        """Question id -> the answer, or why there is none; None while the batch is under way.

        Raises JudgeError; BatchLostError if the batch or its answers are not there any more.
        """
        ...

    def cancel(self, batch_id: str) -> None:
        """Ask for no more answers; those that are there can be collected. Raises JudgeError."""
        ...


class Relatives(Protocol):
    """Our own archive."""

    def similar(self, paper: Paper, limit: int) -> tuple[Paper, ...]:
        """The papers whose words are nearest to this one's, without itself."""
        ...


@dataclass(frozen=True)
class Study:
    """One of each, and how notes are to be made.

    model: None where there is no key: then a note only quotes. batch: None where there is none, too. tokens: most of a
    paper that the model reads. usd_per_day: most that notes may cost on one day, None for no limit. price: US dollars
    of a call by its input and output tokens, None if unknown. waits: for how long a digest may wait for a batch of its
    notes; zero: not at all. wait: for so many seconds. comes_back: whoever makes the digest tries again by itself, and
    need not be held up.
    """

    texts: Texts
    notes: Notes
    relatives: Relatives
    model: LanguageModel | None
    batch: BatchModel | None
    clock: Clock
    tokens: int
    usd_per_day: Decimal | None
    price: Callable[[int, int], Decimal | None]
    waits: timedelta
    wait: Callable[[float], None]
    stop: Stop | None = None
    comes_back: bool = False

    def kept(self, paper: Paper, language: str) -> Note | None:
        """The note on that version of the paper. Where there is a model, one that only quotes is none."""
        note = self.notes.note(paper.arxiv_id, paper.version, language)
        return None if note and note.offline and self.model else note
