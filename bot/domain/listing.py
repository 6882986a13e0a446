"""Rules about a whole listing: is it really today's, and what is brought along from earlier days."""

from collections.abc import Collection
from dataclasses import replace

from bot.domain.paper import Announcement, AnnounceType, Listing
from bot.errors import SourceError

# A paper is announced as new once. A few repeats are corrections by arXiv's staff; most of a listing is a stale feed.
STALE_SHARE = 0.5
FEWEST_TO_TELL = 4


def refuse_stale(listing: Listing, new_before: Collection[str]) -> None:
    """Raise SourceError if most papers announced as new had been announced as new by an earlier day's listing."""
    new = {entry.paper.arxiv_id for entry in listing.announcements if entry.how is AnnounceType.NEW}
    repeated = new & set(new_before)
    if len(new) >= FEWEST_TO_TELL and len(repeated) > STALE_SHARE * len(new):
        raise SourceError(
            f"arXiv's feed for {listing.day} is stale: it announced {len(repeated)} of its {len(new)} new papers before",
            hint="Run `broadsheet digest` again in an hour; nothing was judged or sent",
        )


def with_late(listing: Listing, late: Collection[Announcement]) -> Listing:
    """The listing with papers of earlier days added, unless it holds them already. A quiet day stays quiet."""
    if listing.quiet:
        return listing
    added = tuple(replace(entry, late=True) for entry in late if entry.paper.arxiv_id not in listing.ids)
    return replace(listing, announcements=(*listing.announcements, *added))
