r"""TeX as papers have it -> TeX that latex2mathml reads rightly.

It knows neither `\mathbbm`, `\nicefrac` and `gathered` nor `\\[2pt]`, reads `\Big{(}` (which is how LaTeXML writes
`\Big(`) as a brace, takes a bare % for a comment, and ends a `\text{…}` at the first brace within it.
"""

import re
from itertools import accumulate

from bot.render.tex_unicode import text_to_unicode

_DEEPEST = 40  # braces, one in the other
_ARGUMENT = r"\s*\{[^{}]{0,200}\}"
# What says nothing where a formula stands by itself: its number is shown beside it, and colours have no meaning.
_NOTHING = re.compile(
    rf"\\(?:label|tag\*?|vspace\*?|(?:text)?color(?:\[\w*\])?|definecolor(?:\[\w*\])?{_ARGUMENT * 2}){_ARGUMENT}"
    r"|\\(?:nonumber|notag|allowbreak|nobreak|displaybreak|protect|relax|null|xspace|nolimits|boldmath|unboldmath"
    r"|ensuremath|hfill?|centering|noindent|mathstrut|strut)(?![a-zA-Z])"
)
# Spaces of any length, also LaTeXML's `\hskip 10.0pt plus 1fil`: one of usual width instead, none for a negative one.
_LENGTH = r"-?\d*\.?\d*\s?(?:pt|em|ex|mu|cm|mm|in|pc)"
_SKIP = re.compile(
    rf"\\(?:hskip|kern|mkern|mskip|hspace\*?)\s*\{{?\s*({_LENGTH})(?:\s?(?:plus|minus)\s?-?[\d.]*\w+)*\s*\}}?"
)
_BIG = re.compile(r"(\\(?:[bB]igg?[lmr]?))(?:g(?=\s*\{))?\s*\{\s*(\\[a-zA-Z]+|\\?[^\sa-zA-Z{}]|\\[{}])\s*\}")
_ENVIRONMENTS = {
    **dict.fromkeys(("aligned", "alignedat", "align", "alignat", "split", "eqnarray", "flalign"), "align*"),
    **dict.fromkeys(("gathered", "gather", "multline", "multlined", "lgathered", "rgathered", "subarray"), "matrix"),
    **dict.fromkeys(("dcases", "rcases", "numcases"), "cases"),
}
_PLAIN_CD = re.compile(r"\\begin\{CD\}([^@]*?)\\end\{CD\}")  # a diagram without arrows: rows
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{(\w+)\*?\}(?:\[[tcb]\])?")
_COUNTED = re.compile(r"\\begin\{(?:alignedat|alignat)\*?\}(?:\[[tcb]\])?\s*\{\d+\}")
_SUBARRAY = re.compile(r"\\begin\{subarray\}\s*\{[lcr]\}")
_COLUMNS = re.compile(r"\\begin\{array\}(?:\[[tcb]\])?\s*\{((?:[^{}]|\{[^{}]{0,60}\}){0,80})\}")
_PRESCRIPT = re.compile(r"\\prescript\s*(\{[^{}]{0,60}\})\s*(\{[^{}]{0,60}\})")
_FUNCTIONS = re.compile(
    r"\\(arg|sgn|sign|diag|tr|Tr|rank|supp|conv|softmax|sigmoid|poly|polylog|erf|Var|Cov|vol|rk|ord)(?![a-zA-Z])"
)
_RENAMED = {
    "mathbbm": "mathbb", "mathds": "mathbb", "mathbbmss": "mathbb", "bf": "mathbf", "nicefrac": "frac", "sfrac": "frac",
    "flatfrac": "frac", "widebar": "overline", "uline": "underline", "hdots": "ldots", "colonequals": "coloneqq",
    "cr": "\\", "newline": "\\", "tabularnewline": "\\", "P": "text{¶}", "copyright": "text{©}", "ratio": "colon",
    "textdollar": "text{$}", "textasteriskcentered": "ast", "mathnormal": "mathit", "qedhere": "square",
    "boldsymbol": "bm", "pmb": "bm", "symbf": "mathbf", "bigdot": "bullet",
}  # fmt: skip
_MACRO = re.compile(r"\\([a-zA-Z]+)")
_UPRIGHT_LETTER = re.compile(r"\\mathrm\s*\{\s*([a-zA-Z])\s*\}")  # latex2mathml sets a single one in italics
_TEXT = re.compile(r"\\(text(?:bf|it|rm|sf|tt|normal|up|md|sc|sl)?|[mh]box|emph|intertext|shortintertext)\s*\{")
_STYLES = {"textsl": "textit", "emph": "textit"}
_TEXTS = frozenset(("textbf", "textit", "textsf", "texttt"))
# latex2mathml's text is HTML-escaped: these signs, which end a text or begin something in it, stand as references.
_REFERENCES = str.maketrans({sign: f"&#{ord(sign)};" for sign in "{}$%\\&#"})


def too_deep(formula: str) -> bool:
    """Whether its braces stand in one another so deep that reading it could take all the stack."""
    steps = (1 if sign == "{" else -1 for sign in re.findall(r"(?<!\\)[{}]", formula))
    return max(accumulate(steps), default=0) > _DEEPEST


