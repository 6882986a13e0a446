"""What readers think of papers. Implements bot.desk.Votes."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from bot.adapters.database.changes import known
from bot.adapters.database.engine import Database
from bot.adapters.database.tables import votes
from bot.desk import Tally
from bot.ports import Clock


class DatabaseVotes:
    """One row per profile, paper and user that has a vote."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def cast(self, profile_id: str, user: str, arxiv_id: str, vote: int) -> Tally:
        """vote: 1 or -1. The same vote twice takes it back; the other one replaces it. Raises ProfileError."""
        if vote not in (1, -1):
            raise ValueError(f"a vote is 1 or -1, not {vote}")
        key = {"profile": profile_id, "arxiv_id": arxiv_id, "user": user}
        mine = [votes.c[name] == value for name, value in key.items()]
        with self._database.writing() as connection:
            known(connection, profile_id)
            before = connection.scalar(select(votes.c.vote).where(*mine))
            connection.execute(sa.delete(votes).where(*mine))
            if before != vote:
                connection.execute(votes.insert(), {**key, "vote": vote, "at": self._clock.now()})
            return _tallies(connection, profile_id, [arxiv_id], user)[arxiv_id]

    def tallies(self, profile_id: str, ids: Collection[str], user: str = "") -> Mapping[str, Tally]:
        """arXiv id -> its votes, for each of the ids. user: whose own vote `mine` is; empty: nobody's."""
        with self._database.reading() as connection:
            return _tallies(connection, profile_id, ids, user)


def _tallies(connection: Connection, profile_id: str, ids: Collection[str], user: str) -> Mapping[str, Tally]:
    counted = select(votes.c.arxiv_id, _sum(votes.c.vote == 1), _sum(votes.c.vote == -1), _mine(user))
    wanted = counted.where(votes.c.profile == profile_id, votes.c.arxiv_id.in_(ids)).group_by(votes.c.arxiv_id)
    found = {row[0]: Tally(*row[1:]) for row in connection.execute(wanted)}
    return {arxiv_id: found.get(arxiv_id, Tally(0, 0, 0)) for arxiv_id in ids}


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    return func.sum(sa.case((condition, 1), else_=0))


def _mine(user: str) -> sa.ColumnElement[Any]:
    return func.sum(sa.case((votes.c.user == user, votes.c.vote), else_=0))
