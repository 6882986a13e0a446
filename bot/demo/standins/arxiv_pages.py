"""What the arXiv stand-in sends: feeds, listing pages and API answers in arXiv's own shapes. Values in, bytes out.

Sources: https://info.arxiv.org/help/rss_specifications.html, https://info.arxiv.org/help/api/user-manual.html, and the
pages under https://arxiv.org/list.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from html import escape as html
from xml.sax.saxutils import escape

from bot.domain.calendar import EASTERN
from bot.domain.paper import Announcement, AnnounceType, Paper, is_within

NAMESPACES = (
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
)
ATOM = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<feed {NAMESPACES} xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">'
)
# What XML 1.0 cannot hold: https://www.w3.org/TR/xml/#charsets
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SECTIONS = {
    "New": (AnnounceType.NEW,),
    "Cross": (AnnounceType.CROSS,),
    "Replacement": (AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS),
}
ELSEWHERE = {AnnounceType.NEW: AnnounceType.CROSS, AnnounceType.REPLACE: AnnounceType.REPLACE_CROSS}


def as_seen_from(entry: Announcement, categories: Sequence[str]) -> AnnounceType:
    """How arXiv announces the paper to readers of `categories`: what is new elsewhere is a cross-list here."""
    at_home = any(is_within(entry.paper.categories[0], category) for category in categories)
    return entry.how if at_home else ELSEWHERE.get(entry.how, entry.how)


def rss(day: date, categories: Sequence[str], entries: Iterable[Announcement]) -> bytes:
    """The RSS 2.0 feed of one day; with no entries it is the feed of a weekend."""
    midnight = format_datetime(_midnight(day))
    names = ", ".join(categories)
    items = "".join(_rss_item(entry, as_seen_from(entry, categories), midnight) for entry in entries)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss {NAMESPACES} version="2.0"><channel>'
        f"<title>{names} updates on arXiv.org</title><link>http://rss.arxiv.org/rss/{'+'.join(categories)}</link>"
        f"<description>{names} updates on the arXiv.org e-print archive.</description>"
        f"<language>en-us</language><lastBuildDate>{midnight}</lastBuildDate><pubDate>{midnight}</pubDate>"
        f"<skipDays><day>Saturday</day><day>Sunday</day></skipDays>{items}</channel></rss>"
    ).encode()


def atom(day: date, categories: Sequence[str], entries: Iterable[Announcement]) -> bytes:
    """The Atom feed of one day."""
    midnight = _midnight(day)
    built = (midnight + timedelta(seconds=19)).isoformat()
    items = "".join(
        f"<entry><id>{_oai(entry.paper)}</id><title>{_xml(entry.paper.title)}</title><updated>{built}</updated>"
        f"<summary>{_summary(entry.paper, as_seen_from(entry, categories))}</summary>"
        + "".join(f'<category term="{name}"/>' for name in entry.paper.categories)
        + f"<published>{midnight.isoformat()}</published>{_extension(entry, as_seen_from(entry, categories))}</entry>"
        for entry in entries
    )
    return (
        f"{ATOM}<id>http://rss.arxiv.org/atom/{'+'.join(categories)}</id>"
        f"<title>{', '.join(categories)} updates on arXiv.org</title><updated>{built}</updated>{items}</feed>"
    ).encode()


def feed_error(query: str, words: str) -> bytes:
    """What comes with HTTP 400 for a category that arXiv does not have."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Feed error for query: '
        f"http://rss.arxiv.org/rss/{_xml(query)}</title><description>{_xml(words)}</description></channel></rss>"
    ).encode()


def new_page(category: str, day: date, entries: Sequence[Announcement], show: int) -> bytes:
    """The page /list/CATEGORY/new: three sections, of which the first `show` entries in all are shown."""
    body, number = "", 0
    for name, types in SECTIONS.items():
        inside = [entry for entry in entries if as_seen_from(entry, [category]) in types]
        shown = inside[: max(0, show - number)]
        if shown:
            first = "first " if len(shown) < len(inside) else ""
            body += f"<h3>{name} submissions (showing {first}{len(shown)} of {len(inside)} entries)</h3>\n"
            body += "".join(
                _entry(place, entry, "(replaced)" if name == "Replacement" else _origin(entry, category), abstract=True)
                for place, entry in enumerate(shown, start=number + 1)
            )
            number += len(shown)
    paging = f"<div class='paging'>Total of {len(entries)} entries</div>" if entries else ""
    return _page(
        category,
        f"<h3>Showing new listings for {day:%A}, {day.day} {day:%B %Y}</h3>\n{paging}"
        f"<dl id='articles'>\n{body or '<p>No updates today.</p>'}</dl>",
    )


