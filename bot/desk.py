"""What the slash commands need from outside: one Protocol per thing, and Desk, which holds one of each.

All methods may raise StoreError, are their own transaction, and may be called from several threads.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from bot.domain.change import Change, Proposal, Settling
from bot.domain.conversation import Asker, Place, Pressed, Standing, Submitted
from bot.domain.effect import Effect
from bot.domain.library import Found, Hit, ShownPaper, Trace
from bot.domain.message import Said, SlackView
from bot.domain.note import Note, NoteStage
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.query import Query
from bot.domain.recorded import DayCounts, RecordedDay
from bot.domain.runs import DayStatus
from bot.domain.verdict import Usage
from bot.ports import Clock


class Book(Protocol):
    """Profiles, and every change that was ever made to them."""

    def of_place(self, place: Place) -> Profile | None:
        """The profile of a channel or a direct message; None if it has none yet. The settings' own channel has the
        first profile."""
        ...

    def get(self, profile_id: str) -> Profile:
        """Raises ProfileError naming those that exist."""
        ...

    def of_team(self, team: str) -> tuple[Profile, ...]:
        """All profiles of a workspace."""
        ...

    def make(self, profile: Profile, user: str) -> Profile:
        """Add the profile, unless its id is there: then that one is returned. Recorded as a change of `user`'s."""
        ...

    def propose(self, proposal: Proposal) -> str:
        """Keep it for a day. Returns its id: letters and digits, at most 40."""
        ...

    def proposal(self, proposal_id: str) -> Proposal | None:
        """The open proposal of that id; None if it was decided on, is too old, or never was."""
        ...

    def settle(self, proposal_id: str, user: str, *, apply: bool) -> Settling:
        """Decide on it, once: of two who press at the same moment, one gets GONE. Applied only if the profile is still
        as the proposal found it."""
        ...

    def history(self, profile_id: str, count: int) -> tuple[Change, ...]:
        """The newest changes, newest first."""
        ...

    def undoable(self, profile_id: str) -> Change | None:
        """The newest change that is no undo and was not undone, and that changed a profile that was there."""
        ...


class Library(Protocol):
    """What was seen, judged and shown."""

    def search(self, query: Query, profile: Profile, limit: int) -> Found:
        """The papers that fit best, of everything ever seen."""
        ...

    def similar(self, paper: Paper, profile: Profile, limit: int) -> tuple[Hit, ...]:
        """The papers whose words are nearest to this one's, without itself."""
        ...

    def papers(self, ids: Collection[str]) -> Mapping[str, Paper]:
        """arXiv id -> newest known version; unknown ids are missing."""
        ...

    def trace(self, arxiv_id: str, profile: Profile) -> Trace:
        """All that is known of a paper for the profile."""
        ...

    def shown(self, profile: Profile, since: date, until: date) -> tuple[ShownPaper, ...]:
        """Papers in the profile's digests of since <= day <= until; newest day first, then as the digest had them."""
        ...

    def recorded(self, profile: Profile, since: date) -> tuple[RecordedDay, ...]:
        """What the profile's digests from `since` on decided, oldest first; quiet days are missing."""
        ...

    def counts(self, profile: Profile, since: date, until: date) -> tuple[DayCounts, ...]:
        """The digests of since <= day <= until, oldest first."""
        ...

    def usage(self, profile: Profile, since: date, until: date) -> tuple[Usage, ...]:
        """What they took, one Usage per model and kind."""
        ...

    def known_categories(self, since: date) -> frozenset[str]:
        """arXiv categories of which listings from `since` on are kept."""
        ...


@dataclass(frozen=True)
class Tally:
    """Votes on a paper in one profile. mine: 1, -1 or 0."""

    up: int
    down: int
    mine: int


class Votes(Protocol):
    """What readers think of papers."""

    def cast(self, profile_id: str, user: str, arxiv_id: str, vote: int) -> Tally:
        """vote: 1 or -1. The same vote twice takes it back."""
        ...

    def tallies(self, profile_id: str, ids: Collection[str], user: str = "") -> Mapping[str, Tally]:
        """arXiv id -> its votes, for each of the ids. user: whose own vote `mine` is; empty: nobody's."""
        ...


