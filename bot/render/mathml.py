"""One TeX formula -> MathML by latex2mathml, rebuilt from a list of allowed elements, attributes and values.

latex2mathml keeps what a formula says about links, styles and classes, and unescapes what stands in \\text{}, so its
own output is not safe for a page. Here its tree is walked instead: what is not on the list does not get through. The
tree is also mended where browsers (MathML Core) would show it badly: letters styled by `mathvariant`, spaces about
function names, signs given as letters.
"""

import re
import unicodedata
from html import unescape
from xml.etree.ElementTree import Element

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element
from markupsafe import Markup
from pylatexenc.latex2text import fmt_math_text_style

from bot.domain.characters import clean

_LONGEST, _MOST_BRACES, _WIDE = 600, 80, 48  # characters of TeX; braces; characters of TeX that may not fit a phone
_DEFINES = re.compile(
    r"\\(?:re|provide)?(?:newcommand|newenvironment|def|let|DeclareMathOperator)|\\(?:href|url|require)\b"
)
_ELEMENTS = re.compile(
    "math|mrow|mi|mn|mo|mtext|mspace|msup|msub|msubsup|mfrac|msqrt|mroot|mover|munder|munderover|mstyle"
    "|mpadded|mphantom|mtable|mtr|mtd"
)
_TRUE_OR_FALSE = re.compile("true|false")
_LENGTH = re.compile(r"-?[01]?(?:\.\d{1,3})?em|0|[12](?:\.\d{1,3})?em")
_ATTRIBUTES = {
    **dict.fromkeys(("stretchy", "fence", "accent", "movablelimits", "largeop", "displaystyle"), _TRUE_OR_FALSE),
    **dict.fromkeys(("width", "minsize", "maxsize", "linethickness"), _LENGTH),
    "scriptlevel": re.compile("[+-]?[0-2]"),
    "form": re.compile("prefix|infix|postfix"),
}
# mathvariant -> the same for fmt_math_text_style: browsers only know mathvariant="normal".
_VARIANTS = {"double-struck": "doublestruck", "sans-serif": "sans"}
_VARIANTS |= {style: style for style in ("bold", "script", "fraktur", "bold-italic", "monospace", "bold-script")}
_ROWS = frozenset(("math", "mrow", "mstyle", "mpadded", "mtd", "msqrt"))
_LETTERLIKE = frozenset("∞∅⊤⊥∂∇∀∃ℓ…⋯°%′")
_SIGNS = {"~": "∼", "-": "−", "⧸": "/"}
_THIN_SPACE = Markup('<mspace width="0.17em"></mspace>')
# What latex2mathml raises on what is not a formula: its own errors share no base class; the rest is by fuzzing.
_UNREADABLE: tuple[type[Exception], ...] = (
    *(found for found in vars(exceptions).values() if isinstance(found, type) and issubclass(found, Exception)),
    LookupError, ValueError, TypeError, AttributeError, RecursionError, StopIteration, RuntimeError,
)  # fmt: skip


def mathml(formula: str) -> Markup | None:
    """A `<math>` element, or None where the formula is too long, defines macros, or cannot be read."""
    if len(formula) > _LONGEST or formula.count("{") > _MOST_BRACES or _DEFINES.search(formula):
        return None
    opening = Markup('<math class="wide">') if len(formula) > _WIDE else Markup("<math>")
    try:
        return opening + _row(convert_to_element(_prepared(formula))) + Markup("</math>")
    except _UNREADABLE:
        return None


def _prepared(formula: str) -> str:
    """What latex2mathml reads wrongly: a bare % (a comment to it), and macros inside the name of an operator."""
    named = re.sub(r"\\operatorname\*?\s*\{([^{}]*\\[^{}]*)\}", r"\\mathrm{\1}", formula)
    return re.sub(r"(?<!\\)%", r"\\%", named)


def _row(parent: Element) -> Markup:
    """The children, with a thin space between a function's name and its operands, which MathML leaves out."""
    done = Markup()
    if parent.tag not in _ROWS:
        return done.join(_element(child, parent.tag) for child in parent)
    for before, child, after in zip([None, *parent], parent, [*parent[1:], None], strict=False):
        if _names_function(child) and before is not None and (before.tag != "mo" or before.text == "&#x00029;"):
            done += _THIN_SPACE
        done += _element(child, parent.tag)
        if _names_function(child) and after is not None and after.tag != "mo":
            done += _THIN_SPACE
    return done


def _element(element: Element, within: str) -> Markup:
    if element.tag == "mrow" and len(element) == 1:
        return _element(element[0], within)
    tag = element.tag if _ELEMENTS.fullmatch(element.tag) else "mrow"
    text = clean(unescape(element.text or "")).lstrip("\\")
    text = fmt_math_text_style(text, _VARIANTS.get(element.get("mathvariant", ""), ""))
    if tag in {"mi", "mo"} and text:
        text = text if within == "mover" else _SIGNS.get(text, text)
        tag = "mi" if text in _LETTERLIKE else "mo" if _is_sign(text) else tag
    attributes = [(name, value) for name, value in element.attrib.items() if _allowed(name, value)]
    if tag == "mi" and element.get("mathvariant") == "normal" and len(text) == 1:
        attributes.append(("mathvariant", "normal"))
    written = Markup().join(Markup(' {}="{}"').format(name, value) for name, value in attributes)
    return Markup("<{tag}{attributes}>{text}{inside}</{tag}>").format(
        tag=tag, attributes=written, text=text, inside=_row(element)
    )


def _allowed(name: str, value: str) -> bool:
    return name in _ATTRIBUTES and bool(_ATTRIBUTES[name].fullmatch(value))


def _is_sign(text: str) -> bool:
    return len(text) == 1 and unicodedata.category(text)[0] in "SP" and text not in "#&@"


def _names_function(element: Element) -> bool:
    """Whether it is the name of a function, such as log, or such a name with an exponent or index."""
    if element.tag in {"msup", "msub", "msubsup", "munder"} and len(element):
        return _names_function(element[0])
    return element.tag == "mi" and bool(re.fullmatch(r"\\?[a-z]{2,}", element.text or "")) and not len(element)
