"""What is searched: the newest version of every paper, in readable words.

A text has a number that begins with its newest announcement day, so that newer papers have higher ones: whoever reads
the full text backwards meets the newest papers first. Texts are removed and added, never updated; on SQLite triggers do
the same to the full text, `paper_words` (migration 0003).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row, func, select

from bot.adapters.database.slices import slices
from bot.adapters.database.tables import paper_texts, papers, sightings

PER_DAY = 1_000_000  # numbers a day
Readable = Callable[[str], str]

# TeX in which a word would not be found: accents, letters with names of their own, and words whose letters are styled
# one by one. Reading TeX takes 2 ms an abstract, so the other ones stay as arXiv sent them (one in four has formulas,
# of which `\alpha` is found as alpha); whoever shows them reads the TeX then.
_HIDES_LETTERS = re.compile(
    r"""\\[`'^"~=.-] | \\(?:[uvHtcdbkr]|ss|aa|AA|ae|AE|oe|OE|o|O|l|L|i|j)(?![A-Za-z]) | \}[A-Za-z]""", re.VERBOSE
)

# Authors stay JSON: of most papers nothing has changed, and then they are not looked at.
_AUTHORS = sa.cast(papers.c.authors, sa.Text).label("authors")
_NEWEST = select(papers.c.arxiv_id, papers.c.version, papers.c.title, papers.c.abstract, _AUTHORS, papers.c.comment)


def first_number(day: date) -> int:
    """The lowest number that a text of that day may have."""
    return day.toordinal() * PER_DAY


def day_of(number: int) -> date | None:
    """The newest announcement day of the text; None if the paper's text is all that is known."""
    return date.fromordinal(number // PER_DAY) if number >= PER_DAY else None


def with_papers(connection: Connection, numbers: Sequence[int]) -> Mapping[int, Row[Any]]:
    """Number of a text -> the row of its paper, and the searched abstract as `text`; unknown numbers are missing."""
    same = sa.and_(papers.c.arxiv_id == paper_texts.c.arxiv_id, papers.c.version == paper_texts.c.version)
    wanted = select(papers, paper_texts.c.number, paper_texts.c.abstract.label("text")).join(paper_texts, same)
    return {row.number: row for row in connection.execute(wanted.where(paper_texts.c.number.in_(numbers)))}


def keep(connection: Connection, ids: Sequence[str], readable: Readable) -> None:
    """Bring the texts of these papers up to date with `papers` and `sightings`. What did not change is left alone."""
    days = _days(connection, ids)
    there = _there(connection, ids)
    changed = []
    for row in _newest(connection, ids):
        day, text = days.get(row.arxiv_id), there.get(row.arxiv_id)
        if text is None or (text.source, day_of(text.number)) != (_source(row), day):
            changed.append((day, row))
    if changed:
        _remove(connection, [there[row.arxiv_id].number for _, row in changed if row.arxiv_id in there])
        add(connection, changed, readable)


def add(connection: Connection, found: Sequence[tuple[date | None, Row[Any]]], readable: Readable) -> None:
    """Add texts: of each, the newest day and what is known of the paper. None of them may be there."""
    free: dict[date | None, Iterator[int]] = {}
    rows = []
    for day, row in sorted(found, key=lambda one: (one[0] or date.min, one[1].arxiv_id)):
        if day not in free:
            free[day] = count(_free(connection, day))
        rows.append({"number": next(free[day]), **_text(row, readable)})
    # FTS5 writes to the disk whenever a row comes before the one before it, hence the order.
    connection.execute(paper_texts.insert(), rows)


def fill(connection: Connection, readable: Readable) -> None:
    """Add the texts of all papers, where there are none yet. A few hundred papers at a time are in memory."""
    newest_day = func.max(sightings.c.day).label("day")
    seen = select(papers.c.arxiv_id, newest_day).outerjoin(sightings, sightings.c.arxiv_id == papers.c.arxiv_id)
    days = {row.arxiv_id: row.day for row in connection.execute(seen.group_by(papers.c.arxiv_id))}
    ordered = sorted(days, key=lambda arxiv_id: (days[arxiv_id] or date.min, arxiv_id))
    for some in slices(ordered):
        add(connection, [(days[row.arxiv_id], row) for row in _newest(connection, some)], readable)


def _newest(connection: Connection, ids: Sequence[str]) -> Sequence[Row[Any]]:
    rows: dict[str, Row[Any]] = {}
    for some in slices(ids):
        wanted = _NEWEST.where(papers.c.arxiv_id.in_(some)).order_by(papers.c.arxiv_id, papers.c.version)
        rows |= {row.arxiv_id: row for row in connection.execute(wanted)}
    return list(rows.values())


def _days(connection: Connection, ids: Sequence[str]) -> Mapping[str, date]:
    per_paper = select(sightings.c.arxiv_id, func.max(sightings.c.day).label("day")).group_by(sightings.c.arxiv_id)
    return {
        row.arxiv_id: row.day
        for some in slices(ids)
        for row in connection.execute(per_paper.where(sightings.c.arxiv_id.in_(some)))
    }


def _there(connection: Connection, ids: Sequence[str]) -> Mapping[str, Row[Any]]:
    """arXiv id -> number and source of its text."""
    rows: dict[str, Row[Any]] = {}
    kept = select(paper_texts.c.arxiv_id, paper_texts.c.number, paper_texts.c.source)
    for some in slices(ids):
        rows |= {row.arxiv_id: row for row in connection.execute(kept.where(paper_texts.c.arxiv_id.in_(some)))}
    return rows


def _remove(connection: Connection, numbers: Sequence[int]) -> None:
    for some in slices(sorted(numbers)):
        connection.execute(sa.delete(paper_texts).where(paper_texts.c.number.in_(some)))


def _free(connection: Connection, day: date | None) -> int:
    """The first number of the day that no text has."""
    first = first_number(day) if day else 1
    of_day = paper_texts.c.number.between(first, first + PER_DAY - 1)
    highest = connection.scalar(select(func.max(paper_texts.c.number)).where(of_day))
    return first if highest is None else int(highest) + 1


def _text(row: Row[Any], readable: Readable) -> dict[str, object]:
    return {
        "arxiv_id": row.arxiv_id,
        "version": row.version,
        "source": _source(row),
        "title": readable(row.title),
        "authors": ", ".join(readable(author) for author in json.loads(row.authors)),
        "abstract": readable(row.abstract) if _HIDES_LETTERS.search(row.abstract) else row.abstract,
        "comment": readable(row.comment) if row.comment else "",
    }


def _source(row: Row[Any]) -> str:
    """Another one for every other version and description of a paper. 16 hex digits."""
    parts = (str(row.version), row.title, row.authors, row.abstract, row.comment or "")
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()
