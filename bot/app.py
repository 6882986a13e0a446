"""The wiring: Settings -> adapters -> Ports. Only this module and demo/ build adapters."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from bot.adapters.database.engine import Database
from bot.adapters.database.ledger import DatabaseLedger, DatabaseRuns
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.store import DatabaseStore
from bot.clock import SystemClock
from bot.domain.calendar import announcement_day
from bot.domain.digest import Digest
from bot.domain.profile import Profile
from bot.errors import BotError, StoreError
from bot.ports import Judge, LanguageModel, Outlet, Ports, Progress, Source
from bot.render.document import document
from bot.settings import LOOPBACK, Settings

FIRST_PROFILE = "default"
LEAST_FREE_MB = 200


@dataclass(frozen=True)
class Checked:
    """The result of trying one connection. told: what works, or what is wrong and how to mend it."""

    what: str
    works: bool
    told: str


class App:
    """The bot, wired up for one set of settings."""

    def __init__(self, settings: Settings) -> None:
        """Open the database in its home folder. Raises StoreError."""
        _make_folder(settings.home)
        self._settings = settings
        self.clock = settings.clock or SystemClock()
        self.database = Database(_database_url(settings))
        self.profiles = DatabaseProfiles(self.database, self.clock)
        self._locks = settings.home / "locks"
        self.store = DatabaseStore(self.database, self.clock, self._locks, document)
        self.ledger = DatabaseLedger(self.database, self.clock)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def today(self) -> date:
        """The announcement day of now."""
        return announcement_day(self.clock.now())

    def profile(self, profile_id: str) -> Profile:
        """The profile; the first one is made from the settings and the starting topics when it is first asked for."""
        if profile_id == FIRST_PROFILE and FIRST_PROFILE not in self.profiles.ids():
            self.profiles.save(_first_profile(self._settings))
        return self.profiles.get(profile_id)

    def ports(self, progress: Progress | None = None) -> Ports:
        """Everything that the use cases need."""
        from bot.ranking.shortlist import TopicShortlist

        return Ports(
            source=_source(self._settings, progress),
            shortlist=TopicShortlist(),
            judge=self._judge(progress),
            store=self.store,
            runs=DatabaseRuns(self.database, self.clock, self._locks),
            ledger=self.ledger,
            outlets=self.outlets,
            clock=self.clock,
        )

    def outlets(self, profile: Profile) -> tuple[Outlet, ...]:
        """Where the digests of the profile go: always to files; to Slack and mail where they are set up."""
        return (*_files(self._settings), *_slack(self._settings, profile), *_mail(self._settings, profile))

    def check(self, profile: Profile) -> Iterator[Checked]:
        """Try every connection of the profile, one after the other; nothing is sent to anyone."""
        return (attempt.checked() for attempt in self._attempts(profile))

    def _judge(self, progress: Progress | None) -> Judge:
        llm = _language_model(self._settings)
        if llm is None:
            from bot.ranking.offline import OfflineJudge
            from bot.render.prompts import offline_rubric, shared_terms

            return OfflineJudge(offline_rubric, shared_terms)
        from bot.judging import LlmJudge

        return LlmJudge(
            llm,
            self.store,
            papers_per_call=self._settings.judge_papers_per_call,
            calls_at_once=self._settings.judge_calls_at_once,
            progress=progress,
        )

    def _check_judge(self) -> str:
        llm = _language_model(self._settings)
        return llm.check() if llm else "no ANTHROPIC_API_KEY: the offline judge, which costs nothing"

    def _attempts(self, profile: Profile) -> Iterator["_Attempt"]:
        yield _Attempt("arXiv", lambda: _source(self._settings, None).check(profile.categories))
        yield _Attempt("judge", self._check_judge)
        outlets = self.outlets(profile)
        for outlet in outlets:
            yield _Attempt(outlet.name, outlet.check)
        for kind, names in (
            ("slack", "SLACK_BOT_TOKEN and SLACK_CHANNEL"),
            ("mail", "SMTP_HOST, MAIL_FROM and MAIL_TO"),
        ):
            if not any(outlet.name.startswith(f"{kind}:") for outlet in outlets):
                yield _Attempt(kind, partial(str, f"not set up: it needs {names}"))
        yield _Attempt("database", self.database.check)
        yield _Attempt("disk", partial(_free_space, self._settings.home))


@dataclass(frozen=True)
class _Attempt:
    what: str
    call: Callable[[], str]

    def checked(self) -> Checked:
        """Call it; what it raises is what is wrong."""
        try:
            return Checked(self.what, works=True, told=self.call())
        except BotError as error:
            return Checked(self.what, works=False, told=str(error).removeprefix(f"{self.what}: "))


def _database_url(settings: Settings) -> str:
    if settings.database_url:
        return settings.database_url.reveal()
    return f"sqlite:///{settings.home}/broadsheet.db"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the folder {folder} cannot be made ({error.strerror})",
            hint="Set BROADSHEET_HOME to a folder you may write",
        ) from error


def _first_profile(settings: Settings) -> Profile:
    from bot.adapters.profile_file import starting_profile

    return starting_profile(
        id=FIRST_PROFILE,
        name="arXiv digest",
        categories=settings.arxiv_categories,
        digest_at=settings.digest_at.at,
        timezone=settings.digest_at.timezone,
    )


def _source(settings: Settings, progress: Progress | None) -> Source:
    from bot.adapters.arxiv_gate import Gate
    from bot.adapters.arxiv_source import ArxivSource
    from bot.adapters.arxiv_web import ArxivWeb, user_agent

    gate = Gate(_gate_folder(settings), settings.arxiv_delay_s)
    return ArxivSource(
        ArxivWeb(gate, user_agent(settings.arxiv_contact)),
        feed_url=settings.arxiv_feed_url,
        site_url=settings.arxiv_site_url,
        api_url=settings.arxiv_api_url,
        progress=progress,
    )


def _gate_folder(settings: Settings) -> Path:
    """One gate for all Broadsheets of this user on this machine; a stand-in's must not hold up the real one."""
    if not settings.real_arxiv:
        return settings.home / "gate"
    return Path(tempfile.gettempdir()) / f"broadsheet-arxiv-{os.getuid()}"


