"""What the archive answers: what was shown, what became of a paper, what it took."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from bot.adapters.database.engine import Database
from bot.adapters.database.ledger import DatabaseLedger
from bot.adapters.database.library import DatabaseLibrary
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.store import DatabaseStore
from bot.adapters.database.votes import DatabaseVotes
from bot.clock import SetClock
from bot.domain.digest import Digest
from bot.domain.library import DayFate, Reached, Sighting, Trace
from bot.domain.paper import AnnounceType
from bot.domain.profile import Cutoffs
from bot.domain.query import Query
from bot.domain.receipt import Fate, Receipt
from bot.domain.verdict import HotTag, Usage
from bot.render.document import document
from tests.examples import DAY, NOON, announced, digest, listing, paper, profile, verdict

NEXT = DAY + timedelta(days=1)
LONG_AGO, FAR = DAY - timedelta(days=900), DAY + timedelta(days=900)
MODEL = "claude-haiku-5-5"
CATEGORIES = profile().categories
HOT = verdict(3, relevance=5, hot_tags=(HotTag.NEW_FRONTIER,), hot_reason="A first.")


@pytest.fixture
def store(database: Database) -> DatabaseStore:
    return DatabaseStore(database, SetClock(NOON), document)


@pytest.fixture
def library(database: Database) -> DatabaseLibrary:
    return DatabaseLibrary(database)


def made(store: DatabaseStore, one: Digest) -> Digest:
    """The digest and what came before it, as the pipeline saves them."""
    entries = tuple(choice.announcement for choice in one.choices)
    store.save_listing(listing(*entries, day=one.day), one.profile.categories)
    judged = [choice.verdict for choice in one.choices if choice.verdict]
    store.save_verdicts(judged, one.judged_by.rubric, one.judged_by.model)
    store.save_digest(one)
    return one


def sql(database: Database, statement: str, *values: object) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql(statement, values)


# What was shown.


def test_shown_papers_come_newest_day_first_and_then_as_the_digest_had_them(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    entries = tuple(announced(number, title=rf"Of $x_{number}$") for number in range(1, 5))
    said = (verdict(1, primary_topic="memory"), verdict(2), HOT, verdict(4, primary_topic=None, relevance=10))
    made(store, digest(entries, said))
    made(store, digest((announced(5),), (verdict(5),), day=NEXT))
    found = library.shown(profile(), DAY, NEXT)
    assert [(one.day, one.paper.arxiv_id[-1], one.topic, one.hot) for one in found] == [
        (NEXT, "5", "routing", False),
        (DAY, "2", "routing", False),
        (DAY, "1", "memory", False),
        (DAY, "4", "other", False),
        (DAY, "3", "routing", True),
    ]
    assert [one.paper for one in found[1:]] == [entries[number - 1].paper for number in (2, 1, 4, 3)]
    assert [one.verdict for one in found[1:]] == [said[number - 1] for number in (2, 1, 4, 3)]


def test_only_days_asked_for_and_only_this_profile_count(store: DatabaseStore, library: DatabaseLibrary) -> None:
    for day in (DAY, NEXT):
        made(store, digest(day=day))
    made(store, digest(for_profile=profile(id="other"), day=DAY - timedelta(days=1)))
    assert {one.day for one in library.shown(profile(), DAY, DAY)} == {DAY}
    assert len(library.shown(profile(), LONG_AGO, FAR)) == 4
    assert library.shown(profile(), NEXT, DAY) == ()
    assert [one.day for one in library.counts(profile(), LONG_AGO, FAR)] == [DAY, NEXT]
    assert library.shown(profile(id="removed"), LONG_AGO, FAR) == ()


def test_a_paper_whose_row_is_missing_is_shown_as_the_document_has_it(
    database: Database, store: DatabaseStore, library: DatabaseLibrary
) -> None:
    made(store, digest((announced(1, title=r"Of $x$", comment="9 pages"),), (verdict(1),)))
    sql(database, "DELETE FROM papers")
    (one,) = library.shown(profile(), DAY, DAY)
    assert one.paper == paper(1, title=r"Of $x$", comment="9 pages")


@pytest.mark.parametrize("broken", ["", "nonsense", "[]", "7", '{"sections": 7}', '{"sections": [{"papers": [{}]}]}'])
def test_a_document_that_cannot_be_read_costs_its_own_day_alone_and_the_log_says_so(
    database: Database,
    store: DatabaseStore,
    library: DatabaseLibrary,
    caplog: pytest.LogCaptureFixture,
    broken: str,
) -> None:
    made(store, digest())
    made(store, digest((announced(5),), (verdict(5),), day=NEXT))
    sql(database, "UPDATE digests SET document = ? WHERE day = ?", broken, str(DAY))
    assert {one.day for one in library.shown(profile(), DAY, NEXT)} == {NEXT}
    first, second = library.counts(profile(), DAY, NEXT)
    assert (first.receipt.shown, dict(first.shown_by_topic)) == (2, {})
    assert dict(second.shown_by_topic) == {"routing": 1}
    assert "cannot be read" in caplog.text


def test_counts_are_the_digest_s_own(database: Database, store: DatabaseStore, library: DatabaseLibrary) -> None:
    entries = tuple(announced(number) for number in range(1, 5))
    one = made(store, digest(entries, (verdict(1), verdict(2, primary_topic="memory"), verdict(3, relevance=2))))
    (counts,) = library.counts(profile(), DAY, DAY)
    assert counts.receipt == one.receipt == Receipt(shown=2, below_cutoff=1, failed=1, entries_seen=4, arxiv_says=4)
    assert (counts.state, dict(counts.shown_by_topic)) == ("partial", {"routing": 1, "memory": 1})
    sql(database, "DELETE FROM receipts")
    assert library.counts(profile(), DAY, DAY) == (counts,)


def test_usage_is_summed_over_the_days_asked_for(store: DatabaseStore, library: DatabaseLibrary) -> None:
    one = Usage(MODEL, "judge", 100, 10, 5, Decimal("0.25"))
    for day in (DAY, NEXT, NEXT + timedelta(days=1)):
        store.save_usage(one, profile(), day)
    store.save_usage(one, profile(id="other"), DAY)
    assert library.usage(profile(), DAY, NEXT) == (one + one,)
    assert library.usage(profile(), LONG_AGO, LONG_AGO) == ()


def test_papers_are_known_in_their_newest_version_and_many_at_once(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    store.save_listing(listing(*(announced(number) for number in range(1, 1202))), CATEGORIES)
    store.save_listing(listing(announced(2, version=11), day=NEXT), CATEGORIES)
    store.save_listing(listing(announced(2, version=9), day=DAY), CATEGORIES)
    found = library.papers([f"2613.{number:05d}" for number in range(1, 1203)])
    assert len(found) == 1201
    assert found["2613.00002"].version == 11
    assert library.papers([]) == {}


def test_categories_are_those_of_listings_that_are_kept(store: DatabaseStore, library: DatabaseLibrary) -> None:
    store.save_listing(listing(announced(1)), ("cs.LG", "cs.AI"))
    store.save_listing(listing(announced(1), day=DAY - timedelta(days=9)), ("math.AG", "cs.AI"))
    assert library.known_categories(DAY) == {"cs.LG", "cs.AI"}
    assert library.known_categories(LONG_AGO) == {"cs.LG", "cs.AI", "math.AG"}
    assert library.known_categories(NEXT) == frozenset()


# What became of a paper.


def test_a_trace_tells_all_of_a_paper_that_was_shown_delivered_and_voted_on(
    database: Database, store: DatabaseStore, library: DatabaseLibrary
) -> None:
    one = made(store, digest())
    ledger = DatabaseLedger(database, SetClock(NOON))
    for outlet in ("slack:C1", "mail:ada@example.org", "site"):
        ledger.claim(one, outlet)
    ledger.sent(one, "slack:C1", "there")
    ledger.sent(one, "mail:ada@example.org", "there")
    ledger.failed(one, "site", "disk full")
    DatabaseProfiles(database, SetClock(NOON)).save(profile())
    cast = DatabaseVotes(database, SetClock(NOON)).cast
    for user, vote in (("U1", 1), ("U2", 1), ("U3", -1)):
        cast("group", user, "2613.00001", vote)
    (recorded,) = library.recorded(profile(), DAY)
    found = library.trace("2613.00001", profile())
    assert all(NOON < one.at < NOON + timedelta(minutes=1) for one in found.reached)
    assert replace(found, reached=tuple(replace(one, at=NOON) for one in found.reached)) == Trace(
        "2613.00001",
        paper(1),
        (Sighting(DAY, AnnounceType.NEW, 1, read=True),),
        (DayFate(DAY, recorded.papers[0]),),
        verdict(1),
        MODEL,
        (
            Reached(DAY, "a mailbox", "sent", NOON),
            Reached(DAY, "site", "failed", NOON),
            Reached(DAY, "slack:C1", "sent", NOON),
        ),
        up=2,
        down=1,
    )


def test_nothing_is_known_of_an_unknown_paper(store: DatabaseStore, library: DatabaseLibrary) -> None:
    made(store, digest())
    assert library.trace("2613.99999", profile()) == Trace("2613.99999", None)
    assert library.trace("' OR 1=1 --", profile()).paper is None


def test_what_others_saw_announced_was_not_read_by_the_profile(store: DatabaseStore, library: DatabaseLibrary) -> None:
    store.save_listing(listing(announced(1)), ("math.AG",))
    store.save_listing(listing(announced(1, AnnounceType.CROSS), announced(2), day=NEXT), CATEGORIES)
    store.save_listing(listing(announced(1, AnnounceType.REPLACE), day=NEXT), ("math.AG",))
    assert library.trace("2613.00001", profile()).sightings == (
        Sighting(DAY, AnnounceType.NEW, 1, read=False),
        Sighting(NEXT, AnnounceType.CROSS, 1, read=True),
    )
    elsewhere = library.trace("2613.00002", profile(id="geometry", categories=("math.AG",)))
    assert elsewhere.sightings == (Sighting(NEXT, AnnounceType.NEW, 1, read=False),)
    assert elsewhere.paper is not None


def test_a_profile_whose_categories_changed_has_still_read_what_its_digests_decided_on(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    made(store, digest())
    now = profile(categories=("math.AG",))
    assert [one.read for one in library.trace("2613.00001", now).sightings] == [True]


def test_a_late_paper_has_the_fates_of_both_days(store: DatabaseStore, library: DatabaseLibrary) -> None:
    made(store, digest((announced(1),), ()))
    late = replace(announced(1), late=True)
    store.save_digest(digest((late,), (verdict(1),), day=NEXT))
    found = library.trace("2613.00001", profile())
    assert [(one.day, one.paper.fate, one.paper.late) for one in found.fates] == [
        (DAY, Fate.FAILED, False),
        (NEXT, Fate.SHOWN, True),
    ]
    assert [one.day for one in found.sightings] == [DAY]
    assert found.verdict is not None
    assert found.verdict.relevance == 9


def test_the_verdict_is_the_newest_digest_s_and_another_profile_s_never(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    made(store, digest())
    other = replace(digest(for_profile=profile(id="other")), day=NEXT)
    other = replace(other, judged_by=replace(other.judged_by, model="other-model"))
    made(store, other)
    found = library.trace("2613.00001", profile())
    assert (found.judged_by, len(found.fates)) == (MODEL, 1)
    assert library.trace("2613.00001", profile(id="third")).verdict is None


def test_a_verdict_whose_row_is_missing_keeps_its_scores(
    database: Database, store: DatabaseStore, library: DatabaseLibrary
) -> None:
    made(store, digest())
    sql(database, "DELETE FROM verdicts")
    found = library.trace("2613.00001", profile())
    assert found.verdict is not None
    assert found.verdict.score == verdict(1).score
    assert found.judged_by == MODEL


def test_a_digest_without_a_record_tells_what_its_document_names(
    database: Database, store: DatabaseStore, library: DatabaseLibrary
) -> None:
    entries = tuple(announced(number) for number in range(1, 9))
    said = [verdict(1), HOT, *(verdict(number, relevance=number - 2) for number in (4, 5, 6, 7))]
    made(store, digest(entries, tuple(said)))
    recorded = {number: library.trace(f"2613.0000{number}", profile()) for number in range(1, 9)}
    sql(database, "DELETE FROM choices")
    for number, before in recorded.items():
        after = library.trace(f"2613.0000{number}", profile())
        assert [one.read for one in after.sightings] == [True]
        named = number in (1, 2, 3, 5, 6, 7, 8)  # shown, not judged, or a nearest miss
        assert [one.paper.fate for one in after.fates] == [one.paper.fate for one in before.fates if named]
        assert [one.paper.reason for one in after.fates] == [one.paper.reason for one in before.fates if named]
        assert after.verdict == (before.verdict if named else None)


def test_what_an_earlier_edition_brought_counts_as_delivered_and_what_no_edition_brought_does_not(
    database: Database, store: DatabaseStore, library: DatabaseLibrary
) -> None:
    first = made(store, digest((announced(1), announced(2)), (verdict(1),)))
    ledger = DatabaseLedger(database, SetClock(NOON))
    ledger.claim(first, "site")
    ledger.sent(first, "site", "there")
    second = made(store, digest())
    ledger.claim(second, "site")
    ledger.failed(second, "site", "disk full")
    assert [one.state for one in library.trace("2613.00001", profile()).reached] == ["sent"]
    assert [one.state for one in library.trace("2613.00002", profile()).reached] == ["failed"]


@pytest.mark.parametrize("table", ["papers", "sightings", "listings", "digests", "choices", "paper_texts", "receipts"])
def test_a_table_that_lost_its_rows_breaks_no_answer(
    database: Database, store: DatabaseStore, library: DatabaseLibrary, table: str
) -> None:
    made(store, digest())
    sql(database, f"DELETE FROM {table}")
    asked: list[Callable[[], object]] = [
        lambda: library.trace("2613.00001", profile()),
        lambda: library.shown(profile(), DAY, DAY),
        lambda: library.counts(profile(), DAY, DAY),
        lambda: library.recorded(profile(), DAY),
        lambda: library.search(Query(("finding",)), profile(), 5),
        lambda: library.similar(paper(1), profile(), 5),
        lambda: library.papers(["2613.00001"]),
    ]
    for ask in asked:
        ask()


def test_a_removed_profile_s_digests_are_still_told(store: DatabaseStore, library: DatabaseLibrary) -> None:
    made(store, digest(for_profile=profile(cutoffs=Cutoffs(cap=1))))
    assert len(library.shown(profile(), DAY, DAY)) == 1


def test_answers_take_as_many_statements_for_many_papers_as_for_few(
    database: Database, store: DatabaseStore, library: DatabaseLibrary
) -> None:
    counted = [0]

    def count(*_: object) -> None:
        counted[0] += 1

    def statements(number: int) -> list[int]:
        entries = tuple(announced(one) for one in range(1, number + 1))
        made(store, digest(entries, tuple(verdict(one) for one in range(1, number + 1))))
        asked: list[Callable[[], object]] = [
            lambda: library.search(Query(("finding",)), profile(), number),
            lambda: library.similar(paper(1), profile(), number),
            lambda: library.trace("2613.00001", profile()),
            lambda: library.shown(profile(), DAY, DAY),
            lambda: library.counts(profile(), DAY, DAY),
            lambda: library.recorded(profile(), DAY),
        ]
        taken = []
        for ask in asked:
            counted[0] = 0
            ask()
            taken.append(counted[0])
        return taken

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        assert statements(5) == statements(19)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)
