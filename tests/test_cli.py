"""The command line, as a person types it, against local stand-ins for everything outside."""

import json
from pathlib import Path

from bot.demo.standins.anthropic import Response
from bot.demo.standins.arxiv import Fault
from tests.examples import DAY
from tests.fakes.terminal import Terminal


def test_a_digest_is_made_delivered_and_summed_up(terminal: Terminal) -> None:
    said = terminal.type("digest")
    assert said.code == 0
    assert "6 announced (12 of 12 entries on arXiv's pages seen), of which" in said.out
    assert "Memory in Models and Agents" in said.out
    for outlet in ("site", "folder", "slack:C0DEMO", "mail:reader@example.org"):
        assert f"Delivered {outlet}: " in said.out
    assert "The bot's clock was set by hand" in said.out


def test_json_is_the_digest_document_and_nothing_else(terminal: Terminal) -> None:
    said = terminal.type("digest", "--json")
    document = json.loads(said.out)
    assert (document["schema"], document["day"], document["receipt"]["shown"]) == (1, str(DAY), 5)


def test_a_wrong_key_stops_at_once_says_what_to_do_and_sends_nothing(terminal: Terminal) -> None:
    standins = terminal.standins
    assert standins.anthropic is not None
    standins.anthropic.fail(Response(status=401, body=None))
    said = terminal.type("digest")
    assert (said.code, said.out, standins.slack.messages) == (1, "", [])
    assert "ANTHROPIC_API_KEY" in said.err
    assert "stand-in" not in said.err
    assert "Traceback" not in said.err


def test_an_arxiv_that_tells_us_to_stop_fails_the_run_and_sends_nothing(terminal: Terminal) -> None:
    terminal.standins.arxiv.answer_next("/rss", Fault(status=403))
    said = terminal.type("digest")
    assert (said.code, terminal.standins.slack.messages) == (1, [])
    assert "403" in said.err


def test_a_day_that_has_not_come_and_a_day_that_is_none_are_refused(terminal: Terminal) -> None:
    said = terminal.type("digest", "--day", "2026-05-07")
    assert said.code == 2
    assert "2026-05-07 is still to come" in said.err
    assert terminal.type("digest", "--day", "yesterday").code == 2
    assert not terminal.standins.arxiv.requests


def test_an_arxiv_that_has_not_turned_over_is_a_failed_run_and_no_wrong_usage(terminal: Terminal) -> None:
    terminal.set(BROADSHEET_NOW="2026-05-07T00:01:00-04:00")
    said = terminal.type("digest")
    assert said.code == 1
    assert "still of 2026-05-06" in said.err


def test_a_weekend_is_quiet_and_no_error(terminal: Terminal) -> None:
    terminal.set(BROADSHEET_NOW="2026-05-09T09:00:00-04:00")
    said = terminal.type("digest")
    assert said.code == 0
    assert "Quiet: arXiv announces nothing on a Saturday" in said.out
    assert "The next listing is due on Monday 11 May 2026" in said.out
    assert not terminal.standins.arxiv.requests


def test_check_tries_every_connection_and_sends_nothing(terminal: Terminal) -> None:
    said = terminal.type("check")
    assert said.code == 0, said.out
    for what in ("arXiv", "judge", "site", "folder", "slack:C0DEMO", "mail:reader", "database", "disk"):
        assert f"ok   {what}" in said.out
    assert (terminal.standins.slack.messages, terminal.standins.mail.mails) == ([], [])


def test_check_says_what_is_wrong_and_how_to_mend_it(terminal: Terminal) -> None:
    terminal.standins.slack.channel.is_member = False
    terminal.set(SMTP_PORT="1")
    assert terminal.standins.anthropic
    terminal.standins.anthropic.fail(*2 * [Response(401)])
    said = terminal.type("check")
    assert said.code == 1
    assert "BAD  slack:C0DEMO" in said.out
    assert "/invite" in said.out
    assert "BAD  mail:reader@example.org" in said.out
    assert "BAD  judge" in said.out
    assert "ok   arXiv" in said.out


def test_check_says_that_a_model_without_a_price_writes_no_notes(terminal: Terminal) -> None:
    terminal.set(NOTES_MODEL="claude-unheard-of-1")
    said = terminal.type("check")
    assert said.code == 1
    assert "BAD  notes" in said.out
    assert "Set NOTES_USD_PER_DAY to unlimited" in said.out


