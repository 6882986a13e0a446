"""Slack workspaces that installed the app. Their tokens are encrypted: a copy of the database opens no workspace."""

from dataclasses import replace
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, Row, select

from bot.adapters.database.changes import By, profile_of, put, text_of
from bot.adapters.database.engine import Database
from bot.adapters.database.tables import installations, oauth_states
from bot.adapters.database.workspaces import profiles_of
from bot.domain.calendar import announcement_day
from bot.domain.installation import Installation
from bot.domain.profile import Pause, Profile
from bot.errors import ProfileError, SettingsError
from bot.ports import Clock

STATES_KEPT_FOR = timedelta(minutes=10)
SLACK = "slack"  # the user of changes that Slack itself brings about


def new_key() -> str:
    """A key for SLACK_TOKEN_KEY."""
    return Fernet.generate_key().decode()


class Installations:
    """Safe to use from several threads. Every method may raise StoreError."""

    def __init__(self, database: Database, clock: Clock, keys: str) -> None:
        """keys: SLACK_TOKEN_KEY: one, or several with commas between, of which the first encrypts and all decrypt.

        Raises SettingsError, without the key.
        """
        self._database, self._clock, self._fernet = database, clock, _fernet(keys)

    def save(self, installation: Installation) -> None:
        """Keep it; a newer one of the same workspace replaces the older one."""
        row = {
            "name": installation.name,
            "bot_id": installation.bot_id,
            "bot_user": installation.bot_user,
            "scopes": ",".join(installation.scopes),
            "token": self._fernet.encrypt(installation.token.encode()).decode(),
            "installed_by": installation.installed_by,
            "installed_at": installation.installed_at,
        }
        upsert = self._database.insert(installations).on_conflict_do_update(["team"], set_=row)
        with self._database.writing() as connection:
            connection.execute(upsert, {"team": installation.team, **row})

    def find(self, team: str) -> Installation | None:
        """That of the workspace. Raises SettingsError if its token was encrypted with a key that is not there."""
        with self._database.reading() as connection:
            row = connection.execute(select(installations).where(installations.c.team == team)).first()
        return None if row is None else self._read(row)

    def teams(self) -> tuple[str, ...]:
        """Ids of all workspaces that have the app, whether their token can be read or not."""
        with self._database.reading() as connection:
            return tuple(connection.scalars(select(installations.c.team).order_by(installations.c.team)))

    def all(self) -> tuple[Installation, ...]:
        """All of them, by id. Raises what find() raises."""
        with self._database.reading() as connection:
            rows = connection.execute(select(installations).order_by(installations.c.team)).all()
        return tuple(map(self._read, rows))

    def remove(self, team: str) -> bool:
        """Forget the token; all else of the workspace stays. True if there was one."""
        with self._database.writing() as connection:
            return _forget(connection, team)

    def revoked(self, team: str) -> None:
        """The workspace took the app or its token back: forget the token, and pause its profiles from today on.

        What it had stays until somebody types `broadsheet workspace remove`; they may come back.
        """
        now = self._clock.now()
        by = By(SLACK, now, "paused: the app was removed from the workspace")
        with self._database.writing() as connection:
            _forget(connection, team)
            for profile_id in profiles_of(connection, team):
                _pause(connection, profile_id, by)

    def rotate(self) -> int:
        """Encrypt every token anew with the first key, so that the others are needed no more. Returns how many."""
        with self._database.writing() as connection:
            rows = connection.execute(select(installations)).all()
            for row in rows:
                token = self._fernet.encrypt(self._read(row).token.encode()).decode()
                mine = installations.c.team == row.team
                connection.execute(sa.update(installations).where(mine).values(token=token))
        return len(rows)

    def _read(self, row: Row[Any]) -> Installation:
        try:
            token = self._fernet.decrypt(row.token).decode()
        except InvalidToken:
            raise SettingsError(
                f"the token of the workspace {row.team} ({row.name}) was encrypted with another SLACK_TOKEN_KEY",
                hint="Add the old key behind the new one, with a comma between, or let the workspace install the app "
                "again",
                permanent=True,
            ) from None
        scopes = tuple(scope for scope in row.scopes.split(",") if scope)
        return Installation(
            row.team, row.name, row.bot_id, row.bot_user, scopes, token, row.installed_by, row.installed_at
        )


class OAuthStates:
    """Installations that somebody began in a browser: only what we sent them with may come back, once, and soon."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def issue(self) -> str:
        """A text that nobody can guess."""
        state, now = token_urlsafe(32), self._clock.now()
        old = sa.or_(oauth_states.c.at <= now - STATES_KEPT_FOR, oauth_states.c.at >= now + STATES_KEPT_FOR)
        with self._database.writing() as connection:
            connection.execute(sa.delete(oauth_states).where(old))
            connection.execute(oauth_states.insert(), {"state": state, "at": now})
        return state

    def consume(self, state: str) -> bool:
        """Whether we issued it within the last ten minutes, and it did not come back before."""
        taken = sa.delete(oauth_states).where(oauth_states.c.state == state).returning(oauth_states.c.at)
        with self._database.writing() as connection:
            at = connection.execute(taken).scalar_one_or_none()
        return at is not None and abs(self._clock.now() - at) < STATES_KEPT_FOR


def _fernet(keys: str) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])
    except ValueError:
        raise SettingsError(
            "SLACK_TOKEN_KEY is no key that tokens can be encrypted with",
            hint="`broadsheet workspace key` makes one; several have commas between, the newest first",
            permanent=True,
        ) from None  # what caused it may quote the key


def _forget(connection: Connection, team: str) -> bool:
    return bool(connection.execute(sa.delete(installations).where(installations.c.team == team)).rowcount)


def _pause(connection: Connection, profile_id: str, by: By) -> None:
    """Pause it without an end, if it is not; a profile that cannot be read makes no digests anyway."""
    try:
        profile = profile_of(text_of(connection, profile_id) or "")
    except ProfileError:
        return
    put(connection, _paused(profile, Pause(announcement_day(by.at))), by)


def _paused(profile: Profile, pause: Pause) -> Profile:
    if any(one.until is None and one.since <= pause.since for one in profile.pauses):
        return profile
    return replace(profile, pauses=tuple(sorted((*profile.pauses, pause), key=lambda one: one.since)))
