"""Tables, figures, algorithms and listings of a page."""

from bot.adapters.fulltext.tables import MOST_COLUMNS, MOST_ROWS, section_number, split_tag
from bot.domain.fulltext import Algorithm, Figure, Paragraph, Table
from tests.fakes.latexml import blocks, cells, figure, math, paragraph, section, tabular


def one(*body: str) -> object:
    """The only block of a section."""
    (block,) = blocks(section("2", "Results", *body))
    return block


def listing(*lines: str) -> str:
    """A listing with line numbers."""
    numbered = (
        f'<div class="ltx_listingline"><span class="ltx_tag ltx_tag_listingline">{at}:</span>{text}</div>'
        for at, text in enumerate(lines, 1)
    )
    data = '<div class="ltx_listing_data"><a download="x">eA==</a></div>'
    return f'<div class="ltx_listing">{data}{"".join(numbered)}</div>'


def test_a_table_has_its_number_caption_and_cells() -> None:
    inner = tabular(cells("Model", "Error (%)"), cells("ours", math(r"\mathbf{3.1}")))
    assert one(figure("table", "Table 2:", "Errors of <b>all</b> models.", inner)) == Table(
        "T1", "2", "Errors of all models.", (("Model", "Error (%)"), ("ours", r"$\mathbf{3.1}$"))
    )


def test_cells_that_span_keep_their_columns() -> None:
    inner = tabular(
        cells("Model", "Score", span="rowspan=2") + cells("Cost", span="colspan=2"),
        cells("F1", "min", "max"),
        cells("ours", "1", "2", "3"),
    )
    table = one(figure("table", "Table 1:", "C.", inner))
    assert isinstance(table, Table)
    assert table.rows == (("Model", "Score", "Cost", ""), ("", "F1", "min", "max"), ("ours", "1", "2", "3"))


def test_a_tabular_in_a_cell_is_text_of_the_cell() -> None:
    inner = tabular(cells("a", tabular(cells("b"), cells("c"))), cells("d", "e"))
    table = one(figure("table", "Table 1:", "C.", inner))
    assert isinstance(table, Table)
    assert table.rows == (("a", "b c"), ("d", "e"))


def test_a_table_of_too_many_rows_or_columns_is_cut_and_says_so() -> None:
    for inner in (tabular(*[cells("a", "b")] * (MOST_ROWS + 1)), tabular(cells(*["a"] * (MOST_COLUMNS + 1)))):
        table = one(figure("table", "Table 1:", "C.", inner))
        assert isinstance(table, Table)
        assert table.cut
        assert len(table.rows) <= MOST_ROWS
        assert max(map(len, table.rows)) <= MOST_COLUMNS


def test_the_kind_of_a_float_is_what_the_page_marks_it_as_in_any_language() -> None:
    assert one(figure("table", "Таблица 5:", "Only a picture.")) == Table("T1", "5", "Only a picture.", ())
    assert one(figure("figure", "Рис. 1:", "A bank.", tabular(cells("x", "y")))) == Figure("F1", "1", "A bank.")


def test_a_figure_tells_the_captions_of_its_parts() -> None:
    parts = figure("figure", "(a)", "dry") + figure("figure", "(b)", "wet")
    assert one(figure("figure", "Figure 3:", "Sand.", parts)) == Figure("F1", "3", "Sand. (a) dry (b) wet")


def test_tables_side_by_side_without_a_common_caption_are_tables_of_their_own() -> None:
    parts = figure("table", "(a)", "dry", tabular(cells("1"))) + figure("table", "(b)", "wet", tabular(cells("2")))
    assert blocks(section("2", "R", f'<figure class="ltx_table"><div>{parts}</div></figure>')) == [
        Table("T1", "(a)", "dry", (("1",),)),
        Table("T2", "(b)", "wet", (("2",),)),
    ]


def test_a_picture_without_a_caption_is_nothing() -> None:
    assert blocks(section("2", "R", figure("figure", "", "", "<img alt='Refer to caption'>"), paragraph("So."))) == [
        Paragraph("So.")
    ]


def test_an_algorithm_is_read_line_by_line_without_line_numbers() -> None:
    lines = listing(f"<b>for</b> {math('i')} <b>do</b>", "\u00a0\u00a0dig;", "<b>end for</b>")
    box = figure("float", "<b>Algorithm 1</b>", "Digging", lines).replace(
        "ltx_float", "ltx_float ltx_float_algorithm", 1
    )
    assert one(box) == Algorithm("A1", "1", "Digging", ("for $i$ do", "  dig;", "end for"))


def test_code_without_a_box_is_a_listing_without_a_number() -> None:
    assert one(listing("x = 1", "    y = 2")) == Algorithm("A1", "", "", ("x = 1", "    y = 2"))


def test_a_tabular_without_a_caption_is_a_table_unless_it_only_lays_out_text() -> None:
    assert one(tabular(cells("a", "b"), cells("c", "d"))) == Table("T1", "", "", (("a", "b"), ("c", "d")))
    assert one(tabular(cells("Sand,"), cells("wet"))) == Paragraph("Sand, wet")


def test_printed_numbers_are_told_from_words() -> None:
    tags = (
        "Table 2:",
        "(a)",
        "Theorem A.3.",
        "Remark.",
        "TABLE IV",
        "Algorithm 1",
        "Figure S1:",
        "Main Theorem 2*",
        "",
    )
    assert [split_tag(tag) for tag in tags] == [
        ("Table", "2"),
        ("", "(a)"),
        ("Theorem", "A.3"),
        ("Remark", ""),
        ("TABLE", "IV"),
        ("Algorithm", "1"),
        ("Figure", "S1"),
        ("Main Theorem", "2*"),
        ("", ""),
    ]
    assert [section_number(tag) for tag in ("3.1 ", "Appendix A ", "§2.", "II-A ", "Appendix C.2", "")] == [
        "3.1", "A", "2", "II-A", "C.2", "",
    ]  # fmt: skip
