"""What every outlet says of a digest before its papers. The wording is in templates/text."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.digest import Digest
from bot.domain.receipt import Receipt
from bot.domain.topic import Topic
from bot.domain.verdict import Usage
from bot.render.environment import render


@dataclass(frozen=True)
class Counted:
    """A count and what it counts."""

    count: int
    what: str


@dataclass(frozen=True)
class Coverage:
    """How many papers of a topic are shown in its section."""

    topic: Topic
    count: int


@dataclass(frozen=True)
class Head:
    """Finished sentences and sums.

    notices: most important first. why_empty: one sentence, for a digest without papers. fates: add up to the papers
    announced. receipt_line: the same sum in one line. coverage: the profile's topics in its order, without muted ones
    that have no papers, then any other section. cost_usd: of all usage; None if any price is unknown. judged_by: by
    which model, or that none was asked. cutoffs: with the cap. rubric_title: of the text that the judge went by.
    """

    notices: tuple[str, ...]
    why_empty: str
    fates: tuple[Counted, ...]
    receipt_line: str
    coverage: tuple[Coverage, ...]
    cost_usd: Decimal | None
    judged_by: str
    cutoffs: str
    rubric_title: str


def head(digest: Digest) -> Head:
    """The head of a digest's page, mail and text."""
    judged_by, cutoffs, rubric_title = _lines("judged", digest=digest)
    muted = bool(digest.profile.muted_topics)
    return Head(
        notices=tuple(_lines("notices", digest=digest)),
        why_empty=" ".join(_lines("empty", digest=digest)),
        fates=_fates(digest.receipt, muted=muted),
        receipt_line=receipt_line(digest.receipt, muted=muted),
        coverage=_coverage(digest),
        cost_usd=_cost(digest.usage),
        judged_by=judged_by,
        cutoffs=cutoffs,
        rubric_title=rubric_title,
    )


def receipt_line(receipt: Receipt, *, muted: bool = False) -> str:
    """Where every announced paper went, as a sum in one line. muted: the profile has muted topics."""
    return " ".join(_lines("receipt_line", receipt=receipt, fates=_fates(receipt, muted=muted)))


def _fates(receipt: Receipt, *, muted: bool) -> tuple[Counted, ...]:
    lines = (line.split(" ", 1) for line in _lines("receipt", receipt=receipt, muted=muted))
    return tuple(Counted(int(count), what) for count, what in lines)


def _lines(template: str, **values: object) -> list[str]:
    return [line.strip() for line in render(f"templates/text/{template}.txt.j2", **values).splitlines() if line.strip()]


def _coverage(digest: Digest) -> tuple[Coverage, ...]:
    shown = {section.topic.id: len(section.entries) for section in digest.sections}
    own = {topic.id for topic in digest.profile.topics}
    others = [section.topic for section in digest.sections if section.topic.id not in own]
    listed = [topic for topic in digest.profile.topics if not topic.muted or topic.id in shown]
    return tuple(Coverage(topic, shown.get(topic.id, 0)) for topic in (*listed, *others))


def _cost(usage: Sequence[Usage]) -> Decimal | None:
    known = [one.cost_usd for one in usage if one.cost_usd is not None]
    return sum(known, start=Decimal(0)) if len(known) == len(usage) else None
