"""What a reader sees: pages and mails in a real browser."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.demo.slack_page import Line, reply_page, slack_page
from bot.domain.conversation import Act, Button, Reply
from bot.domain.digest import Digest
from bot.domain.paper import AnnounceType
from bot.render.blocks import thread
from bot.render.home import home_view
from bot.render.mail import mail
from bot.render.pages import day_pages
from bot.render.replies import reply_message
from bot.render.views import cutoffs_form, topics_form
from tests.browser import measure, picture
from tests.examples import announced, digest, profile, verdict
from tests.render.test_home import HOME

LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
FORMULA = r"$\sum_{i=1}^{n} \frac{\partial \mathcal{L}}{\partial \theta_i} + " + r"\alpha_{ij} + " * 25 + r"\beta$"
WIDE = digest(
    (
        announced(
            1, title=f"{LONG} {FORMULA}", abstract=f"We {FORMULA} {LONG} https://example.org/{LONG}", comment=LONG
        ),
    ),
    (verdict(1, comment=LONG, topic_reason=f"{FORMULA}{LONG}"),),
    profile(name=LONG, topics=(replace(profile().topics[0], name=LONG),)),
    remarks=(LONG,),
    catch_up=True,
    approximate=True,
    new_versions=tuple(announced(n, AnnounceType.REPLACE, title=f"{LONG} {FORMULA}", version=2) for n in range(9)),
)
EMPTY = digest((announced(1, title=LONG),), (verdict(1, relevance=2, comment=LONG),), profile(name=LONG))
BUTTONS = tuple(Button(label, Act.SAY, "group x") for label in (LONG[:75], "Apply", "Cancel"))
ANSWER = Reply("trouble", {"told": f"{LONG} https://example.org/{LONG}"}, BUTTONS)
# Everything that Slack shows of us besides digests, with words that find no place to break.
TALK = [
    Line(LONG, f"/papers {LONG}"),
    Line(message=reply_message(ANSWER)),
    *(Line(view=form(WIDE.profile, "v")) for form in (topics_form, cutoffs_form)),
    Line(view=home_view(replace(HOME, profile=WIDE.profile, profiles=(WIDE.profile, profile(id="b")), why_not=LONG))),
]
SITE = "https://digest.example.org/"
OVERFLOW = """
const root = frame.contentDocument.documentElement, wide = root.clientWidth + 1;
const scrolls = one => one && (getComputedStyle(one).overflowX === "auto" || scrolls(one.parentElement));
const beyond = one => one.getBoundingClientRect().right > wide && !scrolls(one);
const out = [...root.querySelectorAll("body *")].filter(beyond);
return {page: root.clientWidth, needs: root.scrollWidth, out: out.slice(0, 5).map(one => one.outerHTML.slice(0, 120))};
"""
HEIGHTS = """
const find = selector => frame.contentDocument.querySelector(selector).getBoundingClientRect();
return {math: find("math").height, details: frame.contentDocument.querySelector(".prompt details").open,
        notice: find(".notices").top, paper: find("article").top};
"""


def posted(made: Digest) -> list[dict[str, object]]:
    """The digest's thread with its buttons, as Slack's API gives it."""
    shown = thread(made, SITE + LONG, interactive=True)
    replies: list[dict[str, object]] = [
        {"ts": f"2.{n}", "thread_ts": "1", "blocks": one.blocks} for n, one in enumerate(shown.replies)
    ]
    return [{"ts": "1", "blocks": shown.headline.blocks}, *replies]


def page(made: object = WIDE) -> str:
    return day_pages(made)[0].text  # type: ignore[arg-type]


def test_nothing_reaches_beyond_a_telephone_s_screen(tmp_path: Path) -> None:
    shown = [
        page(),
        page(digest()),
        page(EMPTY),
        *(
            mail(made, "https://digest.example.org/" + LONG, "a@example.org", "example.org").html
            for made in (WIDE, EMPTY)
        ),
        *(slack_page(posted(made), "x") for made in (WIDE, EMPTY)),
        reply_page(TALK, "x"),
    ]

    for found in measure(tmp_path, shown, 360, OVERFLOW):
        assert found["page"] == 360
        assert found["needs"] <= 360, found["out"]
        assert found["out"] == []


def test_notices_stand_above_papers_formulas_have_height_and_the_prompt_is_folded(tmp_path: Path) -> None:
    [found] = measure(tmp_path, [page()], 1200, HEIGHTS)

    assert found["notice"] < found["paper"]
    assert found["math"] > 20
    assert found["details"] is False


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_and_mail_are_dark_for_readers_who_asked_for_it_and_light_for_others(tmp_path: Path, scheme: str) -> None:
    html = mail(digest(), None, "a@example.org", "example.org").html
    both = [picture(tmp_path, shown, width=600, height=300, scheme=scheme).colour(5, 290) for shown in (page(), html)]

    for colour in both:
        assert max(colour) < 40 if scheme == "dark" else min(colour) > 230


def luminance(colour: str) -> float:
    """Relative luminance, 0.0-1.0, of #rrggbb: https://www.w3.org/TR/WCAG21/#dfn-relative-luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("ground", ["paper", "tint", "alert"])
@pytest.mark.parametrize("text", ["ink", "soft", "link", "seen", "accent"])
def test_every_text_stands_out_from_every_ground(theme: int, ground: str, text: str) -> None:
    themes = [dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in re.findall(r":root \{[^}]*\}", page())[:2]]
    lighter, darker = sorted((luminance(themes[theme][text]), luminance(themes[theme][ground])), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= 4.5  # WCAG 2.1, level AA


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_slack_shows_is_dark_for_readers_who_asked_for_it(tmp_path: Path, scheme: str) -> None:
    colour = picture(tmp_path, reply_page(TALK[:1], "x"), width=600, height=300, scheme=scheme).colour(5, 290)
    assert max(colour) < 40 if scheme == "dark" else min(colour) > 230


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("text", "ground"), [("ink", "paper"), ("soft", "paper"), ("link", "paper"), ("said", "code")])
def test_every_text_of_slack_s_page_stands_out(theme: int, text: str, ground: str) -> None:
    style = reply_page([], "x")
    themes = [dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in re.findall(r":root \{[^}]*\}", style)[:2]]
    lighter, darker = sorted((luminance(themes[theme][text]), luminance(themes[theme][ground])), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= 4.5  # WCAG 2.1, level AA
