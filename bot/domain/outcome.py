"""How one attempt at a digest ended, for whoever asked for it."""

from dataclasses import dataclass
from datetime import date

from bot.domain.runs import RunState


@dataclass(frozen=True)
class Outcome:
    """How the attempt at one day ended; running: another process holds it. announced, shown, unjudged: papers.

    undelivered: outlets that lack the digest. why: there is no digest, or nothing in it. permanent: see BotError.
    """

    day: date
    state: RunState
    announced: int = 0
    shown: int = 0
    undelivered: tuple[str, ...] = ()
    why: str = ""
    unjudged: int = 0
    permanent: bool = False
