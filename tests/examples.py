"""Small domain values that many tests start from. Each keyword replaces one field."""

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.domain.digest import Digest, compose, group
from bot.domain.listing import Listing
from bot.domain.paper import Announcement, AnnounceType, Paper
from bot.domain.profile import Profile
from bot.domain.selection import Shortlisted, select
from bot.domain.topic import Topic
from bot.domain.verdict import Judging, Rubric, Verdict

DAY = date(2026, 5, 6)  # a Wednesday
NOON = datetime(2026, 5, 6, 16, 0, tzinfo=UTC)
RUBRIC = Rubric("Judge these papers by the topics below.")
ROUTING = Topic("routing", "Sparse routing", "Work that changes how experts are chosen.", "Mere applications.")
MEMORY = Topic("memory", "Agent memory", "New ways to store and recall.", "Plain retrieval pipelines.")


def paper(number: int = 1, **fields: object) -> Paper:
    """An invented paper. Month 13 exists in no real arXiv id."""
    made = Paper(
        arxiv_id=f"2613.{number:05d}",
        version=1,
        title=f"On Finding Number {number}",
        abstract=f"We study finding number {number} and report what it does.",
        authors=("Ada Quill", "Bruno Sedge"),
        categories=("cs.LG", "cs.AI"),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def announced(number: int = 1, how: AnnounceType = AnnounceType.NEW, **fields: object) -> Announcement:
    """The invented paper of that number, announced."""
    return Announcement(paper(number, **fields), how)


def verdict(number: int = 1, **fields: object) -> Verdict:
    """A verdict above the default cutoffs, on the invented paper of that number."""
    made = Verdict(
        arxiv_id=f"2613.{number:05d}",
        version=1,
        relevance=9,
        novelty=8,
        comment="A new routing rule.",
        primary_topic="routing",
        topic_reason="It changes how experts are chosen.",
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def profile(**fields: object) -> Profile:
    """A profile with two topics."""
    made = Profile(id="group", name="The group", categories=("cs.LG", "cs.AI"), topics=(ROUTING, MEMORY))
    return replace(made, **fields)  # type: ignore[arg-type]


def listing(*announcements: Announcement, **fields: object) -> Listing:
    """A listing of DAY whose counts agree with arXiv's."""
    count = len(announcements)
    return replace(Listing(DAY, announcements, entries_seen=count, arxiv_says=count), **fields)  # type: ignore[arg-type]


def digest(
    announcements: tuple[Announcement, ...] | None = None,
    verdicts: tuple[Verdict, ...] | None = None,
    for_profile: Profile | None = None,
    shortlisted: Shortlisted | None = None,
    **fields: object,
) -> Digest:
    """A digest made by the real selection: by default two papers under Sparse routing. Other papers are unjudged."""
    entries = (announced(1), announced(2)) if announcements is None else announcements
    given = (verdict(1), verdict(2, relevance=8)) if verdicts is None else verdicts
    reader = for_profile or profile()
    known = {one.arxiv_id: one for one in given}
    missing = {entry.paper.arxiv_id: "no answer" for entry in entries if entry.paper.arxiv_id not in known}
    judging = Judging("claude-haiku-5-5", RUBRIC, known, missing)
    selection = select(entries, reader, frozenset(), shortlisted or Shortlisted(entries), judging)
    sections = group(selection, reader)
    made = compose(reader, listing(*entries), selection, sections, judging, usage=(), at=NOON)
    return replace(made, **fields)  # type: ignore[arg-type]
