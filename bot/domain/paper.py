"""A paper, its arXiv id, and how arXiv announced it."""

import re
from dataclasses import dataclass
from enum import StrEnum

# New ids are YYMM.NNNN or YYMM.NNNNN, old ones archive/YYMMNNN: https://info.arxiv.org/help/arxiv_identifier.html
_ID = re.compile(r"^(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v(?P<version>[1-9]\d{0,3}))?$", re.ASCII)


@dataclass(frozen=True)
class PaperId:
    """An arXiv id without its version, and the version (1 or more; None if the text had none)."""

    arxiv_id: str
    version: int | None

    @classmethod
    def parse(cls, text: str) -> "PaperId":
        """Read `2605.03769v2`, `hep-th/9901001`, or either inside an abs link or an OAI name. Raises ValueError."""
        tail = text.strip().removeprefix("oai:arXiv.org:").removeprefix("arXiv:")
        tail = re.sub(r"^https?://[^/]+/(?:abs|pdf|html)/", "", tail)
        found = _ID.match(tail)
        if not found:
            raise ValueError(f"not an arXiv id: {text[:80]!r}")
        return cls(found["id"], int(found["version"]) if found["version"] else None)


class AnnounceType(StrEnum):
    """How arXiv announced a paper, in the order that wins when one paper is announced in several ways."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"

    @property
    def precedence(self) -> int:
        """0 for the strongest (new) to 3."""
        return _PRECEDENCE[self]


_PRECEDENCE = {how: place for place, how in enumerate(AnnounceType)}


def is_within(category: str, wider: str) -> bool:
    """Whether `category` (cs.LG) is `wider` itself (cs.LG) or one of that archive's (cs)."""
    return category == wider or category.startswith(f"{wider}.")


@dataclass(frozen=True)
class Links:
    """Where a reader finds the paper; always arxiv.org itself, whatever host the bot read from."""

    abs: str
    pdf: str
    html: str


@dataclass(frozen=True)
class Paper:
    """One version of one paper.

    Texts are as arXiv sent them, so they may hold TeX; render/tex.py makes them readable and the original stays here.
    arxiv_id: without version. version: 1 or more. authors: in order. categories: the primary one first.
    """

    arxiv_id: str
    version: int
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    comment: str | None = None
    doi: str | None = None
    journal_ref: str | None = None

    @property
    def links(self) -> Links:
        """Abstract page without version (it shows the newest), PDF and HTML of this version."""
        site, versioned = "https://arxiv.org", f"{self.arxiv_id}v{self.version}"
        return Links(f"{site}/abs/{self.arxiv_id}", f"{site}/pdf/{versioned}", f"{site}/html/{versioned}")

    def filed_under(self, category: str) -> bool:
        """Whether one of the paper's categories is `category` or, where that is a whole archive (`cs`), within it."""
        return any(is_within(own, category) for own in self.categories)


@dataclass(frozen=True)
class Announcement:
    """A paper in a listing.

    late: announced on an earlier day, and brought along because it could not be judged then or was missing there.
    """

    paper: Paper
    how: AnnounceType
    late: bool = False
