"""A study without a network and without a database: texts, notes, a model and batches that do as they are told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Lock

from bot.domain.fulltext import FullText
from bot.domain.note import Note
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.verdict import Usage
from bot.ports import Answer, LanguageModel, Question, Stop
from bot.study import BatchModel, Study
from tests.examples import NOON
from tests.fakes.noted_paper import full_text, truthful

MODEL = "claude-sonnet-5-5"


def usage(cost_usd: str | None = "0.10", **fields: object) -> Usage:
    """What one call for a note takes."""
    cost = None if cost_usd is None else Decimal(cost_usd)
    values: dict[str, object] = {"input_tokens": 9000, "cached_tokens": 0, "output_tokens": 2000, "cost_usd": cost}
    return Usage(MODEL, "note", **(values | fields))  # type: ignore[arg-type]


class ScriptedModel:
    """Implements bot.ports.LanguageModel. script: what the calls bring, in order: data, an answer or an error.

    The last one is brought again and again. questions: all that was asked.
    """

    model = MODEL

    def __init__(self, *script: object, cost_usd: str | None = "0.10") -> None:
        self._script = list(script) or [truthful()]
        self._cost_usd = cost_usd
        self.questions: list[Question] = []

    def ask(self, question: Question) -> Answer:
        """The next of the script."""
        self.questions.append(question)
        said = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(said, BaseException):
            raise said
        return said if isinstance(said, Answer) else Answer(said, usage(self._cost_usd))

    def check(self) -> str:
        """It answers."""
        return "answers"


class MemoryTexts:
    """Implements bot.study.Texts. read_ids: what was read, in order. errors: arXiv id -> what reading it raises."""

    def __init__(self, make: Callable[[Paper], FullText] = full_text) -> None:
        self._make = make
        self.read_ids: list[str] = []
        self.errors: dict[str, Exception] = {}

    def read(self, paper: Paper) -> FullText:
        """Made up on the spot."""
        self.read_ids.append(paper.arxiv_id)
        if paper.arxiv_id in self.errors:
            raise self.errors[paper.arxiv_id]
        return self._make(paper)


@dataclass(frozen=True)
class Spent:
    """One entry of the account."""

    usage: Usage
    profile_id: str
    day: date
    at: datetime


class MemoryNotes:
    """Implements bot.study.Notes. saved, account: in order."""

    def __init__(self, clock: "Ticking") -> None:
        self._clock = clock
        self._locks: dict[tuple[str, int, str], Lock] = {}
        self._guard = Lock()
        self.saved: list[Note] = []
        self.account: list[Spent] = []
        self.batches: dict[str, str] = {}

    def note(self, arxiv_id: str, version: int, language: str) -> Note | None:
        """The newest."""
        wanted = (arxiv_id, version, language)
        found = [note for note in self.saved if (note.arxiv_id, note.version, note.language) == wanted]
        return found[-1] if found else None

    def save_note(self, note: Note) -> None:
        """Kept."""
        self.saved.append(note)

    @contextmanager
    def making(self, arxiv_id: str, version: int, language: str) -> Iterator[None]:
        """One at a time."""
        with self._guard:
            lock = self._locks.setdefault((arxiv_id, version, language), Lock())
        with lock:
            yield

    def spend(self, usage: Usage, profile: Profile, day: date) -> None:
        """On the account."""
        assert usage.kind == "note"
        self.account.append(Spent(usage, profile.id, day, self._clock.now()))

    def spent(self, since: datetime) -> Decimal:
        """Of all profiles."""
        known = (entry.usage.cost_usd for entry in self.account if entry.at >= since)
        return sum(filter(None, known), Decimal(0))

    def batch(self, batch_key: str) -> str | None:
        """As it was saved."""
        return self.batches.get(batch_key)

    def save_batch(self, batch_key: str, batch_id: str) -> None:
        """Remembered."""
        self.batches[batch_key] = batch_id

    def close_batch(self, batch_key: str) -> None:
        """Forgotten."""
        self.batches.pop(batch_key, None)


class Ticking:
    """A clock that only waiting moves on."""

    was_set = True

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self.waits: list[float] = []

    def now(self) -> datetime:
        """As it was left."""
        return self._now

    def wait(self, seconds: float) -> None:
        """Move on by so much."""
        self.waits.append(seconds)
        self._now += timedelta(seconds=seconds)


class MemoryBatch:
    """Implements bot.study.BatchModel. takes: how long a batch is under way. answer: what a question brings; a text is
    why it brings nothing. begun: batch id -> its questions."""

    def __init__(
        self,
        clock: Ticking,
        takes: timedelta = timedelta(minutes=10),
        answer: Callable[[Question], Answer | str] = lambda _: Answer(truthful(), usage("0.05", batch=True)),
    ) -> None:
        self._clock, self._takes, self._answer = clock, takes, answer
        self._ready: dict[str, datetime] = {}
        self.begun: dict[str, Mapping[str, Question]] = {}
        self.cancelled: list[str] = []
        self.errors: list[Exception] = []  # what the next calls to collect() raise

    def begin(self, questions: Mapping[str, Question]) -> str:
        """Taken."""
        batch_id = f"batch-{len(self.begun) + 1}"
        self.begun[batch_id] = dict(questions)
        self._ready[batch_id] = self._clock.now() + self._takes
        return batch_id

    def collect(self, batch_id: str) -> Mapping[str, Answer | str] | None:
        """Once its time has come."""
        if self.errors:
            raise self.errors.pop(0)
        if batch_id in self.cancelled:
            return dict.fromkeys(self.begun[batch_id], "the batch was cancelled")
        if self._clock.now() < self._ready[batch_id]:
            return None
        return {name: self._answer(question) for name, question in self.begun[batch_id].items()}

    def cancel(self, batch_id: str) -> None:
        """No more answers."""
        self.cancelled.append(batch_id)


@dataclass
class Relatives:
    """Implements bot.study.Relatives. found: the same for every paper."""

    found: Sequence[Paper] = field(default_factory=tuple)

    def similar(self, paper: Paper, limit: int) -> tuple[Paper, ...]:
        """The first of them, without the paper."""
        return tuple(one for one in self.found if one.arxiv_id != paper.arxiv_id)[:limit]


@dataclass
class StudyRig:
    """A study and all of its parts."""

    model: LanguageModel | None = field(default_factory=ScriptedModel)
    texts: MemoryTexts = field(default_factory=MemoryTexts)
    relatives: Relatives = field(default_factory=Relatives)
    clock: Ticking = field(default_factory=Ticking)
    batch: BatchModel | None = None
    usd_per_day: Decimal | None = Decimal(2)
    waits: timedelta = timedelta()
    tokens: int = 40_000
    price: Callable[[int, int], Decimal | None] = lambda asked, answered: Decimal("0.25")
    stop: Stop | None = None
    comes_back: bool = False

    def __post_init__(self) -> None:
        self.notes = MemoryNotes(self.clock)

    @property
    def study(self) -> Study:
        """As it is now."""
        return Study(
            texts=self.texts,
            notes=self.notes,
            relatives=self.relatives,
            model=self.model,
            batch=self.batch,
            clock=self.clock,
            tokens=self.tokens,
            usd_per_day=self.usd_per_day,
            price=self.price,
            waits=self.waits,
            wait=self.clock.wait,
            stop=self.stop,
            comes_back=self.comes_back,
        )
