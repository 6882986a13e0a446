"""Deep notes in the mail, as HTML and as plain text."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from bot.domain.digest import Digest
from bot.domain.note import Note
from bot.render.mail import LARGEST_HTML, mail, outbox
from tests.examples import announced, digest, profile, verdict
from tests.render.nasty import NASTY, slowly
from tests.render.notes import ABSTRACT_ONLY, HOSTILE, OFFLINE_NOTE, RICH, filled_with
from tests.render.outlets import untagged

PAGE = "https://papers.example/group/2026-05-06/"
NOTE_PAGE = "https://papers.example/group/notes/2613.00001v2/"


def noted(*notes: Note, papers: int = 3, abstract: str = "An abstract.") -> Digest:
    """A digest of so many papers, of which the first ones have these notes."""
    numbers = range(1, papers + 1)
    reader = profile(cutoffs=replace(profile().cutoffs, cap=1000))
    made = digest(tuple(announced(n, abstract=abstract) for n in numbers), tuple(map(verdict, numbers)), reader)
    return replace(made, notes=tuple(replace(one, arxiv_id=f"2613.{n:05}") for n, one in enumerate(notes, start=1)))


def html_of(made: Digest, page: str | None = PAGE) -> str:
    return mail(made, page, "ada@example.org", "example.org").html


def words_of(made: Digest) -> str:
    return " ".join(untagged(html_of(made)).split())


def text_of(made: Digest, page: str | None = PAGE) -> str:
    return mail(made, page, "ada@example.org", "example.org").text


@pytest.mark.parametrize(
    "said",
    [
        "12 of 12 quotes",
        "Written by claude-sonnet-5-5, prompt 0123456789ab, on Wednesday 6 May 2026, 12:30 EDT; cost: $0.12.",
        "Read: arXiv's HTML of version 2.",
        "The paper trains a router and its experts",
        "[not found in the source: 93.5]",
        "ℒ(θ) = 𝔼_(x∼𝒟)",
        "weight of the penalty; 0.01 in all experiments",
        r"\begin{cases}",
        "Equations (4)–(5)",
        "71.4% accuracy against 68.9% for the best baseline.",
        "“our router reaches 71.4, which is 2.5 points above the strongest baseline”",
        "Whether λ=0.01 was chosen on the test set.",
        "A deep note on it stands below.",
    ],
)
def test_both_halves_of_a_mail_say_it(said: str) -> None:
    assert said in words_of(noted(RICH))
    assert said in " ".join(text_of(noted(RICH)).split())


def test_a_note_leads_to_its_page_if_there_is_one_that_everybody_reaches() -> None:
    assert f'href="{NOTE_PAGE}"' in html_of(noted(RICH))
    assert NOTE_PAGE in text_of(noted(RICH))
    assert "/notes/" not in html_of(noted(RICH), None)
    assert "https://arxiv.org/abs/2613.00001" in text_of(noted(RICH), None)


def test_a_digest_without_notes_has_no_word_of_them() -> None:
    assert "deep note" not in (html_of(noted()) + text_of(noted())).lower()
    assert ".f {" not in html_of(noted())


def test_an_offline_note_says_that_nobody_read_the_paper_and_quotes() -> None:
    assert "No language model read this paper" in words_of(noted(OFFLINE_NOTE))
    assert "Our router reaches 71.4" in text_of(noted(OFFLINE_NOTE))


def test_the_files_of_the_outbox_hold_the_notes_whole() -> None:
    for page in outbox(noted(RICH, papers=200, abstract="A long abstract. " * 110)):
        assert "Whether λ=0.01 was chosen on the test set." in page.text


@pytest.mark.parametrize(
    ("papers", "notes", "in_full", "says"),
    [
        (20, 4, 20, "Whether"),
        (22, 8, 22, "The paper trains a router"),
        (26, 8, 26, "Shortened"),
        (40, 8, 20, "12 of 12 quotes"),
        (300, 30, 5, "And 14 more"),
    ],
)
def test_notes_are_shortened_before_papers_are(papers: int, notes: int, in_full: int, says: str) -> None:
    made = noted(*[RICH] * notes, papers=papers, abstract="A long abstract. " * 110)
    html = html_of(made)
    shown = len(re.findall("<p>A long abstract", html))
    assert len(html.encode()) <= LARGEST_HTML
    assert shown >= in_full
    assert says in untagged(html)
    if shown < papers:
        assert "It bounds one step." not in html, "no note is whole while a paper is not"


def test_of_two_lengths_of_notes_that_fit_the_longer_one_is_shown() -> None:
    assert "It bounds one step." in html_of(noted(RICH, RICH, papers=5))
    assert "Shortened" not in text_of(noted(RICH, RICH, papers=5))


@settings(slowly, max_examples=20)
@given(NASTY, st.sampled_from([RICH, OFFLINE_NOTE, ABSTRACT_ONLY]))
def test_no_text_of_a_paper_or_a_model_becomes_markup_or_steers_a_terminal(text: str, note: Note) -> None:
    made = noted(filled_with(note, text))
    page = lxml_html.document_fromstring(html_of(made).encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))
    assert not page.xpath("//script | //img | //iframe | //@onerror | //form")
    for link in page.iterfind(".//a"):
        assert str(link.get("href")).startswith(("https://arxiv.org/", "https://papers.example/"))
    assert not set(text_of(made)) & set("\x1b\x07\x9b\u202e\u200b\r")


def test_hostile_notes_fit_a_mail_and_their_text_is_shown_as_it_is() -> None:
    html = html_of(noted(HOSTILE, HOSTILE))
    assert len(html.encode()) <= LARGEST_HTML
    assert "<script>alert(2)" not in html
    assert "&lt;script&gt;alert(2)" in html


def test_plain_text_is_no_wider_than_a_mail_s_lines_but_for_addresses_and_tex() -> None:
    long = [line for line in text_of(noted(RICH, OFFLINE_NOTE)).splitlines() if len(line) > 72]
    assert all("https://" in line or "\\" in line for line in long)
