"""What the bot remembers about papers, verdicts and digests."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.database.engine import Database
from bot.adapters.database.ledger import DatabaseLedger, DatabaseRuns
from bot.adapters.database.store import DatabaseStore
from bot.clock import SetClock
from bot.domain.digest import State
from bot.domain.paper import AnnounceType, Paper
from bot.domain.verdict import HotTag, Rubric, Usage
from bot.errors import JudgeError
from tests.examples import DAY, NOON, RUBRIC, announced, digest, listing, paper, profile, verdict

NEXT, AFTER = DAY + timedelta(days=1), DAY + timedelta(days=2)
MODEL = "claude-haiku-5-5"
CATEGORIES = ("cs.LG", "cs.AI")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


def test_a_verdict_is_known_for_its_very_paper_version_rubric_and_model(store: DatabaseStore) -> None:
    store.save_verdicts([verdict(1, hot_tags=(HotTag.DAILY_HOT,), matched_topics=("memory",))], RUBRIC, MODEL)
    assert store.known_verdicts([paper(1), paper(2)], RUBRIC, MODEL) == {
        "2613.00001": verdict(1, hot_tags=(HotTag.DAILY_HOT,), matched_topics=("memory",))
    }
    assert store.known_verdicts([paper(1, version=2)], RUBRIC, MODEL) == {}
    assert store.known_verdicts([paper(1)], Rubric("another text"), MODEL) == {}
    assert store.known_verdicts([paper(1)], RUBRIC, "claude-sonnet-5-5") == {}


def test_a_verdict_that_is_there_is_never_replaced(store: DatabaseStore) -> None:
    store.save_verdicts([verdict(1, relevance=9)], RUBRIC, MODEL)
    store.save_verdicts([verdict(1, relevance=2), verdict(2)], RUBRIC, MODEL)
    known = store.known_verdicts([paper(1), paper(2)], RUBRIC, MODEL)
    assert [known[f"2613.0000{number}"].relevance for number in (1, 2)] == [9, 9]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(TEXT, TEXT, st.lists(TEXT, max_size=4), st.integers(1, 99))
def test_a_paper_comes_back_from_the_store_as_it_went_in(
    store: DatabaseStore, title: str, abstract: str, authors: list[str], version: int
) -> None:
    one = Paper("2613.00001", version, title, abstract, tuple(authors), ("cs.LG",), title, None, abstract)
    store.save_listing(
        listing(announced(1, version=version, **{k: v for k, v in vars(one).items() if k != "version"})), CATEGORIES
    )
    store.save_digest(digest((announced(1, **{k: v for k, v in vars(one).items() if k != "arxiv_id"}),), ()))
    (back,) = store.unjudged_before(profile(), NEXT)
    assert back.paper.version == version
    assert back.late


def test_papers_shown_on_other_days_are_remembered_and_this_day_is_not_counted(store: DatabaseStore) -> None:
    store.save_digest(digest())
    assert store.shown_before(profile(), DAY) == frozenset()
    assert store.shown_before(profile(), NEXT) == {"2613.00001", "2613.00002"}
    assert store.shown_before(profile(id="other"), NEXT) == frozenset()


def test_papers_that_a_digest_could_not_judge_come_back_as_late_until_one_has_brought_them(
    store: DatabaseStore,
) -> None:
    entries = (announced(1), announced(2, AnnounceType.CROSS))
    store.save_listing(listing(*entries), CATEGORIES)
    store.save_digest(digest(entries, (verdict(1),)))
    store.save_digest(digest((), (), day=NEXT, state=State.QUIET))
    (late,) = store.unjudged_before(profile(), AFTER)
    assert (late.paper, late.how, late.late) == (paper(2), AnnounceType.CROSS, True)
    store.save_digest(digest((), (), day=AFTER, late=("2613.00002",)))
    assert len(store.unjudged_before(profile(), AFTER)) == 1
    assert store.unjudged_before(profile(), AFTER + timedelta(days=1)) == ()
    store.save_digest(digest(entries, (verdict(1), verdict(2))))
    assert store.unjudged_before(profile(), AFTER) == ()


def test_papers_that_a_catch_up_could_not_judge_come_back_although_a_newer_digest_is_there(
    store: DatabaseStore,
) -> None:
    entries = (announced(1), announced(2))
    store.save_listing(listing(*entries), CATEGORIES)
    store.save_digest(digest((announced(3),), (verdict(3),), day=NEXT))
    store.save_digest(digest(entries, (verdict(1),)))
    assert [entry.paper.arxiv_id for entry in store.unjudged_before(profile(), AFTER)] == ["2613.00002"]


def test_a_paper_that_the_judge_never_answers_is_given_up(store: DatabaseStore) -> None:
    entries = (announced(1), announced(2))
    store.save_listing(listing(*entries), CATEGORIES)
    brought = []
    for day in (DAY + timedelta(days=number) for number in range(5)):
        late = tuple(entry.paper.arxiv_id for entry in store.unjudged_before(profile(), day))
        brought.append(len(late))
        store.save_digest(digest(entries, (verdict(1),) if late or day == DAY else (verdict(1), verdict(2)), day=day))
    assert brought == [0, 1, 1, 0, 0]


def test_a_newer_edition_replaces_an_older_one(store: DatabaseStore) -> None:
    store.save_digest(digest())
    store.save_digest(digest((announced(3),), (verdict(3),)))
    assert store.shown_before(profile(), NEXT) == {"2613.00003"}


def test_a_listing_can_be_saved_twice_and_tells_what_was_new_on_earlier_days(store: DatabaseStore) -> None:
    first = listing(announced(1), announced(2, AnnounceType.CROSS))
    store.save_listing(first, CATEGORIES)
    store.save_listing(first, CATEGORIES)
    assert store.announced_as_new_before(first) == frozenset()
    later = listing(announced(1), announced(2), announced(3), day=NEXT)
    assert store.announced_as_new_before(later) == {"2613.00001"}


def test_a_listing_longer_than_one_statement_takes_is_remembered_whole(store: DatabaseStore) -> None:
    many = listing(*(announced(number) for number in range(1, 1203)))
    store.save_listing(many, CATEGORIES)
    later = listing(*many.announcements, day=NEXT)
    assert len(store.announced_as_new_before(later)) == 1202


def test_usage_adds_up_per_model_and_kind_and_an_unknown_price_stays_unknown(store: DatabaseStore) -> None:
    for cost in ("0.000123456", "0.5"):
        store.save_usage(Usage(MODEL, "judge", 100, 40, 7, Decimal(cost)), profile(), DAY)
    for price in (Decimal("0.25"), None):
        store.save_usage(Usage(MODEL, "overview", 10, 0, 1, price), profile(), DAY)
    assert store.usage_of(profile(), DAY) == (
        Usage(MODEL, "judge", 200, 80, 14, Decimal("0.500123456")),
        Usage(MODEL, "overview", 20, 0, 2, None),
    )
    assert store.usage_of(profile(), NEXT) == ()
    assert len(store.usage_in_month(date(2026, 5, 1))) == 2
    assert store.usage_in_month(date(2026, 4, 1)) == ()


def test_an_overview_is_found_by_its_question_and_model(store: DatabaseStore) -> None:
    store.save_overview("a question", MODEL, "An answer [1].")
    store.save_overview("a question", MODEL, "Another answer.")
    assert store.saved_overview("a question", MODEL) == "An answer [1]."
    assert store.saved_overview("another question", MODEL) is None


def test_what_reached_an_outlet_stays_shown_whatever_a_later_edition_holds(
    store: DatabaseStore, database: Database
) -> None:
    ledger = DatabaseLedger(database, SetClock(NOON))
    ledger.claim(digest(), "slack:C1")
    ledger.sent(digest(), "slack:C1", "thread")
    store.save_listing(listing(announced(1), announced(2)), CATEGORIES)
    store.save_digest(digest((announced(1), announced(2)), (verdict(2),)))
    assert store.shown_before(profile(), NEXT) == {"2613.00001", "2613.00002"}
    assert store.unjudged_before(profile(), NEXT) == ()


def test_what_the_last_days_left_undone_is_told_once(store: DatabaseStore, database: Database) -> None:
    attempts = DatabaseRuns(database, SetClock(NOON))
    ledger = DatabaseLedger(database, SetClock(NOON))
    store.save_digest(digest())
    for outlet in ("slack:C1", "mail:ada@example.org", "site"):
        ledger.claim(digest(), outlet)
    ledger.failed(digest(), "slack:C1", "refused")
    ledger.sent(digest(), "site", "index.html")
    for error in ("the worst of all", "Anthropic could not serve the call, 529"):
        with pytest.raises(JudgeError), attempts.attempt(profile(), NEXT):
            raise JudgeError(error)
    day_after = NEXT + timedelta(days=1)
    assert store.unfinished_before(profile(), day_after) == (
        "The digest of Wednesday 6 May 2026 may not have reached a mailbox",
        "The digest of Wednesday 6 May 2026 did not reach slack:C1",
        "There is no digest of Thursday 7 May 2026: Anthropic could not serve the call, 529",
    )
    store.save_digest(digest((), (), day=NEXT, state=State.QUIET))
    assert len(store.unfinished_before(profile(), day_after)) == 2
    store.save_digest(digest(day=day_after))
    assert store.unfinished_before(profile(), day_after + timedelta(days=1)) == ()
    assert store.unfinished_before(profile(id="other"), day_after) == ()


def test_only_one_buys_under_a_rubric_and_model_at_a_time(store: DatabaseStore) -> None:
    order = []

    def buy(who: str) -> None:
        with store.buying(RUBRIC, MODEL):
            order.append(who)

    with store.buying(RUBRIC, MODEL), store.buying(RUBRIC, "claude-sonnet-5-5"):
        second = Thread(target=buy, args=("second",))
        second.start()
        second.join(0.15)
        order.append("first")
    second.join()
    assert order == ["first", "second"]
