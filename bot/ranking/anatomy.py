"""What a display equation says: its two sides, how they are related, and whether that is a whole statement at all."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from bot.domain.formulas import Atom, Kind, atoms, flat, pieces, symbols

_EQUAL = r"= \equiv \coloneqq \coloneq \eqqcolon \triangleq \doteq \defeq"
_BOUND = r"\leq \geq < > \lt \gt \leqq \geqq \leqslant \geqslant \lesssim \gtrsim \ll \gg \preceq \succeq \prec \succ"
_OTHER = r"""
\approx \propto \sim \simeq \cong \asymp \neq \notin \supset \supseteq \perp \models \vdash \stackrel \overset
\rightarrow \longrightarrow \Rightarrow \Longrightarrow \implies \mapsto \longmapsto \hookrightarrow \xrightarrow
\leadsto \iff \Leftrightarrow \Longleftrightarrow \leftrightarrow \rightleftharpoons
"""
EQUAL, BOUND, OTHER = (frozenset(signs.split()) for signs in (_EQUAL, _BOUND, _OTHER))
ASSIGNED = frozenset(("\\leftarrow", "\\longleftarrow", "\\Leftarrow"))
MEMBER = frozenset(("\\in", "\\subset", "\\subseteq", "\\ni"))
NAMING = EQUAL | ASSIGNED | {"\\propto", "\\sim"}
RELATIONS = EQUAL | BOUND | ASSIGNED | MEMBER | OTHER
_OPENS, _CLOSES = frozenset(("(", "[", "\\{", "\\langle")), frozenset((")", "]", "\\}", "\\rangle"))
_OPTIMISES = frozenset(("min", "max", "argmin", "argmax", "arg", "minimize", "maximize", "minimise", "maximise"))
_MARK = r"\\(?:stackrel|overset)\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*"
_MARKED = re.compile(_MARK + r"\{?\s*(=|\\(?:sim|approx|leq?|geq?|rightarrow|to)(?![a-zA-Z]))\s*\}?")
_AS_DEFINED = re.compile(rf":\s*=|\\(?:coloneqq?|triangleq|equiv|doteq|defeq)|{_MARK}\{{?\s*=")
_EXPECTED = re.compile(r"\s*(?:\\begin\{\w+\*?\})?\s*(?:\\displaystyle)?\s*\\(?:mathbb|mathbf|mathrm)\s*\{?\s*[EP]\b")
_NUMBER_SETS = frozenset("RZNCSFQ")  # as they are once their fonts are gone
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")
_SIZED = re.compile(r"\\(left|right)(?![a-zA-Z])")


@dataclass(frozen=True)
class Anatomy:
    """whole: both sides are there, or something is optimised. defines: the one symbol on the left, in its normal form;
    "" if the left side is more than a name. relations: those outside of brackets, in order. as_definition: written
    with a sign that only definitions have. optimises: begins with min, max or their like, or is equal to such. updates:
    tells the next value of something from the one that it has. only_numbers: no more than a value is given to
    something. only_shapes: no more is said than where things live. content: how many letters, names and numbers. form:
    the whole in its normal form, for comparing. signs: the same, each sign with how often it stands there."""

    whole: bool
    defines: str
    relations: tuple[str, ...]
    symbols: frozenset[str]
    as_definition: bool
    optimises: bool
    updates: bool
    only_numbers: bool
    only_shapes: bool
    content: int
    form: str
    signs: Counter[str]


@lru_cache(maxsize=1024)
def anatomy(tex: str) -> Anatomy:
    """What a formula says. Never raises."""
    marked = _MARKED.sub(r" \2 ", tex)
    line = _without_end(atoms(marked))
    parts, relations = _parted(line)
    sides = [part for part in parts if _says(part)]
    optimises = any(map(_optimises, parts))
    both = bool(relations) and bool(parts[0]) and _says(parts[0]) and _says(parts[-1])
    names = frozenset(symbols(tex))
    return Anatomy(
        whole=_balanced(tex) and (both or (optimises and not relations and len(names) > 1)),
        defines=_defined(parts[0]) if relations and relations[0] in NAMING and not _EXPECTED.match(tex) else "",
        relations=relations,
        symbols=names,
        as_definition=bool(_AS_DEFINED.search(tex)),
        optimises=optimises,
        updates=bool(relations) and _updates(parts, relations),
        only_numbers=bool(sides[1:]) and all(_is_number(part) for part in parts[1:]),
        only_shapes=bool(relations) and set(relations) <= MEMBER and any(_is_set(part) for part in parts[1:]),
        content=sum(atom.kind is not Kind.OTHER or atom.base[:1].isdigit() for atom in _all(line)),
        form=" ".join(pieces(line)),
        signs=Counter(pieces(line)),
    )


def likeness(one: Anatomy, other: Anatomy) -> float:
    """Share of the signs that two formulas have in common, from 0 to 1; what repeats counts as often."""
    shorter, longer = sorted((one.signs.total(), other.signs.total()))
    if shorter < 0.4 * longer:
        return shorter / longer  # at most so much; no need to compare
    common = (one.signs & other.signs).total()
    return common / (shorter + longer - common) if longer else 1.0


def _without_end(line: Sequence[Atom]) -> Sequence[Atom]:
    """Without the full stop or comma of the sentence that the formula stands in."""
    end = len(line)
    while end and line[end - 1].base in {".", ",", ";", ":"}:
        end -= 1
    return line[:end]


def _parted(line: Sequence[Atom]) -> tuple[list[list[Atom]], tuple[str, ...]]:
    """What stands between the relations outside of brackets, and these."""
    parts: list[list[Atom]] = [[]]
    relations: list[str] = []
    depth = 0
    for atom in line:
        depth = max(0, depth + (atom.base in _OPENS) - (atom.base in _CLOSES))
        if atom.base in RELATIONS and not depth:
            relations.append(atom.base)
            parts.append([])
        else:
            parts[-1].append(atom)
    return parts, tuple(relations)


def _says(part: Sequence[Atom]) -> bool:
    """Whether a side holds anything but signs."""
    return any(
        atom.kind is not Kind.OTHER
        or atom.base == "\\infty"
        or (atom.base[:1] != "\\" and any(map(str.isalnum, atom.base)))
        for atom in _all(part)
    )


def _all(part: Sequence[Atom]) -> Iterator[Atom]:
    for atom in part:
        yield atom
        yield from _all(atom.below)
        yield from _all(atom.above)


def _optimises(part: Sequence[Atom]) -> bool:
    """Whether it begins with min, max or their like; not with max(0, x), which only computes."""
    at = next((at for at, atom in enumerate(part) if atom.kind is not Kind.OTHER), None)
    if at is None or part[at].base not in _OPTIMISES:
        return False
    then = part[at + 1].base if at + 1 < len(part) else ""
    return bool(part[at].below) or then not in {"(", "[", "\\{"}


def _defined(left: Sequence[Atom]) -> str:
    """The symbol of a left side such as x_{t}, L(θ), \\hat{y} or PE_{i}; "" where it is an expression of several."""
    line = [atom for atom in left if atom.base not in {":", "\\{", "\\}"}]
    if not line or line[0].kind is Kind.OTHER or line[0].base in {"\\nabla", "\\partial", *_OPTIMISES}:
        return ""
    word = list(takewhile(lambda atom: atom.kind is Kind.LETTER and not atom.base.startswith("\\"), line))
    while any(atom.below or atom.above for atom in word[:-1]):
        word.pop()
    rest = line[max(1, len(word)) :]
    if rest and (rest[0].base not in {"(", "["} or rest[-1].base not in {")", "]"}):
        return ""
    if len(word) > 1:
        return "".join(atom.base for atom in word)
    first = line[0]
    return flat(first) if _is_name(first.below) or _is_name(first.above) else first.base


def _is_name(script: Sequence[Atom]) -> bool:
    """Whether an index names one thing (L_{KL}), rather than counts through many (x_{t})."""
    return bool(script) and (script[0].kind is Kind.NAME or script[0].base.isupper() or len(script) > 3)


# x_{t+1} or x^{(k+1)}, perhaps with another index before it; and x_{t}.
_NEXT = re.compile(r"(\S+) (?:_\{ [^}]*\} )?[_^]\{ (?:\( )?(?:\S+ , )?(\S+) \+ 1 ")
_NOW = re.compile(r"(\S+) (?:_\{ [^}]*\} )?[_^]\{ (?:\( )?(?:\S+ , )?(\S+) [})]")


def _updates(parts: Sequence[Sequence[Atom]], relations: Sequence[str]) -> bool:
    """Whether the next value of something is told from the value that it has."""
    if relations[0] in ASSIGNED:
        return True
    left, right = (" ".join(sign for part in side for sign in pieces(part)) for side in (parts[:1], parts[1:]))
    for pattern, before in ((_NEXT, "{} (?!\\+)"), (_NOW, "{} - 1 ")):
        if stepped := pattern.match(left):
            base, index = map(re.escape, stepped.groups())
            earlier = rf"(?<!\S){base} (?:_\{{ [^}}]*\}} )?[_^]\{{ (?:[^}}]*[ ,(])?" + before.format(index)
            return bool(re.search(earlier, right))
    return False


def _is_number(part: Sequence[Atom]) -> bool:
    """Whether a side is a value: digits, signs, perhaps a unit."""
    told = list(_all(part))
    plain = all(atom.kind is Kind.OTHER or atom.base == "\\pi" or atom.kind is Kind.NAME for atom in told)
    return plain and any(atom.base[:1].isdigit() for atom in told) and not any(atom.base == "(" for atom in told)


def _is_set(part: Sequence[Atom]) -> bool:
    return bool(part) and part[0].base in _NUMBER_SETS


def _balanced(tex: str) -> bool:
    plain = re.sub(r"\\\\|\\[{}]", "", tex)
    depth = 0
    for char in plain:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    sized = [found[1] for found in _SIZED.finditer(tex)]
    opened: list[str] = []
    for kind, name in _ENVIRONMENT.findall(tex):
        if kind == "begin":
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not depth and not opened and sized.count("left") == sized.count("right")