def prepared(formula: str) -> str:
    """The same formula for latex2mathml. Takes time linear in its length; never raises."""
    text = _with_plain_texts(formula)
    text = _NOTHING.sub("", re.sub(r"(?<!\\)%", r"\\%", text))
    text = _PLAIN_CD.sub(r"\\begin{matrix}\1\\end{matrix}", text)
    text = _SKIP.sub(lambda skip: "" if skip[1].startswith("-") else r"\;", text)
    text = _BIG.sub(r"\1\2", re.sub(r"\\(big|Big|bigg|Bigg)\s+(?=[^\sa-zA-Z])", r"\\\1", text))
    text = _ENVIRONMENT.sub(
        _environment, _COLUMNS.sub(_array, _SUBARRAY.sub(r"\\begin{matrix}", _COUNTED.sub(r"\\begin{align}", text)))
    )
    text = re.sub(
        r"\\genfrac\s*\{\(\}\s*\{\)\}\s*\{0(?:pt)?\}\s*\{\d?\}", r"\\binom", _PRESCRIPT.sub(r"{}^\1_\2", text)
    )
    text = re.sub(r"\\\\\s*(?:\*\s*)?(?:\[\s*" + _LENGTH + r"\s*\])?", r"\\\\ ", text)
    text = _MACRO.sub(lambda macro: "\\" + _RENAMED.get(macro[1], macro[1]), text)
    text = _UPRIGHT_LETTER.sub(r"{\\text{\1}}", _operators(text))
    if _loose_rows(text):
        return rf"\begin{{align*}}{text}\end{{align*}}"
    return text


def _environment(found: re.Match[str]) -> str:
    return rf"\{found[1]}{{{_ENVIRONMENTS.get(found[2], found[2])}}}"


def _array(found: re.Match[str]) -> str:
    """Only the columns' alignment: `@{}`, `p{2cm}` and bars are left out."""
    columns = re.sub(r"[@!><]\{[^{}]*\}", "", found[1])
    wide = re.sub(r"[pmbXw]\s*(?:\{[^{}]*\})?", "l", columns)
    return rf"\begin{{array}}{{{re.sub('[^lcr]', '', wide) or 'c'}}}"


def _operators(text: str) -> str:
    r"""`\arg\max` is one operator; the name of another one is letters alone to latex2mathml."""
    space = r"(?:\s|~|\\[,!;: ]|\{\})*"
    text = re.sub(rf"\\arg{space}\\(?:operatorname\*?\{{)?(max|min)(?![a-zA-Z])\}}?", r"\\operatorname*{arg\1}", text)
    text = _FUNCTIONS.sub(r"\\operatorname{\1}", text)
    return re.sub(r"\\(operatorname(?:\*|withlimits)?)\s*\{((?:[^{}]|\{[^{}]{0,60}\}){0,120})\}", _operator, text)


def _operator(found: re.Match[str]) -> str:
    inside = re.sub(r"\\(?:mathrm|mathop|rm|text|mathbf|mathsf|mathit)(?![a-zA-Z])|\\[,!;: ]|[{}\s~]", "", found[2])
    if re.fullmatch("[a-zA-Z]+", inside):
        return rf"\{found[1]}{{{inside}}}"
    if re.fullmatch(r"[\w\s./-]+", inside):
        return rf"\text{{{inside}}}" if found[1] == "operatorname" else rf"\mathop{{\text{{{inside}}}}}\limits"
    return rf"\mathop{{\mathrm{{{found[2]}}}}}" if found[1] != "operatorname" else rf"\mathrm{{{found[2]}}}"


def _loose_rows(text: str) -> bool:
    r"""Whether a `\\` or & stands outside every environment and brace."""
    level = 0
    for token in re.findall(r"\\begin(?=\{)|\\end(?=\{)|\\\\|\\.|[{}&]", text, re.DOTALL):
        level += {r"\begin": 1, "{": 1, r"\end": -1, "}": -1}.get(token, 0)
        if level <= 0 and token in {r"\\", "&"}:
            return True
    return False


def _with_plain_texts(formula: str) -> str:
    r"""Every `\text{…}` with its formulas taken out of it and the rest as Unicode: `\text{if $x$}` -> `\text{if }x`."""
    done, end = [], 0
    while opening := _TEXT.search(formula, end):
        closing = _closing(formula, opening.end())
        if closing is None:
            break
        macro = _STYLES.get(opening[1], opening[1])
        done += [formula[end : opening.start()], _split(formula[opening.end() : closing], macro)]
        end = closing + 1
    return "".join([*done, formula[end:]])


def _closing(formula: str, start: int) -> int | None:
    """Where the brace closes that was opened before `start`."""
    level = 1
    for sign in re.finditer(r"\\.|[{}]", formula[start:], re.DOTALL):
        level += {"{": 1, "}": -1}.get(sign[0], 0)
        if not level:
            return start + sign.start()
    return None


def _split(inside: str, macro: str) -> str:
    style = macro if macro in _TEXTS else "text"
    parts = re.split(r"(?<!\\)\$", inside)
    said = [part if place % 2 else _as_text(part, style) for place, part in enumerate(parts)]
    return "{" + "".join(said) + "}"


def _as_text(part: str, style: str) -> str:
    shown = text_to_unicode(re.sub(r"(?<!\\)([%&#])", r"\\\1", part.replace("~", " ")))
    shown = re.sub(r"\s+", " ", shown).translate(_REFERENCES)
    return rf"\{style}{{{shown}}}" if shown else ""
