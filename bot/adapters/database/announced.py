"""Papers of any category that listings of past days hold, whoever they were read for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import and_, select

from bot.adapters.database.engine import Database
from bot.adapters.database.listings import paper
from bot.adapters.database.tables import papers, sightings
from bot.domain.listing import each_once
from bot.domain.paper import Announcement, AnnounceType


class DatabaseAnnounced:
    """One transaction that only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, since: date, categories: Sequence[str]) -> Mapping[date, Sequence[Announcement]]:
        """Announcement day -> the papers filed under one of the categories, each once; from `since` on."""
        same = and_(papers.c.arxiv_id == sightings.c.arxiv_id, papers.c.version == sightings.c.version)
        seen = select(papers, sightings.c.day, sightings.c.how).join(sightings, same)
        days: dict[date, list[Announcement]] = defaultdict(list)
        with self._database.reading() as connection:
            for row in connection.execute(seen.where(sightings.c.day >= since).order_by(sightings.c.arxiv_id)):
                known = paper(row)
                if any(known.filed_under(category) for category in categories):
                    days[row.day].append(Announcement(known, AnnounceType(row.how)))
        return {day: each_once(entries) for day, entries in days.items()}
