r"""Whether a symbol, or a part of a formula, is in an equation: generously, for writers give it in many ways.

In `p_\theta(x_{t-1} \mid x_t)` are: θ, `p`, `p_\theta`, `p_{\theta}(x)`, `x_t`, `x` and `t`, but neither `z` nor
`q_\theta`. Parts ("QK^\top") must stand there as they are; fonts, braces and spaces do not matter.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, takewhile

from bot.domain.formulas import Atom, Kind, atoms, pieces

_RELATION = frozenset(("=", "\\in", ":", "\\sim", "\\coloneqq", "\\triangleq", "\\equiv", "\\subset", "\\subseteq"))
_SPACE_HOLDERS = frozenset(("\\cdot",))  # ‖·‖, f(·)
_OPENING = {"(": ")", "[": "]", "\\{": "\\}"}
# \mathrm{head_{i}} is printed as \mathrm{head}_{i} is, but for the slant of the index.
_INDEX_WITHIN = re.compile(r"(\\(?:math[a-z]+|text[a-z]*|operatorname))\{([A-Za-z]+)_\{?([A-Za-z0-9]+)\}?\}")
_LONGEST = 500  # characters; a symbol is short


def holds(tex: str, symbol: str) -> bool:
    """Whether the symbol is in the formula. Several with commas between must all be; an empty one is not."""
    if len(symbol) > _LONGEST:
        return False
    tex, symbol = (_INDEX_WITHIN.sub(r"\1{\2}_{\3}", one) for one in (tex, symbol))
    parts = [part for part in _parts(_named(atoms(symbol))) if part]
    return bool(parts) and all(_is_in(tex, part) for part in parts)


def _named(line: Sequence[Atom]) -> Sequence[Atom]:
    """The symbol itself, without what is said of it: `x \\in \\mathbb{R}^d` is `x`."""
    at = next((at for at, atom in enumerate(line) if at and atom.base in _RELATION), len(line))
    return line[:at]


def _parts(line: Sequence[Atom]) -> Iterator[Sequence[Atom]]:
    """What stands between commas outside brackets; dots are nothing."""
    depth, part = 0, list[Atom]()
    for atom in line:
        depth += 1 if atom.base in _OPENING else -1 if atom.base in _OPENING.values() else 0
        if atom.base in {",", ";"} and depth <= 0:
            yield part
            part = []
        elif atom.base != "\\dots" or len(line) == 1:
            part.append(atom)
    yield part


def _is_in(tex: str, part: Sequence[Atom]) -> bool:
    inner = _without_brackets(part)
    if any(atom.base in _SPACE_HOLDERS for atom in part):
        applied = list(takewhile(lambda atom: atom.base not in _OPENING, part))
        if 0 < len(applied) < len(part):
            return _is_in(tex, applied)
        there = _all(atoms(tex))
        return all(any(_fits(one, other) for other in there) for one in part if one.base not in _SPACE_HOLDERS)
    return _as_it_stands(tex, part) or _by_letters(tex, part) or (inner != part and bool(inner) and _is_in(tex, inner))


def _without_brackets(part: Sequence[Atom]) -> Sequence[Atom]:
    """What brackets around all of it hold."""
    around = len(part) > 1 and _OPENING.get(part[0].base) == part[-1].base and not (part[-1].below or part[-1].above)
    return part[1:-1] if around else part


def _as_it_stands(tex: str, part: Sequence[Atom]) -> bool:
    """Whether it stands in the formula piece for piece; letters in a row may be one name, KL or \\mathrm{KL}."""
    wanted = {_line(part, joined=joined) for joined in (False, True)}
    return any(one in _formula(tex, joined) for one in wanted for joined in (False, True))


@lru_cache(maxsize=512)
def _formula(tex: str, joined: bool) -> str:
    return _line(atoms(tex), joined=joined)


def _line(line: Sequence[Atom], *, joined: bool) -> str:
    """The pieces, each between line ends, so that `x` is not in `\\exp`."""
    found = ["T" if piece == "\\top" else piece for piece in pieces(line)]
    if joined:
        runs = groupby(found, key=lambda piece: len(piece) == 1 and piece.isalpha())
        found = [one for letters, run in runs for one in (["".join(run)] if letters else run)]
    return "\n" + "\n".join(found) + "\n"


def _by_letters(tex: str, part: Sequence[Atom]) -> bool:
    """Whether each of its letters and names is in the formula, with an index that fits; what it is applied to, too.

    Only of one symbol: `f_\\theta(x, y)`, not `QK`.
    """
    if not part or part[0].kind is Kind.OTHER:
        return False
    if len(part) > 1 and part[1].base not in _OPENING:
        return False
    there = _all(atoms(tex))
    return all(any(_fits(one, other) for other in there) for one in _all(part) if one.kind is not Kind.OTHER)


def _all(line: Sequence[Atom]) -> list[Atom]:
    """The atoms of a line and those in their scripts."""
    return [one for atom in line for one in (atom, *_all(atom.below), *_all(atom.above))]


def _fits(one: Atom, other: Atom) -> bool:
    """Whether a writer may call the other one so: x_t for x_{t-1}, x_1 for x_i, x for x_t; not x_t for x or x_s."""
    if one.base != other.base:
        return False
    mine, theirs = _signs(one.below), _signs(other.below)
    counted = mine and all(sign.isdigit() for sign in mine) and any(not sign.isdigit() for sign in theirs)
    return mine <= theirs or bool(counted)


def _signs(script: Sequence[Atom]) -> set[str]:
    return {one.base for one in _all(script) if one.kind is not Kind.OTHER or one.base.isdigit()}
