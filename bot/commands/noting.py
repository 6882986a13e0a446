"""note: a deep note on one paper. Whoever asks for it sees how far it is, until it is there."""

from collections.abc import Callable, Generator

from bot.commands.days import say
from bot.commands.table import Ask
from bot.commands.words import paper_version, something, wrong
from bot.domain.characters import one_line
from bot.domain.conversation import Act, Button, PlaceKind, Reply
from bot.domain.note import Note, NoteStage
from bot.domain.paper import PaperId
from bot.errors import BotError, CommandError, JudgeError, NoteError, SourceError

USAGE = "note 2605.01234"
MESSAGES = 3  # of Slack's, that one note may take
EVERY_S, LONGEST_S = 2, 900
Steps = Generator[NoteStage | Note]
# What went wrong, for readers; the log has it in full.
WHY = (
    (SourceError, "arXiv could not be read"),
    (JudgeError, "the language model gave no answer"),
    (BotError, "it broke down, or took too long"),
)


def note(ask: Ask) -> Reply:
    """note ID [again] - a deep note on one paper: formulas, method, findings, limits, checked against its text.

    The id is as arXiv writes it, or a link to the paper. A note that is there is shown at once, and for free. Making
    one takes about a minute and counts as one of your money-spending commands of today. With again it is made anew.
    Examples: /papers note 2605.01234, /papers note 2605.01234v1 again
    """
    paper, again = _wanted(ask.words)
    wanted = paper.arxiv_id if paper.version is None else f"{paper.arxiv_id}v{paper.version}"
    if not again and (there := ask.desk.notes.find(wanted, ask.profile)):
        return _shown(there, wanted, ask)
    what = f"note {wanted} {ask.profile.language}"
    if not ask.desk.under_way.begin(what):
        return _stage(None, paper, ask, later=lambda: _of_others(what, wanted, ask))
    steps = _steps(what, wanted, ask, again=again)
    next(steps)
    if why := ask.desk.errands.spend(ask.asker, f"note {wanted}"):
        steps.close()
        raise CommandError(f"No note was made of {wanted}. {why}")
    return _stage(NoteStage.READING, paper, ask, later=lambda: _further(steps, paper, wanted, ask))


def _wanted(words: str) -> tuple[PaperId, bool]:
    """Which paper, and whether its note is to be made anew."""
    typed = something(words, "the paper's id", USAGE).split()
    again = len(typed) > 1 and typed[-1].lower() == "again"
    if len(typed) > 1 + again:
        raise wrong("Name one paper, and nothing else but again", f"{USAGE} again")
    return paper_version(typed[0], USAGE), again


def _steps(what: str, wanted: str, ask: Ask, *, again: bool) -> Steps:
    """The first stage at once, so that it is under way from then on; until the note is there, or nobody waits for it
    any more: a generator that is forgotten is closed, too."""
    try:
        yield NoteStage.READING
        yield from ask.desk.notes.make(wanted, ask.profile, again=again)
    finally:
        ask.desk.under_way.end(what)


def _further(steps: Steps, paper: PaperId, wanted: str, ask: Ask) -> Reply:
    """The next stage, or the note. Raises CommandError; at a terminal, whatever it was."""
    try:
        for step in steps:
            if isinstance(step, Note):
                steps.close()
                return _shown(step, wanted, ask, in_thread=True)
            if step is not NoteStage.READING:
                return _stage(step, paper, ask, later=lambda: _further(steps, paper, wanted, ask))
    except BotError as error:
        if ask.asker.place.kind is PlaceKind.TERMINAL:
            raise
        raise _for_readers(error, wanted) from error
    raise CommandError(f"No note could be made of {wanted}", hint=_try_again(wanted))


def _for_readers(error: BotError, wanted: str) -> CommandError:
    """Of hints, only one on what they asked for; the others are for whoever runs the bot."""
    of_notes = isinstance(error, NoteError)
    why = error.what if of_notes else next(told for kind, told in WHY if isinstance(error, kind))
    hint = error.hint if of_notes and error.permanent else _try_again(wanted)
    return CommandError(f"No note could be made of {wanted}: {why}", hint=hint)


def _of_others(what: str, wanted: str, ask: Ask) -> Reply:
    """The note that somebody else is having made, once it is there."""
    for _ in range(LONGEST_S // EVERY_S):
        if what not in ask.desk.under_way:
            break
        ask.desk.wait(EVERY_S)
    made = ask.desk.notes.find(wanted, ask.profile)
    if made is None:
        raise CommandError(f"The note on {wanted} did not come", hint=_try_again(wanted))
    return _shown(made, wanted, ask)


def _stage(stage: NoteStage | None, paper: PaperId, ask: Ask, later: Callable[[], Reply]) -> Reply:
    """How far the note is. stage: None where somebody else is having it made; then only the asker is told."""
    known = ask.desk.library.papers([paper.arxiv_id]).get(paper.arxiv_id)
    others = ask.asker.place.kind is PlaceKind.CHANNEL  # who want to know whom they owe it to
    by = one_line(ask.asker.name) if others else ""
    values = {"stage": stage, "arxiv_id": paper.arxiv_id, "paper": known, "by": by}
    passing = stage not in (None, NoteStage.READING)
    return Reply("note_stage", values, later=later, in_thread=stage is not None, passing=passing)


def _shown(made: Note, wanted: str, ask: Ask, *, in_thread: bool = False) -> Reply:
    page = ask.desk.note_page(ask.profile, made)
    known = made.arxiv_id in ask.desk.library.papers([made.arxiv_id])
    buttons = (
        *((Button("Open page", Act.PAGE, url=page),) if page else ()),
        say(ask, "Make again", f"note {wanted} again"),
        *((say(ask, "Similar papers", f"similar {made.arxiv_id}"),) if known else ()),
        say(ask, "What became of it", f"why {made.arxiv_id}"),
    )
    values = {"note": made, "number": 0, "page": page, "profile": ask.profile}
    return Reply("note", values, buttons, messages=MESSAGES, in_thread=in_thread)


def _try_again(wanted: str) -> str:
    return f"To try it again: /papers note {wanted}"
