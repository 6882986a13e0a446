"""arXiv's daily feed, RSS or Atom: bytes -> Feed. Source: https://info.arxiv.org/help/rss_specifications.html."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from bot.adapters.arxiv_web import PassingError, xml_root
from bot.domain.calendar import EASTERN
from bot.domain.listing import each_once
from bot.domain.paper import Announcement, AnnounceType, Paper, PaperId

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
DC = "{http://purl.org/dc/elements/1.1/}"

_AFFILIATION = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)$")
_SUFFIX = re.compile(r"(Jr|Sr)\.?|I{2,3}|IV")
_PREAMBLE = re.compile(r"^\s*arXiv:\S+\s+Announce Type:\s*\S+\s*Abstract:\s*")


@dataclass(frozen=True)
class Feed:
    """One feed as it came. day: the one in its head, US Eastern. item_days: those of its items.

    announcements: each paper once, in feed order. unreadable: one reason for each item that could not be read.
    """

    day: date
    item_days: frozenset[date]
    announcements: tuple[Announcement, ...]
    unreadable: tuple[str, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """The arXiv ids, without versions."""
        return frozenset(entry.paper.arxiv_id for entry in self.announcements)


@dataclass(frozen=True)
class _Dialect:
    """The elements that hold the same thing in RSS and in Atom."""

    head_date: str
    item: str
    item_date: str
    id: str
    title: str
    summary: str
    category: str


_RSS = _Dialect("channel/pubDate", "channel/item", "pubDate", "guid", "title", "description", "category")
_ATOM = _Dialect(*(f"{ATOM}{name}" for name in ("updated", "entry", "published", "id", "title", "summary", "category")))


def parse_feed(body: bytes) -> Feed:
    """Read a feed. Raises PassingError for what is no feed, is cut short, has no date, or has only unreadable items."""
    root = xml_root(body)
    if root.tag not in ("rss", f"{ATOM}feed"):
        raise PassingError(f"<{root.tag}> came instead of a feed")
    dialect = _RSS if root.tag == "rss" else _ATOM
    announcements, days, unreadable = [], set(), []
    for item in root.iterfind(dialect.item):
        try:
            announcement, day = _announcement(item, dialect), _day(_text(item, dialect.item_date))
        except ValueError as error:
            unreadable.append(str(error))
        else:
            announcements.append(announcement)
            days.add(day)
    if unreadable and not announcements:
        raise PassingError(f"none of the feed's {len(unreadable)} items can be read: {unreadable[0]}")
    try:
        day = _day(_text(root, dialect.head_date))
    except ValueError as error:
        raise PassingError(f"the feed does not say its day: {error}") from error
    return Feed(day, frozenset(days), each_once(announcements), tuple(unreadable))


def split_authors(text: str) -> tuple[str, ...]:
    """The names in a `dc:creator`, as they stand there (TeX stays TeX), without affiliations in parentheses."""
    names: list[str] = []
    for part in _at_commas(" ".join(text.split())):
        name = _AFFILIATION.sub("", part.strip())
        if names and _SUFFIX.fullmatch(name):
            names[-1] += f", {name}"
        elif name:
            names.append(name)
    return tuple(names)


def _at_commas(text: str) -> list[str]:
    """The parts between commas; a comma inside parentheses separates affiliations, not authors."""
    parts, depth = [""], 0
    for piece in re.split(r"([(),])", text):
        if piece == "," and not depth:
            parts.append("")
        else:
            depth = max(0, depth + (piece == "(") - (piece == ")"))
            parts[-1] += piece
    return text.split(",") if depth else parts


def _announcement(item: etree._Element, dialect: _Dialect) -> Announcement:
    """Raises ValueError, which says what is missing or wrong."""
    paper_id = PaperId.parse(_text(item, dialect.id))
    title = _text(item, dialect.title)
    categories = tuple(_terms(item.iterfind(dialect.category)))
    if not title or not categories:
        raise ValueError(f"{paper_id.arxiv_id} has no {'category' if title else 'title'}")
    how = AnnounceType(_text(item, f"{ARXIV}announce_type"))
    paper = Paper(
        paper_id.arxiv_id,
        paper_id.version or 1,
        title,
        _PREAMBLE.sub("", _text(item, dialect.summary)),
        split_authors(_text(item, f"{DC}creator")),
        categories,
        doi=_text(item, f"{ARXIV}DOI") or None,
        journal_ref=_text(item, f"{ARXIV}journal_reference") or None,
    )
    return Announcement(paper, how)


def _terms(categories: Iterable[etree._Element]) -> Iterable[str]:
    """Category names: Atom has them in an attribute, RSS as text."""
    for category in categories:
        if name := (category.get("term") or category.text or "").strip():
            yield str(name)


def _text(parent: etree._Element, path: str) -> str:
    """The element's text with its white space evened out; empty if there is none."""
    found = parent.find(path)
    return "" if found is None else " ".join(str(found.xpath("string()")).split())


def _day(text: str) -> date:
    """The US Eastern date of an RSS or Atom time. Raises ValueError."""
    try:
        at = datetime.fromisoformat(text) if text[:4].isdecimal() else parsedate_to_datetime(text)
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(EASTERN).date()
    except OverflowError as error:
        raise ValueError(f"no usable date: {text[:40]!r}") from error
