"""What `broadsheet demo` does: the real program on the invented day, once without a key and once with one."""

import shutil
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from bot.app import FIRST_PROFILE, App
from bot.demo.sample import SampleDay, load
from bot.demo.slack_page import slack_page
from bot.demo.world import World, scripted, world
from bot.domain.digest import Digest
from bot.errors import StoreError
from bot.pipeline import run_digest
from bot.ports import Deliveries, Progress
from bot.render.environment import render

MARK = "made-by-broadsheet-demo"


@dataclass(frozen=True)
class Shown:
    """One run of the demo, and the files to look at."""

    digest: Digest
    deliveries: Deliveries
    page: Path
    mail: Path
    slack: Path


def run_demo(folder: Path, progress: Progress) -> str:
    """Run it twice into `folder`, which is emptied first. Returns what to tell the person who tries it."""
    _empty(folder)
    sample = load()
    without = _run(sample, folder / "without-a-key", progress)
    with_key = _run(sample, folder / "with-a-key", progress, judged=True)
    return render("templates/demo/where.txt.j2", without=without, with_key=with_key)


def _run(sample: SampleDay, home: Path, progress: Progress, *, judged: bool = False) -> Shown:
    judge = scripted(sample.verdicts, sample.overviews) if judged else None
    with world({sample.day: sample.announcements}, sample.day, home, judge=judge) as standins:
        app = App(standins.settings())
        try:
            digest, deliveries = run_digest(app.profile(FIRST_PROFILE), sample.day, app.ports(progress))
        finally:
            app.close()
        return Shown(
            digest,
            deliveries,
            page=home / "site" / FIRST_PROFILE / str(sample.day) / "index.html",
            mail=_write(home / "mail.html", _html_of_mail(standins)),
            slack=_write(home / "slack.html", slack_page(standins.slack.messages, standins.slack.channel.name)),
        )


def _html_of_mail(standins: World) -> str:
    mail = message_from_bytes(standins.mail.mails[0].content, policy=policy.default)
    body = mail.get_body(("html",))
    return str(body.get_content()) if body else ""


def _empty(folder: Path) -> None:
    """Make the folder anew, but never remove one that the demo did not make."""
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise StoreError(f"{folder} holds something else than an earlier demo", hint="Move it away, or run elsewhere")
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        (folder / MARK).touch()
    except OSError as error:
        raise StoreError(f"{folder} cannot be made anew ({error.strerror})", hint="Run the demo elsewhere") from error


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
