"""The book: whose place it is, and changes that are proposed, decided on once, remembered and taken back."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest
import sqlalchemy as sa

from bot.adapters.database.book import DatabaseBook
from bot.adapters.database.engine import Database
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.tables import profiles, proposals
from bot.domain.change import Change, Proposal, Settling
from bot.domain.conversation import Place, PlaceKind
from bot.domain.profile import Cutoffs, Pause, Profile
from bot.errors import ProfileError
from bot.ports import Clock
from tests.examples import DAY, NOON, profile
from tests.fakes.desk import StillClock

T = TypeVar("T")
ADA, BO = "U0ADA", "U0BO"
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def book(database: Database, clock: StillClock) -> DatabaseBook:
    return opened(database, clock)


@pytest.fixture
def two(url: str, clock: StillClock) -> Iterator[tuple[DatabaseBook, DatabaseBook]]:
    """The same book twice, as two processes have it open."""
    first, second = Database(url), Database(url)
    yield opened(first, clock), opened(second, clock)
    first.close()
    second.close()


def opened(database: Database, clock: Clock) -> DatabaseBook:
    return DatabaseBook(DatabaseProfiles(database, clock), database, clock, default_channel="C0OWN")


def at_once(*calls: Callable[[], T]) -> list[T]:
    """What each call returns, all made at the same moment."""
    barrier = Barrier(len(calls))

    def call(one: Callable[[], T]) -> T:
        barrier.wait()
        return one()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(call, calls))


def channel(name: str, team: str = "") -> Place:
    return Place(PlaceKind.CHANNEL, name, team)


def stricter(before: Profile, relevance: int = 9, **more: object) -> Proposal:
    after = replace(before, cutoffs=replace(before.cutoffs, relevance=relevance))
    what = f"relevance cutoff {before.cutoffs.relevance} → {relevance}"
    return replace(Proposal(before.id, ADA, what, before, after), **more)  # type: ignore[arg-type]


# Places


def test_a_channel_has_the_profile_that_names_it_and_its_workspace(book: DatabaseBook) -> None:
    here = book.make(profile(id="here", slack_channel="C0HERE"), ADA)
    there = book.make(profile(id="there", slack_channel="C0HERE", slack_team="T0THERE"), ADA)
    mine = book.make(profile(id="mine", slack_channel="D0ADA"), ADA)
    assert book.of_place(channel("C0HERE")) == here
    assert book.of_place(channel("C0HERE", "T0THERE")) == there
    assert book.of_place(channel("C0HERE", "T0OTHER")) is None
    assert book.of_place(Place(PlaceKind.DIRECT, "D0ADA")) == mine
    assert book.of_place(Place(PlaceKind.HOME, "D0ADA")) == mine
    for nowhere in (Place(PlaceKind.TERMINAL), Place(PlaceKind.HOME), channel("C0NEW")):
        assert book.of_place(nowhere) is None
    assert book.of_team("T0THERE") == (there,)
    assert book.of_team("") == (here, mine)


def test_the_settings_own_channel_has_the_first_profile_unless_that_has_another(book: DatabaseBook) -> None:
    assert book.of_place(channel("C0OWN")) is None
    first = book.make(profile(id="default"), ADA)
    book.make(profile(id="another"), ADA)
    assert book.of_place(channel("C0OWN")) == first
    assert book.of_place(channel("C0OWN", "T0THERE")) is None, "another workspace may share the channel"
    proposal = Proposal("default", ADA, "moved", first, replace(first, slack_channel="C0ELSE"))
    book.settle(book.propose(proposal), ADA, apply=True)
    assert book.of_place(channel("C0OWN")) is None
    assert book.of_place(channel("C0ELSE")) == proposal.after


def test_of_several_profiles_of_a_channel_the_oldest_answers(book: DatabaseBook, clock: StillClock) -> None:
    for name in ("c", "a", "b"):
        book.make(profile(id=name, slack_channel="C0HERE"), ADA)
        clock.wait(1)
    found = book.of_place(channel("C0HERE"))
    assert found is not None
    assert found.id == "c"


def test_a_first_profile_that_cannot_be_read_is_told_and_none_is_made_in_its_place(
    book: DatabaseBook, database: Database
) -> None:
    book.make(profile(id="default"), ADA)
    with database.writing() as connection:
        connection.execute(sa.update(profiles).values(document={"id": "default"}))
    with pytest.raises(ProfileError, match="not usable"):
        book.of_place(channel("C0OWN"))
    with pytest.raises(ProfileError, match="not usable"):
        book.make(profile(id="default"), ADA)
    assert book.of_place(channel("C0NEW")) is None, "others go on"
    assert book.of_place(channel("C0OWN", "T0THERE")) is None, "so do other workspaces"


def test_a_profile_is_made_once_however_many_ask_at_once(two: tuple[DatabaseBook, DatabaseBook]) -> None:
    wanted = [profile(name=f"By {number}") for number in range(8)]
    made = at_once(*(lambda one=one, at=at: two[at % 2].make(one, ADA) for at, one in enumerate(wanted)))
    assert len(set(made)) == 1
    (change,) = two[0].history("group", 10)
    assert (change.before, change.after, change.what, change.user) == (None, made[0], "made the profile", ADA)
    assert two[0].undoable("group") is None


# Proposals


def test_nothing_changes_before_somebody_applies_and_then_it_is_remembered_who_did(
    book: DatabaseBook, clock: StillClock
) -> None:
    before = book.make(profile(), ADA)
    proposal = stricter(before)
    proposal_id = book.propose(proposal)
    assert proposal_id.isalnum()
    assert len(proposal_id) <= 40
    assert book.proposal(proposal_id) == proposal
    assert book.get("group") == before
    clock.wait(60)
    assert book.settle(proposal_id, BO, apply=True) is Settling.APPLIED
    assert book.get("group") == proposal.after
    newest = book.history("group", 1)[0]
    assert newest == Change(2, "group", NOON + timedelta(minutes=1), BO, proposal.what, before, proposal.after)
    assert book.undoable("group") == newest
    assert book.proposal(proposal_id) is None
    assert book.settle(proposal_id, ADA, apply=True) is Settling.GONE


def test_who_cancels_changes_nothing_and_nobody_can_apply_it_then(book: DatabaseBook) -> None:
    before = book.make(profile(), ADA)
    proposal_id = book.propose(stricter(before))
    assert book.settle(proposal_id, BO, apply=False) is Settling.CANCELLED
    assert book.settle(proposal_id, ADA, apply=True) is Settling.GONE
    assert (book.get("group"), len(book.history("group", 10))) == (before, 1)


def test_a_proposal_on_a_profile_that_was_changed_since_is_stale(book: DatabaseBook) -> None:
    before = book.make(profile(), ADA)
    first, second, third = (book.propose(stricter(before, relevance)) for relevance in (9, 7, 6))
    assert book.settle(second, ADA, apply=True) is Settling.APPLIED
    assert book.settle(first, BO, apply=True) is Settling.STALE
    assert book.settle(first, BO, apply=True) is Settling.GONE
    assert book.settle(third, BO, apply=False) is Settling.CANCELLED
    assert book.get("group").cutoffs.relevance == 7


def test_of_many_who_press_at_the_same_moment_one_applies(two: tuple[DatabaseBook, DatabaseBook]) -> None:
    before = two[0].make(profile(), ADA)
    for relevance in (9, 7, 6):
        proposal_id = two[0].propose(stricter(two[0].get("group"), relevance))
        outcomes = at_once(
            *(lambda at=at, one=proposal_id: two[at % 2].settle(one, f"U{at}", apply=at != 3) for at in range(8))
        )
        assert outcomes.count(Settling.GONE) == 7
        decided = next(outcome for outcome in outcomes if outcome is not Settling.GONE)
        assert decided in (Settling.APPLIED, Settling.CANCELLED)
        assert (two[1].get("group").cutoffs.relevance == relevance) == (decided is Settling.APPLIED)
    assert before.cutoffs.relevance == 8


def test_of_many_proposals_that_are_applied_at_the_same_moment_one_wins(
    two: tuple[DatabaseBook, DatabaseBook],
) -> None:
    before = two[0].make(profile(), ADA)
    ids = [two[0].propose(stricter(before, relevance)) for relevance in (1, 2, 3, 4, 5, 6)]
    outcomes = at_once(*(lambda one=one, at=at: two[at % 2].settle(one, ADA, apply=True) for at, one in enumerate(ids)))
    assert sorted(outcomes) == [Settling.APPLIED, *[Settling.STALE] * 5]
    assert two[0].get("group").cutoffs.relevance == outcomes.index(Settling.APPLIED) + 1
    assert len(two[0].history("group", 10)) == 2


def test_a_proposal_is_open_for_a_day_by_the_bots_clock_and_then_removed(
    book: DatabaseBook, clock: StillClock, database: Database
) -> None:
    before = book.make(profile(), ADA)
    old = book.propose(stricter(before))
    clock.wait(24 * 3600 - 1)
    assert book.proposal(old) is not None
    clock.wait(1)
    assert book.proposal(old) is None
    assert book.settle(old, ADA, apply=True) is Settling.GONE
    new = book.propose(stricter(before))
    with database.reading() as connection:
        assert list(connection.scalars(sa.select(proposals.c.id))) == [new]
    clock.wait(-50 * 3600)
    assert book.proposal(new) is None, "by a clock that was set back nobody knows how old it is"
    assert book.settle(new, ADA, apply=True) is Settling.GONE


def test_a_digest_to_be_made_is_applied_once_and_stands_in_no_history(book: DatabaseBook) -> None:
    before = book.make(profile(), ADA)
    proposal_id = book.propose(Proposal("group", ADA, "make the digest", before, before, run=DAY))
    found = book.proposal(proposal_id)
    assert found is not None
    assert found.run == DAY
    assert book.settle(proposal_id, ADA, apply=True) is Settling.APPLIED
    assert book.settle(proposal_id, ADA, apply=True) is Settling.GONE
    assert len(book.history("group", 10)) == 1


def test_a_profile_that_was_removed_or_broken_meanwhile_makes_a_proposal_stale(
    book: DatabaseBook, database: Database
) -> None:
    before = book.make(profile(), ADA)
    first, second = book.propose(stricter(before)), book.propose(stricter(before))
    with database.writing() as connection:
        connection.execute(sa.update(profiles).values(document={"id": "group"}))
    assert book.settle(first, ADA, apply=True) is Settling.STALE
    with database.writing() as connection:
        connection.execute(sa.delete(profiles))
    assert book.settle(second, ADA, apply=True) is Settling.STALE
    with pytest.raises(ProfileError, match="no profile 'group'"):
        book.propose(stricter(before))
    with pytest.raises(ProfileError, match="no profile 'group'"):
        book.get("group")


def test_a_proposal_that_this_version_cannot_read_is_gone(book: DatabaseBook, database: Database) -> None:
    proposal_id = book.propose(stricter(book.make(profile(), ADA)))
    with database.writing() as connection:
        document = connection.execute(sa.select(proposals.c.document)).scalar_one()
        document = {**document, "after": {**document["after"], "colour": "red"}}
        connection.execute(sa.update(proposals).values(document=document))
    assert book.proposal(proposal_id) is None
    assert book.settle(proposal_id, ADA, apply=True) is Settling.GONE


def test_a_proposal_speaks_of_one_profile_only(book: DatabaseBook) -> None:
    before = book.make(profile(), ADA)
    with pytest.raises(ValueError, match="another profile"):
        book.propose(Proposal("group", ADA, "renamed", before, replace(before, id="other")))


@pytest.mark.parametrize("wrong", ["", "x" * 5000, "' OR 1=1 --", "\0", "p1"])
def test_an_id_that_never_was_is_gone(book: DatabaseBook, wrong: str) -> None:
    assert book.proposal(wrong) is None
    assert book.settle(wrong, ADA, apply=True) is Settling.GONE


def test_every_field_of_a_profile_comes_back_from_a_proposal_and_the_history(book: DatabaseBook) -> None:
    before = book.make(profile(), ADA)
    after = replace(
        before,
        follows=("Ada Quill",),
        muted_words=("survey",),
        editors=("U0ADA",),
        pauses=(Pause(DAY), Pause(DAY, DAY + timedelta(days=3))),
        slack_channel="C0HERE",
        slack_team="T0HERE",
        topics=tuple(replace(topic, muted=True) for topic in before.topics),
        cutoffs=Cutoffs(1, 2, 3, 4, 5),
    )
    assert book.settle(book.propose(Proposal("group", ADA, "all", before, after)), ADA, apply=True) is Settling.APPLIED
    assert (book.get("group"), book.history("group", 1)[0].after) == (after, after)
