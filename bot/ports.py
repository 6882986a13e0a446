"""What the use cases need from outside: one Protocol per thing, and Ports, which holds one of each.

All methods may raise a BotError of their kind; dates are announcement days, datetimes are timezone-aware.
Everything here may be called from one thread only, except Store.save_verdicts, Store.save_usage and LanguageModel.ask.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from bot.domain.digest import Digest, Section
from bot.domain.listing import Listing, Mentions
from bot.domain.note import Note
from bot.domain.paper import Announcement, Paper
from bot.domain.profile import Profile
from bot.domain.runs import Asked, History
from bot.domain.selection import Shortlisted
from bot.domain.verdict import Judging, Rubric, Usage, Verdict


class Clock(Protocol):
    """The one place where the time comes from."""

    was_set: bool

    def now(self) -> datetime:
        """Now, timezone-aware."""
        ...


class Stop(Protocol):
    """Whether the bot was asked to stop. Whoever starts something long looks here first."""

    def asked(self) -> bool:
        """True from the moment on that somebody asked. Safe to call from several threads."""
        ...


class Progress(Protocol):
    """Tells a person how far a long step is."""

    def step(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` things of `stage` are done. total 0: not known yet."""
        ...


class Source(Protocol):
    """Where listings come from."""

    def announced(self, day: date, categories: Sequence[str]) -> Listing:
        """All papers announced on `day`. Quiet days give a quiet listing.

        Raises NotYetError while arXiv does not show the day; SourceError, WrongDayError.
        """
        ...


class Feed(Source, Protocol):
    """Today's listing, and no other."""

    def check(self, categories: Sequence[str]) -> str:
        """Ask for today's feed of these categories. Returns what works, in words. Raises SourceError."""
        ...


class Archive(Protocol):
    """What arXiv still tells of earlier days. Every method raises SourceError."""

    def week(self, categories: Sequence[str]) -> Mapping[date, Mentions]:
        """The last five announcement days, oldest first, over all the categories; the newest may be tomorrow's."""
        ...

    def papers(self, ids: Sequence[str]) -> Mapping[str, Paper]:
        """arXiv id -> its newest version; unknown ids are missing."""
        ...

    def submitted(self, begin: datetime, end: datetime, categories: Sequence[str]) -> tuple[Paper, ...]:
        """Papers whose first version was submitted at begin <= time < end, in or cross-listed to the categories."""
        ...

    def count(self, begin: datetime, end: datetime, categories: Sequence[str]) -> int:
        """How many papers submitted() would bring, from one request."""
        ...


class Shortlist(Protocol):
    """The local, free step that decides which papers are worth the judge's tokens."""

    def pick(self, fresh: Sequence[Announcement], profile: Profile) -> Shortlisted:
        """The papers for the judge, in listing order."""
        ...


@dataclass(frozen=True)
class Overviews:
    """texts: topic id -> one or two sentences that cite papers as [number]. remarks: what is missing and why."""

    texts: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


class Judge(Protocol):
    """Scores papers."""

    def verdicts(self, papers: Sequence[Paper], profile: Profile, day: date) -> Judging:
        """A verdict, or the reason why there is none, for each paper.

        Raises JudgeError if the judge's service failed and nothing is judged.
        """
        ...

    def overviews(self, sections: Sequence[Section], profile: Profile, day: date) -> Overviews:
        """One or two sentences on each section, for those that the judge writes; a failure is a remark."""
        ...


@dataclass(frozen=True)
class Question:
    """One call to a language model. system is cached between calls; the answer must fit `schema` (JSON Schema)."""

    kind: str
    system: str
    user: str
    schema: Mapping[str, object]
    max_tokens: int


@dataclass(frozen=True)
class Answer:
    """What came back. data: the parsed JSON, None if it could not be read. trouble: "", or why data is None or cut."""

    data: object
    usage: Usage
    trouble: str = ""


@dataclass(frozen=True)
class DigestNotes:
    """Notes on papers of a digest, in its order. remarks: which are missing, and why; one sentence each."""

    notes: tuple[Note, ...] = ()
    remarks: tuple[str, ...] = ()


class NoNotes:
    """Implements NoteMaker where no digest has notes."""

    def notes(self, sections: Sequence[Section], profile: Profile, day: date) -> DigestNotes:
        """None."""
        return DigestNotes()


class NoteMaker(Protocol):
    """Writes deep notes on the papers of a digest that matter most."""

    def notes(self, sections: Sequence[Section], profile: Profile, day: date) -> DigestNotes:
        """As many as the settings ask for; a failure is a remark. Those that were made before are not bought again.
        Raises NotYetError while they are being written and the digest may wait for them."""
        ...


class LanguageModel(Protocol):
    """One structured question, one answer. Safe to call from several threads."""

    model: str

    def ask(self, question: Question) -> Answer:
        """Raises RequestRejectedError, or JudgeError (permanent: nobody need ask again until something is mended)."""
        ...

    def check(self) -> str:
        """Ask for nothing that costs. Returns what works, in words. Raises JudgeError."""
        ...


