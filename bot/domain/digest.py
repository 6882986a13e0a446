"""The digest: the selected, grouped papers of one profile and announcement day, with its receipt."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain.calendar import announcement_day
from bot.domain.listing import Listing
from bot.domain.note import Note
from bot.domain.paper import Announcement, AnnounceType
from bot.domain.profile import Profile
from bot.domain.receipt import Fate, Receipt
from bot.domain.selection import Choice, Selection, nearest_misses
from bot.domain.topic import Topic
from bot.domain.verdict import HotTag, Judging, Rubric, Usage, Verdict

# Papers of no topic of the profile stand here, after all topics.
NO_TOPIC = Topic("other", "Other papers", "Papers that the judge placed in none of the topics.")


class State(StrEnum):
    """How a run ended, as far as its digest can tell. (waiting, running and failed runs have no digest.)"""

    QUIET = "quiet"
    COMPLETE = "complete"
    PARTIAL = "partial"


@dataclass(frozen=True)
class Entry:
    """A paper as the reader sees it. number: 1, 2, … through the whole digest, stable for citing. followed: the author
    whom the profile follows, or empty."""

    number: int
    announcement: Announcement
    verdict: Verdict
    reason: str
    followed: str = ""


@dataclass(frozen=True)
class Section:
    """The papers of one topic, best first. overview: a sentence or two that cite papers as [number]; may be empty."""

    topic: Topic
    entries: tuple[Entry, ...]
    overview: str = ""


@dataclass(frozen=True)
class HotPaper:
    """A paper with hot tags. entry: the paper in full if it stands in no section; None if it stands in one."""

    announcement: Announcement
    tags: tuple[HotTag, ...]
    reason: str
    number: int
    entry: Entry | None = None


@dataclass(frozen=True)
class JudgedBy:
    """Who judged, by which text, and when. model: a language model's name, or "offline"."""

    model: str
    rubric: Rubric
    at: datetime

    @property
    def offline(self) -> bool:
        """Whether no language model read the papers."""
        return self.model == "offline"


