"""A deep note: as a page of the archive, as Markdown, and as text for a terminal. The wording is in templates/."""

import re
from dataclasses import dataclass

from bot.domain.language import RIGHT_TO_LEFT
from bot.domain.message import Page
from bot.domain.note import Note
from bot.domain.paper import Links, Paper
from bot.domain.profile import Profile
from bot.render.environment import render
from bot.render.note_document import note_document


@dataclass(frozen=True)
class NoteHead:
    """What is said of a note before what it says; finished sentences.

    notices: what the reader must know, most important first. read: what was read. made: by whom and when, and what it
    took. score: how much of it was found in the paper. links: the paper's. language, direction: of what the note says,
    "en" and "ltr"; the paper's own words may be of another.
    """

    notices: tuple[str, ...]
    read: str
    made: str
    score: str
    links: Links
    language: str
    direction: str


@dataclass(frozen=True)
class NoteLink:
    """A note as a page beside it shows it. folder: from the folder of the profile, without a slash at its end."""

    note: Note
    folder: str
    language: str
    direction: str


def note_path(note: Note) -> str:
    """The folder of the note's page within the profile's: notes/2605.03769v2, notes/hep-th-9901001v1."""
    return f"notes/{re.sub('[^A-Za-z0-9.-]', '-', note.arxiv_id)}v{note.version}"


def note_pages(note: Note, profile: Profile) -> tuple[Page, ...]:
    """index.html, note.md and note.json in the note's folder."""
    folder = f"{profile.id}/{note_path(note)}"
    values = {"note": note, "head": note_head(note, profile.schedule.timezone), "profile": profile}
    return (
        Page(f"{folder}/index.html", render("templates/site/note.html.j2", **values) + "\n"),
        Page(f"{folder}/note.md", render("templates/site/note.markdown.j2", **values) + "\n"),
        Page(f"{folder}/note.json", note_document(note)),
    )


def note_text(note: Note) -> str:
    """For a terminal: at most 72 characters a line, but for addresses and TeX; ends in a line feed."""
    text = render("templates/text/note.txt.j2", note=note, head=note_head(note))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def note_head(note: Note, timezone: str = "UTC") -> NoteHead:
    """The head of a note's page, message and text. timezone: IANA name, for the time when it was made."""
    links = Paper(note.arxiv_id, note.version, "", "", (), ()).links
    language = "en" if note.offline else note.language
    return NoteHead(
        notices=_lines("note_notices", note=note),
        read=" ".join(_lines("note_read", note=note)),
        made=" ".join(_lines("note_made", note=note, timezone=timezone)),
        score=" ".join(_lines("note_score", note=note)),
        links=links,
        language=language,
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
    )


def note_link(note: Note) -> NoteLink:
    """How a digest leads to it."""
    head = note_head(note)
    return NoteLink(note, note_path(note), head.language, head.direction)


def _lines(template: str, **values: object) -> tuple[str, ...]:
    text = render(f"templates/text/{template}.txt.j2", **values)
    return tuple(line.strip() for line in text.splitlines() if line.strip())
