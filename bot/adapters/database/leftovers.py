"""Papers that digests could not judge, and that a later digest has to bring along."""

from collections import defaultdict
from datetime import date, timedelta

from sqlalchemy import Connection, and_, select

from bot.adapters.database.listings import paper
from bot.adapters.database.tables import digest_papers, late_papers, papers
from bot.domain.paper import Announcement, AnnounceType

LOOKS_BACK = timedelta(days=30)
GIVEN_UP_AFTER = 3  # digests; a paper that the judge never answers would keep every digest from being complete


def unjudged_before(connection: Connection, profile: str, day: date) -> tuple[Announcement, ...]:
    """Papers that a digest before `day` could not judge and no other digest has brought since; marked late.

    A digest that is made late, as a catch-up, leaves its own behind while newer digests are there already.
    """
    same = and_(papers.c.arxiv_id == digest_papers.c.arxiv_id, papers.c.version == digest_papers.c.version)
    mine = (digest_papers.c.profile == profile, digest_papers.c.place == "unjudged")
    wanted = select(papers, digest_papers.c.how, digest_papers.c.day).join(digest_papers, same).where(*mine)
    since = (digest_papers.c.day >= day - LOOKS_BACK, digest_papers.c.day < day)
    failed = defaultdict(list)
    for row in connection.execute(wanted.where(*since).order_by(digest_papers.c.day)).all():
        failed[row.arxiv_id].append(row)
    brought = _brought(connection, profile, day)
    return tuple(
        Announcement(paper(rows[-1]), AnnounceType(rows[-1].how), late=True)
        for arxiv_id, rows in sorted(failed.items())
        if len(rows) < GIVEN_UP_AFTER and brought.get(arxiv_id, date.min) <= rows[-1].day
    )


def _brought(connection: Connection, profile: str, day: date) -> dict[str, date]:
    """arXiv id -> the last day but `day` whose digest had it as a late paper, whatever became of it there."""
    wanted = select(late_papers.c.arxiv_id, late_papers.c.day).where(
        late_papers.c.profile == profile, late_papers.c.day != day, late_papers.c.day >= day - LOOKS_BACK
    )
    return {row.arxiv_id: row.day for row in connection.execute(wanted.order_by(late_papers.c.day))}
