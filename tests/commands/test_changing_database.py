"""The same changes over a real database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.adapters.database.book import DatabaseBook
from bot.adapters.database.engine import Database
from bot.adapters.database.errands import DatabaseErrands
from bot.adapters.database.profiles import DatabaseProfiles
from bot.desk import Desk
from bot.domain.profile import Profile
from bot.errors import ProfileError
from tests.commands.test_changing import CHANGES, start
from tests.fakes.desk import CHANNEL, StillClock, memory_desk
from tests.fakes.talking import applied, pressed, said, text_of, typed


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database, clock = Database(f"sqlite:///{tmp_path}/broadsheet.db"), StillClock()
    profiles = DatabaseProfiles(database, clock)
    book = DatabaseBook(profiles, database, clock, default_channel=CHANNEL, default_profile="group")
    book.make(reader(), "terminal")
    errands = DatabaseErrands(database, clock, per_user=1, per_day=9)
    yield memory_desk(reader(), clock=clock, book=book, errands=errands)
    database.close()


def reader() -> Profile:
    return start(slack_channel=CHANNEL)


def test_every_change_is_applied_once_kept_and_taken_back(desk: Desk) -> None:
    for text in CHANGES:
        shown = typed(text, desk)
        assert pressed(shown, desk).template == "settled", text
        assert pressed(shown, desk).template == "settled_gone"
        after = desk.book.get("group")
        assert after != reader()
        assert applied("undo", desk) == reader()
    assert "no change to take back" in said("undo", desk)
    assert len(desk.book.history("group", 99)) == 2 * len(CHANGES) + 1


def test_all_changes_one_after_the_other_are_taken_back_one_after_the_other(desk: Desk) -> None:
    states = [reader(), *(applied(text, desk) for text in CHANGES[:8])]
    for state in reversed(states[:-1]):
        assert applied("undo", desk) == state


def test_of_many_who_press_at_once_one_applies_it(desk: Desk) -> None:
    shown = typed("cap 3", desk)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: pressed(shown, desk).template, range(16)))
    assert answers.count("settled") == 1
    assert set(answers) == {"settled", "settled_gone"}


def test_a_run_is_counted_when_it_is_applied_and_refused_when_the_day_is_used_up(desk: Desk) -> None:
    assert pressed(typed("run", desk), desk).template == "working"
    refused = text_of(pressed(typed("run 2026-05-05", desk), desk))
    assert "The digest of 2026-05-05 was not made. You have used the one command of today" in refused
    assert desk.book.get("group") == reader()


def test_of_a_removed_profile_a_proposal_says_so(desk: Desk, tmp_path: Path) -> None:
    shown = typed("cap 3", desk)
    with Database(f"sqlite:///{tmp_path}/broadsheet.db").writing() as connection:
        connection.exec_driver_sql("DELETE FROM profiles")
    with pytest.raises(ProfileError, match="no profile 'group'"):
        pressed(shown, desk)
