"""The Slack thread: what it says of a digest and of each paper."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.demo.standins.slack_limits import texts
from bot.domain.digest import Digest, Section
from bot.domain.message import SlackMessage
from bot.domain.paper import AnnounceType
from bot.domain.profile import Cutoffs
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic
from bot.domain.verdict import HotTag, Usage
from bot.render.blocks import thread
from bot.render.head import head
from tests import examples

PAGE = "https://digest.example.org/group/2026-05-06/"


def words(message: SlackMessage) -> str:
    """All that a reader sees of a message."""
    return "".join(texts(message.blocks))


def digest_of(count: int, **fields: object) -> Digest:
    """A digest of so many papers above the cutoffs."""
    numbers = range(1, count + 1)
    return examples.digest(
        tuple(examples.announced(number) for number in numbers),
        tuple(examples.verdict(number) for number in numbers),
        examples.profile(cutoffs=Cutoffs(cap=max(count, 1))),
        **fields,  # type: ignore[arg-type]
    )


def test_the_headline_says_first_what_a_reader_must_know() -> None:
    made = examples.digest((examples.announced(1), examples.announced(2)), (examples.verdict(1, novelty=None),))
    offline = replace(made.judged_by, model="offline")
    receipt = replace(made.receipt, entries_seen=23, arxiv_says=25)
    noted = replace(made, judged_by=offline, receipt=receipt, clock_set=True, remarks=("The API did not answer.",))
    text = words(thread(noted, PAGE).headline)
    places = [text.index(notice) for notice in head(noted).notices]
    assert len(places) == 5
    assert places == sorted(places)
    assert places[-1] < text.index("1 relevant paper of")
    for said in ("No LLM", "clock", "23 of 25 papers seen", "could not be judged", "The API did not answer."):
        assert said in text


def test_an_addition_says_that_it_is_one() -> None:
    digest = digest_of(2, supplement=True)
    addition = thread(digest, None).headline
    assert head(digest).notices[0] in words(addition)
    assert "added: 2 relevant of 2" in addition.text


def test_the_headline_gives_counts_receipt_model_and_cost() -> None:
    usage = (Usage("claude-haiku-5-5", "judge", 153004, 120000, 5639, Decimal("0.47")),)
    text = words(thread(digest_of(2, usage=usage), PAGE).headline)
    for said in (
        "2 relevant papers of 2 announced",
        "Cutoffs: relevance 8, novelty 8; cap: 2",
        "2 announced = 2 shown",
        "claude-haiku-5-5",
        "153,004 tokens in",
        "$0.47",
    ):
        assert said in text


def test_a_price_that_nobody_knows_is_not_shown_as_zero() -> None:
    text = words(thread(digest_of(1, usage=(Usage("new-model", "judge", 1, 0, 1, None),)), None).headline)
    assert "price unknown" in text
    assert "$" not in text


def test_the_headline_names_topics_with_overviews_and_hot_papers() -> None:
    made = examples.digest(
        (examples.announced(1), examples.announced(2, title="A Hot Title")),
        (examples.verdict(1), examples.verdict(2, hot_tags=(HotTag.DAILY_HOT,), hot_reason="Everybody can use it.")),
    )
    section = Section(made.sections[0].topic, made.sections[0].entries, "Two rules of routing [1].")
    text = words(thread(replace(made, sections=(section,)), None).headline)
    for said in ("Hot today", "A Hot Title", "Everybody can use it.", "Sparse routing", "Two rules of routing [1]."):
        assert said in text


def test_the_headline_counts_hot_papers_below_the_cutoffs_apart() -> None:
    hot = [
        examples.verdict(number, relevance=3, hot_tags=(HotTag.DAILY_HOT,), hot_reason="It is everywhere.")
        for number in range(2, 8)
    ]
    entries = tuple(examples.announced(number, title=f"Title {number}") for number in range(1, 8))
    made = thread(examples.digest(entries, (examples.verdict(1), *hot)), None).headline
    text = words(made)
    assert "1 relevant and 6 hot papers of 7 announced · 7 scanned" in text
    assert "shortlisted" not in text
    assert "Cutoffs: relevance 8, novelty 8; cap: 40; the 6 hot ones are below them" in text
    assert all(f"Title {number}" in text for number in range(2, 8))
    assert "1 relevant and 6 hot of 7 announced papers" in made.text


HEAVY = '"""" ' * 100  # a quotation mark takes two characters of JSON


def overviewed(count: int, overview: str) -> Digest:
    """So many topics of one paper each, all with that overview."""
    topics = tuple(Topic(f"t{number}", f"Topic {number}", "keep") for number in range(count))
    verdicts = tuple(examples.verdict(number + 1, primary_topic=f"t{number}") for number in range(count))
    entries = tuple(examples.announced(number + 1) for number in range(count))
    made = examples.digest(entries, verdicts, examples.profile(topics=topics))
    return replace(made, sections=tuple(replace(one, overview=overview) for one in made.sections))


