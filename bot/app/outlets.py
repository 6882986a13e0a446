"""Where digests and the operator's messages go outside, wired: Slack and mail."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.app import App, page_url
from bot.domain.digest import Digest
from bot.domain.profile import Profile
from bot.errors import SettingsError
from bot.office import Operator
from bot.ports import Outlet
from bot.settings import LOOPBACK, Settings

if TYPE_CHECKING:
    from bot.adapters.slack_api import SlackApi
    from bot.adapters.smtp import Account


def slack(app: App, profile: Profile) -> Iterator[Outlet]:
    """The profile's channel, if it has one that can be posted to."""
    settings = app.settings
    channel = profile.slack_channel or (None if profile.slack_team else settings.slack_channel)
    if not channel or not (settings.slack_bot_token or profile.slack_team):
        return
    from bot.adapters.slack_post import NoChannel, SlackChannel
    from bot.render.blocks import thread

    try:
        token = _token(app, profile)
    except SettingsError as error:
        yield NoChannel(channel, error.what, error.hint)
        return
    yield SlackChannel(
        token,
        channel,
        lambda digest: thread(digest, _page(settings, digest), interactive=settings.slack_listens),
        base_url=f"{settings.slack_api_url}/",
        pause=0.0 if urlsplit(settings.slack_api_url).hostname in LOOPBACK else 1.0,  # a stand-in needs no rest
        listens=settings.slack_listens,
        retried=partial(app.meter.retried, "slack"),
    )


def mailboxes(app: App, profile: Profile) -> Iterator[Outlet]:
    """The profile's, if mail is set up."""
    settings = app.settings
    if not (settings.smtp_host and settings.mail_from):
        return
    from bot.adapters.smtp import Mailbox
    from bot.render.mail import mail

    domain = settings.mail_from.rpartition("@")[2]  # a plain address: settings see to it
    # What a channel or a person of Slack reads is nothing for the settings' readers.
    elsewhere = profile.slack_team or profile.slack_channel not in (None, settings.slack_channel)
    for address in profile.mail_to or (() if elsewhere else settings.mail_to):
        yield Mailbox(
            address,
            lambda digest, to: mail(digest, _page(settings, digest), to, domain),
            **_account(app),
        )


def operator(app: App) -> Operator:
    """Whoever is told of trouble."""
    from bot.adapters.operator import LogOperator, MailOperator, SlackOperator

    kind, _, place = app.settings.operator.partition(":")
    if kind == "slack":
        return SlackOperator(_slack_api(app, app.settings.operator), place)
    return MailOperator(place, **_account(app)) if kind == "mail" else LogOperator()


def _token(app: App, profile: Profile) -> str:
    """Of the profile's workspace. Raises SettingsError if it has none, took it back, or it cannot be read."""
    if profile.slack_team is None:
        assert app.settings.slack_bot_token, "looked at before"
        return app.settings.slack_bot_token.reveal()
    installations = app.installations()
    installation = installations.find(profile.slack_team) if installations else None
    if installation is None:
        raise SettingsError(
            f"the app is not installed in the workspace {profile.slack_team}",
            hint="Let the workspace install it again, or type `broadsheet workspace remove` to forget it",
        )
    return installation.token


def _slack_api(app: App, about: str) -> "SlackApi":
    from bot.adapters.slack_api import SlackApi

    assert app.settings.slack_bot_token, "settings see to it"
    token, url = app.settings.slack_bot_token.reveal(), f"{app.settings.slack_api_url}/"
    return SlackApi(token, about, url, retried=partial(app.meter.retried, "slack"))


def _account(app: App) -> "Account":
    settings = app.settings
    assert settings.smtp_host, "settings see to it"
    assert settings.mail_from, "settings see to it"
    return {
        "mail_from": settings.mail_from,
        "host": settings.smtp_host,
        "port": settings.smtp_port,
        "security": settings.smtp_security,
        "user": settings.smtp_user or "",
        "password": settings.smtp_password.reveal() if settings.smtp_password else "",
        "retried": partial(app.meter.retried, "mail"),
    }


def _page(settings: Settings, digest: Digest) -> str | None:
    return page_url(settings, digest.profile, digest.day)
