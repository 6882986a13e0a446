"""Whether what is said stands at the place that is named for it, and not only somewhere in the paper.

Numbers with a decimal point must stand in the table that is named, or around it: in its section, in sentences that
refer to it, in the abstract. A quotation must stand in the section that is named. What cannot be told passes: a PDF, a
table that was cut, a figure, whole numbers, which stand everywhere.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import takewhile

from bot.checking.numbers import Number
from bot.checking.source import Source
from bot.domain.fulltext import Block, Paragraph, Section, Table, TextSource
from bot.domain.note import Statement

# 28.4, 91,75 and 0.001, but not 1,024.
_EXACT = re.compile(r"\d[.,]\d{1,2}(?!\d)|(?<!\d)0[.,]\d")
_READ_BY_PLACES = frozenset((TextSource.HTML, TextSource.AR5IV))


class Standing:
    """What stands where in one source."""

    def __init__(self, source: Source) -> None:
        self._source, self._text = source, source.text
        self._read: dict[str, Source] = {}

    def elsewhere(self, said: Statement, numbers: Iterable[Number]) -> tuple[str, ...]:
        """Those of its numbers that the paper has, but neither at the tables that it names nor in its quotation.

        said: its place in words; its quotation is the paper's. numbers: of its text.
        """
        named = self._keys(said.where)
        exact = [one for one in numbers if not one.name and _EXACT.search(one.text) and self._source.has(one)]
        if not exact or not named or not set(named) <= self._text.tables.keys():
            return ()
        for place in self._source.places.named_in(said.text):
            named += self._keys(self._source.places.label(place.text)[0]) or ("",)
        if not all(map(self._is_whole, named)):
            return ()
        parts = (self._of((Paragraph(said.quote), Paragraph(self._text.abstract))), *map(self._part, named))
        return tuple(one.text for one in exact if not any(part.has(one) for part in parts))

    def place_of(self, said: Statement) -> str:
        """Its place; but where it names sections that its quotation is not in, the one section that has it."""
        named = self._keys(said.where)
        if not said.quote or not named or not set(named) <= self._sections.keys():
            return said.where
        if any(self._part(key).quotes(said.quote) for key in named):
            return said.where
        having = [label for label, own in self._by_section if own.quotes(said.quote)]
        return having[0] if len(having) == 1 else said.where

    def _keys(self, where: str) -> tuple[str, ...]:
        """Of places in words; none if one of them has no key, or in a text whose places cannot be relied on."""
        labels = [where] if where in self._by_label else where.split("; ")
        known = self._text.source in _READ_BY_PLACES and all(label in self._by_label for label in labels)
        return tuple(key for label in labels for key in self._by_label[label]) if known else ()

    @cached_property
    def _by_label(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for key, label in self._text.labels.items():
            found[label].append(key)
        return dict(found)

    @cached_property
    def _sections(self) -> dict[str, Section]:
        return {section.key: section for section in self._text.sections}

    @cached_property
    def _by_section(self) -> list[tuple[str, Source]]:
        return [(section.label, self._of(section.blocks)) for section in self._text.sections]

    def _is_whole(self, key: str) -> bool:
        """Whether all that stands there can be read."""
        table = self._text.tables.get(key)
        return bool(table.rows) and not table.cut if table else key in self._sections

    def _part(self, key: str) -> Source:
        """A section with its parts; or a table with the words around it."""
        if key not in self._read:
            table = self._text.tables.get(key)
            self._read[key] = self._of(self._around(table) if table else self._within(key))
        return self._read[key]

    def _of(self, blocks: Iterable[Block]) -> Source:
        section = Section("S1", "", "", 1, tuple(blocks))
        return Source(replace(self._text, title="", abstract="", sections=(section,), bibliography=()), ())

    def _within(self, key: str) -> Iterator[Block]:
        sections = iter(self._text.sections)
        section = next(one for one in sections if one.key == key)
        yield from section.blocks
        for part in takewhile(lambda one: one.level > section.level, sections):
            yield from part.blocks

    def _around(self, table: Table) -> Iterator[Block]:
        yield table
        own = self._text.section_of[table.key]
        refers = re.compile(rf"\b[Tt]ab\w*\.?[^.\w][^.]{{0,40}}?(?<!\d){re.escape(table.number)}(?!\d)")
        for section in self._text.sections:
            for block in section.blocks:
                if isinstance(block, Paragraph) and (section is own or (table.number and refers.search(block.text))):
                    yield block
