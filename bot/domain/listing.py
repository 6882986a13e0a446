"""The listing of one announcement day: each paper once, is it really today's, and what earlier days left over."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.paper import Announcement, AnnounceType, Paper, is_within
from bot.errors import NotYetError

_STALE_SHARE = 0.5
_FEWEST_TO_TELL = 4


@dataclass(frozen=True)
class Listing:
    """All papers announced on one day in some categories, each once.

    entries_seen and arxiv_says count as arXiv's listing pages do (a paper in two categories is two entries);
    arxiv_says is None where no page could be read. remarks: what went wrong on the way and how it was mended, one
    sentence each, for the receipt. quiet: why nothing was announced (weekend, holiday), or None on a normal day.
    approximate: put together from submission dates, because arXiv no longer shows that day's listing.
    """

    day: date
    announcements: tuple[Announcement, ...]
    entries_seen: int = 0
    arxiv_says: int | None = None
    remarks: tuple[str, ...] = ()
    quiet: str | None = None
    approximate: bool = False

    @property
    def agrees(self) -> bool:
        """Whether nothing need be read again: it counts as arXiv does, or arXiv no longer counts that day."""
        return self.quiet is not None or self.approximate or self.entries_seen == self.arxiv_says

    @property
    def ids(self) -> frozenset[str]:
        """The arXiv ids, without versions."""
        return frozenset(entry.paper.arxiv_id for entry in self.announcements)


@dataclass(frozen=True)
class Mentions:
    """What arXiv's page of the past week says of one announcement day: which papers, and how they were announced.

    how: arXiv id -> new or cross, in page order; replacements are not told. entries_seen, arxiv_says: as in Listing.
    """

    day: date
    how: Mapping[str, AnnounceType]
    entries_seen: int
    arxiv_says: int


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
    """Raise NotYetError if most papers announced as new had been announced as new by an earlier day's listing."""
    new = {entry.paper.arxiv_id for entry in listing.announcements if entry.how is AnnounceType.NEW}
    repeated = new & set(new_before)
    if looks_stale(len(repeated), len(new)):
        raise NotYetError(
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


def from_mentions(mentions: Mentions, papers: Mapping[str, Paper]) -> Listing:
    """The listing of a past day that arXiv's pages still show. papers: arXiv id -> what the API knows of it.

    A paper without its text cannot be judged: it is left out, named in a remark and not counted as seen, so that the
    listing does not agree.
    """
    missing = [arxiv_id for arxiv_id in mentions.how if arxiv_id not in papers]
    remarks = (f"arXiv's API does not know {counted(len(missing), 'paper')} of this day: {', '.join(missing)}",)
    return Listing(
        mentions.day,
        tuple(Announcement(papers[one], how) for one, how in mentions.how.items() if one in papers),
        entries_seen=mentions.entries_seen - len(missing),
        arxiv_says=mentions.arxiv_says,
        remarks=remarks if missing else (),
    )


def from_submissions(day: date, papers: Sequence[Paper], categories: Sequence[str]) -> Listing:
    """The listing of a day that arXiv's pages no longer show, put together from papers by their time of submission."""
    return Listing(
        day,
        tuple(Announcement(paper, seen_from(paper, categories)) for paper in papers),
        entries_seen=sum(paper.filed_under(category) for paper in papers for category in dict.fromkeys(categories)),
        remarks=(
            "arXiv no longer shows this day's listing: it is put together from submission dates, so a paper that arXiv "
            "held back may stand under another day, and replacements are missing",
        ),
        approximate=True,
    )


def seen_from(paper: Paper, categories: Iterable[str]) -> AnnounceType:
    """How a new paper is announced to readers of these categories: as a cross-list if it is at home in none of them."""
    at_home = any(is_within(paper.categories[0], category) for category in categories)
    return AnnounceType.NEW if at_home else AnnounceType.CROSS


def counted(number: int, noun: str) -> str:
    """1 paper, 2 papers."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
