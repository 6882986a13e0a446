"""What hears Slack, wired: Socket Mode or HTTP, one workspace or many, the same listeners."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.adapters.database.heard import DatabaseHeard
from bot.adapters.slack_answers import Phrases
from bot.adapters.slack_http import EVENTS_PATH, SlackHttp
from bot.adapters.slack_listen import SlackListener, Workspaces
from bot.adapters.slack_people import SlackPeople
from bot.adapters.slack_socket import SocketMode, check_app_token
from bot.adapters.slack_workspaces import ManyWorkspaces, OneWorkspace
from bot.adapters.web import Routes
from bot.app import App
from bot.app.desk import desk, replay
from bot.aside import aside
from bot.desk import WhatIf
from bot.domain.conversation import Reply
from bot.domain.effect import Effect
from bot.domain.profile import Profile
from bot.frontdesk import Reception
from bot.log import set_up
from bot.render.environment import render
from bot.render.labels import labels
from bot.render.replies import reply_message
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.slack_http import OAuthPages

LONGEST_RECKONING_S = 120.0


@dataclass(frozen=True)
class Ears:
    """What hears Slack. routes: to be served. socket: None where Slack calls us."""

    routes: Routes = ()
    socket: SocketMode | None = None


@contextmanager
def ears(app: App) -> Iterator[Ears]:
    """Listen to Slack as the settings say; what was heard may be done for a moment after the block.

    Raises SettingsError for tokens and keys that cannot be used.
    """
    settings = app.settings
    url = f"{settings.slack_api_url}/"
    workspaces = _workspaces(app, url)
    reception = Reception(desk(app, SlackPeople(workspaces), AsideWhatIf(settings, replay(app))))
    listener = SlackListener(reception, workspaces, DatabaseHeard(app.database, app.clock), phrases())
    secret = settings.slack_signing_secret.reveal() if settings.slack_signing_secret else ""
    bolt = listener.app(secret, url)
    with ExitStack() as running:
        running.callback(listener.close)
        http = SlackHttp(bolt, secret, _oauth(app, url)) if secret else None
        if http:
            running.callback(http.close)
        token = settings.slack_app_token
        socket = running.enter_context(SocketMode(bolt, token.reveal(), url)) if token else None
        yield Ears(http.routes if http else (), socket)


def check_ears(settings: Settings) -> str:
    """Whether Slack's commands and buttons would reach us. Returns what works. Raises DeliveryError, SettingsError."""
    if settings.slack_app_token:
        return check_app_token(settings.slack_app_token.reveal(), f"{settings.slack_api_url}/")
    if settings.slack_signing_secret:
        address = f"{settings.public_url or 'PUBLIC_URL (not set yet)'}{EVENTS_PATH}"
        return f"commands and buttons are heard by HTTP: the app's request URLs must be {address}"
    return "commands and buttons are not heard: that needs SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET"


class AsideWhatIf:
    """Implements bot.desk.WhatIf: what takes long is reckoned in a process of its own, so that acks stay fast."""

    def __init__(self, settings: Settings, here: WhatIf) -> None:
        """here: for what takes a moment."""
        self._settings, self._here = settings, here

    def slow(self, before: Profile, after: Profile) -> bool:
        """As the one here says."""
        return self._here.slow(before, after)

    def effect(self, before: Profile, after: Profile) -> Effect:
        """Raises AsideError where it takes too long."""
        if not self.slow(before, after):
            return self._here.effect(before, after)
        return aside(_reckoned, self._settings, before, after, within_s=LONGEST_RECKONING_S)


def _reckoned(settings: Settings, before: Profile, after: Profile) -> Effect:
    set_up(settings.secrets, logging.INFO, settings.log_format)
    with closing(App(settings)) as app:
        return replay(app).effect(before, after)


def phrases() -> Phrases:
    """What is said where no command could be asked."""
    told = labels("phrases")
    title = told.pop("title")
    return Phrases(title, **{which: reply_message(Reply("trouble", {"told": words})) for which, words in told.items()})


def _workspaces(app: App, url: str) -> Workspaces:
    if installations := app.installations():
        return ManyWorkspaces(installations, url)
    assert app.settings.slack_bot_token, "settings see to it"
    return OneWorkspace(app.settings.slack_bot_token.reveal(), url)


def _oauth(app: App, url: str) -> "OAuthPages | None":
    installations, settings = app.installations(), app.settings
    if not installations:
        return None
    from bot.adapters.database.installations import OAuthStates
    from bot.adapters.slack_oauth import SlackOAuth

    assert settings.slack_client_id, "settings see to it"
    assert settings.slack_client_secret, "settings see to it"
    return SlackOAuth(
        settings.slack_client_id,
        settings.slack_client_secret.reveal(),
        public_url=settings.public_url,
        base_url=url,
        installations=installations,
        states=OAuthStates(app.database, app.clock),
        page=lambda outcome, name: render("templates/site/slack.html.j2", outcome=outcome, name=name),
        clock=app.clock,
    )
