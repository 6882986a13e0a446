"""How a verb is written down: its function, whose docstring is its help, and who may use it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.desk import Desk
from bot.domain.conversation import Asker, Reply
from bot.domain.profile import Profile


@dataclass(frozen=True)
class Ask:
    """One command under way. words: what follows the verb, as it was typed, without white space around it."""

    words: str
    asker: Asker
    profile: Profile
    desk: Desk


Handler = Callable[[Ask], Reply]


@dataclass(frozen=True)
class Verb:
    """name: of one word, or of two such as `topic add`. usage: what follows the name. help: one line on what it does.
    details: the rest of the docstring: rules and examples. changes: it proposes a change, so not everybody may."""

    name: str
    usage: str
    help: str
    details: str
    handler: Handler
    changes: bool

    @property
    def shown(self) -> str:
        """As people type it."""
        return f"{self.name} {self.usage}".strip()


def verb(handler: Handler, *, changes: bool = False) -> Verb:
    """Read a handler's docstring: "NAME USAGE - what it does.", then, after a blank line, its details."""
    first, _, details = (handler.__doc__ or "").strip().partition("\n\n")
    call, _, told = " ".join(first.split()).partition(" - ")
    words = call.split()
    names = [word for word in words[:2] if word.isalpha() and word.islower()]
    name = " ".join(names)
    usage = call.removeprefix(name).strip()
    lines = "\n".join(line.strip() for line in details.strip().splitlines())
    return Verb(name, usage, told, lines, handler, changes)
