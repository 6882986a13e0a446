"""What Slack sends to the bot when somebody types, presses or submits something; and how it signs and posts that."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.demo.standins.slack import SlackStandin
from bot.demo.standins.slack_state import Json

SIGNS = {"👍": ":+1:", "👎": ":-1:"}
_events = count(1)


@dataclass(frozen=True)
class Acknowledged:
    """What the bot answered at once."""

    status: int
    body: str

    @property
    def json(self) -> Json:
        """The body, read."""
        return dict(json.loads(self.body))


@dataclass(frozen=True)
class Payloads:
    """Made for the people and channels of a stand-in, with triggers and response_urls that work there."""

    slack: SlackStandin
    team: str = "T0DEMO"

    def command(self, text: str, user: str = "U0ADA", channel: str = "C0DEMO", **more: str) -> Json:
        """`/papers TEXT`."""
        return {
            "command": "/papers",
            "text": text,
            "user_id": user,
            "user_name": self._name(user),
            "channel_id": channel,
            "channel_name": self._channel_name(channel),
            "team_id": self.team,
            "team_domain": "stand-in",
            "api_app_id": "A0DEMO",
            "trigger_id": self.slack.trigger(),
            "response_url": self.slack.response_url(channel, user),
            **more,
        }

    def press(self, action_id: str, value: str, message: Json, user: str = "U0ADA", channel: str = "C0DEMO") -> Json:
        """A button in a message: one of the channel's, or a whisper, which Slack does not send along."""
        alone = "channel" in message
        container = {"type": "message", "message_ts": message["ts"], "channel_id": channel, "is_ephemeral": alone}
        container |= {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
        return {
            **self._act("block_actions", user),
            "container": container,
            "channel": {"id": channel, "name": self._channel_name(channel)},
            **({} if alone else {"message": sent_along(message)}),
            "response_url": self.slack.response_url(channel, user, message),
            "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
        }

    def choose(self, action_id: str, value: str, message: Json, user: str = "U0ADA") -> Json:
        """An entry of a menu under a message."""
        body = self.press(action_id, "", message, user)
        body["actions"] = [{"type": "overflow", "action_id": action_id, "selected_option": {"value": value}}]
        return body

    def press_in_view(self, action_id: str, value: str, view: Json, user: str = "U0ADA") -> Json:
        """A button in a form or in the Home tab."""
        actions = [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}]
        container = {"type": "view", "view_id": view.get("id", "V0HOME")}
        return {**self._act("block_actions", user), "container": container, "view": view, "actions": actions}

    def submit(self, view: Json, values: Mapping[str, str], user: str = "U0ADA") -> Json:
        """A form, with what was typed or chosen in each block; all others stay as they were."""
        unknown = {"action_id": "value", "type": "plain_text_input"}
        fields = dict.fromkeys(values, unknown) | dict(_fields(view))
        typed = {
            block: {field["action_id"]: {"type": field["type"], **_filled(field, values.get(block))}}
            for block, field in fields.items()
        }
        return {**self._act("view_submission", user), "view": {**view, "state": {"values": typed}}, "response_urls": []}

    def event(self, kind: str, **more: Any) -> Json:
        """An event."""
        return {
            "type": "event_callback",
            "team_id": self.team,
            "api_app_id": "A0DEMO",
            "event_id": f"Ev{next(_events)}",
            "event_time": int(time.time()),
            "event": {"type": kind, **more},
        }

    def typed(self, text: str, user: str = "U0ADA", **more: Any) -> Json:
        """A direct message to the bot."""
        place = self.slack.place(user)
        channel = place.id if place else "D0NOBODY"
        known = {"text": text, "user": user, "channel": channel, "channel_type": "im", "ts": f"{time.time():.6f}"}
        return self.event("message", **(known | more))

    def opened(self, user: str = "U0ADA", tab: str = "home") -> Json:
        """Somebody opens the bot's page."""
        view = self.slack.homes.get(user)
        shown = {"view": view} if view else {}
        place = self.slack.place(user)
        return self.event("app_home_opened", user=user, channel=place.id if place else "", tab=tab, **shown)

    def _act(self, kind: str, user: str) -> Json:
        name = self._name(user)
        return {
            "type": kind,
            "team": {"id": self.team, "domain": "stand-in"},
            "user": {"id": user, "username": name, "name": name, "team_id": self.team},
            "api_app_id": "A0DEMO",
            "trigger_id": self.slack.trigger(),
        }

    def _name(self, user: str) -> str:
        return self.slack.users[user].name if user in self.slack.users else user.lower()

    def _channel_name(self, channel: str) -> str:
        """Slack tells the names of public channels only."""
        place = self.slack.channels.get(channel)
        if place is None or place.kind == "im":
            return "directmessage"
        return "privategroup" if place.is_private else place.name


def sent_along(message: Json) -> Json:
    """A message as Slack sends it with what was pressed in it. https://github.com/slackapi/bolt-python/issues/513."""
    blocks = [{"block_id": f"Xy{number}", **_sent(block)} for number, block in enumerate(message["blocks"])]
    return {**message, "blocks": blocks}


def _sent(value: Any) -> Any:
    """With & < > escaped, signs by their names where those are shown as signs, and what Slack adds by itself."""
    if isinstance(value, str):
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if isinstance(value, list | tuple):
        return [_sent(one) for one in value]
    if not isinstance(value, Mapping) or value.get("type") == "mrkdwn":
        return value
    sent = {key: _sent(one) for key, one in value.items()}
    if value.get("emoji"):
        for sign, name in SIGNS.items():
            sent["text"] = sent["text"].replace(sign, name)
    return sent | ({"indent": 0, "border": 0} if value.get("type") == "rich_text_list" else {})


def _fields(view: Json) -> Iterator[tuple[str, Json]]:
    """block_id -> the field in it."""
    return ((block["block_id"], block["element"]) for block in view.get("blocks", ()) if block["type"] == "input")


def _filled(field: Json, given: str | None) -> Json:
    """What Slack says of a field. given: None where nobody touched it."""
    if field["type"] != "static_select":
        return {"value": (field.get("initial_value") if given is None else given) or None}
    if given is None:
        return {"selected_option": field.get("initial_option")}
    return {"selected_option": next(one for one in field["options"] if one["value"] == given)}


def encoded(body: Json) -> bytes:
    """As Slack puts it into a request: a command as a form, an event as JSON, all else as JSON in a form."""
    if "command" in body:
        return urlencode(body).encode()
    if body.get("type") == "event_callback":
        return json.dumps(body).encode()
    return urlencode({"payload": json.dumps(body)}).encode()


def signed(body: bytes, secret: str, at: float | None = None) -> dict[str, str]:
    """Headers: https://docs.slack.dev/authentication/verifying-requests-from-slack. at: Unix time; None for now."""
    moment = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    kind = "application/json" if body.startswith(b"{") else "application/x-www-form-urlencoded"
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}", "Content-Type": kind}


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Acknowledged:
    """One request to the bot at `url`, on a connection of its own."""
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port or 80, timeout=10)
    try:
        connection.request("POST", "/slack/events", body, dict(headers))
        answer = connection.getresponse()
        return Acknowledged(answer.status, answer.read().decode())
    finally:
        connection.close()


def send(url: str, secret: str, body: Json) -> Acknowledged:
    """Sign it and post it."""
    raw = encoded(body)
    return post(url, raw, signed(raw, secret))
