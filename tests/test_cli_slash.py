"""`broadsheet slash`: what Slack would answer, on the terminal, from the same database."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo.run import run_demo
from tests.demo.test_run import Silent
from tests.fakes.terminal import Terminal


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    run_demo(folder, Silent())
    return folder


def test_a_command_is_answered_as_text_from_the_bots_own_database(terminal: Terminal) -> None:
    terminal.type("digest")
    said = terminal.type("slash", "top 2")
    assert (said.code, said.err) == (0, "")
    assert "The best 2 of 5 papers shown since" in said.out
    assert "https://arxiv.org/abs/2613.0000" in said.out


def test_nothing_typed_is_the_overview_even_before_the_first_digest(terminal: Terminal) -> None:
    said = terminal.type("slash")
    assert said.code == 0
    assert "Last digest: none yet" in said.out


@pytest.mark.parametrize("text", ["hlep", "top 99", "why", "threshold 7"])
def test_what_is_not_understood_is_wrong_usage_and_one_sentence(terminal: Terminal, text: str) -> None:
    said = terminal.type("slash", text)
    assert (said.code, said.out) == (2, "")
    assert "/papers" in said.err
    assert "Traceback" not in said.err


def test_an_unknown_profile_is_wrong_usage(terminal: Terminal) -> None:
    said = terminal.type("slash", "top", "--profile", "nobody")
    assert said.code == 2
    assert "there is no profile 'nobody'" in said.err


def test_a_change_is_only_shown_until_it_is_applied(terminal: Terminal) -> None:
    terminal.type("digest")
    shown = terminal.type("slash", "threshold relevance 10")
    assert shown.code == 0
    assert "say it again with --apply" in shown.out
    assert "relevance 8" in terminal.type("slash").out
    assert terminal.type("slash", "threshold relevance 10", "--apply").code == 0
    assert "relevance 10" in terminal.type("slash").out
    assert "terminal" in terminal.type("slash", "history").out
    assert terminal.type("slash", "undo", "--apply").code == 0
    assert "relevance 8" in terminal.type("slash").out


def test_the_view_is_a_page_that_shows_the_answer_as_slack_would(terminal: Terminal) -> None:
    terminal.type("slash", "topics", "--view", "answer.html")
    page = Path("answer.html").read_text()
    assert "/papers topics" in page
    assert "Memory in Models and Agents" in page
    said = terminal.type("slash", "topics", "--view", "no/such/folder.html")
    assert said.code == 1
    assert "cannot be written" in said.err


def test_the_demo_answers_from_its_own_database_whatever_the_settings_say(terminal: Terminal, demo: Path) -> None:
    terminal.set(BROADSHEET_HOME="nowhere", SLACK_CHANNEL="not an id")
    said = terminal.type("slash", "--demo", "--folder", str(demo), "top 3")
    assert said.code == 0
    assert "The best 3 of 25 papers shown since" in said.out
    assert not Path("nowhere").exists()


def test_an_answer_fits_a_terminal_of_eighty_columns(terminal: Terminal, demo: Path) -> None:
    said = terminal.type("slash", "--demo", "--folder", str(demo), "help")
    assert max(map(len, said.out.splitlines())) <= 80


def test_without_a_demo_the_way_to_one_is_told(terminal: Terminal) -> None:
    said = terminal.type("slash", "--demo", "top 3")
    assert said.code == 2
    assert "Make it first: broadsheet demo" in said.err


def test_whoever_sits_at_the_demo_types_commands_until_an_empty_line(demo: Path) -> None:
    ours, theirs = pty.openpty()
    code = "import sys; from pathlib import Path; from bot.cli.slash import converse; converse(Path(sys.argv[1]))"
    bot = subprocess.Popen([sys.executable, "-c", code, str(demo)], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, b"top 1\nhlep\nthreshold relevance 7\nn\n\n")
    said = ""
    while bot.poll() is None or "/papers" not in said:
        try:
            said += os.read(ours, 65536).decode()
        except OSError:  # Linux: the other end was closed
            break
    os.close(ours)
    assert bot.wait(30) == 0
    assert "The best 1 of 25 papers" in said
    assert "The nearest is help" in said
    assert "Apply? [y/N]" in said
    assert "/papers top 1" in (demo / "answers.html").read_text()


def test_where_nobody_sits_nobody_is_asked(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from bot.cli.slash import converse

    converse(demo)
    assert capsys.readouterr().out == ""
