"""The note's JSON document, its schema and its description."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from bot.domain.fulltext import TextSource
from bot.render.document import document
from bot.render.note_document import note_document
from tests.examples import digest
from tests.render.nasty import NASTY, slowly
from tests.render.notes import ABSTRACT_ONLY, HOSTILE, OFFLINE_NOTE, RICH, filled_with
from tests.render.schemas import faults

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "note.schema.json").read_text())
NOTES = {"rich": RICH, "offline": OFFLINE_NOTE, "abstract": ABSTRACT_ONLY}


@pytest.mark.parametrize("name", NOTES)
def test_every_document_fits_the_published_schema(name: str) -> None:
    assert faults(json.loads(note_document(NOTES[name])), SCHEMA) == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda given: given.pop("checks"), "lacks checks"),
        (lambda given: given.update(extra=1), "has extra"),
        (lambda given: given["checks"]["numbers"].update(found=-1), "out of range"),
        (lambda given: given["equations"][0].update(number=3), "number is 3"),
        (lambda given: given.update(source="blog"), "none of"),
        (lambda given: given["verify"][0].update(text="x"), "has text"),
    ],
)
def test_the_schema_is_strict_enough_to_notice(spoil: Any, fault: str) -> None:
    given = json.loads(note_document(RICH))
    spoil(given)

    assert any(fault in found for found in faults(given, SCHEMA))


def test_the_schema_and_the_description_name_the_same_keys() -> None:
    described = set(re.findall(r"`([a-z0-9_]+)`", (DOCS / "note-document.md").read_text()))
    keys = {key for part in SCHEMA["$defs"].values() for key in part.get("properties", {})}

    assert keys - described == set()
    assert set(SCHEMA["$defs"]["note"]["properties"]["source"]["enum"]) == {source.value for source in TextSource}


def test_the_document_holds_what_the_note_holds() -> None:
    given = json.loads(note_document(RICH))
    first, second, third = given["equations"]

    assert (first["number"], second["number"], third["number"]) == ("3", "4, 5", None)
    assert first["tex"] == RICH.equations[0].tex
    assert first["symbols"][0] == {"symbol": r"\theta", "meaning": "parameters of the router and of all experts"}
    assert given["title"] == "On Finding Number 1: τ-Smooth Routing"
    assert given["summary_unfound"] == ["93.5"]
    assert given["verify"][0]["what"].startswith("Whether all rows")
    assert given["verify"][0]["where"] == "Table 2"
    assert given["experiments"]["findings"][0]["quote"].startswith("our router reaches 71.4")
    assert given["checks"]["numbers"] == {"found": 31, "of": 33}
    assert given["checks"]["dropped"][0]["reason"] == "The paper has no equation (12)."
    assert given["cost_usd"] == 0.1234
    assert json.loads(note_document(ABSTRACT_ONLY))["cost_usd"] is None


def test_the_keys_keep_their_documented_order() -> None:
    given = json.loads(note_document(RICH))

    assert list(given) == SCHEMA["$defs"]["note"]["required"]
    assert list(given["equations"][0]) == SCHEMA["$defs"]["equation"]["required"]


@slowly
@given(NASTY)
def test_every_text_is_one_line_without_control_characters_whatever_was_written(text: str) -> None:
    def texts(value: Any) -> list[str]:
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [value] if isinstance(value, str) else [one for part in parts for one in texts(part)]

    for one in texts(json.loads(note_document(filled_with(RICH, text)))):
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", one)


def test_a_hostile_note_is_still_a_document() -> None:
    wrong = faults(json.loads(note_document(HOSTILE)), SCHEMA)

    assert all(fault.startswith("$.prompt_version ") for fault in wrong)


def test_the_digest_s_document_names_its_notes() -> None:
    given = json.loads(document(digest(notes=(RICH,))))

    assert given["notes"] == [{"arxiv_id": "2613.00001", "version": 2, "path": "notes/2613.00001v2/note.json"}]
