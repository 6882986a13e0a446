"""A topic: what a reader wants to see, and what to leave out."""

import re
from dataclasses import dataclass

TOPIC_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
NO_TOPIC_FITS = "none"  # what the judge answers instead of an id, so no topic may be called that


@dataclass(frozen=True)
class Topic:
    """id: stable, a-z 0-9 _, at most 40 characters (the judge answers with it). keep, leave_out: plain sentences.

    muted: the judge still places papers here, but digests do not show them for it.
    """

    id: str
    name: str
    keep: str
    leave_out: str = ""
    muted: bool = False

    def __post_init__(self) -> None:
        if not TOPIC_ID.fullmatch(self.id) or self.id == NO_TOPIC_FITS:
            raise ValueError(
                f"topic id {self.id!r}: use a-z, 0-9 and _, starting with a letter, at most 40 characters; not `none`"
            )
        if not self.name.strip() or not self.keep.strip():
            raise ValueError(f"topic {self.id!r} needs a name and a text of what to keep")
