"""The stand-in behaves as arXiv does, where the adapters do not look as well."""

import json
import re
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
    assert page.index("Wed, 6 May 2026 (showing 1 of 1") < page.index("2613.00003") < page.index("Tue, 5 May 2026 (")
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


DATES = "search_query=%28cat%3Acs.LG%29+AND+submittedDate%3A%5B{}+TO+{}%5D&start=0&max_results={}"
TUESDAYS, BOTH = ("202605041800", "202605051759"), ("202605011800", "202605051759")


@pytest.mark.parametrize(
    ("window", "most", "count"), [(TUESDAYS, 10, 1), (BOTH, 0, 3), (BOTH, 1, 3), (BOTH, 2, 3), (BOTH, 10, 3)]
)
def test_a_search_finds_what_was_submitted_and_says_how_much(window: tuple[str, str], most: int, count: int) -> None:
    with ArxivStandin(DAYS, DAY) as standin:
        answer = read(f"{standin.api_url}?{DATES.format(*window, most)}").decode()
    assert f"<opensearch:totalResults>{count}<" in answer
    assert answer.count("<entry>") == min(most, count)


def test_a_search_knows_no_paper_before_it_is_announced() -> None:
    with ArxivStandin(DAYS, EVE) as standin:
        answer = read(f"{standin.api_url}?{DATES.format(*BOTH, 10)}").decode()
    assert re.findall("abs/2613.0000[1-4]", answer) == ["abs/2613.00001", "abs/2613.00002"]


@pytest.mark.parametrize(
    "query", ["search_query=ti%3Atea&max_results=9", DATES.format("x", "y", 9), DATES.format(*BOTH, 2001)]
)
def test_a_search_that_it_does_not_understand_is_refused(query: str) -> None:
    with ArxivStandin(DAYS, DAY) as standin, pytest.raises(HTTPError) as caught:
        read(f"{standin.api_url}?{query}")
    assert caught.value.code == 400


@pytest.mark.parametrize(
    ("path", "has_it"),
    [
        ("/rss/cs.LG", False),
        ("/list/cs.LG/new", False),
        ("/list/cs.LG/pastweek", True),
        ("/api/query?id_list=2613.00003", True),
    ],
)
def test_a_paper_missing_in_the_feed_is_in_the_past_week_and_the_api(path: str, has_it: bool) -> None:
    with ArxivStandin(DAYS, DAY, missing_in_feed={"2613.00003"}) as standin:
        assert (b"2613.00003" in read(f"{standin.site_url}{path}")) == has_it


def test_texts_are_served_where_arxiv_has_them_and_nothing_else_is() -> None:
    texts = {"html/2613.00001v1": b"<html>one", "pdf/2613.00001v1": b"%PDF-", "ar5iv/html/2613.00001": b"<html>old"}
    with ArxivStandin(DAYS, DAY, texts=texts) as standin:
        assert read(f"{standin.site_url}/html/2613.00001v1") == b"<html>one"
        assert read(f"{standin.site_url}/pdf/2613.00001v1") == b"%PDF-"
        assert read(f"{standin.ar5iv_url}/html/2613.00001") == b"<html>old"
        for path in ("/html/2613.00001", "/html/2613.00001v2", "/pdf/2613.00002v1", "/abs/2613.77777"):
            with pytest.raises(HTTPError) as caught:
                read(f"{standin.site_url}{path}")
            assert caught.value.code == 404


def test_what_ar5iv_does_not_have_it_sends_to_the_abstract_page() -> None:
    with ArxivStandin(DAYS, DAY) as standin:
        assert b"We study finding number 2" in read(f"{standin.ar5iv_url}/html/2613.00002")
        assert [request.path for request in standin.requests] == ["/ar5iv/html/2613.00002", "/abs/2613.00002"]
