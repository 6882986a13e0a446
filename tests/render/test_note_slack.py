"""A deep note in Slack: as an answer, and in the thread of a digest."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.standins.slack_limits import texts
from bot.domain.conversation import Act, Button, Reply
from bot.domain.digest import Digest
from bot.domain.message import SlackMessage
from bot.domain.note import Note, Statement
from bot.render.blocks import thread
from bot.render.fitting import LARGEST, MOST_BLOCKS, spread
from bot.render.replies import reply_messages, reply_text
from bot.render.rich_text import size, to_blocks
from bot.render.views import reply_view
from tests.examples import announced, digest, profile, verdict
from tests.render.nasty import NASTY, slowly
from tests.render.notes import ABSTRACT_ONLY, HOSTILE, OFFLINE_NOTE, RICH, filled_with
from tests.render.slack_json import check_message, check_view

PAGE = "https://papers.example/group/notes/2613.00001v2/"
DIGEST_PAGE = "https://papers.example/group/2026-05-06/"
NOTES = {"rich": RICH, "offline": OFFLINE_NOTE, "abstract": ABSTRACT_ONLY, "hostile": HOSTILE}
BUTTONS = (Button("Open page", Act.PAGE, url=PAGE), Button("Make again", Act.SAY, "group note 2613.00001 again"))
MORE = "which one message cannot hold"


def answer(note: Note, page: str | None = PAGE) -> Reply:
    values = {"note": note, "number": 0, "page": page, "profile": profile()}
    return Reply("note", values, BUTTONS, messages=3)


def words(*messages: SlackMessage) -> str:
    return " ".join(" ".join(texts(list(message.blocks))) for message in messages)


def long(sentences: int) -> Note:
    """With so many findings and limits, of about 500 characters each."""
    many = tuple(Statement(f"{n}. " + "It says more than anybody reads. " * 14, f"Table {n}") for n in range(sentences))
    return replace(RICH, content=replace(RICH.content, findings=many, limits=many))


def noted(*notes: Note, count: int = 2) -> Digest:
    numbers = range(1, count + 1)
    made = digest(tuple(map(announced, numbers)), tuple(map(verdict, numbers)))
    return replace(made, notes=notes)


def test_it_says_everything_with_its_score_first() -> None:
    [message] = reply_messages(answer(RICH))
    said = words(message)
    order = [
        "12 of 12 quotes",
        "claude-sonnet-5-5, prompt 0123456789ab",
        "The paper trains a router",
        "[not found in the source: 93.5]",
        "Training objective",
        "Equation (3)",
        "ℒ(θ) = 𝔼_(x∼𝒟)",
        "weight of the penalty; 0.01 in all experiments",
        "Without its second term",
        "Equations (4)–(5)",
        r"\begin{cases}",
        "1. Score every expert",
        "4,750 questions",
        "capacity factor 1.25",
        "“our router reaches 71.4",
        "· Table 2 Training takes",
        "1.3B parameters",
        "Whether λ=0.01 was chosen on the test set.",
        "It anneals the same temperature.",
        "The paper has no equation (12).",
        "Make again",
    ]
    places = [said.index(part) for part in order]
    assert places == sorted(places)


def test_what_is_not_readable_in_unicode_stands_as_code() -> None:
    [message] = reply_messages(answer(RICH))
    runs = [one for one in _runs(list(message.blocks)) if one.get("style") == {"code": True}]
    assert [str(one["text"])[:12] for one in runs] == [r"\left\|\hat{"]


def test_it_leads_to_the_paper_to_what_was_read_and_to_its_page() -> None:
    links = {str(one["url"]) for one in _runs(list(reply_messages(answer(RICH))[0].blocks)) if "url" in one}
    assert links == {
        "https://arxiv.org/abs/2613.00001",
        "https://arxiv.org/pdf/2613.00001v2",
        "https://arxiv.org/html/2613.00001v2",
        "https://arxiv.org/abs/2613.00002",
        "https://arxiv.org/abs/hep-th/9901001",
        PAGE,
    }
    assert PAGE not in json.dumps([one.blocks for one in reply_messages(replace(answer(RICH, None), buttons=()))])


def test_an_offline_note_says_so_and_quotes() -> None:
    said = words(*reply_messages(answer(OFFLINE_NOTE)))
    assert "No language model read this paper" in said
    assert "“We train the router together with the experts" in said


@pytest.mark.parametrize("name", NOTES)
def test_slack_takes_every_note_and_a_terminal_shows_it(name: str) -> None:
    reply = answer(NOTES[name])
    for message in reply_messages(reply):
        check_message(message)
    check_view(reply_view(reply))
    assert "\x1b" not in reply_text(reply)


@settings(slowly, max_examples=25)
@given(NASTY, st.sampled_from([RICH, OFFLINE_NOTE]))
def test_no_text_of_a_paper_or_a_model_can_ping_format_or_link(text: str, note: Note) -> None:
    messages = reply_messages(answer(filled_with(note, text)))
    assert 1 <= len(messages) <= 3
    for message in messages:
        check_message(message)
        for run in _runs(list(message.blocks)):
            assert str(run.get("url", "https://arxiv.org/")).startswith(("https://arxiv.org/", "https://ar5iv", PAGE))
    assert not set(reply_text(answer(filled_with(note, text)))) & set("\x1b\x07\x9b\u202e\u200b")


def test_a_long_note_is_several_messages_none_of_which_loses_a_word() -> None:
    note = long(13)
    messages = reply_messages(answer(note))
    assert len(messages) == 3
    assert MORE not in words(*messages)
    assert all(words(*messages).count(f"{number}. It says more") >= 2 for number in range(13))
    assert all(size(message.blocks) <= LARGEST for message in messages)
    assert [any(one["type"] == "actions" for one in message.blocks) for message in messages] == [False, False, True]


def test_one_that_is_longer_still_says_that_something_is_missing_and_leads_to_its_page() -> None:
    messages = reply_messages(answer(long(60)))
    assert len(messages) == 3
    assert MORE in words(messages[-1])
    assert PAGE in json.dumps(messages[-1].blocks), "the button"
    assert PAGE in json.dumps(messages[0].blocks), "and the link"


@pytest.mark.parametrize("messages", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 30, 200, 2000])
def test_blocks_are_spread_in_order_over_as_few_messages_as_hold_them(count: int, messages: int) -> None:
    blocks = to_blocks("".join(f"<section><p>number {n} says so</p></section>" for n in range(count)))
    found = spread(blocks, messages=messages, most=MOST_BLOCKS - 1, largest=LARGEST - 500)
    assert 1 <= len(found) <= messages
    assert len(found) == 1 or count > 30
    said = [text for one in found for text in texts(one)]
    whole = [f"number {n} says so" for n in range(count)]
    assert said == whole or (said[:-1] == whole[: len(said) - 1] and MORE in said[-1])
    assert all(len(one) <= MOST_BLOCKS and size(one) <= LARGEST for one in found)


def test_a_heading_is_never_the_last_thing_in_a_message() -> None:
    blocks = to_blocks("<h1>A</h1><section><p>" + "word " * 550 + "</p></section>")
    first, second, *_ = spread(blocks * 6, messages=3, most=MOST_BLOCKS, largest=LARGEST)
    assert first[-1]["type"] == "rich_text"
    assert second[0]["type"] == "header"


def test_in_a_digest_each_note_stands_after_the_papers_in_a_part_of_its_own() -> None:
    second = replace(RICH, arxiv_id="2613.00002")
    made = thread(noted(RICH, second), DIGEST_PAGE)
    assert [(one.part, one.papers) for one in made.replies] == [
        ("topic routing 1", ("2613.00001", "2613.00002")),
        ("note 2613.00001", ()),
        ("note 2613.00002", ()),
    ]
    for message in made.replies:
        check_message(message)
    assert "Note on 2: On Finding Number 1" in words(made.replies[2])
    assert PAGE in json.dumps(made.replies[1].blocks)


def test_a_paper_with_a_note_has_a_line_that_says_so_and_a_menu_that_shows_it() -> None:
    [papers, _] = thread(noted(RICH), None, interactive=True).replies
    assert words(papers).count("Deep note:") == 1
    labels = [text for text in texts(list(papers.blocks)) if "note" in text.lower() and "Deep" not in text]
    assert labels == ["Show its note", "Make a note"]


def test_a_long_note_in_a_digest_has_parts_that_can_be_told_apart() -> None:
    parts = [one.part for one in thread(noted(long(13)), None).replies]
    assert parts == ["topic routing 1", "note 2613.00001", "note 2613.00001, 2", "note 2613.00001, 3"]


def _runs(blocks: object) -> list[dict[str, object]]:
    """Every element with a type, however deep."""
    if isinstance(blocks, dict):
        return [blocks, *(one for value in blocks.values() for one in _runs(value))]
    return [one for value in blocks for one in _runs(value)] if isinstance(blocks, list) else []
