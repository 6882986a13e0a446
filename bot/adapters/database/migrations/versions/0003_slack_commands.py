"""What Slack commands need: what became of every paper, texts to search, changes and proposals, votes, and who may ask.

Revision ID: 0003
"""

import json
from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.adapters.database import texts
from bot.adapters.database.moment import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add tables, and fill those for searching from the papers and verdicts that are there."""
    _digests()
    _papers()
    _topics()
    _profiles()
    _readers()
    _workspaces()


def _digests() -> None:
    op.create_table(
        "choices",
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("profile", "day"),
    )
    op.create_table(
        "asked_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("asked_runs_by_day", "asked_runs", ["profile", "day"])
    op.create_index("asked_runs_by_time", "asked_runs", ["at"])
    op.create_index("digest_papers_by_paper", "digest_papers", ["profile", "arxiv_id"])


# Quoted words find other forms of them (porter) and are found without their accents. The words themselves lie in
# paper_texts alone. https://www.sqlite.org/fts5.html#external_content_tables
FULL_TEXT = (
    """
    CREATE VIRTUAL TABLE paper_words USING fts5(
        title, authors, abstract, comment, content='paper_texts', content_rowid='number',
        tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER paper_texts_added AFTER INSERT ON paper_texts BEGIN
        INSERT INTO paper_words (rowid, title, authors, abstract, comment)
        VALUES (new.number, new.title, new.authors, new.abstract, new.comment);
    END
    """,
    """
    CREATE TRIGGER paper_texts_removed AFTER DELETE ON paper_texts BEGIN
        INSERT INTO paper_words (paper_words, rowid, title, authors, abstract, comment)
        VALUES ('delete', old.number, old.title, old.authors, old.abstract, old.comment);
    END
    """,
)


def _papers() -> None:
    """Texts of the papers that are there. It takes about a minute for 200,000 of them."""
    op.create_table(
        "paper_texts",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("arxiv_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("arxiv_id"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in FULL_TEXT:
            op.execute(statement)
    config = op.get_context().config
    texts.fill(op.get_bind(), config.attributes.get("readable", str) if config else str)


def _topics() -> None:
    """In which topics the newest verdict of each profile's digests placed a paper, as far as the documents tell whose
    verdicts they were."""
    topic_papers = op.create_table(
        "topic_papers",
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("arxiv_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("profile", "topic", "arxiv_id"),
    )
    op.create_index("topic_papers_by_paper", "topic_papers", ["profile", "arxiv_id"])
    connection = op.get_bind()
    for profile, judges in _judges(connection).items():
        placed: dict[str, list[str]] = {}
        for judge in judges:
            placed |= _placed(connection, *judge)
        rows = [
            {"profile": profile, "topic": topic, "arxiv_id": one} for one, topics in placed.items() for topic in topics
        ]
        if rows:
            connection.execute(topic_papers.insert(), rows)


def _judges(connection: sa.Connection) -> dict[str, list[tuple[str, str]]]:
    """Profile -> rubric and model of its digests, each once, those used last at the end."""
    digests = sa.table("digests", *(sa.column(name) for name in ("profile", "made_at", "document")))
    judges: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for row in connection.execute(sa.select(digests).order_by(digests.c.made_at)):
        try:
            judge = json.loads(row.document)["judge"]
            used = (str(judge["rubric"]), str(judge["model"]))
        except (ValueError, TypeError, KeyError):
            continue  # then nobody can tell which verdicts were this digest's
        judges[row.profile].pop(used, None)
        judges[row.profile][used] = None
    return {profile: list(used) for profile, used in judges.items()}


def _placed(connection: sa.Connection, rubric: str, model: str) -> dict[str, list[str]]:
    """arXiv id -> the topics in which the verdict on its newest judged version placed it."""
    verdicts = sa.table(
        "verdicts",
        *(sa.column(name) for name in ("arxiv_id", "version", "rubric", "model")),
        sa.column("document", sa.JSON),
    )
    of_judge = (verdicts.c.rubric == rubric, verdicts.c.model == model)
    wanted = sa.select(verdicts.c.arxiv_id, verdicts.c.document).where(*of_judge).order_by(verdicts.c.version)
    return {row.arxiv_id: _topics_of(row.document) for row in connection.execute(wanted)}


def _topics_of(verdict: Any) -> list[str]:
    said = verdict if isinstance(verdict, dict) else {}
    named = (said.get("primary_topic"), *said.get("matched_topics", ()))
    return list(dict.fromkeys(topic for topic in named if topic))


def _profiles() -> None:
    op.create_table(
        "profile_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("profile_changes_by_profile", "profile_changes", ["profile", "id"])
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=9), nullable=True),
        sa.Column("settled_by", sa.String(length=40), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("proposals_by_profile", "proposals", ["profile"])


def _readers() -> None:
    op.create_table(
        "votes",
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("arxiv_id", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("vote", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("profile", "arxiv_id", "user"),
    )
    op.create_table(
        "spendings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=20), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("spendings_by_day", "spendings", ["day", "team", "user"])


def _workspaces() -> None:
    op.create_table(
        "heard",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("heard_by_time", "heard", ["at"])
    op.create_table(
        "installations",
        sa.Column("team", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bot_id", sa.String(length=40), nullable=False),
        sa.Column("bot_user", sa.String(length=40), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("installed_by", sa.String(length=40), nullable=False),
        sa.Column("installed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team"),
    )
    op.create_table(
        "oauth_states",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("state"),
    )
