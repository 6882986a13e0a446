"""Votes: one per reader, paper and profile."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.database.engine import Database
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.tables import votes as table
from bot.adapters.database.votes import DatabaseVotes
from bot.clock import SetClock
from bot.desk import Tally
from bot.errors import ProfileError
from tests.examples import NOON, profile

ADA, BO = "U0ADA", "U0BO"
PAPER, OTHER = "2613.00001", "hep-th/9901001"
UP, DOWN = 1, -1
CLOCK = SetClock(NOON)


@pytest.fixture
def votes(database: Database) -> DatabaseVotes:
    return opened(database)


def opened(database: Database) -> DatabaseVotes:
    for name in ("group", "other"):
        DatabaseProfiles(database, CLOCK).save(profile(id=name))
    return DatabaseVotes(database, CLOCK)


def test_the_same_vote_twice_takes_it_back_and_the_other_one_replaces_it(votes: DatabaseVotes) -> None:
    assert votes.cast("group", ADA, PAPER, UP) == Tally(1, 0, UP)
    assert votes.cast("group", BO, PAPER, DOWN) == Tally(1, 1, DOWN)
    assert votes.cast("group", ADA, PAPER, DOWN) == Tally(0, 2, DOWN)
    assert votes.cast("group", ADA, PAPER, DOWN) == Tally(0, 1, 0)


def test_profiles_and_papers_are_counted_apart(votes: DatabaseVotes) -> None:
    votes.cast("group", ADA, PAPER, UP)
    votes.cast("group", BO, PAPER, UP)
    votes.cast("group", ADA, OTHER, DOWN)
    votes.cast("other", ADA, PAPER, DOWN)
    tallies = votes.tallies("group", [PAPER, OTHER, "2613.00009"])
    assert tallies == {PAPER: Tally(2, 0, 0), OTHER: Tally(0, 1, 0), "2613.00009": Tally(0, 0, 0)}
    assert votes.tallies("group", [PAPER, OTHER], ADA) == {PAPER: Tally(2, 0, UP), OTHER: Tally(0, 1, DOWN)}
    assert votes.tallies("group", []) == {}


def test_nothing_is_kept_of_a_profile_that_is_not_there(votes: DatabaseVotes, database: Database) -> None:
    with pytest.raises(ProfileError, match="no profile 'gone'"):
        votes.cast("gone", ADA, PAPER, UP)
    with database.reading() as connection:
        assert connection.execute(sa.select(table)).all() == []
    with pytest.raises(ValueError, match="1 or -1"):
        votes.cast("group", ADA, PAPER, 0)


def test_readers_who_vote_at_the_same_moment_are_all_counted(url: str, votes: DatabaseVotes) -> None:
    desks = (votes, DatabaseVotes(Database(url), CLOCK))
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda at: desks[at % 2].cast("group", f"U{at}", PAPER, UP if at % 3 else DOWN), range(24)))
    assert votes.tallies("group", [PAPER]) == {PAPER: Tally(16, 8, 0)}


Vote = tuple[str, str, int]
VOTES = st.lists(
    st.tuples(st.sampled_from([ADA, BO, "U0CY"]), st.sampled_from([PAPER, OTHER]), st.sampled_from([1, -1]))
)


@settings(max_examples=30, deadline=None)
@given(VOTES)
def test_whatever_people_press_the_counts_are_those_of_the_votes_that_stand(pressed: Sequence[Vote]) -> None:
    standing: dict[tuple[str, str], int] = {}
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder)}/b.db")
        votes = opened(database)
        for user, paper, vote in pressed:
            standing[user, paper] = 0 if standing.get((user, paper)) == vote else vote
            given_now = [one for (_, on), one in standing.items() if on == paper]
            tally = votes.cast("group", user, paper, vote)
            assert tally == Tally(given_now.count(UP), given_now.count(DOWN), standing[user, paper])
            assert votes.tallies("group", [paper], user) == {paper: tally}
        database.close()
