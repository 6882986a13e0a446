"""Papers, verdicts, overviews, usage and digests in the database. Implements bot.ports.Store."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row, and_, func, select

from bot.adapters.database.engine import Database
from bot.adapters.database.locks import held
from bot.adapters.database.tables import (
    deliveries,
    digest_papers,
    digests,
    overviews,
    papers,
    runs,
    sightings,
    usage,
    verdicts,
)
from bot.domain.calendar import long_date
from bot.domain.digest import Digest, State
from bot.domain.listing import Listing
from bot.domain.paper import Announcement, AnnounceType, Paper
from bot.domain.profile import Profile
from bot.domain.verdict import HotTag, Rubric, Usage, Verdict
from bot.ports import Clock

NANO = Decimal(1_000_000_000)
PER_STATEMENT = 500  # bound values grow with it; SQLite takes 32,766


class DatabaseStore:
    """Every method is one transaction (a long listing is saved in one, too)."""

    def __init__(self, database: Database, clock: Clock, locks: Path, document: Callable[[Digest], str]) -> None:
        """locks: folder of lock files. document: turns a digest into the JSON text that is kept of it."""
        self._database, self._clock, self._locks, self._document = database, clock, locks, document

    def save_listing(self, listing: Listing) -> None:
        """Remember the papers and that they were announced on that day."""
        announced = [
            {"arxiv_id": e.paper.arxiv_id, "day": listing.day, "how": e.how.value, "version": e.paper.version}
            for e in listing.announcements
        ]
        # asdict() copies deeply and would take a third of this method's time.
        described = [{**vars(entry.paper), **_lists(entry.paper)} for entry in listing.announcements]
        with self._database.writing() as connection:
            for rows, table in ((described, papers), (announced, sightings)):
                if rows:
                    connection.execute(self._database.insert(table).on_conflict_do_nothing(), rows)

    def announced_as_new_before(self, listing: Listing) -> frozenset[str]:
        """Ids of the listing's papers that an earlier day's listing had already announced as new."""
        earlier = select(sightings.c.arxiv_id).where(
            sightings.c.how == AnnounceType.NEW.value, sightings.c.day < listing.day
        )
        with self._database.reading() as connection:
            return frozenset(
                arxiv_id
                for some in _slices(sorted(listing.ids))
                for arxiv_id in connection.scalars(earlier.where(sightings.c.arxiv_id.in_(some)))
            )

    def unjudged_before(self, profile: Profile, day: date) -> tuple[Announcement, ...]:
        """Papers that the profile's last digest before `day` could not judge; marked late."""
        last = (
            select(func.max(digests.c.day))
            .where(digests.c.profile == profile.id, digests.c.day < day, digests.c.state != State.QUIET.value)
            .scalar_subquery()
        )
        same = and_(papers.c.arxiv_id == digest_papers.c.arxiv_id, papers.c.version == digest_papers.c.version)
        wanted = (
            select(papers, digest_papers.c.how)
            .join(digest_papers, same)
            .where(digest_papers.c.profile == profile.id, digest_papers.c.day == last)
            .where(digest_papers.c.place == "unjudged")
            .order_by(papers.c.arxiv_id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            arrived = _carried(connection, profile, day)
        late = (Announcement(_paper(row), AnnounceType(row.how), late=True) for row in rows)
        return tuple(entry for entry in late if entry.paper.arxiv_id not in arrived)

    def shown_before(self, profile: Profile, day: date) -> frozenset[str]:
        """arXiv ids that the profile was shown in the digest of any other day than `day`."""
        shown = select(digest_papers.c.arxiv_id).where(
            digest_papers.c.profile == profile.id, digest_papers.c.day != day, digest_papers.c.place == "shown"
        )
        with self._database.reading() as connection:
            return frozenset(connection.scalars(shown)) | _carried(connection, profile, day)

    def unfinished_before(self, profile: Profile, day: date) -> tuple[str, ...]:
        """What the days since the profile's last digest, and that digest, left undone; one sentence each."""
        made = select(digests.c.day).where(digests.c.profile == profile.id)
        newest = select(func.max(digests.c.day)).where(
            digests.c.profile == profile.id, digests.c.day < day, digests.c.state != State.QUIET.value
        )
        left = select(deliveries.c.day, deliveries.c.outlet, deliveries.c.state).where(
            deliveries.c.profile == profile.id, deliveries.c.day < day, deliveries.c.state != "sent"
        )
        failed = select(runs.c.day, runs.c.error).where(
            runs.c.profile == profile.id, runs.c.day < day, runs.c.state == "failed", runs.c.day.not_in(made)
        )
        with self._database.reading() as connection:
            last = connection.scalar(newest) or date.min
            undelivered = connection.execute(left.where(deliveries.c.day == last).order_by(deliveries.c.outlet)).all()
            attempts = connection.execute(failed.where(runs.c.day > last).order_by(runs.c.day, runs.c.id)).all()
        newest_errors = {row.day: row.error for row in attempts}
        return (
            *(f"The digest of {long_date(row.day)} {_MISSED[row.state]} {row.outlet}" for row in undelivered),
            *(f"There is no digest of {long_date(one)}: {error}" for one, error in newest_errors.items()),
        )

    def buying(self, rubric: Rubric, model: str) -> AbstractContextManager[None]:
        """Hold the one right to buy verdicts under this rubric from this model; waits for whoever holds it."""
        return held(self._locks, f"{rubric.version}-{_hash(model)[:12]}")

    def known_verdicts(self, papers: Sequence[Paper], rubric: Rubric, model: str) -> Mapping[str, Verdict]:
        """arXiv id -> verdict, for those papers whose very version was judged under this rubric by this model."""
        version_of = {paper.arxiv_id: paper.version for paper in papers}
        known = select(verdicts).where(verdicts.c.rubric == rubric.version, verdicts.c.model == model)
        with self._database.reading() as connection:
            rows = [
                row
                for some in _slices(sorted(version_of))
                for row in connection.execute(known.where(verdicts.c.arxiv_id.in_(some)))
            ]
        return {row.arxiv_id: _verdict(row) for row in rows if row.version == version_of[row.arxiv_id]}

    def save_verdicts(self, verdicts: Collection[Verdict], rubric: Rubric, model: str) -> None:
        """Keep verdicts; one that is already there stays as it is."""
        now = self._clock.now()
        rows = [{**_verdict_row(one), "rubric": rubric.version, "model": model, "at": now} for one in verdicts]
        if rows:
            self._insert_new(_VERDICTS, rows)

    def saved_overview(self, question: str, model: str) -> str | None:
        """The overview that `model` gave to this very question text, if it was asked before."""
        wanted = select(overviews.c.answer).where(overviews.c.question == _hash(question), overviews.c.model == model)
        with self._database.reading() as connection:
            return connection.scalar(wanted)

    def save_overview(self, question: str, model: str, overview: str) -> None:
        """Keep an overview."""
        self._insert_new(overviews, [{"question": _hash(question), "model": model, "answer": overview}])

    def save_usage(self, usage: Usage, profile: Profile, day: date) -> None:
        """Add what one call took to the account of this digest."""
        row = asdict(usage)
        cost = row.pop("cost_usd")
        row |= {"profile": profile.id, "day": day, "at": self._clock.now()}
        row["cost_nano_usd"] = None if cost is None else int((cost * NANO).to_integral_value())
        with self._database.writing() as connection:
            connection.execute(_USAGE.insert(), row)

    def usage_of(self, profile: Profile, day: date) -> tuple[Usage, ...]:
        """All that this digest took so far, one Usage per model and kind, over all its runs."""
        return self._usage(usage.c.profile == profile.id, usage.c.day == day)

    def usage_in_month(self, first: date) -> tuple[Usage, ...]:
        """All that the digests of a month took, one Usage per model and kind. first: the first day of the month."""
        return self._usage(usage.c.day >= first, usage.c.day < (first + timedelta(days=31)).replace(day=1))

    def save_digest(self, digest: Digest) -> None:
        """Keep the digest and which papers it shows; a newer edition replaces an older one."""
        where = {"profile": digest.profile.id, "day": digest.day}
        row = {"state": digest.state.value, "made_at": digest.judged_by.at, "document": self._document(digest)}
        shown = [_place(entry.announcement, "shown") for entry in digest.entries]
        unjudged = [_place(choice.announcement, "unjudged") for choice in digest.unjudged]
        upsert = self._database.insert(digests).on_conflict_do_update(["profile", "day"], set_=row)
        with self._database.writing() as connection:
            connection.execute(upsert, {**where, **row})
            connection.execute(sa.delete(digest_papers).filter_by(**where))
            if places := [{**where, **place} for place in (*shown, *unjudged)]:
                connection.execute(digest_papers.insert(), places)

    def _insert_new(self, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
        with self._database.writing() as connection:
            connection.execute(self._database.insert(table).on_conflict_do_nothing(), list(rows))

    def _usage(self, *conditions: sa.ColumnElement[bool]) -> tuple[Usage, ...]:
        per = (usage.c.model, usage.c.kind, usage.c.batch)
        sums = [func.sum(usage.c[name]).label(name) for name in ("input_tokens", "cached_tokens", "output_tokens")]
        cost = func.sum(usage.c.cost_nano_usd).label("cost")
        unknown = (func.count() - func.count(usage.c.cost_nano_usd)).label("unknown")
        wanted = select(*per, *sums, cost, unknown).where(*conditions).group_by(*per).order_by(*per)
        with self._database.reading() as connection:
            return tuple(_usage_of(row) for row in connection.execute(wanted).all())


# A try that was cut off while sending may have arrived after all.
_MISSED = {"failed": "did not reach", "sending": "may not have reached"}

# The methods' own arguments are called as the tables are.
_VERDICTS, _USAGE = verdicts, usage


def _slices(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + PER_STATEMENT] for start in range(0, len(ids), PER_STATEMENT))


def _carried(connection: Connection, profile: Profile, day: date) -> frozenset[str]:
    """What reached any outlet of the profile on other days. An edition that was made later may show less."""
    arrived = select(deliveries.c.carried).where(
        deliveries.c.profile == profile.id, deliveries.c.day != day, deliveries.c.carried.is_not(None)
    )
    return frozenset(arxiv_id for ids in connection.scalars(arrived) for arxiv_id in ids)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _lists(paper: Paper) -> dict[str, list[str]]:
    return {"authors": list(paper.authors), "categories": list(paper.categories)}


def _paper(row: Row[Any]) -> Paper:
    return Paper(
        row.arxiv_id,
        row.version,
        row.title,
        row.abstract,
        tuple(row.authors),
        tuple(row.categories),
        row.comment,
        row.doi,
        row.journal_ref,
    )


def _verdict_row(verdict: Verdict) -> dict[str, object]:
    scored = {name: getattr(verdict, name) for name in ("arxiv_id", "version", "relevance", "novelty")}
    return {**scored, "document": {name: value for name, value in asdict(verdict).items() if name not in scored}}


def _verdict(row: Row[Any]) -> Verdict:
    said = dict(row.document)
    said["matched_topics"] = tuple(said["matched_topics"])
    said["hot_tags"] = tuple(HotTag(tag) for tag in said["hot_tags"])
    return Verdict(row.arxiv_id, row.version, row.relevance, row.novelty, **said)


def _usage_of(row: Row[*tuple[Any, ...]]) -> Usage:
    cost = None if row.unknown else Decimal(int(row.cost)) / NANO
    tokens = (int(row.input_tokens), int(row.cached_tokens), int(row.output_tokens))
    return Usage(row.model, row.kind, *tokens, cost, row.batch)


def _place(announcement: Announcement, place: str) -> dict[str, object]:
    paper = announcement.paper
    return {"arxiv_id": paper.arxiv_id, "version": paper.version, "how": announcement.how.value, "place": place}
