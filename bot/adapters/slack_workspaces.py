"""Whom the bot speaks for in Slack: the one workspace whose token is in the settings, or all that installed the app."""

import logging
from typing import Protocol

from bot.adapters.slack_api import RENEW, SlackApi
from bot.adapters.slack_check import who_we_are
from bot.domain.installation import Installation
from bot.errors import DeliveryError, SettingsError

log = logging.getLogger(__name__)

# Somebody waits for the answer: rather tell them that it failed than let them wait.
TIMEOUT_S, TRIES, LONGEST_WAIT_S = 10.0, 2, 5.0


class Installations(Protocol):
    """The workspaces that installed the app."""

    def find(self, team: str) -> Installation | None:
        """That of the workspace. Raises StoreError and SettingsError."""
        ...

    def save(self, installation: Installation) -> None:
        """Keep it. Raises StoreError."""
        ...

    def revoked(self, team: str) -> None:
        """The workspace took the app or its token back. Raises StoreError."""
        ...


def quick_api(token: str, base_url: str, about: str = "slack") -> SlackApi:
    """Slack's API for answers that somebody waits for. Raises SettingsError."""
    return SlackApi(token, about, base_url, timeout=TIMEOUT_S, tries=TRIES, longest_wait=LONGEST_WAIT_S)


class OneWorkspace:
    """Implements Workspaces of bot.adapters.slack_listen for the token in the settings."""

    many = False

    def __init__(self, token: str, base_url: str) -> None:
        """Raises SettingsError."""
        self._api = quick_api(token, base_url)

    def api(self, team: str) -> SlackApi:
        """The same for whatever comes: only this workspace has the app."""
        return self._api

    def gone(self, team: str) -> None:
        """There is nothing to forget, but somebody has to act."""
        log.error("the app cannot answer in Slack any more", extra={"hint": f"Install it again. {RENEW}"})


class ManyWorkspaces:
    """Implements Workspaces of bot.adapters.slack_listen for all that installed the app."""

    many = True

    def __init__(self, installations: Installations, base_url: str) -> None:
        self._installations, self._base_url = installations, base_url

    def api(self, team: str) -> SlackApi | None:
        """With the workspace's own token; None without one. Raises StoreError and SettingsError."""
        installation = self._installations.find(team)
        return quick_api(installation.token, self._base_url, f"slack:{team}") if installation else None

    def gone(self, team: str) -> None:
        """Forget the token, unless Slack still takes it: then what was told is older than a new installation."""
        try:
            api = self.api(team)
            if api is None:
                return
            who_we_are(api)
        except (DeliveryError, SettingsError) as error:  # a token that nobody can read any more is older, too
            if not error.permanent:
                raise
            self._installations.revoked(team)
            log.info("a workspace's token is forgotten", extra={"team": team})
