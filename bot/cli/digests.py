"""The verbs that make digests: digest, catch-up, run; and cost, what they took."""

import logging
import sys
from dataclasses import replace
from datetime import date, timedelta
from signal import SIGINT, SIGTERM
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.opening import DONE, LEFT, ProfileId, Verbose, day_of, loaded, month_of, opened
from bot.errors import ProfileError, SettingsError
from bot.stopping import StopOnSignal

if TYPE_CHECKING:
    from bot.app import App
    from bot.domain.catch_up import Plan
    from bot.domain.profile import Profile


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
    """Make and deliver the digest of one announcement day. Safe to run again: nothing is bought or sent twice."""
    from bot.pipeline import preview_digest, run_digest
    from bot.ports import NOWHERE
    from bot.progress import shown_on
    from bot.render.document import document
    from bot.render.summary import summary

    with opened(verbose) as app, shown_on(sys.stderr) as progress:
        reader = app.profile(profile)
        wanted = day_of(day) if day else app.today()
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


def run() -> None:
    """Run on: make every digest when it is due, catch up with missed days, serve health, metrics and pages."""
    from bot.service import serve

    serve(loaded(logging.INFO))


def catch_up(
    *,
    first: Annotated[str, typer.Option("--from", help="First announcement day, as 2026-05-06.")],
    last: Annotated[
        str | None, typer.Option("--to", help="Last announcement day. Default: the one before today's.")
    ] = None,
    profile: ProfileId = "default",
    files_only: Annotated[
        bool, typer.Option("--files-only", help="Deliver to pages and outbox only, not to Slack and mail.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether to go on.")] = False,
    verbose: Verbose = False,
) -> None:
    """Make the digests of earlier days that have none, oldest first. Says what it takes first; may be stopped."""
    from bot.catchup import catch_up as make
    from bot.catchup import plan
    from bot.progress import shown_on
    from bot.render.catch_up import outcome_text, plan_text, result_text

    with opened(verbose) as app:
        reader, archive = app.profile(profile), app.archive()
        until = day_of(last) if last else app.today() - timedelta(days=1)
        wanted = plan(reader, day_of(first), until, app.ports(), archive, terms=app.terms(reader))
        typer.echo(plan_text(wanted))
        _agreed(wanted, yes=yes)
        with shown_on(sys.stderr) as progress, StopOnSignal(SIGINT, SIGTERM) as stop:
            bot = app.ports(progress, stop)
            if files_only:
                bot = replace(bot, outlets=lambda _: app.files())
            result = make(wanted, bot, lambda outcome: typer.echo(outcome_text(outcome)))
    typer.echo(result_text(result))
    raise typer.Exit(DONE if result.done else LEFT)


def _agreed(wanted: "Plan", *, yes: bool) -> None:
    """Go on only if somebody wants that. Raises Exit."""
    if not wanted.days:
        raise typer.Exit(DONE)
    if yes:
        return
    if not sys.stdin.isatty():
        raise SettingsError("nobody is there to agree", hint="Add --yes to go on without being asked", permanent=True)
    typer.confirm("Go on?", abort=True)


def cost(month: Annotated[str | None, typer.Option(help="As 2026-05. Default: this month.")] = None) -> None:
    """What judge and notes took in a month: calls' tokens and US dollars, by model and kind."""
    from bot.render.summary import cost_table

    with opened() as app:
        first = month_of(month) if month else app.today().replace(day=1)
        typer.echo(cost_table(first, app.store.usage_in_month(first)))


def _forget_cut_off(app: "App", reader: "Profile", day: date, outlets: list[str]) -> None:
    """Let these outlets be sent to again."""
    for outlet in outlets:
        if not app.ledger.send_again(reader, day, outlet):
            names = ", ".join(one.name for one in app.outlets(reader))
            raise ProfileError(
                f"no try to send the digest of {day} to {outlet!r} was cut off", hint=f"Outlets: {names}"
            )
