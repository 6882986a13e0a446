"""The listing of a day: feed, listing pages and API together, on good days and on bad ones."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.adapters.arxiv_api import SLICE
from bot.adapters.arxiv_gate import GateError
from bot.demo.standins.arxiv import Fault
from bot.demo.standins.arxiv_pages import rss
from bot.domain.paper import AnnounceType
from bot.errors import NotYetError, SourceError, WrongDayError
from tests.examples import DAY, announced
from tests.fakes.arxiv_rig import (
    CATEGORIES,
    CUT_IN_HALF,
    ENTRIES,
    FIVE,
    SILENT,
    WEB_PAGE,
    Rig,
    arxiv_rig,
    feed_only,
    patience_with,
)

EVE = DAY - timedelta(days=1)
SATURDAY = date(2026, 5, 9)
AFTER_HOLIDAY = date(2026, 1, 20)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with arxiv_rig(tmp_path, *FIVE) as rig:
        yield rig


def without(*numbers: int) -> Fault:
    """A feed that lacks these of the five papers."""
    body = rss(DAY, CATEGORIES, [entry for place, entry in enumerate(FIVE, start=1) if place not in numbers])
    return Fault(body=body)


# Good days


def test_a_normal_day_is_read_whole_and_the_counts_agree(rig: Rig) -> None:
    listing = rig.announced()
    assert listing.announcements == (*FIVE[:4], feed_only(FIVE[4]))  # replacements are not worth a request for details
    assert (listing.entries_seen, listing.arxiv_says) == (ENTRIES, ENTRIES)
    assert (listing.day, listing.quiet, listing.remarks) == (DAY, None, ())


def test_one_request_for_the_feed_one_for_each_page_and_one_for_each_slice(rig: Rig) -> None:
    rig.announced()
    paths = [request.path.split("&")[0] for request in rig.standin.requests]
    assert paths[:3] == ["/rss/cs.LG+cs.AI", "/list/cs.LG/new?show=2000", "/list/cs.AI/new?show=2000"]
    assert len(rig.standin.asked("/api")) == len(paths) - 3 == 1
    assert rig.steps == [(1, 3), (2, 3), (3, 3), (4, 4)]


def test_a_category_that_is_named_twice_is_asked_for_once(rig: Rig) -> None:
    listing = rig.source.announced(DAY, ["cs.LG", "cs.AI", "cs.LG"])
    assert listing.arxiv_says == ENTRIES
    assert len(rig.standin.asked("/list")) == 2


def test_a_big_day_is_detailed_in_slices(tmp_path: Path) -> None:
    many = [announced(number, comment="1 page") for number in range(SLICE * 2 + 1)]
    with arxiv_rig(tmp_path, *many) as rig:
        assert rig.announced().announcements == tuple(many)
        assert len(rig.standin.asked("/api")) == 3


def test_a_newer_version_in_the_api_changes_nothing_of_what_was_announced(tmp_path: Path) -> None:
    newer = replace(FIVE[0], paper=replace(FIVE[0].paper, version=2, title="Another title", comment="9 pages"))
    with arxiv_rig(tmp_path, FIVE[0], newer) as rig:
        rig.standin.answer_next("/rss", Fault(body=rss(DAY, CATEGORIES, FIVE[:1])))
        (entry,) = rig.announced().announcements
    assert entry.paper == replace(FIVE[0].paper, comment="9 pages")


def test_a_category_without_papers_today_is_no_failure(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, FIVE[1]) as rig:
        listing = rig.source.announced(DAY, ["cs.LG", "cs.GL"])
    assert (listing.announcements, listing.entries_seen, listing.arxiv_says) == (FIVE[1:2], 1, 1)
    assert listing.remarks == ()


def test_a_category_without_papers_today_may_keep_its_page_of_another_day(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, FIVE[1]) as rig:
        rig.standin.answer_next("/list/cs.GL", Fault(rewrite=lambda page: page.replace(b"Wednesday, 6", b"Monday, 4")))
        listing = rig.source.announced(DAY, ["cs.LG", "cs.GL"])
    assert (listing.entries_seen, listing.arxiv_says, listing.remarks) == (1, 1, ())


# Quiet days


def test_a_weekend_is_quiet_and_costs_no_request(rig: Rig) -> None:
    listing = rig.announced(SATURDAY)
    assert listing.quiet
    assert "Saturday" in listing.quiet
    assert rig.standin.requests == []


def test_the_day_after_a_holiday_is_quiet_if_the_feed_is_empty(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, today=AFTER_HOLIDAY) as rig:
        listing = rig.announced(AFTER_HOLIDAY)
    assert listing.quiet
    assert "holiday" in listing.quiet
    assert listing.announcements == ()


def test_on_a_holiday_by_list_the_feed_decides(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, *FIVE, today=AFTER_HOLIDAY, day=AFTER_HOLIDAY) as rig:
        listing = rig.announced(AFTER_HOLIDAY)
    assert len(listing.announcements) == 5
    assert listing.quiet is None


# Feeds that are refused


def test_an_empty_feed_on_a_weekday_is_a_failure(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig, pytest.raises(NotYetError, match="is empty, although Wednesday") as caught:
        rig.announced()
    assert not caught.value.permanent
    assert "holiday" not in caught.value.hint


def test_an_empty_feed_in_a_year_whose_holidays_are_not_known_may_be_a_holiday(tmp_path: Path) -> None:
    tuesday = date(2031, 7, 8)
    with arxiv_rig(tmp_path, today=tuesday) as rig, pytest.raises(NotYetError, match="is empty") as caught:
        rig.announced(tuesday)
    assert "or a holiday that this version does not know" in caught.value.hint


def test_an_earlier_day_than_the_feeds_is_refused_and_the_clock_is_suspected(rig: Rig) -> None:
    with pytest.raises(WrongDayError, match=r"feed is of 2026-05-06, not of 2026-05-05.+clock") as caught:
        rig.announced(EVE)
    assert caught.value.permanent
    assert len(rig.standin.requests) == 1


def test_a_later_day_than_the_feeds_is_to_be_tried_again(rig: Rig) -> None:
    with pytest.raises(NotYetError, match=r"feed is still of 2026-05-06.+by itself; by hand, try again") as caught:
        rig.announced(DAY + timedelta(days=1))
    assert not caught.value.permanent


def test_yesterdays_items_under_todays_date_are_refused(rig: Rig) -> None:
    yesterday = rss(EVE, CATEGORIES, FIVE).replace(b"Tue, 05 May 2026", b"Wed, 06 May 2026", 2)
    rig.standin.answer_next("/rss", Fault(body=yesterday))
    with pytest.raises(NotYetError, match="stale: it holds papers announced on 2026-05-05") as caught:
        rig.announced()
    assert not caught.value.permanent


def test_a_feed_of_papers_that_the_days_listing_does_not_have_is_refused(rig: Rig) -> None:
    others = [announced(number) for number in range(20, 30)]
    rig.standin.answer_next("/rss", Fault(body=rss(DAY, CATEGORIES, others)))
    with pytest.raises(NotYetError, match="10 of its 10 papers are not in that day's listing"):
        rig.announced()


def test_a_wrong_category_is_named_and_the_error_is_permanent(rig: Rig) -> None:
    with pytest.raises(SourceError, match=r"no feed for cs\.LG, cs\.ZZ: .+Bad subject class 'cs\.ZZ'") as caught:
        rig.source.announced(DAY, ["cs.LG", "cs.ZZ"])
    assert caught.value.permanent
    assert "category_taxonomy" in caught.value.hint


@pytest.mark.parametrize("fault", [Fault(status=503), SILENT, WEB_PAGE, CUT_IN_HALF])
def test_a_feed_that_does_not_come_is_a_failure(fault: Fault, tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, *FIVE, limits=patience_with(fault)) as rig:
        rig.standin.answer_next("/rss", fault, times=9)
        with pytest.raises(SourceError, match="could not be read"):
            rig.announced()
    assert not rig.standin.asked("/list")


@pytest.mark.parametrize("path", ["/rss", "/list/cs.LG", "/list/cs.AI", "/api"])
def test_a_403_from_any_host_stops_everything(path: str, rig: Rig) -> None:
    rig.standin.answer_next(path, Fault(status=403))
    with pytest.raises(GateError):
        rig.announced()
    asked = len(rig.standin.requests)
    with pytest.raises(GateError):
        rig.announced()
    assert len(rig.standin.requests) == asked


def test_a_403_from_the_last_page_is_not_overlooked_when_nothing_else_is_to_be_asked(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, FIVE[3]) as rig:
        rig.standin.answer_next("/list/cs.AI", Fault(status=403))
        with pytest.raises(GateError):
            rig.announced()


# Pages that do not agree with the feed


def test_papers_missing_in_the_feed_come_from_the_pages_with_the_apis_details(rig: Rig) -> None:
    rig.standin.answer_next("/rss", without(1, 5))
    listing = rig.announced()
    assert listing.announcements == (*FIVE[1:4], FIVE[0], FIVE[4])
    assert (listing.entries_seen, listing.arxiv_says) == (ENTRIES, ENTRIES)
    assert listing.remarks == ("2 papers missing in the feed came from the listing pages: 2613.00001, 2613.00005",)


def test_papers_missing_in_the_feed_come_from_the_pages_alone_if_the_api_fails(rig: Rig) -> None:
    rig.standin.answer_next("/rss", without(1, 5))
    rig.standin.answer_next("/api", Fault(status=503), times=9)
    listing = rig.announced()
    assert set(listing.announcements) == {FIVE[0], FIVE[1], feed_only(FIVE[2]), FIVE[3], FIVE[4]}
    assert "Details of 4 papers come from the feed and the listing pages: arXiv: 127.0.0.1" in listing.remarks[-1]


def test_a_recovered_paper_has_the_apis_version_and_text(rig: Rig) -> None:
    unknown = Fault(
        rewrite=lambda page: page.replace(b"https://arxiv.org/html/", b"/format/").replace(b"On F", b"On f")
    )
    rig.standin.answer_next("/rss", without(5))
    rig.standin.answer_next("/list", unknown, times=2)
    assert rig.announced().announcements[-1] == FIVE[4]


def test_a_recovered_paper_is_announced_in_its_strongest_way(rig: Rig) -> None:
    rig.standin.answer_next("/rss", without(1))
    hows = {entry.paper.arxiv_id: entry.how for entry in rig.source.announced(DAY, ["cs.AI", "cs.LG"]).announcements}
    assert hows["2613.00001"] is AnnounceType.NEW


def test_counts_that_do_not_match_are_told(rig: Rig) -> None:
    rig.standin.answer_next("/list/cs.LG", Fault(rewrite=lambda page: page.replace(b"of 2 entries)", b"of 4 entries)")))
    listing = rig.announced()
    assert (listing.entries_seen, listing.arxiv_says) == (ENTRIES, ENTRIES + 2)
    assert len(listing.announcements) == 5


def test_papers_of_the_feed_that_no_page_has_are_kept_and_told(rig: Rig) -> None:
    extra = announced(9, categories=("cs.LG",))
    rig.standin.answer_next("/rss", Fault(body=rss(DAY, CATEGORIES, [*FIVE, extra])))
    listing = rig.announced()
    assert extra in listing.announcements
    assert listing.remarks[0] == "1 paper of the feed not on the listing pages: 2613.00009"


def test_items_of_the_feed_that_cannot_be_read_are_told_and_recovered(rig: Rig) -> None:
    rig.standin.answer_next("/rss", Fault(rewrite=lambda feed: feed.replace(b">new<", b">unheard-of<", 1)))
    listing = rig.announced()
    assert set(listing.announcements) == {*FIVE[:4], feed_only(FIVE[4])}
    assert "1 item of the feed cannot be read: 'unheard-of'" in listing.remarks[0]


MANY = [announced(number, categories=("cs.LG",)) for number in range(20, 30)]


def test_a_page_that_was_not_read_does_not_make_the_feed_stale(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, *FIVE, *MANY) as rig:
        rig.standin.answer_next("/list/cs.LG", Fault(status=503), times=9)
        listing = rig.announced()
    assert len(listing.announcements) == len(FIVE) + len(MANY)
    assert len(listing.remarks) == 1


def test_a_page_that_is_shown_in_part_does_not_make_the_feed_stale(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, *FIVE, *MANY) as rig:
        in_part = rig.web.read(f"{rig.standin.site_url}/list/cs.LG/new?show=1", bytes)
        rig.standin.answer_next("/list/cs.LG", Fault(body=in_part))
        listing = rig.announced()
    assert len(listing.announcements) == len(FIVE) + len(MANY)
    assert (listing.entries_seen, listing.arxiv_says) == (16, 16)  # the feed has what the page does not show
    assert listing.remarks == ()


def test_entries_of_a_page_that_cannot_be_read_are_seen_if_the_feed_has_them(rig: Rig) -> None:
    rig.standin.answer_next("/list/cs.LG", Fault(rewrite=lambda page: page.replace(b"list-title", b"gone", 2)))
    listing = rig.announced()
    assert len(listing.announcements) == 5
    assert (listing.entries_seen, listing.arxiv_says) == (ENTRIES, ENTRIES)


def test_entries_that_neither_page_nor_feed_shows_are_not_seen(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, *FIVE, *MANY) as rig:
        in_part = rig.web.read(f"{rig.standin.site_url}/list/cs.LG/new?show=1", bytes)
        rig.standin.answer_next("/list/cs.LG", Fault(body=in_part))
        rig.standin.answer_next("/rss", Fault(body=rss(DAY, CATEGORIES, [*FIVE, *MANY[:6]])))
        listing = rig.announced()
    assert len(listing.announcements) == len(FIVE) + 6
    assert (listing.entries_seen, listing.arxiv_says) == (13, 16)


def test_more_papers_in_the_feed_than_on_a_page_are_not_more_than_arxiv_says(rig: Rig) -> None:
    extra = announced(9, categories=("cs.LG",))
    rig.standin.answer_next("/rss", Fault(body=rss(DAY, CATEGORIES, [*FIVE, extra])))
    listing = rig.announced()
    assert (listing.entries_seen, listing.arxiv_says) == (ENTRIES, ENTRIES)


UNREADABLE = {
    "HTTP 503": Fault(status=503),
    "no answer": SILENT,
    "a page that says nothing": WEB_PAGE,
    "an unknown address": Fault(status=404),
    "an empty list": Fault(body=b"<h3>Showing new listings for Wednesday, 6 May 2026</h3>"),
    "tomorrow's page": Fault(rewrite=lambda page: page.replace(b"Wednesday, 6", b"Thursday, 7")),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_page_that_cannot_be_compared_costs_the_count_but_not_the_digest(what: str, tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, *FIVE, limits=patience_with(UNREADABLE[what])) as rig:
        rig.standin.answer_next("/list/cs.LG", UNREADABLE[what], times=2)
        listing = rig.announced()
    assert len(listing.announcements) == 5
    assert (listing.entries_seen, listing.arxiv_says) == (ENTRIES, None)
    assert listing.remarks[0].startswith("arXiv's listing page of cs.LG cannot be compared: ")


def test_an_older_page_means_that_arxiv_is_turning_over(rig: Rig) -> None:
    rig.standin.answer_next("/list/cs.AI", Fault(rewrite=lambda page: page.replace(b"Wednesday, 6", b"Tuesday, 5")))
    with pytest.raises(NotYetError, match=r"turning over: its feed is of 2026-05-06, .+cs\.AI still of") as caught:
        rig.announced()
    assert not caught.value.permanent
