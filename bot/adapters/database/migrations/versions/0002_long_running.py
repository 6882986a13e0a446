"""What a bot that runs for months must know: listings, how attempts ended, troubles, and what its figures need.

Revision ID: 0002
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.adapters.database.moment import UtcDateTime

revision = "0002"
down_revision = "0001"

RECEIPT = (
    "announced",
    "other_types",
    "seen_before",
    "left_by_shortlist",
    "below_cutoff",
    "over_cap",
    "shown",
    "failed",
)


def upgrade() -> None:
    """Add tables, columns and indexes, and fill them from what is there."""
    _listings()
    _since_when()
    _digests()
    _attempts()
    _told()


def _listings() -> None:
    op.create_table(
        "listings",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("categories", sa.String(length=1000), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("entries_seen", sa.Integer(), nullable=False),
        sa.Column("arxiv_says", sa.Integer(), nullable=True),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("quiet", sa.Text(), nullable=True),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("day", "categories"),
    )


def _since_when() -> None:
    """When profiles and digests were first made. Of what is there, that is not known better than this."""
    first_run = "(SELECT min(started_at) FROM runs WHERE runs.profile = profiles.id)"
    for table, column, filled_from in (
        ("profiles", "created_at", f"coalesce({first_run}, changed_at)"),
        ("digests", "first_made_at", "made_at"),
    ):
        op.add_column(table, sa.Column(column, UtcDateTime(), nullable=True))
        op.execute(f"UPDATE {table} SET {column} = {filled_from}")  # noqa: S608 - all of it stands above
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=UtcDateTime(), nullable=False)


def _digests() -> None:
    """What was only in the documents so far: receipts, and the papers that were brought along from earlier days."""
    receipts = op.create_table(
        "receipts",
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(line, sa.Integer(), nullable=False) for line in RECEIPT),
        sa.PrimaryKeyConstraint("profile", "day"),
    )
    late_papers = op.create_table(
        "late_papers",
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("arxiv_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("profile", "day", "arxiv_id"),
    )
    digests = sa.table("digests", *(sa.column(name) for name in ("profile", "document")), sa.column("day", sa.Date))
    connection = op.get_bind()
    for key in connection.execute(sa.select(digests.c.profile, digests.c.day)).all():
        one = sa.select(digests.c.document).where(digests.c.profile == key.profile, digests.c.day == key.day)
        digest, document = {"profile": key.profile, "day": key.day}, _read(connection.scalar(one))
        if told := _receipt(document):
            connection.execute(receipts.insert(), {**digest, **told})
        if late := document.get("late"):
            connection.execute(late_papers.insert(), [{**digest, "arxiv_id": str(one)} for one in late])


def _read(document: Any) -> dict[str, Any]:
    try:
        read = json.loads(document)
    except (ValueError, TypeError):
        return {}
    return read if isinstance(read, dict) else {}


def _receipt(document: dict[str, Any]) -> dict[str, int]:
    """The receipt of a digest document; empty if it has none that can be read: then the figures lack this digest."""
    try:
        return {line: int(document["receipt"][line]) for line in RECEIPT}
    except (ValueError, TypeError, KeyError):
        return {}


def _attempts() -> None:
    op.add_column("runs", sa.Column("permanent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("runs_since", "runs", ["day"])
    op.create_index("runs_by_state", "runs", ["profile", "state"])
    op.add_column("deliveries", sa.Column("permanent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("deliveries", sa.Column("claimed_at", UtcDateTime(), nullable=True))
    op.create_index("deliveries_by_state", "deliveries", ["state", "day"])
    op.create_index("deliveries_by_outlet", "deliveries", ["outlet", "state"])
    op.create_table(
        "sendings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("took_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sendings_by_kind", "sendings", ["kind", "took_s"])


def _told() -> None:
    op.create_table(
        "troubles",
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("over_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("profile", "day"),
    )
    op.create_index("troubles_open", "troubles", ["over_at"])
    op.create_table(
        "retries",
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("service"),
    )
