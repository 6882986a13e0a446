"""`broadsheet slash "COMMAND"`: what Slack would answer, here on the terminal."""

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.opening import DONE, FAILED, WRONG, opened, program
from bot.demo import FOLDER as DEMO_FOLDER
from bot.domain.change import TERMINAL
from bot.domain.conversation import Act, Asker, Place, PlaceKind, Reply
from bot.errors import BotError, CommandError, StoreError

if TYPE_CHECKING:
    from bot.app import App
    from bot.demo.slack_page import Line
    from bot.desk import Desk

PROMPT = "/papers"


def slash(
    *,
    command: Annotated[str, typer.Argument(help="As after /papers: top 3. Empty: an overview.")] = "",
    profile: Annotated[str | None, typer.Option("--profile", help="Which profile. Default: the first one.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Apply the change that is shown, without asking.")] = False,
    view: Annotated[
        Path | None, typer.Option(help="Also write a page here that shows the answer as Slack would.")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Speak to what `broadsheet demo` made.")] = False,
    folder: Annotated[Path, typer.Option(help="Where that is, if the demo was told another folder.")] = DEMO_FOLDER,
) -> None:
    """Answer a slash command as Slack would, from the same database. A change is shown first, with Apply or not."""
    with demonstrated(folder) if demo else opened() as app:
        talk = Talk.of(app, profile, _typed_again(profile, folder if demo else None))
        code = talk.say(command)
        if talk.proposal and (apply or _wanted()):
            code = talk.decide(apply=True)
        elif talk.proposal:
            typer.echo("\nNothing was changed. To apply it: say it again with --apply")
        if view:
            talk.write(view)
    raise typer.Exit(code)


def converse(folder: Path) -> None:
    """Let somebody type commands to the demo in `folder` until an empty line. Only where somebody sits."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    with demonstrated(folder) as app:
        talk = Talk.of(app, None, PROMPT)
        page = folder / "answers.html"
        typer.echo(f"\nType a command, such as top 3, or an empty line to end. As Slack shows it: {page}")
        while command := _typed():
            talk.say(command)
            if talk.proposal:
                talk.decide(apply=_wanted())
            talk.write(page)


@dataclass
class Talk:
    """Commands and their answers, one after the other. typed: what stands before a command. proposal: id of the change
    that waits for a decision, if any."""

    desk: "Desk"
    asker: Asker
    typed: str
    proposal: str = ""
    lines: "list[Line]" = field(default_factory=list)

    @classmethod
    def of(cls, app: "App", profile_id: str | None, typed: str) -> "Talk":
        """For the profile of that id; None: the first one. Raises ProfileError."""
        from bot.app import FIRST_PROFILE
        from bot.app.desk import desk

        reader = app.profile(profile_id or FIRST_PROFILE)
        return cls(desk(app), Asker(TERMINAL, Place(PlaceKind.TERMINAL), TERMINAL, reader.id), typed)

    def say(self, command: str) -> int:
        """Print the answer to a command. Returns the exit code: 2 for what cannot be understood, 1 for what failed."""
        from bot.commands import answered
        from bot.demo.slack_page import Line

        self.lines.append(Line(who="You", text=f"{PROMPT} {command}".strip()))
        return self._told(lambda: answered(command, self.asker, self.desk))

    def decide(self, *, apply: bool) -> int:
        """Apply the proposal, or drop it, and print what came of it."""
        from bot.commands.settle import settle

        proposal, self.proposal = self.proposal, ""
        typer.echo()
        return self._told(lambda: settle(proposal, self.asker, self.desk, apply=apply))

    def write(self, page: Path) -> None:
        """Write the page that shows it all as Slack would. Raises StoreError."""
        from bot.demo.slack_page import reply_page

        try:
            page.write_text(reply_page(self.lines, TERMINAL), encoding="utf-8")
        except OSError as error:
            raise StoreError(f"{page} cannot be written: {error.strerror}") from error

    def _told(self, ask: Callable[[], Reply]) -> int:
        from bot.commands import trouble

        code = DONE
        try:
            reply = ask()
            while reply.later:
                self._print(reply)
                reply = reply.later()
        except BotError as error:
            reply, code = trouble(error), WRONG if isinstance(error, CommandError) else FAILED
        self._print(reply, err=code != DONE)
        self._remember(reply)
        self.proposal = next((button.value for button in reply.buttons if button.act is Act.APPLY), "")
        return code

    def _print(self, reply: Reply, *, err: bool = False) -> None:
        from bot.render.replies import reply_text

        typer.echo(reply_text(reply, self.typed), err=err)

    def _remember(self, reply: Reply) -> None:
        """For the page: the answer, what everybody is told besides, and the form that Slack would open."""
        from bot.demo.slack_page import Line
        from bot.render.replies import reply_message, reply_messages
        from bot.render.views import topics_form

        self.lines.extend(Line(message=message) for message in reply_messages(reply))
        if reply.form:
            self.lines.append(Line(view=topics_form(self.desk.book.get(self.asker.profile_id), "")))
        if reply.to_channel:
            self.lines.append(Line(message=reply_message(reply.to_channel), only_you=False))


@contextmanager
def demonstrated(folder: Path) -> "Iterator[App]":
    """The bot on what the demo made in `folder`, on its day, among its stand-ins. Raises StoreError."""
    from bot.app import App
    from bot.demo.run import demo_again
    from bot.log import set_up

    set_up(())
    with demo_again(folder) as settings, closing(App(settings)) as app:
        yield app


def _typed_again(profile: str | None, demo: Path | None) -> str:
    """What stands before the next command, so that it speaks to the same profile."""
    words = [program(), "slash"]
    words += ["--demo"] if demo else []
    words += ["--folder", str(demo)] if demo and demo != DEMO_FOLDER else []
    words += ["--profile", profile] if profile else []
    return shlex.join(words)


def _wanted() -> bool:
    """Ask whether to apply, where somebody sits."""
    return sys.stdin.isatty() and typer.confirm("\nApply?", default=False)


def _typed() -> str:
    """The next command; empty where there is none any more."""
    try:
        return str(typer.prompt(f"\n{PROMPT}", default="", show_default=False, prompt_suffix=" ")).strip()
    except typer.Abort:
        return ""
