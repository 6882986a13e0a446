"""Reading the page of new listings: its day, its counts, its papers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.arxiv_listing import parse_listing
from bot.adapters.arxiv_web import PassingError
from bot.demo.standins import arxiv_pages as pages
from bot.domain.paper import AnnounceType
from tests.examples import DAY, announced

FOUR = [
    announced(1, AnnounceType.NEW, comment="8 pages, 2 figures", journal_ref="Fen Journal 3: 14"),
    announced(2, AnnounceType.CROSS, categories=("cs.CV", "cs.LG"), version=2),
    announced(3, AnnounceType.REPLACE, arxiv_id="hep-th/9901001", version=7),
    announced(4, AnnounceType.REPLACE_CROSS, categories=("stat.ML", "cs.LG", "physics.bio-ph")),
]


def test_a_page_gives_its_papers_by_section() -> None:
    page = parse_listing(pages.new_page("cs.LG", DAY, FOUR, 2000), "cs.LG")
    assert page.announcements == tuple(FOUR)
    assert (page.category, page.day, page.total) == ("cs.LG", DAY, 4)


@given(
    day=st.dates(date(1992, 1, 1), date(2090, 12, 31)),
    numbers=st.lists(st.integers(0, 99_999), unique=True, max_size=12),
    types=st.lists(st.sampled_from([AnnounceType.NEW, AnnounceType.CROSS]), min_size=12, max_size=12),
    show=st.integers(0, 12),
)
def test_counts_are_arxivs_own_however_many_entries_are_shown(
    day: date, numbers: list[int], types: list[AnnounceType], show: int
) -> None:
    entries = [announced(number, how) for number, how in zip(numbers, types, strict=False)]
    page = parse_listing(pages.new_page("cs.LG", day, entries, show), "cs.LG")
    in_order = sorted(entries, key=lambda entry: entry.how.precedence)
    assert page.announcements == tuple(in_order[:show])
    sections = {entry.how for entry in in_order[:show]}  # arXiv leaves out the heading of a section it does not show
    assert page.total == sum(entry.how in sections for entry in entries)
    assert page.day == day


def test_an_archive_is_at_home_in_all_its_categories() -> None:
    replaced = announced(1, AnnounceType.REPLACE, categories=("cs.LG",))
    assert parse_listing(pages.new_page("cs", DAY, [replaced], 9), "cs").announcements == (replaced,)


def test_headings_of_a_section_that_is_shown_in_part_are_understood() -> None:
    page = pages.new_page("cs.LG", DAY, FOUR[:1], 9)
    for heading in (b"(showing first 1 of 25 entries )", b"(continued, showing last 1 of 25 entries)"):
        assert parse_listing(page.replace(b"(showing 1 of 1 entries)", heading), "cs.LG").total == 25


def test_a_link_in_a_comment_is_spelled_out() -> None:
    page = pages.new_page("cs.LG", DAY, FOUR[:1], 9).replace(
        b"8 pages, 2 figures", b'Code at <a href="https://example.org/code">this https URL</a>'
    )
    assert parse_listing(page, "cs.LG").announcements[0].paper.comment == "Code at https://example.org/code"


def test_a_paper_without_html_version_counts_as_its_first() -> None:
    page = pages.new_page("cs.LG", DAY, FOUR[2:3], 9).replace(b"https://arxiv.org/html/", b"/format/")
    assert parse_listing(page, "cs.LG").announcements[0].paper.version == 1


@pytest.mark.parametrize("broken", [b"/abs/hep-th", b"list-title", b"list-subjects"])
def test_an_entry_that_cannot_be_read_is_missing_from_the_papers_but_not_from_the_count(broken: bytes) -> None:
    first, second = pages.new_page("cs.LG", DAY, FOUR[2:], 9).split(b"<a name='item2'>")
    page = parse_listing(first.replace(broken, b"gone") + b"<a name='item2'>" + second, "cs.LG")
    assert page.announcements == (FOUR[3],)
    assert page.total == 2


def test_a_page_without_papers_is_a_page() -> None:
    page = parse_listing(pages.new_page("cs.LG", DAY, [], 9), "cs.LG")
    assert (page.announcements, page.total, page.day) == ((), 0, DAY)


@given(body=st.binary(max_size=200))
def test_any_other_page_is_refused(body: bytes) -> None:
    with pytest.raises(PassingError):
        parse_listing(body, "cs.LG")


@pytest.mark.parametrize("day", [b"Wednesday, 31 February 2026", b"Wednesday, 6 Mai 2026", b"today"])
def test_a_day_that_is_none_is_refused(day: bytes) -> None:
    page = pages.new_page("cs.LG", DAY, FOUR, 9).replace(b"Wednesday, 6 May 2026", day)
    with pytest.raises(PassingError, match="of which day"):
        parse_listing(page, "cs.LG")


def test_markup_in_a_title_is_text() -> None:
    hostile = announced(1, title='<script>alert(1)</script> & "more"', abstract="</p></dd></dl><h3>New</h3>")
    page = parse_listing(pages.new_page("cs.LG", DAY, [hostile], 9), "cs.LG")
    assert page.announcements == (hostile,)
