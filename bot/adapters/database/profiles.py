"""Profiles in the database. What is here counts; settings only give a new one its start."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select

from bot.adapters.database.changes import TEXT, By, known, profile_of, put
from bot.adapters.database.engine import Database
from bot.adapters.database.latest import Latest
from bot.adapters.database.tables import profiles
from bot.domain.change import TERMINAL
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
            text = known(connection, profile_id)
        return profile_of(text)

    def save(self, profile: Profile, *, user: str = TERMINAL, what: str = "") -> None:
        """Add the profile, or replace the one of that id; recorded as a change of `user`'s. One that is there just so
        stays as it is. what: the change in words; empty: that it was made, or imported."""
        with self._database.writing() as connection:
            put(connection, profile, By(user, self._clock.now(), what))

    def _all(self, connection: sa.Connection) -> Profiles:
        before, now = self._read, {}
        for row in connection.execute(select(profiles.c.id, TEXT).order_by(profiles.c.id)):
            read = before.get(row.id)
            now[row.id] = read if read and read.document == row.text else _read(row.text)
        self._read = now
        return Profiles(
            tuple(read.profile for read in now.values() if isinstance(read.profile, Profile)),
            {name: read.profile for name, read in now.items() if isinstance(read.profile, ProfileError)},
        )


@dataclass(frozen=True)
class _Read:
    document: str
    profile: Profile | ProfileError


def _read(document: str) -> _Read:
    try:
        return _Read(document, profile_of(document))
    except ProfileError as error:
        return _Read(document, error)
