"""For which profile somebody speaks, and whether they may change it."""

from dataclasses import replace

from bot.desk import Desk
from bot.domain.calendar import announcement_day
from bot.domain.conversation import Asker, Place, PlaceKind
from bot.domain.permission import may_change
from bot.domain.profile import Pause, Profile
from bot.errors import CommandError


def profile_of(asker: Asker, desk: Desk) -> Profile | None:
    """The profile that the asker names, or that of the place. Raises ProfileError, CommandError."""
    if asker.place.kind is PlaceKind.TERMINAL:
        return desk.book.get(asker.profile_id or desk.default_profile)
    profile = desk.book.get(asker.profile_id) if asker.profile_id else desk.book.of_place(asker.place)
    if profile and (profile.slack_team or "") != asker.place.team:
        raise CommandError("That profile belongs to another workspace")
    return profile


def make_profile(asker: Asker, desk: Desk) -> Profile:
    """Make the place's first profile, paused, if the asker may. Raises CommandError."""
    first = desk.first(asker.place)
    if why := may_change(desk.people.standing(asker, asker.place.channel), first, asker):
        raise CommandError(f"There is no profile here yet, and you may not make one. {why}")
    today = announcement_day(desk.clock.now())
    paused = first if first.paused_on(today) else replace(first, pauses=(*first.pauses, Pause(today)))
    return desk.book.make(paused, asker.user)


def why_not(profile: Profile, asker: Asker, desk: Desk) -> str:
    """Why the asker may not change the profile, in one sentence; empty if they may."""
    if asker.place.kind is PlaceKind.TERMINAL:
        return ""
    channel = _channel(profile, asker, desk)
    if not channel and not profile.editors:
        return (
            "Only members of the profile's channel may change it, and this profile has none that you and the bot are in"
        )
    return may_change(desk.people.standing(asker, channel), profile, asker)


def uninvited(profile: Profile, asker: Asker, desk: Desk) -> bool:
    """Whether the bot cannot post its digests to the profile's channel, as far as Slack tells: nobody invited it."""
    channel = profile.slack_channel or ""
    if asker.place.kind is PlaceKind.TERMINAL or not channel or channel.startswith("D"):
        return False
    return channel not in desk.people.channels(asker)


def _channel(profile: Profile, asker: Asker, desk: Desk) -> str:
    """The profile's channel. One that names none has the settings' own, which only the book knows."""
    if profile.slack_channel:
        return profile.slack_channel
    team = asker.place.team
    for channel in (asker.place.channel, *sorted(desk.people.channels(asker))):
        own = desk.book.of_place(Place(PlaceKind.CHANNEL, channel, team)) if channel else None
        if own and own.id == profile.id:
            return channel
    return ""
