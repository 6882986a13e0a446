"""What arXiv published, and what a language model said of it. It belongs to nobody."""

import sqlalchemy as sa
from sqlalchemy import Column, Date, Integer, String, Table, Text

from bot.adapters.database.moment import UtcDateTime
from bot.adapters.database.tables.meta import metadata

# One row per version of a paper, as arXiv described it; authors and categories are lists.
papers = Table(
    "papers",
    metadata,
    Column("arxiv_id", String(40), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("authors", sa.JSON, nullable=False),
    Column("categories", sa.JSON, nullable=False),
    Column("comment", Text),
    Column("doi", Text),
    Column("journal_ref", Text),
)

# That a paper was announced on a day, and how. Profiles with other categories may have seen it announced otherwise.
sightings = Table(
    "sightings",
    metadata,
    Column("arxiv_id", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("how", String(16), primary_key=True),
    Column("version", Integer, nullable=False),
    sa.Index("sightings_by_day", "day"),
)

# What is searched: the newest version of every paper, in readable words; see bot/adapters/database/texts.py. number:
# higher for papers that were announced later. source: a hash of what arXiv sent, to see what has changed.
paper_texts = Table(
    "paper_texts",
    metadata,
    Column("number", sa.BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("arxiv_id", String(40), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("source", String(16), nullable=False),
    *(Column(words, Text, nullable=False) for words in ("title", "authors", "abstract", "comment")),
)

# The full text of paper_texts on SQLite: a virtual table, which triggers keep up to date. Its own tables begin so, too.
PAPER_WORDS = "paper_words"

# The newest listing of a day in some categories (sorted, with spaces between). entries: [arxiv_id, version, how, late]
# each, in order; the papers themselves are in papers. The other columns: see bot.domain.listing.Listing.
listings = Table(
    "listings",
    metadata,
    Column("day", Date, primary_key=True),
    Column("categories", String(1000), primary_key=True),
    Column("entries", sa.JSON, nullable=False),
    Column("entries_seen", Integer, nullable=False),
    Column("arxiv_says", Integer),
    Column("remarks", sa.JSON, nullable=False),
    Column("quiet", Text),
    Column("approximate", sa.Boolean, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)

# Bought once per version of a paper, rubric version and model. document: the verdict's words and tags.
verdicts = Table(
    "verdicts",
    metadata,
    Column("arxiv_id", String(40), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("rubric", String(12), primary_key=True),
    Column("model", String(100), primary_key=True),
    Column("relevance", Integer, nullable=False),
    Column("novelty", Integer),
    Column("document", sa.JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# One row per question that was asked for overviews; the question is known by its SHA-256.
overviews = Table(
    "overviews",
    metadata,
    Column("question", String(64), primary_key=True),
    Column("model", String(100), primary_key=True),
    Column("answer", Text, nullable=False),
)
