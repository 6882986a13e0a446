"""`broadsheet init`: a person who answers, a check that works or fails, and a real file."""

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import dotenv_file
from bot.errors import SettingsError
from bot.interview import Interview
from bot.settings import Settings, load

TOKEN, APP_TOKEN, PASSWORD = "xoxb-1-hush", "xapp-1-hush", "p w'd #1 $HOME \\ \""
ALL = {
    "Which categories": "cs.CL math.AG",
    "Your mail address": "ada@example.org",
    "When": "07:15 Europe/Berlin weekdays",
    "Anthropic API key": "sk-ant-hush",
    "Slack bot token": TOKEN,
    "Slack app token": APP_TOKEN,
    "channel's id": "C0123456789",
    "Mail server": "smtp.example.org",
    "Security": "tls",
    "User name": "ada",
    "Password": PASSWORD,
    "Sender": "bot@example.org",
    "Readers": "ada@example.org bob@example.org",
}


class Person:
    """Answers by the words in a question, a list one after the other; else types Enter."""

    def __init__(self, answers: Mapping[str, str | list[str]]) -> None:
        self._answers = {words: [said] if isinstance(said, str) else list(said) for words, said in answers.items()}
        self.asked: list[tuple[str, bool, str]] = []
        self.heard: list[str] = []

    def ask(self, question: str, *, secret: bool, default: str) -> str:
        """Answer; an interruption is raised."""
        self.asked.append((question, secret, default))
        assert len(self.asked) < 60, "the interview goes round in circles"
        for words, answers in self._answers.items():
            if words in question and answers:
                if answers[0] == "^C":
                    raise KeyboardInterrupt
                return answers.pop(0)
        return default

    @property
    def all_heard(self) -> str:
        """All that was said to this person."""
        return "\n".join((*self.heard, *(question + default for question, _, default in self.asked)))

    def default_of(self, words: str) -> str:
        """What stood in brackets when it was asked last."""
        return next(default for question, _, default in reversed(self.asked) if words in question)


@dataclass(frozen=True)
class Result:
    """A connection that was tried."""

    what: str
    works: bool
    told: str


class Checks:
    """Tries nothing. failing: group -> how often it fails before it works."""

    def __init__(self, **failing: int) -> None:
        self.failing, self.seen = failing, dict[str, Settings]()

    def __call__(self, settings: Settings, group: str) -> Iterator[Result]:
        """One result a group."""
        self.seen[group] = settings
        left = self.failing.get(group, 0)
        self.failing[group] = left - 1
        yield Result(group, works=left <= 0, told=f"refused {TOKEN}" if left > 0 else "well")


def interview(path: Path, person: Person, check: Checks | None = None, **environment: str) -> None:
    Interview(path, person.ask, person.heard.append, check or Checks(), environment).run()


