"""What `broadsheet demo` does: the real program on the invented day, once without a key and once with one."""

import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
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
from bot.render.note import note_path
from bot.settings import Settings

MARK = "made-by-broadsheet-demo"
WITHOUT, WITH = "without-a-key", "with-a-key"
# Listening to Slack, so that the digest there has its buttons; and a note on the best paper of the day.
SET_UP = {"SLACK_SIGNING_SECRET": "stand-in", "NOTES_PER_DIGEST": "1"}


@dataclass(frozen=True)
class Shown:
    """One run of the demo, and the files to look at. note: the page of the note on its best paper."""

    digest: Digest
    deliveries: Deliveries
    head: Head
    page: Path
    mail: Path
    slack: Path
    note: Path


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


@contextmanager
def demo_again(folder: Path) -> Iterator[Settings]:
    """The run with a key, at nine in the morning of its day, and the stand-ins around it. Raises SettingsError."""
    home = folder / WITH
    if not (home / "broadsheet.db").is_file():
        raise SettingsError(f"there is no demo in {folder}", hint="Make it first: broadsheet demo", permanent=True)
    with _standins(load(), home, judged=True) as standins:
        # Nothing is delivered to where the demo's Slack and mail were.
        yield standins.settings(SLACK_BOT_TOKEN="", SLACK_CHANNEL="", SMTP_HOST="", MAIL_FROM="", MAIL_TO="")


@contextmanager
def _standins(sample: SampleDay, home: Path, *, judged: bool) -> Iterator[World]:
    judge = scripted(sample.verdicts, sample.overviews, sample.notes) if judged else None
    with world({sample.day: sample.announcements}, sample.day, home, judge=judge, texts=sample.texts) as standins:
        yield standins


def _run(sample: SampleDay, home: Path, progress: Progress, *, judged: bool = False) -> Shown:
    with _standins(sample, home, judged=judged) as standins:
        app = App(standins.settings(**SET_UP))
        try:
            digest, deliveries = run_digest(app.profile(FIRST_PROFILE), sample.day, app.ports(progress))
        finally:
            app.close()
        site = home / "site" / FIRST_PROFILE
        return Shown(
            digest,
            deliveries,
            head(digest),
            page=site / str(sample.day) / "index.html",
            mail=_write(home / "mail.html", _html_of_mail(standins)),
            slack=_write(home / "slack.html", slack_page(standins.slack.messages, standins.slack.channel.name)),
            note=site / note_path(digest.notes[0]) / "index.html",
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
