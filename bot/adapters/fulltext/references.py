"""What the text says about its equations, and the list of what it cites."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.adapters.fulltext.inline import Heard, line
from bot.adapters.fulltext.sections import Body
from bot.adapters.fulltext.tree import Node
from bot.domain.fulltext import Block, Equation, Paragraph, Section, Setting, Theorem
from bot.domain.sentences import sentences

_MOST_ENTRIES, _LONGEST_ENTRY = 1_500, 1_000
_LONGEST_SENTENCE = 600  # characters
_NEAR = 8  # blocks
_NUMBER = r"\(?(?:[A-Z]{1,2}\.?)?\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?'?\)?"
_NAMED = re.compile(
    rf"\b(?:[Ee]quations?|[Ee]qn?s?\.?|[Ii]nequalit(?:y|ies)|[Ff]ormulas?|[Ff]ormulae|[Ii]dentit(?:y|ies)|[Oo]bjectives?)"
    rf"[\s~]*(?P<numbers>{_NUMBER}(?:\s*(?:,|and|or|&|to|–|-|,\s*and)\s*{_NUMBER})*)"
)
_BARE = re.compile(
    rf"\b(?:in|by|from|of|using|with|see|and|to|into|via|combining|minimi[sz]ing|solving|that) \(({_NUMBER})\)"
)
_ONE = re.compile(r"[A-Z]{0,2}\.?\d[\w.']*")


def mentioned(body: Body) -> tuple[Section, ...]:
    """The sections with each equation's mentions and the sentences about it filled in."""
    mentions = _mentions(body)
    return tuple(replace(section, blocks=tuple(_told(section, mentions))) for section in body.sections)


def _told(section: Section, mentions: Mapping[str, int]) -> Iterator[Block]:
    for at, block in enumerate(section.blocks):
        if isinstance(block, Equation):
            before = deque(sentences(_nearest(section.blocks[max(0, at - _NEAR) : at][::-1])), maxlen=1)
            after = next(sentences(_nearest(section.blocks[at + 1 : at + 1 + _NEAR])), "")
            yield replace(
                block,
                before=_not_too_long("".join(before)),
                after=_not_too_long(after),
                mentions=mentions.get(block.key, 0),
            )
        else:
            yield block


def _nearest(blocks: tuple[Block, ...]) -> str:
    """The first paragraph; footnotes and what floats are passed over."""
    for block in blocks:
        if isinstance(block, Paragraph) and block.setting is not Setting.NOTE:
            return block.text
        if isinstance(block, Theorem):
            return ""
    return ""


def _mentions(body: Body) -> Counter[str]:
    """Key of an equation -> how often the text refers to it, by a link or in words."""
    found: Counter[str] = Counter()
    for name, count in body.targets.items():
        if name in body.names:
            found[body.names[name]] += count
    if not found:  # the page links none of them
        equations = [block for section in body.sections for block in section.blocks if isinstance(block, Equation)]
        by_number = {number: block.key for block in equations for number in block.numbers}
        texts = (b.text for section in body.sections for b in section.blocks if isinstance(b, Paragraph))
        found.update(by_number[number] for text in texts for number in _printed(text) if number in by_number)
    return found


def _printed(text: str) -> Iterator[str]:
    for named in _NAMED.finditer(text):
        yield from (one[0].strip(".") for one in _ONE.finditer(named["numbers"]))
    for bare in _BARE.finditer(_NAMED.sub(" ", text)):
        yield bare[1]


def _not_too_long(sentence: str) -> str:
    return sentence if len(sentence) <= _LONGEST_SENTENCE else ""


def bibliography(document: Node) -> tuple[str, ...]:
    """One line for each entry, with its label as printed."""
    entries = (line(node, Heard())[:_LONGEST_ENTRY] for node in document.walk() if "ltx_bibitem" in node.classes)
    return tuple(entry for entry, _ in zip(filter(None, entries), range(_MOST_ENTRIES), strict=False))
