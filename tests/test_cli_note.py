"""`broadsheet note`, as a person types it, and notes in digests, against local stand-ins for everything outside."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.sample import load
from bot.demo.standins.anthropic import Response, ScriptedJudge
from bot.demo.standins.arxiv import Fault
from bot.demo.standins.note_writer import lying
from bot.demo.world import scripted, world
from tests.fakes.terminal import Keyboard, Said
from tests.render.schemas import faults

SAMPLE = load()
PAPER = "2613.00135"  # has a page with formulas
NO_PAGE = next(one.paper.arxiv_id for one in SAMPLE.announcements if f"html/{one.paper.arxiv_id}v1" not in SAMPLE.texts)
SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "note.schema.json").read_text())


@dataclass
class Person(Keyboard):
    """Types commands with the demo's day, pages and prepared notes before them."""

    def types(self, *words: str, **more: str) -> Said:
        self.set(**more)
        return self.type(*words)

    @property
    def bought(self) -> int:
        """Calls to the model."""
        assert self.standins.anthropic
        return len(self.standins.anthropic.requests)


@pytest.fixture
def judge() -> ScriptedJudge:
    return scripted(SAMPLE.verdicts, SAMPLE.overviews, SAMPLE.notes)


@pytest.fixture
def person(
    judge: ScriptedJudge, nowhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Person]:
    days, home = {SAMPLE.day: SAMPLE.announcements}, nowhere / "home"
    with world(days, SAMPLE.day, home, judge=judge, texts=SAMPLE.texts) as standins:
        yield Person(standins, capsys, monkeypatch)


def test_a_note_is_printed_kept_and_put_on_its_page_and_a_second_time_costs_nothing(person: Person) -> None:
    first = person.types("note", PAPER)
    assert first.code == 0, first.err
    assert "6 of 6 equations" in first.out
    assert person.bought == 1
    page = person.standins.home / "site" / "default" / "notes" / f"{PAPER}v1" / "index.html"
    assert page.is_file()
    assert f"As a page: {page}\n" in first.err
    page.with_name("note.json").write_text("{}")  # as of an older note
    asked = len(person.standins.arxiv.requests)
    second = person.types("note", f"https://arxiv.org/abs/{PAPER}")
    assert (second.out, person.bought, len(person.standins.arxiv.requests)) == (first.out, 1, asked)
    assert "To make it anew: --again" in second.err
    assert "schema" in page.with_name("note.json").read_text()
    assert person.types("note", PAPER, "--again").code == 0
    assert person.bought == 2
    assert "claude-sonnet-5-5            note" in person.types("cost").out


def test_json_is_the_note_document_and_nothing_else(person: Person) -> None:
    document = json.loads(person.types("note", PAPER, "--json").out)
    assert faults(document, SCHEMA) == []
    assert (document["arxiv_id"], document["version"], document["source"]) == (PAPER, 1, "html")
    assert document["checks"]["equations"] == {"found": 6, "of": 6}
    assert document["url"] == f"https://arxiv.org/html/{PAPER}v1"


def test_without_a_key_a_note_quotes_and_says_so(person: Person) -> None:
    person.standins.home.mkdir()
    (person.standins.home / "site").touch()  # so that no page can be written
    said = person.types("note", PAPER, ANTHROPIC_API_KEY="")
    assert said.code == 0, said.err
    assert "No language model read this paper" in said.out
    assert "the page of a note cannot be written" in said.err
    assert person.bought == 0
    assert "Written by claude-sonnet-5-5" in person.types("note", PAPER).out, "once there is a key"


def test_what_is_no_id_and_what_arxiv_does_not_have_are_refused_in_a_sentence(person: Person) -> None:
    wrong, unknown, newer = (person.types("note", one) for one in ("attention", "2613.99999", f"{PAPER}v9"))
    assert wrong.code == 2
    assert "write it as 2605.01234" in wrong.err
    assert (unknown.code, newer.code) == (1, 1)
    assert "does not give 2613.99999. Check the id" in unknown.err
    assert "has no version 9; its newest is 1" in newer.err
    assert person.bought == 0


def test_a_paper_without_page_and_pdf_gets_a_note_on_its_abstract_that_says_so(person: Person) -> None:
    said = person.types("note", NO_PAGE, "--json")
    document = json.loads(said.out)
    assert (document["source"], document["equations"]) == ("abstract", [])
    assert any("HTML" in one for one in document["remarks"])


def test_an_arxiv_that_says_stop_is_asked_nothing_more_and_no_model_is_paid(person: Person) -> None:
    person.standins.arxiv.answer_next("/html", Fault(status=403))
    said = person.types("note", PAPER)
    assert (said.code, person.bought) == (1, 0)
    assert "403" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("judge", [ScriptedJudge({}, notes=lying)])
def test_a_model_that_lies_is_asked_again_and_leaves_nothing_unmarked(person: Person) -> None:
    document = json.loads(person.types("note", PAPER, "--json").out)
    assert person.bought == 2
    checks = document["checks"]
    assert checks["equations"]["found"] < checks["equations"]["of"]
    assert checks["quotes"]["found"] < checks["quotes"]["of"]
    assert checks["numbers"]["found"] < checks["numbers"]["of"]
    assert checks["dropped"]


def test_a_note_that_was_killed_while_the_model_wrote_is_made_by_the_next_try(person: Person) -> None:
    assert person.standins.anthropic
    person.standins.anthropic.fail(Response(status=200, delay_s=30.0))
    command = [sys.executable, "-m", "bot", "note", PAPER]
    killed = subprocess.Popen(command, env={"PATH": "", **person.standins.environment()}, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 40
    while not person.bought and time.monotonic() < deadline:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    said = person.types("note", PAPER)
    assert said.code == 0, said.err
    assert person.bought == 2


def test_a_digest_brings_notes_on_its_best_papers_everywhere(person: Person) -> None:
    said = person.types("digest", "--json", NOTES_PER_DIGEST="2", PUBLIC_URL="https://papers.example.org")
    assert said.code == 0, said.err
    notes = json.loads(said.out)["notes"]
    assert len(notes) == 2
    site = person.standins.home / "site" / "default"
    day = (site / str(SAMPLE.day) / "index.html").read_text()
    for one in notes:
        assert (site / one["path"]).with_name("index.html").is_file()
        assert f"{one['arxiv_id']}v1" in day
    threads = [message for message in person.standins.slack.messages if message.get("thread_ts")]
    assert sum("Deep note" in json.dumps(message["blocks"]) for message in threads) >= 2
    assert b"Deep note" in person.standins.mail.mails[0].content
