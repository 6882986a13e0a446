"""Which pages are no papers' texts: failed and broken-off conversions, and other pages that came in their place."""

import re

from bot.adapters.fulltext.formulas import LONGEST
from bot.adapters.fulltext.inline import Heard, line
from bot.adapters.fulltext.tree import Node
from bot.domain.fulltext import FullText, Paragraph
from bot.errors import TextError

_FEWEST_CHARACTERS = 600  # of paragraphs
_FATAL = "had a Fatal error"
_MOST_FAULTS = 0.03  # share of the text's characters that are commands which could not be converted
_NOTEWORTHY_FAULTS = 3
_CLOSED = re.compile(rb"</html\s*>", re.IGNORECASE)


def check_before(page: Node, body: bytes) -> Node:
    """The element that holds the paper. Raises TextError if there is none, or the page came in part only."""
    found = [node for node in page.walk() if "ltx_document" in node.classes]
    if not found:
        raise TextError(f"the page is no paper in HTML{_called(page)}")
    if not _CLOSED.search(body[-200_000:]):
        raise TextError("the page breaks off before its end")
    return max(found, key=lambda node: len(node.parts))


def check_text(text: FullText, page: Node) -> None:
    """Raises TextError if what was read is not the text of a paper."""
    fatal = _is_fatal(page)
    if fatal and not text.bibliography:
        last = next((section.label for section in reversed(text.sections) if section.title and section.blocks), "")
        where = f", in {last}" if last else ""
        raise TextError(f"the conversion to HTML failed and broke off{where}")
    paragraphs = [block.text for block in text.blocks() if isinstance(block, Paragraph)]
    length = sum(map(len, paragraphs))
    if length < _FEWEST_CHARACTERS:
        raise TextError("the page holds no text of the paper beyond title, abstract and references")
    if sum(map(len, _faults(page))) > _MOST_FAULTS * length:
        raise TextError("the conversion to HTML failed: too many commands of the paper could not be converted")


def remarks(page: Node) -> tuple[str, ...]:
    """What a reader should know of how the page was converted."""
    found = []
    if _is_fatal(page):
        found.append("The conversion to HTML ended with an error: the end of the paper may be missing.")
    faults = len(_faults(page))
    if faults > _NOTEWORTHY_FAULTS:
        found.append(f"{faults} commands of the paper's source could not be converted to HTML.")
    too_long = sum(len(node.tex) > LONGEST for node in page.walk())
    if too_long:
        found.append(f"{_formulas(too_long)} too long to be shown.")
    return tuple(found)


def _formulas(number: int) -> str:
    return "1 formula is" if number == 1 else f"{number} formulas are"


def _is_fatal(page: Node) -> bool:
    return any(_FATAL in fault for fault in _faults(page, own=False))


def _faults(page: Node, *, own: bool = True) -> list[str]:
    """What could not be converted. own: of the paper's source, not the converter's messages."""
    texts = (line(node, Heard()) for node in page.walk() if "ltx_ERROR" in node.classes)
    return [text for text in texts if not own or " " not in text]


def _called(page: Node) -> str:
    title = next((node for node in page.walk() if node.tag == "title"), None)
    text = line(title, Heard())[:80] if title else ""
    return f' (its title: "{text}")' if text else ""
