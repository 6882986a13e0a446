"""Who may change a profile. Reading is for everybody in the channel."""

from bot.domain.conversation import Asker, PlaceKind, Standing
from bot.domain.profile import Profile


def may_change(standing: Standing, profile: Profile, asker: Asker) -> str:
    """Why the asker may not, in one sentence; empty if they may. standing: in the profile's channel.

    A profile that lists editors is theirs alone, whoever they are. Any other one belongs to the members of its channel,
    but for guests and people of other organisations: these may change only what lists them. Nobody is a stranger in
    their own direct messages, but a guest is a guest there, too. Whoever has the terminal has the database anyway.
    """
    if asker.place.kind is PlaceKind.TERMINAL:
        return ""
    if profile.editors:
        told = "Only the people who are listed as its editors may change this profile. Ask one of them"
        return "" if asker.user in profile.editors else told
    own = asker.place.kind in (PlaceKind.DIRECT, PlaceKind.HOME) and profile.slack_channel == asker.place.channel
    return _as_a_member(standing, own=own)


def _as_a_member(standing: Standing, *, own: bool) -> str:
    if standing.unknown:
        return f"Slack does not tell who may change this profile: {standing.unknown}. Nothing was changed; try it again"
    if standing.outsider:
        return "People of other organisations may change a profile only if it lists them as editors"
    if standing.guest:
        return "Guests of this workspace may change a profile only if it lists them as editors"
    if not (standing.member or own):
        return "Only members of the profile's channel may change it. Join the channel, or ask somebody there"
    return ""
