"""The body of a paper -> its sections and their blocks, in order."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.adapters.fulltext.floats import float_blocks
from bot.adapters.fulltext.groups import Display, displays
from bot.adapters.fulltext.inline import Heard, formula, is_block, is_hidden, line, pieces, tidy
from bot.adapters.fulltext.tables import section_number, split_tag
from bot.adapters.fulltext.tree import Node
from bot.domain.fulltext import Block, Equation, Paragraph, Section, Setting, Theorem
from bot.errors import TextError

_SECTIONS = frozenset((
    "ltx_part", "ltx_chapter", "ltx_section", "ltx_subsection", "ltx_subsubsection", "ltx_paragraph",
    "ltx_subparagraph", "ltx_appendix", "ltx_acknowledgements",
))  # fmt: skip
_APART = frozenset((
    "ltx_title_document", "ltx_authors", "ltx_abstract", "ltx_date", "ltx_dates", "ltx_classification",
    "ltx_keywords", "ltx_bibliography", "ltx_index", "ltx_glossary", "ltx_title", "ltx_role_newpage",
))  # fmt: skip
_IN_LINES = frozenset(("a", "cite", "sup", "sub", "br"))
_NEVER_OPENED = frozenset(("ltx_note", "ltx_missing_label"))
_EQUATIONS = frozenset(("ltx_equation", "ltx_equationgroup"))
_FLOATS = frozenset(("ltx_figure", "ltx_table", "ltx_float", "ltx_listing", "ltx_lstlisting", "ltx_tabular"))
_MOST_BLOCKS = 20_000
_LONGEST_PARAGRAPH = 20_000  # characters; a longer one goes on in the next


@dataclass
class _Draft:
    """A section while it is read."""

    number: str
    title: str
    level: int
    appendix: bool
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Body:
    """sections: as read. names: id on the page -> key of the equation there. targets: id -> references to it."""

    sections: tuple[Section, ...]
    names: dict[str, str]
    targets: Counter[str]


def read_body(document: Node, deadline: float) -> Body:
    """deadline: of time.monotonic(). Raises TextError."""
    walker = _Walker(deadline)
    walker.walk(document)
    return walker.body()


class _Walker:
    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._sections = [_Draft("", "", 1, appendix=False)]
        self._level, self._appendix, self._after_bibliography = 0, False, False
        self._setting = Setting.BODY
        self._line: list[str] = []
        self._prefix = ""  # what a list prints before the next line
        self._heard = Heard()
        self._names: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._blocks = 0

    def body(self) -> Body:
        """What was read."""
        kept = [draft for draft in self._sections if draft.blocks or draft.title]
        sections = tuple(
            Section(f"S{at}", draft.number, draft.title, draft.level, tuple(draft.blocks), draft.appendix)
            for at, draft in enumerate(kept, 1)
        )
        return Body(sections, self._names, self._heard.targets)

    def walk(self, node: Node) -> None:
        """Read all parts of a block."""
        self._end_line()
        for part in node.parts:
            self._read(part)
        self._end_line()

    def _read(self, part: Node | str) -> None:
        if isinstance(part, str) or _stays_in_line(part):
            self._line += pieces(part, self._heard)
        elif part.tag == "math":
            self._read_math(part)
        elif handler := self._handler(part):
            self._end_line()
            handler(part)
        elif is_hidden(part) or part.classes & _APART:
            self._pass_by(part)
        elif "ltx_tag_item" in part.classes or "ltx_tag" in part.classes:
            self._prefix = _item_tag(line(part, self._heard))
        elif is_block(part):
            self.walk(part)
            self._prefix = "" if part.tag == "li" else self._prefix
        else:
            for inner in part.parts:
                self._read(inner)

    def _pass_by(self, node: Node) -> None:
        """What is no part of the body may still say where the body begins and ends."""
        self._after_bibliography |= "ltx_bibliography" in node.classes
        if "ltx_title_document" in node.classes:  # what comes before the title is a banner or a permission
            self._end_line()
            self._sections[-1].blocks.clear()

    def _handler(self, node: Node) -> Callable[[Node], None] | None:
        """What reads an element that is more than text."""
        if node.classes & _SECTIONS:
            return self._read_section
        if node.classes & _EQUATIONS:
            return self._read_equations
        if "ltx_theorem" in node.classes:
            return self._read_theorem
        if "ltx_proof" in node.classes:
            return self._read_proof
        if node.classes & _FLOATS and (node.tag in {"figure", "table", "div"} or "ltx_float" in node.classes):
            return self._read_float
        return None

    def _read_math(self, node: Node) -> None:
        if node.attributes.get("display") == "block" and formula(node):
            self._end_line()
            self._equation(Display([[formula(node)[1:-1]]], [], [node.name]))
        else:
            self._line += pieces(node, self._heard)

    def _read_section(self, node: Node) -> None:
        """Text that follows a subsection without being in one stays with that subsection, so that order is kept."""
        before = self._level, self._appendix
        heading = next((child for child in node.children() if "ltx_title" in child.classes), None)
        number, title = _heading(heading)
        self._level += 1
        late = self._after_bibliography and self._level == 1
        says_so = (len(number) == 1 and number.isalpha()) or title.casefold().startswith(("appendi", "supplement"))
        self._appendix |= "ltx_appendix" in node.classes or (late and says_so)
        self._sections.append(_Draft(number, title, self._level, self._appendix))
        self.walk(node)
        self._level, self._appendix = before

    def _read_theorem(self, node: Node) -> None:
        heading = next((child for child in node.children() if "ltx_title" in child.classes), None)
        tag = heading.first("ltx_tag") if heading else None
        kind, number = split_tag(line(tag, self._heard) if tag else "")
        rest = line(heading, self._heard) if heading else ""
        rest = rest.removeprefix(line(tag, Heard())) if tag else rest
        if not kind and rest:
            kind, rest = rest.strip(" .:"), ""
        self._add(Theorem(self._key("P"), kind or "Statement", number, _unwrapped(rest)))
        self._within(Setting.THEOREM, node)

    def _read_proof(self, node: Node) -> None:
        heading = next((child for child in node.children() if "ltx_title" in child.classes), None)
        title = line(heading, self._heard) if heading else ""
        if title.strip(" .:").casefold() not in {"", "proof"}:
            self._add(Paragraph(title, Setting.PROOF))
        self._within(Setting.PROOF, node)

    def _within(self, setting: Setting, node: Node) -> None:
        before, self._setting = self._setting, setting
        self.walk(node)
        self._setting = before

    def _read_float(self, node: Node) -> None:
        for block in float_blocks(node, self._key, self._heard, self._setting):
            self._add(block)
        self._end_line()

    def _read_equations(self, node: Node) -> None:
        for part in displays(node, self._heard):
            if isinstance(part, str):
                self._line.append(part)
                self._end_line()
            else:
                self._equation(part)

    def _equation(self, display: Display) -> None:
        tex = display.tex
        if not tex:
            return
        key = self._key("E")
        self._names |= dict.fromkeys(display.names, key)
        self._add(Equation(key, tuple(display.numbers), tex, setting=self._setting))

    def _key(self, letter: str) -> str:
        self._counts[letter] += 1
        return f"{letter}{self._counts[letter]}"

    def _end_line(self) -> None:
        text = tidy("".join(self._line))
        self._line = []
        if text:
            text, self._prefix = self._prefix + text, ""
        while text:
            self._add(Paragraph(text[:_LONGEST_PARAGRAPH], self._setting))
            text = text[_LONGEST_PARAGRAPH:]
        notes, self._heard.notes = self._heard.notes, []
        for note in notes:
            self._add(Paragraph(note, Setting.NOTE))

    def _add(self, block: Block) -> None:
        self._blocks += 1
        if self._blocks > _MOST_BLOCKS:
            raise TextError(f"the page has more than {_MOST_BLOCKS:,} paragraphs and formulas, which no paper has")
        if time.monotonic() > self._deadline:
            raise TextError("the page takes too long to read")
        self._sections[-1].blocks.append(block)


def _stays_in_line(node: Node) -> bool:
    """Whether it is text whatever it holds. A tabular that is a span only breaks the line that it stands in."""
    broken = node.tag == "span" and "ltx_tabular" in node.classes
    return broken or node.tag in _IN_LINES or bool(node.classes & _NEVER_OPENED)


def _heading(heading: Node | None) -> tuple[str, str]:
    """Number and title of a section. References and footnotes in a title count for nothing."""
    heard = Heard()
    if heading is None:
        return "", ""
    tag = next((child for child in heading.children() if "ltx_tag" in child.classes), None)
    title = tidy("".join(piece for part in heading.parts if part is not tag for piece in pieces(part, heard)))
    return section_number(line(tag, Heard())) if tag else "", title


def _item_tag(tag: str) -> str:
    """Bullets say nothing; a number or a word does."""
    return f"{tag} " if any(sign.isalnum() for sign in tag) else ""


def _unwrapped(title: str) -> str:
    title = title.strip(" .:")
    return title[1:-1].strip() if title.startswith("(") and title.endswith(")") else title
