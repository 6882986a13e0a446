"""A deep note as the JSON document of schema 1. docs/note-document.md describes every field."""

import json
from collections.abc import Mapping, Sequence

from bot.domain.characters import one_line
from bot.domain.note import Checks, Formula, Note, Relation, Statement, Symbol, Tally
from bot.render.tex import to_unicode

SCHEMA = 1
Json = Mapping[str, object]


def note_document(note: Note) -> str:
    """The document as indented JSON, keys in the documented order, ending in a line feed."""
    content = note.content
    document: Json = {
        "schema": SCHEMA,
        "arxiv_id": note.arxiv_id,
        "version": note.version,
        "title": to_unicode(note.title),
        "title_tex": one_line(note.title),
        "authors": [to_unicode(author) for author in note.authors],
        "source": note.source.value,
        "url": one_line(note.source_url),
        "source_version": note.source_version,
        "language": note.language,
        "summary": one_line(content.summary.text),
        "summary_unfound": _texts(content.summary.unfound),
        "equations": [_equation(formula, note) for formula in content.formulas],
        "method": _statements(content.method),
        "experiments": {
            "tasks": _statements(content.tasks),
            "baselines": _statements(content.baselines),
            "findings": _statements(content.findings),
        },
        "limits": _statements(content.limits),
        "verify": [_to_verify(statement) for statement in content.verify],
        "related": [_related(relation) for relation in content.related],
        "left_out": _texts(note.left_out),
        "remarks": _texts(note.remarks),
        "checks": _checks(note.checks),
        "model": one_line(note.model),
        "prompt_version": one_line(note.prompt),
        "at": note.at.isoformat(),
        "cost_usd": None if note.cost_usd is None else float(note.cost_usd),
        "clock_set": note.clock_set,
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _texts(texts: Sequence[str]) -> list[str]:
    return [one_line(text) for text in texts]


def _equation(formula: Formula, note: Note) -> Json:
    quoted = note.equation(formula.equation)
    return {
        "number": ", ".join(_texts(quoted.numbers)) or None,
        "tex": one_line(quoted.tex),
        "name": one_line(formula.name),
        "symbols": [_symbol(symbol) for symbol in formula.symbols],
        "why": one_line(formula.why),
        "section": one_line(quoted.section),
        "sentence": one_line(quoted.sentence),
        "unfound": _texts(formula.unfound),
    }


def _symbol(symbol: Symbol) -> Json:
    return {"symbol": one_line(symbol.symbol), "meaning": one_line(symbol.meaning)}


def _statements(statements: Sequence[Statement]) -> list[Json]:
    return [{"text": one_line(statement.text), **_shown_by(statement)} for statement in statements]


def _to_verify(statement: Statement) -> Json:
    return {"what": one_line(statement.text), **_shown_by(statement)}


def _shown_by(statement: Statement) -> Json:
    return {
        "where": one_line(statement.where),
        "quote": one_line(statement.quote),
        "unfound": _texts(statement.unfound),
    }


def _related(relation: Relation) -> Json:
    return {
        "arxiv_id": one_line(relation.arxiv_id),
        "title": to_unicode(relation.title),
        "how": one_line(relation.how),
    }


def _checks(checks: Checks) -> Json:
    return {
        "quotes": _tally(checks.quotes),
        "numbers": _tally(checks.numbers),
        "equations": _tally(checks.equations),
        "places": _tally(checks.places),
        "symbols": _tally(checks.symbols),
        "dropped": [{"text": one_line(one.text), "reason": one_line(one.reason)} for one in checks.dropped],
        "asked_again": checks.asked_again,
    }


def _tally(tally: Tally) -> Json:
    return {"found": tally.found, "of": tally.of}
