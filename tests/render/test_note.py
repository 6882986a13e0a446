"""The page of a deep note, and the same note as Markdown and for a terminal."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from bot.domain.note import Note
from bot.render.note import note_head, note_pages, note_path, note_text
from bot.render.pages import day_pages
from tests.examples import digest, profile
from tests.render.nasty import NASTY as ANY_TEXT
from tests.render.nasty import slowly
from tests.render.notes import ABSTRACT_ONLY, HOSTILE, OFFLINE_NOTE, RICH, filled_with

ARABIC = replace(RICH, language="ar")
NOTES = {"rich": RICH, "offline": OFFLINE_NOTE, "abstract": ABSTRACT_ONLY, "hostile": HOSTILE, "Arabic": ARABIC}
UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
READER = MarkdownIt("commonmark").enable("table")


def tree(note: Note) -> Any:
    html = note_pages(note, profile())[0].text
    return lxml_html.document_fromstring(html.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))


def markdown(note: Note) -> str:
    return note_pages(note, profile())[1].text


def text_of(element: Any) -> str:
    return " ".join(element.text_content().replace("\u2060", "").replace("\xa0", " ").split())


def test_a_note_is_three_files_in_a_folder_of_its_own() -> None:
    assert [page.path for page in note_pages(RICH, profile())] == [
        "group/notes/2613.00001v2/index.html",
        "group/notes/2613.00001v2/note.md",
        "group/notes/2613.00001v2/note.json",
    ]


def test_an_old_id_makes_no_folder_within_a_folder() -> None:
    assert note_path(ABSTRACT_ONLY) == "notes/hep-th-9901001v1"
    assert note_path(replace(RICH, arxiv_id="../../etc/passwd")) == "notes/..-..-etc-passwdv2"


def test_the_page_holds_everything_that_the_note_says() -> None:
    whole = text_of(tree(RICH))

    for part in (
        *("On Finding Number 1", "Zoë Quill, Bruno Sedge, Ada Fen", "arXiv:2613.00001 version 2", "What was read"),
        *(
            "31 of 33 numbers",
            "12 of 12 quotes",
            "found in the source",
            "arXiv's HTML of version 2",
            "What was not found is marked where it stands, or was left out.",
            "written anew once",
        ),
        *("claude-sonnet-5-5", "0123456789ab", "Wednesday 6 May 2026, 12:30 EDT", "$0.12"),
        *("Left out: Appendix B, Proof of Lemma 4", "reports 71.4% accuracy", "Training objective", "Equation (3)"),
        *("Section 3.1, Training objective", "the training data", "collapses onto two experts", "Equations (4), (5)"),
        *("The paper says", "We train the router together", "Without a number", "Keep the two best", "Algorithm 1"),
        *(
            "LongBench, 4,750 questions",
            "capacity factor 1.25",
            "which is 2.5 points above",
            "Table 2",
            "1.3B parameters",
        ),
        *("Whether all rows were trained", "On Finding Number 2", "anneals the same", "a hundredfold speed-up"),
        "The paper has no equation (12).",
    ):
        assert part in whole, part


def test_what_was_not_found_is_marked_where_it_stands() -> None:
    marks = tree(RICH).xpath("//*[@class='unfound']")

    assert [text_of(mark) for mark in marks] == [f"not found in the source: {what}" for what in ("93.5", "2.0", "17")]
    assert [mark.getparent().get("class") for mark in marks] == ["lead", "matters", None]
    assert "NOT FOUND IN THE SOURCE: 93.5" in note_text(RICH).replace("\n", " ")
    assert "**Not found in the source: 93.5**" in markdown(RICH)


def test_every_equation_is_a_formula_with_its_printed_numbers_its_symbols_and_its_tex() -> None:
    first, second, third = tree(RICH).xpath("//article[@class='formula']")

    assert first.xpath(".//div[@class='equation']/math/@display") == ["block"]
    assert [[text_of(one) for one in each.xpath(".//*[@class='printed']/span")] for each in (first, second, third)] == [
        ["(3)"],
        ["(4)", "(5)"],
        [],
    ]
    assert len(first.xpath(".//dt/math")) == len(RICH.content.formulas[0].symbols)
    assert text_of(first.xpath(".//details/pre")[0]) == RICH.equations[0].tex


def test_a_formula_that_cannot_be_set_is_shown_as_the_tex_that_it_is() -> None:
    odd = replace(RICH.equations[0], tex=r"\ours{x}_{i} \\ \unknownmacro")
    [first, *_] = tree(replace(RICH, equations=(odd, *RICH.equations[1:]))).xpath("//article[@class='formula']")

    assert text_of(first.xpath(".//div[@class='equation']/code")[0]) == odd.tex
    assert "Shown as the TeX that it is" in text_of(first)
    assert r"\ours{x}_{i} \\ \unknownmacro" in note_text(replace(RICH, equations=(odd, *RICH.equations[1:])))


def test_an_offline_note_says_first_that_no_language_model_read_the_paper() -> None:
    for shown in (text_of(tree(OFFLINE_NOTE).find("body")), note_text(OFFLINE_NOTE), markdown(OFFLINE_NOTE)):
        flat = " ".join(shown.split())
        assert flat.index("No language model read this paper") < flat.index("Our router reaches 71.4")
        assert "Abstract" in flat or "ABSTRACT" in flat
        assert "written by a language model" not in flat.lower()


def test_another_version_than_the_note_s_and_none_at_all_are_told() -> None:
    assert "of version 1, not of version 2" in note_head(replace(RICH, source_version=1)).read
    assert "does not say its version" in note_head(OFFLINE_NOTE).read
    assert note_head(ABSTRACT_ONLY).read == "Read: the abstract alone."
    assert note_head(ABSTRACT_ONLY).notices == ("Neither HTML nor PDF could be read: the PDF has no text.",)
    assert "cost: unknown" in note_head(ABSTRACT_ONLY).made


def test_a_note_in_arabic_says_so_and_the_paper_s_own_words_do_not() -> None:
    root = tree(ARABIC)

    assert root.get("lang") == "en"
    assert root.xpath("//p[@class='lead']")[0].get("lang") == "ar"
    assert root.xpath("//p[@class='lead']")[0].get("dir") == "rtl"
    assert set(root.xpath("//li//*[@class='where']/@lang")) == {"en"}
    assert not tree(replace(OFFLINE_NOTE, language="ar")).xpath("//*[@lang='ar']")


@pytest.mark.parametrize("name", NOTES)
def test_the_page_asks_nobody_for_anything_and_runs_nothing(name: str) -> None:
    root = tree(NOTES[name])

    assert not root.xpath(
        "//script | //img | //iframe | //object | //embed | //form | //base | //video | //audio | //b"
    )
    assert root.xpath("//link/@href") == ["data:,"]
    assert not root.xpath("//@src | //@srcset | //@style")
    assert not [attribute for element in root.iter() for attribute in element.attrib if attribute.startswith("on")]
    assert not re.search(r"@import|url\(", root.findtext(".//style"))
    policy = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none';")
    assert "script" not in policy


@pytest.mark.parametrize("name", NOTES)
def test_every_link_leads_to_arxiv_to_the_archive_into_the_page_or_beside_it(name: str) -> None:
    root = tree(NOTES[name])
    allowed = (
        r"https://(arxiv\.org|ar5iv\.labs\.arxiv\.org)/(abs|pdf|html)/[\w./-]+|#[\w-]+|note\.(md|json)|\.\./\.\./\.\./"
    )

    for target in root.xpath("//a/@href"):
        assert re.fullmatch(allowed, target), target


@pytest.mark.parametrize("name", NOTES)
def test_the_page_can_be_walked_by_headings_landmarks_and_links(name: str) -> None:
    root = tree(NOTES[name])
    levels = [int(heading.tag[1]) for heading in root.xpath("//h1|//h2|//h3|//h4")]
    places = Counter(root.xpath("//@id"))

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert {target[1:] for target in root.xpath("//a/@href") if target.startswith("#")} <= set(places)
    assert set(root.xpath("//@aria-labelledby")) <= set(places)
    assert set(places.values()) <= {1}
    assert len(root.xpath("//main")) == len(root.xpath("//body/header")) == len(root.xpath("//body/footer")) == 1


PLAIN = tree(filled_with(RICH, "word"))
MATHML = "math mrow mi mn mo mtext mspace mpadded mphantom msup msub msubsup munder mover mfrac msqrt mtable mtr mtd"
OF_MATHML = "stretchy fence form mathvariant accent width depth minsize maxsize lspace rspace displaystyle scriptlevel"
SHORT = ANY_TEXT.map(lambda text: text[:400])


def names(root: Any) -> set[str]:
    return {element.tag for element in root.iter() if isinstance(element.tag, str)}


def attributes(root: Any) -> set[str]:
    return {name for element in root.iter() for name in element.attrib}


@settings(slowly, max_examples=12)
@given(SHORT)
def test_whatever_a_paper_or_a_model_writes_nothing_of_it_becomes_markup(text: str) -> None:
    note = filled_with(RICH, text)
    root = tree(note)

    assert names(root) <= names(PLAIN) | {*MATHML.split(), "code", "sup", "sub"}
    assert attributes(root) <= attributes(PLAIN) | set(OF_MATHML.split())
    assert set(root.xpath("//a/@href")) == set(PLAIN.xpath("//a/@href"))
    for page in (note_pages(note, profile())[0].text, markdown(note), note_text(note)):
        assert not UNWANTED.search(page)


@settings(slowly, max_examples=12)
@given(SHORT)
def test_markdown_holds_no_html_and_no_link_but_to_arxiv_whatever_was_written(text: str) -> None:
    tokens = [
        child for token in READER.parse(markdown(filled_with(RICH, text))) for child in (token, *(token.children or ()))
    ]

    assert not [token.content for token in tokens if token.type.startswith("html") or token.type == "image"]
    for token in tokens:
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith("https://arxiv.org/")
    assert len([token for token in tokens if token.type == "fence"]) == len(RICH.equations)


def test_markdown_and_text_hold_what_the_page_holds() -> None:
    rendered = text_of(lxml_html.fromstring(f"<div>{READER.render(markdown(RICH))}</div>"))

    for shown in (rendered, " ".join(note_text(RICH).split())):
        for part in (
            *(
                "On Finding Number 1",
                "31 of 33 numbers",
                "Training objective",
                "the training data",
                "Keep the two best",
            ),
            *(
                "Table 2",
                "1.3B parameters",
                "Whether all rows",
                "On Finding Number 2",
                "The paper has no equation (12).",
            ),
        ):
            assert part in shown, part


def test_a_terminal_s_lines_are_short_but_for_tex_and_addresses() -> None:
    long = [line for line in note_text(RICH).splitlines() if len(line) > 76]

    assert all("\\" in line or "https://" in line for line in long)
    assert "\n\n\n" not in note_text(RICH)
    assert note_text(RICH).endswith("\n")


def test_the_day_page_leads_to_the_notes_on_its_papers_and_they_come_with_it() -> None:
    pages = {page.path: page.text for page in day_pages(digest(notes=(RICH,)))}
    root: Any = lxml_html.document_fromstring(pages["group/2026-05-06/index.html"])
    link = root.xpath("//article[@id='paper-1']//p[@class='noted']/a/@href")

    assert link == ["../notes/2613.00001v2/"]
    assert "group/notes/2613.00001v2/index.html" in pages
    assert "The paper trains a router" in text_of(root.xpath("//article[@id='paper-1']//p[@class='noted']")[0])
    assert "(not found in the source: 93.5)" in text_of(root.xpath("//p[@class='noted']")[0])
    assert not root.xpath("//article[@id='paper-2']//p[@class='noted']")
    assert "[Deep note](../notes/2613.00001v2/note.md) The paper trains" in pages["group/2026-05-06/digest.md"]


def test_a_hostile_note_does_the_day_page_no_harm() -> None:
    html, markup = (page.text for page in day_pages(digest(notes=(HOSTILE,)))[:2])
    root = lxml_html.document_fromstring(html.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))

    assert not root.xpath("//script | //img | //article//b[not(ancestor::li)]")
    assert not [token for token in READER.parse(markup) if token.type.startswith("html")]
