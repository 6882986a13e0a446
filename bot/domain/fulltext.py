"""The full text of a paper, as it was read: sections of paragraphs, equations, tables and their like, in order.

Every part has a key of ours, by which a language model and the checks refer to it: S1, S2, … for sections, E1, … for
display equations, T1, … for tables, A1, … for algorithms, F1, … for figures, P1, … for theorems and their like.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class TextSource(StrEnum):
    """Where a full text was read."""

    HTML = "html"
    AR5IV = "ar5iv"
    PDF = "pdf"
    ABSTRACT = "abstract"


class Setting(StrEnum):
    """What a paragraph or an equation stands in."""

    BODY = "body"
    THEOREM = "theorem"  # also lemmas, definitions, assumptions and their like
    PROOF = "proof"
    NOTE = "note"  # a footnote


@dataclass(frozen=True)
class Paragraph:
    r"""One line of text; formulas in it stand as $tex$, a dollar sign of the text itself as \$. References stand as
    printed, such as "Table 2" or "(3)"."""

    text: str
    setting: Setting = Setting.BODY


@dataclass(frozen=True)
class Equation:
    """A display equation; the rows of an `align` are one equation.

    numbers: as printed beside its rows, without parentheses: "3", "A.2", "7a"; none if it has no number. tex: LaTeX
    without delimiters, on one line, its rows within an `aligned`. before, after: the sentence that leads to it and the
    one that follows, formulas as $tex$; may be empty. mentions: how often the text refers to it.
    """

    key: str
    numbers: tuple[str, ...]
    tex: str
    before: str = ""
    after: str = ""
    mentions: int = 0
    setting: Setting = Setting.BODY


@dataclass(frozen=True)
class Table:
    """number: as printed, such as "2"; may be empty. rows: cells of one line each, formulas as $tex$; a cell that spans
    several columns is followed by empty ones. cut: rows or columns are left out, for there were too many."""

    key: str
    number: str
    caption: str
    rows: tuple[tuple[str, ...], ...]
    cut: bool = False


@dataclass(frozen=True)
class Algorithm:
    """An algorithm box. lines: without line numbers."""

    key: str
    number: str
    caption: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """Of a figure, only its caption can be read."""

    key: str
    number: str
    caption: str


@dataclass(frozen=True)
class Theorem:
    """The heading of a theorem, lemma, definition or their like; its paragraphs follow it. kind: as printed, such as
    "Lemma". title: what stands in parentheses behind the number; may be empty."""

    key: str
    kind: str
    number: str
    title: str = ""


Block = Paragraph | Equation | Table | Algorithm | Figure | Theorem


@dataclass(frozen=True)
class Section:
    """number: as printed, such as "3.1" or "A"; may be empty. level: 1 for a section, 2 for a subsection, … blocks: its
    own, without those of its subsections, which are sections of their own."""

    key: str
    number: str
    title: str
    level: int
    blocks: tuple[Block, ...]
    appendix: bool = False

    @property
    def label(self) -> str:
        """Section 3.1, Training objective; in words where it has no heading, as what comes before the first."""
        kind = "Appendix" if self.appendix else "Section"
        numbered = f"{kind} {self.number}" if self.number else ""
        heading = ", ".join(filter(None, (numbered, self.title.rstrip(" .:"))))
        return heading or ("Appendix" if self.appendix else "text without a heading")


@dataclass(frozen=True)
class FullText:
    """What was read of one version of one paper. Empty sections: only the abstract could be read.

    version: the one that was read; None where its source does not say. url: where a reader finds what was read, always
    of arXiv itself. bibliography: one line each. equation_numbers: of display equations that could not be read as
    formulas (in a PDF). remarks: what the reader should know of how it was read, one sentence each.
    """

    arxiv_id: str
    version: int | None
    source: TextSource
    url: str
    title: str
    abstract: str
    sections: tuple[Section, ...] = ()
    bibliography: tuple[str, ...] = ()
    equation_numbers: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()

    def blocks(self) -> Iterator[Block]:
        """All of them, in order."""
        return (block for section in self.sections for block in section.blocks)

    @cached_property
    def equations(self) -> Mapping[str, Equation]:
        """By key, in order."""
        return {block.key: block for block in self.blocks() if isinstance(block, Equation)}

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """By key, in order."""
        return {block.key: block for block in self.blocks() if isinstance(block, Table)}

    @cached_property
    def section_of(self) -> Mapping[str, Section]:
        """Key of an equation, table, … -> the section that it stands in."""
        return {
            block.key: section
            for section in self.sections
            for block in section.blocks
            if not isinstance(block, Paragraph)
        }

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Key of anything that has one -> how a reader finds it: "Table 2", "Equation (3)", "Section 3.1, Method"."""
        found = {section.key: section.label for section in self.sections}
        return found | {block.key: _label(block, self) for block in self.blocks() if not isinstance(block, Paragraph)}


def _label(block: Equation | Table | Algorithm | Figure | Theorem, text: FullText) -> str:
    if isinstance(block, Equation):
        first, last = (block.numbers[0], block.numbers[-1]) if block.numbers else ("", "")
        numbered = f"Equation ({first})" if first == last else f"Equations ({first})–({last})"
        return numbered if first else f"an unnumbered equation in {text.section_of[block.key].label}"
    kind = block.kind if isinstance(block, Theorem) else type(block).__name__
    return f"{kind} {block.number}" if block.number else f"a {kind.lower()} in {text.section_of[block.key].label}"
