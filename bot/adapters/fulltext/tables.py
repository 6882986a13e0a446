"""Tabulars -> rows of cells, and what boxes hold: listings' lines, captions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.adapters.fulltext.inline import Heard, line, pieces, tidy
from bot.adapters.fulltext.tree import Node
from bot.domain.characters import clean

MOST_ROWS, MOST_COLUMNS = 150, 40
_LONGEST_CELL = 2_000  # characters
_MOST_LINES = 300  # of a listing
_MOST_INDENT = 40  # characters
_NUMBER = re.compile(r"[(\[]?(?:(?=\D*\d)[\w.*′'–-]++|[IVXLC]+|[A-Z](?:\.\w+)*|[a-z](?=\)))[)\]]?")
_SECTION_WORDS = re.compile(r"(?:appendix|section|chapter|part)\b\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Grid:
    """rows: cells of one line each. cut: some are left out."""

    rows: tuple[tuple[str, ...], ...]
    cut: bool = False


@dataclass(frozen=True)
class Caption:
    """kind: of what it is the caption, as the page marks it: "table", "figure", "float", …; empty if it has no tag.

    word, number: as printed, such as "Table", "2". text: without both.
    """

    kind: str = ""
    word: str = ""
    number: str = ""
    text: str = ""


def grid(tabular: Node, heard: Heard) -> Grid:
    """The rows of one tabular; of one within a cell, the text stands in the cell."""
    rows: list[tuple[str, ...]] = []
    cut = False
    reaching: dict[int, int] = {}  # column -> in how many rows below a cell from above still stands there
    for row in _rows(tabular):
        if len(rows) == MOST_ROWS:
            return Grid(tuple(rows), cut=True)
        cells, too_wide = _cells(row, reaching, heard)
        cut = cut or too_wide
        if any(cells):
            rows.append(tuple(cells))
    return Grid(tuple(rows), cut)


def _rows(node: Node) -> Iterator[Node]:
    for child in node.children():
        if child.tag == "tr" or "ltx_tr" in child.classes:
            yield child
        elif not _is_cell(child):
            yield from _rows(child)


def _is_cell(node: Node) -> bool:
    return node.tag in {"td", "th"} or "ltx_td" in node.classes


def _cells(row: Node, reaching: dict[int, int], heard: Heard) -> tuple[list[str], bool]:
    cells: list[str] = []
    for cell in filter(_is_cell, row.children()):
        _pass_over(cells, reaching)
        if len(cells) >= MOST_COLUMNS:
            return cells, True
        text = line(cell, heard)
        text = text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…"
        wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
        for column in range(len(cells), min(len(cells) + wide, MOST_COLUMNS)):
            if high > 1:
                reaching[column] = high - 1
        cells += [text, *[""] * (wide - 1)][: MOST_COLUMNS - len(cells)]
    _pass_over(cells, reaching)
    return cells, False


def _pass_over(cells: list[str], reaching: dict[int, int]) -> None:
    """Leave the next places empty where cells from above reach down."""
    while len(cells) < MOST_COLUMNS and reaching.get(len(cells), 0):
        reaching[len(cells)] -= 1
        cells.append("")


def _span(cell: Node, which: str) -> int:
    value = cell.attributes.get(which, "1").strip()
    return max(1, min(int(value), 1_000)) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def caption(node: Node | None, heard: Heard) -> Caption:
    """Of a figcaption, or of nothing."""
    if node is None:
        return Caption()
    tag = next((part for part in node.walk() if "ltx_tag" in part.classes), None)
    text = tidy("".join(piece for piece in _without(node, tag, heard)))
    if tag is None:
        return Caption(text=text)
    kind = next((name.removeprefix("ltx_tag_") for name in tag.classes if name.startswith("ltx_tag_")), "")
    word, number = split_tag(line(tag, Heard()))
    return Caption(kind, word, number, text)


def _without(node: Node, left_out: Node | None, heard: Heard) -> Iterator[str]:
    for part in node.parts:
        if part is left_out:
            continue
        if left_out is not None and isinstance(part, Node) and any(one is left_out for one in part.walk()):
            yield from _without(part, left_out, heard)
        else:
            yield from pieces(part, heard)


def split_tag(tag: str) -> tuple[str, str]:
    """Kind and number: "Table 2:" has both, "(a)" and "3.1" only a number, "Remark." only a kind."""
    words = tag.strip(" .:").split()
    numbered = bool(words) and bool(_NUMBER.fullmatch(words[-1].strip(".:")))
    number = words.pop().strip(" .:") if numbered else ""
    return " ".join(words).strip(" .:"), number


def section_number(tag: str) -> str:
    """Of "3.1 ", "Appendix A", "§2.", "II-A": what a reference to the section names."""
    return _SECTION_WORDS.sub("", tag.strip().lstrip("§")).strip(" .:\u2003")


def listing_lines(listing: Node) -> tuple[str, ...]:
    """The lines of a listing or an algorithm, indented as they are, without their numbers."""
    lines: list[str] = []
    for node in listing.walk():
        if "ltx_listingline" in node.classes and len(lines) < _MOST_LINES:
            parts = [p for p in node.parts if isinstance(p, str) or "ltx_tag_listingline" not in p.classes]
            text = clean("".join(piece for part in parts for piece in pieces(part, Heard())))
            indent = len(text) - len(text.lstrip()) - text[: len(text) - len(text.lstrip())].count("\n")
            lines.append(" " * min(indent, _MOST_INDENT) + tidy(text))
    return tuple(text for text in lines if text.strip())
