"""What an earlier version stored can be searched as soon as the database is brought up to date."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from bot.adapters.database import engine
from bot.adapters.database.engine import Database
from bot.adapters.database.library import DatabaseLibrary
from bot.adapters.database.store import DatabaseStore
from bot.clock import SetClock
from bot.domain.query import Query
from bot.render.tex import to_unicode
from tests.examples import DAY, NOON, announced, listing, profile

NEXT = DAY + timedelta(days=1)
JUDGE = {"rubric": "abc", "model": "m"}
OLDER = {"rubric": "old", "model": "m"}
MANY = 1201  # more than the migration takes at a time


def verdict(primary: str | None, *matched: str) -> str:
    return json.dumps({"primary_topic": primary, "matched_topics": matched})


@pytest.fixture
def second(url: str, tmp_path: Path) -> Path:
    """The file of a database of the second version, with papers, digests and verdicts."""
    old = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).parent / "migrations"))
    with old.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    old.dispose()
    file = tmp_path / "broadsheet.db"
    raw = sqlite3.connect(file)
    papers: list[tuple[object, ...]] = [
        (f"2613.{n:05d}", 1, f"Finding {n}", "Text.", '["Ada"]', "[]", None) for n in range(10, 10 + MANY)
    ]
    papers += [
        ("2613.00001", 1, "Sparrows", "Old.", '["Ada Quill"]', "[]", None),
        ("2613.00001", 12, "Hawks", "New.", '["Rapha\\\\\\"el Quill"]', "[]", "9 pages"),
        ("2613.00001", 2, "Wrens", "Between.", '["Ada Quill"]', "[]", None),
        ("2613.00002", 1, "Never announced", "Owls.", "[]", "[]", None),
    ]
    raw.executemany("INSERT INTO papers VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)", papers)
    seen: list[tuple[object, ...]] = [(arxiv_id, str(DAY), "new", 1) for arxiv_id, *_ in papers[:MANY]]
    seen += [("2613.00001", str(DAY), "new", 1), ("2613.00001", str(NEXT), "replace", 12)]
    raw.executemany("INSERT INTO sightings VALUES (?, ?, ?, ?)", seen)
    said = [
        ("2613.00001", 1, "old", verdict("birds")),
        ("2613.00001", 12, "abc", verdict("hawks", "birds", "prey")),
        ("2613.00010", 1, "old", verdict("birds")),
        ("2613.00011", 1, "abc", verdict(None)),
        ("2613.00012", 1, "unused", verdict("birds")),
        ("2613.00013", 1, "abc", "{}"),
        ("2613.00014", 1, "abc", "[]"),
    ]
    raw.executemany("INSERT INTO verdicts VALUES (?, ?, ?, 'm', 9, NULL, ?, '2026-05-06 12:00:00.000000')", said)
    documents = (json.dumps({"judge": OLDER}), json.dumps({"judge": JUDGE}), "nonsense", "[]", "{}")
    made = "INSERT INTO digests (profile, day, state, first_made_at, made_at, document) VALUES ('group', ?, ?, ?, ?, ?)"
    for number, document in enumerate(documents, start=1):
        day = f"2026-05-0{number}"
        raw.execute(made, (day, "complete", *[f"{day} 12:00:00.000000"] * 2, document))
    raw.commit()
    raw.close()
    return file


@pytest.fixture
def library(second: Path) -> DatabaseLibrary:
    return DatabaseLibrary(Database(f"sqlite:///{second}", readable=to_unicode))


def found(library: DatabaseLibrary, *words: str, topic: str | None = None) -> set[str]:
    return {hit.paper.arxiv_id for hit in library.search(Query(words, topic=topic), profile(), 50).hits}


def test_every_paper_is_found_once_in_its_newest_version_and_readable(library: DatabaseLibrary) -> None:
    (hit,) = library.search(Query(("hawks", "Raphaël")), profile(), 9).hits
    assert (hit.paper.version, hit.day) == (12, NEXT)
    assert found(library, "sparrows") == found(library, "wrens") == set()
    (unseen,) = library.search(Query(("owls",)), profile(), 9).hits
    assert unseen.day is None
    assert library.search(Query(("finding",)), profile(), 9).total == 1000
    assert found(library, "finding", "1210") == {"2613.01210"}


def test_papers_are_in_the_topics_of_the_newest_verdict_that_the_profile_s_digests_used(
    library: DatabaseLibrary,
) -> None:
    assert found(library, topic="hawks") == found(library, topic="prey") == {"2613.00001"}
    assert found(library, topic="birds") == {"2613.00001", "2613.00010"}


def test_saving_goes_on_where_the_migration_ended(second: Path) -> None:
    database = Database(f"sqlite:///{second}", readable=to_unicode)
    with database.reading() as connection:
        before = connection.exec_driver_sql("SELECT * FROM paper_texts ORDER BY number").all()
    store = DatabaseStore(database, SetClock(NOON), lambda _: "")
    known = announced(10, title="Finding 10", abstract="Text.", authors=("Ada",), categories=())
    store.save_listing(listing(known), ["cs.LG"])
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT * FROM paper_texts ORDER BY number").all() == before
    store.save_listing(listing(announced(2)), ["cs.LG"])
    assert found(DatabaseLibrary(database), "owls") == set()
    (hit,) = DatabaseLibrary(database).search(Query(("finding", "number", "2")), profile(), 9).hits
    assert hit.day == DAY
