"""Papers, verdicts, overviews, usage and digests in the database. Implements bot.ports.Store."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row, func, select

from bot.adapters.database import account, leftovers, listings, recorded
from bot.adapters.database.engine import Database
from bot.adapters.database.locks import held
from bot.adapters.database.slices import slices
from bot.adapters.database.tables import (
    choices,
    deliveries,
    digest_papers,
    digests,
    late_papers,
    overviews,
    receipts,
    runs,
    sightings,
    topic_papers,
    usage,
    verdicts,
)
from bot.domain.calendar import long_date
from bot.domain.digest import Digest, State
from bot.domain.listing import Listing
from bot.domain.paper import Announcement, AnnounceType, Paper
from bot.domain.profile import Profile
from bot.domain.receipt import Fate, Receipt
from bot.domain.runs import RunState
from bot.domain.verdict import HotTag, Rubric, Usage, Verdict
from bot.ports import Clock

_Values = Mapping[str, object]


class DatabaseStore:
    """Every method is one transaction (a long listing is saved in one, too)."""

    def __init__(self, database: Database, clock: Clock, document: Callable[[Digest], str]) -> None:
        """document: turns a digest into the JSON text that is kept of it."""
        self._database, self._clock, self._document = database, clock, document

    def save_listing(self, listing: Listing, categories: Sequence[str]) -> None:
        """Remember the papers, that they were announced that day, and the listing itself; a newer one replaces it."""
        with self._database.writing() as connection:
            listings.save(self._database, connection, listing, categories, self._clock.now())

    def listing(self, day: date, categories: Sequence[str]) -> Listing | None:
        """The listing of that day that was saved for these very categories (in any order), if there is one."""
        with self._database.reading() as connection:
            return listings.read(connection, day, categories)

    def announced_as_new_before(self, listing: Listing) -> frozenset[str]:
        """Ids of the listing's papers that an earlier day's listing had already announced as new."""
        earlier = select(sightings.c.arxiv_id).where(
            sightings.c.how == AnnounceType.NEW.value, sightings.c.day < listing.day
        )
        with self._database.reading() as connection:
            return frozenset(
                arxiv_id
                for some in slices(sorted(listing.ids))
                for arxiv_id in connection.scalars(earlier.where(sightings.c.arxiv_id.in_(some)))
            )

    def unjudged_before(self, profile: Profile, day: date) -> tuple[Announcement, ...]:
        """Papers that an earlier digest could not judge and no other digest has brought since; marked late."""
        with self._database.reading() as connection:
            late = leftovers.unjudged_before(connection, profile.id, day)
            arrived = _carried(connection, profile, day)
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
            deliveries.c.profile == profile.id, deliveries.c.day < day, deliveries.c.state.in_(_MISSED)
        )
        failed = select(runs.c.day, runs.c.error).where(
            runs.c.profile == profile.id, runs.c.day < day, runs.c.state.in_(_NOT_MADE), runs.c.day.not_in(made)
        )
        with self._database.reading() as connection:
            last = connection.scalar(newest) or date.min
            undelivered = connection.execute(left.where(deliveries.c.day == last).order_by(deliveries.c.outlet)).all()
            attempts = connection.execute(failed.where(runs.c.day > last).order_by(runs.c.day, runs.c.id)).all()
        newest_errors = {row.day: row.error for row in attempts}
        return (
            *dict.fromkeys(
                f"The digest of {long_date(row.day)} {_MISSED[row.state]} {anonymous(row.outlet)}"
                for row in undelivered
            ),
            *(f"There is no digest of {long_date(one)}: {error}" for one, error in newest_errors.items()),
        )

    def buying(self, rubric: Rubric, model: str) -> AbstractContextManager[None]:
        """Hold the one right to buy verdicts under this rubric from this model; waits for whoever holds it."""
        return held(self._database.locks, f"{rubric.version}-{_hash(model)[:12]}")

    def known_verdicts(self, papers: Sequence[Paper], rubric: Rubric, model: str) -> Mapping[str, Verdict]:
        """arXiv id -> verdict, for those papers whose very version was judged under this rubric by this model."""
        version_of = {paper.arxiv_id: paper.version for paper in papers}
        known = select(verdicts).where(verdicts.c.rubric == rubric.version, verdicts.c.model == model)
        with self._database.reading() as connection:
            rows = [
                row
                for some in slices(sorted(version_of))
                for row in connection.execute(known.where(verdicts.c.arxiv_id.in_(some)))
            ]
        return {row.arxiv_id: verdict_of(row) for row in rows if row.version == version_of[row.arxiv_id]}

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
        with self._database.writing() as connection:
            account.add(connection, usage, profile, day, self._clock.now())

    def usage_of(self, profile: Profile, day: date) -> tuple[Usage, ...]:
        """All that this digest took so far, one Usage per model and kind, over all its runs."""
        return self._usage(usage.c.profile == profile.id, usage.c.day == day)

    def usage_in_month(self, first: date) -> tuple[Usage, ...]:
        """All that the digests of a month took, one Usage per model and kind. first: the first day of the month."""
        return self._usage(usage.c.day >= first, usage.c.day < (first + timedelta(days=31)).replace(day=1))

    def first_made(self, profile: Profile, day: date) -> datetime | None:
        """When the first edition of this digest was made; None if there is none."""
        wanted = select(digests.c.first_made_at).where(digests.c.profile == profile.id, digests.c.day == day)
        with self._database.reading() as connection:
            return connection.scalar(wanted)

    def cost_per_paper(self, model: str) -> Decimal | None:
        """US dollars that judging one paper took on average; None if nothing was judged or a price is unknown."""
        spent = self._usage(usage.c.model == model, usage.c.kind == "judge")
        costs = [one.cost_usd for one in spent if one.cost_usd is not None]
        with self._database.reading() as connection:
            judged = connection.scalar(select(func.count()).select_from(verdicts).where(verdicts.c.model == model))
        return sum(costs, start=Decimal(0)) / judged if judged and costs and len(costs) == len(spent) else None

    def save_digest(self, digest: Digest) -> None:
        """Keep the digest, which papers it shows and what it decided on each; a newer edition replaces an older one."""
        where = {"profile": digest.profile.id, "day": digest.day}
        made_at = digest.judged_by.at
        row = {"state": digest.state.value, "made_at": made_at, "document": self._document(digest)}
        shown = [_place(entry.announcement, "shown") for entry in digest.entries]
        unjudged = [_place(choice.announcement, "unjudged") for choice in digest.unjudged]
        with self._database.writing() as connection:
            self._replace(connection, digests, where, row, {"first_made_at": made_at})
            self._replace(connection, receipts, where, _counts(digest.receipt), {})
            late = [{"arxiv_id": arxiv_id} for arxiv_id in digest.late]
            decided = [] if digest.state is State.QUIET else [{"document": recorded.record(digest)}]
            for table, rows in ((digest_papers, [*shown, *unjudged]), (late_papers, late), (choices, decided)):
                connection.execute(sa.delete(table).filter_by(**where))
                if rows:
                    connection.execute(table.insert(), [{**where, **row} for row in rows])
            _place_in_topics(connection, digest)

    def _replace(self, connection: Connection, table: sa.Table, key: _Values, row: _Values, once: _Values) -> None:
        """Add the row of that key, or replace it. once: what only a new row gets."""
        upsert = self._database.insert(table).on_conflict_do_update(list(key), set_=row)
        connection.execute(upsert, {**key, **row, **once})

    def _insert_new(self, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
        with self._database.writing() as connection:
            connection.execute(self._database.insert(table).on_conflict_do_nothing(), list(rows))

    def _usage(self, *conditions: sa.ColumnElement[bool]) -> tuple[Usage, ...]:
        with self._database.reading() as connection:
            return account.summed(connection, *conditions)


def verdict_of(row: Row[Any]) -> Verdict:
    """A row of verdicts, alone or joined with others, as a Verdict."""
    said = dict(row.document)
    said["matched_topics"] = tuple(said["matched_topics"])
    said["hot_tags"] = tuple(HotTag(tag) for tag in said["hot_tags"])
    return Verdict(row.arxiv_id, row.version, row.relevance, row.novelty, **said)


# How days end that have no digest.
_NOT_MADE = (RunState.WAITING.value, RunState.FAILED.value)

# A try that was cut off while sending may have arrived after all.
_MISSED = {"failed": "did not reach", "sending": "may not have reached"}

# A method's own argument is called as the table is.
_VERDICTS = verdicts


def _carried(connection: Connection, profile: Profile, day: date) -> frozenset[str]:
    """What reached any outlet of the profile on other days. An edition that was made later may show less."""
    arrived = select(deliveries.c.carried).where(
        deliveries.c.profile == profile.id, deliveries.c.day != day, deliveries.c.carried.is_not(None)
    )
    return frozenset(arxiv_id for ids in connection.scalars(arrived) for arxiv_id in ids)


def _place_in_topics(connection: Connection, digest: Digest) -> None:
    """The verdicts of this digest take the place of earlier ones on the same papers."""
    mine, verdicts = digest.profile.id, [choice.verdict for choice in digest.choices if choice.verdict]
    for some in slices(sorted(one.arxiv_id for one in verdicts)):
        earlier = (topic_papers.c.profile == mine, topic_papers.c.arxiv_id.in_(some))
        connection.execute(sa.delete(topic_papers).where(*earlier))
    rows = [
        {"profile": mine, "topic": topic, "arxiv_id": one.arxiv_id}
        for one in verdicts
        for topic in sorted({one.primary_topic, *one.matched_topics} - {None, ""}, key=str)
    ]
    if rows:
        connection.execute(topic_papers.insert(), rows)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _verdict_row(verdict: Verdict) -> dict[str, object]:
    scored = {name: getattr(verdict, name) for name in ("arxiv_id", "version", "relevance", "novelty")}
    return {**scored, "document": {name: value for name, value in asdict(verdict).items() if name not in scored}}


def _counts(receipt: Receipt) -> dict[str, int]:
    return {"announced": receipt.announced, **{fate.value: getattr(receipt, fate.value) for fate in Fate}}


def _place(announcement: Announcement, place: str) -> dict[str, object]:
    paper = announcement.paper
    return {"arxiv_id": paper.arxiv_id, "version": paper.version, "how": announcement.how.value, "place": place}


def anonymous(outlet: str) -> str:
    """The outlet as readers may know it: they are not told each other's addresses."""
    return "a mailbox" if outlet.startswith("mail:") else outlet
