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

from bot.domain.characters import clean
from bot.errors import BotError, ProfileError, SettingsError, WrongDayError

if TYPE_CHECKING:
    from bot.app import App
    from bot.domain.profile import Profile

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
def demo(folder: Annotated[Path, typer.Option(help="Where to write; emptied first.")] = Path("var/demo")) -> None:
    """Make the digest of an invented day, against local stand-ins. Needs no key, no account and no internet."""
    from bot.demo.run import run_demo
    from bot.log import set_up
    from bot.progress import shown_on

    set_up(())
    with shown_on(sys.stderr) as progress:
        told = run_demo(folder, progress)
    typer.echo(told.text)
    raise typer.Exit(DONE if told.delivered else LEFT)


@cli.command()
def digest(
    *,
    day: Annotated[str | None, typer.Option(help="Announcement day, as 2026-05-06; only today's can be made.")] = None,
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
        _refuse_other_day(wanted, app.today())
        _forget_cut_off(app, reader, wanted, send_again or [])
        bot = app.ports(progress)
        if dry_run:
            made, deliveries = preview_digest(reader, wanted, bot), NOWHERE
        else:
            made, deliveries = run_digest(reader, wanted, bot)
    if as_json:
        typer.echo(document(made), nl=False)
    else:
        typer.echo(summary(made, deliveries, dry_run=dry_run))
    left = made.unjudged or any(delivery.trouble for delivery in deliveries)
    raise typer.Exit(LEFT if left else DONE)


@cli.command()
def check(profile: ProfileId = "default", verbose: Verbose = False) -> None:
    """Try every connection; say what is wrong and how to mend it. Sends nothing to anyone."""
    works = True
    with _app(verbose) as app:
        for result in app.check(app.profile(profile)):
            typer.echo(f"{'ok ' if result.works else 'BAD'}  {result.what:<28}  {clean(result.told)}")
            works &= result.works
    raise typer.Exit(DONE if works else FAILED)


@cli.command()
def cost(month: Annotated[str | None, typer.Option(help="As 2026-05. Default: this month.")] = None) -> None:
    """What the judge took in a month: calls' tokens and US dollars, by model and kind."""
    from bot.render.summary import cost_table

    with _app() as app:
        first = _month(month) if month else app.today().replace(day=1)
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
        with file.open("x", encoding="utf-8") as fresh:
            fresh.write(text)
    except FileExistsError as error:
        raise ProfileError(f"{file} exists already", hint="Name another file, or remove it first") from error
    except OSError as error:
        raise ProfileError(f"{file} cannot be written: {error.strerror}") from error
    typer.echo(f"Profile {profile} is in {file}. Edit it, then: broadsheet profile import {file}")


@profiles.command("import")
def import_(file: Annotated[Path, typer.Argument(help="A file that `export` wrote.")]) -> None:
    """Read a profile from TOML: adds it, or replaces the one of its id."""
    from bot.adapters.profile_file import from_toml

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ProfileError(f"{file} cannot be read: {why}") from error
    reader = from_toml(text)
    with _app() as app:
        app.profiles.save(reader)
    topics = "1 topic" if len(reader.topics) == 1 else f"{len(reader.topics)} topics"
    typer.echo(f"Profile {reader.id} saved: {topics}, {' '.join(reader.categories)}.")


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


def _forget_cut_off(app: "App", reader: "Profile", day: date, outlets: list[str]) -> None:
    """Let these outlets be sent to again."""
    for outlet in outlets:
        if not app.ledger.send_again(reader, day, outlet):
            names = ", ".join(one.name for one in app.outlets(reader))
            raise ProfileError(
                f"no try to send the digest of {day} to {outlet!r} was cut off", hint=f"Outlets: {names}"
            )


def _refuse_other_day(wanted: date, today: date) -> None:
    """arXiv's feed holds today's listing only, so nothing need be asked about another day."""
    if wanted != today:
        hint = "Leave out --day. " + (
            "Catching up with earlier days comes with `broadsheet catch-up`, in a later version"
            if wanted < today
            else "That day has not come yet"
        )
        raise WrongDayError(
            f"only the digest of {today} can be made now, not that of {wanted}", hint=hint, permanent=True
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date: write it as 2026-05-06") from error


def _month(text: str) -> date:
    """The first day of the month."""
    try:
        first = date.fromisoformat(f"{text}-01")
        if not 1991 <= first.year <= 2100:  # arXiv began in 1991
            raise ValueError(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no month: write it as 2026-05") from error
    return first


def _refuse(error: BotError, code: int) -> None:
    typer.echo(f"broadsheet: {clean(str(error))}", err=True)
    sys.exit(code)
