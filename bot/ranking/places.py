"""Where each display equation of a paper stands, and how the rest of the paper uses it."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.domain.formulas import symbols
from bot.domain.fulltext import Equation, FullText, Paragraph, Section, Setting, Theorem
from bot.ranking.anatomy import Anatomy, anatomy
from bot.ranking.roles import Role, roles

LONGEST_TITLE = 600  # characters of a section's title that are looked at
_INLINE = re.compile(r"\$([^$]+)\$")
_NAME = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")  # letters side by side that are one name: CH, lrate
_WORD = re.compile(r"[A-Za-z]{4,}")
# Words of titles that say nothing of what a paper is about.
_COMMON_WORDS = """
with from into over under towards toward using based learning model method approach paper study neural network deep
analysis system data efficient what when that this beyond need
"""
_FILLER_WORDS = """
which such than then they their these those been being have each more most also other only both between through well
given many some where while without within across first second state shown show about like used uses
"""
_COMMON, _FILLER = frozenset(_COMMON_WORDS.split()), frozenset(_FILLER_WORDS.split())
_ACCENT = re.compile(r"\\(?:hat|tilde|bar|dot|check)\{")


@dataclass(frozen=True)
class Place:
    """An equation, where it stands, and how the paper uses it.

    theorem: the heading of the theorem that it is a part of. cited: how often the text names that theorem. lead: the
    sentence that leads to it. uses: how many later paragraphs and equations hold the symbol that it defines. about:
    what the title and the abstract name and its sentence, its section's title or its own names do, too. named: whether
    the symbol that it defines stands for the title of its section, as FFN does for "Feed-Forward Networks". alone:
    whether it is the only one of its section. mentions: how often the text refers to it or to what repeats it. order:
    of the equation in the paper, from 0.
    """

    equation: Equation
    section: Section
    role: Role
    theorem: Theorem | None
    cited: int
    says: Anatomy
    lead: str
    uses: int
    about: frozenset[str]
    named: bool
    alone: bool
    mentions: int
    order: int


def places(text: FullText) -> Sequence[Place]:
    """The equations of the text in order."""
    role = roles(text)
    holding, cited = _holding(text), _cited(text)
    topics = _words(text.title) | _pairs(text.abstract)
    in_section = Counter(text.section_of[key].key for key in text.equations)
    found: list[Place] = []
    for position, section, last_theorem, block in _walk(text):
        if not isinstance(block, Equation):
            continue
        theorem = last_theorem if block.setting is Setting.THEOREM else None
        says = anatomy(block.tex)
        told = " ".join((block.before, section.title, theorem.title if theorem else "", *says.symbols))
        used = holding.get(says.defines, ())
        found.append(
            Place(
                equation=block,
                section=section,
                role=role[section.key],
                theorem=theorem,
                cited=cited[f"{theorem.kind} {theorem.number}".lower()] if theorem else 0,
                says=says,
                lead=block.before,
                uses=len(used) - bisect_right(used, position),
                about=topics & (_words(told) | _pairs(told)),
                named=_stands_for(says.defines, section.title),
                alone=in_section[section.key] == 1,
                mentions=block.mentions,
                order=len(found),
            )
        )
    return found


def _walk(text: FullText) -> Iterator[tuple[int, Section, Theorem | None, object]]:
    position = 0
    for section in text.sections:
        theorem: Theorem | None = None
        for block in section.blocks:
            position += 1
            theorem = block if isinstance(block, Theorem) else theorem
            yield position, section, theorem, block


def _holding(text: FullText) -> Mapping[str, Sequence[int]]:
    """Symbol -> positions of the paragraphs and equations that hold it, in order."""
    known: dict[str, tuple[str, ...]] = {}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for position, block in enumerate(text.blocks(), start=1):
        formulas: Sequence[str] = ()
        if isinstance(block, Equation):
            formulas = (block.tex,)
        elif isinstance(block, Paragraph):
            formulas = _INLINE.findall(block.text)
        here: set[str] = {name for tex in formulas for name in _NAME.findall(tex)}
        for tex in formulas:
            if tex not in known:
                known[tex] = symbols(tex)
            here.update(known[tex])
        for symbol in here:
            found[symbol].append(position)
    return found


_CITED = re.compile(
    r"\b(theorem|proposition|lemma|corollary|definition|claim)s?\s+([A-Z]?\.?\d[\d.]*\d|[A-Z]?\d)", re.I
)


def _cited(text: FullText) -> Counter[str]:
    """Theorems and their like, "theorem 2.1", by how often the text names them."""
    paragraphs = (block.text for block in text.blocks() if isinstance(block, Paragraph))
    return Counter(f"{kind} {number}".lower() for one in paragraphs for kind, number in _CITED.findall(one))


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower().rstrip("s") for word in _WORD.findall(text)) - _COMMON


def _pairs(text: str) -> frozenset[str]:
    """Words that follow each other, such as "attention mechanism"."""
    words = [word.lower().rstrip("s") for word in _WORD.findall(_INLINE.sub(" . ", text))]
    return frozenset(f"{one} {then}" for one, then in pairwise(words) if not {one, then} & (_COMMON | _FILLER))


def _stands_for(symbol: str, title: str) -> bool:
    """Whether a symbol of two letters or more begins a word of a title, or is its initials."""
    name = re.split(r"[_^}]", _ACCENT.sub("", symbol))[0].lower()
    if len(name) < 2 or not name.isalpha():
        return False
    words = re.findall(r"[a-z]+", title[:LONGEST_TITLE].lower())
    begun = any("".join(words[at:]).startswith(name) for at in range(len(words)))
    return begun or name in "".join(word[0] for word in words)
