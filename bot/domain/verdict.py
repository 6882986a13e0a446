"""What the judge says of one paper, under which rubric, and what it cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256


class HotTag(StrEnum):
    """Why a paper matters to the day beyond the reader's own topics. Used sparingly."""

    DAILY_HOT = "daily_hot"
    NEW_FRONTIER = "new_frontier"


@dataclass(frozen=True)
class Rubric:
    """The whole text that the judge reads before the papers: topics and scoring criteria."""

    text: str

    @property
    def version(self) -> str:
        """First 12 hex digits of the text's SHA-256: another text is another version."""
        return sha256(self.text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Score:
    """Of a verdict, what selecting needs; see Verdict."""

    relevance: int
    novelty: int | None
    hot_tags: tuple[HotTag, ...] = ()
    primary_topic: str | None = None
    matched_topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The judge's answer on one version of one paper.

    relevance: 1-10. novelty: 1-10, or None from the offline judge, which cannot tell. primary_topic: a topic id of the
    profile, or None if no topic fits. matched_topics: ids, without the primary one. addresses_judge: the paper's text
    tries to tell the judge what to answer, so its scores deserve a second look.
    """

    arxiv_id: str
    version: int
    relevance: int
    novelty: int | None
    comment: str = ""
    primary_topic: str | None = None
    matched_topics: tuple[str, ...] = ()
    topic_reason: str = ""
    hot_tags: tuple[HotTag, ...] = ()
    hot_reason: str = ""
    addresses_judge: bool = False

    def __post_init__(self) -> None:
        for axis, score in (("relevance", self.relevance), ("novelty", self.novelty)):
            if score is not None and not 1 <= score <= 10:
                raise ValueError(f"{axis} of {self.arxiv_id} is {score}, not 1 to 10")

    @property
    def score(self) -> Score:
        """The part of it that decides."""
        return Score(self.relevance, self.novelty, self.hot_tags, self.primary_topic, self.matched_topics)


@dataclass(frozen=True)
class Usage:
    """What calls of one kind to one model took.

    kind: "judge", "overview" or "note". Tokens: input_tokens counts all input, cached_tokens is the part of it that was
    read from the cache. cost_usd: US dollars, None where the model's price is unknown. batch: bought at batch price.
    """

    model: str
    kind: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: Decimal | None
    batch: bool = False

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Usage") -> "Usage":
        """Sum of two usages of one model and kind. An unknown price makes the sum unknown, never smaller."""
        if (self.model, self.kind, self.batch) != (other.model, other.kind, other.batch):
            raise ValueError(f"cannot add usage of {other.model}/{other.kind} to {self.model}/{self.kind}")
        known = self.cost_usd is not None and other.cost_usd is not None
        cost = (self.cost_usd or Decimal(0)) + (other.cost_usd or Decimal(0)) if known else None
        return Usage(
            self.model,
            self.kind,
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.output_tokens + other.output_tokens,
            cost,
            self.batch,
        )


@dataclass(frozen=True)
class Judging:
    """What came of judging some papers.

    model: name of the language model, or "offline". verdicts: by arXiv id. unjudged: arXiv id -> why, one sentence.
    remarks: what the reader should know of how the judging went, one sentence each.
    """

    model: str
    rubric: Rubric
    verdicts: Mapping[str, Verdict]
    unjudged: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
