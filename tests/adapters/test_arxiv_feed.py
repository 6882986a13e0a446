"""Reading the feed: bytes in, announcements out, and nothing lost on the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.arxiv_feed import parse_feed, split_authors
from bot.adapters.arxiv_web import PassingError
from bot.demo.standins import arxiv_pages as pages
from bot.domain.listing import each_once
from bot.domain.paper import Announcement, AnnounceType, Paper
from tests.examples import DAY, announced

WRITERS = [pages.rss, pages.atom]
# Everything that XML can hold, white space evened out as the parser does.
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))
lines = texts.map(lambda text: " ".join(text.split()))
titles = lines.filter(bool)
names = st.text(st.sampled_from("AbcZ éß\\'\"{}~^.-$"), min_size=1).map(lambda t: " ".join(t.split())).filter(bool)
ids = st.one_of(
    st.from_regex(r"[0-9]{4}\.[0-9]{4,5}", fullmatch=True),
    st.builds("{}/{:07d}".format, st.sampled_from(["hep-th", "math.GT", "cs"]), st.integers(0, 9_999_999)),
)
CATEGORIES = ("cs.LG", "cs.AI", "hep-th", "physics.bio-ph", "cond-mat.mes-hall")
papers = st.builds(
    Paper,
    arxiv_id=ids,
    version=st.integers(1, 40),
    title=titles,
    abstract=lines,
    authors=st.lists(names, max_size=6).map(tuple),
    categories=st.lists(st.sampled_from(CATEGORIES), min_size=1, unique=True).map(tuple),
    doi=st.none() | titles,
    journal_ref=st.none() | titles,
)
listings = st.lists(st.builds(Announcement, papers, st.sampled_from(AnnounceType)), max_size=8).map(each_once)
days = st.dates(date(1992, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize("write", WRITERS)
@given(day=days, entries=listings)
def test_what_the_stand_in_announces_is_what_is_read(
    write: Callable[..., bytes], day: date, entries: tuple[Announcement, ...]
) -> None:
    feed = parse_feed(write(day, CATEGORIES, entries))
    assert feed.announcements == entries
    assert feed.day == day
    assert feed.item_days == ({day} if entries else set())
    assert feed.unreadable == ()


@given(body=st.binary(max_size=200) | titles.map(lambda text: f"<rss>{text}</rss>".encode()))
def test_whatever_comes_it_is_a_feed_or_a_clear_error(body: bytes) -> None:
    with pytest.raises(PassingError):
        parse_feed(body)


def test_a_paper_that_stands_twice_in_a_feed_is_one_paper_announced_in_the_strongest_way() -> None:
    cross, new = announced(1, AnnounceType.CROSS), announced(1, AnnounceType.NEW)
    assert parse_feed(pages.rss(DAY, CATEGORIES, [cross, announced(2), new, cross])).announcements == (
        new,
        announced(2),
    )


def test_a_title_that_is_the_digit_zero_is_a_title() -> None:
    assert parse_feed(pages.rss(DAY, CATEGORIES, [announced(title="0")])).announcements[0].paper.title == "0"


def test_tex_in_names_and_titles_stays_as_it_came() -> None:
    entry = announced(title=r"Cut $84$--$94\%$ of \emph{it}", authors=(r"Andr\'e Quill", r"J\"org {\O}st"))
    assert parse_feed(pages.rss(DAY, CATEGORIES, [entry])).announcements == (entry,)


def test_text_that_looks_like_markup_or_like_the_preamble_stays_in_the_abstract() -> None:
    entry = announced(abstract="arXiv:1v1 Announce Type: new Abstract: </description><b>&amp; ]]> is our topic.")
    assert parse_feed(pages.rss(DAY, CATEGORIES, [entry])).announcements == (entry,)


@pytest.mark.parametrize(
    ("creator", "authors"),
    [
        ("Ada Quill, Bruno Sedge", ("Ada Quill", "Bruno Sedge")),
        ("Ada Quill (Reed Lab, Fen University), Bruno Sedge", ("Ada Quill", "Bruno Sedge")),
        ("Ada Quill (Fen University (Main), Reed Lab), Bruno Sedge", ("Ada Quill", "Bruno Sedge")),
        ("Ada (Addie) Quill (Reed Lab), Bruno Sedge", ("Ada (Addie) Quill", "Bruno Sedge")),
        ("Ada Quill, Jr., Bruno Sedge, III", ("Ada Quill, Jr.", "Bruno Sedge, III")),
        ("Ada Quill Jr., Bruno Sedge", ("Ada Quill Jr.", "Bruno Sedge")),
        ("Ada Quill (Reed Lab, Bruno Sedge", ("Ada Quill (Reed Lab", "Bruno Sedge")),
        (" , Ada  Quill,\n Bruno Sedge,", ("Ada Quill", "Bruno Sedge")),
        ("", ()),
    ],
)
def test_authors_are_split_at_commas_but_not_inside_affiliations(creator: str, authors: tuple[str, ...]) -> None:
    assert split_authors(creator) == authors


def test_a_very_long_list_of_authors_is_read() -> None:
    many = tuple(f"Ada Quill {number}" for number in range(5000))
    assert split_authors(", ".join(many)) == many


@pytest.mark.parametrize(
    ("break_it", "why"),
    [
        (lambda feed: feed.replace(b">new<", b">absonly<", 1), "'absonly' is not a valid AnnounceType"),
        (lambda feed: feed.replace(b"oai:arXiv.org:2613.00001v1", b"oai:arXiv.org:nonsense"), "not an arXiv id"),
        (lambda feed: feed.replace(b"On Finding Number 1<", b"<", 1), "2613.00001 has no title"),
        (lambda feed: feed.replace(b"<category>", b"<kategory>", 1).replace(b"</category>", b"</kategory>", 1), ""),
    ],
)
def test_an_item_that_cannot_be_read_is_reported_and_the_others_are_kept(
    break_it: Callable[[bytes], bytes], why: str
) -> None:
    two = (announced(1, categories=("cs.LG",)), announced(2, categories=("cs.LG",)))
    feed = parse_feed(break_it(pages.rss(DAY, CATEGORIES, two)))
    assert feed.announcements == two[1:]
    assert len(feed.unreadable) == 1
    assert why in feed.unreadable[0]


@pytest.mark.parametrize("day", [b"yesterday", b"", b"Wed, 99 May 2026 00:00:00 -0400", b"9999-12-31T23:59:59-23:59"])
def test_a_feed_without_a_day_is_refused(day: bytes) -> None:
    feed = pages.atom(DAY, CATEGORIES, []).replace(b"2026-05-06T00:00:19-04:00", day)
    with pytest.raises(PassingError, match="does not say its day"):
        parse_feed(feed)


def test_a_feed_of_which_no_item_can_be_read_is_refused() -> None:
    feed = pages.rss(DAY, CATEGORIES, [announced(1), announced(2)]).replace(b"announce_type", b"how")
    with pytest.raises(PassingError, match="none of the feed's 2 items can be read"):
        parse_feed(feed)


def test_the_day_is_the_one_in_new_york() -> None:
    feed = pages.atom(DAY, CATEGORIES, []).replace(b"2026-05-06T00:00:19-04:00", b"2026-05-06T04:00:19Z")
    assert parse_feed(feed).day == DAY
    early = pages.atom(DAY, CATEGORIES, []).replace(b"2026-05-06T00:00:19-04:00", b"2026-05-06T03:59:59Z")
    assert parse_feed(early).day == date(2026, 5, 5)


def test_a_paper_new_elsewhere_is_a_cross_list_here() -> None:
    entries = [
        announced(1, AnnounceType.NEW, categories=("cs.CV", "cs.LG")),
        announced(2, AnnounceType.REPLACE, categories=("cs.CV", "cs.LG")),
    ]
    here = parse_feed(pages.rss(DAY, ["cs.LG"], entries)).announcements
    assert [entry.how for entry in here] == [AnnounceType.CROSS, AnnounceType.REPLACE_CROSS]
    assert [replace(entry, how=AnnounceType.NEW) for entry in here[:1]] == entries[:1]