@dataclass(frozen=True)
class Digest:
    """Everything that any outlet shows of one profile and announcement day.

    unjudged: papers that could not be judged, with the reason; tried again by the next run. nearest_misses: best papers
    below the cutoffs. late: arXiv ids brought along from an earlier day. remarks: what went wrong on the way, one
    sentence each. quiet: why there is no digest today. clock_set: the bot's clock was set by hand, so its dates are not
    today's. supplement: this is only what was added after an earlier edition of the same digest had been sent.
    catch_up: first made after its day had passed. approximate: see Listing. new_versions: of papers that were shown
    before, if the profile wants to know. choices: what became of every announced paper, in listing order. notes: deep
    notes on some of its papers, in its order.
    """

    profile: Profile
    day: date
    state: State
    judged_by: JudgedBy
    receipt: Receipt
    sections: tuple[Section, ...] = ()
    hot: tuple[HotPaper, ...] = ()
    unjudged: tuple[Choice, ...] = ()
    nearest_misses: tuple[Choice, ...] = ()
    late: tuple[str, ...] = ()
    usage: tuple[Usage, ...] = ()
    remarks: tuple[str, ...] = ()
    quiet: str | None = None
    catch_up: bool = False
    clock_set: bool = False
    supplement: bool = False
    approximate: bool = False
    new_versions: tuple[Announcement, ...] = ()
    choices: tuple[Choice, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every paper shown in full: the sections' in order, then the hot ones below the cutoffs."""
        below = (hot.entry for hot in self.hot if hot.entry)
        return (*(entry for section in self.sections for entry in section.entries), *below)

    @property
    def shown_ids(self) -> frozenset[str]:
        """arXiv ids of every paper shown in full."""
        return frozenset(entry.announcement.paper.arxiv_id for entry in self.entries)

    @property
    def relevant(self) -> int:
        """How many papers stand in the topic sections."""
        return sum(len(section.entries) for section in self.sections)


def group(selection: Selection, profile: Profile) -> tuple[Section, ...]:
    """The selection's papers, each under its topic, in the profile's topic order; empty topics are left out.

    A paper's topic is its primary one; where that is muted, the first other one that is not. Papers whose primary topic
    is none of the profile's come last, under NO_TOPIC. Numbers run through all sections.
    """
    sections: list[Section] = []
    number = 0
    for topic in (*profile.topics, NO_TOPIC):
        chosen = [choice for choice in selection.relevant if _topic_of(choice, profile) == topic]
        if chosen:
            sections.append(Section(topic, tuple(_entry(number + place, c) for place, c in enumerate(chosen, start=1))))
            number += len(chosen)
    return tuple(sections)


def compose(
    profile: Profile,
    listing: Listing,
    selection: Selection,
    sections: Sequence[Section],
    judging: Judging,
    *,
    usage: Iterable[Usage],
    at: datetime,
    first_made: datetime | None = None,
    shown_before: Collection[str] = (),
    clock_set: bool = False,
    remarks: tuple[str, ...] = (),
    notes: tuple[Note, ...] = (),
) -> Digest:
    """Put the digest together. A listing that is quiet gives a quiet digest. at: when it was made. first_made: when its
    first edition was, if there was one; both timezone-aware. shown_before: arXiv ids of the profile's other digests.
    remarks: those beyond the listing's and the judging's own."""
    receipt = Receipt.of((choice.fate for choice in selection.choices), listing.entries_seen, listing.arxiv_says)
    return Digest(
        profile=profile,
        day=listing.day,
        state=_state(listing, receipt),
        judged_by=JudgedBy(judging.model, judging.rubric, at),
        receipt=receipt,
        sections=tuple(sections),
        hot=_hot(selection, sections),
        unjudged=tuple(choice for choice in selection.choices if choice.fate is Fate.FAILED),
        nearest_misses=nearest_misses(selection),
        late=tuple(entry.paper.arxiv_id for entry in listing.announcements if entry.late),
        usage=tuple(usage),
        remarks=(*listing.remarks, *judging.remarks, *remarks),
        quiet=listing.quiet,
        approximate=listing.approximate,
        catch_up=listing.day < announcement_day(first_made or at),
        clock_set=clock_set,
        new_versions=_new_versions(listing, profile, shown_before),
        choices=selection.choices,
        notes=notes,
    )


def _state(listing: Listing, receipt: Receipt) -> State:
    if listing.quiet:
        return State.QUIET
    return State.PARTIAL if receipt.failed or not receipt.agrees else State.COMPLETE


def _new_versions(listing: Listing, profile: Profile, shown_before: Collection[str]) -> tuple[Announcement, ...]:
    replaced = (AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS)
    return tuple(
        entry
        for entry in listing.announcements
        if profile.new_versions and entry.how in replaced and entry.paper.arxiv_id in shown_before
    )


def with_overviews(sections: Sequence[Section], overviews: Mapping[str, str]) -> tuple[Section, ...]:
    """Sections with their overviews (topic id -> text); citations of papers outside the section are dropped."""
    return tuple(
        replace(section, overview=drop_foreign_citations(overviews.get(section.topic.id, ""), section))
        for section in sections
    )


def drop_foreign_citations(overview: str, section: Section) -> str:
    """Remove every [number] that is no paper of the section; tidy the spaces left.

    Lists and ranges, such as [3, 17] or [3-5], become lists of the papers that are there.
    """
    numbers = {entry.number for entry in section.entries}

    def kept(found: re.Match[str]) -> str:
        cited = [str(number) for number in _numbers(found[1]) if number in numbers]
        return f"[{', '.join(cited)}]" if cited else ""

    text = re.sub(r"\[((?:\d|#|and\b|[\s,;&–—-])*\d(?:\d|#|and\b|[\s,;&–—-])*)\]", kept, overview)
    return re.sub(r"\s+([.,;:!?])", r"\1", re.sub(r"\s{2,}", " ", text)).strip()


def _numbers(cited: str) -> list[int]:
    """The numbers of a citation, each once: 3, 7 and 3-5 for 3, 4, 5. A range wider than any digest is its two ends."""
    numbers: list[int] = []
    for first, last in re.findall(r"(\d{1,6})(?:\s*[–—-]\s*#?(\d{1,6}))?", cited):
        span = range(int(first), int(last or first) + 1)
        numbers += span if 0 < len(span) <= 1000 else [int(first), int(last)]
    return list(dict.fromkeys(numbers))


def supplement(digest: Digest, already: frozenset[str]) -> Digest | None:
    """What an outlet that was sent an earlier edition still lacks: papers not in `already`; None if it lacks nothing.

    Numbers stay those of the whole digest, so that they agree with its page.
    """
    if not digest.shown_ids - already:
        return None
    sections = []
    for section in digest.sections:
        entries = tuple(entry for entry in section.entries if entry.announcement.paper.arxiv_id not in already)
        if entries:
            sections.append(Section(section.topic, entries))
    fresh = tuple(hot for hot in digest.hot if hot.announcement.paper.arxiv_id not in already)
    notes = tuple(note for note in digest.notes if note.arxiv_id not in already)
    return replace(digest, sections=tuple(sections), hot=fresh, new_versions=(), notes=notes, supplement=True)


def _topic_of(choice: Choice, profile: Profile) -> Topic:
    assert choice.verdict, "a shown paper was judged"
    primary = profile.topic(choice.verdict.primary_topic or "")
    if primary is None or not primary.muted:
        return primary or NO_TOPIC
    others = filter(None, map(profile.topic, choice.verdict.matched_topics))
    # All are muted only for a followed author's paper; it stands where it belongs all the same.
    return next((topic for topic in others if not topic.muted), primary)


def _entry(number: int, choice: Choice) -> Entry:
    assert choice.verdict, "a shown paper was judged"
    return Entry(number, choice.announcement, choice.verdict, choice.reason, choice.followed)


def _hot(selection: Selection, sections: Sequence[Section]) -> tuple[HotPaper, ...]:
    """Hot papers of the sections by number, then those below the cutoffs, numbered on."""
    shown = [entry for section in sections for entry in section.entries]
    named = [_hot_paper(entry) for entry in shown if entry.verdict.hot_tags]
    below = [_entry(len(shown) + place, choice) for place, choice in enumerate(selection.hot, start=1)]
    return (*named, *(replace(_hot_paper(entry), entry=entry) for entry in below))


def _hot_paper(entry: Entry) -> HotPaper:
    return HotPaper(entry.announcement, entry.verdict.hot_tags, entry.verdict.hot_reason, entry.number)