@pytest.fixture
def env(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_the_answers_are_what_the_settings_read_afterwards(env: Path) -> None:
    interview(env, Person(ALL))
    read = load({}, env)
    assert read.arxiv_categories == ("cs.CL", "math.AG")
    assert (str(read.digest_at), read.arxiv_contact) == ("07:15 Europe/Berlin, weekdays", "ada@example.org")
    assert read.anthropic_api_key
    assert read.slack_bot_token
    assert read.smtp_password
    assert (read.slack_bot_token.reveal(), read.slack_channel) == (TOKEN, "C0123456789")
    assert read.slack_app_token
    assert read.slack_app_token.reveal() == APP_TOKEN
    assert (read.smtp_host, read.smtp_port, read.smtp_security) == ("smtp.example.org", 587, "tls")
    assert (read.smtp_user, read.smtp_password.reveal(), read.mail_from) == ("ada", PASSWORD, "bot@example.org")
    assert read.mail_to == ("ada@example.org", "bob@example.org")
    assert read.operator == "log"


def test_enter_alone_makes_a_bot_that_works_without_keys_and_is_told_what_it_lacks(env: Path) -> None:
    interview(env, person := Person({}))
    assert load({}, env).slack_bot_token is None
    for said in ("offline judge", "No Slack", "No mail", "arXiv will not know", "broadsheet check", "broadsheet run"):
        assert said in person.all_heard
    assert not any(
        "app token" in question or "channel's id" in question or "Password" in question
        for question, _, _ in person.asked
    )


def test_the_file_is_readable_by_its_owner_only_even_where_it_was_not(env: Path) -> None:
    env.write_text("ARXIV_CONTACT=ada@example.org\n")
    env.chmod(0o644)
    interview(env, Person({}))
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert list(env.parent.iterdir()) == [env]


@pytest.mark.parametrize(
    ("words", "wrong", "told"),
    [
        ("Which categories", "Machine Learning", "name arXiv categories"),
        ("Your mail address", "ada", "no plain mail address"),
        ("When", "noon", "write a time, an IANA zone"),
        ("Slack bot token", "xapp-1", "a bot token starts with xoxb-"),
        ("Slack app token", "xoxb-1", "an app token starts with xapp-"),
        ("channel's id", "#papers", "give the channel's id"),
        ("Its port", "0", "whole number from 1 to 65535"),
        ("Security", "none", "would send mail in clear"),
        ("Password", "", "an answer is needed"),
        ("Where the bot tells you", "mail:nobody", "write log, slack:"),
        ("Your mail address", "a\x1b[31m@b", "control characters"),
    ],
)
def test_a_wrong_answer_is_told_at_once_and_asked_again(env: Path, words: str, wrong: str, told: str) -> None:
    right = ALL.get(words, {"Its port": "25", "Where the bot tells you": "log"}.get(words, ""))
    interview(env, person := Person({**ALL, words: [wrong, right]}))
    assert sum(words in question for question, _, _ in person.asked) == 2
    assert told in person.all_heard
    assert load({}, env)


@pytest.mark.parametrize("group", ["arxiv", "judge", "slack", "mail", "operator"])
def test_a_connection_that_fails_can_be_mended(env: Path, group: str) -> None:
    interview(env, person := Person({**ALL, "Mend it": "mend"}), checks := Checks(**{group: 1}))
    assert sum("Mend it" in question for question, _, _ in person.asked) == 1
    assert checks.failing[group] == -1
    assert load({}, env).slack_channel == "C0123456789"


@pytest.mark.parametrize(("choice", "kept"), [("keep", TOKEN), ("k", TOKEN), ("leave", None), ("what?", None)])
def test_a_connection_that_fails_can_be_kept_or_left_out(env: Path, choice: str, kept: str | None) -> None:
    interview(env, Person({**ALL, "Mend it": [choice, "leave"]}), Checks(slack=9))
    token = load({}, env).slack_bot_token
    assert (token.reveal() if token else None) == kept
    assert ("SLACK_CHANNEL" in env.read_text()) == bool(kept)
    assert load({}, env).smtp_host == "smtp.example.org"


def test_without_an_app_token_it_is_told_that_commands_are_not_heard(env: Path) -> None:
    interview(env, person := Person({**ALL, "Slack app token": ""}), checks := Checks())
    assert "/papers and the buttons are not heard" in person.all_heard
    assert checks.seen["slack"].slack_app_token is None


def test_each_group_is_tested_with_the_answers_so_far(env: Path) -> None:
    interview(env, Person(ALL), checks := Checks())
    assert list(checks.seen) == ["arxiv", "judge", "slack", "mail", "operator"]
    assert checks.seen["arxiv"].arxiv_contact == "ada@example.org"
    assert checks.seen["arxiv"].smtp_host is None
    assert checks.seen["slack"].slack_app_token
    assert checks.seen["mail"].smtp_password


def test_secrets_are_typed_unseen_and_never_shown(env: Path) -> None:
    env.write_text("SLACK_BOT_TOKEN=xoxb-older-hush\nANTHROPIC_API_KEY=sk-old-hush\n")
    answers: dict[str, str | list[str]] = {**ALL, "Slack bot token": ["xapp-wrong-hush", TOKEN], "Mend it": "keep"}
    interview(env, person := Person(answers), Checks(slack=1))
    assert "hush" not in person.all_heard
    assert PASSWORD not in person.all_heard
    assert "refused •••" in person.all_heard
    hidden = {question.split()[0] for question, secret, _ in person.asked if secret}
    assert hidden == {"Anthropic", "Slack", "Password"}


def test_what_was_there_is_offered_and_a_secret_is_kept_unseen(env: Path) -> None:
    interview(env, Person(ALL))
    before = env.read_text()
    interview(env, person := Person({}))
    assert env.read_text() == before
    assert person.default_of("Which categories") == "cs.CL math.AG"
    assert person.default_of("Slack bot token") == "kept"


def test_a_dash_leaves_a_setting_out(env: Path) -> None:
    interview(env, Person(ALL))
    interview(env, Person({"Slack bot token": "-", "Mail server": "-"}))
    read = load({}, env)
    assert (read.slack_bot_token, read.slack_app_token, read.smtp_host, read.mail_to) == (None, None, None, ())
    assert "SMTP_" not in env.read_text()


OWN = """# my notes
export OTHER_TOOL='a b'   # theirs

#ARXIV_CONTACT=ada@example.org
ARXIV_CATEGORIES = cs.LG   # kept as it is
JUDGE_MODEL=claude-haiku-5-5
this is no line
SMTP_HOST=old.example.org
SMTP_HOST=older.example.org
"""


def test_unknown_lines_and_comments_stay_and_a_new_answer_stands_under_its_example(env: Path) -> None:
    env.write_text(OWN)
    answers = {"Your mail address": "bob@example.org", "Mail server": "new.example.org", "Sender": "bot@example.org"}
    interview(env, person := Person(answers))
    written = env.read_text()
    assert written.startswith(
        OWN.replace(
            "#ARXIV_CONTACT=ada@example.org\n", "#ARXIV_CONTACT=ada@example.org\nARXIV_CONTACT=bob@example.org\n"
        )
        .replace("old.", "new.")
        .replace("SMTP_HOST=older.example.org\n", "")
    )
    assert written.count("SMTP_HOST") == 1
    assert "line 8 of .env cannot be read" in person.all_heard, "the file is written, and what nobody asked is told"


def test_what_the_environment_or_a_file_of_a_secret_gives_is_not_asked(env: Path, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    env.write_text(f"SLACK_BOT_TOKEN_FILE={secret}\n")
    interview(
        env, person := Person({"channel's id": "C0123456789"}), checks := Checks(), ARXIV_CONTACT="ada@example.org"
    )
    assert "ARXIV_CONTACT comes from the environment" in person.all_heard
    assert "SLACK_BOT_TOKEN comes from SLACK_BOT_TOKEN_FILE" in person.all_heard
    token = checks.seen["slack"].slack_bot_token
    assert token
    assert token.reveal() == TOKEN
    assert "ARXIV_CONTACT=" not in env.read_text()


def test_a_setting_that_nobody_asks_about_and_is_wrong_is_told_and_in_nobody_s_way(env: Path) -> None:
    env.write_text("JUDGE_PAPERS_PER_CALL=many\n")
    interview(env, person := Person(ALL), checks := Checks())
    assert len(checks.seen) == 5
    assert "Mend this by hand" in person.heard[-1]
    assert "JUDGE_PAPERS_PER_CALL: give a whole number" in person.heard[-1]


@pytest.mark.parametrize("words", ["Which categories", "Password", "Where the bot tells you"])
def test_an_interview_that_is_broken_off_changes_nothing(env: Path, words: str) -> None:
    env.write_text(OWN)
    with pytest.raises(KeyboardInterrupt):
        interview(env, Person({**ALL, words: "^C"}))
    assert env.read_text() == OWN
    assert list(env.parent.iterdir()) == [env]


def test_a_folder_that_cannot_be_written_leaves_the_old_file_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be written"):
        interview(tmp_path / "gone" / ".env", Person({}))
    (tmp_path / ".env").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        interview(tmp_path / ".env", Person({}))


def test_a_link_stays_a_link(env: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere"
    real.write_text("")
    env.symlink_to(real)
    interview(env, Person({}))
    assert env.is_symlink()
    assert load({}, real).operator == "log"


# One line as a terminal gives it: no control characters, and nothing that UTF-8 cannot hold.
TYPED = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30) | st.text(
    "'\"\\#$ =`{}!-é\u2028", max_size=12
)


@given(TYPED, TYPED, st.sampled_from(["", OWN, "SMTP_USER='it\\'s'\nSMTP_PASSWORD=x", "A=1\r\nSMTP_USER=b # c\r\n"]))
@example("\\'", "'", "")
@example("a # b", "'quoted'", "")
def test_any_typed_text_is_read_back_as_it_was(user: str, password: str, old: str) -> None:
    answers = {"SMTP_USER": user.strip(), "SMTP_PASSWORD": password.strip()}
    text = dotenv_file.updated(old, answers)
    assert dotenv_file.values(text) == {
        **{name: value for name, value in dotenv_file.values(old).items() if name not in answers},
        **{name: value for name, value in answers.items() if value},
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / ".env"
        dotenv_file.replace_file(
            path, dotenv_file.updated("", answers | {"SMTP_USER": "u", "SMTP_PASSWORD": password.strip() or "p"})
        )
        read = load({}, path).smtp_password
        assert read
        assert read.reveal() == (password.strip() or "p")
