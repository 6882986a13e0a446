"""`broadsheet profile …`: see and change who reads what."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.opening import ProfileId, opened
from bot.cli.workspace import Yes, told
from bot.domain.change import TERMINAL, Proposal, Settling, differences
from bot.domain.characters import clean, one_line
from bot.domain.profile import Profile
from bot.errors import CommandError, ProfileError

if TYPE_CHECKING:
    from bot.app import App

profiles = typer.Typer(no_args_is_help=True, help="See and change who reads what.")


@profiles.command("show")
def show(profile: ProfileId = "default") -> None:
    """Show a profile, in words."""
    from bot.render.summary import profile_summary

    with opened() as app:
        typer.echo(profile_summary(app.profile(profile), app.profiles.ids()))


@profiles.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="Default: stdout.")] = None, profile: ProfileId = "default"
) -> None:
    """Write a profile as TOML, to edit and import again."""
    from bot.adapters.profile_file import to_toml

    with opened() as app:
        text = to_toml(app.profile(profile))
        if file and str(file) in app.profiles.ids():
            raise ProfileError(f"{file} is a profile", hint=f"broadsheet profile export {file}.toml --profile {file}")
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
    with opened() as app:
        lines = _changes(app, reader)
        app.profiles.save(reader)
    topics = "1 topic" if len(reader.topics) == 1 else f"{len(reader.topics)} topics"
    typer.echo(f"Profile {reader.id} saved: {topics}, {' '.join(reader.categories)}; wanted at {reader.schedule}.")
    typer.echo("\n".join(lines))


@profiles.command("history")
def history(
    profile: ProfileId = "default",
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many changes.")] = 20,
) -> None:
    """Show who changed what of a profile and when, the newest first."""
    with opened() as app:
        changes = app.book.history(app.profile(profile).id, count)
    for one in changes:
        taken_back = " (taken back)" if one.undone else ""
        typer.echo(f"{one.at:%Y-%m-%d %H:%M} UTC  {one_line(one.user)}: {one_line(one.what)}{taken_back}")
    if not changes:
        typer.echo("No change is recorded.")


@profiles.command("undo")
def undo(profile: ProfileId = "default") -> None:
    """Take back the last change of a profile, whoever made it; again, and the one before goes, too."""
    with opened() as app:
        now, book = app.profile(profile), app.book
        last = book.undoable(profile)
        if last is None or last.before is None:
            raise CommandError(f"there is no change of {profile} to take back", permanent=True)
        what = f"took back: {last.what}"
        proposal = Proposal(now.id, TERMINAL, what, now, last.before, undoes=last.id)
        if book.settle(book.propose(proposal), TERMINAL, apply=True) is not Settling.APPLIED:
            raise CommandError(f"{profile} was changed by somebody else just now", hint="Look at it, then try again")
        lines = _compared(now, last.before)
    typer.echo(f"Profile {profile}: took back what {one_line(last.user)} did, {one_line(last.what)}.")
    typer.echo("\n".join(lines))


@profiles.command("remove")
def remove(profile: Annotated[str, typer.Argument(help="Id of the profile.")], yes: Yes = False) -> None:
    """Remove a profile and everything that was made for it: digests, pages, votes, history."""
    from bot.app import FIRST_PROFILE

    with opened() as app:
        there = app.workspaces()
        if profile not in app.profiles.ids():
            app.profiles.get(profile)  # says that there is none, and which there are
        if profile == FIRST_PROFILE:
            typer.echo(f"{profile} is the first profile: the bot makes it again from the settings when it needs it.")
        if not yes:
            typer.confirm(f"Remove {profile} and everything that was made for it? Nothing brings it back", abort=True)
        removed = there.remove_profile(profile)
    typer.echo(told(removed))


def _changes(app: "App", reader: Profile) -> list[str]:
    """What saving the profile changes, a line each."""
    try:
        before = app.profiles.get(reader.id) if reader.id in app.profiles.ids() else None
    except ProfileError as error:
        return [f"  in place of one that could not be read: {one_line(str(error))}"]
    return ["  It is a new one."] if before is None else _compared(before, reader)


def _compared(before: Profile, after: Profile) -> list[str]:
    from bot.adapters.profile_file import to_document

    lines = [f"  {clean(line)}" for line in differences(to_document(before), to_document(after))]
    return lines or ["  Nothing changed."]
