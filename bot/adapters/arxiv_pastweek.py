"""arXiv's page of recent listings, /list/CATEGORY/pastweek: bytes -> WeekPage. It tells which paper came on which day.

Source: https://github.com/arXiv/arxiv-browse, browse/controllers/list_page. Every category's page names the last five
days on which arXiv announced anything at all, in the links at its top; where the category had no paper on one of them,
that day's heading has no count, or is missing. Of a day's entries those that are at home in the category come first.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree

from bot.adapters.arxiv_listing import entry_id, page_day, page_root, shown_text
from bot.adapters.arxiv_web import PassingError
from bot.domain.paper import AnnounceType

_DAY = re.compile(r"^[A-Z][a-z]{2}, (\d{1,2} [A-Z][a-z]{2} \d{4})")
# Such as: (showing 9 of 9 entries ), (showing first 50 of 350 entries ), (continued, showing last 19 of 119 entries )
_COUNT = re.compile(r"\bshowing (?:first |last )?\d+ of (\d{1,6}) entries")
_TOTAL = re.compile(r"Total of (\d{1,6}) entries")
_PLACE = re.compile(r"item([1-9]\d{0,5})")


@dataclass(frozen=True)
class Mention:
    """One entry: new, or cross-listed to the page's category."""

    day: date
    arxiv_id: str
    how: AnnounceType


@dataclass(frozen=True)
class WeekPage:
    """One page. days: all that it names. total: entries of all days, on this page or another.

    totals: entries that arXiv counts on a day, for the days that have a heading here. last_place: where the last entry
    stands, read or not; 0 if there is none. mentions: one for each entry that could be read.
    """

    days: frozenset[date]
    total: int
    totals: Mapping[date, int]
    last_place: int
    mentions: tuple[Mention, ...]


def parse_pastweek(body: bytes) -> WeekPage:
    """Read a page; of one that was cut short, what is there. Raises PassingError for any other document."""
    root = page_root(body)
    totals = dict(_headings(root))
    days = frozenset([*totals, *_linked_days(root)])
    if not days:
        raise PassingError("the page does not say of which days its listings are")
    found = next((found for part in root.iter("div") if (found := _TOTAL.search(_paging(part)))), None)
    names = (str(link.get("name", "")) for link in root.iterfind(".//dt/a"))
    places = [int(found[1]) for found in map(_PLACE.fullmatch, names) if found]
    total = int(found[1]) if found else sum(totals.values())
    return WeekPage(days, total, totals, max(places, default=0), tuple(_mentions(root)))


def _linked_days(root: etree._Element) -> Iterator[date]:
    for link in root.iter("a"):
        if "skip=" in str(link.get("href", "")) and (day := _day(shown_text(link))):
            yield day


def _headings(root: etree._Element) -> Iterator[tuple[date, int]]:
    for heading in root.iter("h3"):
        text = shown_text(heading)
        if day := _day(text):
            count = _COUNT.search(text)
            yield day, int(count[1]) if count else 0


def _mentions(root: etree._Element) -> Iterator[Mention]:
    day = None
    for element in root.iter("h3", "dt"):
        if element.tag == "h3":
            day = _day(shown_text(element))
        elif day and (mention := _mention(element, day)):
            yield mention


def _mention(term: etree._Element, day: date) -> Mention | None:
    """The entry, or None if it cannot be read: then it is missing from the counts as well."""
    try:
        arxiv_id = entry_id(term)
    except ValueError:
        return None
    how = AnnounceType.CROSS if "(cross-list from" in shown_text(term) else AnnounceType.NEW
    return Mention(day, arxiv_id, how)


def _day(text: str) -> date | None:
    found = _DAY.match(text)
    try:
        return page_day(found[1]) if found else None
    except ValueError:
        return None


def _paging(part: etree._Element) -> str:
    return shown_text(part) if part.get("class") == "paging" else ""
