"""Sections, paragraphs, notes, lists and theorems of a page."""

import pytest

from bot.domain.fulltext import Paragraph, Setting, TextSource, Theorem
from tests.fakes.latexml import ABSTRACT, FILLER, blocks, equation, math, page, paragraph, read, section, text_of


def line(*markup: str) -> str:
    """The text of one paragraph."""
    (block,) = blocks(section("2", "Method", paragraph(*markup)))
    assert isinstance(block, Paragraph)
    return block.text


def test_title_abstract_and_bibliography_are_read() -> None:
    text = read()
    assert (text.title, text.abstract, text.bibliography) == (
        "Sand in Rivers",
        ABSTRACT,
        ("[1] A. Author. Grain number 1.",),
    )
    assert (text.arxiv_id, text.version, text.source) == ("2601.00001", 1, TextSource.HTML)
    assert text.remarks == ()


def test_menus_scripts_and_what_stands_before_the_title_are_left_out() -> None:
    banner = b'<h1 class="ltx_title ltx_title_document">'
    body = page().replace(banner, b'<p class="ltx_p">Permission is granted.</p><script>alert(1)</script>' + banner)
    text = text_of(body)
    assert [block.text for block in text.blocks() if isinstance(block, Paragraph)] == [" ".join((FILLER * 4).split())]


def test_sections_have_the_numbers_that_are_printed_and_levels_by_nesting() -> None:
    inner = section("2.1", "Grains", paragraph("One."), section("", "A remark", paragraph("Two."), kind="paragraph"))
    text = read(
        section("2.", "Method", paragraph("Zero."), inner),
        section("Appendix A", "Proofs", section("A.1", "First", paragraph("P."), kind="subsection"), kind="appendix"),
    )
    assert [(one.key, one.number, one.title, one.level, one.appendix) for one in text.sections[1:]] == [
        ("S2", "2", "Method", 1, False),
        ("S3", "2.1", "Grains", 2, False),
        ("S4", "", "A remark", 3, False),
        ("S5", "A", "Proofs", 1, True),
        ("S6", "A.1", "First", 2, True),
    ]
    assert text.sections[-1].label == "Appendix A.1, First"


def test_lettered_sections_behind_the_references_are_appendices() -> None:
    late = section("B", "Tables", paragraph("Late.")).encode()
    text = text_of(page(section("V", "Roman", paragraph("Early."))).replace(b"</article>", late + b"</article>"))
    assert [(one.label, one.appendix) for one in text.sections[1:]] == [
        ("Section V, Roman", False),
        ("Appendix B, Tables", True),
    ]


def test_formulas_stand_in_a_line_once_and_never_touch() -> None:
    assert line("So ", math(r"\displaystyle a<b"), math("c"), " holds.") == "So $a<b$ $c$ holds."


def test_a_formula_without_alttext_is_taken_from_its_annotation() -> None:
    assert line("So ", math("a+b").replace('alttext="a+b" ', ""), ".") == "So $a+b$."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("costs $5 and $10", r"costs \$5 and \$10"),
        ("10<sup>6</sup> grains, the 1<sup>st</sup>", "10^6 grains, the 1st"),
        ("BERT<sub>LARGE</sub>", "BERT_LARGE"),
        ("see Section <span class='ltx_ref ltx_missing_label'>LABEL:sec:x</span>", "see Section ??"),
        ("one<br class='ltx_break'>two\n  three", "one two three"),
        ("<span class='ltx_tabular'><span class='ltx_tr'><span class='ltx_td'>a</span></span></span>b", "a b"),
        ("a\u202eb\x00c\ufeffd", "abcd"),
        ("Ω ≤ é &lt;b&gt; &amp;amp;", "Ω ≤ é <b> &amp;"),
        ('as in Table <a class="ltx_ref" href="#T2"><span class="ltx_ref_tag">2</span></a>', "as in Table 2"),
        ('so <cite class="ltx_cite">[<a class="ltx_ref" href="#bib.bib1">1</a>]</cite>', "so [1]"),
    ],
)
def test_a_line_is_what_a_reader_sees(markup: str, text: str) -> None:
    assert line(markup) == text


def test_a_footnote_is_a_paragraph_of_its_own_behind_its_line() -> None:
    note = (
        '<span class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">1</sup><span class="ltx_note_outer">'
        '<span class="ltx_note_content"><sup class="ltx_note_mark">1</sup><span class="ltx_tag ltx_tag_note">1</span>'
        f"Wet sand, that is {math('w>0')}.</span></span></span>"
    )
    assert blocks(section("2", "Method", paragraph("Sand ", note, ". It settles."))) == [
        Paragraph("Sand. It settles."),
        Paragraph("Wet sand, that is $w>0$.", Setting.NOTE),
    ]


def test_lists_are_paragraphs_with_the_numbers_but_not_the_bullets_that_are_printed() -> None:
    def item(tag: str, text: str) -> str:
        return f'<li class="ltx_item"><span class="ltx_tag ltx_tag_item">{tag}</span> {paragraph(text)}</li>'

    listed = f'<ul class="ltx_itemize">{item("•", "dry")}{item("(ii)", "wet")}</ul>'
    assert blocks(section("2", "Method", f'<div class="ltx_para"><p class="ltx_p">Sand is</p>{listed}</div>')) == [
        Paragraph("Sand is"),
        Paragraph("dry"),
        Paragraph("(ii) wet"),
    ]


def test_theorems_and_proofs_give_their_setting_to_what_is_in_them() -> None:
    theorem = (
        '<div class="ltx_theorem ltx_theorem_lemma"><h6 class="ltx_title ltx_runin ltx_title_theorem">'
        '<span class="ltx_tag ltx_tag_theorem">Lemma A.2</span> (wet sand).</h6>'
        f"{paragraph('Sand sinks:')}{equation('v>0')}</div>"
    )
    proof = (
        '<div class="ltx_proof"><h6 class="ltx_title ltx_runin ltx_title_proof">Proof of Lemma A.2.</h6>'
        f"{paragraph('It does.')}</div>"
    )
    heading, claim, formula, whose, last, after = blocks(section("2", "Method", theorem, proof, paragraph("So.")))
    assert heading == Theorem("P1", "Lemma", "A.2", "wet sand")
    assert [one.setting for one in (claim, formula)] == [Setting.THEOREM] * 2  # type: ignore[union-attr]
    assert (whose, last) == (Paragraph("Proof of Lemma A.2.", Setting.PROOF), Paragraph("It does.", Setting.PROOF))
    assert after == Paragraph("So.")


def test_a_command_that_could_not_be_converted_is_remarked_upon() -> None:
    wrong = '<span class="ltx_ERROR undefined">\\foo</span>'
    assert read(section("2", "M", paragraph(wrong * 3))).remarks == ()
    (remark,) = read(section("2", "M", paragraph(wrong * 4))).remarks
    assert remark == "4 commands of the paper's source could not be converted to HTML."
