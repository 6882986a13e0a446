"""What the stand-in for Slack keeps: channels, people, views, and where answers may still go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]
SCOPES = ("chat:write", "channels:read", "channels:history")
USES_OF_A_RESPONSE_URL = 5
PEOPLE_A_PAGE = 3  # Slack gives up to 1,000; few, so that every test turns pages


@dataclass
class Channel:
    """A channel and the messages in it, oldest first, as Slack's API gives them. members: ids of people."""

    id: str
    name: str = "papers"
    is_member: bool = True
    is_archived: bool = False
    is_private: bool = False
    messages: list[Json] = field(default_factory=list)
    members: list[str] = field(default_factory=lambda: ["U0ADA", "U0GUEST"])

    @property
    def kind(self) -> str:
        """How scopes call it."""
        if self.id.startswith("D"):
            return "im"
        return "groups" if self.is_private else "channels"


@dataclass(frozen=True)
class User:
    """Somebody that users.info knows. team: their own workspace."""

    id: str
    name: str
    team: str = "T0DEMO"
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False


PEOPLE = (
    User("U0ADA", "ada"),
    User("U0BOB", "bob"),
    User("U0GUEST", "guest", is_restricted=True),
    User("U0FAR", "far", team="T0OTHER", is_stranger=True),
)


@dataclass
class Hook:
    """A response_url. original: the message whose button was pressed; None for that of a command."""

    channel: str
    user: str
    original: Json | None = None
    left: int = USES_OF_A_RESPONSE_URL


class SlackState:
    """One Slack. whispers: what only one person sees, oldest first, with channel and user. views: id -> what is shown;
    homes: user -> their Home tab. triggers: whether each may still open a view. tokens: token -> its workspace. codes:
    what OAuth hands out -> the answer of oauth.v2.access. scopes: None for a Slack that does not tell them."""

    def __init__(self, channel: str, scopes: Sequence[str] | None) -> None:
        self.numbers = count(1)
        self.begin(channel, scopes)

    def begin(self, channel: str, scopes: Sequence[str] | None) -> None:
        """Forget everything, but for the numbers that were given out."""
        self.token, self.app_token, self.scopes = "xoxb-stand-in", "xapp-stand-in", scopes
        self.channel = Channel(channel)
        self.channels = {channel: self.channel}
        self.users = {user.id: user for user in PEOPLE}
        self.tokens = {self.token: "T0DEMO"}
        self.codes: dict[str, Json] = {}
        self.client = ("", "")  # id and secret of the app, as OAuth asks for them
        self.whispers: list[Json] = []
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.triggers: dict[str, bool] = {}
        self.hooks: dict[str, Hook] = {}
        self.websocket_url = ""

    @property
    def messages(self) -> list[Json]:
        """What stands in the first channel and its threads, oldest first."""
        return self.channel.messages

    def add(self, channel: Channel) -> Channel:
        """One more channel."""
        self.channels[channel.id] = channel
        return channel

    def place(self, channel: str) -> Channel | None:
        """The channel of that id; for a person's id, the bot's direct messages with them."""
        if channel in self.users:
            own = f"D{channel[1:]}"
            return self.channels.get(own) or self.add(Channel(own, "directmessage", members=[channel]))
        return self.channels.get(channel)

    def trigger(self) -> str:
        """A trigger_id."""
        made = f"{next(self.numbers)}.{next(self.numbers)}.trigger"
        self.triggers[made] = True
        return made

    def hook(self, channel: str, user: str, original: Json | None = None) -> str:
        """The path of a new response_url."""
        made = f"hooks/{next(self.numbers)}-secret"
        self.hooks[made] = Hook(channel, user, original)
        return made


def refused(error: str, **more: object) -> Json:
    """The answer of a method that did nothing."""
    return {"ok": False, "error": error, **more}


def lacking(scope: str, state: SlackState) -> Json | None:
    """The refusal of whoever lacks the scope."""
    if state.scopes is None or scope in state.scopes:
        return None
    return refused("missing_scope", needed=scope, provided=",".join(state.scopes))


def picked(given: Mapping[str, Any], *keys: str) -> Json:
    """Those of the parameters that are there."""
    return {key: given[key] for key in keys if key in given}
