"""The same over a real database: whatever is typed is answered, and the profile stays as it is."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from bot.app import FIRST_PROFILE, App
from bot.app.desk import desk
from bot.commands import answer
from bot.desk import Desk
from bot.settings import load
from tests.commands.test_any_text import TEXTS, rendered
from tests.examples import DAY, announced, digest, listing, verdict
from tests.fakes.desk import TERMINAL, MemoryNotes

NUMBERS = range(1, 30)
ABSTRACTS = ("Zebra stripes guide sparse routers.", "We study how memories fade.")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk over SQLite, with one digest."""
    home = tmp_path_factory.mktemp("home")
    environment = {"BROADSHEET_HOME": str(home), "BROADSHEET_NOW": f"{DAY}T12:00:00-04:00"}
    with closing(App(load(environment, dotenv=Path(home / "no.env")))) as app:
        reader = app.profile(FIRST_PROFILE)
        papers = tuple(
            announced(number, title=f"{number} of <!channel> $x$ & \\textbf{{q}}", abstract=ABSTRACTS[number % 2])
            for number in NUMBERS
        )
        topic = reader.topics[0].id
        verdicts = tuple(verdict(number, relevance=1 + number % 10, primary_topic=topic) for number in NUMBERS)
        app.store.save_listing(listing(*papers), reader.categories)
        app.store.save_digest(digest(papers, verdicts, reader))
        yield replace(desk(app), notes=MemoryNotes())  # the real one would ask arXiv


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS)
def test_any_text_has_an_answer_and_changes_nothing(stored: Desk, text: str) -> None:
    before = stored.book.get(FIRST_PROFILE)
    rendered(answer(text, TERMINAL, stored))
    assert stored.book.get(FIRST_PROFILE) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("today", "papers shown of 29 announced"),
        ("top 3", "The best 3 of"),
        ("search channel author:Quill", "29 papers for"),
        ("why 2613.00009", "2613.00009v1"),
        ("similar 2613.00001", "Nearest to"),
        ("month", "1 digest"),
        ("cost", "Nothing was bought"),
        ("status", "Wed 6 May 2026"),
        ("history", "somebody at the terminal"),
        ("", "29 announced"),
    ],
)
def test_every_question_is_answered_from_the_database(stored: Desk, text: str, told: str) -> None:
    assert told in rendered(answer(text, TERMINAL, stored))