def pastweek_page(
    category: str, days: Sequence[tuple[date, Sequence[Announcement]]], skip: int = 0, show: int = 2000
) -> bytes:
    """The page /list/CATEGORY/pastweek: of the entries of the given days, newest first, `show` from place `skip` on.

    A day's entries: papers new in the category, then papers cross-listed to it. All days are linked at the page's top;
    a day without an entry has a heading without a count, if it lies within what is shown.
    """
    links, body = "", ""
    passed, end = 0, skip + show
    for day, unsorted in days:
        entries = sorted(unsorted, key=lambda entry: as_seen_from(entry, [category]) is AnnounceType.CROSS)
        shown = entries[max(0, skip - passed) : max(0, end - passed)]
        name = f"{day:%a}, {day.day} {day:%b %Y}"
        links += f'<li><a href="/list/{category}/recent?skip={passed}&amp;show={show}">{name}</a></li>'
        if shown or (not entries and skip <= passed < end):
            first = max(passed, skip) + 1
            body += f"<h3>{name}{_shown(first - 1 - passed, len(shown), len(entries))}</h3>\n"
            body += "".join(_entry(first + place, entry, _origin(entry, category)) for place, entry in enumerate(shown))
            body += "" if entries else "<p>No updates for this time period.</p>\n"
        passed += len(entries)
    paging = f"<div class='paging'>Total of {passed} entries</div>" if passed else ""
    heading = f"<h2>Authors and titles for recent submissions</h2><ul>{links}</ul>"
    return _page(category, f"{heading}{paging}<dl id='articles'>\n{body}</dl>{paging}")


def abstract_page(paper: Paper) -> bytes:
    """The page of one paper, which arXiv names after its id; it holds no text of the paper but the abstract."""
    return _page(
        paper.arxiv_id,
        f"<h1 class='title mathjax'><span class='descriptor'>Title:</span>{html(paper.title)}</h1>"
        f"<blockquote class='abstract mathjax'>{html(paper.abstract)}</blockquote>",
    )


def _shown(skipped: int, shown: int, total: int) -> str:
    """What follows a day in its heading."""
    if not total:
        return ""
    last = skipped + shown == total
    part = "last " if skipped and last else "first " if not skipped and not last else ""
    return f" ({'continued, ' if skipped else ''}showing {part}{shown} of {total} entries )"


def _origin(entry: Announcement, category: str) -> str:
    cross = as_seen_from(entry, [category]) is AnnounceType.CROSS
    return f"(cross-list from {entry.paper.categories[0]})" if cross else ""


def api_answer(query: str, papers: Iterable[tuple[Paper, datetime]], total: int, start: int, day: date) -> bytes:
    """The API's answer: `papers`, with the times of submission, is the slice of `total` that begins at `start`."""
    return _api(f"arXiv Query: {query}", "".join(_api_entry(paper, at) for paper, at in papers), total, start, day)


def api_error(words: str, day: date) -> bytes:
    """What comes with HTTP 400 for a query that the API does not accept."""
    where = f"https://arxiv.org/api/errors#{words.replace(' ', '_')}"
    entry = f"<entry><id>{_xml(where)}</id><title>Error</title><summary>{_xml(words)}</summary></entry>"
    return _api("arXiv Search Results", entry, 1, 0, day)


def _api(title: str, entries: str, total: int, start: int, day: date) -> bytes:
    return (
        f"{ATOM}<id>https://arxiv.org/api/0</id><title>{_xml(title)}</title><updated>{day}T04:00:00Z</updated>"
        f"<opensearch:itemsPerPage>{total}</opensearch:itemsPerPage>"
        f"<opensearch:totalResults>{total}</opensearch:totalResults>"
        f"<opensearch:startIndex>{start}</opensearch:startIndex>{entries}</feed>"
    ).encode()


