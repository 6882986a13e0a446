"""What was seen, judged and shown, read from the database. Implements bot.desk.Library."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, func, select

from bot.adapters.database import account, recorded, search, shown, similar
from bot.adapters.database.engine import Database
from bot.adapters.database.listings import paper
from bot.adapters.database.tables import digest_papers, listings, usage
from bot.adapters.database.texts import day_of, with_papers
from bot.adapters.database.trace import trace
from bot.domain.library import Found, Hit, ShownPaper, Trace
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.query import Query
from bot.domain.recorded import DayCounts, RecordedDay
from bot.domain.verdict import Usage


class DatabaseLibrary:
    """Every method is one transaction that only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, query: Query, profile: Profile, limit: int) -> Found:
        """The papers that fit best; how they are ranked: see bot/adapters/database/search.py."""
        with self._database.reading() as connection:
            best = search.ranked(connection, query, profile.id, limit)
            hits = self._hits(connection, best.numbers, profile, search.looked_for(query))
        return Found(hits, min(best.total, search.COUNTED_TO), more=best.total > search.COUNTED_TO)

    def similar(self, paper: Paper, profile: Profile, limit: int) -> tuple[Hit, ...]:
        """The papers whose words are nearest to this one's, without itself."""
        with self._database.reading() as connection:
            words = similar.telling(connection, paper, self._database.readable)
            numbers = similar.nearest(connection, words, limit + 1)
            hits = self._hits(connection, numbers, profile, words)
        return tuple(hit for hit in hits if hit.paper.arxiv_id != paper.arxiv_id)[:limit]

    def papers(self, ids: Collection[str]) -> Mapping[str, Paper]:
        """arXiv id -> its newest known version; unknown ids are missing."""
        with self._database.reading() as connection:
            return shown.newest_papers(connection, ids)

    def trace(self, arxiv_id: str, profile: Profile) -> Trace:
        """All that is known of a paper for the profile."""
        with self._database.reading() as connection:
            return trace(connection, arxiv_id, profile)

    def shown(self, profile: Profile, since: date, until: date) -> tuple[ShownPaper, ...]:
        """Papers in the profile's digests of since <= day <= until; newest day first, then as the digest had them."""
        with self._database.reading() as connection:
            return shown.shown(connection, profile.id, since, until)

    def recorded(self, profile: Profile, since: date) -> tuple[RecordedDay, ...]:
        """What the digests from `since` on decided, oldest first. Quiet days and those without a record are missing."""
        with self._database.reading() as connection:
            return recorded.days(connection, profile.id, since)

    def counts(self, profile: Profile, since: date, until: date) -> tuple[DayCounts, ...]:
        """The digests of since <= day <= until, oldest first."""
        with self._database.reading() as connection:
            return shown.counts(connection, profile.id, since, until)

    def usage(self, profile: Profile, since: date, until: date) -> tuple[Usage, ...]:
        """What they took, one Usage per model and kind."""
        with self._database.reading() as connection:
            return account.summed(connection, usage.c.profile == profile.id, usage.c.day.between(since, until))

    def known_categories(self, since: date) -> frozenset[str]:
        """arXiv categories of which listings from `since` on are kept."""
        kept = select(listings.c.categories).where(listings.c.day >= since).distinct()
        with self._database.reading() as connection:
            return frozenset(category for row in connection.scalars(kept) for category in row.split())

    def _hits(
        self, connection: Connection, numbers: Sequence[int], profile: Profile, looked_for: Sequence[str]
    ) -> tuple[Hit, ...]:
        """Those of these texts whose papers are known, in this order."""
        rows = with_papers(connection, numbers)
        shown_on = _shown_on(connection, profile.id, [row.arxiv_id for row in rows.values()])
        return tuple(
            Hit(
                paper(row),
                day_of(number),
                shown_on.get(row.arxiv_id),
                self._database.readable(search.snippet(row.text, looked_for)),
            )
            for number in numbers
            if (row := rows.get(number))
        )


def _shown_on(connection: Connection, profile: str, ids: Sequence[str]) -> Mapping[str, date]:
    """arXiv id -> the last day whose digest showed it."""
    mine = (digest_papers.c.profile == profile, digest_papers.c.place == "shown", digest_papers.c.arxiv_id.in_(ids))
    days = select(digest_papers.c.arxiv_id, func.max(digest_papers.c.day).label("day")).where(*mine)
    return {row.arxiv_id: row.day for row in connection.execute(days.group_by(digest_papers.c.arxiv_id))}
