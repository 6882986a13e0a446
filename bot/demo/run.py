"""What `broadsheet demo` does: the real program on the invented day, once without a key and once with one."""

import shlex
import shutil
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from bot.app import FIRST_PROFILE, App
from bot.demo import FOLDER
from bot.demo.sample import SampleDay, load
from bot.demo.slack_page import slack_page
from bot.demo.world import World, scripted, world
from bot.domain.digest import Digest
from bot.errors import SettingsError, StoreError
from bot.pipeline import run_digest
from bot.ports import Deliveries, Progress
from bot.render.environment import render
from bot.render.head import Head, head
from bot.settings import Settings
from bot.settings import load as load_settings

MARK = "made-by-broadsheet-demo"
WITHOUT, WITH = "without-a-key", "with-a-key"
NOBODY = "http://127.0.0.1:9"  # the discard port: the stand-ins are gone when somebody talks to what they left


LISTENS = {"SLACK_SIGNING_SECRET": "stand-in"}  # so that the digest in Slack has its buttons


@dataclass(frozen=True)
class Shown:
    """One run of the demo, and the files to look at."""

    digest: Digest
    deliveries: Deliveries
    head: Head
    page: Path
    mail: Path
    slack: Path


@dataclass(frozen=True)
class Told:
    """What to tell the person who tries it. delivered: whether every outlet took its digest."""

    text: str
    delivered: bool


def run_demo(folder: Path, progress: Progress, program: str = "broadsheet") -> Told:
    """Run it twice into `folder`, which is emptied first. program: what to type for this program."""
    _empty(folder)
    sample = load()
    without = _run(sample, folder / WITHOUT, progress)
    with_key = _run(sample, folder / WITH, progress, judged=True)
    failed = any(delivery.trouble for shown in (without, with_key) for delivery in shown.deliveries)
    elsewhere = _elsewhere(folder)
    told = render(
        "templates/demo/where.txt.j2", without=without, with_key=with_key, program=program, elsewhere=elsewhere
    )
    return Told(told, delivered=not failed)


def demo_settings(folder: Path) -> Settings:
    """Those of the run with a key, at nine in the morning of its day, with nothing outside. Raises SettingsError."""
    home = folder / WITH
    if not (home / "broadsheet.db").is_file():
        raise SettingsError(f"there is no demo in {folder}", hint="Make it first: broadsheet demo", permanent=True)
    environment = {
        "BROADSHEET_HOME": str(home),
        "BROADSHEET_NOW": f"{load().day}T09:00:00-05:00",
        "ANTHROPIC_API_KEY": "stand-in",
        "ANTHROPIC_BASE_URL": NOBODY,
        **{f"ARXIV_{name}_URL": NOBODY for name in ("FEED", "API", "SITE")},
    }
    return load_settings(environment, dotenv=home / "no.env")


def _run(sample: SampleDay, home: Path, progress: Progress, *, judged: bool = False) -> Shown:
    judge = scripted(sample.verdicts, sample.overviews) if judged else None
    with world({sample.day: sample.announcements}, sample.day, home, judge=judge) as standins:
        app = App(standins.settings(**LISTENS))
        try:
            digest, deliveries = run_digest(app.profile(FIRST_PROFILE), sample.day, app.ports(progress))
        finally:
            app.close()
        return Shown(
            digest,
            deliveries,
            head(digest),
            page=home / "site" / FIRST_PROFILE / str(sample.day) / "index.html",
            mail=_write(home / "mail.html", _html_of_mail(standins)),
            slack=_write(home / "slack.html", slack_page(standins.slack.messages, standins.slack.channel.name)),
        )


def _elsewhere(folder: Path) -> str:
    """What `broadsheet slash --demo` must be told, if it would not find the demo by itself."""
    return "" if folder == FOLDER else f" --folder {shlex.quote(str(folder))}"


def _html_of_mail(standins: World) -> str:
    mail = message_from_bytes(standins.mail.mails[0].content, policy=policy.default)
    body = mail.get_body(("html",))
    return str(body.get_content()) if body else ""


def _empty(folder: Path) -> None:
    """Make the folder anew, but never remove one that the demo did not make."""
    try:
        if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
            raise StoreError(
                f"{folder} holds something else than an earlier demo", hint="Use --folder to write elsewhere"
            )
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        (folder / MARK).touch()
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be made anew ({error.strerror})", hint="Use --folder to write elsewhere"
        ) from error


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
