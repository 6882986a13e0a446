"""All that is known of one paper for one profile."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.adapters.database import listings, recorded, shown
from bot.adapters.database.store import anonymous, verdict_of
from bot.adapters.database.tables import (
    deliveries,
    digest_papers,
    digests,
    late_papers,
    sightings,
    verdicts,
    votes,
)
from bot.adapters.database.tables import listings as kept_listings
from bot.domain.library import DayFate, Reached, Sighting, Trace
from bot.domain.paper import AnnounceType
from bot.domain.profile import Profile
from bot.domain.receipt import Fate
from bot.domain.recorded import RecordedPaper
from bot.domain.verdict import Score, Verdict


@dataclass(frozen=True)
class _Decided:
    """What the digest of one day did with the paper, and who its judge was."""

    day: date
    paper: RecordedPaper
    rubric: str
    model: str


@dataclass(frozen=True)
class _Judged:
    verdict: Verdict | None
    model: str = ""


def trace(connection: Connection, arxiv_id: str, profile: Profile) -> Trace:
    """Everything that `why` tells. Some statements, as many for every paper."""
    seen = _seen(connection, arxiv_id)
    days = sorted({*seen, *_digest_days(connection, arxiv_id, profile.id)})
    decided = _decided(connection, arxiv_id, profile.id, days, seen)
    judged = _judged(connection, arxiv_id, decided)
    up, down = _votes(connection, arxiv_id, profile.id)
    return Trace(
        arxiv_id,
        shown.newest_papers(connection, [arxiv_id]).get(arxiv_id),
        tuple(_sightings(connection, arxiv_id, profile, seen, decided)),
        tuple(DayFate(one.day, one.paper) for one in decided),
        judged.verdict,
        judged.model,
        tuple(_reached(connection, arxiv_id, profile.id, days, decided)),
        up,
        down,
    )


def _seen(connection: Connection, arxiv_id: str) -> Mapping[date, Row[Any]]:
    """Day -> its strongest announcement, oldest day first."""
    rows = connection.execute(select(sightings).where(sightings.c.arxiv_id == arxiv_id)).all()
    ordered = sorted(rows, key=lambda row: (row.day, AnnounceType(row.how).precedence))
    return {day: next(same) for day, same in groupby(ordered, key=lambda row: row.day)}


def _digest_days(connection: Connection, arxiv_id: str, profile: str) -> set[date]:
    """Days whose digests had the paper although it may not have been announced then."""
    tables = (digest_papers, late_papers)
    return {
        day
        for table in tables
        for day in connection.scalars(
            select(table.c.day).where(table.c.profile == profile, table.c.arxiv_id == arxiv_id)
        )
    }


def _decided(
    connection: Connection, arxiv_id: str, profile: str, days: Sequence[date], seen: Mapping[date, Row[Any]]
) -> tuple[_Decided, ...]:
    """Oldest first. Of a digest that is not recorded, its document tells what it named."""
    known = recorded.these_days(connection, profile, days)
    found = [
        _Decided(day.day, one, day.rubric, day.model)
        for day in known.values()
        for one in day.papers
        if one.arxiv_id == arxiv_id
    ]
    others = [day for day in days if day not in known]
    rows = connection.execute(select(digests).where(digests.c.profile == profile, digests.c.day.in_(others)))
    for row in rows:
        found += shown.read(row, partial(_from_document, arxiv_id, seen.get(row.day)), ())
    return tuple(sorted(found, key=lambda one: one.day))


def _from_document(
    arxiv_id: str, sighting: Row[Any] | None, row: Row[Any], document: shown.Json
) -> tuple[_Decided, ...]:
    """What the document says of the paper, if it names it."""
    late = arxiv_id in document.get("late", ())
    made = partial(_Decided, row.day)
    judge = (document.get("judge", {}).get("rubric", ""), document.get("judge", {}).get("model", ""))
    for one in shown.papers_in(document):
        if one["arxiv_id"] == arxiv_id:
            how, score = AnnounceType(one["announced_as"]), _score(one)
            paper = RecordedPaper(arxiv_id, one["version"], how, late, Fate.SHOWN, one["reason"], score=score)
            return (made(paper, *judge),)
    if arxiv_id not in document.get("reasons", {}) or sighting is None:
        return ()
    fate = Fate.FAILED if arxiv_id in document["unjudged"] else Fate.BELOW_CUTOFF
    how, reason = AnnounceType(sighting.how), document["reasons"][arxiv_id]
    return (made(RecordedPaper(arxiv_id, sighting.version, how, late, fate, reason), *judge),)


def _score(told: shown.Json) -> Score:
    return Score(told["relevance"], told["novelty"], (), told["primary_topic"], tuple(told["matched_topics"]))


def _judged(connection: Connection, arxiv_id: str, decided: Sequence[_Decided]) -> _Judged:
    """The verdict that the newest digest had that had one."""
    rows = connection.execute(
        select(verdicts).where(verdicts.c.arxiv_id == arxiv_id).order_by(verdicts.c.version)
    ).all()
    by_judge = {(row.rubric, row.model): row for row in rows}
    by_version = {(row.rubric, row.model, row.version): row for row in rows}
    for one in reversed(decided):
        judge = (one.rubric, one.model)
        if row := by_version.get((*judge, one.paper.version)) or by_judge.get(judge):
            return _Judged(verdict_of(row), one.model)
        if score := one.paper.score:
            return _Judged(_from_score(arxiv_id, one.paper.version, score), one.model)
    return _Judged(None)


def _from_score(arxiv_id: str, version: int, score: Score) -> Verdict:
    """A verdict whose words are lost."""
    return Verdict(
        arxiv_id,
        version,
        score.relevance,
        score.novelty,
        primary_topic=score.primary_topic,
        matched_topics=score.matched_topics,
        hot_tags=score.hot_tags,
    )


def _sightings(
    connection: Connection,
    arxiv_id: str,
    profile: Profile,
    seen: Mapping[date, Row[Any]],
    decided: Sequence[_Decided],
) -> Iterator[Sighting]:
    """How the profile's own listing had it counts before how others had it."""
    read = {one.day: one.paper.how for one in decided if not one.paper.late}
    own = (kept_listings.c.categories == listings.key(profile.categories), kept_listings.c.day.in_(list(seen)))
    for kept in connection.execute(select(kept_listings.c.day, kept_listings.c.entries).where(*own)):
        for one, _, how, _ in kept.entries:
            if one == arxiv_id:
                read[kept.day] = AnnounceType(how)
    for day, row in seen.items():
        yield Sighting(day, read.get(day, AnnounceType(row.how)), row.version, day in read)


def _reached(
    connection: Connection, arxiv_id: str, profile: str, days: Sequence[date], decided: Sequence[_Decided]
) -> Iterator[Reached]:
    """An outlet that some edition with the paper reached has it, whatever became of later editions."""
    showing = {one.day for one in decided if one.paper.fate is Fate.SHOWN}
    mine = (deliveries.c.profile == profile, deliveries.c.day.in_(days))
    for row in connection.execute(select(deliveries).where(*mine).order_by(deliveries.c.day, deliveries.c.outlet)):
        arrived = arxiv_id in (row.carried or ())
        if arrived or (row.day in showing and row.state != "sent"):
            state = "sent" if arrived else row.state
            yield Reached(row.day, anonymous(row.outlet), state, row.changed_at)


def _votes(connection: Connection, arxiv_id: str, profile: str) -> tuple[int, int]:
    """Up and down."""
    cast = select(votes.c.vote, func.count()).where(votes.c.profile == profile, votes.c.arxiv_id == arxiv_id)
    counted = dict(map(tuple, connection.execute(cast.group_by(votes.c.vote))))
    return counted.get(1, 0), counted.get(-1, 0)
