"""The stand-in behaves as arXiv does, where the adapters do not look as well."""

import json
from datetime import timedelta
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from bot.adapters.arxiv_feed import parse_feed
from bot.adapters.arxiv_listing import parse_listing
from bot.demo.standins.arxiv import ArxivStandin, Fault
from bot.domain.paper import AnnounceType
from tests.examples import DAY, announced

EVE = DAY - timedelta(days=1)
DAYS = {EVE: [announced(1), announced(2)], DAY: [announced(3), announced(4, AnnounceType.REPLACE)]}


def read(url: str) -> bytes:
    with urlopen(url, timeout=5) as answer:
        return bytes(answer.read())


def test_the_feed_and_the_page_follow_the_stand_ins_day() -> None:
    with ArxivStandin(DAYS, EVE) as standin:
        for today, ids in ((EVE, {"2613.00001", "2613.00002"}), (DAY, {"2613.00003", "2613.00004"})):
            standin.today = today
            assert parse_feed(read(f"{standin.feed_url}/atom/cs.LG")).ids == ids
            page = parse_listing(read(f"{standin.site_url}/list/cs.LG/new"), "cs.LG")
            assert ({entry.paper.arxiv_id for entry in page.announcements}, page.day) == (ids, today)


def test_on_a_quiet_day_the_feed_is_empty_and_the_page_still_the_last_days() -> None:
    with ArxivStandin(DAYS, DAY + timedelta(days=1)) as standin:
        feed = read(f"{standin.feed_url}/rss/cs.LG")
        assert parse_feed(feed).announcements == ()
        assert b"<skipDays>" in feed
        assert parse_listing(read(f"{standin.site_url}/list/cs.LG/new"), "cs.LG").day == DAY


def test_the_past_week_lists_each_days_papers_without_replacements() -> None:
    with ArxivStandin(DAYS, DAY) as standin:
        page = read(f"{standin.site_url}/list/cs.LG/pastweek?show=2000").decode()
    assert page.index("Wed, 6 May 2026 (showing 1 of 1") < page.index("2613.00003") < page.index("Tue, 5 May 2026")
    assert page.index("Tue, 5 May 2026 (showing 2 of 2") < page.index("2613.00001")
    assert "2613.00004" not in page


def test_a_bad_id_in_a_list_is_silently_dropped() -> None:
    with ArxivStandin(DAYS, DAY) as standin:
        answer = read(f"{standin.api_url}?id_list=abc,2613.00001v1,2613.77777&max_results=10").decode()
    assert "<opensearch:totalResults>1<" in answer
    assert "2613.00001v1" in answer


def test_results_come_in_slices() -> None:
    with ArxivStandin(DAYS, DAY) as standin:
        answer = read(f"{standin.api_url}?id_list=2613.00001,2613.00002,2613.00003&start=1&max_results=1").decode()
    assert ("2613.00002v1" in answer, answer.count("<entry>")) == (True, 1)
    assert "<opensearch:totalResults>3<" in answer


@pytest.mark.parametrize(
    ("path", "status"),
    [("/rss/cs.ZZ", 400), ("/list/cs.ZZ/new", 400), ("/api/query?id_list=abc", 400), ("/anything/else", 404)],
)
def test_what_arxiv_does_not_know_it_refuses(path: str, status: int) -> None:
    with ArxivStandin(DAYS, DAY) as standin, pytest.raises(HTTPError) as caught:
        read(f"{standin.site_url}{path}")
    assert caught.value.code == status


def test_a_fault_strikes_as_often_as_it_was_told_and_only_there() -> None:
    with ArxivStandin(DAYS, DAY) as standin:
        standin.answer_next("/rss/cs.AI", Fault(body=json.dumps("ouch").encode()), times=2)
        answers = [read(f"{standin.site_url}{path}")[:6] for path in ("/rss/cs.LG", *["/rss/cs.AI"] * 3)]
    assert [answer == b'"ouch"' for answer in answers] == [False, True, True, False]


def test_what_xml_cannot_hold_does_not_break_a_feed() -> None:
    with ArxivStandin({DAY: [announced(1, title="A\x00B\x1bC \ufffe")]}, DAY) as standin:
        feed = parse_feed(read(f"{standin.feed_url}/rss/cs.LG"))
    assert feed.announcements[0].paper.title == "ABC"
