"""arXiv's page of new listings, /list/CATEGORY/new: bytes -> ListingPage. It holds the counts to reconcile with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate

from lxml import etree
from lxml import html as lxml_html

from bot.adapters.arxiv_web import PassingError
from bot.domain.paper import Announcement, AnnounceType, Paper, PaperId, is_within

_DAY = re.compile(r"Showing new listings for \w+, (\d{1,2} \w+ \d{4})")
# Such as: New submissions (showing 109 of 109 entries). A part of a section reads: showing first 25 of 80 entries.
_SECTION = re.compile(r"(New|Cross|Replacement) submissions\b.*\bshowing (?:first |last )?\d+ of (\d{1,6}) entries")
_VERSION = re.compile(r"/html/\S+v([1-9]\d{0,3})$")
_SUBJECT = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)\s*$")
_TYPES = {"New": AnnounceType.NEW, "Cross": AnnounceType.CROSS, "Replacement": AnnounceType.REPLACE}


@dataclass(frozen=True)
class ListingPage:
    """One category's page. total: how many entries arXiv says there are, over all sections, shown or not.

    announcements: one for each entry that could be read. Texts are as on the page (accents are Unicode, links are
    spelled out); a version that the page does not tell is 1.
    """

    category: str
    day: date
    total: int
    announcements: tuple[Announcement, ...]


def parse_listing(body: bytes, category: str) -> ListingPage:
    """Read a page of new listings; of one that was cut short, what is there. Raises PassingError for any other page."""
    root = page_root(body)
    headings = [shown_text(heading) for heading in root.iter("h3")]
    found = next((found for heading in headings if (found := _DAY.search(heading))), None)
    try:
        day = page_day(found[1] if found else "")
    except ValueError as error:
        raise PassingError("the page does not say of which day its listing is") from error
    total = sum(int(section[2]) for heading in headings if (section := _SECTION.search(heading)))
    return ListingPage(category, day, total, tuple(_entries(root, category)))


def page_root(body: bytes) -> etree._Element:
    """The root of a page, however much of it came. Raises PassingError for an empty one."""
    try:
        return lxml_html.document_fromstring(body, parser=lxml_html.HTMLParser(encoding="utf-8", no_network=True))
    except etree.ParserError as error:
        raise PassingError("an empty page came instead of a listing") from error


def page_day(text: str) -> date:
    """The date in `12 August 2026` or `12 Aug 2026`, whatever the locale. Raises ValueError."""
    parsed = parsedate(f"{text} 00:00:00")
    if not parsed:
        raise ValueError(f"not a date: {text!r}")
    return date(*parsed[:3])


def _entries(root: etree._Element, category: str) -> Iterator[Announcement]:
    """Entries in page order. One that cannot be read is left out, so that it is missing from the counts as well."""
    how = None
    term = None
    for element in root.iter("h3", "dt", "dd"):
        if element.tag == "h3" and (section := _SECTION.search(shown_text(element))):
            how = _TYPES[section[1]]
        elif element.tag == "dt":
            term = element
        elif element.tag == "dd" and term is not None and how:
            paper = _paper(term, element)
            if paper:
                away = how is AnnounceType.REPLACE and not is_within(paper.categories[0], category)
                yield Announcement(paper, AnnounceType.REPLACE_CROSS if away else how)
            term = None


def _paper(term: etree._Element, description: etree._Element) -> Paper | None:
    links = [str(link.get("href", "")) for link in term.iter("a")]
    versions = [int(found[1]) for link in links if (found := _VERSION.search(link))]
    title = _part(description, "list-title")
    subjects = [_SUBJECT.search(subject) for subject in _part(description, "list-subjects").split(";")]
    categories = tuple(subject[1] for subject in subjects if subject)
    authors = description.iterfind(".//div[@class='list-authors']/a")
    try:
        arxiv_id = entry_id(term)
    except ValueError:
        return None
    if not title or not categories:
        return None
    return Paper(
        arxiv_id,
        versions[0] if versions else 1,
        title,
        shown_text(description.find(".//p")),
        tuple(shown_text(author) for author in authors),
        categories,
        comment=_part(description, "list-comments") or None,
        journal_ref=_part(description, "list-journal-ref") or None,
    )


def entry_id(term: etree._Element) -> str:
    """The arXiv id that an entry links to. Raises ValueError."""
    links = (str(link.get("href", "")) for link in term.iter("a"))
    return PaperId.parse(next((link.rpartition("/abs/")[2] for link in links if "/abs/" in link), "")).arxiv_id


def _part(description: etree._Element, kind: str) -> str:
    """The text of one labelled line of an entry, without its label; empty if the entry has none."""
    for part in description.iter("div"):
        if kind in str(part.get("class", "")).split():
            return shown_text(part).partition(":")[2].strip()
    return ""


def shown_text(element: etree._Element | None) -> str:
    """All text with its white space evened out. A link that arXiv shows as "this https URL" becomes its address."""
    if element is None:
        return ""
    for link in element.iter("a"):
        if (link.text or "").startswith("this http"):
            link.text = link.get("href")
    return " ".join(str(element.xpath("string()")).split())
