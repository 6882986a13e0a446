"""The receipt: where every announced paper went. It always adds up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of one announced paper. Every paper has exactly one fate, so the counts add up."""

    OTHER_TYPE = "other_types"
    SEEN_BEFORE = "seen_before"
    LEFT_BY_SHORTLIST = "left_by_shortlist"
    BELOW_CUTOFF = "below_cutoff"
    OVER_CAP = "over_cap"
    SHOWN = "shown"
    FAILED = "failed"


@dataclass(frozen=True)
class Receipt:
    """Counts of distinct papers by fate, and how the listing agrees with arXiv's own counts (see Listing)."""

    other_types: int = 0
    seen_before: int = 0
    left_by_shortlist: int = 0
    below_cutoff: int = 0
    over_cap: int = 0
    shown: int = 0
    failed: int = 0
    entries_seen: int = 0
    arxiv_says: int | None = None

    @classmethod
    def of(cls, fates: Iterable[Fate], entries_seen: int = 0, arxiv_says: int | None = None) -> "Receipt":
        """Count the fates, one per announced paper."""
        counts = Counter(fates)
        return cls(**{fate.value: counts[fate] for fate in Fate}, entries_seen=entries_seen, arxiv_says=arxiv_says)

    @property
    def announced(self) -> int:
        """Distinct papers announced: the sum of all fates."""
        return self.scanned + self.other_types

    @property
    def scanned(self) -> int:
        """Papers of the announce types that the profile reads."""
        return self.seen_before + self.shortlisted + self.left_by_shortlist

    @property
    def shortlisted(self) -> int:
        """Papers that the judge was asked about."""
        return self.below_cutoff + self.over_cap + self.shown + self.failed

    @property
    def agrees(self) -> bool:
        """Whether all entries that arXiv counts were seen, as far as arXiv's count is known."""
        return self.arxiv_says is None or self.entries_seen == self.arxiv_says
