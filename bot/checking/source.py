"""A full text, made ready once for looking things up in it."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from bot.checking.numbers import Number, bare_values_in, values_in
from bot.checking.places import Places
from bot.checking.squeezed import CITATION, Squeezed
from bot.checking.values import Value
from bot.domain.fulltext import Algorithm, Block, Equation, Figure, FullText, Paragraph, Table, TextSource, Theorem

_CITED = re.compile(rf"(?:\S{{1,40}}\s)?(?:{CITATION.pattern})")  # with the word that it follows
# Of the bibliography, only years and arXiv ids count as numbers: its pages and volumes say nothing of the paper.
_OF_A_REFERENCE = re.compile(r"(?<!\d)(?:\d{4}\.\d{4,5}|(?:19|20)\d\d)(?!\d)")


class Source:
    """All that may be looked up for one paper; known: arXiv ids that may be named, too."""

    def __init__(self, text: FullText, known: Iterable[str]) -> None:
        self.text, self._known = text, tuple(known)

    @cached_property
    def places(self) -> Places:
        """What it has: sections, tables and their like."""
        return Places(self.text, self.words)

    @cached_property
    def values(self) -> set[Value]:
        """All numbers in it."""
        ids = " ".join((self.text.arxiv_id, *self._known))
        return values_in("\n".join((*self._all, ids, *_OF_A_REFERENCE.findall("\n".join(self.text.bibliography)))))

    @cached_property
    def values_of_tables(self) -> set[Value]:
        """Those that stand in tables without a scale of their own, which may be told in a caption or a head.

        Of a PDF, all such: what is in a table cannot be told from what is not.
        """
        if self.text.source is TextSource.PDF:
            return bare_values_in("\n".join(self._all))
        return bare_values_in(
            "\n".join(cell for table in self.text.tables.values() for row in table.rows for cell in row)
        )

    @cached_property
    def words(self) -> Squeezed:
        """All words in it, in order."""
        return Squeezed("\n".join((*self._all, *self._known, *self.text.bibliography)))

    @cached_property
    def _prose(self) -> Squeezed:
        """Its sentences without citations, on end even where an equation or a table stands between."""
        paragraphs = (block.text for block in self.text.blocks() if isinstance(block, Paragraph))
        return Squeezed(CITATION.sub(" ", "\n".join((self.text.abstract, *paragraphs))))

    def has(self, number: Number) -> bool:
        """Whether the number, or the name with a number, is in it."""
        return number.in_source(self.values, self.values_of_tables, self.words)

    def quotes(self, phrase: str) -> bool:
        """Whether the phrase is the paper's own; citations and equations on lines of their own may be left out."""
        if self.words.holds(phrase):
            return True
        cited = (found[0] for found in _CITED.finditer(phrase))
        return all(map(self.words.holds, cited)) and self._prose.holds(CITATION.sub(" ", phrase))

    @cached_property
    def _all(self) -> tuple[str, ...]:
        return tuple(_lines(self.text))


@lru_cache(maxsize=1)
def source_of(text: FullText, known: tuple[str, ...]) -> Source:
    """A note is checked twice in a row, against one paper: what was made ready for the first time is there."""
    return Source(text, known)


def _lines(text: FullText) -> Iterator[str]:
    yield from (text.title, text.abstract)
    for section in text.sections:
        yield f"{section.number} {section.title}"
        for block in section.blocks:
            yield from _lines_of(block)
    for equation in text.equations.values():
        yield from (equation.before, equation.after)


def _lines_of(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text
    elif isinstance(block, Equation):
        yield block.tex
    elif isinstance(block, Theorem):
        yield f"{block.kind} {block.number} {block.title}"
    elif isinstance(block, Figure | Table | Algorithm):
        yield block.caption
        if isinstance(block, Table):
            yield from (" | ".join(row) for row in block.rows)
        elif isinstance(block, Algorithm):
            yield from block.lines
