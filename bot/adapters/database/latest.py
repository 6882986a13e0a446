"""What was read last, kept as long as nobody commits anything: the bot asks the same things every few seconds."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection

from bot.adapters.database.engine import Database

T = TypeVar("T")


@dataclass(frozen=True)
class _Kept(Generic[T]):
    key: Hashable
    changes: int
    value: T


class Latest(Generic[T]):
    """One answer, with what was asked. Safe to use from several threads: at worst they read twice."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: _Kept[T] | None = None

    def get(self, key: Hashable, read: Callable[[Connection], T]) -> T:
        """The answer to `key`, read in one transaction if it is another key or something changed. Raises StoreError."""
        changes = self._database.changes()
        kept = self._kept
        if kept and kept.key == key and kept.changes == changes:
            return kept.value
        with self._database.reading() as connection:
            value = read(connection)
        self._kept = None if changes is None else _Kept(key, changes, value)
        return value
