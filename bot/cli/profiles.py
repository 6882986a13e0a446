"""`broadsheet profile …`: see and change who reads what."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import ProfileId, opened
from bot.errors import ProfileError

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
        app.profiles.save(reader)
    topics = "1 topic" if len(reader.topics) == 1 else f"{len(reader.topics)} topics"
    typer.echo(f"Profile {reader.id} saved: {topics}, {' '.join(reader.categories)}; wanted at {reader.schedule}.")
