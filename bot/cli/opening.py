"""What the verbs share: exit codes, options, the opened bot, and how dates are typed."""

import logging
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.app import App
    from bot.settings import Settings

DONE, FAILED, WRONG, LEFT = 0, 1, 2, 3

ProfileId = Annotated[str, typer.Option("--profile", help="Which profile.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log every event, not only warnings.")]


def program() -> str:
    """What to type here for this program."""
    typed = Path(sys.argv[0])
    return str(typed) if typed.name == "broadsheet" and not shutil.which(typed.name) else "broadsheet"


def loaded(level: int = logging.WARNING) -> "Settings":
    """The settings, with the log set up by them. level: of our own events."""
    from bot.log import set_up
    from bot.settings import load

    settings = load()
    set_up(settings.secrets, level, settings.log_format)
    return settings


@contextmanager
def opened(verbose: bool = False) -> Iterator["App"]:
    """The bot, built from the settings, and closed afterwards."""
    from bot.app import App

    with closing(App(loaded(logging.INFO if verbose else logging.WARNING))) as app:
        yield app


def day_of(text: str) -> date:
    """A date as people type it. Raises BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date: write it as 2026-05-06") from error


def month_of(text: str) -> date:
    """The first day of a month as people type it. Raises BadParameter."""
    try:
        first = date.fromisoformat(f"{text}-01")
        if not 1991 <= first.year <= 2100:  # arXiv began in 1991
            raise ValueError(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no month: write it as 2026-05") from error
    return first
