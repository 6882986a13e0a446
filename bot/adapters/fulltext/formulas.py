r"""TeX as LaTeXML writes it -> as the authors wrote it, on one line; rows of an `align` -> one formula.

LaTeXML adds `\displaystyle` to the cells of an `align`, breaks long lines by `%`, and keeps what only sets colours,
labels and boxes. What changes the meaning of a formula stays, known or not.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.domain.characters import clean

LONGEST = 5_000  # characters of one formula; bounds what its cleaning costs
_BREAK = "\ue000"  # stands for `\\` while a formula is cleaned, so that every backslash begins a command
_COMMENT = re.compile(r"(?<!\\)%(?:[ \t]*\n[ \t]*|$)")
_RAW_PERCENT = re.compile(r"(?<!\\)%")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))
# Commands without an argument that do not show, and those whose arguments do not show either.
_GONE = re.compile(
    r"\\(?:displaystyle|textstyle|nonumber|notag|leavevmode|ignorespaces|unskip|relax|protect|centering|hfill?|vfill?"
    r"|allowbreak|nobreak|xspace|null|hline|strut|normalcolor|(?:penalty|linebreak|pagebreak)\s*-?\d*)(?![A-Za-z@])\s*"
)
_GONE_WITH_ARGUMENT = re.compile(
    r"""\\(?: label | vspace\*? | color (?:\[[^]{}]*\])? | definecolor (?:\[[^]{}]*\])? | pagecolor (?:\[[^]{}]*\])?
    | pgfsys@color@[a-z@]+ | tag\*? | hypertarget | phantomsection | rule )
    \s* (?: \{ [^{}]{0,200} \} \s* ){1,4}""",
    re.VERBOSE,
)
# \textcolor[rgb]{1,0,0}{x} and their like: only the last argument shows.
_WRAPPER = re.compile(
    r"""\\(?: textcolor (?:\[[^]{}]*\])? \{[^{}]*\} | colorbox (?:\[[^]{}]*\])? \{[^{}]*\} | raisebox \{[^{}]*\}
    | scalebox \{[^{}]*\} | resizebox\*? \{[^{}]*\} \{[^{}]*\} | ensuremath | hyperref (?:\[[^]{}]*\])? | boxed@ )
    (?= \s* \{ )""",
    re.VERBOSE,
)
_SPACE = re.compile(
    r"""\\(?: hskip | kern | mskip | mkern | hspace\*? ) \s* (?: \{ \s* (-?[\d.]*)\s*([a-z]*)[^{}]* \}
    | (-?[\d.]+) \s* (pt|em|ex|mu|cm|mm|in) (?:\s+(?:plus|minus)\s+[\d.]+\s*(?:pt|em|fill?l?))* ) \s*""",
    re.VERBOSE,
)
_POINTS = {"em": 10.0, "mu": 0.55, "ex": 4.3, "cm": 28.5, "mm": 2.85, "in": 72.0}
_TEXT = re.compile(r"\\(?:text|mbox|hbox|textrm|textit|textbf|textsf|texttt|textnormal)\s*\{")
_EMPTY_TEXT = re.compile(r"\\text\s*\{\}")
_BOX = re.compile(r"\\[hm]box\s*(?=\{)")
_ROWS = re.compile(r"\\(begin|end)\{(?:split|align|alignedat|eqnarray|IEEEeqnarray)\*?\}")
_ALL_ONE = re.compile(r"\\begin\{aligned\}((?:(?!\\\\|(?<!\\)&|\\begin|\\end).)*)\\end\{aligned\}")
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{|(\\\\)")
_RELATION = re.compile(
    r"(?:\{\}\s*)?(?:[=<>≤≥+\-]|:=|\\(?:leq?|geq?|leqslant|geqslant|approx|equiv|sim|simeq|propto|neq?|to|subseteq|subset"
    r"|supseteq|in|ll|gg|lesssim|gtrsim|preceq|succeq|coloneqq|triangleq|Rightarrow|Leftrightarrow|implies|iff|times"
    r"|cdot|pm|quad|qquad|hphantom|phantom|overset|underset|stackrel|mathrel|mathop\{:\})(?![A-Za-z]))"
)
_CONDITION = re.compile(
    r"(?:\\(?:text|textrm|mathrm|operatorname|mbox)\s*\{\s*)?(?:s\.\s*t\.|subject\s*to|such\s+that|where|with|and|if|for"
    r"|otherwise|\\forall)(?![A-Za-z])"
)
_OPEN_END = re.compile(r"(?:[=<>+\-]|\\(?:leq?|geq?|times|cdot|pm|quad|qquad|in|to|approx|propto))\s*(?:\{\})?$")
_LETTERED = re.compile(r"(.*\d)[a-z]$")


@lru_cache(maxsize=2_048)
def clean_tex(tex: str) -> str:
    """On one line, without delimiters, with no raw `$` in it. Empty for one that is too long."""
    if len(tex) > LONGEST:
        return ""
    tex = clean(tex).replace(r"\\", _BREAK)
    tex = _RAW_PERCENT.sub(r"\\%", _COMMENT.sub("", tex))
    tex = _ENTITY.sub(lambda entity: _ENTITIES[entity[0]], tex)
    tex = _GONE_WITH_ARGUMENT.sub(_nothing, tex)
    tex = _WRAPPER.sub("", tex)
    tex = _SPACE.sub(lambda found: _space(found[1] or found[3] or "0", found[2] or found[4] or "pt"), tex)
    tex = _GONE.sub(_nothing, _BOX.sub(r"\\text", _without_dollars(tex)))
    tex = " ".join(_ROWS.sub(lambda found: rf"\{found[1]}{{aligned}}", _EMPTY_TEXT.sub("", tex)).split())
    tex = tex.removesuffix("\\").rstrip().replace(_BREAK, r"\\")  # it may have ended in a space, `\ `
    whole = _ALL_ONE.fullmatch(tex)
    return whole[1].strip() if whole else tex


def _nothing(found: re.Match[str]) -> str:
    """What to put in place of a command, so that what is on both sides of it does not become one."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return " " if before.isalpha() and after.isalpha() else ""


def _space(number: str, unit: str) -> str:
    try:
        points = float(number) * _POINTS.get(unit, 1.0)
    except ValueError:
        return " "
    return " " if points <= 0.5 else r"\, " if points < 8 else r"\quad "


def _without_dollars(tex: str) -> str:
    r"""Formulas within a \text{…} are put between two of them; any other raw `$` shows nothing and goes."""
    if "$" not in tex:
        return tex
    out: list[str] = []
    depth = 0
    text: list[tuple[int, str]] = []  # depth and command of every \text{ that is open
    within = False  # a formula within a \text{…}
    at = 0
    while at < len(tex):
        opening = _TEXT.match(tex, at)
        if opening:
            depth += 1
            text.append((depth, opening[0]))
            out.append(opening[0])
            at = opening.end()
            continue
        sign = tex[at : at + 2] if tex[at] == "\\" else tex[at]
        at += len(sign)
        if sign == "$":
            if text:
                out.append(text[-1][1] if within else "}")
                within = not within
            continue
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if text and depth < text[-1][0]:
            text.pop()
            within = False
        out.append(sign)
    return "".join(out)


def joined(rows: Sequence[Sequence[str]]) -> str:
    """One formula. rows: of cells, as of an `align`, where a right-hand cell follows each left-hand one."""
    rows = [row for row in rows if any(row)]
    if len(rows) == 1:
        pairs = ["".join(_spaced(rows[0][start : start + 2])) for start in range(0, len(rows[0]), 2)]
        tex = r" \quad ".join(filter(None, pairs))
        return rf"\begin{{aligned}} {tex} \end{{aligned}}" if _breaks(tex) else tex
    if all(len(row) == 1 for row in rows):
        rows = [["", *row] for row in rows]
    lines = [" & ".join(_trimmed(row)).strip() for row in rows]
    return r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}" if lines else ""


