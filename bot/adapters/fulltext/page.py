"""A paper's page in LaTeXML's HTML, as arXiv and ar5iv show it -> its full text."""

import time
from dataclasses import replace

from bot.adapters.fulltext.failures import check_before, check_text, remarks
from bot.adapters.fulltext.inline import Heard, line
from bot.adapters.fulltext.references import bibliography, mentioned
from bot.adapters.fulltext.sections import read_body
from bot.adapters.fulltext.tree import Node, read_tree
from bot.domain.fulltext import FullText, TextSource

LONGEST_S = 20.0


def read_page(
    body: bytes, *, arxiv_id: str, version: int | None, source: TextSource, url: str, seconds: float = LONGEST_S
) -> FullText:
    """Read a page, however hostile, within `seconds`. url: as a full text has it.

    Raises TextError for a failed or broken-off conversion, for what is no paper, and for what is too large or too deep.
    """
    deadline = time.monotonic() + seconds
    page = read_tree(body, deadline)
    document = check_before(page, body)
    read = read_body(document, deadline)
    text = FullText(
        arxiv_id,
        version,
        source,
        url,
        title=_title(document, page),
        abstract=_abstract(document),
        sections=mentioned(read),
        bibliography=bibliography(document),
    )
    check_text(text, page)
    return replace(text, remarks=remarks(page))


def _title(document: Node, page: Node) -> str:
    title = document.first("ltx_title_document")
    return line(title, Heard()) if title else ""


def _abstract(document: Node) -> str:
    found = document.first("ltx_abstract")
    parts = [part for part in found.parts if isinstance(part, str) or "ltx_title" not in part.classes] if found else []
    return " ".join(filter(None, (line(part, Heard()) for part in parts)))
