"""A topic: what a reader wants to see, and what to leave out."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields

from bot.errors import ProfileError

TOPIC_ID = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
NO_TOPIC_FITS = "none"  # what the judge answers instead of an id, so no topic may be called that


@dataclass(frozen=True)
class Topic:
    """id: stable, a-z 0-9 _, at most 40 characters (the judge answers with it). keep, leave_out: plain sentences."""

    id: str
    name: str
    keep: str
    leave_out: str = ""

    def __post_init__(self) -> None:
        if not TOPIC_ID.match(self.id) or self.id == NO_TOPIC_FITS:
            raise ValueError(
                f"topic id {self.id!r}: use a-z, 0-9 and _, starting with a letter, at most 40 characters; not `none`"
            )
        if not self.name.strip() or not self.keep.strip():
            raise ValueError(f"topic {self.id!r} needs a name and a text of what to keep")


@dataclass(frozen=True)
class StartingTopics:
    """What a new profile starts with. leave_out: what no topic wants."""

    topics: tuple[Topic, ...]
    leave_out: str = ""

    @classmethod
    def parse(cls, text: str) -> "StartingTopics":
        """Read the TOML text of prompts/topics.toml. Raises ProfileError naming the line or the topic."""
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ProfileError(f"the topics file is not TOML: {error}", permanent=True) from error
        leave_out, tables = document.pop("leave_out", ""), document.pop("topics", None)
        if document:
            raise _wrong(f"it has unknown keys: {', '.join(sorted(document))}")
        if not isinstance(leave_out, str):
            raise _wrong("leave_out is not a text")
        if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
            raise _wrong("it has no [[topics]]")
        topics = tuple(_topic(place, table) for place, table in enumerate(tables, start=1))
        ids = [topic.id for topic in topics]
        if twice := sorted({topic_id for topic_id in ids if ids.count(topic_id) > 1}):
            raise _wrong(f"topic ids must differ; used twice: {', '.join(twice)}")
        return cls(topics, leave_out.strip())


def _topic(place: int, table: Mapping[str, object]) -> Topic:
    known = [field.name for field in fields(Topic)]
    if unknown := sorted(set(table) - set(known)):
        raise _wrong(f"topic {place} has unknown keys: {', '.join(unknown)}")
    texts = {key: table.get(key, "") for key in known}
    if not_text := [key for key, value in texts.items() if not isinstance(value, str)]:
        raise _wrong(f"topic {place}: not a text: {', '.join(not_text)}")
    try:
        return Topic(**{key: str(value).strip() for key, value in texts.items()})
    except ValueError as error:
        raise _wrong(f"topic {place}: {error}") from error


def _wrong(what: str) -> ProfileError:
    return ProfileError(f"the topics file is not usable: {what}", hint="Mend prompts/topics.toml", permanent=True)
