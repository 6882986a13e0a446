"""latex2mathml's tree -> one that browsers (MathML Core) show as TeX would: limits, accents, spaces, columns, names."""

import re
from html import unescape
from xml.etree.ElementTree import Element

from latex2mathml.symbols_parser import convert_symbol

_SCRIPTS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_WITH_LIMITS = frozenset("∑∏∐⋂⋃⋀⋁⨀⨁⨂⨃⨄⨅⨆")
_LIMIT_NAMES = frozenset(("max", "min", "sup", "inf", "lim", "argmax", "argmin", "det", "gcd", "Pr"))
_RELATIONS = frozenset("=≈≡∼≃≤≥<>←→↔⇐⇒⇔↦∝∈≜")
_SPACES = {"thin": "0.167em", "medium": "0.222em", "thick": "0.278em"}
# The sign that latex2mathml puts over something -> the one for a single letter, and the one that stretches over more.
_NARROW = {"^": "ˆ", "~": "˜", "→": "→", "¯": "¯", "˙": "˙", "¨": "¨", "ˇ": "ˇ", "˘": "˘", "´": "´", "`": "`", "˚": "˚"}
_WIDE = {"^": "\u0302", "~": "\u0303"}
_LINE = "―"
_BARS = frozenset("|‖")
_FENCES = _BARS | frozenset("⟨⟩⌊⌋⌈⌉")


class UnreadableError(ValueError):
    """Something in the formula cannot be shown as what it is."""


def mended(tree: Element) -> Element:
    """The same tree, changed in place. Raises UnreadableError where something in it has no MathML."""
    for element in list(tree.iter()):
        text = unescape(element.text or "")
        if element.tag == "mi" and re.match(r"\\[a-zA-Z]", text):
            raise UnreadableError(f"nobody knows the macro {text[:40]}")
        if "strike" in element.get("notation", "") or element.get("linebreak"):
            raise UnreadableError("a struck term, or a new row where there are no rows")
        if element.tag in {"mo", "mi"}:
            _mend_sign(element, text)
        else:
            _mend(element)
    return tree


def _mend(element: Element) -> None:
    tag = element.tag
    if tag in _SCRIPTS and len(element) > 1:
        _limits(element)
        _enlarged(element)
    elif tag in {"mover", "munder"} and len(element) == 2:
        _labelled(element)
        _accent(element)
    elif tag == "mspace":
        _space(element)
    elif tag == "mtd" and (side := element.get("columnalign")) in {"left", "right"}:
        element.set("class", side)
    elif tag == "mtable" and element.get("displaystyle") == "true":
        _rows(element)
    elif tag == "mpadded":
        element.attrib.pop("lspace", None)  # it is meant together with a width that a browser does not know
    elif tag == "mrow" and len(element) > 1:
        _join_letters(element)


def _rows(table: Element) -> None:
    """Rows of one cell each begin on the left; TeX has them end together, which reads badly."""
    table.set("class", "rows")
    if all(len(row) < 2 for row in table):
        for cell in table.iter("mtd"):
            cell.set("columnalign", "left")


def _mend_sign(element: Element, text: str) -> None:
    if len(element):
        _operator(element)
    elif text in _FENCES:
        _fence(element, text)
    elif text == "/":
        element.set("lspace", "0")
        element.set("rspace", "0")
    elif element.tag == "mo" and text.startswith("\\") and (symbol := convert_symbol(text)):
        element.text = chr(int(symbol, 16))
    elif element.tag == "mo" and re.fullmatch(r"[A-Za-z\s\u2000-\u200a]{2,}", text):
        _named(element, text)


def _operator(element: Element) -> None:
    r"""`\mathop{\mathrm{minimize}}`: a name, or else a row, for an operator holds only text."""
    name = unescape("".join(element.itertext()).strip())
    if re.fullmatch("[A-Za-z]{2,}", name):
        element[:] = []
        element.set("movablelimits", "true")
        _named(element, name)
    else:
        element.tag = "mrow"


def _limits(element: Element) -> None:
    base = element[0]
    while base.tag == "mrow" and len(base) == 1:
        base = base[0]
    text = unescape(base.text or "")
    if base.tag in {"mo", "mi"} and (
        text in _WITH_LIMITS or text in _LIMIT_NAMES or base.get("movablelimits") == "true"
    ):
        element.tag, base.tag = _SCRIPTS[element.tag], "mo"
        base.set("movablelimits", "true")


def _enlarged(element: Element) -> None:
    r"""`\bigr)^2`: a browser that finds the bracket alone below a script shows it in its usual size, and too low."""
    bracket = element[0]
    if bracket.tag == "mo" and bracket.get("minsize"):
        held = Element("mrow")
        held.extend((Element("mi"), bracket))
        element[0] = held


def _labelled(element: Element) -> None:
    r"""`\overset{\mathrm{def}}{=}`: some fonts leave no space between the two, so what stands above gets a foot."""
    base, over = element
    if element.tag == "mover" and unescape("".join(base.itertext()).strip()) in _RELATIONS:
        held = Element("mrow")
        held.extend((over, Element("mspace", {"depth": "0.35em"})))
        element[1] = held


def _accent(element: Element) -> None:
    """Accents close to what they stand over; lines as borders, since few fonts have a line that stretches."""
    base, over = element
    sign = unescape(over.text or "")
    if over.tag != "mo" or len(over):
        return
    narrow = len(unescape("".join(base.itertext()).strip())) < 2
    if sign == _LINE or (sign == "¯" and not narrow):
        element.remove(over)
        element.set("class", "overline" if element.tag == "mover" else "underline")
        element.tag = "mrow"
    elif element.tag == "mover" and sign in _NARROW:
        over.text = _NARROW[sign] if narrow else _WIDE.get(sign, sign)
        over.set("stretchy", "false" if narrow else "true")
        element.set("accent", "true")


def _fence(element: Element, text: str) -> None:
    r"""A bracket that no \left or \big made larger keeps its size, and a bar has no space of its own about it."""
    sized = element.get("fence") == "true" or element.get("minsize")
    if text not in _BARS and not sized:
        element.tag = "mo"
        element.set("stretchy", "false")
    if text in _BARS and element.get("stretchy") == "false":
        element.set("lspace", "0")
        element.set("rspace", "0")


def _space(element: Element) -> None:
    named = re.fullmatch(r"(negative)?\w*?(thin|medium|thick)mathspace", element.get("width", ""))
    if named:
        element.set("width", ("-" if named[1] else "") + _SPACES[named[2]])


def _named(element: Element, text: str) -> None:
    """A name such as max or KL: with limits an operator close to what follows, otherwise an identifier."""
    element.text = re.sub(r"^(arg|lim|proj|inj)\W*(max|min|sup|inf|lim)$", "\\1\u2009\\2", text)
    if element.get("movablelimits") == "true" or text in _LIMIT_NAMES:
        element.set("movablelimits", "true")
        element.set("lspace", "0")
        element.set("rspace", "0.167em")
    else:
        element.tag = "mi"


def _join_letters(row: Element) -> None:
    r"""`\mathrm{softmax}` is one name, not seven letters."""
    if all(one.tag == "mi" and one.get("mathvariant") == "normal" and len(one.text or "") == 1 for one in row):
        row[0].text = "".join(one.text or "" for one in row)
        for letter in list(row)[1:]:
            row.remove(letter)
