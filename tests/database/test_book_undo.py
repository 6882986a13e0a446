"""Changes are taken back one after the other, and whatever people do, the history leads to the profile."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.adapters.database.book import DatabaseBook
from bot.adapters.database.engine import Database
from bot.adapters.database.profiles import DatabaseProfiles
from bot.domain.change import Proposal, Settling
from bot.domain.profile import Profile
from bot.ports import Clock
from tests.examples import profile
from tests.fakes.desk import StillClock

ADA, BO = "U0ADA", "U0BO"


@pytest.fixture
def book(database: Database) -> DatabaseBook:
    return opened(database, StillClock())


def opened(database: Database, clock: Clock) -> DatabaseBook:
    return DatabaseBook(DatabaseProfiles(database, clock), database, clock)


def stricter(before: Profile, relevance: int) -> Proposal:
    after = replace(before, cutoffs=replace(before.cutoffs, relevance=relevance))
    return Proposal(before.id, ADA, f"relevance cutoff {before.cutoffs.relevance} → {relevance}", before, after)


def taken_back(book: DatabaseBook) -> Settling:
    change = book.undoable("group")
    assert change is not None
    assert change.before is not None
    undo = Proposal("group", BO, f"took back: {change.what}", book.get("group"), change.before, undoes=change.id)
    return book.settle(book.propose(undo), BO, apply=True)


def test_changes_are_taken_back_one_after_the_other_newest_first(book: DatabaseBook) -> None:
    book.make(profile(), ADA)
    for relevance in (9, 10):
        book.settle(book.propose(stricter(book.get("group"), relevance)), ADA, apply=True)
    assert taken_back(book) is Settling.APPLIED
    assert book.get("group").cutoffs.relevance == 9
    assert taken_back(book) is Settling.APPLIED
    assert book.get("group") == profile()
    assert book.undoable("group") is None
    told = [(one.id, one.undoes, one.undone) for one in book.history("group", 10)]
    assert told == [(5, 2, False), (4, 3, False), (3, None, True), (2, None, True), (1, None, False)]


def test_no_change_is_taken_back_twice(book: DatabaseBook) -> None:
    before = book.make(profile(), ADA)
    after = stricter(before, 9).after
    book.settle(book.propose(stricter(before, 9)), ADA, apply=True)
    change = book.undoable("group")
    assert change is not None
    undo = Proposal("group", BO, "undo", after, before, undoes=change.id)
    first, second = book.propose(undo), book.propose(undo)
    assert book.settle(first, BO, apply=True) is Settling.APPLIED
    book.settle(book.propose(stricter(before, 9)), ADA, apply=True)
    assert book.settle(second, BO, apply=True) is Settling.STALE, "the profile is as it was, but by another change"


class Readers(RuleBasedStateMachine):
    """Whatever people do in whatever order: the profile is what its history says, and undo goes back step by step."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.databases = [Database(f"sqlite:///{Path(self.folder.name)}/b.db") for _ in range(2)]
        self.clock = StillClock()
        self.books = [opened(database, self.clock) for database in self.databases]
        self.proposals: dict[str, Proposal] = {}
        self.decided: set[str] = set()

    def teardown(self) -> None:
        for database in self.databases:
            database.close()
        self.folder.cleanup()

    @initialize()
    def make(self) -> None:
        self.books[0].make(profile(), ADA)

    @rule(at=st.integers(0, 1), relevance=st.integers(1, 10))
    def propose(self, at: int, relevance: int) -> None:
        proposal = stricter(self.books[at].get("group"), relevance)
        self.proposals[self.books[at].propose(proposal)] = proposal

    @rule(at=st.integers(0, 1))
    def propose_undo(self, at: int) -> None:
        book = self.books[at]
        if (change := book.undoable("group")) and change.before:
            undo = Proposal("group", BO, "undo", book.get("group"), change.before, undoes=change.id)
            self.proposals[book.propose(undo)] = undo

    @precondition(lambda self: self.proposals)
    @rule(at=st.integers(0, 1), apply=st.booleans(), age=st.integers(0, 9))
    def settle(self, at: int, apply: bool, age: int) -> None:
        """Decide on one of the last ten proposals, be it open or not."""
        proposal_id = list(self.proposals)[-1 - age % len(self.proposals)]
        before = self.books[at].get("group")
        outcome = self.books[at].settle(proposal_id, BO, apply=apply)
        if proposal_id in self.decided:
            assert outcome is Settling.GONE
        self.decided.add(proposal_id)
        after = self.books[1 - at].get("group")
        if outcome is Settling.APPLIED:
            assert before == self.proposals[proposal_id].before
            assert after == self.proposals[proposal_id].after
        else:
            assert after == before

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.clock.wait(hours * 3600)

    @rule(name=st.sampled_from(["The group", "Renamed"]))
    def imported(self, name: str) -> None:
        DatabaseProfiles(self.databases[0], self.clock).save(profile(name=name))

    @invariant()
    def the_history_leads_to_the_profile(self) -> None:
        history = self.books[1].history("group", 1000)
        for newer, older in pairwise(history):
            assert newer.before == older.after
        assert [one.before for one in history if one.before is None] == [history[-1].before]
        assert history[0].after == self.books[0].get("group")

    @invariant()
    def undo_starts_from_what_is_there(self) -> None:
        change = self.books[0].undoable("group")
        if change:
            assert change.after == self.books[1].get("group")


Readers.TestCase.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
TestReaders = Readers.TestCase
