"""Changes of profiles: proposed, then applied or not, remembered, and taken back."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.profile import Profile


@dataclass(frozen=True)
class Proposal:
    """A change that somebody was shown and has not decided on yet.

    what: the change in words, as it will stand in the history: "relevance cutoff 8 -> 7". before, after: the profile;
    equal where a digest is to be made. run: the announcement day whose digest is to be made. undoes: id of the change
    that this one takes back.
    """

    profile_id: str
    user: str
    what: str
    before: Profile
    after: Profile
    run: date | None = None
    undoes: int | None = None


@dataclass(frozen=True)
class Change:
    """A change that was made. before: None where the profile was made by it. undone: another change took it back."""

    id: int
    profile_id: str
    at: datetime
    user: str
    what: str
    before: Profile | None
    after: Profile
    undoes: int | None = None
    undone: bool = False


class Settling(StrEnum):
    """How deciding on a proposal ended. STALE: the profile was changed since. GONE: decided before, or not known."""

    APPLIED = "applied"
    CANCELLED = "cancelled"
    STALE = "stale"
    GONE = "gone"
