"""Environment and .env -> one frozen Settings. Every bad or missing value is reported at once, by its name.

A setting NAME may also come from a file named by NAME_FILE (a Docker secret). The process's environment wins over .env.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from dotenv.parser import parse_stream

from bot.clock import SetClock
from bot.domain.profile import CATEGORY, MAIL_ADDRESS, SLACK_CHANNEL
from bot.domain.schedule import Schedule
from bot.errors import SettingsError

T = TypeVar("T")
ARXIV_MIN_DELAY_S = 3.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Secret:
    """A value that no repr, log or error shows; `reveal()` is called only where it is used."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(•••)"


def _text(value: str) -> str:
    return value


def _folder(value: str) -> Path:
    return Path(value).expanduser()


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("write a web address that starts with https:// or http://")
    return value.rstrip("/")


def _seconds(value: str) -> float:
    if not re.fullmatch(r"\d{1,4}(\.\d+)?", value) or float(value) > 3600:
        raise ValueError("give seconds from 0 to 3600")
    return float(value)


def _between(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isdecimal() or not least <= int(value) <= most:
            raise ValueError(f"give a whole number from {least} to {most}")
        return int(value)

    return read


def _dollars(value: str) -> Decimal | None:
    if value.lower() == "unlimited":
        return None
    if not re.fullmatch(r"\d{1,5}(\.\d{1,2})?", value):
        raise ValueError("give US dollars such as 2 or 0.50, or unlimited")
    return Decimal(value)


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.lower() not in choices:
            raise ValueError(f"give one of {', '.join(choices)}")
        return value.lower()

    return read


def _categories(value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(value.replace(",", " ").split()))
    if not names or not all(CATEGORY.fullmatch(name) for name in names):
        raise ValueError("name arXiv categories with spaces between, such as cs.LG cs.AI")
    return names


def _addresses(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_address(part) for part in value.replace(",", " ").split()))


def _address(value: str) -> str:
    if not MAIL_ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} is no plain mail address, such as ada@example.org")
    return value


def _operator(value: str) -> str:
    kind, _, place = value.partition(":")
    wanted = {"slack": SLACK_CHANNEL, "mail": MAIL_ADDRESS}.get(kind)
    if value != "log" and not (wanted and wanted.fullmatch(place)):
        raise ValueError("write log, slack:C0123456789 or mail:ada@example.org")
    return value


def setting(name: str, read: Callable[[str], Any] = _text, default: str | None = None) -> Any:
    """A field of Settings: its variable, how its text is read, and the text it has when unset (None: no value)."""
    return field(metadata={"name": name, "read": read, "default": default})


