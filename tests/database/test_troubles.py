"""The operator is told once of a trouble and once of its end, however many bots watch."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.database.engine import Database
from bot.adapters.database.troubles import CLAIM_HOLDS, DatabaseTroubles
from bot.clock import SetClock
from bot.domain.runs import Trouble
from tests.examples import DAY, NOON
from tests.fakes.listings_rig import StillClock

ONE = Trouble("group", DAY, NOON, "arXiv answers 503. Try later")
TWO = Trouble("other", DAY, NOON - timedelta(hours=2), "no key")


class Troubles(DatabaseTroubles):
    """Every claim is followed by its message."""

    def claim(self, troubles: Sequence[Trouble]) -> tuple[Trouble, ...]:
        claimed = super().claim(troubles)
        self.told(claimed)
        return claimed


@pytest.fixture
def told(database: Database) -> DatabaseTroubles:
    return Troubles(database, SetClock(NOON))


def test_a_claim_whose_message_was_never_sent_is_free_again_after_a_while(database: Database) -> None:
    clock = StillClock(NOON)
    killed, other = DatabaseTroubles(database, clock), DatabaseTroubles(database, clock)
    assert killed.claim([ONE]) == (ONE,)
    assert other.claim([ONE]) == (), "somebody is telling"
    assert not other.news([ONE], [ONE])
    assert other.over([]) == (), "nobody was told yet"
    clock.at += CLAIM_HOLDS + timedelta(seconds=1)
    assert other.news([ONE], [ONE])
    assert other.claim([ONE]) == (ONE,)
    other.told([ONE])
    clock.at += CLAIM_HOLDS * 9
    assert killed.claim([ONE]) == ()


def test_a_trouble_is_told_once_whatever_reason_it_has_by_now(told: DatabaseTroubles) -> None:
    assert told.claim([ONE]) == (ONE,)
    assert told.claim([replace(ONE, why="it is another now", since=NOON + timedelta(hours=1)), TWO]) == (TWO,)
    assert told.claim([ONE, TWO]) == ()
    assert told.claim([]) == ()


def test_what_is_not_among_the_troubles_any_more_is_over_once(told: DatabaseTroubles) -> None:
    assert told.over([ONE]) == (), "it was never told of"
    told.claim([ONE, TWO])
    assert told.over([ONE, TWO]) == ()
    assert told.over([ONE]) == (TWO,)
    assert told.over([ONE]) == ()
    assert told.over([]) == (ONE,)


def test_a_trouble_that_comes_again_after_it_was_over_is_told_again(told: DatabaseTroubles) -> None:
    told.claim([ONE])
    told.over([])
    again = replace(ONE, why="now for another reason")
    assert told.claim([again]) == (again,)
    assert told.over([]) == (again,)


def test_what_could_not_be_sent_is_brought_again(told: DatabaseTroubles) -> None:
    told.give_back(told.claim([ONE, TWO]), over=False)
    assert told.over([]) == (), "nobody was told, so nothing is over"
    assert told.claim([ONE]) == (ONE,)
    told.give_back(told.over([]), over=True)
    assert told.claim([ONE]) == (), "they were told of the trouble, only not of its end"
    assert told.over([]) == (ONE,)


def test_whether_there_is_news_is_known_without_claiming_it(told: DatabaseTroubles) -> None:
    assert not told.news([], [])
    assert told.news([ONE], [ONE])
    told.claim([ONE])
    assert not told.news([ONE], [ONE])
    assert told.news([], [])
    assert told.news([TWO], [TWO])
    told.over([])
    assert not told.news([], [])


CLAIM = """
import sys
from datetime import timedelta
from bot.adapters.database.engine import Database
from bot.adapters.database.troubles import DatabaseTroubles
from bot.clock import SystemClock
from bot.domain.runs import Trouble
from tests.examples import DAY, NOON
told = DatabaseTroubles(Database(sys.argv[1]), SystemClock())
print("ready", flush=True)
sys.stdin.readline()
for number in range(100):
    trouble = Trouble("group", DAY + timedelta(days=number), NOON, "why")
    print(*(one.day for one in told.claim([trouble])))
"""


def test_of_two_bots_that_claim_at_the_same_time_one_tells(database: Database, url: str) -> None:
    bots = [
        subprocess.Popen([sys.executable, "-c", CLAIM, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for bot in bots:
        assert bot.stdout is not None
        assert bot.stdout.readline() == "ready\n"
    for bot in bots:
        assert bot.stdin is not None
        bot.stdin.write("\n")
        bot.stdin.flush()
    claimed = [set(bot.communicate(timeout=30)[0].split()) for bot in bots]
    assert len(claimed[0] | claimed[1]) == 100
    assert not claimed[0] & claimed[1]
