"""Everything of a workspace, or of a profile, is removed; nothing of anybody else's is touched."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.database.engine import Database
from bot.adapters.database.ledger import DatabaseRuns
from bot.adapters.database.moment import UtcDateTime
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.tables import metadata, profiles
from bot.adapters.database.workspaces import Workspaces
from bot.adapters.page_folders import remove_pages
from bot.domain.installation import Workspace
from bot.errors import BusyError, CommandError, ProfileError, StoreError
from tests.examples import DAY, NOON, profile
from tests.fakes.desk import StillClock

# Teams, and the profiles of each.
WORKSPACES = {"T0ONE": ("one-a", "one-b"), "T0TWO": ("two",), "": ("default",)}
Rows = Mapping[str, list[Any]]


@pytest.fixture
def there(database: Database, tmp_path: Path) -> Workspaces:
    """Every table has rows of every profile, every workspace, and of nobody; every profile has pages."""
    saved = DatabaseProfiles(database, StillClock())
    for team, ids in WORKSPACES.items():
        for name in ids:
            saved.save(profile(id=name, slack_team=team or None))
            pages(tmp_path, name)
    number = iter(range(1000, 100_000))
    for table in metadata.sorted_tables:
        for key, values in keyed(table):
            row = {column.name: invented(column, next(number)) for column in table.c} | {key: values}
            with database.writing() as connection:
                connection.execute(table.insert(), row)
    return Workspaces(database, tmp_path / "site", tmp_path / "outbox")


def keyed(table: sa.Table) -> list[tuple[str, str]]:
    """Whose rows to invent: (column, value). Tables of nobody get one row."""
    if table is profiles:
        return []
    if "profile" in table.c:
        return [("profile", name) for ids in WORKSPACES.values() for name in ids]
    if "team" in table.c:
        return [("team", team) for team in WORKSPACES]
    first = next(iter(table.c))
    return [(first.name, invented(first, 1))]


def keyed_tables(database: Database) -> set[str]:
    """Those of the database itself that have a profile or a team, whether the code knows them or not."""
    with database.reading() as connection:
        tables = sa.inspect(connection)
        names = {name: {one["name"] for one in tables.get_columns(name)} for name in tables.get_table_names()}
    return {name for name, columns in names.items() if {"profile", "team"} & columns}


def invented(column: sa.Column[Any], number: int) -> Any:
    """Some value of the column's type; no two are the same."""
    match column.type:
        case UtcDateTime():
            return NOON + timedelta(seconds=number)
        case sa.Date():
            return DAY - timedelta(days=number)
        case sa.Boolean():
            return False
        case sa.JSON():
            return {"number": number}
        case sa.Integer() | sa.Float():
            return number
        case _:
            return str(number)


def pages(home: Path, name: str) -> None:
    for path in (f"site/{name}/{DAY}/index.html", f"site/{name}/{DAY}/digest.json", f"outbox/{DAY}-{name}/digest.html"):
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(name)


def everything(database: Database) -> Rows:
    with database.reading() as connection:
        return {table.name: list(connection.execute(sa.select(table)).all()) for table in metadata.sorted_tables}


def files(home: Path) -> list[str]:
    return sorted(str(path.relative_to(home)) for kind in ("site", "outbox") for path in (home / kind).rglob("*.*"))


def of(row: Any, team: str, ids: tuple[str, ...]) -> bool:
    mine = row._mapping
    return mine.get("profile") in ids or mine.get("team") == team or ("document" in mine and mine.get("id") in ids)


def test_nothing_is_left_of_a_workspace_and_nothing_of_others_is_touched(
    there: Workspaces, database: Database, tmp_path: Path
) -> None:
    before = everything(database)
    assert all(before.values()), "every table is filled, so that the test can tell"
    removed = there.remove("T0ONE")
    ids = WORKSPACES["T0ONE"]
    kept = {name: [row for row in rows if not of(row, "T0ONE", ids)] for name, rows in before.items()}
    after = everything(database)
    assert after == kept
    counts = {name: len(before[name]) - len(rows) for name, rows in kept.items()}
    assert removed.rows == {name: count for name, count in counts.items() if count}
    assert set(removed.rows) == {"profiles"} | keyed_tables(database)
    assert "one-a" not in str(after)
    assert "T0ONE" not in str(after)
    assert (removed.profiles, removed.files) == (ids, 6)
    assert len(files(tmp_path)) == 6
    assert not any("one-" in name for name in files(tmp_path))


