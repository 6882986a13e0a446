"""What a reader sees of a deep note in a real browser: of its page, and in a mail and in Slack."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.demo.slack_page import slack_page
from bot.domain.note import Note, Symbol
from bot.render.note import note_pages
from tests.browser import measure
from tests.examples import profile
from tests.render.notes import HOSTILE, RICH, filled_with
from tests.render.test_note_mail import html_of, noted
from tests.render.test_pictures import FORMULA, LONG, OVERFLOW, posted

WIDE_TEX = r"\begin{aligned}" + r"a_{i}&=\frac{1}{n}" + r"+\beta_{ij}x_{j}" * 40 + r"\\&=c\end{aligned}"
WIDE = filled_with(RICH, f"{LONG} {FORMULA}")
WIDE = replace(
    WIDE,
    equations=(
        replace(RICH.equations[0], tex=WIDE_TEX),
        replace(RICH.equations[1], tex=rf"\unknown{{{LONG}}}"),
        *WIDE.equations[2:],
    ),
    content=replace(
        WIDE.content, formulas=tuple(replace(one, symbols=(Symbol(WIDE_TEX, LONG),)) for one in WIDE.content.formulas)
    ),
)
NOTES = (RICH, HOSTILE, WIDE, replace(WIDE, language="ar"))
FORMULAS = """
const find = selector => [...frame.contentDocument.querySelectorAll(selector)];
const box = one => { const at = one.getBoundingClientRect(); return [at.left, at.right, at.width, at.height]; };
return {boxes: find(".equation").map(box), maths: find(".equation math").map(box),
        cells: find("#formula-2 mtd.right > :last-child").map(one => one.getBoundingClientRect().right),
        scrolls: find(".equation").map(one => one.scrollWidth > one.clientWidth)};
"""
BOTH = f"return {{overflow: (() => {{ {OVERFLOW} }})(), formulas: (() => {{ {FORMULAS} }})()}};"
TELEPHONE, DESK = 360, 1200
WIDTHS = (TELEPHONE, 700, DESK)  # pixels


def page(note: Note) -> str:
    return note_pages(note, profile())[0].text


@dataclass(frozen=True)
class Shown:
    """What the browser finds where something is shown in a window of that width."""

    width: int
    overflow: Any
    formulas: Any


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Shown]:
    """By what is shown. One start of the browser for all."""
    wide = noted(RICH, filled_with(RICH, "Wide" * 60 + r" $\frac{a}{b}$"))
    frames = {f"note {n} at {width}": (page(note), width) for n, note in enumerate(NOTES) for width in WIDTHS}
    frames["mail"] = (html_of(wide), TELEPHONE)
    frames["Slack"] = (slack_page(posted(wide), "x"), TELEPHONE)
    pages, widths = [html for html, _ in frames.values()], [width for _, width in frames.values()]
    found = measure(tmp_path_factory.mktemp("browser"), pages, widths, BOTH)
    return {name: Shown(width, **one) for name, width, one in zip(frames, widths, found, strict=True)}


def test_nothing_of_a_note_reaches_beyond_the_screen_be_it_its_page_a_mail_or_slack(shown: Mapping[str, Shown]) -> None:
    for name, one in shown.items():
        assert one.overflow["page"] == one.width or not name.startswith("note")
        assert one.overflow["needs"] <= one.width, (name, one.overflow["out"])
        assert one.overflow["out"] == [], name


def test_formulas_have_height_stand_aligned_and_only_a_wide_one_scrolls_from_its_left_end(
    shown: Mapping[str, Shown],
) -> None:
    usual, wide = (shown[f"note {NOTES.index(note)} at {DESK}"].formulas for note in (RICH, WIDE))

    assert all(height > 20 for _, _, _, height in usual["maths"])
    assert usual["scrolls"] == [False, False, False]
    assert abs(usual["cells"][0] - usual["cells"][1]) < 2
    assert wide["scrolls"][0] is True
    assert wide["maths"][0][0] >= wide["boxes"][0][0]
