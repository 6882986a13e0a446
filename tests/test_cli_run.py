"""The verbs of the one who runs the bot, typed: catch-up, init, check, backup, restore."""

import json
import stat
import sys
from io import StringIO
from pathlib import Path

import pytest

from tests.examples import DAY
from tests.fakes.terminal import NEXT, Terminal


def test_a_missed_day_is_made_as_a_catch_up_after_saying_what_it_takes(terminal: Terminal) -> None:
    terminal.turn_over()
    said = terminal.type("catch-up", "--from", str(DAY), "--yes")
    assert said.code == 0
    assert said.out.index("$") < said.out.index("complete")
    headline = json.dumps(terminal.standins.slack.messages[0])
    assert "Catch-up for Wednesday 6 May 2026" in headline
    assert len(terminal.standins.mail.mails) == 1


def test_a_day_by_hand_is_the_same_catch_up_and_the_next_run_does_not_repeat_its_papers(terminal: Terminal) -> None:
    terminal.turn_over()
    made = json.loads(terminal.type("digest", "--day", str(DAY), "--json").out)
    assert (made["catch_up"], made["approximate"], made["receipt"]["announced"]) == (True, False, 6)
    today = json.loads(terminal.type("digest", "--json").out)
    assert (today["catch_up"], today["late"]) == (False, [])
    assert today["receipt"]["announced"] == 2


def test_a_catch_up_is_not_made_twice(terminal: Terminal) -> None:
    terminal.turn_over()
    terminal.type("catch-up", "--from", str(DAY), "--yes")
    posted = len(terminal.standins.slack.messages)
    said = terminal.type("catch-up", "--from", str(DAY), "--yes")
    assert said.code == 0
    assert len(terminal.standins.slack.messages) == posted


def test_a_catch_up_to_files_only_reaches_nobody(terminal: Terminal) -> None:
    terminal.turn_over()
    assert terminal.type("catch-up", "--from", str(DAY), "--yes", "--files-only").code == 0
    assert terminal.standins.slack.messages == []
    assert terminal.standins.mail.mails == []
    assert (terminal.standins.home / "site" / "default" / str(DAY) / "index.html").exists()


def test_a_catch_up_that_nobody_agrees_to_is_not_made(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO(""))
    terminal.turn_over()
    said = terminal.type("catch-up", "--from", str(DAY))
    assert said.code == 2
    assert "--yes" in said.err
    assert terminal.standins.slack.messages == []


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [(NEXT, DAY, "no range"), (DAY, "2026-05-30", "still to come"), ("yesterday", DAY, "no date")],
)
def test_a_range_that_makes_no_sense_is_refused(terminal: Terminal, first: object, last: object, why: str) -> None:
    said = terminal.type("catch-up", "--from", str(first), "--to", str(last), "--yes")
    assert said.code == 2
    assert why in said.err


def test_check_tries_everything_and_tells_how_the_days_stand(terminal: Terminal) -> None:
    before = terminal.type("check")
    assert before.code == 0
    for what in ("arXiv", "clock", "judge", "slack:C0DEMO", "mail:reader@example.org", "operator log", "calendar"):
        assert f"ok   {what}" in before.out
    assert "waiting" in before.out
    terminal.type("digest")
    assert "complete" in terminal.type("check").out.partition("default")[2]


def test_a_backup_can_be_put_back(terminal: Terminal) -> None:
    terminal.type("digest")
    assert terminal.type("backup", "copy.db").code == 0
    assert stat.S_IMODE(Path("copy.db").stat().st_mode) == 0o600
    (terminal.standins.home / "broadsheet.db").unlink()
    restored = terminal.type("restore", "copy.db")
    assert restored.code == 0
    posted = len(terminal.standins.slack.messages)
    assert "has it already" in terminal.type("digest").out
    assert len(terminal.standins.slack.messages) == posted


def test_a_backup_over_a_file_and_a_restore_of_something_else_are_refused(terminal: Terminal) -> None:
    Path("notes.txt").write_text("not a database")
    assert terminal.type("backup", "notes.txt").code == 1
    assert Path("notes.txt").read_text() == "not a database"
    assert terminal.type("restore", "notes.txt").code == 1
    assert terminal.type("digest").code == 0


@pytest.mark.filterwarnings("ignore:Can not control echo")  # this terminal is a text
def test_init_asks_tests_and_writes_a_file_for_its_owner_alone(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tokens()
    monkeypatch.setattr(sys, "stdin", StringIO("\n" * 60))
    said = terminal.type("init")
    assert said.code == 0, said.out + said.err
    assert stat.S_IMODE(Path(".env").stat().st_mode) == 0o600
    assert terminal.standins.slack.token not in said.out
    assert tokens() == before
    assert terminal.type("check").code == 0


def tokens() -> list[str]:
    return sorted(line for line in Path(".env").read_text().splitlines() if "TOKEN" in line)
