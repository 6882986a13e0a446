"""`broadsheet profile …` and `broadsheet workspace …`, as a person types them."""

import sys
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path

from cryptography.fernet import Fernet

from bot.adapters.database.installations import Installations, new_key
from bot.app import App
from bot.domain.installation import Installation
from bot.settings import load
from tests.examples import DAY, NOON
from tests.fakes.terminal import Terminal

TEAM = "T0THERE"
KEY = new_key()


def edited(terminal: Terminal, old: str, new: str, file: str = "mine.toml") -> None:
    """Export the first profile, edit it and import it again."""
    Path(file).unlink(missing_ok=True)
    assert terminal.type("profile", "export", file).code == 0
    text = Path(file).read_text()
    assert old in text
    Path(file).write_text(text.replace(old, new))


def with_workspace(terminal: Terminal) -> None:
    """A workspace that installed the app and has a profile."""
    terminal.set(SLACK_TOKEN_KEY=KEY, SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET="hush", SLACK_SIGNING_SECRET="hush")
    with closing(App(load())) as app:
        there = Installation(TEAM, "Evil\x1b[31m Inc", "B0", "U0", ("commands",), "xoxb-hidden", "U0ADA", NOON)
        Installations(app.database, app.clock, KEY).save(there)
        app.profiles.save(replace(app.profile("default"), id="there", slack_team=TEAM))


def test_an_import_says_line_by_line_what_it_changes(terminal: Terminal) -> None:
    edited(terminal, "relevance = 8", "relevance = 7")
    said = terminal.type("profile", "import", "mine.toml")
    assert said.out.splitlines()[1:] == ["  cutoffs.relevance: 8 → 7"]
    assert terminal.type("profile", "import", "mine.toml").out.splitlines()[1:] == ["  Nothing changed."]
    edited(terminal, '"default"', '"other"')
    assert "It is a new one" in terminal.type("profile", "import", "mine.toml").out


def test_an_export_into_a_file_called_as_a_profile_is_refused_with_what_was_meant(terminal: Terminal) -> None:
    said = terminal.type("profile", "export", "default")
    assert said.code == 2
    assert "broadsheet profile export default.toml --profile default" in said.err
    assert not Path("default").exists()


def test_who_changed_what_is_listed_and_taken_back_step_by_step(terminal: Terminal) -> None:
    for old, new in (("relevance = 8", "relevance = 7"), ("novelty = 8", "novelty = 6")):
        edited(terminal, old, new)
        terminal.type("profile", "import", "mine.toml")
    said = terminal.type("profile", "undo")
    assert "took back what terminal did, imported: cutoffs.novelty: 8 → 6" in said.out
    assert "  cutoffs.novelty: 6 → 8" in said.out
    assert "cutoffs.relevance: 7 → 8" in terminal.type("profile", "undo").out
    refused = terminal.type("profile", "undo")
    assert (refused.code, refused.out) == (1, "")
    assert "no change of default to take back" in refused.err
    lines = [line.partition("  ")[2] for line in terminal.type("profile", "history").out.splitlines()]
    assert lines == [
        "terminal: took back: imported: cutoffs.relevance: 8 → 7",
        "terminal: took back: imported: cutoffs.novelty: 8 → 6",
        "terminal: imported: cutoffs.novelty: 8 → 6 (taken back)",
        "terminal: imported: cutoffs.relevance: 8 → 7 (taken back)",
        "terminal: made the profile",
    ]
    assert len(terminal.type("profile", "history", "--count", "2").out.splitlines()) == 2
    assert "no profile 'nobody'" in terminal.type("profile", "history", "--profile", "nobody").err


def test_a_profile_is_removed_with_its_pages_only_when_asked_twice(terminal: Terminal) -> None:
    terminal.type("digest")
    page = terminal.standins.home / "site" / "default" / str(DAY) / "index.html"
    assert page.exists()
    terminal.monkeypatch.setattr(sys, "stdin", StringIO(""))  # nobody answers the question
    refused = terminal.type("profile", "remove", "default")
    assert refused.code == 1
    assert "the bot makes it again from the settings" in refused.out
    assert page.exists()
    said = terminal.type("profile", "remove", "default", "--yes")
    assert said.code == 0
    assert "digest_papers 5" in said.out
    assert "What stays: what arXiv published" in said.out
    assert not page.parent.parent.exists()
    assert list((terminal.standins.home / "outbox").iterdir()) == []
    assert len(terminal.type("profile", "history").out.splitlines()) == 1, "it is made again"
    assert terminal.type("profile", "remove", "nobody", "--yes").code == 2


def test_a_key_is_made_without_any_settings(terminal: Terminal) -> None:
    Path(".env").unlink()
    said = terminal.type("workspace", "key")
    assert said.code == 0
    Fernet(said.out.strip())


def test_a_workspace_is_listed_and_removed(terminal: Terminal) -> None:
    assert "No workspace installed the app" in terminal.type("workspace", "list").out
    with_workspace(terminal)
    listed = terminal.type("workspace", "list").out
    assert listed == f"{TEAM}  Evil[31m Inc: installed 2026-05-06 by U0ADA; 1 profile (there), 0 digests\n"
    terminal.monkeypatch.setattr(sys, "stdin", StringIO("n\n"))
    assert terminal.type("workspace", "remove", TEAM).code == 1
    assert terminal.type("workspace", "list").out == listed
    said = terminal.type("workspace", "remove", TEAM, "--yes")
    assert said.code == 0
    assert "Removed. Profiles: there. Rows: installations 1, profile_changes 1, profiles 1." in said.out
    assert "hidden" not in said.out + said.err
    assert "no workspace 'T0THERE'. Workspaces: none yet" in terminal.type("workspace", "remove", TEAM, "--yes").err
    assert "default" in terminal.type("profile", "show").out


def test_a_new_key_takes_over(terminal: Terminal) -> None:
    assert "SLACK_TOKEN_KEY is not set" in terminal.type("workspace", "rotate").err
    with_workspace(terminal)
    newer = new_key()
    slack = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "hush", "SLACK_SIGNING_SECRET": "hush"}
    terminal.set(**slack, SLACK_TOKEN_KEY=newer)
    refused = terminal.type("workspace", "rotate")
    assert refused.code == 2
    assert "another SLACK_TOKEN_KEY" in refused.err
    terminal.set(**slack, SLACK_TOKEN_KEY=f"{newer},{KEY}")
    assert terminal.type("workspace", "rotate").out.startswith("1 token encrypted")
    terminal.set(**slack, SLACK_TOKEN_KEY=newer)
    assert terminal.type("workspace", "rotate").code == 0
