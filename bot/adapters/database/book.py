"""The book of profiles and their changes, in the database. Implements bot.desk.Book."""

from sqlalchemy import Connection, select

from bot.adapters.database import changes
from bot.adapters.database.changes import By, known, profile_of, put, readable, text_of
from bot.adapters.database.engine import Database
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.proposals import close, keep, open_one
from bot.adapters.database.tables import profiles as table
from bot.domain.change import Change, Proposal, Settling
from bot.domain.conversation import Place
from bot.domain.profile import Profile
from bot.ports import Clock


class DatabaseBook:
    """Every method is one transaction; whoever writes has the database alone from its beginning on."""

    def __init__(
        self,
        profiles: DatabaseProfiles,
        database: Database,
        clock: Clock,
        *,
        default_channel: str | None = None,
        default_profile: str = "default",
    ) -> None:
        """default_channel: the settings' own, which is that of default_profile unless it has another."""
        self._profiles, self._database, self._clock = profiles, database, clock
        self._default_channel, self._default_profile = default_channel or "", default_profile

    def of_place(self, place: Place) -> Profile | None:
        """The profile whose channel and workspace it is; of several, the oldest.

        Raises ProfileError if the settings' own channel is meant and the first profile cannot be read.
        """
        if not place.channel:
            return None
        everybody = self._profiles.all()
        fitting = {one.id: one for one in everybody.usable if self._channel(one) == (place.channel, place.team)}
        if len(fitting) > 1:
            return fitting[self._oldest(fitting)]
        own = (place.channel, place.team) == (self._default_channel, "")
        if own and not fitting and self._default_profile in everybody.broken:
            raise everybody.broken[self._default_profile]
        return next(iter(fitting.values()), None)

    def get(self, profile_id: str) -> Profile:
        """The profile. Raises ProfileError naming those that exist."""
        return self._profiles.get(profile_id)

    def of_team(self, team: str) -> tuple[Profile, ...]:
        """All profiles of a workspace, by id; of no workspace: those of the settings' token."""
        return tuple(one for one in self._profiles.all().usable if (one.slack_team or "") == team)

    def make(self, profile: Profile, user: str) -> Profile:
        """Add the profile, unless its id is there: then that one is returned. Raises ProfileError if it is unusable."""
        with self._database.writing() as connection:
            if text_of(connection, profile.id) is None:
                put(connection, profile, By(user, self._clock.now()))
            text = known(connection, profile.id)
        return profile_of(text)

    def propose(self, proposal: Proposal) -> str:
        """Keep it for a day. Returns its id. Raises ProfileError if the profile was removed."""
        with self._database.writing() as connection:
            known(connection, proposal.profile_id)
            return keep(connection, proposal, self._clock.now())

    def proposal(self, proposal_id: str) -> Proposal | None:
        """The open proposal of that id; None if it was decided on, is too old, or never was."""
        with self._database.reading() as connection:
            return open_one(connection, proposal_id, self._clock.now())

    def settle(self, proposal_id: str, user: str, *, apply: bool) -> Settling:
        """Decide on it, once. Applied only if the profile is still as the proposal found it."""
        now = self._clock.now()
        with self._database.writing() as connection:
            proposal = open_one(connection, proposal_id, now)
            if proposal is None:
                return Settling.GONE
            outcome = Settling.CANCELLED
            if apply:
                outcome = Settling.STALE if _stale(connection, proposal) else Settling.APPLIED
            if outcome is Settling.APPLIED:
                put(connection, proposal.after, By(user, now, proposal.what, proposal.undoes))
            close(connection, proposal_id, outcome, user, now)
        return outcome

    def history(self, profile_id: str, count: int) -> tuple[Change, ...]:
        """The newest changes, newest first."""
        with self._database.reading() as connection:
            return changes.history(connection, profile_id, count)

    def undoable(self, profile_id: str) -> Change | None:
        """The newest change that is no undo and was not undone, and that changed a profile that was there."""
        with self._database.reading() as connection:
            return changes.undoable(connection, profile_id)

    def _channel(self, profile: Profile) -> tuple[str, str]:
        """Channel and workspace, as a place has them; empty: in no channel of its own."""
        own = self._default_channel if profile.id == self._default_profile else ""
        return profile.slack_channel or own, profile.slack_team or ""

    def _oldest(self, ids: dict[str, Profile]) -> str:
        with self._database.reading() as connection:
            made = select(table.c.id).where(table.c.id.in_(ids)).order_by(table.c.created_at, table.c.id)
            return connection.scalars(made).first() or min(ids)


def _stale(connection: Connection, proposal: Proposal) -> bool:
    """Whether the profile is not as the proposal found it, or what it would take back is not the last change any more:
    others may have led away from there and back."""
    if readable(text_of(connection, proposal.profile_id)) != proposal.before:
        return True
    last = None if proposal.undoes is None else changes.undoable(connection, proposal.profile_id)
    return proposal.undoes != (last and last.id)
