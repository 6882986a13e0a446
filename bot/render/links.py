"""Links: addresses that authors typed, an overview's citations, and papers that are only named."""

import re
from collections.abc import Collection

from markupsafe import Markup, escape

from bot.domain.paper import PaperId

# In escaped HTML an address ends at white space or at any escaped character but &amp;.
_ADDRESS = re.compile(r"\bhttps?://(?:[^\s<>&\"']|&amp;)+")
_TRAILING = ".,;:!?)]}*…”’"


def linked(html: Markup) -> Markup:
    """Safe HTML with http and https addresses made links. A bracket or full stop after an address is not part of it."""

    def link(found: re.Match[str]) -> str:
        whole = found[0]
        address = whole.rstrip(_TRAILING)
        if "(" in address and whole[len(address) :].startswith(")"):
            address += ")"
        return f'<a href="{address}" rel="nofollow noopener noreferrer">{address}</a>{whole[len(address) :]}'

    return Markup(_ADDRESS.sub(link, html))  # noqa: S704 - the input is safe and an address cannot hold a quote


def cited(overview: Markup, numbers: Collection[int], link: str) -> Markup:
    """Safe HTML with each citation, [3] or [3, 17], of a paper in `numbers` made a link, such as "#paper-{}"."""

    def citation(found: re.Match[str]) -> str:
        return re.sub(r"\d+", lambda one: _to_paper(int(one[0])), found[0])

    def _to_paper(cited_number: int) -> str:
        target = escape(link.format(cited_number))
        return f'<a href="{target}">{cited_number}</a>' if cited_number in numbers else str(cited_number)

    return Markup(re.sub(r"\[\d+(?:[,;]\s*\d+)*\]", citation, overview))  # noqa: S704 - as above


def abs_address(arxiv_id: str) -> str | None:
    """arXiv's page of a paper; None where the text is no arXiv id."""
    try:
        return f"https://arxiv.org/abs/{PaperId.parse(arxiv_id).arxiv_id}"
    except ValueError:
        return None
