"""The JSON document, its schema and its description."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.domain.digest import Digest, State
from bot.domain.receipt import Receipt
from bot.domain.verdict import HotTag, Usage
from bot.render.document import document
from tests.examples import announced, digest, profile, verdict
from tests.render.schemas import faults

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "digest.schema.json").read_text())


def full() -> Digest:
    """Two papers in a section, one hot below the cutoffs, one unjudged, one miss, TeX and a foreign topic."""
    tex = announced(1, title=r"On $\mathcal{O}(n)$ Caf\'es", authors=(r"Zo\"e H\"an",), comment="7 pages", doi="10.1/x")
    hot = verdict(3, relevance=2, novelty=3, hot_tags=(HotTag.DAILY_HOT,), hot_reason="Everybody asks.")
    entries = (tex, announced(2), announced(3), announced(4), announced(5))
    verdicts = (verdict(1, hot_tags=(HotTag.NEW_FRONTIER,)), verdict(2, novelty=None), hot, verdict(5, relevance=7))
    usage = (
        Usage("claude-haiku-5-5", "judge", 1200, 800, 90, Decimal("0.0123")),
        Usage("unheard-of", "overview", 10, 0, 5, None),
    )
    return digest(entries, verdicts, usage=usage, remarks=("The API was away.",), catch_up=True)


DIGESTS = {
    "usual": digest(),
    "full": full(),
    "empty": digest((), ()),
    "quiet": replace(digest((), ()), quiet="a Saturday", state=State.QUIET, day=date(2026, 5, 9)),
    "unknown count": replace(digest(), receipt=Receipt(shown=2, arxiv_says=None)),
}


@pytest.mark.parametrize("name", DIGESTS)
def test_every_document_fits_the_published_schema(name: str) -> None:
    assert faults(json.loads(document(DIGESTS[name])), SCHEMA) == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda given: given.pop("receipt"), "lacks receipt"),
        (lambda given: given.update(extra=1), "has extra"),
        (lambda given: given["sections"][0]["papers"][0].update(relevance=11), "out of range"),
        (lambda given: given["sections"][0]["papers"][0].update(novelty="high"), "novelty is 'high'"),
        (lambda given: given["hot"][0].update(tags=["warm"]), "none of"),
        (lambda given: given.update(day="6 May"), "not like"),
    ],
)
def test_the_schema_is_strict_enough_to_notice(spoil: Any, fault: str) -> None:
    given = json.loads(document(full()))
    spoil(given)

    assert any(fault in found for found in faults(given, SCHEMA))


def test_the_schema_and_the_description_name_the_same_keys() -> None:
    described = set(re.findall(r"`([a-z_]+)`", (DOCS / "digest-document.md").read_text()))
    keys = {key for part in SCHEMA["$defs"].values() for key in part.get("properties", {})}

    assert keys - described == set()


def test_the_document_holds_what_the_digest_holds() -> None:
    given = json.loads(document(full()))
    first, second = given["sections"][0]["papers"]

    assert [first["number"], first["arxiv_id"], second["arxiv_id"]] == [1, "2613.00001", "2613.00002"]
    assert first["title"] == "On 𝒪(n) Cafés"
    assert first["title_tex"] == r"On $\mathcal{O}(n)$ Caf\'es"
    assert first["authors"] == ["Zoë Hän"]
    assert second["novelty"] is None
    assert [hot["arxiv_id"] for hot in given["hot"]] == ["2613.00001", "2613.00003"]
    assert given["hot"][0]["paper"] is None
    assert given["hot"][1]["paper"]["number"] == 3
    assert given["unjudged"] == ["2613.00004"]
    assert given["nearest_misses"] == ["2613.00005"]
    assert given["reasons"]["2613.00004"] == "no answer"
    assert [usage["cost_usd"] for usage in given["usage"]] == [0.0123, None]
    assert given["catch_up"] is True


@pytest.mark.parametrize("name", DIGESTS)
def test_the_receipt_in_the_document_adds_up(name: str) -> None:
    receipt = json.loads(document(DIGESTS[name]))["receipt"]
    fates = ("other_types", "seen_before", "left_by_shortlist", "below_cutoff", "over_cap", "shown", "failed")

    assert receipt["announced"] == sum(receipt[fate] for fate in fates)


def test_the_keys_keep_their_documented_order() -> None:
    assert list(json.loads(document(full()))) == SCHEMA["$defs"]["digest"]["required"]
    assert document(full()) == document(full())


def test_an_id_that_the_profile_does_not_know_is_passed_on() -> None:
    odd = digest((announced(1),), (verdict(1, primary_topic="gone", matched_topics=("gone", "memory")),), profile())
    paper = json.loads(document(odd))["sections"][0]["papers"][0]

    assert paper["primary_topic"] == "gone"
    assert paper["matched_topics"] == ["gone", "memory"]
