"""What Slack sends -> domain values. Nothing is taken for granted: not that a key is there, nor what stands in it.

Payloads: https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads, https://docs.slack.dev/reference/events.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from hashlib import sha256
from typing import Any

from bot.domain.characters import one_line
from bot.domain.conversation import Act, Asker, Place, PlaceKind, Pressed, Submitted
from bot.domain.profile import PROFILE_ID

Payload = Mapping[str, Any]
LONGEST_NAME = 80
NAMELESS = ("privategroup", "directmessage")  # stand where Slack keeps the name of a private place to itself
LONGEST_TEXT = 4_000  # of a command
_ORIGIN = re.compile(r"(channel|direct|home):([A-Z0-9]*) ")
_LINK = re.compile(r"<((?:https?://|mailto:)[^|>\s]+)(?:\|[^>]*)?>")
_CHOICES = ("value", "selected_date", "selected_time", "selected_user", "selected_conversation", "selected_channel")


class How(Enum):
    """How somebody spoke to the bot."""

    COMMAND = auto()
    MESSAGE = auto()  # typed into the direct messages
    PRESSED = auto()
    SUBMITTED = auto()
    OPENED = auto()  # the Home tab


@dataclass(frozen=True)
class Origin:
    """Where something came from, and so where its answer can go.

    id: the same however often Slack delivers it. team: Slack's id of the workspace, also where there is only one.
    response_url: takes five answers within half an hour. trigger: opens one view, within three seconds. message,
    thread: ts of the message whose button was pressed and of the thread that it stands in; message is empty if only one
    person sees it. view: id of the form that was submitted, or that the pressed button stands in.
    """

    how: How
    id: str
    asker: Asker
    team: str = ""
    response_url: str = ""
    trigger: str = ""
    message: str = ""
    thread: str = ""
    view: str = ""


def command_origin(body: Payload, team: str, *, many: bool) -> Origin:
    """Of a slash command. many: the bot serves many workspaces."""
    place = _place(_id(body, "channel_id"), _said(body, "channel_name"), team if many else "")
    asker = Asker(_id(body, "user_id"), place, _name(body, "user_name"))
    trigger = _said(body, "trigger_id")
    url = _said(body, "response_url")
    return Origin(How.COMMAND, _key("command", trigger, body), asker, team, url, trigger)


def command_text(text: object) -> str:
    """What somebody typed, without Slack's escapes and its markup of links; too much of it is cut."""
    return unescaped(_LINK.sub(r"\1", text if isinstance(text, str) else ""))[:LONGEST_TEXT].strip()


def message_origin(body: Payload, team: str, *, many: bool) -> Origin:
    """Of a direct message to the bot."""
    event = _part(body, "event")
    place = Place(PlaceKind.DIRECT, _id(event, "channel"), team if many else "")
    key = _key("event", _said(body, "event_id"), body)
    return Origin(How.MESSAGE, key, Asker(_id(event, "user"), place), team, thread=_said(event, "thread_ts"))


def is_typed(event: Payload) -> bool:
    """Whether a person typed it to the bot just now; not an edit, not the bot's own, nor another bot's."""
    person = event.get("user") and not event.get("bot_id") and not event.get("app_id")
    return bool(person and event.get("channel_type") == "im" and not event.get("subtype") and not event.get("hidden"))


def home_origin(body: Payload, team: str, *, many: bool) -> Origin:
    """Of somebody who opened the Home tab; with the profile that it showed before."""
    event = _part(body, "event")
    place = Place(PlaceKind.HOME, _id(event, "channel"), team if many else "")
    shown = private_of(_part(event, "view"))
    chosen = shown if PROFILE_ID.fullmatch(shown) else ""
    key = _key("event", _said(body, "event_id"), body)
    return Origin(How.OPENED, key, Asker(_id(event, "user"), place, "", chosen), team)


