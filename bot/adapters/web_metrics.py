"""What /metrics shows, in Prometheus' text format. Counts come from the database, the rest from the loop."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from bot.domain.figures import Figures
from bot.domain.health import Health
from bot.domain.receipt import Fate
from bot.domain.runs import RunState

# Upper bounds of delivery times, in seconds: a post takes one, a thread of forty papers a minute.
BUCKETS_S = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


def exposition(health: Health, figures: Figures | None) -> bytes:
    """The whole answer. figures: None if the database does not answer; then only the loop and the process are told."""
    registry = CollectorRegistry()
    registry.register(_Told(health, figures))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Told(Collector):
    def __init__(self, health: Health, figures: Figures | None) -> None:
        self._health, self._figures = health, figures

    def collect(self) -> Iterator[Metric]:
        yield from _loop(self._health)
        yield _gauge("database_up", "1 if the database answered just now, else 0.", float(self._figures is not None))
        if self._figures is not None:
            yield from _work(self._figures)
            yield from _delivered(self._figures)
            yield from _bought(self._figures)


def _loop(health: Health) -> Iterator[Metric]:
    yield InfoMetricFamily("broadsheet_build", "The program's version.", value={"version": health.version})
    yield _gauge("turning", "1 while the loop turns and can read its database, else 0.", float(health.turning))
    if health.last_turn:
        told = "When the loop last looked what is due and could read the database, in seconds since 1970."
        yield _gauge("last_turn_timestamp_seconds", told, health.last_turn.timestamp())
    told = "Of a profile's last announcement days: how many are in that state now. failed should be 0."
    days = GaugeMetricFamily("broadsheet_days", told, labels=["profile", "state"])
    for profile, statuses in health.days.items():
        counts = Counter(status.state for status in statuses)
        for state in RunState:  # zeros too, so that an alert on one finds it from the start
            days.add_metric([profile, state], counts[state])
    yield days


def _work(figures: Figures) -> Iterator[Metric]:
    told = "Attempts at a digest that have ended, by how: waiting is one for a day that arXiv did not show yet."
    runs = CounterMetricFamily("broadsheet_runs", told, labels=["profile", "state"])
    for profile, states in figures.runs.items():
        for state, count in states.items():
            if state != RunState.RUNNING:  # that number falls again: see broadsheet_days
                runs.add_metric([profile, state], count)
    # No counter: another edition of a digest moves papers from one line to another, say from failed to shown.
    told = "Papers by receipt line, over the newest editions of all digests. failed: could not be judged yet."
    papers = GaugeMetricFamily("broadsheet_papers", told, labels=["fate"])
    for fate in Fate:
        papers.add_metric([fate], figures.papers.get(fate, 0))
    told = "Calls to a service that were made again after a failure or because it asked to wait."
    retries = CounterMetricFamily("broadsheet_retries", told, labels=["service"])
    for service, count in figures.retries.items():
        retries.add_metric([service], count)
    told = "When the profile's newest attempt that went well ended, in seconds since 1970."
    success = GaugeMetricFamily("broadsheet_last_success_timestamp_seconds", told, labels=["profile"])
    for profile, at in figures.last_success.items():
        success.add_metric([profile], at.timestamp())
    yield from (runs, papers, retries, success)


def _delivered(figures: Figures) -> Iterator[Metric]:
    told = "Digests by kind of outlet and state of delivery: sending, sent, failed, or unowed. failed should be 0."
    deliveries = GaugeMetricFamily("broadsheet_deliveries", told, labels=["outlet", "state"])
    for outlet, states in figures.deliveries.items():
        for state, count in states.items():
            deliveries.add_metric([outlet, state], count)
    told = "Seconds that it took to hand a digest, or an addition to one, to an outlet, by kind of outlet."
    took = HistogramMetricFamily("broadsheet_delivery_seconds", told, labels=["outlet"])
    for outlet, seconds in figures.took.items():
        at_most = [*zip(map(str, BUCKETS_S), seconds.at_most, strict=True), ("+Inf", seconds.count)]
        took.add_metric([outlet], at_most, seconds.sum_s)
    yield from (deliveries, took)


def _bought(figures: Figures) -> Iterator[Metric]:
    by = ["model", "kind"]
    calls = CounterMetricFamily("broadsheet_judge_calls", "Answers got from a language model.", labels=by)
    told = "Tokens by direction: input (read in full), cached_input (read from the cache, cheaper), output."
    tokens = CounterMetricFamily("broadsheet_tokens", told, labels=[*by, "direction"])
    told = "US dollars, as far as the models' prices are known: see broadsheet_unpriced_calls_total."
    cost = CounterMetricFamily("broadsheet_cost_usd", told, labels=by)
    told = "Calls whose price is unknown; broadsheet_cost_usd_total lacks them."
    unpriced = CounterMetricFamily("broadsheet_unpriced_calls", told, labels=by)
    for one in figures.spent:
        who = [one.model, one.kind]
        calls.add_metric(who, one.calls)
        tokens.add_metric([*who, "input"], one.input_tokens - one.cached_tokens)
        tokens.add_metric([*who, "cached_input"], one.cached_tokens)
        tokens.add_metric([*who, "output"], one.output_tokens)
        cost.add_metric(who, float(one.cost_usd))
        unpriced.add_metric(who, one.unpriced)
    yield from (calls, tokens, cost, unpriced)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"broadsheet_{name}", told, value=value)
