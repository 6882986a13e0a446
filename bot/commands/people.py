"""How the people in the history are called."""

from dataclasses import replace

from bot.desk import Desk
from bot.domain.change import TERMINAL
from bot.domain.characters import one_line
from bot.domain.conversation import Asker


def name_of(user: str, asker: Asker, desk: Desk) -> str:
    """The name of a user, as the asker's workspace knows them; the id itself where nobody does."""
    if user == TERMINAL:
        return "somebody at the terminal"
    if user == asker.user and asker.name:
        return one_line(asker.name)
    return one_line(desk.people.standing(replace(asker, user=user, name=""), "").name) or user