def _api_entry(paper: Paper, submitted: datetime) -> str:
    versioned = f"{paper.arxiv_id}v{paper.version}"
    optional = {"comment": paper.comment, "journal_ref": paper.journal_ref, "doi": paper.doi}
    at = f"{submitted.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return (
        f"<entry><id>http://arxiv.org/abs/{versioned}</id><title>{_xml(paper.title)}</title>"
        f"<updated>{at}</updated><published>{at}</published>"
        f"<summary>{_xml(paper.abstract)}</summary>"
        + "".join(f'<category term="{name}" scheme="http://arxiv.org/schemas/atom"/>' for name in paper.categories)
        + "".join(f"<arxiv:{name}>{_xml(text)}</arxiv:{name}>" for name, text in optional.items() if text is not None)
        + f'<arxiv:primary_category term="{paper.categories[0]}"/>'
        + "".join(f"<author><name>{_xml(name)}</name></author>" for name in paper.authors)
        + "</entry>"
    )


def _rss_item(entry: Announcement, how: AnnounceType, midnight: str) -> str:
    paper = entry.paper
    return (
        f"<item><title>{_xml(paper.title)}</title><link>https://arxiv.org/abs/{paper.arxiv_id}</link>"
        f'<description>{_summary(paper, how)}</description><guid isPermaLink="false">{_oai(paper)}</guid>'
        + "".join(f"<category>{name}</category>" for name in paper.categories)
        + f"<pubDate>{midnight}</pubDate>{_extension(entry, how)}</item>"
    )


def _extension(entry: Announcement, how: AnnounceType) -> str:
    """The elements that arXiv adds in both feed formats."""
    paper = entry.paper
    doi = f"<arxiv:DOI>{_xml(paper.doi)}</arxiv:DOI>" if paper.doi else ""
    journal = (
        f"<arxiv:journal_reference>{_xml(paper.journal_ref)}</arxiv:journal_reference>" if paper.journal_ref else ""
    )
    creator = f"<dc:creator>{_xml(', '.join(paper.authors))}</dc:creator>"
    return f"<arxiv:announce_type>{how}</arxiv:announce_type>{doi}{journal}{creator}"


def _summary(paper: Paper, how: AnnounceType) -> str:
    return _xml(f"arXiv:{paper.arxiv_id}v{paper.version} Announce Type: {how} \nAbstract: {paper.abstract}")


def _entry(number: int, entry: Announcement, origin: str, *, abstract: bool = False) -> str:
    """One paper of a listing page. origin: what stands beside its id."""
    paper = entry.paper
    authors = ", ".join(f'<a href="/search/?searchtype=author">{html(name)}</a>' for name in paper.authors)
    others = "".join(f"; Subject ({name})" for name in paper.categories[1:])
    return (
        f'<dt><a name=\'item{number}\'>[{number}]</a> <a href ="/abs/{paper.arxiv_id}" title="Abstract"'
        f' id="{paper.arxiv_id}">arXiv:{paper.arxiv_id}</a> {origin} [<a href="/pdf/{paper.arxiv_id}">pdf</a>, '
        f'<a href="https://arxiv.org/html/{paper.arxiv_id}v{paper.version}" title="View HTML">html</a>]</dt>\n'
        "<dd><div class='meta'><div class='list-title mathjax'><span class='descriptor'>Title:</span>\n"
        f"{html(paper.title)}</div><div class='list-authors'>{authors}</div>"
        f"{_line('comments mathjax', 'Comments', paper.comment)}"
        f"{_line('journal-ref', 'Journal-ref', paper.journal_ref)}"
        "<div class='list-subjects'><span class='descriptor'>Subjects:</span>\n"
        f'<span class="primary-subject">Subject ({paper.categories[0]})</span>{others}</div>'
        + (f"<p class='mathjax'>{html(paper.abstract)}</p>" if abstract else "")
        + "</div></dd>\n"
    )


def _line(kind: str, name: str, text: str | None) -> str:
    return f"<div class='list-{kind}'><span class='descriptor'>{name}:</span>\n{html(text)}</div>" if text else ""


def _page(category: str, content: str) -> bytes:
    page = f'<!DOCTYPE html>\n<html lang="en"><head><title>{category}</title></head><body><h1>{category}</h1>{content}'
    return f"{page}</body></html>\n".encode()


def _oai(paper: Paper) -> str:
    return f"oai:arXiv.org:{paper.arxiv_id}v{paper.version}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), EASTERN)


def _xml(text: str) -> str:
    return escape(ILLEGAL.sub("", text))
