"""Counts that nothing else in the database holds."""

import logging

from bot.adapters.database.engine import Database
from bot.adapters.database.tables import retries
from bot.errors import StoreError

log = logging.getLogger(__name__)


class DatabaseMeter:
    """Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def retried(self, service: str) -> None:
        """Count that a call to the service is made again. Never raises StoreError: the call matters more."""
        row = {"service": service, "count": 1}
        again = self._database.insert(retries).on_conflict_do_update(
            ["service"], set_={"count": retries.c["count"] + 1}
        )
        try:
            with self._database.writing() as connection:
                connection.execute(again, row)
        except StoreError as error:
            log.warning("a retry is not counted", extra={"service": service, "error": str(error)})
