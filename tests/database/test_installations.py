"""Workspaces that installed the app: their tokens are in the database, but nobody can read them there."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from bot.adapters.database.engine import Database
from bot.adapters.database.installations import Installations, OAuthStates, new_key
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.tables import installations as table
from bot.adapters.database.tables import profiles as profile_table
from bot.domain.installation import Installation
from bot.domain.profile import Pause
from bot.errors import SettingsError
from tests.examples import DAY, NOON, profile
from tests.fakes.desk import StillClock

TOKEN = "xoxb-very-hidden"
KEY, OLD_KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG=", "GFEDCBAzyxwvutsrqponmlkjihgfedcba9876543210="


def installation(team: str = "T0ONE", token: str = TOKEN, name: str = "One") -> Installation:
    return Installation(team, name, "B0BOT", "U0BOT", ("chat:write", "commands"), token, "U0ADA", NOON)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def installed(database: Database, clock: StillClock) -> Installations:
    return Installations(database, clock, KEY)


def test_an_installation_comes_back_as_it_was_and_a_newer_one_replaces_it(installed: Installations) -> None:
    for one in (installation(), installation("E0ORG", name="Org"), installation(token="xoxb-newer", name="Renamed")):
        installed.save(one)
    assert installed.find("T0ONE") == installation(token="xoxb-newer", name="Renamed")
    assert installed.find("T0NONE") is None
    assert installed.teams() == ("E0ORG", "T0ONE")
    assert installed.all() == (installation("E0ORG", name="Org"), installation(token="xoxb-newer", name="Renamed"))


def test_a_token_is_readable_neither_in_the_database_nor_in_a_repr(installed: Installations, url: str) -> None:
    installed.save(installation())
    found = installed.find("T0ONE")
    assert found is not None
    assert found.token == TOKEN
    assert "hidden" not in f"{found!r} {found} {installed!r}"
    file = Path(url.removeprefix("sqlite:///"))
    written = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
    assert b"T0ONE" in written
    assert b"hidden" not in written


@pytest.mark.parametrize("wrong", ["", "hidden-key", "hidden key,", ",", "hidden-schlüssel", f"{KEY},hidden", "A" * 44])
def test_a_key_that_is_none_is_refused_by_name_and_is_not_shown(
    database: Database, clock: StillClock, wrong: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        Installations(database, clock, wrong)
    told = str(caught.value)
    assert "SLACK_TOKEN_KEY" in told
    assert "broadsheet workspace key" in told
    assert "hidden" not in told
    assert KEY not in told
    assert caught.value.__suppress_context__


def test_a_token_of_another_key_is_told_with_what_to_do_and_shows_neither(
    installed: Installations, database: Database, clock: StillClock
) -> None:
    installed.save(installation())
    with pytest.raises(SettingsError) as caught:
        Installations(database, clock, OLD_KEY).find("T0ONE")
    told = str(caught.value)
    assert "T0ONE (One) was encrypted with another SLACK_TOKEN_KEY" in told
    assert "install the app again" in told
    assert not any(secret in told for secret in (TOKEN, KEY, OLD_KEY))
    with database.writing() as connection:
        connection.execute(sa.update(table).values(token="damaged"))
    with pytest.raises(SettingsError):
        installed.find("T0ONE")
    assert installed.teams() == ("T0ONE",)


def test_a_new_key_takes_over_from_the_old_one(database: Database, clock: StillClock) -> None:
    Installations(database, clock, OLD_KEY).save(installation())
    both = Installations(database, clock, f" {KEY} , {OLD_KEY} ")
    assert both.find("T0ONE") == installation()
    assert both.rotate() == 1
    assert Installations(database, clock, KEY).find("T0ONE") == installation()
    with pytest.raises(SettingsError):
        Installations(database, clock, OLD_KEY).find("T0ONE")


def test_a_token_that_cannot_be_read_stops_a_rotation_before_anything_is_written(
    database: Database, clock: StillClock
) -> None:
    Installations(database, clock, OLD_KEY).save(installation("T0A"))
    Installations(database, clock, new_key()).save(installation("T0B"))
    with pytest.raises(SettingsError, match="T0B"):
        Installations(database, clock, f"{KEY},{OLD_KEY}").rotate()
    assert Installations(database, clock, OLD_KEY).find("T0A") == installation("T0A")


def test_a_new_key_is_one_and_another_each_time() -> None:
    Fernet(new_key())
    assert new_key() != new_key()


def test_a_workspace_that_took_the_app_back_has_no_token_and_its_profiles_pause(
    installed: Installations, database: Database, clock: StillClock
) -> None:
    profiles = DatabaseProfiles(database, clock)
    for team in ("T0ONE", "T0TWO"):
        installed.save(installation(team))
    paused = (Pause(DAY - timedelta(days=9)),)
    ended = (Pause(DAY - timedelta(days=9), DAY - timedelta(days=3)), Pause(DAY + timedelta(days=5)))
    for one in (
        profile(id="a", slack_team="T0ONE"),
        profile(id="b", slack_team="T0TWO"),
        profile(id="c", slack_team="T0ONE", pauses=paused),
        profile(id="d", slack_team="T0ONE", pauses=ended),
        profile(id="e", slack_team="T0ONE"),
        profile(id="f"),
    ):
        profiles.save(one)
    with database.writing() as connection:
        broken = {"id": "e", "slack_team": "T0ONE"}
        connection.execute(sa.update(profile_table).where(profile_table.c.id == "e").values(document=broken))
    installed.revoked("T0ONE")
    installed.revoked("T0ONE")
    assert installed.teams() == ("T0TWO",)
    assert profiles.get("a").pauses == (Pause(DAY),)
    assert profiles.get("b").pauses == ()
    assert profiles.get("c").pauses == paused
    assert profiles.get("d").pauses == (ended[0], Pause(DAY), ended[1])
    assert profiles.get("f").pauses == ()
    assert set(profiles.all().broken) == {"e"}


def test_of_who_never_installed_the_app_nothing_is_taken_back(installed: Installations, database: Database) -> None:
    DatabaseProfiles(database, StillClock()).save(profile())
    for team in ("", "T0NONE"):
        installed.revoked(team)
        assert not installed.remove(team)
    assert DatabaseProfiles(database, StillClock()).get("group").pauses == ()
    installed.save(installation())
    assert installed.remove("T0ONE")
    assert installed.find("T0ONE") is None


def test_a_state_comes_back_once_and_within_ten_minutes(database: Database, clock: StillClock) -> None:
    states = OAuthStates(database, clock)
    first, second, third = states.issue(), states.issue(), states.issue()
    assert len({first, second, third}) == 3
    assert len(first) <= 64
    assert [states.consume(one) for one in (first, first, "", "invented", f"{second}x")] == [True, *[False] * 4]
    clock.wait(599)
    assert states.consume(second)
    clock.wait(1)
    assert not states.consume(third)


def test_states_that_never_came_back_are_removed(database: Database, clock: StillClock) -> None:
    states = OAuthStates(database, clock)
    old = states.issue()
    clock.wait(-3600)
    states.issue()
    clock.wait(3600)
    assert not states.consume(old)
