"""Failed conversions, other pages in a paper's place, and hostile ones: a clear error, soon, and nothing else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.fulltext.page import read_page
from bot.adapters.fulltext.tree import MOST_BYTES
from bot.domain.fulltext import FullText, TextSource
from bot.errors import TextError
from tests.fakes.latexml import cells, equation, figure, math, page, paragraph, read, section, tabular, text_of

FATAL = (
    '<div class="ltx_document"><div class="ltx_para"><div class="ltx_p"><span class="ltx_ERROR">Conversion to HTML '
    "had a Fatal error and exited abruptly. This document may be truncated or damaged.</span></div></div></div>"
)
DOCUMENT = b'<article class="ltx_document">'


def reason(body: bytes, seconds: float = 20.0) -> str:
    """Why a page is refused."""
    with pytest.raises(TextError) as caught:
        text_of(body, seconds)
    return str(caught.value)


def test_a_conversion_that_broke_off_is_refused_and_tells_where() -> None:
    body = page(section("2", "Method", paragraph("It starts")), references=0, end=FATAL)
    assert reason(body) == "the conversion to HTML failed and broke off, in Section 2, Method"


def test_a_conversion_that_ended_with_an_error_behind_the_references_is_read_with_a_remark() -> None:
    text = text_of(page(section("2", "Method", paragraph("All.")), end=FATAL))
    assert text.sections[-1].title == "Method"
    assert text.remarks == ("The conversion to HTML ended with an error: the end of the paper may be missing.",)


def test_a_page_of_title_and_references_only_is_refused() -> None:
    head, _, tail = page().partition(b'<section class="ltx_section"')
    _, _, tail = tail.partition(b"</section>")
    assert reason(head + tail) == "the page holds no text of the paper beyond title, abstract and references"


def test_a_conversion_full_of_errors_is_refused() -> None:
    wrong = '<span class="ltx_ERROR undefined">\\mysterious</span>x' * 20
    assert "too many commands" in reason(page(section("2", "M", paragraph(wrong))))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"<html><head><title>Are you a robot?</title></head><body><form>Prove it</form></body></html>",
        b"%PDF-1.7 ...",
        b'{"error": "not found"}',
    ],
)
def test_what_is_no_paper_is_refused(body: bytes) -> None:
    assert reason(body).startswith(("the page is no paper in HTML", "the page cannot be read as HTML"))


def test_the_title_of_what_came_instead_is_told_without_what_it_must_not_hold() -> None:
    said = reason(b"<title>Are \x1b[31myou\n a <b>robot</b>? " + b"x" * 500 + b"</title>")
    assert said.startswith('the page is no paper in HTML (its title: "Are [31myou a <b>robot</b>? xxx')
    assert len(said) < 150


def test_a_page_that_came_in_part_is_refused() -> None:
    assert reason(page()[:-30]) == "the page breaks off before its end"


def test_a_page_that_is_too_large_is_refused_before_it_is_read() -> None:
    assert reason(b"<" * (MOST_BYTES + 1)) == "the page is larger than 50 MB"


def test_a_page_that_takes_too_long_is_given_up() -> None:
    assert reason(page(), seconds=-1.0) == "the page takes too long to read"


def test_long_runs_of_one_sign_cost_no_more_than_their_length() -> None:
    caption = figure("table", f"Table {'1' * 50_000}~", "Grains.", tabular(cells("a", "1")))
    began = time.perf_counter()
    read(paragraph(f"It grows.{' ' * 50_000}So it does."), caption, paragraph(math(rf"\text{{{'a' * 4_000}^}}")))
    assert time.perf_counter() - began < 3  # once a minute


def test_deep_nesting_is_opened_up_and_absurd_nesting_refused() -> None:
    text = read(section("2", "M", "<div>" * 150 + paragraph("Deep.") + "</div>" * 150))
    assert "Deep." in str(text.sections[-1].blocks)
    assert "deep, which no paper does" in reason(page("<b>" * 3_000))


@pytest.mark.parametrize(
    "markup",
    [
        "<section class='ltx_section'>" * 59,
        "<div class='ltx_theorem'>" * 59 + "x",
        "<figure class='ltx_figure'>" * 59 + "<figcaption class='ltx_caption'>x</figcaption>",
        "<table class='ltx_tabular'><tr><td>" * 19 + "x",
        "<p><span class='ltx_note'>" * 29 + "x",
        "<div class='ltx_equation'>" * 59 + math("x"),
        "<sub>" * 59 + "x",
        "<ol><li class='ltx_item'>" * 29 + "x",
    ],
)
def test_whatever_is_nested_is_read_without_an_error(markup: str) -> None:
    assert read(paragraph("Before."), markup).sections


def test_too_many_elements_or_characters_are_refused() -> None:
    assert "elements, which no paper has" in reason(page("<b>x</b>" * 100_001))
    assert "characters of text, which no paper has" in reason(page("word " * 600_001))
    assert "paragraphs and formulas, which no paper has" in reason(page("<p>x</p>" * 20_001))


def test_markup_that_says_nothing_is_given_up() -> None:
    assert "say nothing" in reason(page("<!--" + "x" * 5_000_000 + "-->"))


def test_entities_that_a_page_defines_stand_for_nothing() -> None:
    bomb = b'<!DOCTYPE html [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    text = text_of(bomb + page(section("2", "M", paragraph("See &b; and &c;."))).removeprefix(b"<!DOCTYPE html>"))
    assert "boom" not in str(text)
    assert "root:" not in str(text)


def test_markup_of_the_page_never_comes_through_as_more_than_text() -> None:
    said = "<script>alert(1)</script><img src=x onerror=alert(2)><style>p{}</style><iframe srcdoc='<p>y'></iframe>So."
    assert [one.text for one in read(section("2", "M", paragraph(said))).sections[-1].blocks] == ["So."]  # type: ignore[union-attr]


@pytest.mark.parametrize("charset", ["latin-1", "windows-1252", "utf-8", "gb18030", "utf-16", "zip", "punycode", ""])
def test_utf_8_is_read_as_such_whatever_the_page_declares(charset: str) -> None:
    body = page(section("2", "M", paragraph("Größe ≤ 1 – naïve"))).replace(
        b'charset="utf-8"', f'charset="{charset}"'.encode()
    )
    assert "Größe ≤ 1 – naïve" in str(text_of(body))
    assert "Größe ≤ 1 – naïve" in str(text_of(b"\xef\xbb\xbf" + body))


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "koi8-r", "shift_jis"])
def test_another_charset_is_read_as_declared(charset: str) -> None:
    word = {"koi8-r": "Песок", "shift_jis": "砂"}.get(charset, "Größe")
    body = page(section("2", "M", paragraph(word))).replace(b'charset="utf-8"', f'charset="{charset}"'.encode())
    assert word in str(text_of(body.decode().encode(charset)))


def test_bytes_in_no_charset_leave_holes() -> None:
    body = page(section("2", "M", paragraph("gr@ns"))).replace(b"gr@ns", b"gr\xffns")
    assert "gr\ufffdns" in str(text_of(body))


def readable(body: bytes) -> FullText | None:
    """What is read, or None for a clear refusal; anything else that is raised is a fault."""
    try:
        return read_page(body, arxiv_id="1", version=None, source=TextSource.AR5IV, url="u", seconds=5)
    except TextError:
        return None


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    readable(body)
    readable(DOCUMENT + body)


CLASSES = (
    "ltx_section", "ltx_equation", "ltx_equationgroup ltx_eqn_eqnarray", "ltx_tabular", "ltx_tr", "ltx_td", "ltx_title",
    "ltx_caption", "ltx_note", "ltx_tag ltx_tag_table", "ltx_tag_equation", "ltx_theorem", "ltx_listing",
    "ltx_abstract", "ltx_listingline", "ltx_bibitem", "ltx_bibliography", "ltx_ERROR", "ltx_document", "ltx_tag_item",
)  # fmt: skip
TEX = ("x", "=y", "\\", "$", "{", "}", "\\text{$", "%\n", "\\begin{split}", "&", "\\\\", "\\hskip", "\\color", "\\ ")
PIECES = (
    *(
        f"<{tag} class='{name}' id='S1.E1' colspan='9999999' rowspan='x'>"
        for tag in ("div", "table", "tr", "td", "figure", "span", "p")
        for name in CLASSES
    ),
    *("</div>", "</table>", "</figure>", "</span>", "</p>", "<sup>", "</sup>", "&lt;", "\x00", "$", "\\", "%", " "),
    *("Sand. ", "(3)", "Equation (3) and 4 ", "<a class=ltx_ref href='#S1.E1'>3</a>"),
    *map(math, TEX),
    *(math("x=1", "block"), equation("a=b", "3", "S1.E1")),
)


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_no_mixture_of_the_markup_raises_anything_else(pieces: list[str]) -> None:
    text = readable(page("".join(pieces)))
    if text:
        keys = [*(one.key for one in text.sections), *text.section_of]
        assert len(set(keys)) == len(keys)
        assert all(one.tex and "\n" not in one.tex for one in text.equations.values())
        assert text.labels
