"""Models that answer a question for a deep note out of the message itself: one tells the truth, others do not.

The message is as prompts/note_paper.md.j2 writes it.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from bot.demo.standins.anthropic import Reply, Request

Json = dict[str, Any]

# What the liar says. None of it may reach a reader unmarked.
INVENTED_EQUATION = "E999"
INVENTED_SYMBOL = r"\Xi_{\star}"
INVENTED_PLACE = "T99"
INVENTED_NUMBER = "98.765%"
INVENTED_QUOTE = "as everybody in this field has always known for certain"
INVENTED_PAPER = "2613.99999"

_SECTION = re.compile(r'^<section key="(\w+)" name="([^"]*)">$(.*?)^</section>$', re.MULTILINE | re.DOTALL)
_EQUATION = re.compile(
    r'^<equation key="(\w+)"(?: number="([^"]*)")?(?: explain="(yes)")?>(.*)</equation>$', re.MULTILINE
)
_NAMED = re.compile(r'^<(?:table|figure|algorithm|theorem) key="(\w+)" name="([^"]*)"', re.MULTILINE)
_CLAIM = re.compile(r'^<claim where="([^"]*)">(.*)</claim>$', re.MULTILINE)
_OTHER = re.compile(r'^<other id="([^"]*)"', re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z$])")
_MEANS = re.compile(r"\$([^$]+)\$ (?:is|denotes) ((?:the|a|an) [a-z -]{3,60})")
_WORDS = re.compile(r"(?<!\S)[A-Za-z][A-Za-z ,'-]{20,120}[a-z](?=[\s.,;]|$)")


@dataclass(frozen=True)
class Stated:
    """An equation of the message. after: the text that follows it in its section."""

    key: str
    number: str
    tex: str
    section: str
    after: str


@dataclass(frozen=True)
class Material:
    """What a message holds. sections: key, name and body. places: key -> name, of sections, tables and their like."""

    abstract: str
    sections: Sequence[tuple[str, str, str]]
    explain: Sequence[Stated]
    places: Mapping[str, str]
    claims: Sequence[tuple[str, str]]
    related: Sequence[str]

    @classmethod
    def read(cls, message: str) -> "Material":
        """Read the message of a question."""
        sections = _SECTION.findall(message)
        stated = [
            Stated(found[1], found[2] or "", _plain(found[4]), unescape(name), body[found.end() :])
            for _, name, body in sections
            for found in _EQUATION.finditer(body)
            if found[3]
        ]
        places = [*((key, name) for key, name, _ in sections), *_NAMED.findall(message)]
        abstract = re.search(r"^<abstract>(.*)</abstract>$", message, re.MULTILINE)
        return cls(
            abstract=_plain(abstract[1]) if abstract else "",
            sections=sections,
            explain=stated,
            places={key: unescape(name) for key, name in places},
            claims=[(where, _plain(text)) for where, text in _CLAIM.findall(message)],
            related=_OTHER.findall(message),
        )

    def sentences(self, *words: str) -> Iterator[tuple[str, str]]:
        """Section key and sentence, of those that hold one of the words."""
        holds = re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)
        for key, _, body in self.sections:
            lines = [line for line in body.splitlines() if not line.startswith("<") and "|" not in line]
            for sentence in (one for line in lines for one in _SENTENCE.split(_plain(line))):
                if holds.search(sentence) and len(sentence) < 400:
                    yield key, sentence


def truthful(request: Request) -> Reply:
    """A note in the paper's own words."""
    return Reply(json.dumps(_note(Material.read(message_of(request)))))


def lying(request: Request) -> Reply:
    """The same with equations, symbols, numbers, quotations, places and papers that nobody has heard of."""
    note = _note(Material.read(message_of(request)))
    invented = {"equation": INVENTED_EQUATION, "name": "Invented objective", "symbols": [], "why": "It rules them all."}
    for formula in note.get("formulas", []):
        formula["symbols"].append({"symbol": INVENTED_SYMBOL, "meaning": "the invented one"})
    note["formulas"] = [*note.get("formulas", []), invented]
    note["findings"] += [
        {"text": f"It is better by {INVENTED_NUMBER}.", "where": "", "quote": ""},
        {"text": f"It works “{INVENTED_QUOTE}”.", "where": "", "quote": ""},
        {"text": "It is the best.", "where": INVENTED_PLACE, "quote": INVENTED_QUOTE},
    ]
    note["related"] = [*note.get("related", []), {"arxiv_id": INVENTED_PAPER, "how": "It is the same."}]
    return Reply(json.dumps(note))


