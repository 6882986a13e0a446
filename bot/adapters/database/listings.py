"""Papers and listings as rows, and back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row, select

from bot.adapters.database import texts
from bot.adapters.database.engine import Database
from bot.adapters.database.slices import slices
from bot.adapters.database.tables import listings, papers, sightings
from bot.domain.listing import Listing
from bot.domain.paper import Announcement, AnnounceType, Paper

TEXTS = ("title", "abstract", "comment", "doi", "journal_ref")
LISTS = ("authors", "categories")


def save(
    database: Database, connection: Connection, listing: Listing, categories: Sequence[str], saved_at: datetime
) -> None:
    """Add the papers, that they were announced on that day, and the listing; a listing that is there is replaced.

    The papers can be searched from then on.
    """
    announced = [
        {"arxiv_id": e.paper.arxiv_id, "day": listing.day, "how": e.how.value, "version": e.paper.version}
        for e in listing.announcements
    ]
    # asdict() copies deeply and would take a third of this function's time.
    described = [{**vars(entry.paper), **_lists(entry.paper)} for entry in listing.announcements]
    if announced:
        connection.execute(_described(database), described)
        connection.execute(database.insert(sightings).on_conflict_do_nothing(), announced)
        texts.keep(connection, sorted(listing.ids), database.readable)
    where = {"day": listing.day, "categories": key(categories)}
    row = {
        "entries": [[e.paper.arxiv_id, e.paper.version, e.how.value, e.late] for e in listing.announcements],
        "entries_seen": listing.entries_seen,
        "arxiv_says": listing.arxiv_says,
        "remarks": list(listing.remarks),
        "quiet": listing.quiet,
        "approximate": listing.approximate,
        "saved_at": saved_at,
    }
    connection.execute(database.insert(listings).on_conflict_do_update(list(where), set_=row), {**where, **row})


def read(connection: Connection, day: date, categories: Sequence[str]) -> Listing | None:
    """The listing as it was saved, its papers with all that is known of them."""
    wanted = select(listings).where(listings.c.day == day, listings.c.categories == key(categories))
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    known = _papers(connection, sorted({arxiv_id for arxiv_id, *_ in row.entries}))
    return Listing(
        day=row.day,
        announcements=tuple(
            Announcement(known[arxiv_id, version], AnnounceType(how), late)
            for arxiv_id, version, how, late in row.entries
        ),
        entries_seen=row.entries_seen,
        arxiv_says=row.arxiv_says,
        remarks=tuple(row.remarks),
        quiet=row.quiet,
        approximate=row.approximate,
    )


def paper(row: Row[Any]) -> Paper:
    """A row of papers, alone or joined with others, as a Paper."""
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


def key(categories: Sequence[str]) -> str:
    """Under what a listing of these categories is kept."""
    return " ".join(sorted(set(categories)))


def _papers(connection: Connection, ids: Sequence[str]) -> Mapping[tuple[str, int], Paper]:
    rows = (
        row
        for some in slices(ids)
        for row in connection.execute(select(papers).where(papers.c.arxiv_id.in_(some))).all()
    )
    return {(row.arxiv_id, row.version): paper(row) for row in rows}


def _described(database: Database) -> sa.Executable:
    """Add a paper, or bring the one that is there up to date: a detail that is known is never lost to one that is not.

    So the feed, which knows less than the API, may be read after it.
    """
    insert = database.insert(papers)
    new = insert.excluded
    # A null is neither equal to an empty text nor not: CASE takes the other branch.
    told = {name: new[name] != "" for name in TEXTS} | {name: sa.cast(new[name], sa.Text) != "[]" for name in LISTS}
    newest = {name: sa.case((is_told, new[name]), else_=papers.c[name]) for name, is_told in told.items()}
    return insert.on_conflict_do_update(["arxiv_id", "version"], set_=newest)  # type: ignore[no-any-return]


def _lists(paper: Paper) -> dict[str, list[str]]:
    return {"authors": list(paper.authors), "categories": list(paper.categories)}
