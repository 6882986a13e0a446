"""Every change of every profile: recorded in the transaction that makes it, and read back."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row, select

from bot.adapters.database.tables import profile_changes, profiles
from bot.adapters.profile_file import from_document, to_document
from bot.domain.change import Change, differences
from bot.domain.characters import one_line
from bot.domain.profile import Profile
from bot.errors import ProfileError

log = logging.getLogger(__name__)

MADE = "made the profile"
LONGEST_WHAT = 500  # characters
TEXT = sa.cast(profiles.c.document, sa.Text).label("text")


@dataclass(frozen=True)
class By:
    """Who changes a profile, and when. what: the change in words; empty: that it was made, or imported and what is
    another now. undoes: id of the change that this one takes back."""

    user: str
    at: datetime
    what: str = ""
    undoes: int | None = None


def text_of(connection: Connection, profile_id: str) -> str | None:
    """The profile's document; None if there is no such profile."""
    text: str | None = connection.scalar(select(TEXT).where(profiles.c.id == profile_id))
    return text


def known(connection: Connection, profile_id: str) -> str:
    """The profile's document. Raises ProfileError naming the profiles that exist."""
    text = text_of(connection, profile_id)
    if text is None:
        there = ", ".join(connection.scalars(select(profiles.c.id).order_by(profiles.c.id))) or "none yet"
        raise ProfileError(f"there is no profile {profile_id!r}", hint=f"Profiles: {there}", permanent=True)
    return text


def profile_of(text: str) -> Profile:
    """Read a document. Raises ProfileError naming what is wrong with it."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ProfileError(f"the profile's document is not JSON: {error}", permanent=True) from error
    if not isinstance(document, dict):
        raise ProfileError("the profile's document holds no keys", permanent=True)
    return from_document(document)


def readable(text: str | None) -> Profile | None:
    """The profile, or None if it is not there or cannot be read."""
    try:
        return None if text is None else profile_of(text)
    except ProfileError:
        return None


def put(connection: Connection, profile: Profile, by: By) -> None:
    """Add the profile, or replace the one of its id, and record it; nothing at all if it is there just so."""
    text = text_of(connection, profile.id)
    before = readable(text)
    if before == profile:
        return
    document = to_document(profile)
    row = {"document": document, "changed_at": by.at}
    if text is None:
        connection.execute(profiles.insert(), {"id": profile.id, "created_at": by.at, **row})
    else:
        connection.execute(sa.update(profiles).where(profiles.c.id == profile.id).values(row))
    change = {
        "profile": profile.id,
        "at": by.at,
        "user": by.user,
        "what": one_line(by.what) or (MADE if text is None else _imported(before, document)),
        "before": None if before is None else to_document(before),
        "after": document,
        "undoes": by.undoes,
    }
    connection.execute(profile_changes.insert(), change)


def _imported(before: Profile | None, document: Mapping[str, Any]) -> str:
    if before is None:
        return "imported the profile in place of one that could not be read"
    told = one_line(f"imported: {'; '.join(differences(to_document(before), document))}")
    return told if len(told) <= LONGEST_WHAT else f"{told[: LONGEST_WHAT - 1]}…"


def history(connection: Connection, profile_id: str, count: int) -> tuple[Change, ...]:
    """The newest changes, newest first. One that this version cannot read is left out, and logged."""
    rows = connection.execute(_newest(profile_id).limit(count))
    return tuple(change for row in rows if (change := _change(row)))


def undoable(connection: Connection, profile_id: str) -> Change | None:
    """As bot.desk.Book.undoable; None, too, if this version cannot read that change."""
    takes_back = (profile_changes.c.undoes.is_(None), profile_changes.c.before.is_not(None), ~_UNDONE)
    row = connection.execute(_newest(profile_id).where(*takes_back).limit(1)).first()
    return _change(row) if row else None


_later = profile_changes.alias("later")
_UNDONE = (
    select(_later.c.id)
    .where(_later.c.profile == profile_changes.c.profile, _later.c.undoes == profile_changes.c.id)
    .correlate(profile_changes)
    .exists()
)


def _newest(profile_id: str) -> sa.Select[Any]:
    mine = select(profile_changes, _UNDONE.label("undone")).where(profile_changes.c.profile == profile_id)
    return mine.order_by(profile_changes.c.id.desc())


def _change(row: Row[Any]) -> Change | None:
    try:
        return Change(
            id=row.id,
            profile_id=row.profile,
            at=row.at,
            user=row.user,
            what=row.what,
            before=None if row.before is None else from_document(row.before),
            after=from_document(row.after),
            undoes=row.undoes,
            undone=row.undone,
        )
    except ProfileError as error:
        log.warning("a change cannot be read", extra={"profile": row.profile, "change": row.id, "error": str(error)})
        return None