@pytest.mark.parametrize(("topics", "overview", "in_replies"), [(2, HEAVY, 0), (10, HEAVY, 10), (40, "Two rules.", 30)])
def test_an_overview_stands_in_the_headline_or_where_that_lacks_it_in_the_reply(
    topics: int, overview: str, in_replies: int
) -> None:
    made = thread(overviewed(topics, overview), None)
    whole = overview.strip()
    assert sum(whole in words(reply) for reply in made.replies) == in_replies
    assert words(made.headline).count(whole) == topics - in_replies


def test_the_headline_links_to_the_page_only_if_there_is_one() -> None:
    assert PAGE in json.dumps(thread(digest_of(1), PAGE).headline.blocks)
    assert "whole digest" not in words(thread(digest_of(1), None).headline)


def test_an_empty_digest_says_why_as_every_outlet_does() -> None:
    made = examples.digest((examples.announced(1),), (examples.verdict(1, relevance=7),))
    assert head(made).why_empty
    assert head(made).why_empty in words(thread(made, None).headline)


def test_an_empty_digest_names_its_nearest_misses() -> None:
    entries = tuple(examples.announced(number, title=f"Title {number}") for number in range(1, 6))
    verdicts = tuple(examples.verdict(number, relevance=number, novelty=8) for number in range(1, 6))
    text = words(thread(examples.digest(entries, verdicts), None).headline)
    assert [number for number in range(1, 6) if f"Title {number}" in text] == [3, 4, 5]
    assert "relevance 5, novelty 8" in text


def test_a_paper_is_shown_with_everything_that_the_judge_said() -> None:
    entry = examples.announced(
        1,
        AnnounceType.CROSS,
        title=r"On $\alpha$-Routing",
        authors=tuple(f"Author {letter}" for letter in "ABCDEF"),
        comment="12 pages, code is out",
    )
    verdict = examples.verdict(1, matched_topics=("memory",), addresses_judge=True)
    text = words(thread(examples.digest((entry,), (verdict,)), None).replies[0])
    for said in (
        "1. ",
        "On α-Routing",
        "Relevance 9 · novelty 8",
        "abs · pdf · html",
        "A new routing rule.",
        "tries to tell the judge what to answer",
        "Author A, Author B, Author C, Author D and 2 more",
        "cs.LG, cs.AI",
        "cross-list",
        "12 pages, code is out",
        "Topic match: It changes how experts are chosen.",
        "Also matches: Agent memory",
        "We study finding number 1",
    ):
        assert said in text


def test_a_novelty_that_nobody_judged_is_a_dash() -> None:
    made = examples.digest((examples.announced(1),), (examples.verdict(1, novelty=None),))
    assert "novelty –" in words(thread(made, None).replies[0])


def test_hot_papers_below_the_cutoffs_get_a_reply_of_their_own() -> None:
    hot = examples.verdict(2, relevance=3, hot_tags=(HotTag.NEW_FRONTIER,), hot_reason="A new field.")
    made = thread(examples.digest(verdicts=(examples.verdict(1), hot)), None)
    assert [reply.papers for reply in made.replies] == [("2613.00001",), ("2613.00002",)]
    assert "Hot today, below the cutoffs · 1 paper" in words(made.replies[1])
    assert "Why hot: A new field." in words(made.replies[1])


def test_papers_without_a_verdict_are_listed_and_of_very_many_the_count_is_right() -> None:
    made = thread(examples.digest(tuple(examples.announced(number) for number in range(1, 101)), ()), None)
    listed = [reply for reply in made.replies if reply.part.startswith("unjudged")]
    assert sum(words(reply).count("On Finding Number") for reply in listed) == 60
    assert "and 40 papers more" in words(listed[-1])
    assert all(not reply.papers for reply in listed)
    assert "no answer" in words(listed[0])


def test_forty_papers_make_a_readable_number_of_messages() -> None:
    made = thread(digest_of(40), PAGE)
    assert len(made.replies) <= 12
    assert "Sparse routing · 40 papers" in words(made.replies[0])
    assert "Sparse routing, continued" in words(made.replies[1])
    assert made.replies[0].text == f"Sparse routing: papers 1 to {len(made.replies[0].papers)}"


def test_every_edition_of_a_digest_has_the_same_key_and_another_day_has_another() -> None:
    one = digest_of(1)
    assert thread(one, None).key == thread(replace(digest_of(5), supplement=True), PAGE).key
    assert thread(one, None).key != thread(replace(one, day=one.day + timedelta(days=1)), None).key


def test_the_time_of_judging_is_on_the_reader_s_clock() -> None:
    reader = examples.profile(schedule=Schedule(timezone="Asia/Tokyo"))
    made = examples.digest(for_profile=reader)
    assert "Thursday 7 May 2026, 01:00 JST" in words(thread(made, None).headline)
