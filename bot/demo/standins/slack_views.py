"""The stand-in's views, people and installations: views.*, users.*, apps.*, oauth.* and auth.test."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from bot.demo.standins.slack_limits import view_faults, view_refusal
from bot.demo.standins.slack_state import Json, SlackState, lacking, refused


def _auth_test(state: SlackState, _: Json, team: str) -> Json:
    who = {"team": "Stand-in", "user": "broadsheet", "team_id": team, "user_id": "U0BOT", "bot_id": "B0BOT"}
    return {"ok": True, "url": "https://stand-in.slack.com/", **who}


def _user(state: SlackState, given: Json, _: str) -> Json:
    if missing := lacking("users:read", state):
        return missing
    user = state.users.get(given.get("user", ""))
    if not user:
        return refused("user_not_found")
    told = {key: value for key, value in asdict(user).items() if key != "team"}
    return {"ok": True, "user": told | {"team_id": user.team, "profile": {"display_name": user.name.title()}}}


def _conversations(state: SlackState, given: Json, _: str) -> Json:
    """Without a user: those that the bot is in."""
    for kind in str(given.get("types", "public_channel")).split(","):
        scope = {"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read"}[kind]
        if missing := lacking(scope, state):
            return missing
    user = given.get("user")
    found = [one for one in state.channels.values() if (user in one.members if user else one.is_member)]
    start = int(given.get("cursor") or 0)
    more = str(start + 1) if start + 1 < len(found) else ""
    page = [{"id": one.id, "name": one.name} for one in found[start : start + 1]]
    return {"ok": True, "channels": page, "response_metadata": {"next_cursor": more}}


def _open_messages(state: SlackState, given: Json, _: str) -> Json:
    if missing := lacking("im:write", state):
        return missing
    user = given.get("users", "")
    own = state.place(user) if user in state.users else None
    return {"ok": True, "channel": {"id": own.id}} if own else refused("user_not_found")


def _open(state: SlackState, given: Json, _: str) -> Json:
    trigger = given.get("trigger_id", "")
    if trigger not in state.triggers:
        return refused("expired_trigger_id" if trigger else "invalid_arguments")
    if not state.triggers[trigger]:
        return refused("exchanged_trigger_id")
    if error := _refusal(given.get("view", {}), "modal"):
        return error
    state.triggers[trigger] = False
    view = {"id": f"V{next(state.numbers)}", **given["view"]}
    state.views[view["id"]] = view
    return {"ok": True, "view": view}


def _update(state: SlackState, given: Json, _: str) -> Json:
    if given.get("view_id") not in state.views:
        return refused("not_found")
    if error := _refusal(given.get("view", {}), "modal"):
        return error
    state.views[given["view_id"]] = {"id": given["view_id"], **given["view"]}
    return {"ok": True, "view": state.views[given["view_id"]]}


def _publish(state: SlackState, given: Json, _: str) -> Json:
    if error := _refusal(given.get("view", {}), "home"):
        return error
    state.homes[given["user_id"]] = given["view"]
    return {"ok": True, "view": {"id": f"V{given['user_id']}", **given["view"]}}


def _refusal(view: Mapping[str, Any], kind: str) -> Json | None:
    """What Slack refuses: https://docs.slack.dev/reference/views."""
    error = "invalid_arguments" if view.get("type") != kind else view_refusal(view)
    return refused(error, response_metadata={"messages": view_faults(view)}) if error else None


def oauth_access(state: SlackState, given: Json, client: tuple[str, str]) -> Json:
    """Answers oauth.v2.access: a code for a token, once."""
    if client != state.client:
        return refused("bad_client_secret" if client[0] == state.client[0] else "invalid_client_id")
    answer = state.codes.pop(given.get("code", ""), None)
    if answer is None:
        return refused("invalid_code")
    team = (answer.get("team") or {}).get("id", "")
    state.tokens[answer["access_token"]] = team
    return {"ok": True, **answer}


def connection(state: SlackState, token: str) -> Json:
    """Answers apps.connections.open, which takes an app token only."""
    if token != state.app_token:
        return refused("not_allowed_token_type" if token in state.tokens else "invalid_auth")
    return {"ok": True, "url": state.websocket_url}


def installed(team_id: str, token: str, **more: object) -> Json:
    """What oauth.v2.access answers for a workspace. more: in place of what it says by itself."""
    who: Json = {"access_token": token, "token_type": "bot", "scope": "chat:write,commands", "bot_user_id": "U0BOT"}
    who |= {"app_id": "A0DEMO", "team": {"id": team_id, "name": f"Team {team_id}"}, "authed_user": {"id": "U0ADA"}}
    return who | more


METHODS: Mapping[str, Callable[[SlackState, Json, str], Json]] = {
    "auth.test": _auth_test,
    "conversations.open": _open_messages,
    "users.info": _user,
    "users.conversations": _conversations,
    "views.open": _open,
    "views.update": _update,
    "views.publish": _publish,
}
