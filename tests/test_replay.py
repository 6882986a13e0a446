"""Labelled days through the whole program: what is shown is what was labelled."""

from pathlib import Path

import pytest

from bench.replay import replay


@pytest.mark.parametrize("day", ["2025-07-04", "2026-04-22", "2026-06-04"])
def test_a_labelled_day_shows_exactly_its_selection_under_its_topics(labelled_days: Path, day: str) -> None:
    compared = replay(labelled_days / f"{day}.jsonl.gz")
    assert compared.same, str(compared)
    assert compared.digest.receipt.agrees
    assert len(compared.labelled.selected) > 10
