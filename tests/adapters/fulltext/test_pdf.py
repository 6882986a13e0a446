"""The text of PDFs: what is told from its lines, and that no PDF can hurt whoever reads it."""

import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from bot.adapters.fulltext.pdf import ENVIRONMENT, MOST_BYTES, read_pdf
from bot.adapters.fulltext.pdf_text import sections_of
from bot.domain.fulltext import Algorithm, Figure, FullText, Paragraph, Setting, Table, TextSource, Theorem
from bot.errors import TextError
from tests.fakes.pdf import pdf, pdf_of, text_stream

FIRST = [
    "arXiv:2613.00001v2 [cs.LG] 6 May 2026",
    "Proceedings of Nothing 2026",
    "On the Flow of Invented Particles in Deep",
    "1 University of Somewhere",
    "Abstract",
    "We show that invented particles ﬂow through a network in the order in which their ef-",
    "fects are needed, and we give a state-of-the-art bound for it.",
    "1 Introduction",
    "Particles that do not exist have been studied for a long time by people who have little",
    "else to do, and the ﬁeld has found state-of-the-art results. We contribute three things:",
    "1. We prove a bound.",
    "2. We test the bound in networks of 48 layers.",
    "3. We say what is left to do, because a good part of the question stays open in our state-",
    "of-the-art analysis of it.",
    "2 Method",
    "2.1 Setting",
    "Let x be the state of the network and let f be the map of one of its layers, so that",
    "x = f(x) + 1 (1)",
    "(2)",
    "holds for all layers, as has been known since the work of others (2016)",
    "and of ourselves. We refer to (1) and to the layers of Table 2. Nothing else is needed here.",
    "1",
]
SECOND = [
    "Proceedings of Nothing 2026",
    "Theorem 3 (Slow particles). The flow of any particle is bounded by the width of the layer.",
    "Proof. By counting.",
    "Model Loss Layers",
    "4 Ours 2.31",
    "Table 2: Loss of all models on the invented corpus, in nats per token, where smaller values",
    "are better.",
    "Figure 1. The flow.",
    "Algorithm 1: One step of the flow",
    "3 Results and Their Many Consequences",
    "The loss falls from 2.41 to 2.31, which we had not expected to see in networks of this size.",
    "References",
    "[1] A. Quill. Particles that do not exist. Journal of Invented Physics,",
    "2019.",
    "[2] B. Sedge. More of them. 2020.",
    "A Proofs",
    "All proofs are by counting, and the reader can count as well as we can in an afternoon",
    "x = y (A.1)",
    "of leisure.",
    "2",
]


def read(body: bytes, seconds: float = 40.0) -> FullText:
    return read_pdf(body, arxiv_id="2613.00001", version=2, url="https://arxiv.org/pdf/2613.00001v2", seconds=seconds)


@pytest.fixture(scope="module")
def text() -> FullText:
    return read(pdf([FIRST, SECOND], title="On the Flow"))


def test_the_pdf_says_what_it_is_and_how_rough_its_text_is(text: FullText) -> None:
    assert (text.source, text.version, text.url) == (TextSource.PDF, 2, "https://arxiv.org/pdf/2613.00001v2")
    assert text.title == "On the Flow"
    assert text.remarks == ("Read from the PDF, whose formulas and tables cannot be told from its text.",)


def test_parted_words_and_ligatures_are_whole_again_and_hyphens_that_belong_stay(text: FullText) -> None:
    assert text.abstract == (
        "We show that invented particles flow through a network in the order in which their effects are needed, and we"
        " give a state-of-the-art bound for it."
    )
    introduction = " ".join(block.text for block in text.sections[0].blocks if isinstance(block, Paragraph))
    assert "the field has found" in introduction
    assert "our state-of-the-art analysis" in introduction


