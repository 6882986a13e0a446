"""A desk in memory: everything that the commands need from outside, honest but forgetful.

desk = memory_desk(profile())                                 # Wednesday 6 May 2026, noon in New York
desk = memory_desk(profile(), digests=[digest()], errands=MemoryErrands(allowed=0))
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Lock

from bot.desk import Desk, Tally
from bot.domain.conversation import Asker, Place, PlaceKind, Standing
from bot.domain.digest import Digest
from bot.domain.effect import DayEffect, Effect, Moved
from bot.domain.fulltext import TextSource
from bot.domain.note import Checks, Content, Note, NoteStage, Statement
from bot.domain.paper import PaperId
from bot.domain.profile import Profile
from bot.domain.recorded import RecordedDay
from bot.domain.runs import DayStatus, RunState
from bot.domain.selection import Candidate, place
from bot.errors import BotError, StoreError
from tests.examples import NOON, profile
from tests.fakes.memory_book import MemoryBook
from tests.fakes.memory_library import MemoryLibrary

CHANNEL = "C0GROUP"  # the settings' own, so the first profile's
ADA = Asker("U0ADA", Place(PlaceKind.CHANNEL, CHANNEL), "Ada")
Shown = list[tuple[date, list[str]]]  # of each day, the ids that a digest shows
TERMINAL = Asker("terminal", Place(PlaceKind.TERMINAL), "terminal")


class StillClock:
    """A clock that somebody has to move."""

    was_set = True

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        """The time it was set to."""
        return self.time

    def wait(self, seconds: float) -> None:
        """Let that much time pass."""
        self.time += timedelta(seconds=seconds)


class MemoryVotes:
    """Keeps the promises of bot.desk.Votes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.cast_votes: dict[tuple[str, str, str], int] = {}

    def cast(self, profile_id: str, user: str, arxiv_id: str, vote: int) -> Tally:
        """The same vote twice takes it back."""
        key = (profile_id, arxiv_id, user)
        with self._lock:
            mine = 0 if self.cast_votes.pop(key, 0) == vote else vote
            if mine:
                self.cast_votes[key] = mine
        return self.tallies(profile_id, [arxiv_id], user)[arxiv_id]

    def tallies(self, profile_id: str, ids: Collection[str], user: str = "") -> dict[str, Tally]:
        """Of each paper."""
        with self._lock:
            return {arxiv_id: self._tally(profile_id, arxiv_id, user) for arxiv_id in ids}

    def _tally(self, profile_id: str, arxiv_id: str, user: str) -> Tally:
        given = [one for (*paper, _), one in self.cast_votes.items() if paper == [profile_id, arxiv_id]]
        return Tally(given.count(1), given.count(-1), self.cast_votes.get((profile_id, arxiv_id, user), 0))


class MemoryErrands:
    """Keeps the promises of bot.desk.Errands. allowed: money-spending commands a user. asked: the runs asked for.
    outcome: how a run that was asked for ends, the moment somebody looks; None: it does not."""

    def __init__(self, allowed: int = 5, outcome: RunState | None = RunState.COMPLETE) -> None:
        self._allowed, self.outcome = allowed, outcome
        self.asked: list[tuple[str, date, str]] = []
        self.spent: list[tuple[str, str]] = []

    def ask_run(self, profile: Profile, day: date, user: str) -> None:
        """Remember it."""
        self.asked.append((profile.id, day, user))

    def ended(self, profile: Profile, day: date, since: datetime) -> DayStatus | None:
        """What outcome says, for a run that was asked for."""
        asked = any((one, on) == (profile.id, day) for one, on, _ in self.asked)
        return DayStatus(day, self.outcome) if self.outcome and asked else None

    def spend(self, asker: Asker, what: str) -> str:
        """Count it, up to what is allowed."""
        if sum(user == asker.user for user, _ in self.spent) >= self._allowed:
            return f"You have used all {self._allowed} money-spending commands of today"
        self.spent.append((asker.user, what))
        return ""


class MemoryPeople:
    """Keeps the promises of bot.desk.People: everybody is a member, but for those named (by user id)."""

    def __init__(self, **standings: Standing) -> None:
        self.standings = standings
        self.of_bot = frozenset({CHANNEL})

    def standing(self, asker: Asker, channel: str) -> Standing:
        """Of that user."""
        return self.standings.get(asker.user, Standing(asker.name or asker.user, member=True))

    def channels(self, asker: Asker) -> frozenset[str]:
        """Those that the bot is in, for everybody."""
        return self.of_bot


