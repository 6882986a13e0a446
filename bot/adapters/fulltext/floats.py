"""Figures, tables, algorithm boxes and listings -> blocks."""

from collections.abc import Callable, Iterator

from bot.adapters.fulltext.inline import Heard
from bot.adapters.fulltext.tables import Caption, Grid, caption, grid, listing_lines
from bot.adapters.fulltext.tree import Node
from bot.domain.fulltext import Algorithm, Block, Figure, Paragraph, Setting, Table

_LISTINGS = frozenset(("ltx_listing", "ltx_lstlisting"))
_FEWEST_CELLS = 3  # that hold something, of a table without a caption
_ALGORITHMS = frozenset(("ltx_algorithm", "ltx_float_algorithm", *_LISTINGS))


def float_blocks(
    node: Node, key: Callable[[str], str], heard: Heard, setting: Setting, *, panel_of: Node | None = None
) -> Iterator[Block]:
    """What a figure, a table or a box of code holds. key: letter -> the next key. panel_of: what it is a part of."""
    captions, panels = _captions_and_panels(node)
    inner = [part for panel in panels for part in panel.walk() if "ltx_caption" in part.classes]
    if not captions and len(inner) > 1 and not panel_of:  # several, side by side
        yield from (block for panel in panels for block in float_blocks(panel, key, heard, setting, panel_of=node))
        return
    own = next(iter([*captions, *inner]), None)
    main = caption(own, heard)
    text = _with_parts(main, [caption(part, heard) for part in (*captions, *inner) if part is not own])
    lines = tuple(text for box in _outermost(node, _LISTINGS) for text in listing_lines(box))
    tabulars = _outermost(node, frozenset(("ltx_tabular",)))
    if lines and main.kind not in {"figure", "table"}:
        yield Algorithm(key("A"), main.number, text, lines)
    elif tabulars and main.kind != "figure":
        whole = _whole(tabulars, heard)
        filled = [cell for row in whole.rows for cell in row if cell]
        if text or main.number or len(filled) > _FEWEST_CELLS:
            yield Table(key("T"), main.number, text, whole.rows, whole.cut)
        elif filled:  # it only lays out text
            yield Paragraph(" ".join(filled), setting)
    elif text or main.number:
        if main.word.casefold().startswith("alg") or node.classes & _ALGORITHMS:
            yield Algorithm(key("A"), main.number, text, ())
        elif "table" in (main.kind, main.word.casefold()):
            yield Table(key("T"), main.number, text, ())
        else:
            yield Figure(key("F"), main.number, text)


def _captions_and_panels(node: Node) -> tuple[list[Node], list[Node]]:
    """Its own captions, and the figures within it that have theirs."""
    captions: list[Node] = []
    panels: list[Node] = []
    waiting = [*node.children()][::-1]
    while waiting:
        part = waiting.pop()
        if part.tag == "figure":
            panels.append(part)
        elif "ltx_caption" in part.classes:
            captions.append(part)
        else:
            waiting += [*part.children()][::-1]
    return captions, panels


def _outermost(node: Node, classes: frozenset[str]) -> list[Node]:
    if node.classes & classes:
        return [node]
    return [found for child in node.children() for found in _outermost(child, classes)]


def _with_parts(main: Caption, parts: list[Caption]) -> str:
    """The caption, then those of its parts: "(a) Encoder (b) Decoder"."""
    return " ".join(filter(None, (main.text, *(" ".join(filter(None, (part.number, part.text))) for part in parts))))


def _whole(tabulars: list[Node], heard: Heard) -> Grid:
    """Several tabulars below each other as one."""
    grids = [grid(tabular, heard) for tabular in tabulars]
    return Grid(tuple(row for one in grids for row in one.rows), any(one.cut for one in grids))
