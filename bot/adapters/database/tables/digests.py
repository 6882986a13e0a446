"""Digests: attempts to make them, what they hold, where they went, and what they took."""

import sqlalchemy as sa
from sqlalchemy import Column, Date, Integer, String, Table, Text

from bot.adapters.database.moment import UtcDateTime
from bot.adapters.database.tables.meta import metadata
from bot.domain.receipt import Fate

# One row per attempt to make a digest. state: as in bot.domain.runs.RunState, or preview (a dry run).
# permanent: what it failed of will not go away by itself.
runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("profile", String(40), nullable=False),
    Column("day", Date, nullable=False),
    Column("state", String(10), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("error", Text),
    Column("permanent", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("runs_by_day", "profile", "day"),
    sa.Index("runs_since", "day"),
    sa.Index("runs_by_state", "profile", "state"),
)

# The newest edition of each digest. document: as in docs/digest-document.md. first_made_at: of its first edition.
digests = Table(
    "digests",
    metadata,
    Column("profile", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("first_made_at", UtcDateTime, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("document", Text, nullable=False),
)

# Where the papers of each digest's newest edition went: the lines of bot.domain.receipt.Receipt.
receipts = Table(
    "receipts",
    metadata,
    Column("profile", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("announced", Integer, nullable=False),
    *(Column(fate.value, Integer, nullable=False) for fate in Fate),
)

# Papers that a digest showed (place "shown"), or names as not judged (place "unjudged").
digest_papers = Table(
    "digest_papers",
    metadata,
    Column("profile", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("arxiv_id", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("how", String(16), nullable=False),
    Column("place", String(8), nullable=False),
    sa.Index("digest_papers_by_paper", "profile", "arxiv_id"),
)

# Papers that a digest brought along from earlier days, whatever became of them.
late_papers = Table(
    "late_papers",
    metadata,
    Column("profile", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("arxiv_id", String(40), primary_key=True),
)

# What became of every paper in the newest edition of each digest; document: see bot/adapters/database/recorded.py.
choices = Table(
    "choices",
    metadata,
    Column("profile", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("document", Text, nullable=False),
)

# Topics in which the verdict of the newest digest that had one placed a paper: its primary topic and those it touches.
topic_papers = Table(
    "topic_papers",
    metadata,
    Column("profile", String(40), primary_key=True),
    Column("topic", String(40), primary_key=True),
    Column("arxiv_id", String(40), primary_key=True),
    sa.Index("topic_papers_by_paper", "profile", "arxiv_id"),
)

# state: sending (claimed; if nobody is sending, a try was cut off), sent, failed, or unowed (cut off, and the outlet is
# not wanted any more). carried: ids that arrived, over all editions; null until the first edition arrived. claimed_at:
# when the last try began.
deliveries = Table(
    "deliveries",
    metadata,
    Column("profile", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("outlet", String(320), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("carried", sa.JSON(none_as_null=True)),
    Column("went_to", Text),
    Column("error", Text),
    Column("permanent", sa.Boolean, nullable=False, server_default=sa.false()),
    Column("claimed_at", UtcDateTime),
    Column("changed_at", UtcDateTime, nullable=False),
    sa.Index("deliveries_by_state", "state", "day"),
    sa.Index("deliveries_by_outlet", "outlet", "state"),
)

# One row per edition that arrived. kind: of outlet, such as mail. took_s: seconds from its claim to its arrival.
sendings = Table(
    "sendings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("took_s", sa.Float, nullable=False),
    sa.Index("sendings_by_kind", "kind", "took_s"),
)

# Days that the operator is told of, by one of the bots that share the database. claimed_at: when that one began to;
# told_at: when the message was sent. over_at: when they were told that it is over; null while it is not.
troubles = Table(
    "troubles",
    metadata,
    Column("profile", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("why", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
    Column("over_at", UtcDateTime),
    sa.Index("troubles_open", "over_at"),
)

# How often a call to a service had to be made again.
retries = Table(
    "retries",
    metadata,
    Column("service", String(40), primary_key=True),
    Column("count", sa.BigInteger, nullable=False),
)

# One row per call. cost_nano_usd: billionths of a US dollar, null where the price is unknown.
usage = Table(
    "usage",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("profile", String(40), nullable=False),
    Column("day", Date, nullable=False),
    Column("model", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("batch", sa.Boolean, nullable=False),
    Column("input_tokens", sa.BigInteger, nullable=False),
    Column("cached_tokens", sa.BigInteger, nullable=False),
    Column("output_tokens", sa.BigInteger, nullable=False),
    Column("cost_nano_usd", sa.BigInteger),
    sa.Index("usage_by_day", "profile", "day"),
    sa.Index("usage_by_kind", "kind", "at"),
)
