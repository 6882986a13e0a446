"""Slack takes every message of any digest, and no paper can format or ping."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import Digest
from bot.domain.message import SlackMessage, SlackThread
from bot.domain.paper import AnnounceType
from bot.domain.profile import Cutoffs
from bot.domain.topic import Topic
from bot.domain.verdict import HotTag, Usage
from bot.render.blocks import thread
from tests import examples
from tests.render.nasty import NASTY, slowly
from tests.render.slack_json import check_message

PAGE = "https://digest.example.org/group/2026-05-06/"


def messages(made: SlackThread) -> tuple[SlackMessage, ...]:
    return (made.headline, *made.replies)


def elements(blocks: object) -> Iterator[dict[str, object]]:
    """Every element with a type, however deep."""
    if isinstance(blocks, dict):
        yield blocks
        blocks = list(blocks.values())
    if isinstance(blocks, list | tuple):
        for value in blocks:
            yield from elements(value)


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    """Digests of up to 30 papers, some judged, some not, some hot, with nasty text wherever text can stand."""
    topics = tuple(
        Topic(f"topic_{number}", draw(NASTY).strip() or "x", "keep") for number in range(draw(st.integers(1, 14)))
    )
    cutoffs = Cutoffs(daily_hot=draw(st.integers(0, 20)))
    reader = examples.profile(topics=topics, name=draw(NASTY).strip() or "x", cutoffs=cutoffs)
    announcements, verdicts = [], []
    for number in range(1, draw(st.integers(0, 30)) + 1):
        announcements.append(
            examples.announced(
                number,
                draw(st.sampled_from(AnnounceType)),
                title=draw(NASTY),
                abstract=draw(NASTY),
                authors=tuple(draw(st.lists(NASTY, max_size=6))),
                comment=draw(st.none() | NASTY),
            )
        )
        if draw(st.booleans()):
            verdicts.append(
                examples.verdict(
                    number,
                    relevance=draw(st.integers(5, 10)),
                    novelty=draw(st.none() | st.integers(5, 10)),
                    comment=draw(NASTY),
                    primary_topic=draw(st.sampled_from([topic.id for topic in topics])),
                    matched_topics=tuple(topic.id for topic in topics[:3]),
                    topic_reason=draw(NASTY),
                    hot_tags=tuple(draw(st.sets(st.sampled_from(HotTag)))),
                    hot_reason=draw(NASTY),
                    addresses_judge=draw(st.booleans()),
                )
            )
    made = examples.digest(tuple(announcements), tuple(verdicts), reader)
    sections = tuple(replace(section, overview=draw(NASTY)) for section in made.sections)
    usage = tuple(Usage(draw(NASTY), "judge", 10**9, 10**8, 10**8, draw(st.none() | st.just(Decimal(3)))) for _ in "ab")
    remarks = tuple(draw(st.lists(NASTY, max_size=9)))
    versions = tuple(
        examples.announced(number, AnnounceType.REPLACE, title=draw(NASTY), version=2)
        for number in range(draw(st.integers(0, 9)))
    )
    return replace(
        made,
        sections=sections,
        usage=usage,
        remarks=remarks,
        supplement=draw(st.booleans()),
        catch_up=draw(st.booleans()),
        approximate=draw(st.booleans()),
        new_versions=versions,
    )


@slowly
@given(digests(), st.none() | st.just(PAGE), st.booleans())
def test_slack_takes_every_message_whatever_the_papers_hold(
    digest: Digest, page: str | None, interactive: bool
) -> None:
    for message in messages(thread(digest, page, interactive=interactive)):
        check_message(message)


@slowly
@given(digests())
def test_every_shown_paper_stands_in_exactly_one_reply(digest: Digest) -> None:
    made = thread(digest, PAGE)
    shown = [arxiv_id for reply in made.replies for arxiv_id in reply.papers]
    assert sorted(shown) == sorted(digest.shown_ids)
    assert made.headline.papers == ()
    for reply in made.replies:
        for arxiv_id in reply.papers:
            assert f"https://arxiv.org/abs/{arxiv_id}" in json.dumps(reply.blocks)


@slowly
@given(digests())
def test_no_paper_can_format_or_ping(digest: Digest) -> None:
    allowed = {"header", "rich_text", "context", "divider", "plain_text", "text", "link"}
    allowed |= {"rich_text_section", "rich_text_quote", "rich_text_list"}
    for message in messages(thread(digest, PAGE)):
        assert "<" not in message.text, "the text is mrkdwn, so every < of the input is escaped there"
        kinds = [element for element in elements(list(message.blocks)) if "type" in element]
        assert {str(element["type"]) for element in kinds} <= allowed, "neither mrkdwn nor mentions, anywhere"
        assert all(element["emoji"] is False for element in kinds if element["type"] == "plain_text")
        links = {str(element["url"]) for element in kinds if element["type"] == "link"}
        assert all(link.startswith(("https://arxiv.org/", PAGE)) for link in links)
        for opening in ("<!", "<@", "<#"):
            assert opening not in json.dumps(message.blocks)


def test_formatting_characters_of_a_title_are_shown_as_they_are() -> None:
    title = "*Bold* _claims_ on :fire: <b>tags</b> & `code` in <!channel>"
    made = thread(examples.digest((examples.announced(1, title=title),), (examples.verdict(1),)), None)
    link = next(element for element in elements(list(made.replies[0].blocks)) if element.get("type") == "link")
    assert str(link["text"]).replace("\u2060", "") == title


def test_the_heaviest_digest_still_fits() -> None:
    """A quotation mark takes two characters of JSON, so a text full of them is the heaviest."""
    heavy = '"' * 5000
    topics = tuple(Topic(f"t{number}", heavy, "keep") for number in range(12))
    matched = tuple(topic.id for topic in topics)
    entries = [
        examples.announced(number, title=heavy, abstract=heavy, authors=(heavy,) * 5, comment=heavy)
        for number in range(1, 40)
    ]
    verdicts = [
        examples.verdict(
            number,
            relevance=9 if number < 20 else 3,
            comment=heavy,
            topic_reason=heavy,
            hot_reason=heavy,
            primary_topic=f"t{number % 12}",
            matched_topics=matched,
            hot_tags=tuple(HotTag),
            addresses_judge=True,
        )
        for number in range(1, 30)
    ]
    made = examples.digest(tuple(entries), tuple(verdicts), examples.profile(name=heavy, topics=topics))
    sections = tuple(replace(section, overview=heavy) for section in made.sections)
    usage = (Usage(heavy, heavy, 10**12, 10**12, 10**12, Decimal(10**9)),) * 9
    full = replace(made, sections=sections, usage=usage, remarks=(heavy,) * 20, clock_set=True, catch_up=True)
    for digest in (full, replace(full, sections=(), hot=())):
        for message in (*messages(thread(digest, PAGE)), *messages(thread(digest, PAGE, interactive=True))):
            check_message(message)


@pytest.mark.parametrize("length", range(40, 320, 40))
def test_a_full_message_has_room_for_its_heading(length: int) -> None:
    topic = Topic("routing", '"' * 200, "keep")
    numbers = range(1, 30)
    made = examples.digest(
        tuple(examples.announced(number, abstract="a" * length) for number in numbers),
        tuple(examples.verdict(number) for number in numbers),
        examples.profile(topics=(topic,)),
    )
    full = replace(made, sections=(replace(made.sections[0], overview='"' * 600),))
    for message in messages(thread(full, None)):
        check_message(message)