def _breaks(tex: str) -> bool:
    r"""Whether it has a `\\` outside of every environment."""
    depth = 0
    for found in _ENVIRONMENT.finditer(tex):
        if found[2] and not depth:
            return True
        depth += {"begin": 1, "end": -1}.get(found[1], 0)
    return False


def _spaced(cells: Sequence[str]) -> Iterator[str]:
    """The cells with a space where two of them would otherwise become one command."""
    before = ""
    for cell in filter(None, cells):
        yield f" {cell}" if re.search(r"\\[A-Za-z]+$", before) and cell[0].isalpha() else cell
        before = cell


def _trimmed(row: Sequence[str]) -> list[str]:
    last = max(at for at, cell in enumerate(row) if cell)
    return list(row[: last + 1])


def begins_statement(cells: Sequence[str], number: str, before: Sequence[str], before_number: str) -> bool:
    """Whether a row of a group is an equation of its own, and not one more line of what is above it.

    Only if both have numbers (and not 7a, 7b, which are parts of one), the row above is complete, and this one has a
    left-hand side.
    """
    if not number or not before_number or not cells or not cells[0]:
        return False
    lettered, above = _LETTERED.match(number), _LETTERED.match(before_number)
    if lettered and above and lettered[1] == above[1]:
        return False
    end = "".join(before).rstrip()
    return not (_RELATION.match(cells[0]) or _CONDITION.match(cells[0]) or _OPEN_END.search(end))
