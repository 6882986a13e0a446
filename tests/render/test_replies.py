"""Answers: one template, shown in Slack within its limits, and whole in a terminal."""

import re
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.standins.slack_limits import texts
from bot.domain.conversation import Act, Button, Reply
from bot.render.fitting import LARGEST, MOST_BLOCKS, fitted
from bot.render.plain_text import WIDTH, plain_text
from bot.render.replies import reply_message, reply_text
from bot.render.rich_text import Block, size, to_blocks
from bot.render.views import reply_view
from tests.render.nasty import NASTY, slowly
from tests.render.slack_json import check_message, check_view

MORE = "And more"


def told(text: str, *buttons: Button) -> Reply:
    return Reply("trouble", {"told": text}, buttons)


def fit(html: str) -> list[Block]:
    return fitted(to_blocks(html), most=MOST_BLOCKS, largest=LARGEST)


def said(blocks: Sequence[Mapping[str, object]]) -> str:
    return "".join(texts(blocks))


def test_an_answer_says_in_slack_and_in_a_terminal_what_its_template_says() -> None:
    assert said(reply_message(told("Write a number from 1 to 10")).blocks) == "Write a number from 1 to 10"
    assert reply_text(told("Write a number from 1 to 10")) == "Write a number from 1 to 10"


def test_buttons_stand_in_one_row_at_the_end_and_say_what_they_do() -> None:
    buttons = (Button("Apply", Act.APPLY, "p1", style="primary"), Button("Cancel", Act.CANCEL, "p1"))
    *_, row = reply_message(told("x", *buttons, Button("A", Act.SAY, "g a"), Button("B", Act.SAY, "g b"))).blocks
    made = [(one["action_id"], one["value"], one.get("style")) for one in row["elements"]]  # type: ignore[attr-defined]
    assert made == [
        ("apply:1", "p1", "primary"),
        ("cancel:1", "p1", None),
        ("say:1", "g a", None),
        ("say:2", "g b", None),
    ]


def test_of_buttons_that_no_message_holds_the_first_stand_there() -> None:
    blocks = reply_message(told("x", *(Button(str(n), Act.SAY, "g " + "v" * 1500) for n in range(60)))).blocks
    labels = [text for text in texts(blocks) if text != "x"]
    assert labels == ["0", "1", "2"]


def test_more_buttons_than_one_row_holds_stand_in_several() -> None:
    blocks = reply_message(told("x", *(Button(str(n), Act.SAY, f"g {n}") for n in range(30)))).blocks
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    assert [len(row) for row in rows] == [25, 5]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "button",
    [
        Button("x", Act.SAY, "g " + "v" * 2000),
        Button("\u200b", Act.SAY, "g v"),
        Button("x", Act.PAGE, url="https://" * 900),
    ],
)
def test_a_button_whose_value_could_not_come_back_whole_is_left_out(button: Button) -> None:
    assert not any(block["type"] == "actions" for block in reply_message(told("x", button)).blocks)


def test_what_a_notification_shows_is_the_beginning_and_pings_nobody() -> None:
    text = reply_message(told("<!channel> R&D " + "word " * 3000)).text
    assert text.startswith("&lt;\u2060!channel&gt; R&amp;D word")
    assert len(text) < 400


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<ul>" + "<li>item {n}</li>" * 400 + "</ul>", "item"),
        ("<section><p>item {n}</p></section>" * 400, "item"),
        ("<p>item {n}</p>" * 400, "item"),
        ("<h1>item</h1><hr>" * 60, "item"),
        ("<p>intro</p><ul>" + "<li>item</li>" * 400 + "</ul><p>end</p>", "intro"),
    ],
)
def test_what_is_too_long_is_cut_from_the_end_and_says_so(html: str, kept: str) -> None:
    blocks = fit(html.replace("{n}", "word " * 9))
    assert kept in said(blocks[:1])
    assert MORE in said(blocks[-1:])
    assert "end" not in said(blocks)
    assert len(blocks) <= MOST_BLOCKS
    assert size(blocks) <= LARGEST
    assert size(blocks) > LARGEST * 0.9 or len(blocks) == MOST_BLOCKS


