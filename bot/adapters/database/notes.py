"""Deep notes in the database, and what they need of it. Implements bot.study.Notes and bot.study.Relatives."""

import logging
import re
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import select

from bot.adapters.database import account, note_document, similar
from bot.adapters.database.engine import Database
from bot.adapters.database.listings import paper as paper_of
from bot.adapters.database.locks import held
from bot.adapters.database.tables import note_batches, notes
from bot.adapters.database.tables import usage as calls
from bot.adapters.database.texts import with_papers
from bot.domain.note import Note
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.verdict import Usage
from bot.ports import Clock

log = logging.getLogger(__name__)

KIND = "note"  # of their calls in the account
# Anthropic keeps the answers of a batch for 29 days: https://platform.claude.com/docs/en/build-with-claude/batch-processing
FORGOTTEN_AFTER = timedelta(days=30)
LONGEST_MAKING_S = 1200.0  # of one note, by somebody else


class DatabaseNotes:
    """Every method is one transaction. All profiles share the notes: they say what arXiv published."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def note(self, arxiv_id: str, version: int | None, language: str) -> Note | None:
        """The newest one on that version of the paper in that language; None also if it cannot be read.

        version: None for the newest that has one.
        """
        same = [notes.c.arxiv_id == arxiv_id, notes.c.language == language]
        if version is not None:
            same.append(notes.c.version == version)
        newest = select(notes.c.document).where(*same).order_by(notes.c.version.desc(), notes.c.id.desc()).limit(1)
        with self._database.reading() as connection:
            document = connection.scalar(newest)
        try:
            return None if document is None else note_document.read(document)
        except ValueError as error:  # another version of the program may have written it
            log.warning("a note cannot be read", extra={"paper": arxiv_id, "error": str(error)})
            return None

    def save_note(self, note: Note) -> None:
        """Keep it; older ones stay, but are shown no more."""
        row = {name: getattr(note, name) for name in ("arxiv_id", "version", "language", "model", "prompt", "at")}
        with self._database.writing() as connection:
            connection.execute(notes.insert(), {**row, "document": note_document.write(note)})

    def making(self, arxiv_id: str, version: int, language: str) -> AbstractContextManager[None]:
        """Hold the one right to make this note; waits for whoever holds it, but not for one who was put to sleep."""
        name = re.sub(r"[^\w.-]", "-", f"note-{arxiv_id}v{version}-{language}", flags=re.ASCII)
        return held(self._database.locks, name, longest_s=LONGEST_MAKING_S)

    def spend(self, usage: Usage, profile: Profile, day: date) -> None:
        """Add what one call took to the account of the profile and the day."""
        if usage.kind != KIND:  # spent() would not see it
            raise ValueError(f"a note's usage has the kind {usage.kind!r}")
        with self._database.writing() as connection:
            account.add(connection, usage, profile, day, self._clock.now())

    def spent(self, since: datetime) -> Decimal:
        """US dollars that notes of all profiles have cost from `since` on; calls of unknown price count nothing."""
        with self._database.reading() as connection:
            return account.known_cost(connection, calls.c.kind == KIND, calls.c.at >= since)

    def batch(self, batch_key: str) -> str | None:
        """The id of the batch that was begun under that key and not closed; None if there is none."""
        with self._database.reading() as connection:
            return connection.scalar(select(note_batches.c.batch_id).where(note_batches.c.key == _hash(batch_key)))

    def save_batch(self, batch_key: str, batch_id: str) -> None:
        """Remember it, so that whoever comes after a crash collects it. Those that nobody can collect are forgotten."""
        now = self._clock.now()
        row = {"batch_id": batch_id, "begun_at": now}
        upsert = self._database.insert(note_batches).on_conflict_do_update(["key"], set_=row)
        with self._database.writing() as connection:
            connection.execute(sa.delete(note_batches).where(note_batches.c.begun_at < now - FORGOTTEN_AFTER))
            connection.execute(upsert, {"key": _hash(batch_key), **row})

    def close_batch(self, batch_key: str) -> None:
        """Its answers are used; forget it."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(note_batches).where(note_batches.c.key == _hash(batch_key)))


class DatabaseRelatives:
    """Finds papers that any profile's listings brought."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def similar(self, paper: Paper, limit: int) -> tuple[Paper, ...]:
        """The papers whose words are nearest to this one's, without itself. It need not be known."""
        with self._database.reading() as connection:
            words = similar.telling(connection, paper, self._database.readable)
            numbers = similar.nearest(connection, words, limit + 1)
            rows = with_papers(connection, numbers)
        found = [paper_of(rows[number]) for number in numbers if number in rows]
        return tuple(one for one in found if one.arxiv_id != paper.arxiv_id)[:limit]


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
