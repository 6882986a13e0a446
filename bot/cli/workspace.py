"""`broadsheet workspace …`: the Slack workspaces that installed the app."""

from typing import Annotated

import typer

from bot.cli.opening import opened
from bot.domain.characters import one_line
from bot.domain.installation import Removed, Workspace
from bot.errors import SettingsError

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Team = Annotated[str, typer.Argument(help="Id of the workspace, such as T0123456789.")]

workspace = typer.Typer(no_args_is_help=True, help="The Slack workspaces that installed the app.")


@workspace.command("key")
def key() -> None:
    """Print a new key for SLACK_TOKEN_KEY, with which the workspaces' tokens are encrypted. Keep it as a password."""
    from bot.adapters.database.installations import new_key

    typer.echo(new_key())


@workspace.command("rotate")
def rotate() -> None:
    """Encrypt all tokens anew with the first key of SLACK_TOKEN_KEY; then the others can go from there."""
    from bot.adapters.database.installations import Installations

    with opened() as app:
        keys = app.settings.slack_token_key
        if keys is None:
            raise SettingsError("SLACK_TOKEN_KEY is not set", hint="`broadsheet workspace key` makes one")
        count = Installations(app.database, app.clock, keys.reveal()).rotate()
    typer.echo(f"{_count(count, 'token')} encrypted with the first key of SLACK_TOKEN_KEY.")


@workspace.command("list")
def list_() -> None:
    """Show the workspaces, and what there is of each."""
    with opened() as app:
        found = app.workspaces().all()
    for one in found:
        typer.echo(_line(one))
    if not found:
        typer.echo("No workspace installed the app. With one token of your own (SLACK_BOT_TOKEN) none needs to.")


@workspace.command("remove")
def remove(team: Team, yes: Yes = False) -> None:
    """Remove everything there is of a workspace: token, profiles, digests, pages, votes, history."""
    with opened() as app:
        there = app.workspaces()
        typer.echo(_line(there.of(team)))
        if not yes:
            typer.confirm("Remove all of it? Nothing brings it back", abort=True)
        removed = there.remove(team)
    typer.echo(told(removed))
    typer.echo("If the app is still installed there, it answers nobody now; the workspace's owners can remove it.")


def told(removed: Removed) -> str:
    """What was removed and what was not, in words."""
    rows = ", ".join(f"{table} {count}" for table, count in sorted(removed.rows.items()))
    ids = ", ".join(map(one_line, removed.profiles)) or "none"
    return (
        f"Removed. Profiles: {ids}. Rows: {rows or 'none'}. Files of pages: {removed.files}.\n"
        "What stays: what arXiv published and what the judge said of it; backups; what was posted and mailed."
    )


def _line(one: Workspace) -> str:
    profiles = _count(len(one.profiles), "profile") + (
        f" ({', '.join(map(one_line, one.profiles))})" * bool(one.profiles)
    )
    by = (
        f"installed {one.installed_at:%Y-%m-%d} by {one_line(one.installed_by)}"
        if one.installed_at
        else "not installed"
    )
    name = f"  {one_line(one.name)}" if one.name else ""
    return f"{one_line(one.team)}{name}: {by}; {profiles}, {_count(one.digests, 'digest')}"


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
