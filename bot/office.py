"""What the long-running bot needs beside the ports of one digest: who there is, what became of it all, whom to tell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.profile import Profile
from bot.domain.runs import Trouble
from bot.errors import ProfileError
from bot.ports import Clock, Runs


@dataclass(frozen=True)
class Profiles:
    """All profiles, by id. broken: profile id -> why its document cannot be read; the others go on without it."""

    usable: tuple[Profile, ...]
    broken: Mapping[str, ProfileError]


class Troubles(Protocol):
    """What the operator was told of. Several bots may share it: what one has claimed, no other tells."""

    def news(self, troubles: Sequence[Trouble], unfinished: Sequence[Trouble]) -> bool:
        """Whether claim(troubles) or over(unfinished) would bring any now. Changes nothing and waits for nobody."""
        ...

    def claim(self, troubles: Sequence[Trouble]) -> tuple[Trouble, ...]:
        """Those that nobody was told of yet; for a while no other call brings them, and from told() on, none does."""
        ...

    def told(self, troubles: Sequence[Trouble]) -> None:
        """The message about these was sent."""
        ...

    def over(self, unfinished: Sequence[Trouble]) -> tuple[Trouble, ...]:
        """Those told of whose day is not among the unfinished ones any more; from now on they count as over."""
        ...

    def give_back(self, troubles: Sequence[Trouble], *, over: bool) -> None:
        """The message could not be sent: let the next call of claim(), or of over(), bring them again."""
        ...


class Operator(Protocol):
    """Where the one who runs the bot is told of trouble. name: slack:C0123, mail:ada@example.org or log."""

    name: str

    def tell(self, subject: str, text: str) -> None:
        """Send one message of plain text. Raises DeliveryError."""
        ...

    def check(self) -> str:
        """Try the connection without sending anything. Returns what works, in words. Raises DeliveryError."""
        ...


@dataclass(frozen=True)
class Office:
    """What the survey needs. started: since when tries are counted. limit: how long a day may be in trouble untold."""

    profiles: Callable[[], Profiles]
    runs: Runs
    troubles: Troubles
    clock: Clock
    started: datetime
    days_back: int
    limit: timedelta
