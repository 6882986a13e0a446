"""A listing comes back as it was saved, and what is known of a paper only grows."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.database.store import DatabaseStore
from bot.domain.listing import Listing
from bot.domain.paper import Announcement, AnnounceType, Paper
from bot.errors import StoreError
from bot.ports import Store
from tests.examples import DAY, NOON, announced, digest, listing, paper, profile
from tests.fakes.memory_store import MemoryStore

CATEGORIES = ("cs.LG", "cs.AI")
EXAMPLES = count()
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
PAPERS = st.builds(
    Paper, st.integers(1, 99999).map(lambda number: f"2613.{number:05d}"), st.integers(1, 99), TEXT, TEXT,
    st.lists(TEXT, max_size=3).map(tuple), st.lists(TEXT, max_size=3).map(tuple),
    st.none() | TEXT, st.none() | TEXT, st.none() | TEXT,
)  # fmt: skip
ANNOUNCED = st.builds(Announcement, PAPERS, st.sampled_from(AnnounceType), st.booleans())
LISTINGS = st.builds(
    Listing, st.dates(date(1991, 8, 1)),
    st.lists(ANNOUNCED, max_size=6, unique_by=lambda entry: entry.paper.arxiv_id).map(tuple),
    st.integers(0, 9999), st.none() | st.integers(0, 9999), st.lists(TEXT, max_size=3).map(tuple),
    st.none() | TEXT, st.booleans(),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(LISTINGS, st.randoms(use_true_random=False))
def test_any_listing_comes_back_as_it_was_saved_for_its_categories_in_any_order(
    store: DatabaseStore, one: Listing, random: Random
) -> None:
    apart = f"{next(EXAMPLES)}."  # other examples are in the same database
    categories = [f"{apart}LG", "cs.AI", "math.AG"]
    one = replace(
        one,
        announcements=tuple(
            replace(entry, paper=replace(entry.paper, arxiv_id=apart + entry.paper.arxiv_id))
            for entry in one.announcements
        ),
    )
    store.save_listing(one, categories)
    assert store.listing(one.day, sorted(categories, key=lambda _: random.random())) == one
    assert store.listing(one.day, categories[:2]) is None
    assert store.listing(one.day + timedelta(days=1) if one.day < date.max else date.min, categories) is None


@pytest.fixture(params=["database", "memory"])
def any_store(request: pytest.FixtureRequest, store: DatabaseStore) -> Store:
    return store if request.param == "database" else MemoryStore()


def test_a_newer_listing_of_the_day_replaces_the_older_one_and_no_other(any_store: Store) -> None:
    any_store.save_listing(listing(announced(1), arxiv_says=2), CATEGORIES)
    any_store.save_listing(listing(announced(9)), ["math.AG"])
    whole = listing(announced(2), announced(1, AnnounceType.CROSS))
    any_store.save_listing(whole, CATEGORIES)
    assert any_store.listing(DAY, CATEGORIES) == whole
    assert any_store.listing(DAY, ["math.AG"]) == listing(announced(9))


def test_the_versions_that_a_listing_named_are_the_ones_it_comes_back_with(any_store: Store) -> None:
    first, second = listing(announced(1)), listing(announced(1, version=2), day=DAY + timedelta(days=1))
    any_store.save_listing(first, CATEGORIES)
    any_store.save_listing(second, CATEGORIES)
    assert any_store.listing(DAY, CATEGORIES) == first
    assert any_store.listing(second.day, CATEGORIES) == second


def test_a_detail_that_is_known_is_replaced_by_another_but_never_lost(store: DatabaseStore) -> None:
    known = paper(1, comment="12 pages", doi="10.1/x", journal_ref="J. 1")
    poorer = paper(1, title="A corrected title", authors=(), abstract="", comment=None, doi="", journal_ref="J. 2")
    for details in (known, poorer):
        store.save_listing(listing(Announcement(details, AnnounceType.NEW)), CATEGORIES)
    back = store.listing(DAY, CATEGORIES)
    assert back is not None
    assert back.announcements[0].paper == replace(known, title="A corrected title", journal_ref="J. 2")


def test_a_listing_that_cannot_be_saved_leaves_nothing_of_itself(store: DatabaseStore) -> None:
    with pytest.raises(StoreError, match="NOT NULL"):
        store.save_listing(listing(announced(1), entries_seen=None), CATEGORIES)
    assert store.listing(DAY, CATEGORIES) is None
    later = listing(announced(1), day=DAY + timedelta(days=1))
    assert store.announced_as_new_before(later) == frozenset()


def test_the_first_edition_s_moment_stays_whatever_comes_later(any_store: Store) -> None:
    assert any_store.first_made(profile(), DAY) is None
    first = digest()
    later = replace(first, judged_by=replace(first.judged_by, at=NOON + timedelta(hours=3)))
    any_store.save_digest(first)
    any_store.save_digest(later)
    assert any_store.first_made(profile(), DAY) == NOON
