"""Rules about a whole listing: each paper once, is it really today's, and what is brought along from earlier days."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from bot.domain.paper import Announcement, AnnounceType, Listing
from bot.errors import SourceError

# A paper is announced as new once. A few repeats are corrections by arXiv's staff; most of a listing is a stale feed.
STALE_SHARE = 0.5
FEWEST_TO_TELL = 4
TRY_AGAIN = "Run `broadsheet digest` again in an hour; nothing was judged or sent"


def each_once(announcements: Iterable[Announcement]) -> tuple[Announcement, ...]:
    """Every paper once, where it stood first; of several announcements of one paper the strongest wins."""
    strongest: dict[str, Announcement] = {}
    for entry in announcements:
        known = strongest.get(entry.paper.arxiv_id)
        if not known or entry.how.precedence < known.how.precedence:
            strongest[entry.paper.arxiv_id] = entry
    return tuple(strongest.values())


def refuse_stale(listing: Listing, new_before: Collection[str]) -> None:
    """Raise SourceError if most papers announced as new had been announced as new by an earlier day's listing."""
    new = {entry.paper.arxiv_id for entry in listing.announcements if entry.how is AnnounceType.NEW}
    repeated = new & set(new_before)
    if len(new) >= FEWEST_TO_TELL and len(repeated) > STALE_SHARE * len(new):
        raise SourceError(
            f"arXiv's feed for {listing.day} is stale: {len(repeated)} of its {len(new)} new papers are not new",
            hint=TRY_AGAIN,
        )


def with_late(listing: Listing, late: Collection[Announcement]) -> Listing:
    """The listing with papers of earlier days added, unless it holds them already. A quiet day stays quiet."""
    if listing.quiet:
        return listing
    known = listing.ids
    added = tuple(replace(entry, late=True) for entry in late if entry.paper.arxiv_id not in known)
    return replace(listing, announcements=(*listing.announcements, *added))
