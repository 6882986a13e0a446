"""Profiles in the database. What stands here counts; settings only give the first profile its start."""

from sqlalchemy import select

from bot.adapters.database.engine import Database
from bot.adapters.database.tables import profiles
from bot.adapters.profile_file import from_document, to_document
from bot.domain.profile import Profile
from bot.errors import ProfileError
from bot.ports import Clock


class DatabaseProfiles:
    """Read and write profiles by id."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def ids(self) -> tuple[str, ...]:
        """All profile ids, sorted."""
        with self._database.reading() as connection:
            return tuple(connection.scalars(select(profiles.c.id).order_by(profiles.c.id)))

    def get(self, profile_id: str) -> Profile:
        """The profile. Raises ProfileError naming those that exist."""
        with self._database.reading() as connection:
            document = connection.scalar(select(profiles.c.document).where(profiles.c.id == profile_id))
        if document is None:
            there = ", ".join(self.ids()) or "none yet"
            raise ProfileError(f"there is no profile {profile_id!r}", hint=f"Profiles: {there}", permanent=True)
        return from_document(document)

    def save(self, profile: Profile) -> None:
        """Add the profile, or replace the one of that id."""
        row = {"document": to_document(profile), "changed_at": self._clock.now()}
        upsert = self._database.insert(profiles).on_conflict_do_update(["id"], set_=row)
        with self._database.writing() as connection:
            connection.execute(upsert, {"id": profile.id, **row})
