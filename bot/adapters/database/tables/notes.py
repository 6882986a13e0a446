"""Deep notes. They say what arXiv published and belong to nobody: profiles share them."""

import sqlalchemy as sa
from sqlalchemy import Column, Integer, String, Table, Text

from bot.adapters.database.moment import UtcDateTime
from bot.adapters.database.tables.meta import metadata

# Every note that was ever made; of one version of a paper in one language, the newest is shown. No row has a profile,
# so none goes when a profile or a workspace is removed. document: see bot/adapters/database/note_document.py. The other
# columns say what stands in it, too; see bot.domain.note.Note.
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("arxiv_id", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("language", String(10), nullable=False),
    Column("model", String(100), nullable=False),
    Column("prompt", String(12), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("document", Text, nullable=False),
    sa.Index("notes_by_paper", "arxiv_id", "version", "language"),
)

# Batches of questions that were handed in and whose answers are not used yet. key: the SHA-256 of what its maker calls
# it, so that nothing of a profile is left here when the profile is removed.
note_batches = Table(
    "note_batches",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("batch_id", String(100), nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
)