@dataclass(frozen=True)
class Settings:
    """Everything that the environment decides. What each one means is said in .env.example."""

    home: Path = setting("BROADSHEET_HOME", _folder, "./var")
    database_url: Secret | None = setting("DATABASE_URL", Secret)
    clock: SetClock | None = setting("BROADSHEET_NOW", SetClock.parse)
    paid_commands_per_user: int = setting("PAID_COMMANDS_PER_USER", _between(0, 1000), "5")
    paid_commands_per_day: int = setting("PAID_COMMANDS_PER_DAY", _between(0, 10000), "20")
    catch_up_days: int = setting("CATCH_UP_DAYS", _between(0, 365), "30")
    operator: str = setting("OPERATOR", _operator, "log")
    operator_after_minutes: int = setting("OPERATOR_AFTER_MINUTES", _between(1, 10080), "180")
    log_format: str = setting("LOG_FORMAT", _one_of("lines", "json"), "lines")
    public_url: str | None = setting("PUBLIC_URL", _url)
    http_host: str = setting("HTTP_HOST", _text, "127.0.0.1")
    http_port: int = setting("HTTP_PORT", _between(0, 65535), "8080")

    arxiv_categories: tuple[str, ...] = setting("ARXIV_CATEGORIES", _categories, "cs.LG cs.AI")
    digest_at: Schedule = setting("DIGEST_AT", Schedule.parse, "08:30 America/New_York")
    arxiv_feed_url: str = setting("ARXIV_FEED_URL", _url, "https://rss.arxiv.org")
    arxiv_api_url: str = setting("ARXIV_API_URL", _url, "https://export.arxiv.org/api/query")
    arxiv_site_url: str = setting("ARXIV_SITE_URL", _url, "https://arxiv.org")
    arxiv_ar5iv_url: str = setting("ARXIV_AR5IV_URL", _url, "https://ar5iv.labs.arxiv.org")
    arxiv_delay_s: float = setting("ARXIV_DELAY_S", _seconds, "3")
    arxiv_contact: str | None = setting("ARXIV_CONTACT", _address)

    anthropic_api_key: Secret | None = setting("ANTHROPIC_API_KEY", Secret)
    anthropic_base_url: str | None = setting("ANTHROPIC_BASE_URL", _url)
    judge_model: str = setting("JUDGE_MODEL", _text, "claude-haiku-5-5")
    notes_model: str = setting("NOTES_MODEL", _text, "claude-sonnet-5-5")
    notes_per_digest: int = setting("NOTES_PER_DIGEST", _between(0, 20), "0")
    notes_usd_per_day: Decimal | None = setting("NOTES_USD_PER_DAY", _dollars, "2")
    notes_tokens: int = setting("NOTES_TOKENS", _between(2000, 500_000), "40000")
    notes_wait_minutes: int = setting("NOTES_WAIT_MINUTES", _between(0, 120), "0")
    judge_papers_per_call: int = setting("JUDGE_PAPERS_PER_CALL", _between(1, 50), "12")
    judge_calls_at_once: int = setting("JUDGE_CALLS_AT_ONCE", _between(1, 64), "8")

    slack_bot_token: Secret | None = setting("SLACK_BOT_TOKEN", Secret)
    slack_channel: str | None = setting("SLACK_CHANNEL")
    slack_app_token: Secret | None = setting("SLACK_APP_TOKEN", Secret)
    slack_signing_secret: Secret | None = setting("SLACK_SIGNING_SECRET", Secret)
    slack_client_id: str | None = setting("SLACK_CLIENT_ID")
    slack_client_secret: Secret | None = setting("SLACK_CLIENT_SECRET", Secret)
    slack_token_key: Secret | None = setting("SLACK_TOKEN_KEY", Secret)
    slack_api_url: str = setting("SLACK_API_URL", _url, "https://slack.com/api/")

    smtp_host: str | None = setting("SMTP_HOST")
    smtp_port: int = setting("SMTP_PORT", _between(1, 65535), "587")
    smtp_security: str = setting("SMTP_SECURITY", _one_of("starttls", "tls", "none", "none-forced"), "starttls")
    smtp_user: str | None = setting("SMTP_USER")
    smtp_password: Secret | None = setting("SMTP_PASSWORD", Secret)
    mail_from: str | None = setting("MAIL_FROM", _address)
    mail_to: tuple[str, ...] = setting("MAIL_TO", _addresses, "")

    @property
    def slack_listens(self) -> bool:
        """Whether readers can type commands and press buttons: in Socket Mode or by HTTP."""
        return bool(self.slack_app_token or self.slack_signing_secret)

    @property
    def many_workspaces(self) -> bool:
        """Whether workspaces install the app by themselves (OAuth), each with a token of its own."""
        return bool(self.slack_client_id)

    @property
    def real_arxiv(self) -> bool:
        """Whether any of the addresses is arXiv's own, so that its terms of use bind."""
        urls = (self.arxiv_feed_url, self.arxiv_api_url, self.arxiv_site_url, self.arxiv_ar5iv_url)
        return any(f".{urlsplit(url).hostname}".endswith(".arxiv.org") for url in urls)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret's text, for the log to blot out."""
        values = [value.reveal() for value in vars(self).values() if isinstance(value, Secret)]
        passwords = [urlsplit(value).password for value in values if "://" in value]
        return tuple(value for value in (*values, *passwords) if value)


NAMES = tuple(one.metadata["name"] for one in fields(Settings))
_OURS = "BROADSHEET_ ARXIV_ ANTHROPIC_ JUDGE_ SLACK_ SMTP_ MAIL_ DIGEST_ DATABASE_ HTTP_ OPERATOR PAID_ NOTES_"
PREFIXES = tuple(_OURS.split())


