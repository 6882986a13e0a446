"""The digest as a Slack thread: a headline for the channel, and replies with the papers. Wording: templates/slack/.

The templates keep every single text short; here papers are spread over as many messages as they need, so that none is
too large for Slack.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.digest import Digest, Entry, Section
from bot.domain.message import NOTE_PART, SlackMessage, SlackThread
from bot.domain.note import Note
from bot.render.environment import render
from bot.render.fitting import LARGEST, MOST_BLOCKS, spread
from bot.render.head import head
from bot.render.note_blocks import note_blocks, page_beside
from bot.render.paper_actions import digest_actions, paper_actions
from bot.render.replies import notified
from bot.render.rich_text import Block, size, to_blocks

HEADING_BLOCKS = 5  # of a message, what the heading of a reply may take
HEADING_SIZE, CONTINUED_SIZE = 2_000, 600  # characters of its JSON in a section's first message, and in the others
OVERVIEWS = (600, 120, 0)  # characters of each topic's overview in the headline: the first that fits
TOPICS_IN_HEADLINE = 10
MESSAGES_A_NOTE = 3
UNJUDGED_A_MESSAGE, UNJUDGED_MESSAGES = 15, 4


@dataclass(frozen=True)
class _Shown:
    """A paper and its blocks."""

    entry: Entry
    blocks: list[Block]


def thread(digest: Digest, page_url: str | None, *, interactive: bool = False) -> SlackThread:
    """Every paper shown stands in exactly one reply. page_url: where the whole digest can be read, if it has a page.

    interactive: with buttons, as there is somebody who hears when they are pressed.
    """
    headline, told = _headline(digest, page_url, digest_actions(digest, page_url) if interactive else [])
    replies: list[SlackMessage] = []
    for section in digest.sections:
        headed = replace(section, overview="") if section in told else section
        replies += _replies(f"topic {section.topic.id}", section.entries, digest, headed, interactive=interactive)
    below = tuple(hot.entry for hot in digest.hot if hot.entry)
    replies += _replies("hot", below, digest, None, interactive=interactive)
    for note in digest.notes:
        replies += _note(note, digest, page_url)
    replies += _unjudged(digest)
    return SlackThread(f"{digest.profile.id}/{digest.day}", headline, tuple(replies))


def _headline(digest: Digest, page_url: str | None, actions: Sequence[Block]) -> tuple[SlackMessage, Sequence[Section]]:
    """The headline, and the sections whose overviews it could give at full length. actions: blocks of buttons."""
    values = {"digest": digest, "head": head(digest), "page_url": page_url, "most_topics": TOPICS_IN_HEADLINE}
    for length in OVERVIEWS:
        said = _message("headline", "headline", overview_length=length, **values)
        message = replace(said, blocks=[*said.blocks, *actions])
        if size(message.blocks) <= LARGEST:
            break
    return message, digest.sections[:TOPICS_IN_HEADLINE] if length == OVERVIEWS[0] else ()


def _replies(
    name: str, entries: Sequence[Entry], digest: Digest, section: Section | None, *, interactive: bool
) -> Iterator[SlackMessage]:
    """The papers under their heading, in as many messages as they need. section: None for the hot ones below."""
    papers = (_Shown(entry, _paper(entry, digest, section, interactive=interactive)) for entry in entries)
    for number, batch in enumerate(_batches(papers), start=1):
        shown = [paper.entry for paper in batch]
        heading = _message(f"{name} {number}", "reply", section=section, shown=shown, count=len(entries), number=number)
        blocks = [*heading.blocks, *(block for paper in batch for block in paper.blocks)]
        ids = tuple(entry.announcement.paper.arxiv_id for entry in shown)
        yield SlackMessage(heading.part, heading.text, blocks, ids)


def _paper(entry: Entry, digest: Digest, section: Section | None, *, interactive: bool) -> list[Block]:
    noted = any(note.arxiv_id == entry.announcement.paper.arxiv_id for note in digest.notes)
    said = to_blocks(render("templates/slack/paper.html.j2", entry=entry, profile=digest.profile, noted=noted))
    return [*said, paper_actions(entry, digest, section)] if interactive else said


def _note(note: Note, digest: Digest, page_url: str | None) -> Iterator[SlackMessage]:
    """One note, whose part is named by its paper alone, so that no other edition of the digest posts it again."""
    numbers = {entry.announcement.paper.arxiv_id: entry.number for entry in digest.entries}
    said = note_blocks(note, digest.profile, page_beside(page_url, note), numbers.get(note.arxiv_id, 0))
    for number, blocks in enumerate(spread(said, messages=MESSAGES_A_NOTE, most=MOST_BLOCKS, largest=LARGEST), start=1):
        part = f"{NOTE_PART}{note.arxiv_id}" + (f", {number}" if number > 1 else "")
        yield SlackMessage(part, notified(blocks), blocks)


def _batches(papers: Iterable[_Shown]) -> Iterator[list[_Shown]]:
    """Papers in order, so many together as one message holds besides its heading."""
    batch: list[_Shown] = []
    room = LARGEST - HEADING_SIZE
    for paper in papers:
        blocks = [block for one in (*batch, paper) for block in one.blocks]
        if batch and (size(blocks) > room or len(blocks) > MOST_BLOCKS - HEADING_BLOCKS):
            yield batch
            batch, room = [], LARGEST - CONTINUED_SIZE
        batch.append(paper)
    if batch:
        yield batch


def _unjudged(digest: Digest) -> Iterator[SlackMessage]:
    """The papers that could not be judged. Of very many only the first are listed, and the last message says so."""
    listed = digest.unjudged[: UNJUDGED_A_MESSAGE * UNJUDGED_MESSAGES]
    for start in range(0, len(listed), UNJUDGED_A_MESSAGE):
        end = start + UNJUDGED_A_MESSAGE
        more = len(digest.unjudged) - len(listed) if end >= len(listed) else 0
        choices, count = listed[start:end], len(digest.unjudged)
        yield _message(f"unjudged {start + 1}", "unjudged", choices=choices, count=count, more=more)


def _message(part: str, template: str, **values: object) -> SlackMessage:
    """Blocks and text from the two templates of that name."""
    html = render(f"templates/slack/{template}.html.j2", **values)
    text = render(f"templates/slack/{template}.mrkdwn.j2", **values)
    return SlackMessage(part, " ".join(text.split()), to_blocks(html))
