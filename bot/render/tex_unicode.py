r"""TeX -> Unicode with pylatexenc: its parser, its symbols and its accents, with our own reading of the macros.

Of pylatexenc's own macros many are wrong here: `\maketitle` tells today's date, `\texttt{x}` is dropped, `\href{u}`
raises, `\frac{a+b}{c}` becomes a+b/c, `2^{n-1}` becomes 2^n-1. So only its tables of plain symbols are taken over.
"""

import logging
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from pylatexenc import latex2text, latexwalker, macrospec

# What pylatexenc 2.11 raises on text that is not TeX, by fuzzing. It logs a warning for each mended slip, too.
_UNREADABLE = (latexwalker.LatexWalkerError, LookupError, ValueError, TypeError, AttributeError, RecursionError)
logging.getLogger("pylatexenc").setLevel(logging.ERROR)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ACCENTS = (*"'`\"c^~Hk=b.druv", *_words("vec dot hat check breve acute grave tilde bar ddot not"))
_FONTS = _words(
    "emph textrm textit textbf textmd textsc textsf textsl texttt textup textnormal text mbox hbox uline ul underline "
    "mathrm mathbf mathit mathsf mathtt mathnormal boldsymbol bm pmb bold operatorname mathop mathbin mathrel smash "
    "ensuremath url nolinkurl ce num acs acl ac gls fbox"
)
_FRACTIONS = _words("frac tfrac dfrac nicefrac sfrac")
_STYLES = {"mathbb": "doublestruck", "mathds": "doublestruck", "mathcal": "script", "mathscr": "script"}
_STYLES |= {"mathfrak": "fraktur"}
_REFERENCES = _words("cite citet citep citealt citeauthor citeyear ref cref Cref autoref eqref")
_SILENT = _words(
    "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr limits nolimits displaystyle "
    "textstyle scriptstyle bf it em rm sf tt sc sl cal tiny small large Large normalsize noindent nonumber centering "
    "xspace protect relax par ! / - @"
)
_SYMBOLS = {
    "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "|": "‖", "dots": "…",
    "hdots": "…", "deg": "°", "degree": "°", "textdegree": "°", "textregistered": "®", "texttrademark": "™",
    "textasciitilde": "~", "textasciicircum": "^", "textless": "<", "textgreater": ">", "textbar": "|", "slash": "/",
    "textquotesingle": "'", "LaTeX": "LaTeX", "TeX": "TeX", "eps": "ε", "epsilon": "ε", "phi": "φ", "lt": "<",
    "gt": ">", "quad": " ", "qquad": " ", "space": " ", ",": " ", ";": " ", ":": " ", " ": " ", "\n": " ", "\t": " ",
    "\\": " ",
    "newline": " ", "and": ", ", "AND": ", ", "colon": ":", "mod": "mod", "bmod": "mod", "argmax": "argmax",
    "argmin": "argmin", "land": "∧", "lor": "∨", "lnot": "¬", "checkmark": "✓", "iff": "⇔", "implies": "⇒",
    "ne": "≠", "neg": "¬", "gets": "←", "coloneqq": "≔", "coloneq": "≔", "Re": "Re", "Im": "Im",
    "sharp": "♯", "prime": "′", "top": "⊤", "bot": "⊥", "star": "⋆", "lbrace": "{", "rbrace": "}", "lbrack": "[",
    "rbrack": "]",
}  # fmt: skip
_FUNCTIONS = _words("log ln lg exp max min sup inf lim sin cos tan tanh arg argmax argmin det dim ker Pr gcd")
_GREEK = frozenset(
    _words(
        "alpha beta gamma delta epsilon eps varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho "
        "varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi "
        "Psi Omega ell"
    )
)
_RELATIONS = "≤≥∈∉∝∼≈≃→⇒↦≪≫≲≳⊂⊆∪∩"
_RAISED = dict(zip("0123456789+-−=()ni⊤∘", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵀ°", strict=True))
_LOWERED = dict(zip("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))


@lru_cache(maxsize=20_000)
def text_to_unicode(tex: str) -> str:
    """Text outside formulas, with `%`, `$`, `&` and `#` escaped. Never raises."""
    quoted = re.sub(r"(?<!`)`([^`'\n]{1,80})'(?!')", r"‘\1’", tex)
    return _converted(quoted.replace(r"\c{opyright}", "©"), _parser_of_text())


@lru_cache(maxsize=20_000)
def formula_to_unicode(tex: str) -> str:
    """One formula, without its delimiters, in one line: `x^{n-1}` is x^(n-1), `10^{-3}` is 10⁻³. Never raises."""
    grouped = re.sub(r"([\^_])\s*(\\[a-zA-Z]+\s*\{[^{}]*\})", r"\1{\2}", tex)
    plain = grouped.replace("''", "′′").replace("%", r"\%").replace(r"\\%", r"\%")
    closed = re.sub(r"(\\l[vV]ert)\s+", r"\1{}", re.sub(r"\\(left|right)\s*\.", "", plain))
    text = re.sub(r"\s+", " ", _converted(closed, _parser_of_formulas())).strip()
    text = re.sub(r"(?<=\S)([·×]) ", r"\1", text)
    return re.sub(rf"(?<=[^\s{_RELATIONS}])([{_RELATIONS}]) ", r" \1 ", text)


def _converted(tex: str, context: macrospec.LatexContextDb) -> str:
    if not re.search(r"[\\{}~^_]|--|``|''", tex):
        return tex
    try:
        nodes, _, _ = latexwalker.LatexWalker(tex, latex_context=context, tolerant_parsing=True).get_latex_nodes()
        return str(_writer().nodelist_to_text(nodes))
    except _UNREADABLE:
        return re.sub(r"\\([a-zA-Z]+|.)|[{}]", r"\1", tex)


class _Writer(latex2text.LatexNodes2Text):  # type: ignore[misc]
    """Writes parsed TeX as text. A macro that nobody knows is written as its argument, or else as its name."""

    def nodelist_to_text(self, nodelist: list[Any]) -> str:
        r"""Also keeps the space after a macro that is a word: authors write `\ours performs` for "ours performs".

        After one that is a letter it ends the macro's name and is no space: `S\o ren` is Søren.
        """
        written = []
        for node, following in pairwise([*nodelist, None]):
            if node is None:
                continue
            if not node.isNodeType(latexwalker.LatexMacroNode):
                written.append(self.node_to_text(node))
            elif self.latex_context.get_macro_spec(node.macroname):
                if node.macroname in _FUNCTIONS and written and written[-1][-1:].isalnum():
                    written.append(" ")
                text = self.macro_node_to_text(node)
                if node.macroname in _FRACTIONS:
                    text = _apart(text, following)
                elif node.macroname in _FUNCTIONS and _is_word(following):
                    text += " "
                bare = node.nodeargd is None or not node.nodeargd.argnlist
                letter = len(text) == 1 and text.isalpha() and node.macroname not in _GREEK
                written.append(text + node.macro_post_space * (bare and not letter))
            elif _holds_text(following):
                continue
            else:
                written.append(node.macroname + node.macro_post_space)
        return "".join(written)

    def group_node_to_text(self, node: Any) -> str:
        """Braces of their own vanish, but not those of a set: {0, 1}."""
        text = str(super().group_node_to_text(node))
        return f"{{{text}}}" if "," in text and "\\" not in node.latex_verbatim() else text


def _apart(fraction: str, following: Any) -> str:
    r"""`\frac{1}{2}x` is not 1/2x, which one may read as 1/(2x), but 1/2 x."""
    after = following.latex_verbatim().lstrip() if following else ""
    if after[:1] in {"^", "_"}:
        return f"({fraction})"
    return fraction if re.match(r"[^\w\\(\[{]|\\(?:right|[bB]igg?r)|$", after) else f"{fraction} "


def _is_word(node: Any) -> bool:
    return node is not None and bool(re.match(r"\\(?!left|[bB]ig)[a-zA-Z]", node.latex_verbatim()))


def _holds_text(node: Any) -> bool:
    return node is not None and node.isNodeType(latexwalker.LatexGroupNode) and bool(node.nodelist)


def _argument(node: Any, writer: _Writer, place: int) -> str:
    """Text of the node's argument at `place` (negative: from the end), or "" where it is missing."""
    arguments = node.nodeargd.argnlist if node.nodeargd else None
    return str(writer.node_arg_to_text(node, range(len(arguments))[place])) if arguments else ""


def _last(node: Any, l2tobj: _Writer) -> str:
    return _argument(node, l2tobj, -1)


def _marked(combining: str) -> Callable[..., str]:
    """A mark over one character; over a longer text it would not be seen for what it is, and is left out."""

    def write(node: Any, l2tobj: _Writer) -> str:
        text = _last(node, l2tobj)
        return unicodedata.normalize("NFC", text + combining) if len(text) == 1 else text

    return write


def _styled(style: str) -> Callable[..., str]:
    return lambda node, l2tobj: latex2text.fmt_math_text_style(_last(node, l2tobj), style)


def _link(node: Any, l2tobj: _Writer) -> str:
    address, text = _argument(node, l2tobj, 0), _last(node, l2tobj)
    return f"{text} ({address})" if address.startswith("http") and text and address not in text else text or address


def _fraction(node: Any, l2tobj: _Writer) -> str:
    return f"{_grouped(_argument(node, l2tobj, 0))}/{_grouped(_last(node, l2tobj))}"


def _root(node: Any, l2tobj: _Writer) -> str:
    """A number, or one letter with its index, stands bare under it, anything else in parentheses: √(2πσ²)."""
    text = _last(node, l2tobj)
    bare = not text or re.fullmatch(r"\d+|\w(?:_\w|[₀-₉])?|\([^()]*\)", text)
    return f"{_raise(_argument(node, l2tobj, 0), '')}√{text if bare else f'({text})'}"


def _overset(node: Any, l2tobj: _Writer) -> str:
    return _last(node, l2tobj) + _raise(_argument(node, l2tobj, 0))


def _underset(node: Any, l2tobj: _Writer) -> str:
    return _last(node, l2tobj) + _lower(_argument(node, l2tobj, 0))


def _code_point(node: Any, l2tobj: _Writer) -> str:
    r"""`\unicode{x2014}`. Only what shows: it must not bring in what tex.py has taken out."""
    found = re.fullmatch(r"\s*(?:x([0-9a-fA-F]{2,5})|(\d{2,6}))\s*", _last(node, l2tobj))
    character = chr(int(found[1], 16) if found[1] else int(found[2])) if found else ""
    return character if character.isprintable() else ""


def _grouped(text: str) -> str:
    several = re.search(rf"[\s+\-−/·,=<>|{_RELATIONS}]", text) and not re.fullmatch(r"\([^()]*\)", text)
    return f"({text})" if several else text


def _raise(text: str, sign: str = "^") -> str:
    if text in {"*", "∗", "⋆", "†", "′", "′′", "th", "st", "nd", "rd", "+"}:
        return text
    raised = "".join(_RAISED.get(character, "") for character in text)
    return raised if len(raised) == len(text) else f"{sign}{_one(text)}"


def _lower(text: str) -> str:
    lowered = "".join(_LOWERED.get(character, "") for character in text)
    return lowered if len(lowered) == len(text) else f"_{_one(text)}"


def _one(script: str) -> str:
    """So that one sees how far it reaches: s_(t_i)."""
    return f"({script})" if re.fullmatch(r"\w+[_^]\w+", script) and not script.startswith("_") else _grouped(script)


def _nothing(node: Any, l2tobj: _Writer) -> str:
    return ""


# Macro -> which arguments it takes ({ one, [ an optional one, * a star), and how it is written.
_MACROS: dict[str, tuple[str, Callable[..., str]]] = {
    **dict.fromkeys(_FONTS, ("{", _last)),
    **{name: ("{", _styled(style)) for name, style in _STYLES.items()},
    **dict.fromkeys(_REFERENCES, ("*[[{", lambda node, l2tobj: f"[{_last(node, l2tobj)}]")),
    **dict.fromkeys(("footnote", "thanks"), ("[{", lambda node, l2tobj: f" ({_last(node, l2tobj)})")),
    **dict.fromkeys(("label", "hspace", "vspace", "phantom"), ("*{", _nothing)),
    **dict.fromkeys(_FRACTIONS, ("{{", _fraction)),
    **dict.fromkeys(("overset", "stackrel"), ("{{", _overset)),
    **dict.fromkeys(("hyperlink", "texorpdfstring"), ("{{", _last)),
    "underset": ("{{", _underset),
    "binom": ("{{", lambda node, l2tobj: f"({_argument(node, l2tobj, 0)} choose {_last(node, l2tobj)})"),
    "widetilde": ("{", _marked("\u0303")),
    "widehat": ("{", _marked("\u0302")),
    "overline": ("{", _marked("\u0305")),
    "sqrt": ("[{", _root),
    "href": ("{{", _link),
    "color": ("[{", _nothing),
    "textcolor": ("[{{", _last),
    "SI": ("[{{", lambda node, l2tobj: f"{_argument(node, l2tobj, 1)} {_last(node, l2tobj)}"),
    "unicode": ("{", _code_point),
    "textsuperscript": ("{", lambda node, l2tobj: _raise(_last(node, l2tobj), "")),
    "textsubscript": ("{", lambda node, l2tobj: _lower(_last(node, l2tobj))),
}  # fmt: skip
_SCRIPTS: dict[str, Callable[..., str]] = {
    "^": lambda node, l2tobj: _raise(_last(node, l2tobj)),
    "_": lambda node, l2tobj: _lower(_last(node, l2tobj)),
}


def _parser(scripts: Iterable[str]) -> macrospec.LatexContextDb:
    context = macrospec.LatexContextDb()
    context.add_context_category(
        "broadsheet",
        macros=[
            *(macrospec.MacroSpec(accent, "{") for accent in _ACCENTS),
            *(macrospec.MacroSpec(name, arguments) for name, (arguments, _) in _MACROS.items()),
        ],
        specials=[
            *(macrospec.SpecialsSpec(sign, args_parser=macrospec.MacroStandardArgsParser("{")) for sign in scripts),
            *(macrospec.SpecialsSpec(sign) for sign in ("~", "``", "''", "--", "---")),
        ],
    )
    context.set_unknown_macro_spec(macrospec.MacroSpec(""))
    context.set_unknown_environment_spec(macrospec.EnvironmentSpec(""))
    return context


@cache
def _parser_of_text() -> macrospec.LatexContextDb:
    return _parser(())


@cache
def _parser_of_formulas() -> macrospec.LatexContextDb:
    return _parser(_SCRIPTS)


def knows(macro: str) -> bool:
    r"""Whether a macro, named without its backslash, is written as what it means rather than as its name."""
    return macro in _FUNCTIONS or _writer().latex_context.get_macro_spec(macro) is not None


@cache
def _writer() -> _Writer:
    """pylatexenc's plain symbols and accents under our own macros."""
    theirs = latex2text.get_default_latex_context_db().filter_context(exclude_categories=["nonstandard-qit"])
    symbols = {
        spec.macroname: spec
        for spec in reversed(list(theirs.iter_macro_specs()))
        if spec.macroname in _ACCENTS or (isinstance(spec.simplify_repl, str) and "%" not in spec.simplify_repl)
    }
    ours = {name: write for name, (_, write) in _MACROS.items()} | _SYMBOLS | dict.fromkeys(_SILENT, _nothing)
    context = macrospec.LatexContextDb()
    context.add_context_category(
        "broadsheet",
        macros=[latex2text.MacroTextSpec(name, written) for name, written in ours.items()],
        specials=[latex2text.SpecialsTextSpec(sign, write) for sign, write in _SCRIPTS.items()],
    )
    context.add_context_category(
        "pylatexenc", macros=list(symbols.values()), specials=list(theirs.iter_specials_specs())
    )
    return _Writer(latex_context=context)
