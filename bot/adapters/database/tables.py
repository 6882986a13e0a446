"""The tables. What a row means is said here once; migrations/ brings a database to this shape."""

import sqlalchemy as sa
from sqlalchemy import Column, Date, Integer, MetaData, String, Table, Text

from bot.adapters.database.moment import UtcDateTime
from bot.domain.receipt import Fate

metadata = MetaData()

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

profiles = Table(
    "profiles",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("document", sa.JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

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

# Every change of every profile. before: null where it was made. undoes: id of the change that this one takes back.
profile_changes = Table(
    "profile_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("profile", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("user", String(40), nullable=False),
    Column("what", Text, nullable=False),
    Column("before", sa.JSON(none_as_null=True)),
    Column("after", sa.JSON, nullable=False),
    Column("undoes", Integer),
    sa.Index("profile_changes_by_profile", "profile", "id"),
)

# Changes that somebody was shown. document: the proposal. outcome: see bot.domain.change.Settling; null while open.
proposals = Table(
    "proposals",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("profile", String(40), nullable=False),
    Column("user", String(40), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("document", sa.JSON, nullable=False),
    Column("outcome", String(9)),
    Column("settled_by", String(40)),
    Column("settled_at", UtcDateTime),
    sa.Index("proposals_by_profile", "profile"),
)

# vote: 1 or -1; no row: no vote.
votes = Table(
    "votes",
    metadata,
    Column("profile", String(40), primary_key=True),
    Column("arxiv_id", String(40), primary_key=True),
    Column("user", String(40), primary_key=True),
    Column("vote", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Digests that somebody asked for. Done when an attempt began after `at`.
asked_runs = Table(
    "asked_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("profile", String(40), nullable=False),
    Column("day", Date, nullable=False),
    Column("user", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    sa.Index("asked_runs_by_day", "profile", "day"),
    sa.Index("asked_runs_by_time", "at"),
)

# Commands that spent money. team: the workspace, empty where there is only one. day: in UTC.
spendings = Table(
    "spendings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team", String(20), nullable=False),
    Column("user", String(40), nullable=False),
    Column("what", String(40), nullable=False),
    Column("day", Date, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    sa.Index("spendings_by_day", "day", "team", "user"),
)

# What Slack sent and was acted on, by its id, so that nothing is acted on twice.
heard = Table(
    "heard",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    sa.Index("heard_by_time", "at"),
)

# Slack workspaces that installed the app. token: encrypted.
installations = Table(
    "installations",
    metadata,
    Column("team", String(20), primary_key=True),
    Column("name", Text, nullable=False),
    Column("bot_id", String(40), nullable=False),
    Column("bot_user", String(40), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("installed_by", String(40), nullable=False),
    Column("installed_at", UtcDateTime, nullable=False),
)

# Installations that were begun. state: the random text that must come back.
oauth_states = Table(
    "oauth_states",
    metadata,
    Column("state", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
