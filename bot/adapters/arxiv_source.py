"""arXiv as the source of listings: the day's feed, reconciled with the listing pages, detailed by the API."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.adapters.arxiv_api import ArxivApi, slices
from bot.adapters.arxiv_feed import Feed, parse_feed
from bot.adapters.arxiv_gate import GateError
from bot.adapters.arxiv_listing import ListingPage, parse_listing
from bot.adapters.arxiv_reconcile import UnreadPage, reconcile, refuse_other_day, usable, without_papers
from bot.adapters.arxiv_web import ArxivWeb, RejectedError, Steps
from bot.domain.calendar import long_date, quiet_by_rule
from bot.domain.listing import Listing
from bot.domain.paper import Announcement, AnnounceType, Paper
from bot.errors import SourceError
from bot.ports import Progress

FAILURES_IN_A_ROW = 2  # slices, after which the API is left alone for this run
TOLERATED_SKEW_S = 120.0


class ArxivSource:
    """Reads what arXiv announced on one day. Implements ports.Feed.

    detail_types: the announce types that profiles read; only their papers are worth a request for details.
    """

    def __init__(
        self,
        web: ArxivWeb,
        *,
        feed_url: str = "https://rss.arxiv.org",
        site_url: str = "https://arxiv.org",
        api_url: str = "https://export.arxiv.org/api/query",
        detail_types: Collection[AnnounceType] = (AnnounceType.NEW, AnnounceType.CROSS),
        progress: Progress | None = None,
    ) -> None:
        self._web, self._api = web, ArxivApi(web, api_url)
        self._feed_url, self._site_url = feed_url.rstrip("/"), site_url.rstrip("/")
        self._detail_types, self._progress = detail_types, progress

    def announced(self, day: date, categories: Sequence[str]) -> Listing:
        """All papers announced on `day`; on a weekend a quiet listing without asking, on a holiday after asking.

        Raises NotYetError while arXiv does not show the day, or not in a state to trust, WrongDayError if it shows a
        later one, GateError after a 403, SourceError for everything else that leaves no listing. What could be mended
        is in the listing's remarks.
        """
        if reason := quiet_by_rule(day):
            return Listing(day, (), quiet=reason)
        categories = tuple(dict.fromkeys(categories))
        steps = Steps(self._progress, 1 + len(categories))
        feed = self._feed(categories)
        steps.done()
        refuse_other_day(feed, day)
        if not feed.announcements:
            return without_papers(feed)
        pages = []
        for category in categories:
            pages.append(self._page(category, feed))
            steps.done()
        return self._detailed(reconcile(feed, pages), feed, steps)

    def check(self, categories: Sequence[str]) -> str:
        """Ask for today's feed of these categories. Returns what it says, in words. Raises SourceError."""
        feed = self._feed(categories)
        answer = f"the feed of {' '.join(categories)} answers: {long_date(feed.day)}, {len(feed.announcements)} papers"
        return f"{answer}; {_clock_told(self.clock_skew_s())}"

    def clock_skew_s(self) -> float | None:
        """Seconds that arXiv's clock is ahead of this machine's, by its last answer; None if nothing was read."""
        return self._web.clock_skew_s

    def _feed(self, categories: Sequence[str]) -> Feed:
        try:
            return self._web.read(f"{self._feed_url}/rss/{'+'.join(categories)}", parse_feed)
        except RejectedError as error:
            raise SourceError(
                f"arXiv has no feed for {', '.join(categories)}: {error.what}",
                hint="Compare the profile's categories with https://arxiv.org/category_taxonomy",
                permanent=True,
            ) from error

    def _page(self, category: str, feed: Feed) -> ListingPage | UnreadPage:
        url = f"{self._site_url}/list/{category}/new?show=2000"
        try:
            page = self._web.read(url, lambda body: parse_listing(body, category))
        except GateError:
            raise
        except SourceError as error:
            return UnreadPage(category, error.what)
        return usable(page, feed)

    def _detailed(self, listing: Listing, feed: Feed, steps: Steps) -> Listing:
        """The listing with the API's details in place of the feed's, for the papers that profiles read."""
        in_feed = feed.ids
        wanted = [
            entry.paper.arxiv_id
            for entry in listing.announcements
            if entry.how in self._detail_types or entry.paper.arxiv_id not in in_feed
        ]
        details, trouble = self._details(wanted, steps)
        announcements = tuple(
            with_details(entry, details.get(entry.paper.arxiv_id), whole=entry.paper.arxiv_id not in in_feed)
            for entry in listing.announcements
        )
        remarks = listing.remarks
        if missing := set(wanted) - details.keys():
            places = "the feed" if missing <= in_feed else "the feed and the listing pages"
            papers = "1 paper" if len(missing) == 1 else f"{len(missing)} papers"
            remarks += (f"Details of {papers} come from {places}: {trouble}",)
        return replace(listing, announcements=announcements, remarks=remarks)

    def _details(self, ids: Sequence[str], steps: Steps) -> tuple[Mapping[str, Paper], str]:
        """What the API knows of the papers, and why some are missing."""
        parts = slices(ids)
        steps.expect(len(parts))
        details: dict[str, Paper] = {}
        trouble, failures = "", 0
        for part in parts:
            if failures < FAILURES_IN_A_ROW:
                try:
                    details |= self._api.papers(part)
                    failures = 0
                except GateError:
                    raise
                except SourceError as error:
                    trouble, failures = trouble or error.what, failures + 1
            steps.done()
        return details, trouble or "arXiv's API does not know them"


def _clock_told(skew_s: float | None) -> str:
    if skew_s is None:
        return "it does not say what time it is"
    if abs(skew_s) <= TOLERATED_SKEW_S:
        return "its clock and this machine's agree"
    way = "behind" if skew_s > 0 else "ahead of"
    return f"this machine's clock is {abs(skew_s):.0f} s {way} arXiv's: set it right, the day is taken from it"


def with_details(entry: Announcement, details: Paper | None, *, whole: bool) -> Announcement:
    """The announcement with what the API knows better: authors one by one, comment, DOI, journal reference.

    whole: take the API's paper as it is, which the listing page only shows without version and TeX. Otherwise version,
    title and abstract stay those that were announced: the API may have a newer version by now.
    """
    if details is None:
        return entry
    if whole:
        return replace(entry, paper=details)
    paper = replace(
        entry.paper,
        authors=details.authors or entry.paper.authors,
        comment=details.comment,
        doi=details.doi or entry.paper.doi,
        journal_ref=details.journal_ref or entry.paper.journal_ref,
    )
    return replace(entry, paper=paper)