class MemoryWhatIf:
    """Keeps the promises of bot.desk.WhatIf for cutoffs and caps, over the library's digests; knows no costs.
    is_slow: whether somebody should be told to wait. fails: what effect() raises a StoreError with, if anything."""

    def __init__(self, library: MemoryLibrary, *, is_slow: bool = False, fails: str = "") -> None:
        self._library, self._is_slow, self._fails = library, is_slow, fails
        self.asked: list[tuple[Profile, Profile]] = []

    def effect(self, before: Profile, after: Profile) -> Effect:
        """Papers a day, then and now; and which ones come and go."""
        self.asked.append((before, after))
        if self._fails:
            raise StoreError(self._fails)
        days = self._library.recorded(before, date.min)[-14:]
        then, now = ([(day.day, _shown(day, reader)) for day in days] for reader in (before, after))
        return Effect(
            tuple(DayEffect(day, len(old), len(new)) for (day, old), (_, new) in zip(then, now, strict=True)),
            come=tuple(self._moved(now, then)),
            go=tuple(self._moved(then, now)),
        )

    def slow(self, before: Profile, after: Profile) -> bool:
        """As it was told."""
        return self._is_slow

    def _moved(self, here: Shown, not_there: Shown) -> Iterator[Moved]:
        for (day, ids), (_, others) in zip(here, not_there, strict=True):
            titles = self._library.papers(ids)
            yield from (Moved(day, one, titles[one].title) for one in ids if one not in others)


def short_note(arxiv_id: str, profile: Profile) -> Note:
    """A note that says one sentence."""
    wanted = PaperId.parse(arxiv_id)
    return Note(
        wanted.arxiv_id,
        version=wanted.version or 1,
        title=f"Paper {wanted.arxiv_id}",
        authors=("Ada Quill",),
        source=TextSource.HTML,
        source_url=f"https://arxiv.org/html/{arxiv_id}v1",
        source_version=1,
        language=profile.language,
        content=Content(Statement("It routes tokens to experts.")),
        equations=(),
        checks=Checks(),
        left_out=(),
        remarks=(),
        model="claude-sonnet-5-5",
        prompt="0123456789ab",
        at=NOON,
        cost_usd=Decimal("0.04"),
    )


class MemoryNotes:
    """Keeps the promises of bot.desk.NoteDesk. write: makes the note of an id and a profile. stages: told before it.
    fails: raised after them, instead of a note. made: the ids that were made, in order. notes: what is there."""

    def __init__(
        self,
        *there: Note,
        write: Callable[[str, Profile], Note] = short_note,
        stages: Sequence[NoteStage] = (NoteStage.READING, NoteStage.ASKING, NoteStage.CHECKING),
        fails: BotError | None = None,
    ) -> None:
        self._write, self._stages, self.fails = write, stages, fails
        self.notes = {(note.arxiv_id, note.language): note for note in there}
        self.made: list[str] = []

    def find(self, arxiv_id: str, profile: Profile) -> Note | None:
        """The one that is there."""
        wanted = PaperId.parse(arxiv_id)
        found = self.notes.get((wanted.arxiv_id, profile.language))
        return found if found and wanted.version in (None, found.version) else None

    def make(self, arxiv_id: str, profile: Profile, *, again: bool) -> Iterator[NoteStage | Note]:
        """The stages and the note; only the note where it is there and is not wanted again."""
        known = self.find(arxiv_id, profile)
        if known and not again:
            yield known
            return
        yield from self._stages
        if self.fails:
            raise self.fails
        self.made.append(arxiv_id)
        note = self._write(arxiv_id, profile)
        self.notes[note.arxiv_id, profile.language] = note
        yield note


def _shown(day: RecordedDay, reader: Profile) -> list[str]:
    placing = place([Candidate(one.arxiv_id, one.how, one.score) for one in day.papers if one.score], reader)
    return [*(one.arxiv_id for one in placing.relevant), *placing.hot]


def first_profile(where: Place) -> Profile:
    """What a place that has none starts with."""
    name = where.channel.lower() or "terminal"
    return profile(id=f"slack-{name}", name=name, slack_channel=where.channel or None, slack_team=where.team or None)


def memory_desk(
    *profiles: Profile,
    digests: Iterable[Digest] = (),
    now: datetime = NOON,
    **fields: object,
) -> Desk:
    """A desk with these profiles, the first of which is the terminal's. fields: the Desk's own, in place of the usual
    ones."""
    given = fields.get("clock")
    clock = given if isinstance(given, StillClock) else StillClock(now)
    library = MemoryLibrary(*digests)
    first = profiles[0].id if profiles else "default"
    made = Desk(
        book=MemoryBook(clock, *profiles, own_channel=CHANNEL, first=first),
        library=library,
        votes=MemoryVotes(),
        errands=MemoryErrands(),
        people=MemoryPeople(),
        what_if=MemoryWhatIf(library),
        clock=clock,
        first=first_profile,
        statuses=lambda _: (DayStatus(date(2026, 5, 6), RunState.COMPLETE),),
        outlets=lambda _: ("the site", "Slack"),
        page=lambda one, day: f"https://papers.example/{one.id}/{day}/",
        usd_per_paper=lambda _: Decimal("0.001"),
        wait=clock.wait,
        notes=MemoryNotes(),
        note_page=lambda one, note: f"https://papers.example/{one.id}/notes/{note.arxiv_id}/",
        default_profile=first,
    )
    return replace(made, **fields)  # type: ignore[arg-type]
