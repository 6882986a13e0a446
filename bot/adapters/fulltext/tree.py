"""A page's bytes -> a lean tree: what a reader sees of it, without MathML, pictures, scripts and menus.

The page may be hostile. Its bytes go through libxml2's HTML parser piece by piece, with the network off and no DTD, so
entities that it defines stand for nothing; what comes out is counted as it comes, and ends at the limits below.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from lxml import etree

from bot.errors import TextError

MOST_BYTES = 50_000_000
_MOST_NODES = 100_000  # a page of 3 MB has 4,000
_MOST_CHARACTERS = 3_000_000  # of text and formulas
_LONGEST_ATTRIBUTE = 1_000  # characters; of one that tells something
_DEEPEST = 60  # papers' elements are up to 25 deep; those deeper than this are opened up: their text stays
_ABSURDLY_DEEP = 2_000
_PIECE = 1 << 16  # bytes
_MOST_SILENT = 1 << 22  # bytes that begin, end and say nothing: one endless tag or comment
_EVENTS_BETWEEN_LOOKS = 4_096  # at the clock

_MUTE = frozenset((
    "script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "select", "button", "form",
    "textarea", "nav", "svg", "canvas", "audio", "video", "picture", "map",
))  # fmt: skip
_KEPT = ("id", "href", "colspan", "rowspan", "display")
_TEX = "application/x-tex"
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""")
# Only charsets that pages are written in: some codecs of Python's are no charsets at all, or slow on purpose.
_CHARSET = re.compile(
    r"(?:iso-?8859-?\d{1,2}|latin-?1|us-ascii|ascii|windows-125\d|cp125\d|koi8-[ru]|gb18030|gbk|gb2312|big5|shift_jis"
    r"|euc-jp|euc-kr)",
    re.IGNORECASE,
)


@dataclass(slots=True, eq=False)
class Node:
    """One element. attributes: only those that tell something here. tex: of a formula, as the page has it.

    parts: texts and elements, in order. A formula has no parts.
    """

    tag: str
    classes: frozenset[str] = frozenset()
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list["Node | str"] = field(default_factory=list)
    tex: str = ""

    @property
    def name(self) -> str:
        """Its id; empty if it has none."""
        return self.attributes.get("id", "")

    def children(self) -> Iterator["Node"]:
        """Its elements, in order."""
        return (part for part in self.parts if isinstance(part, Node))

    def walk(self) -> Iterator["Node"]:
        """Itself and every element within, in order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [part for part in reversed(node.parts) if isinstance(part, Node)]

    def first(self, *classes: str) -> "Node | None":
        """The first element within, or itself, that is of one of these classes."""
        wanted = frozenset(classes)
        return next((node for node in self.walk() if wanted & node.classes), None)


def read_tree(body: bytes, deadline: float) -> Node:
    """The page's root. deadline: of time.monotonic(). Raises TextError."""
    if len(body) > MOST_BYTES:
        raise TextError(f"the page is larger than {MOST_BYTES // 1_000_000} MB")
    lean = _Lean(deadline)
    # XML cannot hold NUL, and libxml2 would end the text there.
    content = memoryview(_as_utf8(body).replace(b"\0", b""))
    parser = etree.HTMLParser(target=cast("Any", lean), encoding="utf-8", no_network=True, huge_tree=True)
    try:
        heard_at = 0
        for start in range(0, len(content), _PIECE):
            before = lean.events
            parser.feed(bytes(content[start : start + _PIECE]))
            lean.look_at_the_clock()
            heard_at = start if lean.events > before else heard_at
            if start - heard_at > _MOST_SILENT:
                raise TextError("the page holds millions of characters in one place that say nothing")
        parser.close()
    except etree.LxmlError as error:
        raise TextError("the page cannot be read as HTML") from error
    return lean.root


def _as_utf8(body: bytes) -> bytes:
    """The body as UTF-8: as it is if it can be, else by the charset that it declares, else with holes."""
    try:
        return body.removeprefix(b"\xef\xbb\xbf").decode("utf-8").encode("utf-8")
    except UnicodeDecodeError:
        pass
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace").encode("utf-8", "replace")
    declared = _DECLARED.search(body[:4_096])
    charset = declared[1].decode("ascii") if declared else ""
    if _CHARSET.fullmatch(charset):
        try:
            return body.decode(charset).encode("utf-8")
        except (LookupError, UnicodeError):
            pass
    return body.decode("utf-8", "replace").encode("utf-8")


class _Lean:
    """What libxml2 tells its events to. An element that is not kept has None in the stack of open ones."""

    def __init__(self, deadline: float) -> None:
        self.root = Node("page")
        self._open: list[Node | None] = [self.root]
        self._mute = 0  # how many of the open elements are within one that is left out, it included
        self._depth = 1  # of kept ones
        self._formula: Node | None = None
        self._in_annotation = False
        self._deadline, self.events = deadline, 0
        self._nodes = self._characters = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.events += 1
        if self.events % _EVENTS_BETWEEN_LOOKS == 0:
            self.look_at_the_clock()
        tag = tag.rpartition(":")[2]
        if self._mute:
            self._mute += 1
            wants = self._formula is not None and not self._formula.tex
            if wants and tag == "annotation" and attributes.get("encoding") == _TEX:
                self._in_annotation = True
            return
        if tag in _MUTE:
            self._mute = 1
            return
        node = self._node(tag, attributes)
        if node and tag == "math":
            self._mute, self._formula = 1, node
            self._innermost().parts.append(node)
            return
        self._open.append(node)
        if node:
            self._innermost(but_last=True).parts.append(node)
            self._depth += 1

    def _node(self, tag: str, attributes: dict[str, str]) -> Node | None:
        if len(self._open) > _ABSURDLY_DEEP:
            raise TextError(f"the page nests elements {_ABSURDLY_DEEP:,} deep, which no paper does")
        if self._depth > _DEEPEST and tag != "math":
            return None
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise TextError(f"the page has more than {_MOST_NODES:,} elements, which no paper has")
        kept = {name: attributes[name][:_LONGEST_ATTRIBUTE] for name in _KEPT if name in attributes}
        tex = attributes.get("alttext", "") if tag == "math" else ""
        self._count(tex)
        return Node(tag, frozenset(attributes.get("class", "")[:_LONGEST_ATTRIBUTE].split()), kept, tex=tex)

    def _innermost(self, *, but_last: bool = False) -> Node:
        ends = self._open[:-1] if but_last else self._open
        return next(node for node in reversed(ends) if node is not None)

    def end(self, tag: str) -> None:
        """An element ends; libxml2 ends each that it began, in order."""
        if self._mute:
            self._mute -= 1
            self._in_annotation = False
            if not self._mute:
                self._formula = None
        elif self._open.pop() is not None:
            self._depth -= 1

    def data(self, text: str) -> None:
        """Text, maybe in several pieces."""
        self.events += 1
        if self._mute:
            if self._in_annotation and self._formula is not None:
                self._count(text)
                self._formula.tex += text
            return
        self._count(text)
        self._innermost().parts.append(text)

    def _count(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > _MOST_CHARACTERS:
            raise TextError(f"the page has more than {_MOST_CHARACTERS:,} characters of text, which no paper has")

    def close(self) -> None:
        """The page has ended."""

    def look_at_the_clock(self) -> None:
        """Raises TextError once it is too late."""
        if time.monotonic() > self._deadline:
            raise TextError("the page takes too long to read")