class Store(Protocol):
    """What the bot remembers about papers, verdicts and digests. Every method is its own transaction."""

    def save_listing(self, listing: Listing, categories: Sequence[str]) -> None:
        """Remember papers, that they were announced on that day, and the listing itself; a newer one replaces it."""
        ...

    def listing(self, day: date, categories: Sequence[str]) -> Listing | None:
        """The listing of that day that was saved for these very categories (in any order), if there is one."""
        ...

    def announced_as_new_before(self, listing: Listing) -> frozenset[str]:
        """Ids of the listing's papers that an earlier day's listing had already announced as new."""
        ...

    def unjudged_before(self, profile: Profile, day: date) -> tuple[Announcement, ...]:
        """Papers that an earlier digest could not judge and no other digest has brought since; marked late.

        A paper that the judge did not answer in several digests is given up.
        """
        ...

    def shown_before(self, profile: Profile, day: date) -> frozenset[str]:
        """arXiv ids that the profile was shown in the digest of any other day than `day`."""
        ...

    def unfinished_before(self, profile: Profile, day: date) -> tuple[str, ...]:
        """What the profile's last digest before `day`, and the days since, left undone; one sentence each."""
        ...

    def buying(self, rubric: Rubric, model: str) -> AbstractContextManager[None]:
        """Hold the one right to buy verdicts under this rubric from this model; waits for whoever holds it."""
        ...

    def known_verdicts(self, papers: Sequence[Paper], rubric: Rubric, model: str) -> Mapping[str, Verdict]:
        """arXiv id -> verdict, for those papers whose very version was judged under this rubric by this model."""
        ...

    def save_verdicts(self, verdicts: Collection[Verdict], rubric: Rubric, model: str) -> None:
        """Keep verdicts; one that is already there stays as it is."""
        ...

    def saved_overview(self, question: str, model: str) -> str | None:
        """The overview that `model` gave to this very question text, if it was asked before."""
        ...

    def save_overview(self, question: str, model: str, overview: str) -> None:
        """Keep an overview."""
        ...

    def save_usage(self, usage: Usage, profile: Profile, day: date) -> None:
        """Add what one call took to the account of this digest."""
        ...

    def usage_of(self, profile: Profile, day: date) -> tuple[Usage, ...]:
        """All that this digest took so far, one Usage per model and kind, over all its runs."""
        ...

    def first_made(self, profile: Profile, day: date) -> datetime | None:
        """When the first edition of this digest was saved; None if there is none."""
        ...

    def save_digest(self, digest: Digest) -> None:
        """Keep the digest and which papers it shows; a newer edition replaces an older one."""
        ...


class Runs(Protocol):
    """The record of attempts to make a digest."""

    def attempt(self, profile: Profile, day: date) -> AbstractContextManager["Attempt"]:
        """Hold the one right to make the profile's digests; record how it ends. Raises BusyError if another has it."""
        ...

    def history(self, since: date, started: datetime) -> Mapping[str, History]:
        """Profile id -> its days from `since` on. started: attempts before then do not count as tries."""
        ...

    def asked(self, since: datetime) -> tuple[Asked, ...]:
        """What readers asked for from `since` on, oldest first, as long as no attempt at that day began afterwards."""
        ...


class Attempt(Protocol):
    """One attempt that is under way.

    If it raises NotYetError, it is recorded as waiting; any other error, as failed; if nothing is said, as a preview.
    """

    def made(self, digest: Digest) -> None:
        """The digest was made and saved; its state is how the attempt ends."""
        ...


class Outlet(Protocol):
    """A place a digest goes. name: "kind:place", unique, such as slack:C0123 or mail:ada@example.org.

    rewrites: sending again overwrites the same thing (a file), so every edition is sent whole.
    """

    name: str
    rewrites: bool

    def send(self, digest: Digest) -> str:
        """Deliver. Returns where it went. Raises DeliveryError; UncertainDeliveryError if a part may have arrived."""
        ...

    def check(self) -> str:
        """Try the connection without sending anything. Returns what works, in words. Raises DeliveryError."""
        ...


@runtime_checkable
class ResumableOutlet(Outlet, Protocol):
    """An outlet that can find out what an earlier try left there."""

    def resume(self, digest: Digest) -> str:
        """Deliver what an earlier try of this digest, cut off while sending, did not. Raises what send() raises."""
        ...


@dataclass(frozen=True)
class Delivery:
    """How one outlet fared. where: what it answered. trouble: why it did not take the digest, or empty."""

    outlet: str
    where: str = ""
    trouble: str = ""


Deliveries = tuple[Delivery, ...]
NOWHERE: Deliveries = ()


class Ledger(Protocol):
    """The record of deliveries. A delivery is claimed before it is sent and recorded at once after."""

    def carried(self, digest: Digest, outlet: str) -> frozenset[str] | None:
        """arXiv ids that sent editions of this digest carried to the outlet; None if none was ever sent."""
        ...

    def claim(self, digest: Digest, outlet: str) -> bool:
        """Mark the delivery as being sent. True if an earlier try was cut off while sending."""
        ...

    def sent(self, digest: Digest, outlet: str, where: str) -> None:
        """Record that the outlet took it."""
        ...

    def failed(self, digest: Digest, outlet: str, why: str, *, permanent: bool = False) -> None:
        """Record that the outlet refused it; the next run tries again. permanent: in vain, until somebody acts."""
        ...

    def settle(self, digest: Digest, outlets: Collection[str]) -> None:
        """These are all the outlets that are wanted now: what others did not take is not owed to them any more."""
        ...


@dataclass(frozen=True)
class Ports:
    """One of each. outlets: where the digests of a profile go. stop: None where nobody asks."""

    source: Source
    shortlist: Shortlist
    judge: Judge
    store: Store
    runs: Runs
    ledger: Ledger
    outlets: Callable[[Profile], Sequence[Outlet]]
    clock: Clock
    stop: Stop | None = None
    notes: NoteMaker = field(default_factory=NoNotes)