class Errands(Protocol):
    """What readers ask the bot to do, and how much of it they may."""

    def ask_run(self, profile: Profile, day: date, user: str) -> None:
        """Let the worker make this digest now, whether it was made before or not."""
        ...

    def ended(self, profile: Profile, day: date, since: datetime) -> DayStatus | None:
        """How the first attempt that began at or after `since` ended; None while it has not."""
        ...

    def spend(self, asker: Asker, what: str) -> str:
        """Count one money-spending command of today. Returns why it is not allowed any more, or an empty text."""
        ...


class People(Protocol):
    """Who may what, as Slack tells it."""

    def standing(self, asker: Asker, channel: str) -> Standing:
        """Of the asker in that channel; channel empty: in the workspace alone. Never raises: see Standing.unknown."""
        ...

    def channels(self, asker: Asker) -> frozenset[str]:
        """Ids of the channels that both the asker and the bot are in; empty if Slack does not tell. Never raises."""
        ...


class WhatIf(Protocol):
    """What a change would have done."""

    def effect(self, before: Profile, after: Profile) -> Effect:
        """Over the last 14 announcement days that have a digest."""
        ...

    def slow(self, before: Profile, after: Profile) -> bool:
        """Whether effect() takes more than a moment, so that somebody should be told to wait."""
        ...


class NoteDesk(Protocol):
    """Deep notes on single papers."""

    def find(self, arxiv_id: str, profile: Profile) -> Note | None:
        """The note on the paper in the profile's language, if there is one. Asks nobody.

        arxiv_id: with a version (2605.01234v1), or without one for the newest known version.
        """
        ...

    def make(self, arxiv_id: str, profile: Profile, *, again: bool) -> Iterator[NoteStage | Note]:
        """Make it: each stage as it begins, and at last the note. Takes about a minute. arxiv_id: as for find().

        again: even if there is one. It is given up when the iterator is closed or forgotten. Raises SourceError,
        JudgeError, NoteError.
        """
        ...


class UnderWay:
    """What is being made in this process just now, so that nobody has it made twice. Of several threads that begin the
    same thing, one may."""

    def __init__(self) -> None:
        self._begun: dict[str, object] = {}

    def begin(self, what: str) -> bool:
        """Whether it was not under way; now it is."""
        mine = object()
        return self._begun.setdefault(what, mine) is mine  # one step for the interpreter, so no lock is needed

    def end(self, what: str) -> None:
        """It is made, or given up."""
        self._begun.pop(what, None)

    def __contains__(self, what: str) -> bool:
        return what in self._begun


@dataclass(frozen=True)
class Desk:
    """One of each.

    first: makes the profile of a place that has none. statuses: of the profile's last announcement days. outlets: where
    its digests go, in words. page, note_page: the address of a day's or a note's page, None where nobody can reach it.
    usd_per_paper: what judging one paper costs, None if unknown; 0 without a key. wait: for so many seconds.
    default_profile: whom a terminal speaks for.
    """

    book: Book
    library: Library
    votes: Votes
    errands: Errands
    people: People
    what_if: WhatIf
    clock: Clock
    first: Callable[[Place], Profile]
    statuses: Callable[[Profile], Sequence[DayStatus]]
    outlets: Callable[[Profile], Sequence[str]]
    page: Callable[[Profile, date], str | None]
    usd_per_paper: Callable[[Profile], Decimal | None]
    wait: Callable[[float], None]
    notes: NoteDesk
    note_page: Callable[[Profile, Note], str | None]
    default_profile: str = "default"
    under_way: UnderWay = field(default_factory=UnderWay)


class FrontDesk(Protocol):
    """What a way into Slack hands everything to. Never raises but for a defect: what goes wrong is said in words."""

    def command(self, text: str, asker: Asker) -> Said:
        """Somebody typed `/papers TEXT`."""
        ...

    def pressed(self, press: Pressed, asker: Asker) -> Said:
        """Somebody pressed a button."""
        ...

    def checked(self, form: Submitted) -> Mapping[str, str]:
        """block_id -> what is wrong there, in words; at once, so that Slack shows it in the open form. Asks nobody."""
        ...

    def submitted(self, form: Submitted, asker: Asker) -> Said:
        """Somebody submitted a form in which nothing was wrong."""
        ...

    def home(self, asker: Asker) -> SlackView:
        """The asker's Home tab; asker.profile_id: which profile it shows, if they chose one."""
        ...
