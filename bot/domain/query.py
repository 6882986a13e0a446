"""What somebody looks for in everything that was ever seen."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Query:
    """All of it must fit. words, phrases: in title, abstract, authors or comment. authors: parts of names. topic: id of
    a topic that a judge placed the paper in for the profile. since: first announcement day."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    topic: str | None = None
    since: date | None = None
