"""Typing commands at a desk, and pressing the buttons of the answers."""

from bot.commands import answer
from bot.commands.settle import settle
from bot.desk import Desk
from bot.domain.conversation import Act, Asker, Reply
from bot.domain.profile import Profile
from bot.render.replies import reply_text
from tests.fakes.desk import ADA


def typed(text: str, desk: Desk, asker: Asker = ADA) -> Reply:
    """The answer to a command, once it is there."""
    return finished(answer(text, asker, desk))


def finished(reply: Reply) -> Reply:
    """What takes the place of `working`."""
    while reply.later:
        reply = reply.later()
    return reply


def text_of(reply: Reply) -> str:
    """What an answer says, in one line."""
    return " ".join(reply_text(reply).split())


def said(text: str, desk: Desk, asker: Asker = ADA) -> str:
    """What the answer to a command says."""
    return text_of(typed(text, desk, asker))


def proposal_of(reply: Reply) -> str:
    """Id of the proposal that an answer shows; empty if it shows none."""
    return next((button.value for button in reply.buttons if button.act is Act.APPLY), "")


def pressed(reply: Reply, desk: Desk, asker: Asker = ADA, *, apply: bool = True) -> Reply:
    """What Apply, or Cancel, of a proposal answers at first."""
    return settle(proposal_of(reply), asker, desk, apply=apply)


def applied(text: str, desk: Desk, asker: Asker = ADA) -> Profile:
    """The profile after a change was asked for and applied."""
    reply = typed(text, desk, asker)
    assert proposal_of(reply), text_of(reply)
    assert pressed(reply, desk, asker).template == "settled"
    return desk.book.get(desk.default_profile)