def test_nothing_is_left_of_a_profile_and_its_workspace_stays(
    there: Workspaces, database: Database, tmp_path: Path
) -> None:
    before = everything(database)
    removed = there.remove_profile("one-a")
    kept = {name: [row for row in rows if not of(row, "-", ("one-a",))] for name, rows in before.items()}
    assert everything(database) == kept
    assert (removed.profiles, removed.files) == (("one-a",), 3)
    assert not any("one-a" in name for name in files(tmp_path))
    assert [there.of(team).profiles for team in ("T0ONE", "T0TWO")] == [("one-b",), ("two",)]


def test_workspaces_are_listed_also_those_that_removed_the_app(there: Workspaces, database: Database) -> None:
    table = metadata.tables["installations"]
    with database.writing() as connection:
        connection.execute(sa.delete(table).where(table.c.team != "T0TWO"))
        connection.execute(sa.update(table).values(name="Two", installed_by="U0BO", installed_at=NOON))
    assert there.all() == (
        Workspace("T0ONE", "", "", None, ("one-a", "one-b"), 2),
        Workspace("T0TWO", "Two", "U0BO", NOON, ("two",), 1),
    )
    there.remove("T0ONE")
    there.remove("T0TWO")
    assert there.all() == ()


@pytest.mark.parametrize("wrong", ["", "T0NONE", "default", "%", "T0"])
def test_a_workspace_that_is_not_there_is_refused_naming_those_that_are(
    there: Workspaces, database: Database, wrong: str
) -> None:
    before = everything(database)
    if wrong == "":  # rows of no workspace are those of the bot's own
        with database.writing() as connection:
            table = metadata.tables["installations"]
            connection.execute(sa.delete(table).where(table.c.team == ""))
        before = everything(database)
    with pytest.raises(CommandError, match="T0ONE, T0TWO"):
        there.remove(wrong)
    with pytest.raises(ProfileError, match="one-a, one-b, two"):
        there.remove_profile("nobody")
    assert everything(database) == before


def test_nothing_is_removed_while_a_digest_of_it_is_made(there: Workspaces, database: Database, tmp_path: Path) -> None:
    before, pages_before = everything(database), files(tmp_path)
    with DatabaseRuns(database, StillClock()).attempt(profile(id="one-b"), DAY), pytest.raises(BusyError):
        there.remove("T0ONE")
    runs = everything(database)["runs"]
    assert len(runs) == len(before["runs"]) + 1
    assert everything(database)["votes"] == before["votes"]
    assert files(tmp_path) == pages_before
    there.remove("T0ONE")


def test_a_profile_that_cannot_be_read_is_removed_with_its_workspace(there: Workspaces, database: Database) -> None:
    with database.writing() as connection:
        broken = {"id": "one-a", "slack_team": "T0ONE"}
        connection.execute(sa.update(profiles).where(profiles.c.id == "one-a").values(document=broken))
        nonsense = sa.update(profiles).where(profiles.c.id == "default")
        connection.execute(nonsense.values(document=sa.literal_column("'{no json'")))
    assert there.remove("T0ONE").profiles == ("one-a", "one-b")
    assert there.remove_profile("default").profiles == ("default",)


def test_pages_are_removed_first_so_that_a_failure_leaves_something_to_try_again(
    there: Workspaces, database: Database, tmp_path: Path
) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TRIGGER no BEFORE DELETE ON votes BEGIN SELECT RAISE(ABORT, 'no'); END")
    before = everything(database)
    with pytest.raises(StoreError):
        there.remove("T0ONE")
    assert everything(database) == before, "one transaction"
    with database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER no")
    assert there.remove("T0ONE").files == 0
    assert len(files(tmp_path)) == 6


def test_only_pages_of_these_very_profiles_are_removed(tmp_path: Path) -> None:
    for name in ("a", "ab", "b-a", "a-b"):
        pages(tmp_path, name)
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "it").write_text("mine")
    (tmp_path / "outbox" / "notes-a").mkdir()
    (tmp_path / "site" / "linked").symlink_to(tmp_path / "precious")
    site, outbox = tmp_path / "site", tmp_path / "outbox"
    assert remove_pages(site, outbox, ["a", "linked", "../precious", "..", "", "."]) == 4
    assert (tmp_path / "precious" / "it").read_text() == "mine"
    assert sorted(one.name for one in site.iterdir()) == ["a-b", "ab", "b-a"]
    assert sorted(one.name for one in outbox.iterdir()) == [f"{DAY}-a-b", f"{DAY}-ab", f"{DAY}-b-a", "notes-a"]
    assert remove_pages(tmp_path / "none", tmp_path / "nothing", ["a"]) == 0
