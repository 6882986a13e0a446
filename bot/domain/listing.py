"""The listing of one announcement day: each paper once, is it really today's, and what earlier days left over."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.paper import Announcement, AnnounceType
from bot.errors import SourceError

_STALE_SHARE = 0.5
_FEWEST_TO_TELL = 4


@dataclass(frozen=True)
class Listing:
    """All papers announced on one day in some categories, each once.

    entries_seen and arxiv_says count as arXiv's listing pages do (a paper in two categories is two entries);
    arxiv_says is None where no page could be read. remarks: what went wrong on the way and how it was mended, one
    sentence each, for the receipt. quiet: why nothing was announced (weekend, holiday), or None on a normal day.
    """

    day: date
    announcements: tuple[Announcement, ...]
    entries_seen: int = 0
    arxiv_says: int | None = None
    remarks: tuple[str, ...] = ()
    quiet: str | None = None

    @property
    def ids(self) -> frozenset[str]:
        """The arXiv ids, without versions."""
        return frozenset(entry.paper.arxiv_id for entry in self.announcements)


def each_once(announcements: Iterable[Announcement]) -> tuple[Announcement, ...]:
    """Every paper once, where it stood first; of several announcements of one paper the strongest wins."""
    strongest: dict[str, Announcement] = {}
    for entry in announcements:
        known = strongest.get(entry.paper.arxiv_id)
        if not known or entry.how.precedence < known.how.precedence:
            strongest[entry.paper.arxiv_id] = entry
    return tuple(strongest.values())


def looks_stale(odd: int, of: int) -> bool:
    """Whether `odd` papers that do not belong in a listing of `of` papers make it a stale one.

    A few are corrections by arXiv's staff, and a very short listing cannot be told to be stale.
    """
    return of >= _FEWEST_TO_TELL and odd > _STALE_SHARE * of


def refuse_stale(listing: Listing, new_before: Collection[str]) -> None:
    """Raise SourceError if most papers announced as new had been announced as new by an earlier day's listing."""
    new = {entry.paper.arxiv_id for entry in listing.announcements if entry.how is AnnounceType.NEW}
    repeated = new & set(new_before)
    if looks_stale(len(repeated), len(new)):
        raise SourceError(
            f"arXiv's feed for {listing.day} is stale: {len(repeated)} of its {len(new)} new papers are not new"
        )


def with_late(listing: Listing, late: Collection[Announcement]) -> Listing:
    """The listing with the papers that earlier days could not judge. A quiet day stays quiet.

    Where today announces such a paper again, the stronger announcement wins: a new paper that could not be judged and
    is replaced today stays a late new one. Its text and version are today's: what is judged and linked is the newest.
    """
    if listing.quiet:
        return listing
    today = {entry.paper.arxiv_id: entry.paper for entry in listing.announcements}
    left_over = (replace(e, paper=today.get(e.paper.arxiv_id, e.paper), late=True) for e in late)
    return replace(listing, announcements=each_once((*listing.announcements, *left_over)))
