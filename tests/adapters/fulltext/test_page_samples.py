"""Real pages: read, with what stands in them by eye, or recognised as failed."""

from pathlib import Path

import pytest

from bot.domain.fulltext import Algorithm, FullText, Paragraph, Setting, Table, Theorem
from bot.errors import TextError
from tests.fakes.latexml import text_of


def real(samples: Path, name: str) -> FullText:
    """One real page."""
    return text_of((samples / "html" / name).read_bytes())


def numbers(text: FullText) -> list[str]:
    """Of all its equations, in order."""
    return [number for one in text.equations.values() for number in one.numbers]


FAILED = {
    "ar5iv-2003.08271.html": "the conversion to HTML failed and broke off, in Replaced Token Detection",
    "ar5iv-2303.12712.html": "the conversion to HTML failed and broke off",
    "ar5iv-2304.08069.html": "no text of the paper beyond title, abstract and references",
    "ar5iv-2408.11857-no-content.html": "the conversion to HTML failed and broke off",
    "ar5iv-2412.06264.html": "the conversion to HTML failed and broke off",
}


@pytest.mark.parametrize("name", FAILED)
def test_a_failed_conversion_is_recognised(samples: Path, name: str) -> None:
    with pytest.raises(TextError, match=FAILED[name]):
        real(samples, name)


def test_all_other_pages_are_read_in_order_and_without_a_remark(samples: Path) -> None:
    for path in sorted((samples / "html").glob("*html")):
        if path.name in FAILED:
            continue
        text = real(samples, path.name)
        assert text.title, path
        assert len(text.abstract) > 300, path
        assert len(text.bibliography) > 15, path
        assert not text.remarks, path
        for one in text.equations.values():
            plain = one.tex.replace(r"\{", "").replace(r"\}", "")
            assert plain.count("{") == plain.count("}"), (path, one)
            assert one.tex.count(r"\begin") == one.tex.count(r"\end"), (path, one)
            assert one.tex.isprintable(), (path, one)
            assert "$" not in one.tex, (path, one)
        for block in text.blocks():
            if isinstance(block, Paragraph):
                assert block.text.count("$") % 2 == 0, (path, block)
                assert block.text.isprintable(), (path, block)


def test_attention_is_all_you_need(samples: Path) -> None:
    text = real(samples, "ar5iv-1706.03762.html")
    assert text.title == "Attention Is All You Need"
    assert numbers(text) == ["1", "2", "3"]
    assert text.equations["E1"].tex == r"\mathrm{Attention}(Q,K,V)=\mathrm{softmax}(\frac{QK^{T}}{\sqrt{d_{k}}})V"
    assert text.equations["E1"].before == "We compute the matrix of outputs as:"
    assert text.equations["E2"].tex.startswith(r"\begin{aligned} \mathrm{MultiHead}(Q,K,V) & =\mathrm{Concat}(")
    assert [table.number for table in text.tables.values()] == ["1", "2", "3", "4"]
    assert text.tables["T2"].rows[0] == ("Model", "BLEU", "", "", "Training Cost (FLOPs)", "")
    assert text.tables["T2"].rows[1] == ("", "EN-DE", "EN-FR", "", "EN-DE", "EN-FR")
    assert text.section_of["E1"].label == "Section 3.2.1, Scaled Dot-Product Attention"
    assert len(text.bibliography) == 40
    assert "Provided proper attribution" not in str(text)


def test_rows_with_numbers_of_their_own_are_apart(samples: Path) -> None:
    text = real(samples, "ar5iv-1804.05392.html")
    assert [one.numbers for one in text.equations.values()] == [(str(at),) for at in range(1, 11)]
    assert text.equations["E4"].tex.startswith(r"s_{\text{a}}(i,j)=\bm{w}_{\text{a}}^{\top}\textsc{ffnn}")


def test_a_long_paper_with_theorems_proofs_and_an_appendix(samples: Path) -> None:
    text = real(samples, "ar5iv-2009.14794.html")
    assert numbers(text) == [str(at) for at in range(1, 78)]
    found = list(text.blocks())
    theorems = [block for block in found if isinstance(block, Theorem)]
    assert len(theorems) == 15
    assert (theorems[0].kind, theorems[0].number) == ("Lemma", "1")
    assert theorems[0].title == "Positive Random Features (PRFs) for Softmax"
    (algorithm,) = [block for block in found if isinstance(block, Algorithm)]
    assert algorithm.caption == "FAVOR+ (bidirectional or unidirectional)."
    assert (algorithm.lines[0][:7], algorithm.lines[-1][:6]) == ("Input :", "return")
    assert [one.label for one in text.sections if one.appendix and one.level == 1][:3] == [
        "APPENDIX: Rethinking Attention with Performers",
        "Appendix A, Hyperparameters for experiments",
        "Appendix B, Main Algorithm: FAVOR+",
    ]
    by_number = {number: one for one in text.equations.values() for number in one.numbers}
    assert by_number["16"].mentions == 1
    assert by_number["10"].setting is Setting.THEOREM


def test_units_in_formulas_have_no_dollar_signs_left(samples: Path) -> None:
    text = real(samples, "ar5iv-2006.06873.html")
    assert numbers(text) == ["1", "2", "3"]
    assert text.tables["T3"].rows[1][1] == r"$0.4109\pm0.2631\text{\,}\mathrm{s}$"


def test_tables_are_told_by_their_mark_where_the_page_is_in_the_wrong_language(samples: Path) -> None:
    text = real(samples, "ar5iv-2010.11934.html")
    assert [table.number for table in text.tables.values()] == ["1", "2", "3", "4", "5", "6"]
    assert not text.equations


def test_a_paper_without_formulas_is_read(samples: Path) -> None:
    text = real(samples, "ar5iv-2305.03393.html")
    assert [section.number for section in text.sections if section.level == 1] == ["1", "2", "3", "4", "5", "6"]
    assert all(isinstance(table, Table) and not table.cut for table in text.tables.values())


def test_a_paper_in_xhtml_is_read(samples: Path) -> None:
    text = real(samples, "arxmliv-1311.0066.xhtml")
    assert text.title == "K-theoretic Chow groups of derived categories of schemes On a question by Green-Griffiths"
    assert len(text.equations) == 207
    assert len(numbers(text)) == 10
    assert sum(isinstance(block, Theorem) for block in text.blocks()) == 73
