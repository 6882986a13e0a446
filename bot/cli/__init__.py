"""Every verb a person types; exit codes.

0 done · 1 failed · 2 wrong usage or settings · 3 delivered, but something is left (unjudged papers, a failed outlet).
Heavy parts are imported inside the verbs, so that `broadsheet --help` answers at once.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import digests, setup
from bot.cli.notes import note
from bot.cli.opening import DONE, FAILED, LEFT, WRONG, program
from bot.cli.profiles import profiles
from bot.cli.slash import converse, slash
from bot.cli.workspace import workspace
from bot.demo import FOLDER as DEMO_FOLDER
from bot.domain.characters import clean
from bot.errors import BotError, ProfileError, SettingsError, WrongDayError

cli = typer.Typer(
    name="broadsheet",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Reads arXiv every announcement day, judges each paper against your topics, and delivers the digest.",
)
cli.add_typer(profiles, name="profile")
cli.add_typer(workspace, name="workspace")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"broadsheet {version('broadsheet')}")
        raise typer.Exit


def main() -> None:
    """Run the command line; a failure is one sentence on stderr, never a traceback."""
    try:
        cli()
    except (SettingsError, ProfileError) as error:
        _refuse(error, WRONG)
    except BotError as error:
        _refuse(error, WRONG if isinstance(error, WrongDayError) and error.permanent else FAILED)


@cli.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Options of broadsheet itself."""


@cli.command()
def demo(folder: Annotated[Path, typer.Option(help="Where to write; emptied first.")] = DEMO_FOLDER) -> None:
    """Make the digest of an invented day, against local stand-ins. Needs no key, no account and no internet."""
    from bot.demo.run import run_demo
    from bot.log import set_up
    from bot.progress import shown_on

    set_up(())
    with shown_on(sys.stderr) as progress:
        told = run_demo(folder, progress, program())
    typer.echo(told.text)
    converse(folder)
    raise typer.Exit(DONE if told.delivered else LEFT)


VERBS: tuple[Callable[..., None], ...] = (
    setup.init,
    setup.check,
    digests.run,
    digests.digest,
    digests.catch_up,
    note,
    digests.cost,
    slash,
    setup.backup,
    setup.restore,
)
for verb in VERBS:
    cli.command()(verb)


def _refuse(error: BotError, code: int) -> None:
    typer.echo(f"broadsheet: {clean(str(error))}", err=True)
    sys.exit(code)
