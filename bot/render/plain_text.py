"""Blocks -> plain text for a terminal: the same words that Slack shows, from the same template."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.domain.characters import clean

WIDTH = 80  # characters of a line, as the narrowest terminals have; an address may be longer
Json = Mapping[str, Any]


def plain_text(blocks: Sequence[Json]) -> str:
    """Paragraphs and lists, wrapped. Without control characters, whatever the blocks hold."""
    paragraphs = ("\n".join(_lines(block)) for block in blocks)
    return "\n\n".join(filter(None, paragraphs))


def _lines(block: Json) -> Iterator[str]:
    if block["type"] == "header":
        title = _wrapped(block["text"]["text"])
        yield from (title, "=" * max(map(len, title.splitlines()), default=0))
    elif block["type"] == "context":
        yield _wrapped(" · ".join(element["text"] for element in block["elements"]))
    elif block["type"] == "rich_text":
        yield from (line for part in block["elements"] for line in _of_part(part))


def _of_part(part: Json) -> Iterator[str]:
    if part["type"] == "rich_text_list":
        yield from (_wrapped(_said(item), "- ", "  ") for item in part["elements"])
    elif part["type"] == "rich_text_quote":
        yield _wrapped(_said(part), "> ", "> ")
    else:
        yield _wrapped(_said(part))


def _said(part: Json) -> str:
    return "".join(_word(element) for element in part["elements"])


def _word(element: Json) -> str:
    text = str(element["text"])
    if element["type"] == "link" and element["url"] != text:
        return f"{text} ({element['url']})"
    return f"`{text}`" if element.get("style", {}).get("code") else text


def _wrapped(text: str, first: str = "", others: str = "") -> str:
    return textwrap.fill(
        clean(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