def test_headings_are_told_from_lists_affiliations_and_rows_of_tables(text: FullText) -> None:
    assert [(one.key, one.number, one.title, one.level, one.appendix) for one in text.sections] == [
        ("S1", "1", "Introduction", 1, False),
        ("S2", "2", "Method", 1, False),
        ("S3", "2.1", "Setting", 2, False),
        ("S4", "3", "Results and Their Many Consequences", 1, False),
        ("S5", "A", "Proofs", 1, True),
    ]
    assert text.sections[-1].label == "Appendix A, Proofs"


def test_captions_and_theorems_are_found(text: FullText) -> None:
    found = [block for block in text.blocks() if not isinstance(block, Paragraph)]
    assert found == [
        Theorem("P1", "Theorem", "3", "Slow particles"),
        Table(
            "T1",
            "2",
            "Loss of all models on the invented corpus, in nats per token, where smaller values are better.",
            rows=(),
        ),
        Figure("F1", "1", "The flow."),
        Algorithm("A1", "1", "One step of the flow", lines=()),
    ]
    settings_ = {block.text[:9]: block.setting for block in text.blocks() if isinstance(block, Paragraph)}
    assert (settings_["The flow "], settings_["Proof. By"]) == (Setting.THEOREM, Setting.PROOF)


def test_no_formula_of_a_pdf_is_offered_but_the_numbers_of_its_equations_are_known(text: FullText) -> None:
    assert text.equations == {}
    assert text.equation_numbers == {"1", "2", "A.1"}


def test_references_are_apart(text: FullText) -> None:
    assert text.bibliography == (
        "[1] A. Quill. Particles that do not exist. Journal of Invented Physics, 2019.",
        "[2] B. Sedge. More of them. 2020.",
    )


def test_headers_page_numbers_and_arxivs_stamp_are_left_out(text: FullText) -> None:
    everything = str(text)
    assert "Proceedings of Nothing" not in everything
    assert "[cs.LG]" not in everything
    assert "Somewhere" not in everything


def test_roman_numbers_and_their_letters_are_sections_and_subsections() -> None:
    prose = ["Words go on and on until the line is full of words and no more words can be put on it."] * 3
    lines = [
        "Abstract—Words go on.",
        "I. INTRODUCTION",
        *prose,
        "II. METHOD",
        "A. Setting",
        *prose,
        "B. Layers",
        *prose,
    ]
    found = sections_of(["\n".join([*lines, "III. RESULTS", *prose, "A. Numbers", *prose])])
    assert found.abstract == "Words go on."
    assert [(one.number, one.level) for one in found.sections] == [
        *(("I", 1), ("II", 1), ("A", 2), ("B", 2)),
        *(("III", 1), ("A", 2)),
    ]


def test_a_text_without_headings_is_one_section() -> None:
    found = sections_of(["A letter.\nIt has no headings at all.\n" * 20])
    assert [(one.key, one.number, one.title) for one in found.sections] == [("S1", "", "")]
    assert found.sections[0].label == "text without a heading"


def test_entries_without_marks_are_told_by_their_years() -> None:
    entries = ["Ada Quill and Bruno Sedge. Particles that do not", "exist. Journal, 2019.", "Bruno Sedge. More. 2020."]
    found = sections_of(
        ["\n".join(["1 Introduction", "Words of a paper that has little to say.", "References", *entries])]
    )
    assert found.bibliography == (f"{entries[0]} {entries[1]}", entries[2])


LINES = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            [*FIRST, *SECOND, "I. INTRODUCTION", "Keywords: none", "Appendix", "\ud800\x1b[31m\u202e", "7-", "—"]
        ),
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(st.lists(LINES, max_size=4))
def test_any_text_becomes_printable_sections_whose_keys_are_unique(pages: list[list[str]]) -> None:
    found = sections_of(["\n".join(page) for page in pages])
    text = FullText("x", 1, TextSource.PDF, "u", "", found.abstract, found.sections, found.bibliography)
    blocks = list(text.blocks())
    keys = [one.key for one in (*text.sections, *blocks) if not isinstance(one, Paragraph)]
    assert len(keys) == len(set(keys))
    assert set(text.labels) == set(keys)
    told = [block.text for block in blocks if isinstance(block, Paragraph)]
    assert all(one.isprintable() and one for one in (*told, *found.bibliography))
    assert found.abstract.isprintable()


