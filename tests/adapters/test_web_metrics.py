"""/metrics, read as Prometheus reads it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters.database.engine import Database
from bot.adapters.database.figures import DatabaseFigures
from bot.adapters.database.meter import DatabaseMeter
from bot.adapters.web_metrics import exposition
from bot.domain.figures import Figures
from bot.domain.runs import RunState
from bot.errors import StoreError
from tests.fakes.web_rig import FIGURES, HEALTH, NOON, NOTHING, get, health, serving


def read(text: str) -> dict[str, Metric]:
    return {family.name: family for family in text_string_to_metric_families(text)}


def told(text: str, sample: str, **labels: str) -> float:
    """The one value of that sample and those labels."""
    [value] = [
        one.value
        for family in read(text).values()
        for one in family.samples
        if one.name == sample and labels.items() <= one.labels.items()
    ]
    return float(value)


@pytest.fixture
def text() -> str:
    return exposition(HEALTH, FIGURES).decode()


def test_prometheus_reads_it_over_http(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        got = get(server, "/metrics")
    assert got.status == 200
    assert got.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert told(got.text, "broadsheet_build_info", version="1.2.3") == 1


def test_everything_counted_is_there_under_its_name(text: str) -> None:
    assert told(text, "broadsheet_runs_total", profile="group", state="complete") == 7
    assert told(text, "broadsheet_papers", fate="shown") == 35
    assert told(text, "broadsheet_papers", fate="over_cap") == 0
    assert 'fate="announced"' not in text, "it would be counted twice in a sum"
    judge = {"model": "claude-haiku-5-5", "kind": "judge"}
    assert told(text, "broadsheet_judge_calls_total", **judge) == 12
    assert told(text, "broadsheet_cost_usd_total", **judge) == 0.25
    assert told(text, "broadsheet_unpriced_calls_total", **judge) == 1
    assert told(text, "broadsheet_retries_total", service="arxiv") == 3
    assert told(text, "broadsheet_last_success_timestamp_seconds", profile="group") == NOON.timestamp()
    assert told(text, "broadsheet_last_turn_timestamp_seconds") == NOON.timestamp()
    assert told(text, "broadsheet_turning") == 1
    assert told(text, "process_resident_memory_bytes") > 1_000_000
    assert told(text, "process_cpu_seconds_total") > 0


def test_tokens_of_all_directions_add_up_to_all_tokens(text: str) -> None:
    directions = {
        one: told(text, "broadsheet_tokens_total", direction=one) for one in ("input", "cached_input", "output")
    }
    assert directions == {"input": 6_000, "cached_input": 4_000, "output": 900}


def test_a_number_that_can_fall_is_no_counter(text: str) -> None:
    families = read(text)
    assert families["broadsheet_papers"].type == "gauge"
    assert families["broadsheet_days"].type == "gauge"
    states = {one.labels["state"] for one in families["broadsheet_runs"].samples}
    assert "running" not in states


def test_delivery_times_are_a_histogram_that_adds_up(text: str) -> None:
    bucket = "broadsheet_delivery_seconds_bucket"
    rising = [told(text, bucket, outlet="slack", le=le) for le in ("0.5", "1.0", "2.5", "600.0", "+Inf")]
    assert rising == [0, 1, 3, 3, 4]
    assert told(text, "broadsheet_delivery_seconds_count", outlet="slack") == 4
    assert told(text, "broadsheet_delivery_seconds_sum", outlet="slack") == 900.5
    assert told(text, "broadsheet_deliveries", outlet="slack", state="failed") == 1


def test_every_state_of_every_profile_has_a_number_so_that_an_alert_finds_it_from_the_start(text: str) -> None:
    counts = {state: told(text, "broadsheet_days", profile="group", state=state) for state in RunState}
    assert counts == {"waiting": 0, "quiet": 1, "running": 0, "complete": 1, "partial": 1, "failed": 1, "paused": 0}


def test_every_metric_follows_prometheus_conventions_and_says_what_it_means(text: str) -> None:
    for name, family in read(text).items():
        assert re.fullmatch(r"(broadsheet|process)_[a-z_]+", name)
        assert len(family.documentation) > 15, name
        if family.type == "counter":
            assert all(one.name.endswith("_total") for one in family.samples), name
        else:
            assert not name.endswith("_total"), name
        assert not name.endswith(("_ms", "_minutes", "_kb")), name


def test_labels_from_outside_cannot_forge_a_metric() -> None:
    hostile = replace(NOTHING, retries={'x"} 1\nbroadsheet_turning 0\n#': 1})
    families = read(exposition(HEALTH, hostile).decode())
    assert [one.value for one in families["broadsheet_turning"].samples] == [1.0]
    assert families["broadsheet_retries"].samples[0].labels["service"].startswith('x"} 1\n')


def test_a_bot_that_has_done_nothing_yet_has_metrics_too() -> None:
    fresh = exposition(health(last_turn=None, days={}, ready=False), NOTHING).decode()
    assert told(fresh, "broadsheet_papers", fate="shown") == 0
    assert "broadsheet_last_turn_timestamp_seconds" not in fresh


def test_without_a_database_the_loop_is_told_all_the_same(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def figures(_: Sequence[float]) -> Figures:
        raise StoreError("the database is locked")

    with serving(tmp_path, figures=figures) as server:
        got = get(server, "/metrics")
    assert got.status == 200
    assert told(got.text, "broadsheet_database_up") == 0
    assert told(got.text, "broadsheet_turning") == 1
    assert "broadsheet_runs_total" not in got.text
    assert "no figures for /metrics" in caplog.text


def test_what_the_database_has_counted_reaches_prometheus(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/broadsheet.db")
    try:
        for service in ("arxiv", "arxiv", "slack"):
            DatabaseMeter(database).retried(service)
        with serving(tmp_path, figures=DatabaseFigures(database).figures) as server:
            text = get(server, "/metrics").text
    finally:
        database.close()
    assert told(text, "broadsheet_retries_total", service="arxiv") == 2
    assert told(text, "broadsheet_papers", fate="shown") == 0
    assert told(text, "broadsheet_database_up") == 1
