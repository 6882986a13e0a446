"""Deep notes, and the batches in which they are bought.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

from bot.adapters.database.moment import UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add their tables, and an index for what notes have cost lately."""
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("arxiv_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("prompt", sa.String(length=12), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("notes_by_paper", "notes", ["arxiv_id", "version", "language"])
    op.create_table(
        "note_batches",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.String(length=100), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("usage_by_kind", "usage", ["kind", "at"])
