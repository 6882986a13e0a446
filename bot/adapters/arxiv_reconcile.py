"""Feed and listing pages of one announcement day, put together: what the feed lacks, and whether the counts agree."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from bot.adapters.arxiv_feed import Feed
from bot.adapters.arxiv_listing import ListingPage
from bot.domain.calendar import knows_holidays_for, quiet_by_list
from bot.domain.listing import Listing, counted, each_once, looks_stale
from bot.domain.paper import Announcement
from bot.errors import NotYetError, WrongDayError

TRY_AGAIN = "Nothing was judged or sent. `broadsheet run` asks again by itself; by hand, try again in an hour"


@dataclass(frozen=True)
class UnreadPage:
    """A category's listing page that cannot be compared with the feed, and why."""

    category: str
    why: str


def refuse_other_day(feed: Feed, day: date) -> None:
    """Raise WrongDayError if the feed is of a later day, NotYetError if it, or what it holds, is of an earlier one."""
    if feed.day > day:
        raise WrongDayError(
            f"arXiv's feed is of {feed.day}, not of {day}, and holds no other day",
            hint="The feed holds the newest listing only. If that day should be today, check this machine's clock",
            permanent=True,
        )
    if feed.day < day:
        raise NotYetError(
            f"arXiv's feed is still of {feed.day}, not of {day}", hint=f"It turns over at 00:00 US Eastern. {TRY_AGAIN}"
        )
    if other := sorted(feed.item_days - {day}):
        raise NotYetError(
            f"arXiv's feed for {day} is stale: it holds papers announced on {', '.join(map(str, other))}",
            hint=TRY_AGAIN,
        )


def without_papers(feed: Feed) -> Listing:
    """The quiet listing of a holiday. Raises NotYetError on any other day: then an empty feed is a failure."""
    if reason := quiet_by_list(feed.day):
        return Listing(feed.day, (), quiet=reason)
    why = "" if knows_holidays_for(feed.day) else "It is a failure, or a holiday that this version does not know. "
    raise NotYetError(
        f"arXiv's feed for {feed.day} is empty, although {feed.day:%A} is no quiet day", hint=f"{why}{TRY_AGAIN}"
    )


def usable(page: ListingPage, feed: Feed) -> ListingPage | UnreadPage:
    """The page, if it can be compared with the feed. Raises NotYetError if it is older than the feed.

    A page turns over at 20:00 US Eastern, four hours before the feed. A category without a paper today keeps its page
    of another day. A page that is empty although the feed has papers for it is how arXiv throttles.
    """
    expected = [entry for entry in feed.announcements if entry.paper.filed_under(page.category)]
    if page.day == feed.day:
        throttled = expected and not page.announcements
        return UnreadPage(page.category, "it came without its papers") if throttled else page
    if not expected:
        return ListingPage(page.category, feed.day, 0, ())
    if page.day > feed.day:
        return UnreadPage(page.category, f"it shows {page.day} already")
    raise NotYetError(
        f"arXiv is turning over: its feed is of {feed.day}, its listing of {page.category} still of {page.day}",
        hint=TRY_AGAIN,
    )


def reconcile(feed: Feed, pages: Sequence[ListingPage | UnreadPage]) -> Listing:
    """The listing of the feed's day: the feed's papers, then those that only the pages have.

    Raises NotYetError if the pages, all of them read in full, lack most of the feed's papers: then the feed is stale.
    """
    read = [page for page in pages if isinstance(page, ListingPage)]
    unread = [page for page in pages if isinstance(page, UnreadPage)]
    on_pages = each_once(entry for page in read for entry in page.announcements)
    in_feed = feed.ids
    recovered = tuple(entry for entry in on_pages if entry.paper.arxiv_id not in in_feed)
    announcements = (*feed.announcements, *recovered)
    remarks = [f"arXiv's listing page of {page.category} cannot be compared: {page.why}" for page in unread]
    if not unread and sum(len(page.announcements) for page in read) == sum(page.total for page in read):
        remarks += _beyond(feed, {entry.paper.arxiv_id for entry in on_pages})
    if feed.unreadable:
        remarks.append(f"{counted(len(feed.unreadable), 'item')} of the feed cannot be read: {feed.unreadable[0]}")
    if recovered:
        ids = _some([entry.paper.arxiv_id for entry in recovered])
        remarks.append(f"{counted(len(recovered), 'paper')} missing in the feed came from the listing pages: {ids}")
    # A page that was not read is counted as if it agreed with the feed, and what arXiv says stays unknown.
    seen = sum(_entries_seen(page, announcements) for page in read)
    seen += sum(entry.paper.filed_under(page.category) for page in unread for entry in announcements)
    says = None if unread else sum(page.total for page in read)
    return Listing(feed.day, announcements, entries_seen=seen, arxiv_says=says, remarks=tuple(remarks))


def _entries_seen(page: ListingPage, announcements: Collection[Announcement]) -> int:
    """How many of the page's entries are known: those read there, and those it does not show but the listing holds."""
    shown = {entry.paper.arxiv_id for entry in page.announcements}
    hidden = [e for e in announcements if e.paper.filed_under(page.category) and e.paper.arxiv_id not in shown]
    return min(len(page.announcements) + len(hidden), page.total)


def _beyond(feed: Feed, on_pages: Collection[str]) -> list[str]:
    """A remark on the feed's papers that no page has. Raises NotYetError if they are most of the feed."""
    beyond = [entry.paper.arxiv_id for entry in feed.announcements if entry.paper.arxiv_id not in on_pages]
    if looks_stale(len(beyond), len(feed.announcements)):
        raise NotYetError(
            f"arXiv's feed for {feed.day} is stale: {len(beyond)} of its {len(feed.announcements)} papers are not in "
            "that day's listing",
            hint=TRY_AGAIN,
        )
    return [f"{counted(len(beyond), 'paper')} of the feed not on the listing pages: {_some(beyond)}"] if beyond else []


def _some(ids: Sequence[str], most: int = 5) -> str:
    more = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ", ".join(ids[:most]) + more
