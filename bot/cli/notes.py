"""note: the deep note on one paper."""

import sys
from signal import SIGINT, SIGTERM
from typing import Annotated

import typer

from bot.cli.opening import ProfileId, Verbose, opened
from bot.domain.calendar import long_date
from bot.domain.note import NoteStage
from bot.domain.paper import PaperId
from bot.stopping import StopOnSignal


def note(
    paper: Annotated[
        str, typer.Argument(metavar="ID", help="As arXiv writes it, such as 2605.01234, or a link to it.")
    ],
    *,
    profile: ProfileId = "default",
    again: Annotated[bool, typer.Option("--again", help="Make it anew, although there is one.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the note document, and nothing else, on stdout.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Print the deep note on one paper: its formulas, method, experiments, and what to verify. Kept once it is made."""
    from bot.app.study import find_note, write_note
    from bot.progress import shown_on
    from bot.render.note import note_path, note_text
    from bot.render.note_document import note_document

    arxiv_id = _id(paper)
    with opened(verbose) as app, shown_on(sys.stderr) as progress, StopOnSignal(SIGINT, SIGTERM) as stop:
        reader = app.profile(profile)
        made = kept = None if again else find_note(app, arxiv_id, reader)
        if made is None:
            stages, reached = list(NoteStage), [0]

            def tell(stage: NoteStage) -> None:
                reached.append(max(reached[-1], stages.index(stage)))  # the second answer is checked again
                progress.step("deep note", reached[-1], len(stages))

            made = write_note(app, arxiv_id, reader, tell, again=again, stop=stop)
            progress.step("deep note", len(stages), len(stages))
        page = app.site / reader.id / note_path(made) / "index.html"
    if page.is_file():
        typer.echo(f"As a page: {page}", err=True)
    if kept:
        typer.echo(f"Made on {long_date(kept.at)}. To make it anew: --again", err=True)
    typer.echo(note_document(made) if as_json else note_text(made), nl=False)


def _id(text: str) -> str:
    """The arXiv id, with its version if one was given. Raises BadParameter."""
    try:
        found = PaperId.parse(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}: write it as 2605.01234") from error
    return f"{found.arxiv_id}v{found.version}" if found.version else found.arxiv_id
