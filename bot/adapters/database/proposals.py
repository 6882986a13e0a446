"""Changes that somebody was shown and has not decided on yet, as rows."""

from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row, select

from bot.adapters.database.tables import proposals
from bot.adapters.profile_file import from_document, to_document
from bot.domain.change import Proposal, Settling
from bot.errors import ProfileError

KEPT_FOR = timedelta(days=1)


def keep(connection: Connection, proposal: Proposal, at: datetime) -> str:
    """Keep it, and forget the old ones. Returns its id, which nobody can guess."""
    if not proposal.profile_id == proposal.before.id == proposal.after.id:
        raise ValueError(f"a proposal on {proposal.profile_id!r} that is about another profile")
    old = sa.or_(proposals.c.made_at <= at - KEPT_FOR, proposals.c.made_at >= at + KEPT_FOR)
    connection.execute(sa.delete(proposals).where(old))
    document = {
        "what": proposal.what,
        "before": to_document(proposal.before),
        "after": to_document(proposal.after),
        "run": str(proposal.run) if proposal.run else None,
        "undoes": proposal.undoes,
    }
    key = {"id": token_hex(16), "profile": proposal.profile_id, "user": proposal.user}
    connection.execute(proposals.insert(), {**key, "made_at": at, "document": document})
    return key["id"]


def open_one(connection: Connection, proposal_id: str, at: datetime) -> Proposal | None:
    """The proposal of that id, if nobody decided on it and it is not too old.

    A clock that was set back by more than a day makes it too old, too: nobody knows how old it really is.
    """
    row = connection.execute(select(proposals).where(proposals.c.id == proposal_id)).first()
    if row is None or row.outcome is not None or abs(at - row.made_at) >= KEPT_FOR:
        return None
    return _read(row)


def close(connection: Connection, proposal_id: str, outcome: Settling, user: str, at: datetime) -> None:
    """Note how it was decided."""
    decided = {"outcome": outcome.value, "settled_by": user, "settled_at": at}
    connection.execute(sa.update(proposals).where(proposals.c.id == proposal_id).values(decided))


def _read(row: Row[Any]) -> Proposal | None:
    """None if another version of the bot wrote it and this one cannot read it: then it has to be asked for again."""
    document = row.document
    try:
        before, after = from_document(document["before"]), from_document(document["after"])
    except ProfileError:
        return None
    run = date.fromisoformat(document["run"]) if document["run"] else None
    return Proposal(row.profile, row.user, document["what"], before, after, run, document["undoes"])
