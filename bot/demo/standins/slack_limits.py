"""What Slack refuses in a message: https://docs.slack.dev/reference/block-kit/blocks."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

Json = Mapping[str, Any]

MOST_BLOCKS = 50
LONGEST_TEXT = 40_000
# Not documented. 12,000 characters of text "with a buffer for block containers", about 125 characters each:
# https://github.com/slackapi/bolt-js/issues/2509
LONGEST_BLOCKS, CONTAINER = 12_000, 125
RICH_PARTS = {"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"}


def refusal(text: str, blocks: Sequence[Json]) -> str | None:
    """The error code with which Slack refuses such a message, or None."""
    if not text and not blocks:
        return "no_text"
    if len(text) > LONGEST_TEXT:
        return "msg_too_long"
    if faults(blocks):
        return "invalid_blocks"
    if sum(map(len, texts(blocks))) + CONTAINER * len(blocks) > LONGEST_BLOCKS:
        return "msg_blocks_too_long"
    return None


def texts(blocks: object) -> Iterator[str]:
    """Every text in the blocks, however deep."""
    if isinstance(blocks, Mapping):
        if isinstance(blocks.get("text"), str):
            yield blocks["text"]
        yield from chain.from_iterable(texts(value) for value in blocks.values())
    elif isinstance(blocks, list | tuple):
        yield from chain.from_iterable(texts(value) for value in blocks)


def faults(blocks: Sequence[Json]) -> list[str]:
    """What is wrong with the blocks, one line each."""
    found = [f"{len(blocks)} blocks"] if len(blocks) > MOST_BLOCKS else []
    for number, block in enumerate(blocks):
        check = _CHECKS.get(block.get("type", ""))
        wrong = check(block) if check else ["of an unknown type"]
        found += [f"block {number} ({block.get('type')}): {what}" for what in wrong]
    for key in ("block_id", "action_id"):
        counts = Counter(_values(blocks, key))
        found += [f"{key} {value[:20]!r} used twice" for value, count in counts.items() if count > 1]
        found += [f"{key} too long" for value in counts if len(value) > 255]
    return found


def _text(text: Json | None, longest: int, *types: str) -> list[str]:
    if not text or text.get("type") not in (types or ("plain_text", "mrkdwn")):
        return ["text of a wrong type"]
    return [] if 1 <= len(text["text"]) <= longest else [f"text of {len(text['text'])} characters"]


def _header(block: Json) -> list[str]:
    return _text(block.get("text"), 150, "plain_text")


def _section(block: Json) -> list[str]:
    fields = block.get("fields", [])
    wrong = [] if len(fields) <= 10 else ["too many fields"]
    wrong += [what for field in fields for what in _text(field, 2000)]
    return wrong + (_text(block.get("text"), 3000) if "text" in block or not fields else [])


def _context(block: Json) -> list[str]:
    elements = block.get("elements", [])
    wrong = [] if 1 <= len(elements) <= 10 else [f"{len(elements)} elements"]
    return wrong + [what for element in elements for what in _text(element, 3000)]


def _actions(block: Json) -> list[str]:
    elements = block.get("elements", [])
    wrong = [] if 1 <= len(elements) <= 25 else [f"{len(elements)} elements"]
    for button in elements:
        wrong += _text(button.get("text"), 75, "plain_text")
        wrong += [key for key, most in (("value", 2000), ("url", 3000)) if len(button.get(key, "")) > most]
    return wrong


def _rich_text(block: Json) -> list[str]:
    parts = list(block.get("elements", []))
    wrong = [] if parts else ["no elements"]
    for part in parts:
        if part.get("type") not in RICH_PARTS or not part.get("elements"):
            wrong.append(f"a part {part.get('type')} that is unknown or empty")
        elif part["type"] == "rich_text_list":
            wrong += _rich_text({"elements": part["elements"]})
        else:
            wrong += [f"a bad {element.get('type')}" for element in part["elements"] if not _good_element(element)]
    return wrong


def _good_element(element: Json) -> bool:
    if element.get("type") == "link":
        return str(element.get("url", "")).startswith(("http://", "https://", "mailto:")) and element.get("text") != ""
    return element.get("type") != "text" or bool(element.get("text"))


def _divider(_: Json) -> list[str]:
    return []


def _values(blocks: object, key: str) -> Iterator[str]:
    if isinstance(blocks, Mapping):
        if key in blocks:
            yield str(blocks[key])
        yield from chain.from_iterable(_values(value, key) for value in blocks.values())
    elif isinstance(blocks, list | tuple):
        yield from chain.from_iterable(_values(value, key) for value in blocks)


_CHECKS: Mapping[str, Callable[[Json], list[str]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "rich_text": _rich_text,
    "divider": _divider,
}
