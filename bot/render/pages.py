"""The page of one digest: as HTML in one file, as Markdown and as JSON; and those of its deep notes.

The wording is in templates/site.
"""

from bot.domain.digest import Digest
from bot.domain.message import Page
from bot.render.document import document
from bot.render.environment import render
from bot.render.head import head
from bot.render.note import note_link, note_pages


def day_pages(digest: Digest) -> tuple[Page, ...]:
    """index.html, digest.md and digest.json in the folder of the profile and the day; then its notes' pages."""
    folder = f"{digest.profile.id}/{digest.day}"
    values = {
        "digest": digest,
        "head": head(digest),
        "notes": {note.arxiv_id: note_link(note) for note in digest.notes},
    }
    return (
        Page(f"{folder}/index.html", render("templates/site/day.html.j2", **values) + "\n"),
        Page(f"{folder}/digest.md", render("templates/site/day.markdown.j2", **values) + "\n"),
        Page(f"{folder}/digest.json", document(digest)),
        *(page for note in digest.notes for page in note_pages(note, digest.profile)),
    )
