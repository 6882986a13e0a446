"""What a digest decided on every paper, as one compact JSON document.

Reasons, scores and the like repeat, so each stands in a list of its own once, and a paper names their places in it:
    {"schema": 1, "model", "rubric", "cutoffs": {…}, "hows": […], "fates": […], "reasons": […], "followed": […],
     "scores": [[relevance, novelty, [hot tags], primary topic, [matched topics]], …],
     "papers": [[arxiv_id, version, how, late, fate, reason, nearness, score or null, followed], …]}
"""

import json
import logging
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, select

from bot.adapters.database.tables import choices
from bot.domain.digest import Digest
from bot.domain.paper import AnnounceType
from bot.domain.profile import Cutoffs
from bot.domain.receipt import Fate
from bot.domain.recorded import RecordedDay, RecordedPaper
from bot.domain.selection import Choice
from bot.domain.verdict import HotTag, Score

log = logging.getLogger(__name__)

SCHEMA = 1
T = TypeVar("T", bound=Hashable)


class _Places(Generic[T]):
    """Gives each value its place in a list that holds every value once."""

    def __init__(self) -> None:
        self._places: dict[T, int] = {}

    def of(self, value: T) -> int:
        return self._places.setdefault(value, len(self._places))

    def values(self) -> list[T]:
        return list(self._places)


def record(digest: Digest) -> str:
    """The document of a digest. Of a float, JSON keeps every bit."""
    hows, fates = _Places[AnnounceType](), _Places[Fate]()
    reasons, followed, scores = _Places[str](), _Places[str](), _Places[Score]()

    def row(choice: Choice) -> Sequence[object]:
        paper, verdict = choice.announcement.paper, choice.verdict
        return (
            paper.arxiv_id,
            paper.version,
            hows.of(choice.announcement.how),
            int(choice.announcement.late),
            fates.of(choice.fate),
            reasons.of(choice.reason),
            choice.nearness,
            None if verdict is None else scores.of(verdict.score),
            followed.of(choice.followed),
        )

    content = {
        "schema": SCHEMA,
        "model": digest.judged_by.model,
        "rubric": digest.judged_by.rubric.version,
        "cutoffs": asdict(digest.profile.cutoffs),
        "papers": [row(choice) for choice in digest.choices],
        "hows": hows.values(),
        "fates": fates.values(),
        "reasons": reasons.values(),
        "followed": followed.values(),
        "scores": [_score_row(score) for score in scores.values()],
    }
    return json.dumps(content, separators=(",", ":"))


def days(connection: Connection, profile: str, since: date) -> tuple[RecordedDay, ...]:
    """The recorded days from `since` on, oldest first."""
    wanted = select(choices).where(choices.c.profile == profile, choices.c.day >= since).order_by(choices.c.day)
    return tuple(day for row in connection.execute(wanted) if (day := _read(row)))


def these_days(connection: Connection, profile: str, wanted: Sequence[date]) -> Mapping[date, RecordedDay]:
    """Those of the few days that are recorded."""
    rows = connection.execute(select(choices).where(choices.c.profile == profile, choices.c.day.in_(wanted)))
    return {day.day: day for row in rows if (day := _read(row))}


def _read(row: Row[Any]) -> RecordedDay | None:
    """None if it cannot be read: another version of the program may have written it."""
    try:
        content = json.loads(row.document)
        if content["schema"] != SCHEMA:
            raise ValueError(f"it is of schema {content['schema']}")
        return _day(row.day, content)
    except (ValueError, LookupError, TypeError) as error:
        about = {"profile": row.profile, "day": row.day, "error": str(error)}
        log.warning("what a digest decided cannot be read", extra=about)
        return None


def _day(day: date, content: Mapping[str, Any]) -> RecordedDay:
    hows = [AnnounceType(how) for how in content["hows"]]
    fates = [Fate(fate) for fate in content["fates"]]
    scores = [_score(row) for row in content["scores"]]
    reasons, followed = content["reasons"], content["followed"]
    return RecordedDay(
        day=day,
        model=content["model"],
        rubric=content["rubric"],
        cutoffs=Cutoffs(**content["cutoffs"]),
        papers=tuple(
            RecordedPaper(
                arxiv_id,
                version,
                hows[how],
                bool(late),
                fates[fate],
                reasons[reason],
                nearness,
                None if score is None else scores[score],
                followed[author],
            )
            for arxiv_id, version, how, late, fate, reason, nearness, score, author in content["papers"]
        ),
    )


def _score_row(score: Score) -> Sequence[object]:
    return (score.relevance, score.novelty, score.hot_tags, score.primary_topic, score.matched_topics)


def _score(row: Sequence[Any]) -> Score:
    relevance, novelty, hot_tags, primary_topic, matched_topics = row
    return Score(relevance, novelty, tuple(map(HotTag, hot_tags)), primary_topic, tuple(matched_topics))
