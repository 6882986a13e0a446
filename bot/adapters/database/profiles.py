"""Profiles in the database. What is here counts; settings only give a new one its start."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select

from bot.adapters.database.engine import Database
from bot.adapters.database.latest import Latest
from bot.adapters.database.tables import profiles
from bot.adapters.profile_file import from_document, to_document
from bot.domain.profile import Profile
from bot.errors import ProfileError
from bot.office import Profiles
from bot.ports import Clock


class DatabaseProfiles:
    """Read and write profiles by id."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._latest: Latest[Profiles] = Latest(database)
        self._read: Mapping[str, _Read] = {}

    def ids(self) -> tuple[str, ...]:
        """All profile ids, sorted."""
        with self._database.reading() as connection:
            return tuple(connection.scalars(select(profiles.c.id).order_by(profiles.c.id)))

    def all(self) -> Profiles:
        """All of them. Only documents that changed since the last call are read again: they take long to check."""
        return self._latest.get("all", self._all)

    def get(self, profile_id: str) -> Profile:
        """The profile. Raises ProfileError naming those that exist."""
        with self._database.reading() as connection:
            document = connection.scalar(select(_TEXT).where(profiles.c.id == profile_id))
        if document is None:
            there = ", ".join(self.ids()) or "none yet"
            raise ProfileError(f"there is no profile {profile_id!r}", hint=f"Profiles: {there}", permanent=True)
        return _profile(document)

    def save(self, profile: Profile) -> None:
        """Add the profile, or replace the one of that id."""
        now = self._clock.now()
        row = {"document": to_document(profile), "changed_at": now}
        upsert = self._database.insert(profiles).on_conflict_do_update(["id"], set_=row)
        with self._database.writing() as connection:
            connection.execute(upsert, {"id": profile.id, "created_at": now, **row})

    def _all(self, connection: sa.Connection) -> Profiles:
        before, now = self._read, {}
        for row in connection.execute(select(profiles.c.id, _TEXT).order_by(profiles.c.id)):
            known = before.get(row.id)
            now[row.id] = known if known and known.document == row.text else _read(row.text)
        self._read = now
        return Profiles(
            tuple(read.profile for read in now.values() if isinstance(read.profile, Profile)),
            {name: read.profile for name, read in now.items() if isinstance(read.profile, ProfileError)},
        )


_TEXT = sa.cast(profiles.c.document, sa.Text).label("text")


@dataclass(frozen=True)
class _Read:
    document: str
    profile: Profile | ProfileError


def _read(document: str) -> _Read:
    try:
        return _Read(document, _profile(document))
    except ProfileError as error:
        return _Read(document, error)


def _profile(text: str) -> Profile:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ProfileError(f"the profile's document is not JSON: {error}", permanent=True) from error
    if not isinstance(document, dict):
        raise ProfileError("the profile's document holds no keys", permanent=True)
    return from_document(document)
