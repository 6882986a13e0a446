"""What readers ask the bot to do, how it ended, and how much of it they may."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.adapters.database.engine import Database
from bot.adapters.database.errands import DatabaseErrands
from bot.adapters.database.ledger import DatabaseLedger, DatabaseRuns
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.tables import asked_runs, spendings
from bot.domain.conversation import Asker, Place, PlaceKind
from bot.domain.runs import DayStatus, RunState
from bot.errors import NotYetError, ProfileError, SourceError
from tests.examples import DAY, NOON, digest, profile
from tests.fakes.desk import StillClock

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def errands(database: Database, clock: StillClock) -> DatabaseErrands:
    DatabaseProfiles(database, clock).save(profile())
    return allowed(database, clock)


@pytest.fixture
def attempts(database: Database, clock: StillClock) -> DatabaseRuns:
    return DatabaseRuns(database, clock)


def allowed(database: Database, clock: StillClock, per_user: int = 2, per_day: int = 3) -> DatabaseErrands:
    return DatabaseErrands(database, clock, per_user=per_user, per_day=per_day)


def asker(user: str = "U0ADA", team: str = "") -> Asker:
    return Asker(user, Place(PlaceKind.CHANNEL, "C0GROUP", team))


# Digests that are asked for


def test_who_asked_for_which_digest_and_when_is_kept_for_the_worker(
    errands: DatabaseErrands, database: Database
) -> None:
    errands.ask_run(profile(), DAY, "U0ADA")
    with database.reading() as connection:
        (row,) = connection.execute(sa.select(asked_runs)).all()
    assert (row.profile, row.day, row.user, row.at) == ("group", DAY, "U0ADA", NOON)


def test_no_digest_is_asked_for_of_a_profile_that_was_removed(errands: DatabaseErrands, database: Database) -> None:
    with pytest.raises(ProfileError, match="no profile 'gone'"):
        errands.ask_run(profile(id="gone"), DAY, "U0ADA")
    with database.reading() as connection:
        assert connection.execute(sa.select(asked_runs)).all() == []


def test_the_first_attempt_since_then_that_ended_is_the_answer(
    errands: DatabaseErrands, attempts: DatabaseRuns, clock: StillClock
) -> None:
    with attempts.attempt(profile(), DAY) as attempt:
        attempt.made(digest())
    clock.wait(60)
    asked = clock.now()
    assert errands.ended(profile(), DAY, asked) is None, "that one was before"
    with pytest.raises(SourceError), attempts.attempt(profile(), DAY):
        clock.wait(60)
        assert errands.ended(profile(), DAY, asked) is None, "it is running"
        raise SourceError("arXiv is down")
    failed = DayStatus(DAY, RunState.FAILED, "arXiv is down")
    assert errands.ended(profile(), DAY, asked) == failed
    with attempts.attempt(profile(), DAY) as attempt:
        attempt.made(digest())
    assert errands.ended(profile(), DAY, asked) == failed
    assert errands.ended(profile(), DAY, clock.now()) == DayStatus(DAY, RunState.COMPLETE)
    assert errands.ended(profile(), DAY - 24 * HOUR, asked) is None
    assert errands.ended(profile(id="other"), DAY, asked) is None


def test_a_preview_is_no_answer_and_a_day_that_is_not_there_yet_is_one(
    errands: DatabaseErrands, attempts: DatabaseRuns
) -> None:
    with attempts.attempt(profile(), DAY):
        pass
    assert errands.ended(profile(), DAY, NOON) is None
    with pytest.raises(NotYetError), attempts.attempt(profile(), DAY):
        raise NotYetError("arXiv does not show it yet")
    assert errands.ended(profile(), DAY, NOON) == DayStatus(DAY, RunState.WAITING, "arXiv does not show it yet")


def test_a_digest_that_was_made_and_did_not_arrive_says_where(
    errands: DatabaseErrands, attempts: DatabaseRuns, database: Database, clock: StillClock
) -> None:
    ledger = DatabaseLedger(database, clock)
    with attempts.attempt(profile(), DAY) as attempt:
        attempt.made(digest())
        for outlet in ("mail:a@example.org", "site", "slack:C1"):
            ledger.claim(digest(), outlet)
        ledger.sent(digest(), "site", "there")
        ledger.failed(digest(), "mail:a@example.org", "the mail server refused it")
    ended = errands.ended(profile(), DAY, NOON)
    told = "not delivered to mail:a@example.org, slack:C1: the mail server refused it"
    assert ended == DayStatus(DAY, RunState.COMPLETE, told)


# Commands that cost money


def test_each_user_has_so_many_a_day_and_all_of_a_workspace_together_so_many(
    errands: DatabaseErrands, clock: StillClock
) -> None:
    assert [errands.spend(asker(), "run") for _ in range(2)] == ["", ""]
    refused = errands.spend(asker(), "run")
    assert (
        refused == "You have used the 2 commands of today that cost money. More at midnight UTC, in less than 8 hours"
    )
    assert errands.spend(asker("U0BO"), "run") == ""
    assert "Together you have used the 3 commands" in errands.spend(asker("U0CY"), "run")
    assert errands.spend(asker(team="T0THERE"), "run") == "", "another workspace has its own"
    clock.wait(8 * 3600)
    assert errands.spend(asker(), "run") == "", "another day in UTC"
    clock.wait(-8 * 3600)
    assert errands.spend(asker(), "run") != "", "a clock that is set back gives nothing away"


def test_what_is_refused_is_not_counted(errands: DatabaseErrands, database: Database) -> None:
    for _ in range(5):
        errands.spend(asker(), "run " * 30)
    with database.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(spendings)) == 2


def test_the_last_one_is_given_to_one_of_all_who_ask_at_once(url: str, database: Database, clock: StillClock) -> None:
    desks = [allowed(one, clock, per_user=5, per_day=7) for one in (database, Database(url))]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda at: desks[at % 2].spend(asker(f"U{at % 2}"), "run"), range(24)))
    assert answers.count("") == 7


@pytest.mark.parametrize("limits", [{"per_user": 0}, {"per_day": 0}])
def test_a_limit_of_none_switches_them_off_and_says_who_can_change_it(
    database: Database, clock: StillClock, limits: dict[str, int]
) -> None:
    told = allowed(database, clock, **limits).spend(asker(), "run")
    assert "switched off" in told
    assert "PAID_COMMANDS_PER_USER" in told


def test_the_words_fit_a_limit_of_one_and_the_last_hour_of_a_day(database: Database, clock: StillClock) -> None:
    clock.wait(7.5 * 3600)
    errands = allowed(database, clock, per_user=1)
    errands.spend(asker(), "run")
    told = errands.spend(asker(), "run")
    assert told == "You have used the one command of today that costs money. More at midnight UTC, in less than an hour"
