"""Display equations: the tables that LaTeXML lays them out in -> formulas with their numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.adapters.fulltext.formulas import begins_statement, clean_tex, joined
from bot.adapters.fulltext.inline import Heard, is_hidden, line
from bot.adapters.fulltext.tree import Node
from bot.domain.characters import one_line

_PADDING = ("padleft", "padright")
_MOST_LINES = 60  # of one group
_NOT_IN_TEXT = dict.fromkeys(map(ord, r"\{}$%&#_^~"))


@dataclass
class Display:
    """One equation: its rows of cells, its numbers as printed, and the ids by which the text refers to it."""

    rows: list[list[str]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @property
    def tex(self) -> str:
        """One formula."""
        return joined(self.rows)


@dataclass(frozen=True)
class _Row:
    cells: tuple[str, ...]
    number: str
    names: tuple[str, ...]


def displays(node: Node, heard: Heard) -> Iterator[Display | str]:
    """The equations of a table of them, in order, and the texts between their rows."""
    group: list[_Row] = []
    own = [node.name]  # the table's id is that of its first equation
    for row, names in _rows(node, ()):
        if not any(part.tag == "math" for part in row.walk()) and (words := line(row, heard)):
            yield from _statements(group)
            group = []
            yield words
            continue
        read = _read(row, (*own, *names), heard)
        own = []
        if any(read.cells) or read.number:
            group.append(_halved(read) if "ltx_eqn_eqnarray" in node.classes else read)
    yield from _statements(group)


def _halved(row: _Row) -> _Row:
    """A row of an `eqnarray`, whose middle column holds the relation, as a row of an `align`."""
    return _Row((row.cells[0], " ".join(filter(None, row.cells[1:]))), row.number, row.names) if row.cells else row


def _rows(node: Node, names: tuple[str, ...]) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """Each row with the ids of what is about it. An equation that is no table is its only row."""
    found = False
    for child in node.children():
        if child.tag == "tr" or "ltx_eqn_row" in child.classes:
            found = True
            yield child, (*names, child.name)
        elif child.tag in {"tbody", "thead"} or child.classes & {"ltx_equation", "ltx_equationgroup"}:
            found = True
            yield from _rows(child, (*names, child.name))
    if not found:
        yield node, names


def _read(row: Node, names: tuple[str, ...], heard: Heard) -> _Row:
    number = row.first("ltx_tag_equation", "ltx_tag_equationgroup")
    cells: list[str] = []
    places = [cell for cell in row.children() if cell.tag in {"td", "th"}] or [row]
    for cell in places:
        if any(name.endswith(_PADDING) for name in cell.classes) or "ltx_eqn_eqno" in cell.classes:
            continue
        cells.append(_cell(cell, heard))
    printed = " ".join(line(part, heard) for part in number.parts) if number else ""
    return _Row(tuple(cells), printed.strip("() ."), tuple(filter(None, names)))


def _cell(cell: Node, heard: Heard) -> str:
    r"""Its formulas as one; words between them stand as \text{…}."""
    return " ".join(filter(None, _parts(cell, heard)))


def _parts(node: Node, heard: Heard) -> Iterator[str]:
    for part in node.parts:
        if isinstance(part, str):
            words = one_line(part).translate(_NOT_IN_TEXT)
            yield rf"\text{{ {words} }}" if any(map(str.isalnum, words)) else words
        elif part.tag == "math":
            yield clean_tex(part.tex)
        elif "ltx_note" in part.classes:
            line(part, heard)  # taken aside
        elif not is_hidden(part):
            yield from _parts(part, heard)


def _statements(rows: list[_Row]) -> Iterator[Display]:
    """Rows that are equations of their own apart, all others together."""
    if not rows:
        return
    while all(len(row.cells) > 1 and not row.cells[0] for row in rows):
        rows = [_Row(row.cells[1:], row.number, row.names) for row in rows]
    display, above = Display(), _Row((), "", ())
    for row in rows[:_MOST_LINES]:
        if display.rows and begins_statement(row.cells, row.number, above.cells, above.number):
            yield display
            display = Display()
        display.rows.append(list(row.cells))
        display.numbers += [row.number] if row.number else []
        display.names += row.names
        above = row
    yield display