def encrypted(body: bytes, password: str) -> bytes:
    writer, made = PdfWriter(clone_from=BytesIO(body)), BytesIO()
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    writer.write(made)
    return made.getvalue()


GOOD = pdf([FIRST, SECOND])
FULL = text_stream(FIRST)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a web page": (lambda: b"<!DOCTYPE html><html>Please wait</html>", "it is no PDF"),
    "nothing": (lambda: b"", "it is no PDF"),
    "noise": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 50, "it is broken"),
    "half of one": (lambda: GOOD[: len(GOOD) // 2], "it is broken|no text"),
    "an encrypted one": (lambda: encrypted(GOOD, "secret"), "it is encrypted"),
    "one of another cipher": (
        lambda: encrypted(GOOD, "").replace(b"/V 2", b"/V 5").replace(b"/R 3", b"/R 6"),
        "encrypted",
    ),
    "a scanned one": (lambda: pdf([["arXiv:hep-th/9901001v1 1 Jan 1999"], []]), "pictures of its pages, but no text"),
    "one whose letters mean nothing": (lambda: pdf([["/0 /1 /2 +- 17 !! abc"] * 90]), "do not tell which letters"),
    "a packed bomb": (lambda: pdf_of([b"BT (x) Tj " + b" " * 60_000_000]), "no text"),
    "pages that hold themselves": (
        lambda: pdf_of([FULL], more={b"/Type /Page ": b"/Type /Pages /Kids [ 2 0 R ] "}),
        "broken|no text",
    ),
    "a size that is none": (lambda: pdf_of([FULL], more={b"/Length ": b"/Length 99999999999"}), "broken|no text"),
    "deep arrays": (lambda: pdf_of([b"BT " + b"[" * 500_000 + b" TJ ET"]), "no text|time or memory|broken"),
    "too large a one": (lambda: GOOD + b" " * MOST_BYTES, "it is larger than 40 MB"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_cannot_be_read_is_an_error_that_says_why(what: str) -> None:
    made, why = HOSTILE[what]
    with pytest.raises(TextError, match=why) as caught:
        read(made())
    assert str(caught.value).isprintable()


def test_a_pdf_that_takes_too_long_is_left() -> None:
    with pytest.raises(TextError, match=r"it was not read within 0\.01 s"):
        read(GOOD, seconds=0.01)


def test_a_pdf_that_only_forbids_changes_is_read() -> None:
    assert len(read(encrypted(GOOD, "")).sections) == 5


def test_of_a_long_pdf_the_first_pages_are_read_and_the_remark_says_so() -> None:
    text = read(pdf_of([FULL, zlib.compress(b"noise"), *[FULL] * 150]))
    assert text.remarks[1:] == ("Only the first 150 of 152 pages were read.", "1 of 150 pages gave no text.")


def test_the_program_that_reads_it_is_given_no_secret() -> None:
    assert not [name for name in ENVIRONMENT if any(word in name for word in ("KEY", "TOKEN", "SECRET", "PASSWORD"))]


def test_real_papers_are_read(samples: Path) -> None:
    text = read((samples / "pdf" / "1611.01734.pdf").read_bytes())
    assert [one.number for one in text.sections][:6] == ["1", "2", "3", "3.1", "3.2", "4"]
    assert [one.number for one in text.tables.values()] == ["1", "2", "3", "4", "5"]
    assert text.equation_numbers == {"1", "2", "3", "4", "5", "6"}
    assert len(text.bibliography) == 20
    other = read((samples / "pdf" / "1901.04085.pdf").read_bytes())
    assert [one.number for one in other.sections] == ["1", "2", "3", "3.1", "3.2", "3.3", "4"]
    assert other.equation_numbers == {"1"}
