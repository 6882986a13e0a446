"""Every verb a person types; exit codes.

0 done · 1 failed · 2 wrong usage or settings · 3 delivered, but something is left (unjudged papers, a failed outlet).
Heavy parts are imported inside the verbs, so that `broadsheet --help` answers at once.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import BotError, ProfileError, SettingsError, WrongDayError

if TYPE_CHECKING:
    from bot.app import App

DONE, FAILED, WRONG, LEFT = 0, 1, 2, 3

cli = typer.Typer(
    name="broadsheet",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Reads arXiv every announcement day, judges each paper against your topics, and delivers the digest.",
)
profiles = typer.Typer(no_args_is_help=True, help="See and change who reads what.")
cli.add_typer(profiles, name="profile")

ProfileId = Annotated[str, typer.Option("--profile", help="Which profile.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log every event, not only warnings.")]


def main() -> None:
    """Run the command line; a failure is one sentence on stderr, never a traceback."""
    try:
        cli()
    except (SettingsError, ProfileError, WrongDayError) as error:
        _refuse(error, WRONG)
    except BotError as error:
        _refuse(error, FAILED)


@cli.command()
def demo(folder: Annotated[Path, typer.Option(help="Where to write; emptied first.")] = Path("var/demo")) -> None:
    """Make the digest of an invented day, against local stand-ins. Needs no key, no account and no internet."""
    from bot.demo.run import run_demo
    from bot.log import set_up
    from bot.progress import shown_on

    set_up(())
    with shown_on(sys.stderr) as progress:
        told = run_demo(folder, progress)
    typer.echo(told)


@cli.command()
def digest(
    *,
    day: Annotated[str | None, typer.Option(help="Announcement day, as 2026-05-06. Default: today's.")] = None,
    profile: ProfileId = "default",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Make it, but deliver it nowhere. (Verdicts are kept.)")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the digest document, and nothing else, on stdout.")
    ] = False,
    send_again: Annotated[list[str] | None, typer.Option(help="An outlet whose last try was cut off.")] = None,
    verbose: Verbose = False,
) -> None:
    """Make and deliver the digest of today's announcement day. Safe to run again: nothing is bought or sent twice."""
    from bot.pipeline import preview_digest, run_digest
    from bot.ports import NOWHERE
    from bot.progress import shown_on
    from bot.render.document import document
    from bot.render.summary import summary

    with _app(verbose) as app, shown_on(sys.stderr) as progress:
        reader = app.profile(profile)
        wanted = _day(day) if day else app.today()
        for outlet in send_again or ():
            if not app.ledger.send_again(reader, wanted, outlet):
                raise ProfileError(
                    f"no try to send the digest of {wanted} to {outlet!r} was cut off", hint="Check its name"
                )
        bot = app.ports(progress)
        if dry_run:
            made, deliveries = preview_digest(reader, wanted, bot), NOWHERE
        else:
            made, deliveries = run_digest(reader, wanted, bot)
    typer.echo(document(made) if as_json else summary(made, deliveries, dry_run=dry_run))
    left = made.unjudged or any(delivery.trouble for delivery in deliveries)
    raise typer.Exit(LEFT if left else DONE)


@cli.command()
def check(profile: ProfileId = "default", verbose: Verbose = False) -> None:
    """Try every connection; say what is wrong and how to mend it. Sends nothing to anyone."""
    with _app(verbose) as app:
        results = app.check(app.profile(profile))
    for result in results:
        typer.echo(f"{'ok ' if result.works else 'BAD'}  {result.what:<9} {result.told}")
    raise typer.Exit(DONE if all(result.works for result in results) else FAILED)


@cli.command()
def cost(month: Annotated[str | None, typer.Option(help="As 2026-05. Default: this month.")] = None) -> None:
    """What the judge took in a month: calls' tokens and US dollars, by model and kind."""
    from bot.render.summary import cost_table

    with _app() as app:
        first = _day(f"{month}-01") if month else app.today().replace(day=1)
        typer.echo(cost_table(first, app.store.usage_in_month(first)))


@profiles.command("show")
def show(profile: ProfileId = "default") -> None:
    """Show a profile, in words."""
    from bot.render.summary import profile_summary

    with _app() as app:
        typer.echo(profile_summary(app.profile(profile), app.profiles.ids()))


@profiles.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="Default: stdout.")] = None, profile: ProfileId = "default"
) -> None:
    """Write a profile as TOML, to edit and import again."""
    from bot.adapters.profile_file import to_toml

    with _app() as app:
        text = to_toml(app.profile(profile))
    if file is None:
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ProfileError(f"{file} cannot be written: {error.strerror}") from error


@profiles.command("import")
def import_(file: Annotated[Path, typer.Argument(help="A file that `export` wrote.")]) -> None:
    """Read a profile from TOML: adds it, or replaces the one of its id."""
    from bot.adapters.profile_file import from_toml

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{file} cannot be read: {error}") from error
    reader = from_toml(text)
    with _app() as app:
        app.profiles.save(reader)
    typer.echo(f"Profile {reader.id} saved: {len(reader.topics)} topics, {' '.join(reader.categories)}.")


@contextmanager
def _app(verbose: bool = False) -> Iterator["App"]:
    """The bot, built from the settings, and closed afterwards."""
    from bot.app import App
    from bot.log import set_up
    from bot.settings import load

    settings = load()
    set_up(settings.secrets, logging.INFO if verbose else logging.WARNING)
    app = App(settings)
    try:
        yield app
    finally:
        app.close()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date: write it as 2026-05-06") from error


def _refuse(error: BotError, code: int) -> None:
    typer.echo(f"broadsheet: {error}", err=True)
    sys.exit(code)
