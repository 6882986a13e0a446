"""Reading a language model's answer to a question for a note. Nothing in it is taken on trust: not its shape, not its
size. What it says is checked later, against the paper."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.characters import one_line
from bot.domain.note import Content, Formula, Relation, Statement, Symbol

# Characters; what is asked for is about half of it.
LONGEST_SUMMARY, LONGEST_TEXT, LONGEST_QUOTE, LONGEST_NAME, LONGEST_MEANING, LONGEST_KEY = 2400, 900, 500, 160, 400, 80
LONGEST_SYMBOL = 160
MOST_READ = 10_000  # of any one text, whatever it is cut to
# Entries of one kind.
MOST = {
    "formulas": 8,
    "symbols": 16,
    "method": 10,
    "tasks": 10,
    "baselines": 12,
    "findings": 12,
    "limits": 10,
    "verify": 10,
    "related": 6,
}
# What is shown to a model as &lt; may come back so.
_SHOWN_AS = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True)
class Draft:
    """What an answer says. remarks: what of it could not be used, one sentence each."""

    content: Content
    remarks: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether it is a note at all: it has a summary."""
        return bool(self.content.summary.text)


def read_note(data: object) -> Draft:
    """Read the answer: parsed JSON of any shape. Never raises; what cannot be read is left out, and told."""
    reading = _Reading(data if isinstance(data, dict) else {})
    content = Content(
        summary=Statement(_line(reading.answer.get("summary"), LONGEST_SUMMARY)),
        formulas=reading.formulas(),
        method=reading.statements("method"),
        tasks=reading.statements("tasks"),
        baselines=reading.statements("baselines"),
        findings=reading.statements("findings"),
        limits=reading.statements("limits"),
        verify=reading.statements("verify"),
        related=reading.relations(),
    )
    return Draft(content, tuple(reading.remarks))


@dataclass
class _Reading:
    """One answer that is being read."""

    answer: Mapping[str, object]
    remarks: list[str] = field(default_factory=list)

    def statements(self, name: str) -> tuple[Statement, ...]:
        """Those of one kind that say something, each once."""
        read = (
            Statement(
                _line(entry.get("text"), LONGEST_TEXT),
                _key(entry.get("where")),
                _verbatim(entry.get("quote"), LONGEST_QUOTE),
            )
            for entry in self._entries(name)
        )
        return tuple(dict.fromkeys(one for one in read if one.text or one.quote))

    def formulas(self) -> tuple[Formula, ...]:
        """The first that is said of each equation."""
        read: dict[str, Formula] = {}
        for entry in self._entries("formulas"):
            key = _key(entry.get("equation"))
            if key and key not in read:
                name, why = _line(entry.get("name"), LONGEST_NAME), _line(entry.get("why"), LONGEST_TEXT)
                read[key] = Formula(key, name, _symbols(entry.get("symbols")), why)
        return tuple(read.values())

    def relations(self) -> tuple[Relation, ...]:
        """The first that is said of each paper."""
        read: dict[str, Relation] = {}
        for entry in self._entries("related"):
            arxiv_id, how = _key(entry.get("arxiv_id")), _line(entry.get("how"), LONGEST_TEXT)
            if arxiv_id and how:
                read.setdefault(arxiv_id, Relation(arxiv_id, how))
        return tuple(read.values())

    def _entries(self, name: str) -> list[Mapping[str, object]]:
        value, most = self.answer.get(name), MOST[name]
        entries = value if isinstance(value, list) else []
        if value and not isinstance(value, list):
            self.remarks.append(f"What the answer says under {name} could not be read.")
        if len(entries) > most:
            self.remarks.append(f"Of {len(entries)} entries under {name}, only the first {most} were used.")
        read: list[Mapping[str, object]] = [entry for entry in entries[:most] if isinstance(entry, dict)]
        if unread := len(entries[:most]) - len(read):
            self.remarks.append(f"Entries under {name} that could not be read: {unread}.")
        return read


def _symbols(value: object) -> tuple[Symbol, ...]:
    read = []
    for entry in (value if isinstance(value, list) else [])[: MOST["symbols"]]:
        if isinstance(entry, dict):
            symbol, meaning = _bare(entry.get("symbol")), _line(entry.get("meaning"), LONGEST_MEANING)
            if symbol and meaning and len(symbol) <= LONGEST_SYMBOL:
                read.append(Symbol(symbol, meaning))
    return tuple(dict.fromkeys(read))


def _bare(value: object) -> str:
    """TeX without the delimiters that it may have come in."""
    tex = _text(value)
    for left, right in (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]")):
        if len(tex) > len(left + right) and tex.startswith(left) and tex.endswith(right):
            return tex[len(left) : -len(right)].strip()
    return tex


def _text(value: object) -> str:
    """One line; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    value = value[:MOST_READ]
    for shown, meant in _SHOWN_AS:
        value = value.replace(shown, meant)
    return one_line(value)


def _key(value: object) -> str:
    """A key or an id. One that is too long is none."""
    text = _text(value)
    return text if len(text) <= LONGEST_KEY else ""


def _line(value: object, longest: int) -> str:
    """At most `longest` characters, cut between words, and never within a formula."""
    text = _text(value)
    return text if len(text) <= longest else f"{_cut(text, longest - 1)}…"


def _verbatim(value: object, longest: int) -> str:
    """The same without a sign for what was cut, so that it can still be found in the paper; nor in quotation marks."""
    text = re.sub(r"^[\"“”„«»]+|[\"“”„«»]+$", "", _text(value)).strip()
    return text if len(text) <= longest else _cut(text, longest)


def _cut(text: str, most: int) -> str:
    kept = text[:most].rsplit(" ", 1)[0]
    dollars = [found.start() for found in re.finditer(r"(?<!\\)\$", kept)]
    return (kept[: dollars[-1]] if len(dollars) % 2 else kept).rstrip()
