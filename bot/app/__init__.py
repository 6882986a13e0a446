"""The wiring: Settings -> adapters -> Ports. Only this module and demo/ build adapters."""

import os
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.adapters.database.book import DatabaseBook
from bot.adapters.database.engine import Database
from bot.adapters.database.figures import DatabaseFigures
from bot.adapters.database.ledger import DatabaseLedger, DatabaseRuns
from bot.adapters.database.meter import DatabaseMeter
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.store import DatabaseStore
from bot.adapters.database.troubles import DatabaseTroubles
from bot.clock import SystemClock
from bot.domain.calendar import announcement_day
from bot.domain.catch_up import Terms
from bot.domain.profile import Profile
from bot.errors import StoreError
from bot.office import Office
from bot.ports import Archive, Judge, LanguageModel, Outlet, Ports, Progress, Stop
from bot.render.document import document
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.arxiv_source import ArxivSource
    from bot.adapters.arxiv_web import ArxivWeb
    from bot.adapters.claude import Claude
    from bot.adapters.database.installations import Installations
    from bot.adapters.database.workspaces import Workspaces
    from bot.adapters.site_files import SiteFiles

FIRST_PROFILE = "default"


class App:
    """The bot, wired up for one set of settings."""

    def __init__(self, settings: Settings) -> None:
        """Open the database in its home folder. Raises StoreError."""
        _make_folder(settings.home)
        self.settings = settings
        self.clock = settings.clock or SystemClock()
        self.database = Database(database_url(settings), readable=_readable)
        self.profiles = DatabaseProfiles(self.database, self.clock)
        self.book = DatabaseBook(self.profiles, self.database, self.clock, default_channel=settings.slack_channel)
        self.store = DatabaseStore(self.database, self.clock, document)
        self.runs = DatabaseRuns(self.database, self.clock)
        self.ledger = DatabaseLedger(self.database, self.clock)
        self.figures = DatabaseFigures(self.database).figures
        self.site = settings.home / "site"
        self.meter = DatabaseMeter(self.database)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def today(self) -> date:
        """The announcement day of now."""
        return announcement_day(self.clock.now())

    def profile(self, profile_id: str) -> Profile:
        """The profile; the first one is made from the settings and the starting topics when it is first asked for."""
        if profile_id == FIRST_PROFILE and FIRST_PROFILE not in self.profiles.ids():
            self.profiles.save(self.starting_profile())
        return self.profiles.get(profile_id)

    def starting_profile(self) -> Profile:
        """What a first profile is: the settings' categories and schedule, and the topics of prompts/topics.toml."""
        return _first_profile(self.settings)

    def ports(self, progress: Progress | None = None, stop: Stop | None = None, *, comes_back: bool = False) -> Ports:
        """Everything that the use cases need. comes_back: whoever uses it tries again what is not ready yet."""
        from bot.app.study import top_notes
        from bot.listings import Listings
        from bot.ranking.shortlist import TopicShortlist

        web = self.arxiv()
        return Ports(
            source=Listings(self._feed(web, progress), self._archive(web, progress), self.store, self.clock),
            shortlist=TopicShortlist(),
            judge=self._judge(progress, stop),
            store=self.store,
            runs=self.runs,
            ledger=self.ledger,
            outlets=self.outlets,
            clock=self.clock,
            stop=stop,
            notes=top_notes(self, web, progress, stop, comes_back=comes_back),
        )

    def office(self) -> Office:
        """What the long-running bot needs to see what is due."""
        return Office(
            profiles=self.profiles.all,
            runs=self.runs,
            troubles=DatabaseTroubles(self.database, self.clock),
            clock=self.clock,
            started=self.clock.now(),
            days_back=self.settings.catch_up_days,
            limit=timedelta(minutes=self.settings.operator_after_minutes),
        )

    def terms(self, profile: Profile) -> Terms:
        """What a catch-up of the profile has to reckon with: from what judging took so far, or from the price list."""
        from bot.adapters.prices import Tokens, price
        from bot.catchup import usd_per_paper

        settings, model = self.settings, self.settings.judge_model
        if settings.anthropic_api_key is None:
            return Terms(settings.arxiv_delay_s, Decimal(0))

        def listed(asked: int, answered: int) -> Decimal | None:
            return price(model, Tokens(input=asked, output=answered))

        known = self.store.cost_per_paper(model)
        usd = usd_per_paper(profile, settings.judge_papers_per_call, listed) if known is None else known
        return Terms(settings.arxiv_delay_s, usd)

    def outlets(self, profile: Profile) -> tuple[Outlet, ...]:
        """Where the digests of the profile go: always to files; to Slack and mail where they are set up."""
        from bot.app.outlets import mailboxes, slack

        return (*self.files(), *slack(self, profile), *mailboxes(self, profile))

    def files(self) -> tuple[Outlet, ...]:
        """Those outlets that are files."""
        from bot.adapters.site_files import SiteFiles
        from bot.render.mail import outbox

        return self.site_files(), SiteFiles(self.settings.home / "outbox", outbox, "folder")

    def site_files(self) -> "SiteFiles":
        """The archive of pages."""
        from bot.adapters.site_files import SiteFiles
        from bot.render.pages import day_pages

        return SiteFiles(self.site, day_pages, "site")

    def archive(self, progress: Progress | None = None) -> Archive:
        """What arXiv still tells of earlier days."""
        return self._archive(self.arxiv(), progress)

    def feed(self) -> "ArxivSource":
        """arXiv's feed of today."""
        return self._feed(self.arxiv(), None)

    def language_model(self) -> LanguageModel | None:
        """The model that judges; None without a key."""
        return self.claude(self.settings.judge_model, "JUDGE_MODEL")

    def claude(self, model: str, setting: str, *, timeout_s: float = 180.0, tries: int = 3) -> "Claude | None":
        """One of Anthropic's models; None without a key. setting: the variable that names it. The rest: see Claude."""
        if self.settings.anthropic_api_key is None:
            return None
        from bot.adapters.claude import Claude

        key, url = self.settings.anthropic_api_key.reveal(), self.settings.anthropic_base_url
        retried = partial(self.meter.retried, "claude")
        return Claude(key, model, base_url=url, setting=setting, timeout_s=timeout_s, tries=tries, retried=retried)

    def workspaces(self) -> "Workspaces":
        """What there is of Slack workspaces and profiles, to look at and to remove."""
        from bot.adapters.database.workspaces import Workspaces

        return Workspaces(self.database, self.site, self.settings.home / "outbox")

    def installations(self) -> "Installations | None":
        """The workspaces that installed the app by themselves; None where there is only the settings' own.

        Raises SettingsError for a key that is none.
        """
        if not self.settings.many_workspaces:
            return None
        from bot.adapters.database.installations import Installations

        assert self.settings.slack_token_key, "settings see to it"
        return Installations(self.database, self.clock, self.settings.slack_token_key.reveal())

    def _judge(self, progress: Progress | None, stop: Stop | None) -> Judge:
        llm = self.language_model()
        if llm is None:
            from bot.ranking.offline import OfflineJudge
            from bot.render.prompts import offline_rubric, shared_terms

            return OfflineJudge(offline_rubric, shared_terms)
        from bot.judging import LlmJudge

        return LlmJudge(
            llm,
            self.store,
            papers_per_call=self.settings.judge_papers_per_call,
            calls_at_once=self.settings.judge_calls_at_once,
            progress=progress,
            stop=stop,
        )

    def arxiv(self) -> "ArxivWeb":
        """The one way to all of arXiv's hosts."""
        from bot.adapters.arxiv_gate import Gate
        from bot.adapters.arxiv_web import ArxivWeb, user_agent

        gate = Gate(_gate_folder(self.settings), self.settings.arxiv_delay_s)
        agent = user_agent(self.settings.arxiv_contact)
        return ArxivWeb(gate, agent, retried=partial(self.meter.retried, "arxiv"))

    def _feed(self, web: "ArxivWeb", progress: Progress | None) -> "ArxivSource":
        from bot.adapters.arxiv_source import ArxivSource

        return ArxivSource(
            web,
            feed_url=self.settings.arxiv_feed_url,
            site_url=self.settings.arxiv_site_url,
            api_url=self.settings.arxiv_api_url,
            progress=progress,
        )

    def _archive(self, web: "ArxivWeb", progress: Progress | None) -> Archive:
        from bot.adapters.arxiv_archive import ArxivArchive

        site, api = self.settings.arxiv_site_url, self.settings.arxiv_api_url
        return ArxivArchive(web, site_url=site, api_url=api, progress=progress)


def database_url(settings: Settings) -> str:
    """Where the database is, in SQLAlchemy's form. May hold a password."""
    if settings.database_url:
        return settings.database_url.reveal()
    return f"sqlite:///{settings.home}/broadsheet.db"


def _readable(text: str) -> str:
    from bot.render.tex import to_unicode  # rendering is loaded when somebody reads or writes papers

    return to_unicode(text)


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
        schedule=settings.digest_at,
    )


def _gate_folder(settings: Settings) -> Path:
    """One gate for all Broadsheets of this user on this machine; a stand-in's must not hold up the real one."""
    if not settings.real_arxiv:
        return settings.home / "gate"
    return Path(tempfile.gettempdir()) / f"broadsheet-arxiv-{os.getuid()}"


def page_url(settings: Settings, profile: Profile, day: date) -> str | None:
    """Where readers find the day's page, if the site has a public address."""
    return f"{settings.public_url}/{profile.id}/{day}/" if settings.public_url else None
