"""A real SQLite database in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.database.engine import Database
from bot.adapters.database.store import DatabaseStore
from bot.clock import SetClock
from tests.examples import NOON


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/broadsheet.db"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> DatabaseStore:
    return DatabaseStore(database, SetClock(NOON), lambda digest: f'{{"day": "{digest.day}"}}')
