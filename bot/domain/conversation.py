"""Who speaks to the bot, from where, and what it answers. Nothing here knows Slack's API or how an answer looks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class PlaceKind(StrEnum):
    """Where somebody speaks: a channel, a direct message to the bot, the bot's Home tab, or a terminal."""

    CHANNEL = "channel"
    DIRECT = "direct"
    HOME = "home"
    TERMINAL = "terminal"


@dataclass(frozen=True)
class Place:
    """channel: Slack's id; for Home, that of the direct messages between the bot and the asker; empty for a terminal.
    team: the workspace's id, empty where there is only one. name: the channel's, as Slack sends it; may be empty."""

    kind: PlaceKind
    channel: str = ""
    team: str = ""
    name: str = ""


@dataclass(frozen=True)
class Asker:
    """user: Slack's id, or "terminal". name: how they are called in the history. profile_id: for whom a button or a
    form speaks, or that a terminal names; empty: the place's own profile."""

    user: str
    place: Place
    name: str = ""
    profile_id: str = ""


@dataclass(frozen=True)
class Standing:
    """What Slack says of a user and a channel. unknown: why Slack could not tell, in words; then nothing is allowed."""

    name: str
    member: bool
    guest: bool = False
    outsider: bool = False
    unknown: str = ""


class Act(StrEnum):
    """What a button does (its action_id begins with this). Values: see Button."""

    SAY = "say"  # as if somebody had typed a command: value is "PROFILE_ID COMMAND", as `group why 2611.01234`
    APPLY = "apply"  # value: id of a proposal
    CANCEL = "cancel"  # value: id of a proposal
    VOTE_UP = "vote_up"  # value: "PROFILE_ID DAY ARXIV_ID"
    VOTE_DOWN = "vote_down"
    TOPICS = "topics"  # opens the form of topics; value: PROFILE_ID
    CUTOFFS = "cutoffs"  # opens the form of cutoffs; value: PROFILE_ID
    PAGE = "page"  # only a link
    PROFILE = "profile"  # on the Home tab: show another profile; value: PROFILE_ID


@dataclass(frozen=True)
class Button:
    """label: at most 75 characters. value: what Act says. url: for Act.PAGE. style: "", primary or danger."""

    label: str
    act: Act
    value: str = ""
    url: str = ""
    style: str = ""


@dataclass(frozen=True)
class Reply:
    """The answer to a command. template: of templates/replies/, without its endings. values: what it is filled with.

    later: what takes longer than a moment: this reply says that it is under way, and what later() returns takes its
    place. to_channel: what everybody in the channel is told besides. form: "topics" or "cutoffs": a form to open for
    whoever can see one; the reply itself is for whoever cannot. messages: into so many it may be divided in Slack.
    in_thread, passing: see bot.domain.message.Said.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    later: "Callable[[], Reply] | None" = None
    to_channel: "Reply | None" = None
    form: str = ""
    messages: int = 1
    in_thread: bool = False
    passing: bool = False


@dataclass(frozen=True)
class Pressed:
    """Somebody pressed a button, or chose from a menu. act, value: see Act. text, blocks: the message that it stands
    in, as Slack sends it: it does not for one that only the asker sees. in_view: it stands in a form or in the Home
    tab."""

    act: Act
    value: str
    text: str = ""
    blocks: tuple[Mapping[str, object], ...] = ()
    in_view: bool = False


@dataclass(frozen=True)
class Submitted:
    """Somebody submitted a form. callback, private: as in the form. values: block_id -> what was typed or chosen, None
    where nothing was."""

    callback: str
    private: str
    values: Mapping[str, str | None]