def test_check_says_what_is_not_set_up(terminal: Terminal) -> None:
    terminal.set(SLACK_CHANNEL="", MAIL_TO="", ANTHROPIC_API_KEY="")
    said = terminal.type("check")
    assert said.code == 0
    assert "not set up: it needs SLACK_BOT_TOKEN and SLACK_CHANNEL" in said.out
    assert "not set up: it needs SMTP_HOST, MAIL_FROM and MAIL_TO" in said.out
    assert "the offline judge" in said.out


def test_without_a_key_the_digest_says_in_its_first_lines_that_no_llm_read_the_papers(terminal: Terminal) -> None:
    terminal.set(ANTHROPIC_API_KEY="")
    said = terminal.type("digest")
    assert said.code == 0
    assert said.out.splitlines()[1].startswith("No LLM read these papers")
    assert "No LLM read these papers" in json.dumps(terminal.standins.slack.messages[0])


def test_slack_and_mail_link_to_the_very_page_that_was_written(terminal: Terminal) -> None:
    terminal.set(PUBLIC_URL="https://papers.example.org/")
    terminal.type("digest")
    link = f"https://papers.example.org/default/{DAY}/"
    assert link in json.dumps(terminal.standins.slack.messages[0])
    assert link.encode() in terminal.standins.mail.mails[0].content.replace(b"=\r\n", b"")
    assert (terminal.standins.home / "site" / "default" / str(DAY) / "index.html").exists()


def test_the_version_is_told(terminal: Terminal) -> None:
    assert terminal.type("--version").out.startswith("broadsheet 0.")


def test_cost_adds_up_what_the_month_took(terminal: Terminal) -> None:
    terminal.type("digest")
    said = terminal.type("cost")
    assert "May 2026" in said.out
    assert "claude-haiku-5-5             judge" in said.out
    assert "Total: $" in said.out
    assert "Nothing was bought" in terminal.type("cost", "--month", "2026-04").out
    assert "write it as 2026-05" in terminal.type("cost", "--month", "May").err


def test_a_profile_is_shown_exported_edited_and_imported(terminal: Terminal) -> None:
    shown = terminal.type("profile", "show")
    assert shown.out.splitlines()[1:3] == [
        "Reads       cs.LG cs.AI, announced as new or cross-list",
        "Cutoffs     relevance 8, novelty 8; at most 40 papers, and 6 daily hot and 4 new frontier papers besides",
    ]
    assert terminal.type("profile", "export", "mine.toml").code == 0
    assert "exists already" in terminal.type("profile", "export", "mine.toml").err
    assert '# slack_channel = "C0123456789"' in terminal.type("profile", "export").out
    text = Path("mine.toml").read_text()
    Path("mine.toml").write_text(text.replace("relevance = 8", "relevance = 10").replace('"default"', '"strict"'))
    assert "Profile strict saved" in terminal.type("profile", "import", "mine.toml").out
    said = terminal.type("digest", "--profile", "strict")
    assert "1 shown here" in said.out
    assert (terminal.standins.home / "site" / "strict" / str(DAY) / "index.html").exists()


def test_a_bad_profile_file_and_an_unknown_profile_are_refused_with_2(terminal: Terminal) -> None:
    Path("bad.toml").write_text("name = 3")
    said = terminal.type("profile", "import", "bad.toml")
    assert said.code == 2
    assert "name: must be a text" in said.err
    assert terminal.type("profile", "import", "missing.toml").code == 2
    assert "there is no profile 'nobody'" in terminal.type("digest", "--profile", "nobody").err


def test_bad_settings_are_refused_with_2_before_anything_happens(terminal: Terminal) -> None:
    terminal.set(SMTP_PORT="many", PUBLIC_URL="example")
    said = terminal.type("digest")
    assert said.code == 2
    assert "SMTP_PORT" in said.err
    assert "PUBLIC_URL" in said.err
    assert not terminal.standins.arxiv.requests


def test_no_secret_reaches_any_output_even_when_everything_fails(terminal: Terminal) -> None:
    secrets = {"ANTHROPIC_API_KEY": "sk-ant-very-hidden", "SLACK_BOT_TOKEN": "xoxb-very-hidden"}
    terminal.set(**secrets, SMTP_USER="ada", SMTP_PASSWORD="very-hidden-password")
    echo = {"type": "error", "error": {"type": "authentication_error", "message": secrets["ANTHROPIC_API_KEY"]}}
    assert terminal.standins.anthropic
    terminal.standins.anthropic.fail(*9 * [Response(401, json.dumps(echo))])
    for words in (("check", "-v"), ("digest", "-v"), ("profile", "show")):
        said = terminal.type(*words)
        assert "very-hidden" not in said.out + said.err
