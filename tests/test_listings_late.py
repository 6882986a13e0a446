"""Papers that arXiv announced late, held back or left out of a feed come once, marked late."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.standins.arxiv import Fault
from bot.domain.calendar import next_announcement_day, submission_window
from bot.domain.listing import Listing
from bot.domain.paper import AnnounceType
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


LATE = frozenset(ids(12))


def test_a_paper_missing_in_the_feed_comes_the_next_day_marked_late_and_once(tmp_path: Path) -> None:
    tomorrow = next_announcement_day(DAY)
    with bot_on(tmp_path, {**DAYS, tomorrow: [announced(99)]}, missing_in_feed=LATE) as bot:
        made = [bot.on(day).make(day) for day in WEEK[2::-1]]
        assert [late(listing) for listing in made] == [set(), set(), LATE]
        entry = next(entry for entry in made[2].announcements if entry.late)
        assert entry == replace(DAYS[EVE][1], late=True)
        assert (made[2].entries_seen, made[2].arxiv_says) == (5, 5)  # as without the late one
        assert late(bot.on(tomorrow).make(tomorrow)) == set()


def test_a_paper_missing_in_the_feed_comes_with_a_day_that_is_caught_up_with_too(tmp_path: Path) -> None:
    with bot_on(tmp_path, DAYS, missing_in_feed=frozenset(ids(21))) as bot:
        bot.on(WEEK[2]).make(WEEK[2])
        bot.on(DAY)
        assert late(bot.make(EVE)) == ids(21)
        assert late(bot.make(DAY)) == set()


def test_a_paper_missing_on_a_later_day_is_not_late_on_an_earlier_one(tmp_path: Path) -> None:
    with bot_on(tmp_path, DAYS, missing_in_feed=LATE) as bot:
        for day in (WEEK[3], EVE):
            bot.on(day).make(day)
        bot.on(DAY)
        assert late(bot.make(WEEK[2])) == set()
        assert late(bot.make(DAY)) == LATE


def test_a_late_paper_is_not_lost_when_its_listing_is_read_again(tmp_path: Path) -> None:
    with bot_on(tmp_path, DAYS, missing_in_feed=LATE) as bot:
        bot.on(EVE).make(EVE)
        bot.on(DAY).arxiv.answer_next("/list/cs.LG/new", DOWN, times=2)
        assert not bot.make(DAY).agrees
        again = bot.make(DAY)
        assert again.agrees
        assert late(again) == LATE


def test_a_paper_that_came_only_as_a_replacement_is_still_late(tmp_path: Path) -> None:
    again = announced(12, AnnounceType.REPLACE, version=2, categories=("cs.LG",))
    with bot_on(tmp_path, {**DAYS, DAY: [*DAYS[DAY], again]}, missing_in_feed=LATE) as bot:
        bot.on(EVE).make(EVE)
        bot.arxiv.missing_in_feed = frozenset()
        listing = bot.on(DAY).make(DAY)
    assert {(e.how, e.paper.version) for e in listing.announcements if e.late} == {(NEW, 2)}


def test_a_paper_that_an_earlier_listing_has_only_as_a_replacement_is_still_late(tmp_path: Path) -> None:
    again = announced(22, AnnounceType.REPLACE, version=2, categories=("cs.LG",))
    with bot_on(tmp_path, {**DAYS, EVE: [*DAYS[EVE], again]}, missing_in_feed=frozenset(ids(22))) as bot:
        bot.on(WEEK[2]).make(WEEK[2])
        bot.arxiv.missing_in_feed = frozenset()
        bot.on(EVE).arxiv.answer_next("/list/cs.LG/pastweek", DOWN, times=2)
        assert bot.make(EVE).ids > ids(22)
        assert late(bot.on(DAY).make(DAY)) == ids(22)


def test_a_day_that_was_quiet_by_mistake_gives_its_papers_late(bot: Bot) -> None:
    bot.store.save_listing(Listing(EVE, (), quiet="arXiv announced nothing that day"), CATEGORIES)
    assert late(bot.make(DAY)) == ids(11, 12, 13)


def test_days_that_were_never_made_are_nobodys_late_papers_and_cost_no_request(bot: Bot) -> None:
    bot.store.save_listing(Listing(EVE, (), quiet="not of these categories"), ("cs.AI",))
    bot.on(DAY)
    assert late(bot.make(DAY)) == set()
    assert not bot.arxiv.asked("/list/cs.LG/pastweek")


def test_without_the_past_week_the_day_is_made_and_says_what_is_missing(tmp_path: Path) -> None:
    with bot_on(tmp_path, DAYS, missing_in_feed=LATE) as bot:
        bot.on(EVE).make(EVE)
        bot.on(DAY).arxiv.answer_next("/list/cs.AI/pastweek", DOWN, times=2)
        listing = bot.make(DAY)
    assert listing.ids == ids(1, 2, 3, 4)
    assert listing.agrees
    assert "announced late could not be looked for: arXiv: " in listing.remarks[0]


@pytest.mark.parametrize(("fault", "times"), [(DOWN, 2), (without(12, 13), 1)])
def test_late_papers_that_the_api_does_not_give_are_named_and_come_another_day(
    fault: Fault, times: int, tmp_path: Path
) -> None:
    after = next_announcement_day(DAY)
    with bot_on(tmp_path, {**DAYS, after: [announced(99)]}, missing_in_feed=frozenset(ids(12, 13))) as bot:
        bot.on(EVE).make(EVE)
        bot.on(DAY).arxiv.answer_next("/api/query?search_query=&id_list=2613.00012", fault, times=times)
        listing = bot.make(DAY)
        assert late(listing) == set()
        assert "2 late papers not read (2613.00012, 2613.00013): arXiv" in listing.remarks[0]
        assert late(bot.on(after).make(after)) == ids(12, 13)


def test_some_late_papers_that_the_api_does_not_know_do_not_keep_the_others_away(tmp_path: Path) -> None:
    with bot_on(tmp_path, DAYS, missing_in_feed=frozenset(ids(12, 13))) as bot:
        bot.on(EVE).make(EVE)
        bot.on(DAY).arxiv.answer_next("/api/query?search_query=&id_list=2613.00012", without(12))
        listing = bot.make(DAY)
    assert late(listing) == ids(13)
    assert "1 late paper not read (2613.00012)" in listing.remarks[0]


# Papers that arXiv held back, around days that are put together from submission dates

HELD = {"2613.00001": submission_window(WEEK[3]).begin}  # announced today, submitted for three days before


def test_a_paper_held_from_a_day_that_was_read_comes_late_with_the_first_day_that_was_not(tmp_path: Path) -> None:
    with bot_on(tmp_path, DAYS, submitted=HELD) as bot:
        for day in WEEK[4:1:-1]:
            bot.on(day).make(day)
        bot.on(DAY + timedelta(days=60))
        eve, today = bot.make(EVE), bot.make(DAY)
    assert eve.ids == ids(1, 11, 12, 13)
    assert (late(eve), eve.entries_seen) == (ids(1), 4)
    assert today.ids == ids(2, 3)
    assert late(today) == set()


def test_after_an_approximate_day_nothing_more_is_searched_than_its_own_papers(tmp_path: Path) -> None:
    with bot_on(tmp_path, DAYS, submitted=HELD) as bot:
        bot.on(DAY + timedelta(days=60))
        made = [bot.make(day) for day in WEEK[5::-1]]
        assert bot.asked() == ["api"] * len(made)
    assert set().union(*(one.ids for one in made)) == {
        entry.paper.arxiv_id for day in WEEK[5::-1] for entry in DAYS[day][:3]
    }


def test_a_held_paper_that_a_later_listing_has_is_not_late(tmp_path: Path) -> None:
    with bot_on(tmp_path, DAYS, submitted=HELD) as bot:
        for day in (*WEEK[4:1:-1], DAY):
            bot.on(day).make(day)
        listing = bot.on(DAY + timedelta(days=60)).make(EVE)
    assert listing.ids == ids(11, 12, 13)
    assert late(listing) == set()
