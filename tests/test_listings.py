"""Where a day's listing comes from, with arXiv's stand-in and real adapters."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.demo.standins.arxiv import Fault
from bot.domain.paper import AnnounceType
from bot.errors import NotYetError, SourceError, WrongDayError
from tests.examples import DAY, announced
from tests.fakes.arxiv_rig import CATEGORIES
from tests.fakes.arxiv_week import DAYS, WEEK, ids
from tests.fakes.listings_rig import DOWN, Bot, bot_on, late, without

EVE = WEEK[1]
NEW, CROSS = AnnounceType.NEW, AnnounceType.CROSS


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    with bot_on(tmp_path, DAYS) as bot:
        yield bot


# One day


def test_todays_listing_is_the_feeds(bot: Bot) -> None:
    assert bot.make(DAY) == bot.rig.source.announced(DAY, CATEGORIES)


def test_a_listing_that_agrees_is_read_once_by_ten_profiles_and_after_a_restart(bot: Bot) -> None:
    first = bot.make(DAY)
    bot.on(DAY)
    assert [bot.make(DAY, CATEGORIES[::-1]) for _ in range(10)] == [first] * 10
    bot.on(DAY + timedelta(days=200))
    assert bot.make(DAY) == first
    assert bot.asked() == []


def test_a_listing_that_does_not_agree_is_read_again(bot: Bot) -> None:
    bot.arxiv.answer_next("/list/cs.LG", DOWN, times=2)
    assert not bot.make(DAY).agrees
    assert bot.make(DAY).agrees


def test_a_day_to_come_is_refused_for_good(bot: Bot) -> None:
    with pytest.raises(WrongDayError, match=r"still to come.+clock") as caught:
        bot.make(DAY + timedelta(days=1))
    assert caught.value.permanent


def test_a_feed_of_yesterday_is_waited_for(bot: Bot) -> None:
    with pytest.raises(NotYetError):
        bot.on(DAY, arxiv=EVE).make(DAY)


@pytest.mark.parametrize("later", [3, 10, 100])
def test_a_weekend_is_quiet_whenever_it_is_asked_for(later: int, bot: Bot) -> None:
    sunday = date(2026, 5, 3)
    assert "Sunday" in (bot.on(sunday + timedelta(days=later)).make(sunday).quiet or "")
    assert bot.asked() == []


# The last five announcement days


@pytest.mark.parametrize("age", [1, 2, 3, 4])
def test_an_earlier_day_is_exact_with_cross_lists_and_details(age: int, bot: Bot) -> None:
    listing = bot.make(WEEK[age])
    assert {entry.paper: entry.how for entry in listing.announcements} == {
        entry.paper: entry.how for entry in DAYS[WEEK[age]][:2]
    } | {DAYS[WEEK[age]][2].paper: CROSS}
    assert listing.agrees
    assert (listing.approximate, listing.remarks, late(listing)) == (False, (), set())


def test_five_days_in_a_row_read_the_pages_once(bot: Bot) -> None:
    bot.on(DAY)
    for day in WEEK[4:0:-1]:
        bot.make(day)
    assert bot.asked().count("list") == 2


def test_a_weekday_between_others_that_arxiv_does_not_show_had_no_announcement(tmp_path: Path) -> None:
    two_nights = {**DAYS, EVE: [], DAY: [*DAYS[EVE], *DAYS[DAY]]}
    with bot_on(tmp_path, two_nights) as bot:
        assert bot.make(EVE).quiet == "arXiv announced nothing that day"
        assert bot.make(DAY).ids == ids(1, 2, 3, 4, 11, 12, 13, 14)


def test_a_day_that_arxiv_does_not_show_yet_is_waited_for_and_then_made(bot: Bot) -> None:
    bot.on(DAY, arxiv=WEEK[2])
    with pytest.raises(NotYetError, match=f"nothing of {EVE} yet; .+ of {WEEK[2]}"):
        bot.make(EVE)
    assert bot.on(DAY).make(EVE).ids == ids(11, 12, 13)


def test_the_newest_days_holiday_is_quiet(tmp_path: Path) -> None:
    friday, saturday = date(2026, 6, 19), date(2026, 6, 20)  # on whose evening there is none; its papers come on Monday
    monday = date(2026, 6, 22)
    with bot_on(tmp_path, {friday: [announced(1)], monday: [announced(2)]}) as bot:
        assert bot.on(saturday).make(friday).ids == ids(1)
    tuesday, wednesday = date(2026, 9, 8), date(2026, 9, 9)  # after Labor Day
    with bot_on(tmp_path, {date(2026, 9, 7): [announced(1)]}) as bot:
        assert "holiday" in (bot.on(wednesday, arxiv=tuesday).make(tuesday).quiet or "")


def test_a_day_on_the_list_of_holidays_is_made_if_arxiv_shows_it(tmp_path: Path) -> None:
    tuesday = date(2026, 9, 8)
    with bot_on(tmp_path, {tuesday: [announced(1)], tuesday + timedelta(days=1): [announced(2)]}) as bot:
        assert bot.on(tuesday + timedelta(days=1)).make(tuesday).ids == ids(1)


def test_a_paper_that_the_api_does_not_know_is_named_not_counted_and_comes_the_next_day(bot: Bot) -> None:
    bot.arxiv.answer_next("/api", without(12))
    listing = bot.make(EVE)
    assert listing.ids == ids(11, 13)
    assert "2613.00012" in listing.remarks[0]
    assert not listing.agrees
    assert (listing.entries_seen, listing.arxiv_says) == (3, 4)
    assert late(bot.make(DAY)) == ids(12)


def test_an_api_that_fails_costs_the_attempt_and_not_a_paper(bot: Bot) -> None:
    bot.arxiv.answer_next("/api", DOWN, times=2)
    with pytest.raises(SourceError, match="HTTP 503"):
        bot.make(EVE)
    assert bot.make(EVE).ids == ids(11, 12, 13)


def test_what_was_read_on_the_day_itself_stays_when_the_day_is_read_again(bot: Bot) -> None:
    bot.on(EVE)
    bot.arxiv.answer_next("/list/cs.LG", DOWN, times=2)
    bot.arxiv.answer_next("/rss", Fault(rewrite=lambda feed: feed.replace(b"2613.00012v1", b"nothing")))
    before = bot.make(EVE)
    assert before.ids == ids(11, 13, 14)
    after = bot.on(DAY).make(EVE)
    assert after.ids == ids(11, 12, 13, 14)  # the replacement, which the past week does not tell, as well
    assert set(before.announcements) < set(after.announcements)
    assert after.agrees
    assert [request.path.count("2613.") for request in bot.arxiv.asked("/api")] == [1]


# Older days


def test_an_older_day_is_put_together_from_submission_dates_and_says_so(bot: Bot) -> None:
    listing = bot.make(WEEK[6])
    assert {entry.paper.arxiv_id: entry.how for entry in listing.announcements} == {
        "2613.00061": NEW,
        "2613.00062": NEW,
        "2613.00063": CROSS,
    }
    assert listing.approximate
    assert listing.agrees
    assert (listing.entries_seen, listing.arxiv_says) == (4, None)
    assert "submission dates" in listing.remarks[0]


def test_a_day_long_ago_costs_one_search(bot: Bot) -> None:
    bot.on(WEEK[6] + timedelta(days=300))
    assert bot.make(WEEK[6]).ids == ids(61, 62, 63)
    assert bot.asked() == ["api"]


def test_by_a_clock_that_is_a_year_ahead_a_day_to_come_is_not_taken_for_an_empty_one(bot: Bot) -> None:
    with pytest.raises(NotYetError, match="clock is ahead"):
        bot.on(DAY + timedelta(days=365)).make(DAY + timedelta(days=301))


def test_a_holiday_long_ago_is_quiet_and_costs_nothing(bot: Bot) -> None:
    assert "holiday" in (bot.on(DAY).make(date(2026, 1, 20)).quiet or "")
    assert bot.asked() == []


def test_a_day_that_was_read_once_is_not_made_worse_from_submission_dates(bot: Bot) -> None:
    bot.on(EVE)
    bot.arxiv.answer_next("/list/cs.LG", DOWN, times=2)
    read = bot.make(EVE)
    assert not read.agrees
    assert bot.on(EVE + timedelta(days=40)).make(EVE) == read
