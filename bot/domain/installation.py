"""Slack workspaces: that one installed the app, and what there is of it."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Installation:
    """That a workspace installed the app. team: its id (of an organisation: the organisation's). name: as people call
    it. bot_id, bot_user: the bot in it. scopes: what it may do there. token: a secret, and in no repr. installed_by: a
    Slack user's id."""

    team: str
    name: str
    bot_id: str
    bot_user: str
    scopes: tuple[str, ...]
    token: str = field(repr=False)
    installed_by: str
    installed_at: datetime


@dataclass(frozen=True)
class Workspace:
    """What there is of a workspace. installed_by, installed_at: empty and None where it removed the app since.
    profiles: ids. digests: how many were made for them."""

    team: str
    name: str
    installed_by: str
    installed_at: datetime | None
    profiles: tuple[str, ...]
    digests: int


@dataclass(frozen=True)
class Removed:
    """What was removed from the database, and how many files of pages. rows: table -> how many, none of them 0."""

    profiles: tuple[str, ...]
    rows: dict[str, int]
    files: int
