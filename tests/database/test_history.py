"""What the attempts and deliveries of each day add up to."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.database.engine import Database
from bot.adapters.database.ledger import DatabaseLedger, DatabaseRuns
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.tables import runs
from bot.domain.runs import DayRuns, History, RunState
from bot.errors import NotYetError, SourceError
from tests.examples import DAY, NOON, digest, profile

NEXT = DAY + timedelta(days=1)
HOUR = timedelta(hours=1)
EVER = date(1991, 8, 1)


class Hands:
    """A clock that is moved by hand."""

    was_set = True

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def attempts(database: Database, clock: Hands) -> DatabaseRuns:
    return DatabaseRuns(database, clock)


def fails(attempts: DatabaseRuns, error: BaseException, day: date = DAY) -> None:
    with pytest.raises(type(error)), attempts.attempt(profile(), day):
        raise error


def makes(attempts: DatabaseRuns, day: date = DAY) -> None:
    with attempts.attempt(profile(), day) as attempt:
        attempt.made(digest())


def days(attempts: DatabaseRuns, started: datetime = NOON) -> dict[date, DayRuns]:
    return dict(attempts.history(EVER, started)["group"].days)


def test_a_profile_without_runs_begins_on_the_announcement_day_on_which_it_was_made(
    database: Database, clock: Hands, attempts: DatabaseRuns
) -> None:
    profiles = DatabaseProfiles(database, clock)
    clock.at = datetime.fromisoformat("2026-05-06T03:59:00+00:00")  # still the 5th in New York
    profiles.save(profile())
    clock.at += 48 * HOUR
    profiles.save(profile(name="Renamed"))
    assert attempts.history(EVER, NOON) == {"group": History(date(2026, 5, 5))}


def test_a_digest_of_an_earlier_day_made_by_hand_makes_no_missed_days(
    database: Database, clock: Hands, attempts: DatabaseRuns
) -> None:
    DatabaseProfiles(database, clock).save(profile())
    makes(attempts, DAY - timedelta(days=9))
    assert attempts.history(EVER, NOON)["group"].first == DAY


def test_the_newest_attempt_decides_and_the_first_one_says_since_when(clock: Hands, attempts: DatabaseRuns) -> None:
    fails(attempts, SourceError("no key", permanent=True))
    assert days(attempts)[DAY] == DayRuns(DAY, RunState.FAILED, NOON, NOON, 1, "no key", permanent=True)
    clock.at += HOUR
    fails(attempts, NotYetError("arXiv does not show it yet"))
    waiting = DayRuns(DAY, RunState.WAITING, NOON, NOON + HOUR, 2, "arXiv does not show it yet")
    assert days(attempts)[DAY] == waiting
    with attempts.attempt(profile(), DAY):
        clock.at += HOUR
        assert days(attempts)[DAY].state is RunState.RUNNING
        assert days(attempts)[DAY].last_at == NOON + HOUR
    assert days(attempts)[DAY] == waiting, "a preview is no attempt"
    makes(attempts)
    assert days(attempts)[DAY] == DayRuns(DAY, RunState.COMPLETE, NOON, NOON + 2 * HOUR, 3)


def test_only_attempts_since_the_start_are_tries_and_those_of_a_time_to_come_count(
    clock: Hands, attempts: DatabaseRuns
) -> None:
    for hours in (0, 2, 48):
        clock.at = NOON + hours * HOUR
        fails(attempts, SourceError("down"))
    assert days(attempts, NOON + HOUR)[DAY].tries == 2
    assert days(attempts, NOON + 49 * HOUR)[DAY].tries == 0


def test_a_clock_that_is_set_back_does_not_make_an_old_attempt_the_newest(clock: Hands, attempts: DatabaseRuns) -> None:
    fails(attempts, SourceError("down"))
    clock.at -= 72 * HOUR
    makes(attempts)
    assert days(attempts)[DAY] == DayRuns(DAY, RunState.COMPLETE, NOON, NOON - 72 * HOUR, 1)


def test_a_profile_that_is_no_more_has_its_days_still(attempts: DatabaseRuns) -> None:
    makes(attempts)
    assert attempts.history(EVER, NOON) == {"group": History(DAY, {DAY: DayRuns(DAY, RunState.COMPLETE, NOON, NOON)})}


def test_days_before_the_asked_one_are_left_out(attempts: DatabaseRuns) -> None:
    makes(attempts)
    makes(attempts, NEXT)
    assert list(attempts.history(NEXT, NOON)["group"].days) == [NEXT]


def test_outlets_that_lack_the_digest_are_named_until_they_have_it(
    database: Database, clock: Hands, attempts: DatabaseRuns
) -> None:
    ledger = DatabaseLedger(database, clock)
    makes(attempts)
    makes(attempts, NEXT)
    for outlet in ("slack:C1", "mail:ada@example.org", "site"):
        ledger.claim(digest(), outlet)
    ledger.failed(digest(), "slack:C1", "refused")
    ledger.sent(digest(), "site", "index.html")
    assert days(attempts)[DAY].undelivered == {"slack:C1", "mail:ada@example.org"}
    assert days(attempts)[NEXT].undelivered == frozenset()
    ledger.sent(digest(), "slack:C1", "thread")
    assert days(attempts)[DAY].undelivered == {"mail:ada@example.org"}


@pytest.mark.parametrize(
    ("error", "state", "told", "permanent"),
    [
        (NotYetError("not yet", hint="Wait"), RunState.WAITING, "not yet. Wait", False),
        (SourceError("gone", permanent=True), RunState.FAILED, "gone", True),
        (ZeroDivisionError("internal matters"), RunState.FAILED, "ZeroDivisionError", False),
        (KeyboardInterrupt(), RunState.FAILED, "the bot was stopped", False),
        (SystemExit(1), RunState.FAILED, "the bot was stopped", False),
    ],
)
def test_how_an_attempt_ended_is_told(
    attempts: DatabaseRuns, error: BaseException, state: RunState, told: str, permanent: bool
) -> None:
    fails(attempts, error)
    day = days(attempts)[DAY]
    assert (day.state, day.error, day.permanent) == (state, told, permanent)


def test_nothing_is_read_again_while_nobody_commits_and_at_once_when_somebody_does(
    attempts: DatabaseRuns, url: str, clock: Hands
) -> None:
    makes(attempts)
    first = attempts.history(EVER, NOON)
    assert attempts.history(EVER, NOON) is first
    assert attempts.history(NEXT, NOON) is not first
    first = attempts.history(EVER, NOON)
    makes(DatabaseRuns(Database(url), clock), NEXT)
    assert attempts.history(EVER, NOON) is not first
    assert NEXT in days(attempts)


STATES = (*(state.value for state in RunState), "preview")
ATTEMPTS = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.integers(-2, 3), st.sampled_from(STATES), st.integers(-5, 5)), max_size=25
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(ATTEMPTS, st.integers(-2, 3), st.integers(-5, 5))
def test_the_statements_count_as_one_would_by_hand(
    database: Database,
    attempts: DatabaseRuns,
    rows: list[tuple[str, int, str, int]],
    since: int,
    started: int,
) -> None:
    for reader in ("a", "b"):
        DatabaseProfiles(database, Hands()).save(profile(id=reader))
    with database.writing() as connection:
        connection.execute(runs.delete())
        for reader, day, state, hour in rows:
            at = NOON + hour * HOUR
            row = {"profile": reader, "day": DAY + timedelta(days=day), "state": state, "started_at": at}
            connection.execute(runs.insert(), {**row, "ended_at": None if state == "running" else at + HOUR / 2})
    real = [row for row in rows if row[2] != "preview"]
    by_hand = {
        reader: History(
            DAY,
            {DAY + timedelta(days=day): counted(real, reader, day, started) for day in days_of(real, reader, since)},
        )
        for reader in ("a", "b")
    }
    assert attempts.history(DAY + timedelta(days=since), NOON + started * HOUR) == by_hand


def days_of(rows: list[tuple[str, int, str, int]], reader: str, since: int) -> set[int]:
    return {day for who, day, _, _ in rows if who == reader and day >= since}


def counted(rows: list[tuple[str, int, str, int]], reader: str, day: int, started: int) -> DayRuns:
    mine = [(state, hour) for who, when, state, hour in rows if (who, when) == (reader, day)]
    state, hour = mine[-1]
    ended = NOON + hour * HOUR + (timedelta() if state == "running" else HOUR / 2)
    tries = sum(at >= started for _, at in mine)
    return DayRuns(DAY + timedelta(days=day), RunState(state), NOON + mine[0][1] * HOUR, ended, tries)
