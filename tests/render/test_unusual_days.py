"""Catch-ups, approximate days, new versions and days without a paper, as every outlet shows them."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import Digest
from bot.domain.paper import AnnounceType
from bot.domain.receipt import Receipt
from bot.domain.schedule import Schedule
from bot.render.blocks import thread
from bot.render.document import document
from bot.render.mail import mail, subject
from bot.render.pages import day_pages
from bot.render.summary import profile_summary, summary
from tests.examples import announced, digest, profile, verdict
from tests.render.outlets import OUTLETS, words

EVERYWHERE = [*OUTLETS, "summary"]
CAUGHT_UP = "Catch-up for Thursday 12 March 2026, made on 21 March 2026."
LINK = r"(?:\]\(https://[^)]+\))?"  # in Markdown
NASTY = 'A "title" <!channel> </a><b>x</b> [y](javascript:alert(1)) *z* $n^2$'


def shown(place: str, made: Digest) -> str:
    """The words of one outlet, or of the command line."""
    return " ".join(summary(made, ()).split()) if place == "summary" else words(place, made)


def caught_up(zone: str = "Asia/Tokyo", **fields: object) -> Digest:
    """Made on the evening of 20 March in London, which is the next morning in Tokyo."""
    made = digest(for_profile=profile(schedule=Schedule(timezone=zone)))
    by = replace(made.judged_by, at=datetime(2026, 3, 20, 22, 0, tzinfo=UTC))
    return replace(made, day=date(2026, 3, 12), judged_by=by, catch_up=True, **fields)  # type: ignore[arg-type]


def empty(count: int = 5, **fields: object) -> Digest:
    """So many papers, all below the cutoffs."""
    numbers = range(1, count + 1)
    entries = tuple(announced(number, title=f"Title {number}") for number in numbers)
    made = digest(entries, tuple(verdict(number, relevance=min(number, 7)) for number in numbers))
    return replace(made, **fields)  # type: ignore[arg-type]


def versions(count: int, title: str = "Title") -> Digest:
    """A digest of two papers that names so many new versions, the first of them v2."""
    entries = (
        announced(number + 10, AnnounceType.REPLACE, title=f"{title} {number}", version=number + 1)
        for number in range(1, count + 1)
    )
    return replace(digest(), new_versions=tuple(entries))


@pytest.mark.parametrize("place", EVERYWHERE)
def test_a_catch_up_says_for_which_day_it_is_and_when_it_was_made_on_the_reader_s_clock(place: str) -> None:
    assert CAUGHT_UP in shown(place, caught_up())
    assert "made on 20 March 2026." in shown(place, caught_up(zone="Europe/London"))
    assert "Catch-up" not in shown(place, digest())


@pytest.mark.parametrize("place", EVERYWHERE)
def test_an_approximate_day_says_so_and_why(place: str) -> None:
    told = shown(place, caught_up(approximate=True)).replace("! ", "")
    assert "Approximate: put together from submission dates, because arXiv no longer shows the listing" in told
    assert "pproximate" not in shown(place, caught_up())


def test_a_notification_and_a_subject_tell_a_catch_up_from_today_s_digest() -> None:
    assert thread(caught_up(), None).headline.text.startswith("Catch-up: arXiv, Thursday 12 March 2026, ")
    assert subject(caught_up()).endswith("(catch-up)")
    assert "atch-up" not in thread(digest(), None).headline.text


@pytest.mark.parametrize("place", EVERYWHERE)
def test_new_versions_are_named_with_their_numbers(place: str) -> None:
    told = shown(place, versions(3))
    assert re.search(r"New versions of papers you were shown ?: [\[*]? ?Title 1", told)
    for title, number in (("Title 1", "v2"), ("Title 2", "v3"), ("Title 3", "v4")):
        assert re.search(rf"{title}{LINK} \((2613\.\d+)?{number}\)", told)
    assert "more" not in told.partition("New versions")[2][:120]
    assert "New versions" not in shown(place, digest())


@pytest.mark.parametrize("place", EVERYWHERE)
def test_of_very_many_new_versions_the_rest_is_counted(place: str) -> None:
    told = shown(place, versions(60)).partition("New versions of papers you were shown")[2]
    named = len(re.findall(rf"Title \d+{LINK} \(", told))
    assert 3 <= named <= 20
    assert re.search(rf"[aA]nd {60 - named} more", told)


@pytest.mark.parametrize("place", EVERYWHERE)
def test_new_versions_are_told_where_no_paper_is_shown_too(place: str) -> None:
    assert "New versions of papers you were shown" in shown(place, empty(new_versions=versions(1).new_versions))


def test_new_versions_link_to_their_papers_and_no_title_becomes_markup() -> None:
    made = versions(1, NASTY)
    html, markdown = day_pages(made)[0].text, day_pages(made)[1].text
    mailed = mail(made, None, "ada@example.org", "example.org")
    slack = json.dumps(thread(made, None).headline.blocks)
    for text in (html, markdown, mailed.html, mailed.text, slack):
        assert "https://arxiv.org/abs/2613.00011" in text
    for text in (html, mailed.html):
        assert "</a><b>x</b>" not in text
    assert r"\[y\](javascript:alert(1))" in markdown
    assert "<!channel>" not in slack


def test_the_document_has_them_all_and_says_what_is_approximate() -> None:
    given = json.loads(document(replace(versions(60), approximate=True)))
    assert given["approximate"] is True
    assert len(given["new_versions"]) == 60
    assert given["new_versions"][0] == {"arxiv_id": "2613.00011", "version": 2, "title": "Title 1"}


@pytest.mark.parametrize("place", EVERYWHERE)
def test_a_digest_without_papers_says_why_and_gives_its_receipt_and_three_nearest_misses(place: str) -> None:
    told = shown(place, empty())
    assert "None of the 5 papers judged reached the cutoffs: relevance 8 and novelty 8." in told
    assert [number for number in range(1, 6) if f"Title {number}" in told] == [3, 4, 5]
    assert re.search(r"5 (announced = 5 )?below the cutoffs|below the cutoffs (\| )?5", told)


def test_a_digest_without_papers_is_two_lines_its_receipt_and_its_misses() -> None:
    blocks = thread(empty(400), None).headline.blocks
    assert thread(empty(400), None).replies == ()
    assert [block["type"] for block in blocks] == ["header", "rich_text", "rich_text", "context", "context"]
    lines, misses = (block["elements"] for block in blocks[1:3])
    assert isinstance(lines, list)
    assert isinstance(misses, list)
    assert len(lines) == 2
    assert [part["type"] for part in misses] == ["rich_text_section", "rich_text_list"]
    assert len(misses[1]["elements"]) == 3


def test_a_channel_is_not_shown_the_misses_of_a_digest_with_papers() -> None:
    made = digest((announced(1), announced(2)), (verdict(1), verdict(2, relevance=2)))
    assert made.nearest_misses
    assert "Nearest misses" not in words("Slack", made)


def test_a_digest_without_papers_is_short_however_many_were_read() -> None:
    made = empty(400)
    assert len(OUTLETS["plain text"](made).splitlines()) <= 30
    assert len(summary(made, ()).splitlines()) <= 12
    assert len(words("mail", made)) < 1_000
    assert len(words("page", made)) < 1_500


def test_a_text_mail_lists_no_thousand_papers_that_could_not_be_judged() -> None:
    made = digest(tuple(announced(number) for number in range(1, 301)), ())
    text = OUTLETS["plain text"](made)
    assert text.count("no answer") == 8
    assert "And 292 more." in text


@given(st.builds(Receipt, *[st.integers(0, 3000)] * 7))
def test_the_receipt_in_one_line_adds_up(receipt: Receipt) -> None:
    line = shown("Slack", empty(receipt=receipt)).replace(",", "")
    found = re.search(r"(\d+) announced = (.*?) Judged by", line)
    assert found
    parts = re.findall(r"(\d+) [a-z]", found[2])
    assert int(found[1]) == sum(map(int, parts)) == receipt.announced


def test_a_profile_in_words_tells_its_schedule_and_switches() -> None:
    wanted = Schedule(time(8, 30), "Europe/Berlin", frozenset({"mon", "wed"}))
    told = profile_summary(profile(schedule=wanted, send_empty=False, new_versions=True), ("group",))
    assert re.search(r"^Wanted at +08:30 Europe/Berlin, mon wed$", told, re.MULTILINE)
    assert "a digest without papers goes to files only" in told
    assert "new versions of papers that were shown are named" in told
    assert "a digest without papers is sent, too" in profile_summary(profile(), ("group",))
