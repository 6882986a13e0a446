"""Who somebody in Slack is, and which channels they are in. Implements bot.desk.People: what Slack does not tell is
taken for a no."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Generic, Protocol, TypeVar

from slack_sdk.errors import SlackApiError

from bot.adapters.slack_api import SlackApi
from bot.adapters.slack_check import who_we_are
from bot.adapters.slack_payloads import How, Origin
from bot.domain.characters import one_line
from bot.domain.conversation import Asker, Place, PlaceKind, Standing
from bot.errors import BotError, DeliveryError

log = logging.getLogger(__name__)

KEPT_S = 300.0  # how long an answer of Slack's is believed
MOST_KEPT = 5_000
PAGE, PAGES = 1_000, 30  # people or channels a call, and calls
UNSEEN = ("channel_not_found", "not_in_channel")  # of a private channel that the bot is not in
INVITE = "the bot is not in this channel; to let it in, type /invite @Broadsheet"
KINDS = "public_channel,private_channel"
T = TypeVar("T")


class Apis(Protocol):
    """Slack's API of each workspace."""

    def api(self, team: str) -> SlackApi | None:
        """None where the app is not installed. Raises BotError."""
        ...


class SlackPeople:
    """Safe to use from several threads."""

    def __init__(self, workspaces: Apis, now: Callable[[], float] = time.monotonic) -> None:
        """now: in seconds."""
        self._workspaces = workspaces
        self._users: _Kept[Mapping[str, Any]] = _Kept(now)
        self._members: _Kept[bool] = _Kept(now)
        self._channels: _Kept[frozenset[str]] = _Kept(now)
        self._teams: _Kept[str] = _Kept(now)

    def standing(self, asker: Asker, channel: str) -> Standing:
        """Of the asker in that channel."""
        try:
            return self._standing(asker, channel)
        except BotError as error:
            log.warning("who somebody in Slack is cannot be told", extra={"user": asker.user, "error": str(error)})
            refused = error.__cause__
            unseen = isinstance(refused, SlackApiError) and refused.response.get("error") in UNSEEN
            return Standing(asker.name, member=False, unknown=INVITE if unseen else error.what)

    def channels(self, asker: Asker) -> frozenset[str]:
        """Those that both the asker and the bot are in."""
        try:
            api, team = self._api(asker), asker.place.team
            theirs = self._channels.get((team, asker.user), lambda: self._asked_channels(api, user=asker.user))
            return theirs & self._channels.get((team, ""), lambda: self._asked_channels(api))
        except BotError as error:
            log.warning("channels cannot be told", extra={"user": asker.user, "error": str(error)})
            return frozenset()

    def _standing(self, asker: Asker, channel: str) -> Standing:
        api, team = self._api(asker), asker.place.team
        user = self._users.get((team, asker.user), lambda: _user(api, asker.user))
        name = _name(user) or asker.name
        if user.get("deleted") or user.get("is_bot"):
            return Standing(name, member=False, unknown="this is no account of a person who works here")
        ours = self._teams.get(team, lambda: _our_team(api))
        outsider = bool(user.get("is_stranger")) or ours not in _teams(user)
        guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
        return Standing(name, self._is_member(api, asker, channel) if channel else not outsider, guest, outsider)

    def _is_member(self, api: SlackApi, asker: Asker, channel: str) -> bool:
        """Whoever speaks in direct messages is in these, and in no others. A no is not kept: they may join now."""
        if channel.startswith("D"):
            return channel == asker.place.channel
        key = (asker.place.team, channel, asker.user)
        return self._members.get(key, lambda: asker.user in _members(api, channel), keep=bool)

    def _api(self, asker: Asker) -> SlackApi:
        api = self._workspaces.api(asker.place.team)
        if api is None:
            raise DeliveryError("the app is not installed in this workspace")
        return api

    def _asked_channels(self, api: SlackApi, **user: str) -> frozenset[str]:
        return frozenset(
            _pages(api, api.web.users_conversations, "channels", types=KINDS, exclude_archived=True, **user)
        )