def load(environment: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> Settings:
    """Read the settings. Raises SettingsError listing every problem, one a line; never a secret's value."""
    problems: list[str] = []
    from_file = _read_dotenv(dotenv, problems)
    process = os.environ if environment is None else environment
    given = {name: value for name, value in from_file.items() if not _overruled(name, process)} | dict(process)
    problems += _unknown(from_file)
    settings = Settings(**{one.name: _value(one.metadata, given, problems) for one in fields(Settings)})
    bad = {problem.partition(":")[0] for problem in problems}
    problems += (problem for problem in _contradictions(settings) if re.split("[ :]", problem)[0] not in bad)
    if not problems:
        return settings
    raise SettingsError(
        "these settings cannot be used:\n  " + "\n  ".join(problems),
        hint="Mend them in the environment or in .env; .env.example says what each one means",
        permanent=True,
    )


def _read_dotenv(path: Path, problems: list[str]) -> dict[str, str]:
    """Names and values as they stand there: a $ in a password is a $."""
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8") as file:
            lines = list(parse_stream(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}", permanent=True) from error
    problems += [f"line {line.original.line} of .env cannot be read; write NAME=value" for line in lines if line.error]
    return {line.key: line.value or "" for line in lines if line.key}


def _overruled(name: str, process: Mapping[str, str]) -> bool:
    """Whether the environment sets the same thing, be it as NAME or as NAME_FILE."""
    plain = name.removesuffix("_FILE")
    return plain in process or f"{plain}_FILE" in process


def _unknown(from_file: Mapping[str, str]) -> Iterator[str]:
    """Misspelt names in .env: those that begin or look as ours do. The others belong to somebody else."""
    for name in from_file:
        close = get_close_matches(name, NAMES, 1, cutoff=0.6 if name.startswith(PREFIXES) else 0.9)
        if name.removesuffix("_FILE") not in NAMES and (close or name.startswith(PREFIXES)):
            yield f"{name} in .env is no setting" + (f": did you mean {close[0]}?" if close else "")


def _value(metadata: Mapping[str, Any], given: Mapping[str, str], problems: list[str]) -> Any:
    name, read = metadata["name"], metadata["read"]
    text = given.get(name, "").strip()
    path = given.get(f"{name}_FILE", "").strip()
    try:
        if path and text:
            raise ValueError(f"set either {name} or {name}_FILE, not both")
        if path and not (text := Path(path).read_text(encoding="utf-8").strip()):
            raise ValueError(f"the file that {name}_FILE names is empty")
        text = text or metadata["default"] or ""
        return read(text) if text or metadata["default"] is not None else None
    except (ValueError, OSError) as error:
        why = f"{name}_FILE cannot be read ({error.strerror})" if isinstance(error, OSError) else str(error)
        shown = "" if read is Secret or path else f" (it is {text!r})"
        problems.append(f"{name}: {why}{shown}")
        return read(metadata["default"]) if metadata["default"] else None


def _contradictions(settings: Settings) -> Iterator[str]:
    """Values that are good alone but not together."""
    if settings.arxiv_delay_s < ARXIV_MIN_DELAY_S and settings.real_arxiv:
        yield "ARXIV_DELAY_S: arXiv's terms of use ask for at least 3 seconds between requests"
    yield from _slack_contradictions(settings)
    yield from _listening_contradictions(settings)
    yield from _mail_contradictions(settings)


def _slack_contradictions(settings: Settings) -> Iterator[str]:
    if settings.slack_channel and not (settings.slack_bot_token or settings.many_workspaces):
        yield "SLACK_BOT_TOKEN is missing: SLACK_CHANNEL is set, and posting needs a token"
    if settings.operator.startswith("slack:") and not settings.slack_bot_token:
        yield "SLACK_BOT_TOKEN is missing: OPERATOR names a Slack channel, and posting needs a token"
    if settings.slack_bot_token and not re.fullmatch(r"xoxb-[!-~]+", settings.slack_bot_token.reveal()):
        yield "SLACK_BOT_TOKEN: a bot token starts with xoxb- (an app token, xapp-, is something else)"
    if settings.slack_channel and not SLACK_CHANNEL.fullmatch(settings.slack_channel):
        yield "SLACK_CHANNEL: give the channel's id, such as C0123456789 (in Slack: channel name > About), not its name"


def _listening_contradictions(settings: Settings) -> Iterator[str]:
    if settings.slack_app_token and not re.fullmatch(r"xapp-[!-~]+", settings.slack_app_token.reveal()):
        yield "SLACK_APP_TOKEN: an app token starts with xapp- (a bot token, xoxb-, is something else)"
    if settings.slack_listens and not (settings.slack_bot_token or settings.many_workspaces):
        yield "SLACK_BOT_TOKEN is missing: commands are answered with it"
    parts = (settings.slack_client_id, settings.slack_client_secret, settings.slack_token_key)
    if any(parts) and not all(parts):
        yield "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_TOKEN_KEY belong together: one of them is missing"
    if settings.many_workspaces and not settings.slack_signing_secret:
        yield "SLACK_SIGNING_SECRET is missing: many workspaces (SLACK_CLIENT_ID) need HTTP mode"


def _mail_contradictions(settings: Settings) -> Iterator[str]:
    if settings.mail_to or settings.smtp_host or settings.operator.startswith("mail:"):
        for name, value in (("SMTP_HOST", settings.smtp_host), ("MAIL_FROM", settings.mail_from)):
            if not value:
                yield f"{name} is missing: sending mail needs SMTP_HOST and MAIL_FROM"
    if bool(settings.smtp_user) != bool(settings.smtp_password):
        yield "SMTP_USER and SMTP_PASSWORD belong together: one of them is missing"
    if settings.smtp_security == "none" and settings.smtp_host not in (None, *LOOPBACK):
        yield "SMTP_SECURITY: none would send mail in clear over the network; use starttls or tls (or none-forced)"
