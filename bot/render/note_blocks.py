"""A deep note as Slack messages. The wording is in templates/replies/note.html.j2."""

from collections.abc import Mapping

from bot.domain.note import Note
from bot.domain.profile import Profile
from bot.render.environment import render
from bot.render.formula_text import formula_rows
from bot.render.note import note_head, note_path
from bot.render.rich_text import Block, to_blocks

# What the template takes besides the note's own values.
NOTE_PARTS: Mapping[str, object] = {"note_head": note_head, "formula_rows": formula_rows}


def note_blocks(note: Note, profile: Profile, page: str | None, number: int) -> list[Block]:
    """All of it, however long. page: the note's address, or None. number: of its paper in a digest."""
    values = {"note": note, "profile": profile, "page": page, "number": number}
    return to_blocks(render("templates/replies/note.html.j2", **NOTE_PARTS, **values))


def page_beside(digest_page: str | None, note: Note) -> str | None:
    """The address of the note's page, by that of a digest of the same profile: https://…/PROFILE/DAY/."""
    return f"{digest_page.rstrip('/').rpartition('/')[0]}/{note_path(note)}/" if digest_page else None
