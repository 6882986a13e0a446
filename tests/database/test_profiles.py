"""All profiles at once, as the bot asks for them every few seconds."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.adapters.database.changes import history
from bot.adapters.database.engine import Database
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.tables import profile_changes as changes
from bot.adapters.database.tables import profiles as table
from bot.clock import SetClock
from bot.domain.change import Change
from bot.domain.profile import Cutoffs
from bot.errors import ProfileError
from tests.examples import MEMORY, NOON, ROUTING, profile

TOPICS = [{name: getattr(topic, name) for name in ("id", "name", "keep", "leave_out")} for topic in (ROUTING, MEMORY)]


@pytest.fixture
def profiles(database: Database) -> DatabaseProfiles:
    return DatabaseProfiles(database, SetClock(NOON))


def written(database: Database, profile_id: str, document: str) -> None:
    """Put a document there as somebody with a database tool might."""
    with database.writing() as connection:
        connection.execute(
            sa.update(table).where(table.c.id == profile_id).values(document=sa.literal_column(f"'{document}'"))
        )


def test_all_profiles_come_in_the_order_of_their_ids(profiles: DatabaseProfiles) -> None:
    assert profiles.all().usable == ()
    for name in ("b", "c", "a"):
        profiles.save(profile(id=name))
    assert profiles.all().usable == tuple(profile(id=name) for name in "abc")
    assert profiles.all().broken == {}


def test_one_that_cannot_be_read_is_named_with_the_reason_and_stops_no_other(
    profiles: DatabaseProfiles, database: Database
) -> None:
    for name in ("a", "b", "c", "d"):
        profiles.save(profile(id=name))
    written(database, "a", "{not json")
    written(database, "b", json.dumps({"id": "b", "name": "B"}))
    written(database, "d", "[1, 2]")
    read = profiles.all()
    assert read.usable == (profile(id="c"),)
    assert "not JSON" in str(read.broken["a"])
    assert "categories: is missing" in str(read.broken["b"])
    assert set(read.broken) == {"a", "b", "d"}
    with pytest.raises(ProfileError, match="not JSON"):
        profiles.get("a")
    profiles.save(profile(id="a"))
    assert set(profiles.all().broken) == {"b", "d"}, "it is mended"


def test_only_the_document_that_changed_is_read_again_even_within_one_moment(
    database: Database, url: str, profiles: DatabaseProfiles
) -> None:
    for name in ("a", "b"):
        profiles.save(profile(id=name))
    before = profiles.all()
    assert profiles.all() is before, "nothing was committed"
    other = DatabaseProfiles(Database(url), SetClock(NOON))
    other.save(profile(id="b", name="Renamed by another process"))
    after = profiles.all()
    assert after.usable[0] is before.usable[0]
    assert after.usable[1].name == "Renamed by another process"


def test_a_profile_that_is_gone_is_not_remembered(database: Database, profiles: DatabaseProfiles) -> None:
    profiles.save(profile())
    assert len(profiles.all().usable) == 1
    with database.writing() as connection:
        connection.execute(sa.delete(table))
    assert profiles.all().usable == ()


def test_the_moment_of_its_making_stays_when_a_profile_is_changed(database: Database) -> None:
    for hours in (0, 5):
        changed = profile(name=f"After {hours} hours")
        DatabaseProfiles(database, SetClock(NOON + timedelta(hours=hours), speed=1e-6)).save(changed)
    with database.reading() as connection:
        row = connection.execute(sa.select(table.c.created_at, table.c.changed_at)).one()
    assert timedelta(hours=4) < row.changed_at - row.created_at < timedelta(hours=6)
    assert abs(row.created_at - NOON) < timedelta(minutes=1)


def recorded(database: Database, profile_id: str = "group") -> tuple[Change, ...]:
    with database.reading() as connection:
        return history(connection, profile_id, 100)


def test_what_is_saved_is_recorded_with_who_and_what_and_the_same_again_is_not(
    profiles: DatabaseProfiles, database: Database
) -> None:
    stricter = profile(cutoffs=Cutoffs(relevance=9))
    profiles.save(profile())
    profiles.save(profile())
    profiles.save(stricter)
    profiles.save(stricter, user="U0ADA", what="nothing")
    profiles.save(profile(), user="U0ADA", what="as it was\nbefore\x1b[31m")
    by_ada, imported, made = recorded(database)
    assert (made.user, made.what, made.before, made.after) == ("terminal", "made the profile", None, profile())
    assert (imported.what, imported.before, imported.after) == (
        "imported: cutoffs.relevance: 8 → 9",
        profile(),
        stricter,
    )
    assert (by_ada.user, by_ada.what, by_ada.after) == ("U0ADA", "as it was before[31m", profile())


def test_an_unchanged_profile_is_not_touched_at_all(profiles: DatabaseProfiles, database: Database) -> None:
    profiles.save(profile())
    before = profiles.all()
    profiles.save(profile())
    assert profiles.all().usable[0] is before.usable[0]
    assert len(recorded(database)) == 1


def test_a_profile_that_stands_there_in_another_spelling_is_the_same_profile(
    profiles: DatabaseProfiles, database: Database
) -> None:
    profiles.save(profile())
    text = json.dumps({"id": "group", "name": "The group", "categories": ["cs.LG", "cs.AI"], "topics": TOPICS})
    written(database, "group", text)
    profiles.save(profile())
    assert len(recorded(database)) == 1


def test_in_place_of_one_that_cannot_be_read_a_profile_is_saved_and_that_cannot_be_taken_back(
    profiles: DatabaseProfiles, database: Database
) -> None:
    profiles.save(profile())
    written(database, "group", "{not json")
    profiles.save(profile())
    newest = recorded(database)[0]
    assert (newest.before, newest.after) == (None, profile())
    assert "could not be read" in newest.what


def test_a_long_import_is_told_in_a_few_words(profiles: DatabaseProfiles, database: Database) -> None:
    profiles.save(profile())
    profiles.save(profile(follows=tuple(f"Author Number {number}" for number in range(200))))
    assert len(recorded(database)[0].what) <= 500


def test_a_change_that_cannot_be_read_hides_no_other(profiles: DatabaseProfiles, database: Database) -> None:
    for name in ("A", "B", "C"):
        profiles.save(profile(name=name))
    with database.writing() as connection:
        connection.execute(sa.update(changes).where(changes.c.id == 2).values(after={"id": "group"}))
    assert [change.after.name for change in recorded(database)] == ["C", "A"]
