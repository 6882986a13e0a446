"""Profiles and their changes, forgotten when the test ends."""

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from bot.domain.change import Change, Proposal, Settling
from bot.domain.conversation import Place
from bot.domain.profile import Profile
from bot.errors import ProfileError
from bot.ports import Clock

KEPT_FOR = timedelta(days=1)


class MemoryBook:
    """Keeps the promises of bot.desk.Book. own_channel: the channel of the settings; first: id of its profile."""

    def __init__(self, clock: Clock, *profiles: Profile, own_channel: str = "", first: str = "default") -> None:
        self._clock, self._own_channel, self._first = clock, own_channel, first
        self._lock = Lock()
        self._profiles = {profile.id: profile for profile in profiles}
        self._changes: list[Change] = []
        self._open: dict[str, tuple[datetime, Proposal]] = {}
        self._proposed = 0

    def of_place(self, place: Place) -> Profile | None:
        """The profile whose channel it is."""
        if not place.channel:
            return None
        wanted = (place.channel, place.team)
        fits = (one for one in self._profiles.values() if (one.slack_channel or "", one.slack_team or "") == wanted)
        own = self._profiles.get(self._first) if place.channel == self._own_channel else None
        return next(fits, None) or own

    def get(self, profile_id: str) -> Profile:
        """The profile as it is now."""
        if profile_id not in self._profiles:
            raise ProfileError(f"no profile {profile_id!r}; there are: {', '.join(sorted(self._profiles))}")
        return self._profiles[profile_id]

    def of_team(self, team: str) -> tuple[Profile, ...]:
        """By id."""
        return tuple(one for _, one in sorted(self._profiles.items()) if (one.slack_team or "") == team)

    def make(self, profile: Profile, user: str) -> Profile:
        """Add it, unless its id is there."""
        with self._lock:
            if profile.id not in self._profiles:
                self._profiles[profile.id] = profile
                self._record(Proposal(profile.id, user, "made the profile", profile, profile), user, made=True)
            return self._profiles[profile.id]

    def propose(self, proposal: Proposal) -> str:
        """Ids are p1, p2, …"""
        with self._lock:
            self._proposed += 1
            proposal_id = f"p{self._proposed}"
            self._open[proposal_id] = (self._clock.now(), proposal)
            return proposal_id

    def proposal(self, proposal_id: str) -> Proposal | None:
        """The open proposal of that id."""
        made_at, proposal = self._open.get(proposal_id, (None, None))
        return proposal if made_at and self._clock.now() - made_at < KEPT_FOR else None

    def settle(self, proposal_id: str, user: str, *, apply: bool) -> Settling:
        """Decide on it, once."""
        with self._lock:
            proposal = self.proposal(proposal_id)
            if proposal is None:
                return Settling.GONE
            del self._open[proposal_id]
            if not apply:
                return Settling.CANCELLED
            if self._profiles.get(proposal.profile_id) != proposal.before or self._undone(proposal.undoes):
                return Settling.STALE
            if proposal.before != proposal.after:
                self._profiles[proposal.profile_id] = proposal.after
                self._record(proposal, user)
            return Settling.APPLIED

    def history(self, profile_id: str, count: int) -> tuple[Change, ...]:
        """The newest changes, newest first."""
        changes = [one for one in reversed(self._changes) if one.profile_id == profile_id]
        return tuple(changes[:count])

    def undoable(self, profile_id: str) -> Change | None:
        """The newest change that can be taken back."""
        return next(
            (
                one
                for one in self.history(profile_id, len(self._changes))
                if one.undoes is None and not one.undone and one.before is not None and one.before != one.after
            ),
            None,
        )

    def _undone(self, change_id: int | None) -> bool:
        return any(one.id == change_id and one.undone for one in self._changes)

    def _record(self, proposal: Proposal, user: str, *, made: bool = False) -> None:
        self._changes = [replace(one, undone=one.undone or one.id == proposal.undoes) for one in self._changes]
        self._changes.append(
            Change(
                id=len(self._changes) + 1,
                profile_id=proposal.profile_id,
                at=self._clock.now(),
                user=user,
                what=proposal.what,
                before=None if made else proposal.before,
                after=proposal.after,
                undoes=proposal.undoes,
            )
        )
