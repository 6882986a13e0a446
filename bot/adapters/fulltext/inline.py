r"""What stands in a line of text: words, formulas as $tex$, references and citations as printed, notes taken aside.

A dollar sign of the text itself is written \$.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.adapters.fulltext.formulas import clean_tex
from bot.adapters.fulltext.tree import Node
from bot.domain.characters import one_line

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
# Written as spans where they stand in a line, but blocks all the same.
_BLOCK_CLASSES = frozenset(
    ("ltx_p", "ltx_para", "ltx_tr", "ltx_td", "ltx_tabular", "ltx_item", "ltx_bibblock", "ltx_listingline")
)
_UNSHOWN = frozenset((
    "ltx_note_mark", "ltx_note_type", "ltx_tag_note", "ltx_listing_data", "ltx_pagination", "ltx_bib_cited",
    "ltx_tag_equation", "ltx_eqn_eqno", "ltx_TOC", "ltx_toclist", "ltx_page_navbar", "ltx_page_header",
    "ltx_page_footer", "ar5iv-footer",
))  # fmt: skip
_NOTE = frozenset(("ltx_note", "ltx_role_footnote"))
# Notes that are only marks, and those on authors.
_NO_TEXT = frozenset((
    "ltx_role_footnotemark", "ltx_role_endnotemark", "ltx_role_thanks", "ltx_role_institutetext", "ltx_role_email",
    "ltx_role_address", "ltx_role_affiliation", "ltx_role_orcid", "ltx_role_dedicatory",
))  # fmt: skip
_NOTE_PLACE = "\ue000"  # where a note was taken from; no text holds it, for it is cleaned away
_SPACE_BEFORE_NOTE = re.compile(rf"(?<!\s)\s++(?={_NOTE_PLACE}+[.,;:)])")
_TOUCHING = re.compile(r"(?<!\\)\$\$")
_ORDINAL = re.compile(r"\W*(?:st|nd|rd|th|e|er|me|o|a|TM|®|™)\W*$", re.IGNORECASE)


@dataclass
class Heard:
    """What was met while a text was read. notes: footnotes, one line each. targets: id -> references to it."""

    notes: list[str] = field(default_factory=list)
    targets: Counter[str] = field(default_factory=Counter)


def line(node: Node | str, heard: Heard) -> str:
    """All that it shows, on one line."""
    return tidy("".join(pieces(node, heard)))


def tidy(text: str) -> str:
    """One line in which no two formulas touch, and no space is left where a note stood before a stop."""
    return _TOUCHING.sub("$ $", one_line(_SPACE_BEFORE_NOTE.sub("", text)))


def is_block(node: Node) -> bool:
    """Whether text before and after it does not join with its own."""
    return node.tag in _BLOCKS or bool(node.classes & _BLOCK_CLASSES)


def is_hidden(node: Node) -> bool:
    """Whether it shows nothing that belongs to the text."""
    return bool(node.classes & _UNSHOWN) or node.tag in {"head", "img"}


def pieces(node: Node | str, heard: Heard) -> Iterator[str]:
    """Pieces of text that join to what it shows."""
    if isinstance(node, str):
        yield node.replace("$", r"\$")
    elif node.tag == "math":
        yield formula(node)
    elif node.tag == "br":
        yield " "
    elif is_hidden(node) or _NO_TEXT & node.classes:
        return
    elif _NOTE & node.classes:
        _take_note(node, heard)
        yield _NOTE_PLACE
    elif "ltx_missing_label" in node.classes:
        yield "??"  # as LaTeX prints it; the page shows the label of the source
    elif node.tag in {"sup", "sub"}:
        yield _raised("".join(_within(node, heard)), "^" if node.tag == "sup" else "_")
    else:
        target = node.attributes.get("href", "")
        if node.tag == "a" and "#" in target and "ltx_ref" in node.classes:
            heard.targets[target.rpartition("#")[2]] += 1
        yield from _within(node, heard)


def _within(node: Node, heard: Heard) -> Iterator[str]:
    around = " " if is_block(node) else ""
    yield around
    for part in node.parts:
        yield from pieces(part, heard)
    yield around


def formula(node: Node) -> str:
    """$tex$, or nothing for an empty one."""
    tex = clean_tex(node.tex)
    return f"${tex}$" if tex else ""


def _raised(text: str, sign: str) -> str:
    """10^6 and not 106, but 1st."""
    return text if not text.strip() or _ORDINAL.match(text) else f"{sign}{text.strip()}"


def _take_note(node: Node, heard: Heard) -> None:
    content = node.first("ltx_note_content") or node
    text = tidy("".join(piece for part in content.parts for piece in pieces(part, heard)))
    if text:
        heard.notes.append(text)
