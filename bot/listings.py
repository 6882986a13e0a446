"""Where a day's listing comes from: what is kept, today's feed, arXiv's pages of the past week, or submission dates."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.calendar import (
    announcement_day,
    days_by_rule,
    previous_announcement_day,
    quiet_by_list,
    quiet_by_rule,
    submission_window,
)
from bot.domain.listing import (
    Listing,
    Mentions,
    counted,
    each_once,
    from_mentions,
    from_submissions,
    seen_from,
    with_late,
)
from bot.domain.paper import Announcement, AnnounceType
from bot.errors import NotYetError, SourceError, WrongDayError
from bot.ports import Archive, Clock, Feed, Store

SHOWN_FOR = timedelta(days=14)  # no announcement day stays on arXiv's pages of the past week for longer
HELD_FOR = 5  # announcement days that arXiv may hold a paper; and the days that are looked through for it
NEW_OR_CROSS = (AnnounceType.NEW, AnnounceType.CROSS)


class Listings:
    """Implements ports.Source for every day up to today's, without asking arXiv twice for what it told."""

    def __init__(self, feed: Feed, archive: Archive, store: Store, clock: Clock) -> None:
        self._feed, self._archive, self._store, self._clock = feed, archive, store, clock

    def announced(self, day: date, categories: Sequence[str]) -> Listing:
        """All papers announced on `day`, and those of earlier days that only appeared later, marked late.

        Raises NotYetError while arXiv does not show the day, or not in a state to trust; WrongDayError for a day to
        come; SourceError. What could be mended is in the listing's remarks.
        """
        kept = self._store.listing(day, categories)
        if kept and kept.agrees:
            return kept
        today = announcement_day(self._clock.now())
        if day > today:
            raise WrongDayError(
                f"{day} is still to come: arXiv's day is {today}",
                hint="If that day should be today, check this machine's clock",
                permanent=True,
            )
        if reason := quiet_by_rule(day):
            return Listing(day, (), quiet=reason)
        listing = self._feed.announced(day, categories) if day == today else self._earlier(day, categories, today, kept)
        if listing.quiet or listing.approximate:
            return listing
        return self._with_late(listing, categories, today)

    def _earlier(self, day: date, categories: Sequence[str], today: date, kept: Listing | None) -> Listing:
        """What is known of a day that the feed does not hold. kept: its listing that does not agree, or None."""
        week = self._archive.week(categories) if day >= today - SHOWN_FOR else {}
        if mentions := week.get(day):
            return self._exact(mentions, kept)
        if not week or day < min(week):
            return kept if kept and kept.announcements else self._approximate(day, categories, today)
        if day < max(week):
            return Listing(day, (), quiet="arXiv announced nothing that day")
        if reason := quiet_by_list(day):
            return Listing(day, (), quiet=reason)
        raise _not_yet(day, max(week))

    def _exact(self, mentions: Mentions, kept: Listing | None) -> Listing:
        """The listing of a day that arXiv's pages still show; what was read on the day itself stays as it was."""
        earlier = kept.announcements if kept else ()
        papers = {entry.paper.arxiv_id: entry.paper for entry in earlier}
        if unread := [arxiv_id for arxiv_id in mentions.how if arxiv_id not in papers]:
            papers |= self._archive.papers(unread)
        listing = from_mentions(mentions, papers)
        return replace(listing, announcements=each_once((*earlier, *listing.announcements)))

    def _approximate(self, day: date, categories: Sequence[str], today: date) -> Listing:
        """The papers submitted for that day; late, those submitted for the days before that no listing then had."""
        if reason := quiet_by_list(day):
            return Listing(day, (), quiet=reason)
        window = submission_window(day)
        papers = self._archive.submitted(window.begin, window.end, categories)
        if not papers and (week := self._archive.week(categories)) and day > max(week):
            raise _not_yet(day, max(week))  # by a clock that is far ahead, a day to come looks long past
        listing = from_submissions(day, papers, categories)
        first = self._first_held(day, categories)
        if first is None:
            return listing
        held = self._archive.submitted(submission_window(first).begin, window.begin, categories)
        known = set().union(*self._kept(days_by_rule(first, min(today, day + SHOWN_FOR)), categories, but=day).values())
        late = [Announcement(paper, seen_from(paper, categories)) for paper in held if paper.arxiv_id not in known]
        return with_late(listing, late)

    def _first_held(self, day: date, categories: Sequence[str]) -> date | None:
        """The first of the days before `day` whose kept listing may lack papers that arXiv held back, if there is one.

        An approximate listing lacks none: it was made from submission dates, long after.
        """
        first = None
        for _ in range(HELD_FOR):
            day = previous_announcement_day(day)
            kept = self._store.listing(day, categories)
            if not kept:
                break
            if not kept.approximate:
                first = day
        return first

    def _with_late(self, listing: Listing, categories: Sequence[str], today: date) -> Listing:
        """The listing with the papers that arXiv's pages show on earlier days, and that no listing since then has."""
        try:
            late = self._late(listing.day, categories, today)
        except SourceError as error:
            return _remarked(listing, f"Papers announced late could not be looked for: {error.what}")
        if not late:
            return listing
        ids = list(late)
        try:
            papers = self._archive.papers(ids)
        except SourceError as error:
            return _remarked(listing, f"{counted(len(ids), 'late paper')} not read ({', '.join(ids)}): {error.what}")
        if missing := [one for one in ids if one not in papers]:
            them = f"{counted(len(missing), 'late paper')} not read ({', '.join(missing)})"
            listing = _remarked(listing, f"{them}: arXiv's API does not know them")
        return with_late(listing, [Announcement(papers[one], how) for one, how in late.items() if one in papers])

    def _late(self, day: date, categories: Sequence[str], today: date) -> dict[str, AnnounceType]:
        """arXiv id -> how it was announced, for papers on the pages of days whose kept listing lacks them."""
        kept = self._kept(days_by_rule(day - SHOWN_FOR, today), categories, but=day)
        if not any(earlier < day for earlier in kept):
            return {}
        late: dict[str, AnnounceType] = {}
        for earlier, mentions in self._archive.week(categories).items():
            if earlier < day and earlier in kept:
                known = set(late).union(*(ids for other, ids in kept.items() if other >= earlier))
                late |= {one: how for one, how in mentions.how.items() if one not in known}
        return late

    def _kept(self, days: Sequence[date], categories: Sequence[str], *, but: date) -> dict[date, set[str]]:
        """Day -> ids of papers that its kept listing announced as new or as cross-lists, or as late ones.

        but: the day whose listing is being made; what an earlier attempt put in there has to come again.
        """
        listings = {day: self._store.listing(day, categories) for day in days if day != but}
        return {
            day: {entry.paper.arxiv_id for entry in listing.announcements if entry.how in NEW_OR_CROSS}
            for day, listing in listings.items()
            if listing
        }


def _not_yet(day: date, newest: date) -> NotYetError:
    return NotYetError(
        f"arXiv shows nothing of {day} yet; the newest listing on its pages is of {newest}",
        hint="Its announcement is late, or this machine's clock is ahead. `broadsheet run` asks again by itself",
    )


def _remarked(listing: Listing, remark: str) -> Listing:
    return replace(listing, remarks=(*listing.remarks, remark))
