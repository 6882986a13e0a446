"""What a language model reads when it writes a deep note, and the shape of its answer.

A paper is strangers' text. It stands between tags, and no `<` of it reaches the model as `<`, so that no text can close
its tag and speak from outside it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from html import escape

from bot.domain.characters import one_line
from bot.domain.fulltext import (
    Algorithm,
    Block,
    Equation,
    Figure,
    FullText,
    Paragraph,
    Section,
    Setting,
    Table,
    TextSource,
    Theorem,
)
from bot.domain.language import LANGUAGES
from bot.domain.note import Fault, Statement
from bot.domain.paper import Paper
from bot.domain.verdict import Rubric
from bot.render.environment import clipped, render
from bot.render.prompts import TOKENS_FOR_THOUGHT

# Most of an answer, in the scripts that need many tokens, too. More than 21,000 in all would have to be streamed.
TOKENS_PER_NOTE = 10_000
MOST_TOKENS = TOKENS_FOR_THOUGHT + TOKENS_PER_NOTE
# The service compiles the schema, and refuses one that is too large; lists of a hundred and more values are the usual
# reason: https://github.com/anthropics/anthropic-sdk-python/issues/1185
MOST_PLACES_LISTED = 40
LONGEST_RELATED, LONGEST_FAULT, LONGEST_ANSWER = 500, 300, 60_000  # characters

TEXT: Mapping[str, object] = {"type": "string"}


def instructions(language: str) -> str:
    """All that the model reads before any paper. language: a code of bot/domain/language.py."""
    return render("prompts/note.md.j2", language=LANGUAGES[language])


def prompt_version(language: str) -> str:
    """First 12 hex digits of the SHA-256 of all instructions, those around the paper and on faults among them."""
    section = Section("S1", "1", "", 1, (Equation("E1", ("1",), "x"),))
    read = FullText("", None, TextSource.HTML, url="", title="", abstract="", sections=(section,))
    around = [
        paper_message(text, text.sections, explain=explain, claims=(), related=(), left_out=("",))
        for text, explain in ((read, ("E1",)), (read, ()), (replace(read, sections=()), ()))
    ]
    shape = json.dumps(note_schema(("E1",), ("S1",), ("",)))
    return Rubric("\n".join((instructions(language), *around, again_message("", {}, ()), shape))).version


def quoting_rubric() -> Rubric:
    """What the writer without a language model goes by, in words."""
    return Rubric(render("prompts/note_quoting.md.j2"))


def paper_message(
    text: FullText,
    sections: Sequence[Section],
    *,
    explain: Sequence[str],
    claims: Sequence[Statement],
    related: Sequence[Paper],
    left_out: Sequence[str],
) -> str:
    """The message that holds the paper.

    sections: what of the text the model may read. explain: keys of equations. claims: sentences and where they stand.
    left_out: names of the sections that it does not read.
    """
    return render(
        "prompts/note_paper.md.j2",
        id=_attribute(text.arxiv_id),
        title=_inside(text.title),
        abstract=_inside(text.abstract),
        only_abstract=not text.sections,
        explain=explain,
        sections=[_section(section, text) for section in sections],
        claims=[{"where": _attribute(claim.where), "text": _inside(claim.text)} for claim in claims],
        related=[
            {
                "id": _attribute(paper.arxiv_id),
                "title": _attribute(paper.title),
                "text": _inside(clipped(one_line(paper.abstract), LONGEST_RELATED)),
            }
            for paper in related
        ],
        left_out=[_attribute(name) for name in left_out],
    )


def again_message(message: str, answer: object, faults: Sequence[Fault]) -> str:
    """The same paper, an answer on it and what is wrong with that. message: of the paper; it comes first, unchanged."""
    shown = [
        {
            "where": _attribute(fault.where),
            "text": _attribute(clipped(fault.text, LONGEST_FAULT)),
            "reason": _inside(clipped(fault.reason, LONGEST_FAULT)),
        }
        for fault in faults
    ]
    written = _inside(json.dumps(answer, ensure_ascii=False))[:LONGEST_ANSWER]
    return f"{message}\n{render('prompts/note_again.md.j2', answer=written, faults=shown)}"


def note_schema(equations: Sequence[str], places: Collection[str], related: Sequence[str]) -> Mapping[str, object]:
    """JSON Schema of the answer. A list without anything to choose from is left out of it.

    equations, related: keys and ids that may be spoken of. places: keys that may be named; of many, any text may be.
    Lengths are not in it (the service refuses them); bot/domain/note_reply.py sees to them.
    """
    listed = 0 < len(places) <= MOST_PLACES_LISTED
    said = {"where": {"$ref": "#/$defs/place"}, "text": TEXT}
    symbol = _object({"symbol": TEXT, "meaning": TEXT})
    formula = {"equation": _one_of(equations), "name": TEXT, "symbols": _list_of(symbol), "why": TEXT}
    parts = {
        "summary": TEXT,
        "formulas": _list_of(_object(formula)) if equations else None,
        "method": _list_of({"$ref": "#/$defs/statement"}),
        "tasks": _list_of({"$ref": "#/$defs/statement"}),
        "baselines": _list_of({"$ref": "#/$defs/statement"}),
        "findings": _list_of({"$ref": "#/$defs/evidence"}),
        "limits": _list_of({"$ref": "#/$defs/evidence"}),
        "verify": _list_of({"$ref": "#/$defs/statement"}),
        "related": _list_of(_object({"arxiv_id": _one_of(related), "how": TEXT})) if related else None,
    }
    return {
        **_object({name: part for name, part in parts.items() if part}),
        "$defs": {
            "place": _one_of(["", *places]) if listed else TEXT,
            "statement": _object(said),
            "evidence": _object({"quote": TEXT, **said}),
        },
    }


def _section(section: Section, text: FullText) -> Mapping[str, object]:
    blocks = [_block(block, text) for block in section.blocks]
    return {"key": section.key, "name": _attribute(section.label), "blocks": blocks}


_ASIDES = {Setting.THEOREM: "statement", Setting.PROOF: "proof", Setting.NOTE: "footnote"}


def _block(block: Block, text: FullText) -> Mapping[str, object]:
    """kind, text, and what its kind has besides: tag, key, number, name, lines, cut."""
    if isinstance(block, Paragraph):
        said = _inside(block.text)
        tag = _ASIDES.get(block.setting, "")
        return {"kind": "aside" if tag else "paragraph", "tag": tag, "text": said}
    named = {"kind": type(block).__name__.lower(), "key": block.key, "name": _attribute(text.labels.get(block.key, ""))}
    match block:
        case Equation():
            return {**named, "number": _attribute(", ".join(block.numbers)), "text": _inside(block.tex)}
        case Theorem():
            return {**named, "text": _inside(block.title)}
        case Figure():
            return {**named, "text": _inside(block.caption)}
        case Table() | Algorithm():
            cut = isinstance(block, Table) and block.cut
            return {**named, "text": _inside(block.caption), "lines": _lines(block), "cut": cut}


def _lines(block: Table | Algorithm) -> Sequence[str]:
    """The rows of a table have | between their cells."""
    if isinstance(block, Algorithm):
        return [_inside(line) for line in block.lines]
    return [" | ".join(_inside(cell).replace("|", "\\|") for cell in row) for row in block.rows]


def _one_of(values: Collection[str]) -> Mapping[str, object]:
    return {"type": "string", "enum": list(values)}


def _list_of(entry: Mapping[str, object]) -> Mapping[str, object]:
    return {"type": "array", "items": entry}


def _object(properties: Mapping[str, object]) -> Mapping[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _inside(text: str) -> str:
    """A stranger's text on one line, such that it cannot leave the tag it stands in. TeX is full of &, which stays."""
    return one_line(text).replace("<", "&lt;")


def _attribute(text: str) -> str:
    return escape(one_line(text), quote=True)
