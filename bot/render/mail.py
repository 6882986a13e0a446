"""A digest as a mail: HTML through MJML, and plain text. The wording is in templates/email and templates/text.

Gmail clips HTML above about 102 KB. So as many papers as fit are in full, the tail is by title, and where even that is
too much, the rest is only counted.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from mjml import mjml2html

from bot.domain.characters import one_line
from bot.domain.digest import Digest, Entry
from bot.domain.message import Mail, Page
from bot.domain.note import Note
from bot.render.environment import render
from bot.render.formula_text import formula_rows
from bot.render.head import head
from bot.render.note import NoteHead, note_head
from bot.render.note_blocks import page_beside

LARGEST_HTML = 99_000  # bytes
ROOM_FOR_FULL = 0.7  # of LARGEST_HTML, where not even the titles of all papers fit beside the ones in full


class NoteCut(StrEnum):
    """How much of the deep notes is shown, most first."""

    WHOLE = "whole"
    SUMMARIES = "summaries"
    TITLES = "titles"


@dataclass(frozen=True)
class Cut:
    """Numbers of the papers that are shown in full and by title, and how many are not shown at all."""

    full: frozenset[int]
    brief: frozenset[int] = frozenset()
    left_out: int = 0
    notes: NoteCut = NoteCut.WHOLE

    @classmethod
    def of(cls, entries: Sequence[Entry], full: int, brief: int, notes: NoteCut = NoteCut.WHOLE) -> "Cut":
        """The first `full` entries in full, the next `brief` by title."""
        numbers = [entry.number for entry in entries]
        shown = full + brief
        return cls(frozenset(numbers[:full]), frozenset(numbers[full:shown]), max(0, len(numbers) - shown), notes)

    @property
    def shortened(self) -> bool:
        """Whether any paper is not in full."""
        return bool(self.brief or self.left_out)

    def touches(self, entries: Sequence[Entry]) -> bool:
        """Whether any of them is shown."""
        return any(entry.number in self.full or entry.number in self.brief for entry in entries)


@dataclass(frozen=True)
class NoteIn:
    """A deep note in a mail. page: its address, or None. number: of its paper in the digest, 0 if it has none there."""

    note: Note
    head: NoteHead
    page: str | None
    number: int


def mail(digest: Digest, page: str | None, address: str, domain: str) -> Mail:
    """The mail to one address. page: the digest's page, if it has a public one. domain: for the Message-ID."""
    cut = _fitting(digest, page)
    return Mail(
        subject=subject(digest),
        text=_text(digest, page, cut),
        html=_html(digest, page, cut),
        message_id=message_id(digest, address, domain),
    )


def outbox(digest: Digest) -> tuple[Page, ...]:
    """The same as two files, with every paper in full: what a reader without mail or Slack opens."""
    folder, everything = f"{digest.day}-{digest.profile.id}", Cut.of(digest.entries, len(digest.entries), 0)
    return (
        Page(f"{folder}/digest.html", _html(digest, None, everything)),
        Page(f"{folder}/digest.txt", _text(digest, None, everything)),
    )


def subject(digest: Digest) -> str:
    """One line without control characters, so that it can add no header."""
    return one_line(render("templates/email/subject.txt.j2", digest=digest))


def message_id(digest: Digest, address: str, domain: str) -> str:
    """The same for one edition and one address, without angle brackets. A supplement is known by its papers."""
    edition = " ".join(sorted(digest.shown_ids)) if digest.supplement else "first"
    digits = sha256("\n".join([digest.profile.id, str(digest.day), edition, address]).encode()).hexdigest()[:32]
    return f"{digits}@{re.sub(r'[^A-Za-z0-9.-]', '', domain) or 'broadsheet.invalid'}"


def _fitting(digest: Digest, page: str | None) -> Cut:
    """The cut that shows most within LARGEST_HTML. Size grows with every paper shown, so it is found by bisection.

    Notes are shortened before papers are: a note can be read elsewhere, too.
    """
    entries, count = digest.entries, len(digest.entries)

    def size(full: int, brief: int, notes: NoteCut) -> int:
        return len(_html(digest, page, Cut.of(entries, full, brief, notes)).encode())

    for notes in NoteCut if digest.notes else (NoteCut.WHOLE,):
        if size(count, 0, notes) <= LARGEST_HTML:
            return Cut.of(entries, count, 0, notes)
    if size(0, count, notes) <= LARGEST_HTML:
        full = _most(count, lambda full: size(full, count - full, notes), LARGEST_HTML)
        return Cut.of(entries, full, count - full, notes)
    full = _most(count, lambda full: size(full, 0, notes), int(LARGEST_HTML * ROOM_FOR_FULL))
    return Cut.of(entries, full, _most(count - full, lambda brief: size(full, brief, notes), LARGEST_HTML), notes)


def _most(count: int, size: Callable[[int], int], largest: int) -> int:
    """The greatest n, 0 to count, whose size is at most `largest`; 0 if there is none."""
    return max(0, bisect_right(range(count + 1), largest, key=size) - 1)


def _html(digest: Digest, page: str | None, cut: Cut) -> str:
    values = {**_values(digest, page, cut), "subject": subject(digest)}
    preview = one_line(render("templates/email/preview.txt.j2", **values))
    return str(mjml2html(render("templates/email/digest.mjml.j2", preview=preview, **values), disable_comments=False))


def _text(digest: Digest, page: str | None, cut: Cut) -> str:
    text = render("templates/text/digest.txt.j2", **_values(digest, page, cut))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _values(digest: Digest, page: str | None, cut: Cut) -> dict[str, object]:
    numbers = {entry.announcement.paper.arxiv_id: entry.number for entry in digest.entries}
    timezone = digest.profile.schedule.timezone
    notes = [
        NoteIn(note, note_head(note, timezone), page_beside(page, note), numbers.get(note.arxiv_id, 0))
        for note in digest.notes
    ]
    return {
        "digest": digest,
        "head": head(digest),
        "page": page,
        "cut": cut,
        "notes": notes,
        "noted": {note.arxiv_id for note in digest.notes},
        "formula_rows": formula_rows,
    }
