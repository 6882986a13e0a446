"""Who we are in a Slack workspace, and whether we can do our work in a channel; nothing is posted."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.adapters.slack_api import RENEW, SlackApi
from bot.domain.characters import one_line
from bot.errors import DeliveryError

# All that the app asks for when it is installed, and what does not work without it: the same as in slack-manifest.yaml.
# Those of channels:… are for public channels, those of groups:… for private ones.
SCOPES = {
    "chat:write": "nothing can be posted",
    "commands": "/papers is not there",
    "channels:history": "a post that was cut off cannot be resumed",
    "channels:read": "who is in a public channel, and so may change its profile, cannot be told",
    "groups:history": "a post that was cut off cannot be resumed",
    "groups:read": "who is in a private channel, and so may change its profile, cannot be told",
    "im:history": "what is typed to the bot as a direct message is not heard",
    "im:write": "where somebody's direct messages with the bot are cannot be told, so commands typed there are refused",
    "users:read": "guests and people of other organisations cannot be told, so nobody may change anything",
}
DIRECT: Mapping[str, Any] = {"name": "direct messages", "is_member": True}
MEND = "Add {} under OAuth & Permissions at api.slack.com/apps and install the app again"


@dataclass(frozen=True)
class SlackBot:
    """Who we are in the workspace. team, team_id: its name and id. site: its address, ending in a slash. scopes: None
    if Slack did not tell."""

    bot_id: str
    name: str
    team: str
    team_id: str
    site: str
    scopes: frozenset[str] | None


def who_we_are(api: SlackApi) -> SlackBot:
    """Ask whose token it is. Raises DeliveryError."""
    answer = api.read(api.web.auth_test)
    keys = ("bot_id", "user", "team", "team_id", "url")
    bot_id, name, team, team_id, site = (one_line(str(answer.get(key) or "")) for key in keys)
    if not bot_id:  # without it our messages cannot be told from others'
        raise DeliveryError(f"{api.about}: SLACK_BOT_TOKEN is not a bot's token", hint=RENEW, permanent=True)
    return SlackBot(bot_id, name, team, team_id, site, _scopes(answer.headers))


def _scopes(headers: Mapping[str, str]) -> frozenset[str] | None:
    told = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes")
    return None if told is None else frozenset(scope.strip() for scope in told.split(",") if scope.strip())


def check_channel(api: SlackApi, channel: str, *, listens: bool = False) -> str:
    """Token, scopes and channel. Returns what works, and what does not for want of a scope. Raises DeliveryError.

    listens: commands and buttons are heard, too, for which more scopes are needed.
    """
    bot = who_we_are(api)
    if bot.scopes is not None and "chat:write" not in bot.scopes:
        others = [scope for scope in ("channels:history", "channels:read") if scope not in bot.scopes]
        raise DeliveryError(
            f"{api.about}: the bot may not post (scope chat:write is missing)",
            hint=MEND.format(_and(("chat:write", *others))),
            permanent=True,
        )
    # Slack says nothing of direct messages without im:read; the bot is in its own.
    about = DIRECT if channel.startswith("D") else _about_channel(api, channel)
    if about is not None:
        _refuse_unusable(api, bot, about, channel)
    where = f"#{one_line(str(about.get('name') or channel))}" if about is not None else channel
    return f"posts as {bot.name} to {where} ({bot.team}){_lacking(bot.scopes, about, listens=listens)}"


def _about_channel(api: SlackApi, channel: str) -> Mapping[str, Any] | None:
    """What Slack says of the channel; None if the bot lacks the scope to ask. A channel that is not there raises."""
    try:
        about = api.read(api.web.conversations_info, channel=channel).get("channel")
    except DeliveryError as error:
        refused = error.__cause__
        if isinstance(refused, SlackApiError) and refused.response.get("error") == "missing_scope":
            return None
        raise
    return about if isinstance(about, Mapping) else {}


def _refuse_unusable(api: SlackApi, bot: SlackBot, about: Mapping[str, Any], channel: str) -> None:
    name = f"#{one_line(str(about.get('name') or channel))}"
    if about.get("is_archived"):
        raise DeliveryError(f"{api.about}: {name} is archived", hint="Choose another channel", permanent=True)
    if not about.get("is_member") and "chat:write.public" not in (bot.scopes or ()):
        raise DeliveryError(
            f"{api.about}: the bot is not in {name}", hint=f"Type there: /invite @{bot.name}", permanent=True
        )


def _lacking(scopes: Collection[str] | None, about: Mapping[str, Any] | None, *, listens: bool) -> str:
    """What cannot be done, and which scopes would mend it; empty if nothing is lacking or nobody can tell."""
    if scopes is None:
        return ". Slack did not say which scopes the token has"
    # Public and private channels have scopes of their own. Who may ask about public ones only, and was told nothing,
    # has a private one.
    private = about.get("is_private") if about is not None else "channels:read" in scopes
    kind = "im" if about is DIRECT else "groups" if private else "channels"
    lacking = {}
    if about is None:
        lacking[f"{kind}:read"] = "whether the channel exists and the bot is in it cannot be told"
    if f"{kind}:history" not in scopes:
        lacking[f"{kind}:history"] = SCOPES["channels:history"]
    if listens:
        lacking |= {one: why for one, why in SCOPES.items() if one not in scopes and one not in lacking}
    if not lacking:
        return ""
    unsure = "" if private or about is not None else " (if it is private: groups: in place of channels:)"
    return f". But {_and(dict.fromkeys(lacking.values()))}. {MEND.format(_and(lacking) + unsure)}"


def _and(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
