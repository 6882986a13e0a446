"""The sums behind /metrics."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Thread

import pytest

from bot.adapters.database.engine import Database
from bot.adapters.database.figures import DatabaseFigures
from bot.adapters.database.ledger import DatabaseLedger, DatabaseRuns
from bot.adapters.database.meter import DatabaseMeter
from bot.adapters.database.store import DatabaseStore
from bot.clock import SetClock
from bot.domain.figures import Seconds, Spent
from bot.domain.verdict import Usage
from bot.errors import SourceError
from tests.examples import DAY, NOON, announced, digest, profile, verdict

NEXT = DAY + timedelta(days=1)


class Steps:
    """A clock that goes on by some seconds each time somebody looks."""

    was_set = True

    def __init__(self, seconds: float) -> None:
        self.at, self.step = NOON, timedelta(seconds=seconds)

    def now(self) -> datetime:
        self.at += self.step
        return self.at


@pytest.fixture
def figures(database: Database) -> DatabaseFigures:
    return DatabaseFigures(database)


def test_an_empty_database_has_figures_too(figures: DatabaseFigures) -> None:
    empty = figures.figures((1.0, 10.0))
    assert set(empty.papers.values()) == {0}
    assert (empty.runs, empty.spent, empty.retries, empty.deliveries, empty.took, empty.last_success) == (
        {}, (), {}, {}, {}, {},
    )  # fmt: skip


def test_runs_are_counted_by_profile_and_state_and_the_last_success_is_the_newest_not_the_latest(
    database: Database, figures: DatabaseFigures
) -> None:
    late, early = (DatabaseRuns(database, SetClock(at)) for at in (NOON, NOON - timedelta(days=9)))
    for attempts in (late, early):
        with attempts.attempt(profile(), DAY) as attempt:
            attempt.made(digest())
    with pytest.raises(SourceError), early.attempt(profile(), NEXT):
        raise SourceError("down")
    with early.attempt(profile(id="other"), DAY):
        pass
    read = figures.figures(())
    assert read.runs == {"group": {"complete": 2, "failed": 1}, "other": {"preview": 1}}
    assert set(read.last_success) == {"group"}
    assert abs(read.last_success["group"] - (NOON - timedelta(days=9))) < timedelta(minutes=1)


def test_papers_are_counted_by_the_receipts_of_the_newest_editions(
    store: DatabaseStore, figures: DatabaseFigures
) -> None:
    store.save_digest(digest())
    assert figures.figures(()).papers["shown"] == 2
    store.save_digest(digest((announced(1), announced(2), announced(3)), (verdict(1),)))
    store.save_digest(digest(day=NEXT))
    papers = figures.figures(()).papers
    assert (papers["announced"], papers["shown"], papers["failed"]) == (5, 3, 2)
    assert papers["announced"] == sum(papers.values()) - papers["announced"]


def test_calls_are_summed_by_model_and_kind_and_unknown_prices_are_counted(
    store: DatabaseStore, figures: DatabaseFigures
) -> None:
    for cost, batch in ((Decimal("0.1"), False), (Decimal("0.2"), True), (None, False)):
        store.save_usage(Usage("haiku", "judge", 100, 40, 7, cost, batch), profile(), DAY)
    store.save_usage(Usage("haiku", "overview", 5, 0, 1, None), profile(id="other"), NEXT)
    assert figures.figures(()).spent == (
        Spent("haiku", "judge", 3, 300, 120, 21, Decimal("0.3"), 1),
        Spent("haiku", "overview", 1, 5, 0, 1, Decimal(0), 1),
    )


def test_deliveries_are_counted_by_kind_of_outlet_and_no_address_is_told(
    database: Database, figures: DatabaseFigures
) -> None:
    ledger = DatabaseLedger(database, Steps(3.0))
    for outlet in ("mail:ada@example.org", "mail:bo@example.org", "site"):
        ledger.claim(digest(), outlet)
        ledger.sent(digest(), outlet, "there")
    ledger.claim(digest(), "mail:cy@example.org")
    ledger.failed(digest(), "mail:cy@example.org", "refused")
    read = figures.figures((1.0, 3.0, 10.0))
    assert read.deliveries == {"mail": {"sent": 2, "failed": 1}, "site": {"sent": 1}}
    assert read.took == {"mail": Seconds((0, 2, 2), 2, 6.0), "site": Seconds((0, 1, 1), 1, 3.0)}
    assert "example.org" not in repr(read)


def test_a_clock_that_is_set_back_while_sending_makes_no_negative_time(
    database: Database, figures: DatabaseFigures
) -> None:
    ledger = DatabaseLedger(database, Steps(-3600.0))
    ledger.claim(digest(), "site")
    ledger.sent(digest(), "site", "there")
    assert figures.figures((0.5,)).took == {"site": Seconds((1,), 1, 0.0)}


def test_retries_are_counted_from_many_threads(database: Database, figures: DatabaseFigures) -> None:
    meter = DatabaseMeter(database)

    def retry() -> None:
        for _ in range(10):
            meter.retried("anthropic")

    threads = [Thread(target=retry) for _ in range(8)]
    for thread in threads:
        thread.start()
    meter.retried("arxiv")
    for thread in threads:
        thread.join()
    assert figures.figures(()).retries == {"anthropic": 80, "arxiv": 1}


def test_a_retry_that_cannot_be_counted_is_logged_and_stops_nobody(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    read_only = Database(f"sqlite:///file:{tmp_path}/broadsheet.db?mode=ro&uri=true")
    DatabaseMeter(read_only).retried("arxiv")
    (record,) = caplog.records
    assert record.message == "a retry is not counted"
    assert "readonly" in vars(record)["error"]