def _language_model(settings: Settings) -> "LanguageModel | None":
    if settings.anthropic_api_key is None:
        return None
    from bot.adapters.claude import Claude

    return Claude(settings.anthropic_api_key.reveal(), settings.judge_model, base_url=settings.anthropic_base_url)


def _page_url(settings: Settings, digest: Digest) -> str | None:
    """Where readers find the day's page, if the site has a public address."""
    return f"{settings.public_url}/{digest.profile.id}/{digest.day}/" if settings.public_url else None


def _files(settings: Settings) -> Iterator[Outlet]:
    from bot.adapters.site_files import SiteFiles
    from bot.render.mail import outbox
    from bot.render.pages import day_pages

    yield SiteFiles(settings.home / "site", day_pages, "site")
    yield SiteFiles(settings.home / "outbox", outbox, "folder")


def _slack(settings: Settings, profile: Profile) -> Iterator[Outlet]:
    channel = profile.slack_channel or settings.slack_channel
    if not (channel and settings.slack_bot_token):
        return
    from bot.adapters.slack_post import SlackChannel
    from bot.render.blocks import thread

    yield SlackChannel(
        settings.slack_bot_token.reveal(),
        channel,
        lambda digest: thread(digest, _page_url(settings, digest)),
        base_url=f"{settings.slack_api_url}/",
        pause=0.0 if urlsplit(settings.slack_api_url).hostname in LOOPBACK else 1.0,  # a stand-in needs no rest
    )


def _mail(settings: Settings, profile: Profile) -> Iterator[Outlet]:
    if not (settings.smtp_host and settings.mail_from):
        return
    from bot.adapters.smtp import Mailbox
    from bot.render.mail import mail

    domain = settings.mail_from.rpartition("@")[2]  # a plain address: settings see to it
    for address in profile.mail_to or settings.mail_to:
        yield Mailbox(
            address,
            lambda digest, to: mail(digest, _page_url(settings, digest), to, domain),
            mail_from=settings.mail_from,
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user or "",
            password=settings.smtp_password.reveal() if settings.smtp_password else "",
        )


def _free_space(home: Path) -> str:
    free = shutil.disk_usage(home).free // 1_000_000
    if free < LEAST_FREE_MB:
        raise StoreError(f"only {free} MB are free where {home} lies", hint=f"Free at least {LEAST_FREE_MB} MB")
    return f"{free:,} MB free where {home} lies"