class OwnMessages:
    """Everybody's direct messages with the bot. What is typed in those of two people comes from a channel that both of
    them have and the bot is not in: it belongs to the asker alone. Safe to use from several threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """now: in seconds."""
        self._channels: _Kept[str] = _Kept(now)

    def placed(self, origin: Origin, api: SlackApi) -> Origin:
        """The same from the asker's own direct messages, if it is from any, or nobody knows from where.

        If Slack does not tell which they are, a command is from nowhere (no channel), and all else stays as it is.
        """
        place, user = origin.asker.place, origin.asker.user
        typed_to_us = origin.how is How.MESSAGE or place.kind is not PlaceKind.DIRECT
        if place.channel and typed_to_us:
            return origin
        kind = PlaceKind.HOME if place.kind is PlaceKind.HOME else PlaceKind.DIRECT
        try:
            channel = self._channels.get((origin.team, user), lambda: _own_messages(api, user))
        except BotError as error:
            log.warning("somebody's direct messages cannot be told", extra={"user": user, "error": str(error)})
            if origin.how not in (How.COMMAND, How.MESSAGE):
                return origin
            channel = ""
        return replace(origin, asker=replace(origin.asker, place=Place(kind, channel, place.team)))


class _Kept(Generic[T]):
    """Answers, for a while; the oldest go first when there are too many."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now, self._lock = now, threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()

    def get(self, key: Hashable, ask: Callable[[], T], keep: Callable[[T], bool] = lambda _: True) -> T:
        """The kept answer, or what is asked for now. keep: whether it is worth keeping."""
        with self._lock:
            at, found = self._kept.get(key, (float("-inf"), None))
        if found is not None and self._now() - at < KEPT_S:
            return found
        told = ask()
        if keep(told):
            with self._lock:
                self._kept[key] = (self._now(), told)
                self._kept.move_to_end(key)
                if len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return told


def _user(api: SlackApi, user: str) -> Mapping[str, Any]:
    told = api.read(api.web.users_info, user=user).get("user")
    if not isinstance(told, Mapping):
        raise DeliveryError(f"{api.about}: Slack says nothing of this user")
    return told


def _own_messages(api: SlackApi, user: str) -> str:
    """Opened, if they never were; nobody sees anything of it."""
    opened = api.read(api.web.conversations_open, users=user).get("channel")
    channel = opened.get("id") if isinstance(opened, Mapping) else None
    if not channel:
        raise DeliveryError(f"{api.about}: Slack does not say which direct messages are this user's")
    return str(channel)


def _our_team(api: SlackApi) -> str:
    return who_we_are(api).team_id


def _teams(user: Mapping[str, Any]) -> set[str]:
    """The workspaces that somebody belongs to; several in a large organisation."""
    grid = user.get("enterprise_user")
    more = grid.get("teams") if isinstance(grid, Mapping) else ()
    return {str(user.get("team_id") or ""), *(map(str, more) if isinstance(more, list) else ())}


def _name(user: Mapping[str, Any]) -> str:
    profile = user.get("profile")
    shown = profile.get("display_name") if isinstance(profile, Mapping) else ""
    return one_line(str(shown or user.get("real_name") or user.get("name") or ""))[:80]


def _members(api: SlackApi, channel: str) -> Iterator[str]:
    """One page at a time, so that whoever is found early costs one call."""
    return _pages(api, api.web.conversations_members, "members", channel=channel)


def _pages(api: SlackApi, method: Callable[..., Any], key: str, **given: object) -> Iterator[str]:
    """The ids in all pages."""
    cursor = ""
    for _ in range(PAGES):
        answer = api.read(method, limit=PAGE, **given, **({"cursor": cursor} if cursor else {}))
        for one in answer.get(key) or ():
            yield str(one.get("id")) if isinstance(one, Mapping) else str(one)
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return
    raise DeliveryError(f"{api.about}: more than {PAGE * PAGES:,} to look through")
