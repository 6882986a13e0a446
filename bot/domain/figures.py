"""What /metrics shows: sums over everything that the bot ever did. No outlet's address is among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Spent:
    """All calls to one model of one kind. cost_usd: of those whose price is known; unpriced: how many others."""

    model: str
    kind: str
    calls: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: Decimal
    unpriced: int


@dataclass(frozen=True)
class Seconds:
    """How long deliveries took. at_most: one count per bucket, each holding those of the smaller buckets, too."""

    at_most: tuple[int, ...]
    count: int
    sum_s: float


@dataclass(frozen=True)
class Figures:
    """runs: profile id -> state (or preview) -> attempts. papers: line of the receipt -> papers of all digests.

    retries: service -> calls made again. deliveries: kind of outlet (slack, mail, …) -> state -> digests.
    took: kind of outlet -> how long each sending took that arrived.
    last_success: profile id -> when its newest run that was complete, partial or quiet ended.
    """

    runs: Mapping[str, Mapping[str, int]]
    papers: Mapping[str, int]
    spent: tuple[Spent, ...]
    retries: Mapping[str, int]
    deliveries: Mapping[str, Mapping[str, int]]
    took: Mapping[str, Seconds]
    last_success: Mapping[str, datetime]
