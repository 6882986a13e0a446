"""Settings: every mistake at once, by name, and never a secret."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import NAMES, Settings, load

NOWHERE = Path("/nowhere/.env")
MAIL = {"SMTP_HOST": "smtp.example.org", "MAIL_FROM": "bot@example.org"}


def problems(environment: Mapping[str, str], dotenv: Path = NOWHERE) -> str:
    with pytest.raises(SettingsError) as caught:
        load(environment, dotenv)
    return str(caught.value)


def test_nothing_set_gives_the_documented_defaults() -> None:
    settings = load({}, NOWHERE)
    assert settings.home == Path("var")
    assert settings.arxiv_categories == ("cs.LG", "cs.AI")
    assert str(settings.digest_at) == "08:30 America/New_York, daily"
    assert (settings.operator, settings.operator_after_minutes, settings.catch_up_days) == ("log", 180, 30)
    assert (settings.http_host, settings.http_port, settings.log_format) == ("127.0.0.1", 8080, "lines")
    assert (settings.arxiv_delay_s, settings.smtp_port, settings.smtp_security) == (3.0, 587, "starttls")
    unset = (settings.anthropic_api_key, settings.slack_bot_token, settings.database_url, settings.clock)
    assert unset == (None, None, None, None)


def test_every_bad_value_is_reported_at_once_by_its_name() -> None:
    told = problems(
        {
            "ARXIV_CATEGORIES": "machine learning!",
            "DIGEST_AT": "half past eight",
            "SMTP_PORT": "smtp",
            "SMTP_SECURITY": "maybe",
            "PUBLIC_URL": "papers.example.org",
            "ARXIV_DELAY_S": "soon",
            "MAIL_TO": "ada, bob@example.org",
            "BROADSHEET_NOW": "2026-05-06T09:00:00",
            "JUDGE_CALLS_AT_ONCE": "0",
            "CATCH_UP_DAYS": "-1",
            "OPERATOR": "slack:#papers",
            "OPERATOR_AFTER_MINUTES": "0",
            "LOG_FORMAT": "xml",
            "HTTP_PORT": "70000",
        }
    )
    for name in ("ARXIV_CATEGORIES", "DIGEST_AT", "SMTP_PORT", "SMTP_SECURITY", "PUBLIC_URL", "ARXIV_DELAY_S"):
        assert f"  {name}: " in told
    for name in ("MAIL_TO", "BROADSHEET_NOW", "JUDGE_CALLS_AT_ONCE", "CATCH_UP_DAYS", "OPERATOR_AFTER_MINUTES"):
        assert f"  {name}: " in told
    for name in ("OPERATOR", "LOG_FORMAT", "HTTP_PORT"):
        assert f"  {name}: " in told
    assert ".env.example says what each one means" in told


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"SLACK_CHANNEL": "C0123"}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xapp-1-abc"}, "starts with xoxb-"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "#papers"}, "not its name"),
        ({"MAIL_TO": "ada@example.org"}, "SMTP_HOST is missing"),
        ({"MAIL_TO": "ada@example.org", "SMTP_HOST": "smtp.example.org"}, "MAIL_FROM is missing"),
        ({**MAIL, "SMTP_USER": "ada"}, "belong together"),
        ({**MAIL, "SMTP_SECURITY": "none"}, "in clear over the network"),
        ({"ARXIV_DELAY_S": "1"}, "at least 3 seconds"),
        ({"MAIL_FROM": "Ada <ada@example.org>\nBcc: eve@example.org"}, "plain mail address"),
        ({"OPERATOR": "slack:C0123"}, "SLACK_BOT_TOKEN is missing: OPERATOR names a Slack channel"),
        ({"OPERATOR": "mail:ada@example.org"}, "SMTP_HOST is missing"),
        ({"OPERATOR": "mail:ada@example.org", "SMTP_HOST": "smtp.example.org"}, "MAIL_FROM is missing"),
        ({"OPERATOR": "mail:ada"}, "write log, slack:C0123456789 or mail:ada@example.org"),
        ({"DIGEST_AT": "08:30 Europe/Berlin sometimes"}, "08:30 Europe/Berlin weekdays"),
        ({"SMTP_HOST_FILE": "/nowhere/at/all"}, "SMTP_HOST_FILE cannot be read"),
        ({"JUDGE_MODEL_FILE": "/dev/null"}, "the file that JUDGE_MODEL_FILE names is empty"),
        ({"ARXIV_FEED_URL": "http://127.0.0.1", "ARXIV_DELAY_S": "0"}, "at least 3 seconds"),
        ({"SMTP_HOST": "a", "SMTP_HOST_FILE": "/b"}, "not both"),
    ],
)
def test_values_that_contradict_each_other_are_refused_with_the_reason(
    environment: Mapping[str, str], told: str
) -> None:
    assert told in problems(environment)


@pytest.mark.parametrize(
    "environment",
    [
        {"OPERATOR": "slack:C0123", "SLACK_BOT_TOKEN": "xoxb-1"},
        {"OPERATOR": "mail:ada@example.org", **MAIL},
        {"DIGEST_AT": "08:30 Europe/Berlin weekdays"},
        {"DIGEST_AT": "08:30 Europe/Berlin mon wed fri"},
        {"HTTP_PORT": "0"},
    ],
)
def test_what_the_example_file_describes_is_accepted(environment: Mapping[str, str]) -> None:
    assert isinstance(load(environment, NOWHERE), Settings)


def test_contradictions_are_reported_together_with_bad_values() -> None:
    told = problems({"SMTP_PORT": "many", "SLACK_CHANNEL": "C0123", "MAIL_FROM": "nobody"})
    assert "SMTP_PORT: " in told
    assert "SLACK_BOT_TOKEN is missing" in told
    assert told.count("MAIL_FROM") == 1


def test_the_environment_wins_over_the_env_file_in_either_form(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("from-secret-file")
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"JUDGE_MODEL_FILE={tmp_path}/model\n")
    assert load({}, dotenv).judge_model == "from-secret-file"
    assert load({"JUDGE_MODEL": "from-environment"}, dotenv).judge_model == "from-environment"


def test_clear_text_mail_is_allowed_to_this_machine_and_when_forced() -> None:
    for host, security in (("127.0.0.1", "none"), ("smtp.example.org", "none-forced")):
        assert load({**MAIL, "SMTP_HOST": host, "SMTP_SECURITY": security}, NOWHERE).smtp_security == security


def test_arxiv_may_be_asked_faster_where_it_is_a_local_stand_in() -> None:
    local = {f"ARXIV_{what}_URL": "http://127.0.0.1:1" for what in ("FEED", "API", "SITE", "AR5IV")}
    assert load({**local, "ARXIV_DELAY_S": "0"}, NOWHERE).arxiv_delay_s == 0


def test_a_secret_comes_from_a_file_and_shows_nowhere(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-ant-hidden\n")
    settings = load({"ANTHROPIC_API_KEY_FILE": str(tmp_path / "key")}, NOWHERE)
    assert settings.anthropic_api_key is not None
    assert settings.anthropic_api_key.reveal() == "sk-ant-hidden"
    assert "hidden" not in repr(settings)
    assert settings.secrets == ("sk-ant-hidden",)


def test_the_password_inside_a_database_url_is_a_secret_of_its_own() -> None:
    settings = load({"DATABASE_URL": "postgresql://ada:hunter2@host/db"}, NOWHERE)
    assert "hunter2" in settings.secrets
    assert "hunter2" not in repr(settings)


def test_a_bad_secret_is_reported_without_its_value() -> None:
    told = problems({"SLACK_BOT_TOKEN": "my-secret-token", "SLACK_CHANNEL": "C1", "SMTP_PORT": "x"})
    assert "my-secret-token" not in told
    assert "my-secret-token" not in problems({"SLACK_BOT_TOKEN": "my-secret-token"})


def test_the_environment_wins_over_the_env_file_and_an_empty_value_is_unset(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("JUDGE_MODEL=from-file\nARXIV_CONTACT=ada@example.org\nSMTP_PORT=\n")
    settings = load({"JUDGE_MODEL": "from-environment"}, dotenv)
    assert (settings.judge_model, settings.arxiv_contact) == ("from-environment", "ada@example.org")
    assert settings.smtp_port == 587


def test_a_misspelt_name_in_the_env_file_is_pointed_out_and_foreign_names_are_left_alone(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("SLACK_CHANEL=C1\nCOMPOSE_PROJECT_NAME=papers\nSMTP_PASS=x\nANTROPIC_API_KEY=x\nARXIV_MIRROR=x\n")
    told = problems({}, dotenv)
    for wrong, right in (("SLACK_CHANEL", "SLACK_CHANNEL"), ("SMTP_PASS", "SMTP_PASSWORD")):
        assert f"{wrong} in .env is no setting: did you mean {right}?" in told
    assert "ANTROPIC_API_KEY in .env is no setting" in told
    assert "ARXIV_MIRROR in .env is no setting" in told
    assert "COMPOSE" not in told


def test_a_line_of_the_env_file_that_cannot_be_read_is_named_and_a_dollar_is_a_dollar(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("JUDGE_MODEL=a\nthis is no setting\n")
    assert "line 2 of .env cannot be read" in problems({}, dotenv)
    dotenv.write_text("SMTP_PASSWORD=pa$${HOME}x\nSMTP_USER=ada\n")
    settings = load({}, dotenv)
    assert settings.smtp_password is not None
    assert settings.smtp_password.reveal() == "pa$${HOME}x"


def test_a_set_clock_starts_where_it_was_set_and_runs_on() -> None:
    settings = load({"BROADSHEET_NOW": "2026-05-06T09:00:00-04:00 x1000000"}, NOWHERE)
    assert settings.clock is not None
    first = settings.clock.now()
    assert first.utcoffset() == timedelta(hours=-4)
    assert settings.clock.now() > first
    assert settings.clock.was_set


def test_the_example_file_lists_every_setting_and_no_other(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / ".env.example").read_text()
    listed = re.findall(r"^#?([A-Z0-9_]+)=", text, re.MULTILINE)
    assert sorted(listed) == sorted(NAMES)
    assert len(set(listed)) == len(listed)


def test_the_example_file_with_every_line_switched_on_is_accepted(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / ".env.example").read_text()
    (tmp_path / ".env").write_text(re.sub(r"^#([A-Z_]+=)", r"\1", text, flags=re.MULTILINE))
    assert isinstance(load({}, tmp_path / ".env"), Settings)
