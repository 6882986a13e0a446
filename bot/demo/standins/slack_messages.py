"""The stand-in's messages: chat.*, conversations.* and response_url."""

import time
from collections.abc import Callable, Mapping, Sequence

from bot.demo.standins.slack_limits import refusal
from bot.demo.standins.slack_state import PEOPLE_A_PAGE, Channel, Json, SlackState, lacking, picked, refused


def _post(state: SlackState, given: Json, channel: Channel) -> Json:
    if missing := lacking("chat:write", state):
        return missing
    joined = channel.is_member or (not channel.is_private and "chat:write.public" in (state.scopes or ()))
    if channel.is_archived or not joined:
        return refused("is_archived" if channel.is_archived else "not_in_channel")
    if error := refusal(given.get("text", ""), given.get("blocks", [])):
        return refused(error)
    thread = given.get("thread_ts")
    if thread and not any(message["ts"] == thread for message in channel.messages):
        return refused("thread_not_found")
    message = _new(state, given)
    channel.messages.append(message)
    return {"ok": True, "channel": channel.id, "ts": message["ts"], "message": message}


def _new(state: SlackState, given: Mapping[str, object]) -> Json:
    ts = f"{int(time.time())}.{next(state.numbers):06d}"
    ours = {"type": "message", "user": "U0BOT", "bot_id": "B0BOT", "ts": ts}
    return (
        ours
        | {"text": given.get("text", ""), "blocks": given.get("blocks", [])}
        | picked(given, "thread_ts", "metadata")
    )


def _whisper(state: SlackState, given: Json, channel: Channel) -> Json:
    if missing := lacking("chat:write", state):
        return missing
    if not channel.is_member:
        return refused("not_in_channel")
    if given.get("user") not in channel.members:
        return refused("user_not_in_channel")
    if error := refusal(given.get("text", ""), given.get("blocks", [])):
        return refused(error)
    whisper = _new(state, given) | {"channel": channel.id, "user": given["user"]}
    state.whispers.append(whisper)
    return {"ok": True, "message_ts": whisper["ts"]}


def _update(state: SlackState, given: Json, channel: Channel) -> Json:
    if missing := lacking("chat:write", state):
        return missing
    message = _message(channel, given)
    if not message:
        return refused("message_not_found")
    if message["bot_id"] != "B0BOT":
        return refused("cant_update_message")
    if error := refusal(given.get("text", ""), given.get("blocks", [])):
        return refused(error)
    # What is not given stays, the metadata above all: https://docs.slack.dev/reference/methods/chat.update
    message.update(picked(given, "text", "blocks", "metadata"))
    return {"ok": True, "channel": channel.id, "ts": message["ts"], "text": message["text"]}


def _delete(state: SlackState, given: Json, channel: Channel) -> Json:
    message = _message(channel, given)
    if not message:
        return refused("message_not_found")
    channel.messages.remove(message)
    return lacking("chat:write", state) or {"ok": True, "channel": channel.id, "ts": message["ts"]}


def _message(channel: Channel, given: Json) -> Json | None:
    return next((one for one in channel.messages if one["ts"] == given.get("ts")), None)


def _history(state: SlackState, given: Json, channel: Channel) -> Json:
    oldest = float(given.get("oldest", 0))
    found = [one for one in reversed(channel.messages) if "thread_ts" not in one and float(one["ts"]) >= oldest]
    return _page(state, found, given, channel)


def _replies(state: SlackState, given: Json, channel: Channel) -> Json:
    found = [one for one in channel.messages if given.get("ts") in (one["ts"], one.get("thread_ts"))]
    return _page(state, found, given, channel) if found else refused("thread_not_found")


def _page(state: SlackState, found: Sequence[Json], given: Json, channel: Channel) -> Json:
    if missing := lacking(f"{channel.kind}:history", state):
        return missing
    start, limit = int(given.get("cursor") or 0), int(given.get("limit", 100))
    page = [dict(message) for message in found[start : start + limit]]
    if str(given.get("include_all_metadata", "0")).lower() not in ("1", "true"):
        for message in page:
            message.pop("metadata", None)
    more = start + limit < len(found)
    return {"ok": True, "messages": page, "has_more": more, **_cursor(start + limit if more else None)}


def _info(state: SlackState, _: Json, channel: Channel) -> Json:
    if missing := lacking(f"{channel.kind}:read", state):
        return missing
    shown = ("id", "name", "is_member", "is_archived", "is_private")
    return {"ok": True, "channel": {key: getattr(channel, key) for key in shown}}


def _members(state: SlackState, given: Json, channel: Channel) -> Json:
    if missing := lacking(f"{channel.kind}:read", state):
        return missing
    if channel.is_private and not channel.is_member:
        return refused("channel_not_found")
    start = int(given.get("cursor") or 0)
    end = start + PEOPLE_A_PAGE
    return {"ok": True, "members": channel.members[start:end], **_cursor(end if end < len(channel.members) else None)}


def _cursor(next_start: int | None) -> Json:
    return {"response_metadata": {"next_cursor": "" if next_start is None else str(next_start)}}


def respond(state: SlackState, path: str, given: Json) -> tuple[int, str]:
    """What a response_url answers: HTTP's status and Slack's word. That of a command replaces nothing:
    https://github.com/slackapi/bolt-js/issues/2287."""
    hook = state.hooks.get(path)
    if hook is None:
        return 404, "expired_url"
    if not hook.left:
        return 404, "used_url"
    if error := refusal(given.get("text", ""), given.get("blocks", [])):
        return 400, error
    hook.left -= 1
    if given.get("replace_original") and hook.original is not None:
        hook.original.update(picked(given, "text", "blocks"))
    elif given.get("response_type") == "in_channel":
        channel = state.channels.get(hook.channel) or state.add(Channel(hook.channel))
        channel.messages.append(_new(state, given))
    else:
        state.whispers.append(_new(state, given) | {"channel": hook.channel, "user": hook.user})
    return 200, "ok"


METHODS: Mapping[str, Callable[[SlackState, Json, Channel], Json]] = {
    "chat.postMessage": _post,
    "chat.postEphemeral": _whisper,
    "chat.update": _update,
    "chat.delete": _delete,
    "conversations.history": _history,
    "conversations.replies": _replies,
    "conversations.info": _info,
    "conversations.members": _members,
}
