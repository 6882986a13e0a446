"""What render/ hands to the outlets: finished messages, ready to be sent, nothing left to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


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