def test_what_fits_is_neither_cut_nor_said_to_be() -> None:
    html = "<h1>A</h1><p>b</p><ul><li>c</li><li>d</li></ul><hr><small>e</small>"
    assert fit(html) == to_blocks(html)


def test_one_enormous_paragraph_is_cut_between_words() -> None:
    blocks = fit(f"<h1>{'word ' * 100}</h1><p>{'word ' * 5000}</p><small>{'word ' * 5000}</small>")
    assert [len(text) <= most for text, most in zip(texts(blocks), (150, 3000, 1000), strict=True)] == [True] * 3
    assert all(text.endswith("word…") for text in texts(blocks))


def test_a_paragraph_of_many_words_in_bold_is_cut_as_one_of_plain_words() -> None:
    blocks = fit("<p>" + "<b>bold</b> plain " * 1000 + "</p>")
    assert len(said(blocks)) <= 3000


ANSWER = """<h1>Title</h1><p>One <b>bold</b> <a href="https://arxiv.org/abs/1">paper</a> and <code>top 5</code></p>
<ul><li>first</li><li>second</li></ul><blockquote>quoted</blockquote><hr><small>in grey</small>"""


def test_a_terminal_shows_headings_lists_links_and_quotes_as_plain_text() -> None:
    assert plain_text(to_blocks(ANSWER)).splitlines() == [
        "Title",
        "=====",
        "",
        "One bold paper (https://arxiv.org/abs/1) and `top 5`",
        "- first",
        "- second",
        "> quoted",
        "",
        "in grey",
    ]


def test_a_link_that_is_its_own_text_stands_there_once() -> None:
    assert plain_text(to_blocks('<p><a href="https://a.example/">https://a.example/</a></p>')) == "https://a.example/"


def test_long_lines_are_wrapped_and_addresses_stay_whole() -> None:
    address = "https://a.example/" + "x" * 120
    lines = reply_text(told("word " * 60 + address)).splitlines()
    assert address in lines
    assert all(len(line) <= WIDTH for line in lines if line != address)


def test_a_terminal_is_told_how_to_say_what_a_button_says() -> None:
    buttons = (Button("Why", Act.SAY, "group why 2613.00001"), Button("Page", Act.PAGE, url="https://a.example/"))
    assert reply_text(told("x", *buttons, Button("Apply", Act.APPLY, "p1"))).splitlines()[-2:] == [
        "Why: broadsheet slash 'why 2613.00001'",
        "Page: https://a.example/",
    ]


def test_a_name_cannot_end_the_quotes_of_a_command_for_the_shell() -> None:
    hint = reply_text(told("x", Button("Follow", Act.SAY, "g authors follow '; rm -rf / #"))).splitlines()[-1]
    assert hint == """Follow: broadsheet slash 'authors follow '"'"'; rm -rf / #'"""


def test_a_program_with_its_whole_path_is_typed_as_any_other_program() -> None:
    button = Button("Follow", Act.SAY, "g authors follow Ada Quill")
    assert reply_text(told("x", button), "/opt/broadsheet slash").endswith(
        "/opt/broadsheet slash 'authors follow Ada Quill'"
    )
    assert reply_text(told("x", button), "/papers").endswith("Follow: /papers authors follow Ada Quill")


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    """Answers with nasty words wherever words can stand."""
    acts = st.sampled_from([Act.SAY, Act.APPLY, Act.TOPICS])
    styles = st.sampled_from(["", "primary", "danger"])
    buttons = st.builds(Button, NASTY, acts, NASTY, style=styles)
    return Reply(
        draw(st.sampled_from(["trouble", "working"])),
        {"told": draw(NASTY)},
        tuple(draw(st.lists(buttons, max_size=40))),
    )


@slowly
@given(replies())
def test_slack_takes_every_answer_as_a_message_and_in_a_form_s_place(reply: Reply) -> None:
    message = reply_message(reply)
    check_message(message)
    check_view(reply_view(reply))


@slowly
@given(replies())
def test_nothing_in_an_answer_can_ping_or_steer_a_terminal(reply: Reply) -> None:
    message = reply_message(reply)
    assert not re.search("<[!@#]", message.text + "".join(texts(list(message.blocks))))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2060\u202a-\u202e]", reply_text(reply))
