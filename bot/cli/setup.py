"""The verbs of the one who runs the bot: init, check, backup, restore."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import DONE, FAILED, ProfileId, Verbose, loaded, opened
from bot.domain.characters import clean


def init() -> None:
    """Ask what the bot needs to know, test each answer, and write it to .env (readable by you alone)."""
    from bot.checkup import check_group
    from bot.interview import Interview

    def ask(question: str, *, secret: bool, default: str) -> str:
        return str(typer.prompt(question, default=default, hide_input=secret, show_default=bool(default)))

    Interview(Path(".env"), ask, typer.echo, check_group, os.environ).run()


def check(profile: ProfileId = "default", verbose: Verbose = False) -> None:
    """Try every connection; say what is wrong and how to mend it. Sends nothing to anyone. Then: how the days stand."""
    from bot.checkup import check as checked
    from bot.render.status import status_text
    from bot.worker import survey

    works = True
    with opened(verbose) as app:
        for result in checked(app, app.profile(profile)):
            typer.echo(f"{'ok ' if result.works else 'BAD'}  {result.what:<28}  {clean(result.told)}")
            works &= result.works
        found = survey(app.office())
        typer.echo(f"\n{status_text(found.days)}")
        for broken, error in found.broken.items():
            typer.echo(f"BAD  profile {broken}: {clean(str(error))}")
    raise typer.Exit(DONE if works and not found.broken else FAILED)


def backup(file: Annotated[Path, typer.Argument(help="A new file.")]) -> None:
    """Write a consistent copy of the database, also while the bot runs. (Pages and outbox are not in it.)"""
    from bot.adapters.database.backup import backup as write

    with opened() as app:
        write(app.database, file)
    size = file.stat().st_size / 1e6
    typer.echo(f"The database is in {file} ({size:,.1f} MB). To read it back: broadsheet restore {file}")


def restore(file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")]) -> None:
    """Put a backup in the place of the database. The bot must not run. What stood there is kept beside it."""
    from bot.adapters.database.backup import restore as read
    from bot.app import database_url
    from bot.clock import SystemClock

    settings = loaded()
    now = (settings.clock or SystemClock()).now()
    kept = read(file, database_url(settings), now)
    typer.echo(f"The database is that of {file} now." + (f" What stood there before is in {kept}." if kept else ""))
