"""As much of a paper as a language model is to read: what says most of it, in the paper's order."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from bot.domain.fulltext import (
    Algorithm,
    Block,
    Equation,
    Figure,
    FullText,
    Paragraph,
    Section,
    Setting,
    Table,
    Theorem,
)
from bot.ranking.roles import Role, ancestry, roles

# Anthropic's last published tokenizer (in its SDK 0.30) makes 2.1 to 3.0 characters of nine papers a token, least in
# formulas and tables. So: letters and spaces at a higher rate, and every other character a token, which came to 1.3 to
# 1.6 times its counts.
CHARACTERS_A_TOKEN = 3.5
AROUND_A_BLOCK = 8  # tokens for its key and number

# What the first block of a section is worth. One block costs what it takes; of two that do not both fit, the one that
# is worth more stays.
WORTH: Mapping[Role, float] = {
    Role.INTRODUCTION: 10.0,
    Role.CONCLUSION: 10.0,
    Role.LIMITS: 9.5,
    Role.METHOD: 9.0,
    Role.RESULTS: 8.5,
    Role.SETUP: 6.5,
    Role.BACKGROUND: 5.0,
    Role.RELATED: 3.0,
    Role.APPENDIX: 2.0,
    Role.PROOF: 1.0,
    Role.CLOSING: 0.0,
}
# A block is worth so much less once its role has filled the whole budget: a long method leaves room for results.
_FILLED = 5.0
_NEXT_TO_KEPT = 11.0


@dataclass(frozen=True)
class Excerpt:
    """sections: whole or with fewer blocks, in order. left_out: labels of what is missing; "(in part)" behind the label
    of a section of which some is there."""

    sections: tuple[Section, ...]
    left_out: tuple[str, ...]


def tokens_of(text: str) -> int:
    """About how many tokens a text is, rather too many than too few."""
    plain = sum(1 for char in text if char == " " or (char.isascii() and char.isalpha()))
    return ceil(plain / CHARACTERS_A_TOKEN + (len(text) - plain))


def size(sections: Sequence[Section]) -> int:
    """Tokens of sections with their headings."""
    return sum(_heading(section) + sum(map(_block, section.blocks)) for section in sections)


def excerpt(text: FullText, keep: Collection[str], tokens: int) -> Excerpt:
    """Sections of at most so many tokens by `size`, less what title and abstract take.

    keep: keys of blocks that stay in any case, as long as they fit: first come, first kept. A paper that fits whole
    stays as it is.
    """
    room = max(0, tokens - tokens_of(text.title) - tokens_of(text.abstract))
    if size(text.sections) <= room:
        return Excerpt(text.sections, ())
    cutting = _Cutting(text, room)
    for key in keep:
        for at in cutting.where(key):
            cutting.take(at)
    full: set[int] = set()  # sections of which a block did not fit: what follows it would be without its beginning
    for at in _best_first(text, set(cutting.taken), room):
        by_itself = isinstance(text.sections[at.section].blocks[at.block], Table | Figure | Algorithm)
        if (by_itself or at.section not in full) and not cutting.take(at) and not by_itself:
            full.add(at.section)
    return Excerpt(cutting.sections(), tuple(cutting.left_out()))


@dataclass(frozen=True, order=True)
class _At:
    """Where a block stands: numbers of its section and of the block within it, from 0."""

    section: int
    block: int


class _Cutting:
    """What has been taken so far, and how much room is left."""

    def __init__(self, text: FullText, room: int) -> None:
        self._sections, self._room = text.sections, room
        self._opened: set[int] = set()
        self.taken: set[_At] = set()
        number = {section.key: at for at, section in enumerate(text.sections)}
        self._above = [tuple(number[one.key] for one in above) for _, above in ancestry(text.sections)]

    def where(self, key: str) -> Iterator[_At]:
        for number, section in enumerate(self._sections):
            for at, block in enumerate(section.blocks):
                if not isinstance(block, Paragraph) and block.key == key:
                    yield _At(number, at)

    def take(self, at: _At) -> bool:
        """Whether it fits, with the headings that it stands under; then it is taken."""
        if at in self.taken:
            return True
        headings = {at.section, *self._above[at.section]} - self._opened
        cost = _block(self._sections[at.section].blocks[at.block]) + sum(
            _heading(self._sections[one]) for one in headings
        )
        if cost > self._room:
            return False
        self._room -= cost
        self._opened |= headings
        self.taken.add(at)
        return True

    def sections(self) -> tuple[Section, ...]:
        return tuple(
            replace(section, blocks=tuple(self._kept(number))) for number, section in enumerate(self._sections)
            if number in self._opened
        )  # fmt: skip

    def _kept(self, number: int) -> Iterator[Block]:
        return (one for at, one in enumerate(self._sections[number].blocks) if _At(number, at) in self.taken)

    def left_out(self) -> Iterator[str]:
        """A section of which nothing at all is there is named once, not each of its parts."""
        for number, section in enumerate(self._sections):
            if number in self._opened:
                if len(list(self._kept(number))) < len(section.blocks):
                    yield f"{section.label} (in part)"
            elif not any(above not in self._opened for above in self._above[number]):
                yield section.label


def _best_first(text: FullText, kept: Collection[_At], room: int) -> Sequence[_At]:
    """All blocks, what is worth most first; of equals, the first in the paper."""
    role = roles(text)
    filled: dict[Role, int] = {}
    worth: dict[_At, float] = {}
    for number, section in enumerate(text.sections):
        for at, block in enumerate(section.blocks):
            here = _role(block, role[section.key])
            beside = {_At(number, at - 1), _At(number, at + 1)} & set(kept)
            by_role = WORTH[here] - _FILLED * filled.get(here, 0) / max(1, room)
            worth[_At(number, at)] = _NEXT_TO_KEPT if beside else by_role
            filled[here] = filled.get(here, 0) + _block(block)
    return sorted(worth, key=lambda at: (-worth[at], at))


def _role(block: Block, section: Role) -> Role:
    proof = isinstance(block, Paragraph | Equation) and block.setting is Setting.PROOF
    return Role.PROOF if proof and section is not Role.CLOSING else section


def _heading(section: Section) -> int:
    return tokens_of(section.label) + AROUND_A_BLOCK


def _block(block: Block) -> int:
    return AROUND_A_BLOCK + tokens_of(_words(block))


def _words(block: Block) -> str:
    """All of a block that a model may be given to read."""
    match block:
        case Paragraph():
            return block.text
        case Equation():
            return " ".join((*block.numbers, block.tex))
        case Table():
            return " | ".join((block.number, block.caption, *(cell for row in block.rows for cell in row)))
        case Algorithm():
            return "\n".join((block.number, block.caption, *block.lines))
        case Figure():
            return f"{block.number} {block.caption}"
        case Theorem():
            return f"{block.kind} {block.number} {block.title}"
