"""A little HTML -> Slack blocks, so that templates say what a message holds and no paper can format or ping.

Tags: h1 (header), p, blockquote, ul with li (rich text), small (grey line), hr (divider); in them b, i, code and a.
Rich text that follows rich text goes into one block, whose lines stand close; section begins a new one.
Rich text rather than mrkdwn: Slack shows its text elements as they are, with no `*`, `:emoji:`, bare address or mention
to escape: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block. And because the templates escape every
value, a tag can only come from a template.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from bot.domain.characters import clean
from bot.errors import RenderError

Element = dict[str, object]
Block = dict[str, object]

STYLES = {"b": "bold", "i": "italic", "code": "code"}
RICH = {"p": "rich_text_section", "blockquote": "rich_text_quote", "li": "rich_text_section"}
LONGEST_ADDRESS = 3000

# How mentions begin where Slack reads mrkdwn. It does not read it here; the word joiner makes sure that it never does.
_MENTION = re.compile("<(?=[!@#])")


def to_blocks(html: str) -> list[Block]:
    """Translate. Empty parts are left out, as Slack refuses them. Raises RenderError for an unknown tag."""
    translator = _Translator()
    translator.feed(html)
    translator.close()
    return translator.blocks


def size(blocks: Sequence[Mapping[str, object]]) -> int:
    """Characters of the blocks as JSON: never less than what Slack counts, however it counts."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def harmless(text: str) -> str:
    """The text without characters that mislead a reader, and without anything that begins a mention."""
    return _MENTION.sub("<\u2060", clean(text))


@dataclass(frozen=True)
class _Run:
    """Text of one look. url: where it links to, or empty."""

    text: str
    styles: frozenset[str]
    url: str


class _Translator(HTMLParser):
    """Collects the runs of one paragraph at a time and closes them into blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._runs: list[_Run] = []
        self._items: list[Element] = []
        self._styles: frozenset[str] = frozenset()
        self._apart = True
        self._url = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in STYLES:
            self._styles |= {STYLES[tag]}
        elif tag == "a":
            self._url = dict(attrs).get("href") or ""
        elif tag == "hr":
            self.blocks.append({"type": "divider"})
        elif tag == "section":
            self._apart = True
        elif tag in {"h1", "small", "ul", *RICH}:
            self._runs = []
        else:
            raise RenderError(f"a template for Slack holds <{tag}>, which means nothing there", permanent=True)

    def handle_endtag(self, tag: str) -> None:
        if tag in STYLES:
            self._styles -= {STYLES[tag]}
        elif tag == "a":
            self._url = ""
        elif tag == "ul" and self._items:
            self._add_rich({"type": "rich_text_list", "style": "bullet", "elements": self._items})
            self._items = []
        elif tag == "h1" and (text := self._plain()):
            self.blocks.append({"type": "header", "text": plain(text)})
        elif tag == "small" and (text := self._plain()):
            self.blocks.append({"type": "context", "elements": [plain(text)]})
        elif tag in RICH and (elements := self._elements()):
            rich: Element = {"type": RICH[tag], "elements": elements}
            if tag == "li":
                self._items.append(rich)
            else:
                self._add_rich(rich)

    def handle_data(self, data: str) -> None:
        """White space counts once, and not at all at the start, as in HTML."""
        text = re.sub(r"\s+", " ", harmless(data))
        if not self._runs or self._runs[-1].text.endswith(" "):
            text = text.lstrip()
        if text:
            self._runs.append(_Run(text, self._styles, self._url))

    def _plain(self) -> str:
        text, self._runs = "".join(run.text for run in self._runs), []
        return harmless(text.strip())

    def _elements(self) -> list[Element]:
        runs, self._runs = self._runs, []
        if runs:
            runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
        return [_element(run) for run in runs if run.text]

    def _add_rich(self, rich: Element) -> None:
        elements = self.blocks[-1].get("elements") if self.blocks else None
        if isinstance(elements, list) and self.blocks[-1]["type"] == "rich_text" and not self._apart:
            elements.append(rich)
        else:
            self.blocks.append({"type": "rich_text", "elements": [rich]})
        self._apart = False


def plain(text: str) -> Element:
    """Text that is shown as it is, as labels and titles are."""
    return {"type": "plain_text", "text": text, "emoji": False}


def _element(run: _Run) -> Element:
    element: Element = {"type": "text", "text": run.text}
    if re.match(r"https?://\S+$", run.url) and len(run.url) <= LONGEST_ADDRESS:
        element = {"type": "link", "url": run.url, "text": run.text}
    if run.styles:
        element["style"] = dict.fromkeys(sorted(run.styles), True)
    return element
