"""What the database holds of each Slack workspace and of each profile, and how all of it is removed."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from bot.adapters.database.changes import TEXT, known
from bot.adapters.database.engine import Database
from bot.adapters.database.locks import held
from bot.adapters.database.tables import digests, installations, metadata, profiles
from bot.adapters.page_folders import remove_pages
from bot.domain.installation import Removed, Workspace
from bot.errors import CommandError


class Workspaces:
    """Removes what is keyed by a profile or a workspace. What arXiv published and what the judge said of it belongs to
    nobody, and stays; so do deep notes, which hold nothing but what they say of a published paper."""

    def __init__(self, database: Database, site: Path, outbox: Path) -> None:
        """site, outbox: the folders of pages."""
        self._database, self._site, self._outbox = database, site, outbox

    def all(self) -> tuple[Workspace, ...]:
        """Those that installed the app, and those that removed it and left something here; by id."""
        with self._database.reading() as connection:
            installed = {row.team: row for row in connection.execute(select(installations))}
            left = _teams(connection)
            made = dict(map(tuple, connection.execute(_DIGESTS)))
        return tuple(
            Workspace(
                team,
                row.name if (row := installed.get(team)) else "",
                row.installed_by if row else "",
                row.installed_at if row else None,
                ids := tuple(left.get(team, ())),
                sum(made.get(profile_id, 0) for profile_id in ids),
            )
            for team in sorted(installed.keys() | left.keys())
        )

    def of(self, team: str) -> Workspace:
        """The one of that id. Raises CommandError naming those that exist."""
        known_ones = {one.team: one for one in self.all()}
        if team not in known_ones:
            there = ", ".join(known_ones) or "none yet"
            raise CommandError(f"there is no workspace {team!r}", hint=f"Workspaces: {there}", permanent=True)
        return known_ones[team]

    def remove(self, team: str) -> Removed:
        """Remove all that there is of the workspace. Raises CommandError if there is nothing; BusyError while a digest
        of it is made."""
        return self._remove(self.of(team).profiles, team)

    def remove_profile(self, profile_id: str) -> Removed:
        """Remove all that there is of the profile. Raises ProfileError naming those that exist, and BusyError."""
        with self._database.reading() as connection:
            known(connection, profile_id)
        return self._remove((profile_id,), "")

    def _remove(self, ids: Sequence[str], team: str) -> Removed:
        """Pages first: should the rest fail, the same command can be typed again. Nobody makes a digest meanwhile."""
        with ExitStack() as locks:
            for profile_id in ids:
                locks.enter_context(held(self._database.locks, f"digests-of-{profile_id}", wait=False))
            files = remove_pages(self._site, self._outbox, ids)
            with self._database.writing() as connection:
                # A profile that was made since we looked has no digest yet; its rows go with the others'.
                ids = sorted({*ids, *profiles_of(connection, team)}) if team else ids
                rows = Counter({table.name: _removed(connection, table, ids, team) for table in metadata.sorted_tables})
        return Removed(tuple(ids), dict(+rows), files)


def profiles_of(connection: Connection, team: str) -> tuple[str, ...]:
    """Ids of the workspace's profiles, sorted."""
    return tuple(_teams(connection).get(team, ()))


_DIGESTS = select(digests.c.profile, func.count()).group_by(digests.c.profile)


def _teams(connection: Connection) -> dict[str, list[str]]:
    """Workspace -> ids of its profiles, also of those that hold nonsense beside; those of no workspace are left out."""
    teams: dict[str, list[str]] = {}
    for row in connection.execute(select(profiles.c.id, TEXT).order_by(profiles.c.id)):
        if team := _team(row.text):
            teams.setdefault(team, []).append(row.id)
    return teams


def _team(document: str) -> str:
    """The workspace that a profile's document names; empty if none, or if it is no document at all."""
    try:
        read = json.loads(document)
    except ValueError:
        return ""
    team = read.get("slack_team") if isinstance(read, dict) else None
    return team if isinstance(team, str) else ""


def _removed(connection: Connection, table: sa.Table, ids: Collection[str], team: str) -> int:
    """Remove the table's rows of these profiles and, if there is one, of the workspace. Returns how many."""
    theirs = list(_theirs(table, ids, team))
    return connection.execute(sa.delete(table).where(sa.or_(*theirs))).rowcount if theirs else 0


def _theirs(table: sa.Table, ids: Collection[str], team: str) -> Iterator[sa.ColumnElement[bool]]:
    if table is profiles:
        yield table.c.id.in_(ids)
    if "profile" in table.c:
        yield table.c.profile.in_(ids)
    if team and "team" in table.c:
        yield table.c.team == team
