"""Runs and deliveries: one attempt at a time, and a record of how each ended."""

import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.adapters.database.engine import Database
from bot.adapters.database.ledger import DatabaseLedger, DatabaseRuns
from bot.adapters.database.tables import runs
from bot.clock import SetClock
from bot.errors import BusyError, SourceError, StoreError
from tests.examples import DAY, NOON, announced, digest, profile, verdict

SLACK = "slack:C0123"


@pytest.fixture
def attempts(database: Database) -> DatabaseRuns:
    return DatabaseRuns(database, SetClock(NOON))


@pytest.fixture
def ledger(database: Database) -> DatabaseLedger:
    return DatabaseLedger(database, SetClock(NOON))


def recorded(database: Database) -> list[tuple[str, str | None]]:
    with database.reading() as connection:
        rows = connection.execute(sa.select(runs.c.state, runs.c.error).order_by(runs.c.id)).all()
    return [(row.state, row.error) for row in rows]


def test_a_run_ends_in_the_state_of_its_digest_and_one_without_as_a_preview(
    attempts: DatabaseRuns, database: Database
) -> None:
    with attempts.attempt(profile(), DAY) as attempt:
        assert recorded(database) == [("running", None)]
        attempt.made(digest((announced(1),), ()))
    with attempts.attempt(profile(), DAY):
        pass
    assert recorded(database) == [("partial", None), ("preview", None)]


def test_a_failed_run_keeps_its_error_and_lets_it_pass(attempts: DatabaseRuns, database: Database) -> None:
    with pytest.raises(SourceError), attempts.attempt(profile(), DAY):
        raise SourceError("arXiv answered 503", hint="Try later")
    with pytest.raises(KeyboardInterrupt), attempts.attempt(profile(), DAY):
        raise KeyboardInterrupt
    assert recorded(database) == [("failed", "arXiv answered 503. Try later"), ("failed", "the bot was stopped")]


def test_a_profile_s_digests_are_made_one_at_a_time_and_other_profiles_are_free(attempts: DatabaseRuns) -> None:
    with attempts.attempt(profile(), DAY):
        for day in (DAY, DAY + timedelta(days=1)):  # of two days at once, both could show the same paper
            with pytest.raises(BusyError, match="another process"), attempts.attempt(profile(), day):
                pass
        with attempts.attempt(profile(id="other"), DAY):
            pass
    with attempts.attempt(profile(), DAY):
        pass


def test_a_lock_folder_that_cannot_be_used_is_told_in_words(database: Database, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "locks")
    (tmp_path / "locks").write_text("in the way")
    attempts = DatabaseRuns(database, SetClock(NOON))
    with pytest.raises(StoreError, match="cannot be used for locks"), attempts.attempt(profile(), DAY):
        pass


KILLED = """
import os, signal, sys
from bot.adapters.database.engine import Database
from bot.adapters.database.ledger import DatabaseRuns
from bot.clock import SystemClock
from tests.examples import DAY, profile
with DatabaseRuns(Database(sys.argv[1]), SystemClock()).attempt(profile(), DAY):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("day", [DAY, DAY + timedelta(days=1)])
def test_a_killed_run_gives_its_right_back_and_is_recorded_as_killed_by_the_profile_s_next_run_of_whatever_day(
    attempts: DatabaseRuns, database: Database, url: str, day: date
) -> None:
    subprocess.run([sys.executable, "-c", KILLED, url], check=False)
    assert recorded(database) == [("running", None)]
    with attempts.attempt(profile(), day) as attempt:
        attempt.made(digest())
    assert recorded(database) == [("failed", "the process was killed"), ("complete", None)]


def test_a_delivery_is_claimed_once_and_a_second_claim_tells_that_a_try_was_cut_off(ledger: DatabaseLedger) -> None:
    assert ledger.carried(digest(), SLACK) is None
    assert not ledger.claim(digest(), SLACK)
    assert ledger.claim(digest(), SLACK)
    ledger.sent(digest(), SLACK, "thread 1.0")
    assert not ledger.claim(digest(), SLACK)


def test_what_editions_carried_adds_up_and_a_failure_does_not_forget_it(ledger: DatabaseLedger) -> None:
    for number in (1, 2):
        ledger.claim(digest(), SLACK)
        ledger.sent(digest((announced(number),), (verdict(number),)), SLACK, "thread")
    ledger.claim(digest(), SLACK)
    ledger.failed(digest(), SLACK, "refused")
    assert ledger.carried(digest(), SLACK) == frozenset({"2613.00001", "2613.00002"})
    assert ledger.carried(digest(), "mail:ada@example.org") is None


def test_an_empty_digest_that_was_sent_is_remembered_as_sent(ledger: DatabaseLedger) -> None:
    empty = digest((), ())
    ledger.claim(empty, SLACK)
    ledger.sent(empty, SLACK, "thread")
    assert ledger.carried(empty, SLACK) == frozenset()


def test_a_try_that_was_cut_off_stays_one_while_its_outlet_is_not_wanted(ledger: DatabaseLedger) -> None:
    ledger.claim(digest(), SLACK)
    ledger.settle(digest(), ["site"])
    assert ledger.claim(digest(), SLACK)


def test_send_again_frees_only_a_try_that_was_cut_off(ledger: DatabaseLedger) -> None:
    assert not ledger.send_again(profile(), DAY, SLACK)
    ledger.claim(digest(), SLACK)
    assert ledger.send_again(profile(), DAY, SLACK)
    assert not ledger.claim(digest(), SLACK)
    ledger.sent(digest(), SLACK, "thread")
    assert not ledger.send_again(profile(), DAY, SLACK)