def action_origin(body: Payload, team: str, *, many: bool) -> Origin:
    """Of a button that was pressed, or a form that was submitted."""
    view, message, container = _part(body, "view"), _part(body, "message"), _part(body, "container")
    user, channel = _part(body, "user"), _part(body, "channel")
    own = team if many else ""
    place = place_of(view, own) if view else _place(_id(channel, "id"), _said(channel, "name"), own)
    private, trigger = private_of(view), _said(body, "trigger_id")
    chosen = private if view.get("type") == "home" and PROFILE_ID.fullmatch(private) else ""
    ts, thread = _said(message, "ts"), _said(message, "thread_ts") or _said(container, "thread_ts")
    return Origin(
        How.SUBMITTED if body.get("type") == "view_submission" else How.PRESSED,
        _key(_said(body, "type"), trigger, body),
        Asker(_id(user, "id"), place, _name(user, "username") or _name(user, "name"), chosen),
        team,
        _said(body, "response_url"),
        trigger,
        "" if container.get("is_ephemeral") else ts,
        "" if thread == ts else thread,  # the first message of a thread stands in the channel
        _said(view, "id") if view.get("type") == "modal" else "",
    )


def pressed(body: Payload) -> Pressed | None:
    """The button or the choice; None if it is none of ours."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], Mapping) else {}
    name = _said(action, "action_id").partition(":")[0]
    if name not in {act.value for act in Act}:
        return None
    value = _said(action, "value") or _said(_part(action, "selected_option"), "value")
    message = _part(body, "message")
    blocks = tuple(block for block in message.get("blocks") or () if isinstance(block, Mapping))
    return Pressed(Act(name), unescaped(value), _said(message, "text"), blocks, in_view=bool(body.get("view")))


def submitted(body: Payload) -> Submitted:
    """What stands in the form."""
    view = _part(body, "view")
    blocks = _part(_part(view, "state"), "values")
    values = {str(block): _typed(inputs) for block, inputs in blocks.items() if isinstance(inputs, Mapping)}
    return Submitted(_said(view, "callback_id"), private_of(view), values)


def with_origin(private: str, place: Place) -> str:
    """What a view carries so that whatever comes from it is known to come from this place."""
    return f"{place.kind}:{place.channel} {private}"


def place_of(view: Payload, team: str) -> Place:
    """The place that a view was opened in; the Home tab is one by itself."""
    found = _ORIGIN.match(_said(view, "private_metadata"))
    kind = PlaceKind(found[1]) if found else PlaceKind.HOME
    return Place(kind, found[2] if found else "", team)


def private_of(view: Payload) -> str:
    """What the view's maker put into it."""
    carried = _said(view, "private_metadata")
    found = _ORIGIN.match(carried)
    return carried[found.end() :] if found else carried


def unescaped(text: str) -> str:
    """Slack escapes three characters: https://docs.slack.dev/messaging/formatting-message-text#escaping."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _typed(inputs: Payload) -> str | None:
    """The value of the first input of a block; several choices are joined by commas."""
    found = next((one for one in inputs.values() if isinstance(one, Mapping)), {})
    if chosen := found.get("selected_options"):
        return ",".join(_said(one, "value") for one in chosen if isinstance(one, Mapping))
    plain = next((found[key] for key in _CHOICES if isinstance(found.get(key), str)), None)
    return plain if plain is not None else _said(_part(found, "selected_option"), "value") or None


def _place(channel: str, name: str, team: str) -> Place:
    kind = PlaceKind.DIRECT if channel.startswith("D") else PlaceKind.CHANNEL
    return Place(kind, channel, team, "" if name in NAMELESS else one_line(name)[:LONGEST_NAME])


def _key(kind: str, given: str, body: Payload) -> str:
    """What tells deliveries of one thing from another thing. What carries no id is known by all that it says."""
    return f"{kind}:{given or sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()}"


def _part(payload: Payload, key: str) -> Payload:
    found = payload.get(key)
    return found if isinstance(found, Mapping) else {}


def _said(payload: Payload, key: str) -> str:
    found = payload.get(key)
    return found if isinstance(found, str) else ""


def _id(payload: Payload, key: str) -> str:
    """An id of Slack's: it goes into the database and into addresses, so nothing else may pass."""
    found = _said(payload, key)
    return found if re.fullmatch(r"[A-Z0-9]{1,40}", found) else ""


def _name(payload: Payload, key: str) -> str:
    return one_line(_said(payload, key))[:LONGEST_NAME]
