"""Keeps blocks within Slack's limits, whatever the values were: what is too much is cut from the end, and that is said.

Limits of one message: https://docs.slack.dev/reference/block-kit/blocks and, for all of its blocks together (not
documented, about 12,000 characters), https://github.com/slackapi/bolt-js/issues/2867. That of a paragraph is ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.render.environment import clipped, render
from bot.render.rich_text import Block, Element, size, to_blocks

MOST_BLOCKS = 50  # in one message
LARGEST = 10_000  # characters of one message's blocks as JSON
HEADER, CONTEXT, PARAGRAPH = 150, 1_000, 3_000  # characters of one text


def fitted(blocks: Sequence[Block], *, most: int, largest: int) -> list[Block]:
    """At most `most` blocks of at most `largest` characters of JSON; the last one says if anything is missing."""
    short = [_shortened(block) for block in blocks]
    if len(short) <= most and size(short) <= largest:
        return short
    more = to_blocks(render("templates/replies/and_more.html.j2"))
    kept: list[Block] = []
    before: _Piece | None = None
    for piece in _pieces(short):
        longer = _joined(kept, before, piece)
        if len(longer) + len(more) > most or size([*longer, *more]) > largest:
            break
        kept, before = longer, piece
    return [*kept, *more]


def spread(blocks: Sequence[Block], *, messages: int, most: int, largest: int) -> list[list[Block]]:
    """Over at most so many messages, each within a message's limits; the last one says if anything is missing.

    most, largest: blocks and characters of the last one, below which something else may stand. Always at least one,
    which may be empty.
    """
    found: list[list[Block]] = []
    rest = [part for block in blocks for part in _divided(_shortened(block))]
    while len(found) < messages - 1 and (len(rest) > most or size(rest) > largest):
        count = _fitting(rest)
        found.append(fitted(rest[:count], most=MOST_BLOCKS, largest=LARGEST))
        rest = rest[count:]
    return [*found, fitted(rest, most=most, largest=largest)]


def _fitting(blocks: Sequence[Block]) -> int:
    """How many of them, from the first, one message holds, if another one follows that is not to be empty. It does not
    end with a heading."""
    numbers = range(1, len(blocks))
    count = next((n - 1 for n in numbers if n > MOST_BLOCKS or size(blocks[:n]) > LARGEST), len(blocks) - 1)
    while count > 1 and blocks[count - 1]["type"] in ("header", "divider"):
        count -= 1
    return max(1, count)


def _divided(block: Block) -> list[Block]:
    """The block as several, where it is so large that it would leave much of a message empty, or fill more than one."""
    if size([block]) <= LARGEST // 4:
        return [block]
    parts: list[Block] = []
    before: _Piece | None = None
    for piece in _pieces([block]):
        longer = _joined(parts[-1:], before, piece)
        if parts and size(longer) > LARGEST // 4:
            parts.append(piece.block)
        else:
            parts[-1:] = longer
        before = piece
    return parts


def _shortened(block: Mapping[str, Any]) -> Block:
    """The block with every single text short enough."""
    if block["type"] == "header":
        return {**block, "text": _clipped(block["text"], HEADER)}
    if block["type"] == "context":
        return {**block, "elements": [_clipped(one, CONTEXT) for one in block["elements"]]}
    if block["type"] == "rich_text":
        return {**block, "elements": [_short_part(part) for part in block["elements"]]}
    return dict(block)


def _short_part(part: Mapping[str, Any]) -> Element:
    """A paragraph of at most PARAGRAPH characters, or a list of such."""
    if part["type"] == "rich_text_list":
        return {**part, "elements": [_short_part(item) for item in part["elements"]]}
    room, elements = PARAGRAPH, []
    for element in part["elements"]:
        if room > 0:
            elements.append(_clipped(element, room))
        room -= len(element["text"])
    return {**part, "elements": elements}


def _clipped(element: Mapping[str, Any], most: int) -> Element:
    return {**element, "text": clipped(element["text"], most)}


@dataclass(frozen=True)
class _Piece:
    """The least that can be left out: a block with one paragraph or one item of a list. numbers: where it is from."""

    block: Block
    block_number: int
    part_number: int


def _pieces(blocks: Sequence[Mapping[str, Any]]) -> Iterator[_Piece]:
    for number, block in enumerate(blocks):
        for place, part in enumerate(block["elements"] if block["type"] == "rich_text" else [None]):
            if part is None:
                yield _Piece(dict(block), number, place)
            elif part["type"] == "rich_text_list":
                for item in part["elements"]:
                    yield _Piece({**block, "elements": [{**part, "elements": [item]}]}, number, place)
            else:
                yield _Piece({**block, "elements": [part]}, number, place)


def _joined(kept: Sequence[Mapping[str, Any]], before: _Piece | None, piece: _Piece) -> list[Block]:
    """The blocks with the piece at their end, in the block and the list that it was taken from."""
    blocks = [dict(block) for block in kept]
    if before is None or before.block_number != piece.block_number:
        return [*blocks, piece.block]
    last, [part] = blocks[-1], _parts(piece.block)
    parts = _parts(last)
    if before.part_number == piece.part_number:
        parts[-1] = {**parts[-1], "elements": [*parts[-1]["elements"], *part["elements"]]}
    else:
        parts.append(part)
    return [*blocks[:-1], {**last, "elements": parts}]


def _parts(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(block["elements"])
