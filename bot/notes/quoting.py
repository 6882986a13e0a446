"""A note without a language model: nothing but the paper's own words."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice

from bot.checking import check
from bot.domain.formulas import symbols
from bot.domain.fulltext import Equation, FullText, Paragraph, Section, Setting
from bot.domain.note import Content, Formula, NoteStage, Statement, Symbol
from bot.domain.sentences import sentences
from bot.notes.material import Material
from bot.notes.writing import Tell, Written
from bot.ranking.roles import Role, roles

MOST_STEPS, FEW_STEPS, MOST_FINDINGS, MOST_LIMITS, MOST_TABLES = 5, 3, 7, 5, 3
SHORTEST_SENTENCE, LONGEST_SENTENCE = 30, 600  # characters

_WE = r"\b[Ww]e\s+(?:(?:also|then|first|now|therefore|thus|hence|instead|further|next)\s+)?"
_PROPOSES = re.compile(rf"{_WE}(?:propose|introduce|present|develop|design|define|train|derive|formulate)\b")
_DOES = re.compile(rf"{_WE}(?:use|employ|apply|compute|modify|replace|add|combine|optimi[sz]e|minimi[sz]e|fine-tune)\b")
# "A limitation of our method is …", not "to overcome the limitations of earlier work".
_OWN_LIMIT = re.compile(
    r"\blimitations?\s+(?:of|in)\s+(?:our|this|the\s+present|the\s+proposed)\b|\b[Oo]ur\s+(?:\w+\s+){1,3}(?:is|are)\s+limited\b"
)
_IMPACT = re.compile(r"^(?!.*limitation).*\bimpacts?\b", re.IGNORECASE)
# "In section 4 we introduce …" tells of the paper, not of the method.
_ROADMAP = re.compile(r"\bin\s+sec(?:tion|\.)\s*\d", re.IGNORECASE)
_ABOUT_PROPOSALS = frozenset((Role.INTRODUCTION, Role.METHOD, Role.CONCLUSION))
_ABOUT_LIMITS = frozenset((Role.CONCLUSION, Role.RESULTS, Role.METHOD))
# "$x$ is the input", up to what ends the meaning or begins the next one; none where it cannot be told which.
_IS = r"\$([^$]{1,60})\$\s+(?:is|are|denotes?|represents?|stands?\s+for|refers?\s+to)\s+"
_NEXT = rf"(?:and\s+)?{_IS.replace('([', '(?:[')}"
_MEANS = re.compile(
    rf"(?:\b(?:where|here|with|and)|[,;])\s+{_IS}"
    r"((?:the|an?|our|its|their|all|any|each)\b(?:[^$,;:.]|[.,](?=\d)|\$[^$]{1,60}\$){3,160}?)"
    rf"(?=\s*(?:$|[;:]|\.(?!\d)|,(?!\d|\s*(?:and\s+)?\$)|,?\s+{_NEXT}))",
    re.IGNORECASE,
)
# "$\tau > 0$ is a threshold" names no symbol.
_RELATED = re.compile(r"[=<>,]|\\(?:leq?|geq?|neq?|in|sim|to|subset\w*)(?![A-Za-z])")
# "the sum of $a$ and $b$", or "the input and $y$ the output"; "the sum and brackets indicate the order"
_SEVERAL = re.compile(r"\band\s+(?:\$|(?:\w+\s+){1,3}(?:is|are|denotes?|indicates?|represents?)\b)", re.IGNORECASE)
_ONE_OF_SEVERAL = re.compile(r"\$,?$")  # "$x$ and $y$ are …" is said of both
_FORMULA = re.compile(r"\$[^$]{1,2000}\$")
_CLAUSE = re.compile(r"(?:where|here|in which|with)\b", re.IGNORECASE)


def quote(material: Material, tell: Tell) -> Written:
    """The note that only quotes. It is checked like any other."""
    tell(NoteStage.CHECKING)
    offered = [equation.key for equation in material.equations]
    return Written(check(_quoted(material), material.text, offered, {}), left_out=(), remarks=())


def sentence_of(equation: Equation) -> str:
    """The paper's words that lead to it, or else those that follow it; may be empty.

    A sentence that has ended says less of an equation than "where $x$ is …" behind it.
    """
    ended = equation.before.endswith((".", "!", "?"))
    return equation.after if not equation.before or (ended and _CLAUSE.match(equation.after)) else equation.before


def _quoted(material: Material) -> Content:
    text = material.text
    role = roles(text)
    return Content(
        summary=Statement(text.abstract),
        formulas=tuple(Formula(one.key, "", _meanings(one), "") for one in material.equations),
        method=_method(text, role),
        findings=tuple(claim for claim in material.claims if claim.where)[:MOST_FINDINGS],
        limits=_limits(text, role),
        verify=_verify(material),
    )


def _method(text: FullText, role: Mapping[str, Role]) -> tuple[Statement, ...]:
    """What the authors say they propose; where that is little, also what they say they do."""
    said = _first(MOST_STEPS, _sentences(text, role, _ABOUT_PROPOSALS, _proposes))
    if len(said) >= FEW_STEPS:
        return said
    return (*said, *_first(MOST_STEPS - len(said), _sentences(text, role, {Role.METHOD}, _does)))


def _limits(text: FullText, role: Mapping[str, Role]) -> tuple[Statement, ...]:
    """From the sections on them, or from wherever the authors name one. A section on broader impact tells of none."""
    sections = [one for one in text.sections if role[one.key] is Role.LIMITS and not _IMPACT.search(one.title)]
    said = _first(MOST_LIMITS, (Statement(one, section.key) for section in sections for one in _body(section)))
    return said or _first(MOST_LIMITS, _sentences(text, role, _ABOUT_LIMITS, _OWN_LIMIT.search))


def _verify(material: Material) -> tuple[Statement, ...]:
    """The tables of results; without any, the equations, which stand in the note with their sentences already."""
    labels = material.text.labels
    tables = [Statement(one.caption or labels[one.key], one.key) for one in material.results.tables[:MOST_TABLES]]
    return tuple(tables or (Statement(sentence_of(one) or f"${one.tex}$", one.key) for one in material.equations))


def _sentences(
    text: FullText, role: Mapping[str, Role], wanted: Collection[Role], fits: Callable[[str], object]
) -> Iterator[Statement]:
    """Sentences of the sections of those roles that fit, in order, with their sections."""
    for section in text.sections:
        if role[section.key] in wanted:
            yield from (Statement(one, section.key) for one in _body(section) if fits(one))


def _proposes(sentence: str) -> bool:
    return bool(_PROPOSES.search(sentence)) and not _ROADMAP.search(sentence)


def _does(sentence: str) -> bool:
    return bool(_DOES.search(sentence)) and not _proposes(sentence)


def _body(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, Paragraph) and block.setting is Setting.BODY:
            yield from filter(_is_prose, sentences(block.text))


def _is_prose(sentence: str) -> bool:
    """Whether it has a fit length, and no formula that lost its form on the way through a PDF."""
    return SHORTEST_SENTENCE <= len(sentence) <= LONGEST_SENTENCE and " = " not in _FORMULA.sub("", sentence)


def _first(most: int, found: Iterator[Statement]) -> tuple[Statement, ...]:
    return tuple(islice(found, most))


def _meanings(equation: Equation) -> tuple[Symbol, ...]:
    """What the paper itself says behind an equation: "where $x$ is the input and $W$ the weights" names x only."""
    if not _CLAUSE.match(equation.after):
        return ()
    known = frozenset(symbols(equation.tex))
    found: dict[str, Symbol] = {}
    for said in _MEANS.finditer(equation.after):
        symbol, meaning = said[1].strip(), said[2].strip()
        own = symbols(symbol)
        alone = not _ONE_OF_SEVERAL.search(equation.after[: said.start()].rstrip())
        named = bool(own) and frozenset(own) <= known and not _RELATED.search(symbol)
        if named and alone and not _SEVERAL.search(meaning):
            found.setdefault(symbol, Symbol(symbol, meaning))
    return tuple(found.values())
