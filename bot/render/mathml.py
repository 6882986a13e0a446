"""One TeX formula -> MathML by latex2mathml, rebuilt from a list of allowed elements, attributes and values.

latex2mathml keeps what a formula says about links, styles and classes, and unescapes what stands in \\text{}, so its
own output is not safe for a page. Here its tree is walked instead: what is not on the list does not get through. The
tree is also mended where browsers (MathML Core) would show it badly: letters styled by `mathvariant`, spaces about
function names, signs given as letters; and see mathml_tree.py. mathml_input.py mends what latex2mathml reads.
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
from bot.render.mathml_input import prepared, too_deep
from bot.render.mathml_tree import mended

_LONGEST, _MOST_BRACES, _WIDE = 600, 80, 48  # characters of TeX; braces; characters of TeX that may not fit a phone
_LONGEST_DISPLAYED = 6_000  # characters of TeX
_DEFINES = re.compile(
    r"\\(?:re|provide)?(?:newcommand|newenvironment|def|let|DeclareMathOperator)|\\(?:href|url|require)\b"
)
_DIAGRAM = re.compile(r"@\s*[<>]|\\xymatrix|\\begin\{(?:CD|tikz\w*)\}")  # arrows in two dimensions
_ELEMENTS = re.compile(
    "math|mrow|mi|mn|mo|mtext|mspace|msup|msub|msubsup|mfrac|msqrt|mroot|mover|munder|munderover|mstyle"
    "|mpadded|mphantom|mtable|mtr|mtd"
)
_TRUE_OR_FALSE = re.compile("true|false")
_LENGTH = re.compile(r"-?[01]?(?:\.\d{1,3})?em|0|[12](?:\.\d{1,3})?em")
_ATTRIBUTES = {
    **dict.fromkeys(("stretchy", "fence", "accent", "movablelimits", "largeop", "displaystyle"), _TRUE_OR_FALSE),
    **dict.fromkeys(("width", "depth", "minsize", "maxsize", "linethickness", "lspace", "rspace"), _LENGTH),
    "class": re.compile("left|right|rows|overline|underline"),  # see style.css
    "scriptlevel": re.compile("[+-]?[0-2]"),
    "form": re.compile("prefix|infix|postfix"),
}
# mathvariant -> the same for fmt_math_text_style: browsers only know mathvariant="normal".
_VARIANTS = {"double-struck": "doublestruck", "sans-serif": "sans"}
_VARIANTS |= {style: style for style in ("bold", "script", "fraktur", "bold-italic", "monospace", "bold-script")}
_DIGITS = {"bold": 0x1D7CE, "double-struck": 0x1D7D8, "sans-serif": 0x1D7E2, "monospace": 0x1D7F6}  # of styled zeros
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
    if len(formula) > _LONGEST or formula.count("{") > _MOST_BRACES:
        return None
    return _math(formula, Markup('<math class="wide">') if len(formula) > _WIDE else Markup("<math>"), "inline")


def display_mathml(formula: str) -> Markup | None:
    """A `<math display="block">` element, which may be of any width; None as above."""
    if len(formula) > _LONGEST_DISPLAYED:
        return None
    return _math(formula, Markup('<math display="block">'), "block")


def _math(formula: str, opening: Markup, display: str) -> Markup | None:
    ready = prepared(formula)
    if _DEFINES.search(ready) or _DIAGRAM.search(ready) or too_deep(ready):
        return None
    try:
        return opening + _row(mended(convert_to_element(ready, display=display))) + Markup("</math>")
    except _UNREADABLE:
        return None


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
    if element.tag == "mrow" and len(element) == 1 and not element.get("class"):
        return _element(element[0], within)
    tag = element.tag if _ELEMENTS.fullmatch(element.tag) else "mrow"
    text = clean(unescape(element.text or "")).lstrip("\\")
    text = _styled(text, element.get("mathvariant", ""))
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


def _styled(text: str, variant: str) -> str:
    """Letters and digits in that style; a style that Unicode lacks is left out."""
    if variant in _DIGITS and text.isascii() and text.isdigit():
        return "".join(chr(_DIGITS[variant] + int(digit)) for digit in text)
    return str(fmt_math_text_style(text, _VARIANTS.get(variant, "")))


def _allowed(name: str, value: str) -> bool:
    return name in _ATTRIBUTES and bool(_ATTRIBUTES[name].fullmatch(value))


def _is_sign(text: str) -> bool:
    return len(text) == 1 and unicodedata.category(text)[0] in "SP" and text not in "#&@"


def _names_function(element: Element) -> bool:
    """Whether it is the name of a function, such as log, or such a name with an exponent or index."""
    if element.tag in {"msup", "msub", "msubsup", "munder"} and len(element):
        return _names_function(element[0])
    return element.tag == "mi" and bool(re.fullmatch(r"\\?[a-z]{2,}", element.text or "")) and not len(element)
