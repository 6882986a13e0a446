"""What render/ hands to the outlets: finished messages, ready to be sent, nothing left to decide."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

NOTE_PART = "note "  # how the name of a part begins that is a deep note on one paper


@dataclass(frozen=True)
class SlackMessage:
    """One message: Block Kit blocks, and the text for notifications and screen readers.

    part: names the message within its thread. papers: arXiv ids of the papers that it shows in full.
    """

    part: str
    text: str
    blocks: Sequence[Mapping[str, object]]
    papers: tuple[str, ...] = ()


@dataclass(frozen=True)
class SlackThread:
    """A headline message and the replies in its thread, in order.

    key: the same for every edition of one digest, so that what was posted can be found again in the channel.
    """

    key: str
    headline: SlackMessage
    replies: tuple[SlackMessage, ...]


@dataclass(frozen=True)
class SlackView:
    """A form (modal) or the Home tab. kind: modal or home. title, submit: at most 24 characters, for a form alone; no
    submit: it only tells something. callback: which form it is. private: what comes back with it, at most 3000."""

    kind: str
    blocks: Sequence[Mapping[str, object]]
    title: str = ""
    submit: str = ""
    callback: str = ""
    private: str = ""


@dataclass(frozen=True)
class Said:
    """What goes back to Slack after somebody typed, pressed or submitted something.

    message: for the asker's eyes; with a view, only if that cannot be shown. replace: in the place of the message whose
    button was pressed. to_channel: for everybody there, or in `channel` where that is another place than the asker's.
    pressed: the message whose button was pressed, as it looks from now on, for everybody. view: a form to open, or,
    after a form was submitted or in a view, what stands in its place. home: the asker's Home tab changed; profile_id:
    which profile it is to show, if they chose one. later: this is only "working": call it, and say what it returns in
    the place of this.

    more: what one message could not hold, after it. in_thread: message and more stand, for everybody there, in the
    thread of the message whose button was pressed; where that cannot be, for the asker's eyes. passing: only tells how
    far something is: shown where it can take the place of what was said before, and nowhere else.
    """

    message: SlackMessage | None = None
    more: tuple[SlackMessage, ...] = ()
    in_thread: bool = False
    passing: bool = False
    replace: bool = False
    to_channel: SlackMessage | None = None
    channel: str = ""
    pressed: SlackMessage | None = None
    view: SlackView | None = None
    home: bool = False
    profile_id: str = ""
    later: "Callable[[], Said] | None" = None


@dataclass(frozen=True)
class Mail:
    """One mail, without its addresses. message_id: without angle brackets; the same for one edition and address."""

    subject: str
    text: str
    html: str
    message_id: str


@dataclass(frozen=True)
class Page:
    """One file of a site or folder. path: relative, with forward slashes, never leaving its folder."""

    path: str
    text: str
