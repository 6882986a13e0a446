"""The study, wired: what deep notes need, and who makes them where."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.adapters.database.library import DatabaseLibrary
from bot.adapters.database.notes import DatabaseNotes, DatabaseRelatives
from bot.app import App
from bot.aside import aside_stages
from bot.domain.note import Note, NoteStage
from bot.domain.paper import Paper, PaperId
from bot.domain.profile import Profile
from bot.errors import DeliveryError, NoteError
from bot.ports import NoNotes, NoteMaker, Progress, Stop
from bot.settings import Settings
from bot.study import Study

if TYPE_CHECKING:
    from bot.adapters.arxiv_web import ArxivWeb

log = logging.getLogger(__name__)

LONGEST_MAKING_S = 900.0
# A note is a long answer that comes in one piece; a try that timed out may have been paid for.
LONGEST_ANSWER_S, TRIES = 600.0, 2


def study(app: App, web: "ArxivWeb", stop: Stop | None = None, *, comes_back: bool = False) -> Study:
    """What notes need. web: the way to arXiv. comes_back: see Study."""
    from bot.adapters.arxiv_text import ArxivTexts
    from bot.adapters.claude_batch import ClaudeBatch
    from bot.adapters.prices import Tokens, price

    settings = app.settings
    claude = app.claude(settings.notes_model, "NOTES_MODEL", timeout_s=LONGEST_ANSWER_S, tries=TRIES)

    def listed(asked: int, answered: int) -> Decimal | None:
        return price(settings.notes_model, Tokens(input=asked, output=answered))

    return Study(
        texts=ArxivTexts(web, site_url=settings.arxiv_site_url, ar5iv_url=settings.arxiv_ar5iv_url, now=app.clock.now),
        notes=DatabaseNotes(app.database, app.clock),
        relatives=DatabaseRelatives(app.database),
        model=claude,
        batch=ClaudeBatch(claude) if claude else None,
        clock=app.clock,
        tokens=settings.notes_tokens,
        usd_per_day=settings.notes_usd_per_day,
        price=listed,
        waits=timedelta(minutes=settings.notes_wait_minutes),
        wait=time.sleep,
        stop=stop,
        comes_back=comes_back,
    )


def top_notes(
    app: App, web: "ArxivWeb", progress: Progress | None, stop: Stop | None, *, comes_back: bool
) -> NoteMaker:
    """Who writes notes on a digest's best papers. comes_back: see Study."""
    if app.settings.notes_per_digest == 0:
        return NoNotes()
    from bot.notes.top import TopNotes

    return TopNotes(study(app, web, stop, comes_back=comes_back), app.settings.notes_per_digest, progress)


def find_note(app: App, arxiv_id: str, profile: Profile) -> Note | None:
    """The note on that version of the paper, or on the newest known one, in the profile's language. Asks nobody.

    Where there is a key, one that only quotes is none; see bot.study.Study.kept. Its page is put, should it be missing.
    """
    wanted = PaperId.parse(arxiv_id)
    known = DatabaseLibrary(app.database).papers([wanted.arxiv_id]).get(wanted.arxiv_id)
    version = wanted.version or (known.version if known else None)
    note = DatabaseNotes(app.database, app.clock).note(wanted.arxiv_id, version, profile.language)
    if note is None or (note.offline and app.settings.anthropic_api_key):
        return None
    _put_page(app, note, profile)
    return note


def write_note(
    app: App,
    arxiv_id: str,
    profile: Profile,
    tell: Callable[[NoteStage], None],
    *,
    again: bool = False,
    within_budget: bool = False,
    stop: Stop | None = None,
) -> Note:
    """Make the note, if there is none or again, and its page. Raises SourceError, JudgeError, NoteError.

    within_budget: refuse what would cost more than notes may on one day.
    """
    from bot.notes import make_note
    from bot.notes.asking import Asking
    from bot.notes.budget import Purse

    paper, day = _paper(app, PaperId.parse(arxiv_id)), app.today()
    ours = study(app, app.arxiv(), stop)
    purse, asking = Purse(ours), None
    if within_budget:
        purse.refuse_if_useless()
        asking = Asking(ours, profile, day, allow=purse.allow)
    note = make_note(paper, profile, day, ours, tell, again=again, asking=asking)
    _put_page(app, note, profile)
    return note


def note_page(app: App, profile: Profile, note: Note) -> str | None:
    """Where the note can be read, if it is there and the site has a public address."""
    from bot.render.note import note_path

    place = f"{profile.id}/{note_path(note)}"
    there = (app.site / place / "index.html").is_file()
    return f"{app.settings.public_url}/{place}/" if there and app.settings.public_url else None


def _put_page(app: App, note: Note, profile: Profile) -> None:
    """Unless it shows this very note already. That it cannot be written is only logged: the note is there."""
    from bot.render.note import note_pages, note_path
    from bot.render.note_document import note_document

    document = app.site / profile.id / note_path(note) / "note.json"
    try:
        if not document.is_file() or document.read_bytes() != note_document(note).encode():
            app.site_files().put(note_pages(note, profile))
    except (DeliveryError, OSError) as error:
        about = {"paper": note.arxiv_id, "profile": profile.id, "error": str(error)}
        log.warning("the page of a note cannot be written", extra=about)


def _paper(app: App, wanted: PaperId) -> Paper:
    """As our own listings have it, or else as arXiv tells."""
    paper = DatabaseLibrary(app.database).papers([wanted.arxiv_id]).get(wanted.arxiv_id)
    if paper is None or (wanted.version or 0) > paper.version:
        paper = app.archive().papers([wanted.arxiv_id]).get(wanted.arxiv_id) or paper
    if paper is None:
        raise NoteError(f"arXiv has no paper {wanted.arxiv_id}", hint="Check the id", permanent=True)
    if wanted.version and wanted.version > paper.version:
        told = f"{wanted.arxiv_id} has no version {wanted.version}; its newest is {paper.version}"
        raise NoteError(told, hint="Name that one, or none", permanent=True)
    return replace(paper, version=wanted.version or paper.version)


class AsideNotes:
    """Implements bot.desk.NoteDesk: each note is made in a process of its own, so that others are not held up."""

    def __init__(self, app: App) -> None:
        self._app = app

    def find(self, arxiv_id: str, profile: Profile) -> Note | None:
        """Looks only into the database and at the site."""
        return find_note(self._app, arxiv_id, profile)

    def make(self, arxiv_id: str, profile: Profile, *, again: bool) -> Iterator[NoteStage | Note]:
        """Raises AsideError where it takes too long, besides what it raises itself."""
        settings = self._app.settings
        return aside_stages(_made, settings, arxiv_id, profile, again, within_s=LONGEST_MAKING_S)


def _made(settings: Settings, arxiv_id: str, profile: Profile, again: bool, tell: Callable[[NoteStage], None]) -> Note:
    from bot.log import set_up

    set_up(settings.secrets, logging.INFO, settings.log_format)
    with closing(App(settings)) as app:
        return write_note(app, arxiv_id, profile, tell, again=again, within_budget=True)