def mending(request: Request) -> Reply:
    """Lies at first, and tells the truth when it is asked again."""
    return truthful(request) if asked_again(request) else lying(request)


def asked_again(request: Request) -> bool:
    """Whether the message shows an earlier answer and its faults. No text of a paper can: its `<` is escaped."""
    return re.search(r"^<faults>$", message_of(request), re.MULTILINE) is not None


def prepared(drafts: Mapping[str, Mapping[str, Any]]) -> Callable[[Request], Reply]:
    """A model that gives prepared answers. drafts: arXiv id -> the answer, in which equations and places stand as the
    paper prints them: "(3)", "Table 2", "Section 4.1". On other papers it answers truthfully."""

    def write(request: Request) -> Reply:
        message = message_of(request)
        asked = re.search(r'^<paper id="([^"]*)">$', message, re.MULTILINE)
        draft = drafts.get(asked[1]) if asked else None
        return Reply(json.dumps(_with_keys(draft, message))) if draft else truthful(request)

    return write


def message_of(request: Request) -> str:
    """The message of a question."""
    return str(request["messages"][0]["content"])


def _note(material: Material) -> Json:
    """Lists that the schema does not offer are missing."""
    wanted = list(material.sentences("we propose", "we introduce", "we train", "we use", "we add", "we replace"))
    limits = material.sentences("limitations?", "fails?", "only one", "does not", "do not")
    note: Json = {
        "summary": " ".join(_SENTENCE.split(material.abstract)[:4]),
        "method": _statements(wanted, 4),
        "tasks": _statements(material.sentences("data ?sets?", "benchmarks?", "corpus"), 3),
        "baselines": _statements(material.sentences("baselines?", "compared?"), 3),
        "findings": [
            {"text": text, "where": where if where in material.places else "", "quote": _quote(text)}
            for where, text in material.claims[:5]
        ],
        "limits": [{**one, "quote": _quote(one["text"])} for one in _statements(limits, 2)],
        "verify": [
            {"text": f"Which runs stand behind {name}, and whether they are of one setup.", "where": key}
            for key, name in material.places.items()
            if name.startswith("Table")
        ][:4],
    }
    if material.explain:
        note["formulas"] = [_formula(stated) for stated in material.explain]
    if material.related:
        how = "Of the papers in our archive, it is one of those whose words are nearest to this one's."
        note["related"] = [{"arxiv_id": arxiv_id, "how": how} for arxiv_id in material.related[:2]]
    return note


def _statements(found: Iterator[tuple[str, str]] | Sequence[tuple[str, str]], most: int) -> list[Json]:
    once = {text: where for where, text in found}
    return [{"text": text, "where": where} for text, where in once.items()][:most]


def _formula(stated: Stated) -> Json:
    after = _plain(stated.after)
    symbols = {symbol: meaning for symbol, meaning in _MEANS.findall(after) if _stands_in(symbol, stated.tex)}
    title = stated.section.partition(", ")[2] or stated.section
    return {
        "equation": stated.key,
        "name": title,
        "symbols": [{"symbol": symbol, "meaning": meaning.strip()} for symbol, meaning in symbols.items()],
        "why": f"It is stated in {stated.section}.",
    }


def _stands_in(symbol: str, tex: str) -> bool:
    return re.search(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z_^])", tex) is not None


def _quote(sentence: str) -> str:
    """A run of its words without a formula; empty if there is none."""
    found = _WORDS.search(sentence)
    return found[0].strip(" ,") if found else ""


def _with_keys(draft: Mapping[str, Any], message: str) -> Json:
    """The draft with the keys of this message; what has none here is left out, or its place is."""
    material = Material.read(message)
    equations = {f"({number})": one.key for one in material.explain for number in one.number.split(", ") if number}
    places = {name.partition(", ")[0]: key for key, name in material.places.items()}
    places |= {f"Equation ({number})": key for key, number in _numbered(message)}
    note: Json = {}
    for name, said in draft.items():
        if name == "formulas":
            kept = [{**one, "equation": equations[one["equation"]]} for one in said if one["equation"] in equations]
            note[name] = kept
        elif name == "related":
            note[name] = [one for one in said if one["arxiv_id"] in material.related]
        elif isinstance(said, str):
            note[name] = " ".join(said.split())
        else:
            note[name] = [{**one, "where": places.get(one.get("where", ""), "")} for one in said]
    return note


def _numbered(message: str) -> Iterator[tuple[str, str]]:
    """Key and number of each equation that has one."""
    for found in _EQUATION.finditer(message):
        for number in (found[2] or "").split(", "):
            if number:
                yield found[1], number


def _plain(text: str) -> str:
    return " ".join(text.replace("&lt;", "<").split())
