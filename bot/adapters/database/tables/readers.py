"""Profiles, and what people do in Slack: changes, votes, requests, installations."""

import sqlalchemy as sa
from sqlalchemy import Column, Date, Integer, String, Table, Text

from bot.adapters.database.moment import UtcDateTime
from bot.adapters.database.tables.meta import metadata

profiles = Table(
    "profiles",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("document", sa.JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
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
