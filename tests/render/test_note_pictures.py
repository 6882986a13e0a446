"""What a reader sees of a deep note, in a real browser."""

from dataclasses import replace
from pathlib import Path

from bot.domain.note import Symbol
from bot.render.note import note_pages
from tests.browser import measure
from tests.examples import profile
from tests.render.notes import HOSTILE, RICH, filled_with
from tests.render.test_pictures import FORMULA, LONG, OVERFLOW

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


def page(note: object) -> str:
    return note_pages(note, profile())[0].text  # type: ignore[arg-type]


def test_nothing_of_a_note_reaches_beyond_the_screen(tmp_path: Path) -> None:
    shown = [(page(note), width) for note in NOTES for width in (360, 700, 1200)]
    widths = [width for _, width in shown]

    for found, width in zip(measure(tmp_path, [html for html, _ in shown], widths, OVERFLOW), widths, strict=True):
        assert found["page"] == width
        assert found["needs"] <= width, found["out"]
        assert found["out"] == []


def test_formulas_have_height_stand_aligned_and_only_a_wide_one_scrolls_from_its_left_end(tmp_path: Path) -> None:
    usual, wide = measure(tmp_path, [page(RICH), page(WIDE)], 1200, FORMULAS)

    assert all(height > 20 for _, _, _, height in usual["maths"])
    assert usual["scrolls"] == [False, False, False]
    assert abs(usual["cells"][0] - usual["cells"][1]) < 2
    assert wide["scrolls"][0] is True
    assert wide["maths"][0][0] >= wide["boxes"][0][0]
