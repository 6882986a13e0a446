"""Display equations of a page: put together, numbered, with what the text says about them."""

import pytest

from bot.adapters.fulltext.formulas import clean_tex
from bot.domain.fulltext import Equation, Paragraph
from tests.fakes.latexml import blocks, equation, equations, group, math, paragraph, read, section


def test_an_equation_has_its_number_and_the_sentences_about_it() -> None:
    body = section(
        "2",
        "Method",
        paragraph("Banks grow. The rate, e.g. of Fig. 2, is"),
        equation(r"\dot{b}=k\,s", "2.1", name="S2.E1"),
        paragraph(f"where {math('k')} is small. It is measured."),
    )
    (found,) = equations(body)
    assert found == Equation(
        "E1",
        ("2.1",),
        r"\dot{b}=k\,s",
        before="The rate, e.g. of Fig. 2, is",
        after="where $k$ is small.",
    )


def test_the_rows_of_an_align_are_one_formula() -> None:
    rows = group(["a", "=b"], ["", "=c+d"], numbers=("", "4"))
    (found,) = equations(section("2", "M", rows))
    assert (found.tex, found.numbers) == (r"\begin{aligned} a & =b \\ & =c+d \end{aligned}", ("4",))


def test_one_row_needs_no_rows_and_two_pairs_stand_apart() -> None:
    assert [one.tex for one in equations(section("2", "M", group(["a", "=b"], kind="align")))] == ["a=b"]
    assert equations(section("2", "M", group(["a", "=b", "c", "=d"])))[0].tex == r"a=b \quad c=d"


def test_cells_join_without_making_another_command() -> None:
    assert equations(section("2", "M", group([r"\alpha", "b"])))[0].tex == r"\alpha b"


def test_rows_of_a_gather_are_aligned_on_their_left() -> None:
    (found,) = equations(section("2", "M", group(["a+b"], ["c"], kind="gather")))
    assert found.tex == r"\begin{aligned} & a+b \\ & c \end{aligned}"


def test_an_eqnarray_joins_its_middle_column() -> None:
    (found,) = equations(section("2", "M", group(["a", "=", "b"], ["", "=", "c"], kind="eqnarray")))
    assert found.tex == r"\begin{aligned} a & = b \\ & = c \end{aligned}"


@pytest.mark.parametrize(
    ("rows", "numbers", "found"),
    [
        ((["a", "=b"], ["c", "=d"]), ("3", "4"), [("3",), ("4",)]),
        ((["a=b"], ["c=d"]), ("3", "4"), [("3",), ("4",)]),  # gather
        ((["", "a=b"], ["", "c=d"]), ("3", "4"), [("3",), ("4",)]),  # all in the right-hand cells
        ((["a", "=b"], ["", "=c"]), ("3", "4"), [("3", "4")]),  # goes on
        ((["a=b"], [r"\leq c"]), ("3", "4"), [("3", "4")]),
        ((["a", "=b+"], ["c", "d"]), ("3", "4"), [("3", "4")]),  # the first is not complete
        ((["a", "=b"], ["c", "=d"]), ("7a", "7b"), [("7a", "7b")]),  # parts of one
        (([r"\min_x", "f(x)"], [r"\text{s.t.}", "g(x)=0"]), ("3", "4"), [("3", "4")]),
        ((["a", "=b"], ["c", "=d"]), ("", "4"), [("4",)]),
        ((["a", "=b"], ["c", "=d"]), ("3", ""), [("3",)]),
    ],
)
def test_numbered_rows_are_apart_only_where_each_says_something_by_itself(
    rows: tuple[list[str], ...], numbers: tuple[str, ...], found: list[tuple[str, ...]]
) -> None:
    assert [one.numbers for one in equations(section("2", "M", group(*rows, numbers=numbers)))] == found


def test_text_between_the_rows_parts_them() -> None:
    body = section("2", "M", group(["a", "=b"], ["<p class='ltx_p'>and thus</p>"], ["c", "=d"]))
    first, between, last = blocks(body)
    assert between == Paragraph("and thus")
    assert isinstance(first, Equation)
    assert isinstance(last, Equation)
    assert (first.tex, first.after, last.tex, last.before) == ("a=b", "and thus", "c=d", "and thus")


def test_a_display_formula_within_a_paragraph_is_an_equation() -> None:
    found = blocks(section("2", "M", paragraph("So ", math("x=1", "block"), " holds.")))
    assert found == [Paragraph("So"), Equation("E1", (), "x=1", "So", "holds."), Paragraph("holds.")]


def test_words_in_a_cell_stand_as_text_of_the_formula() -> None:
    cell = group(["a", "=b"]).replace("</math></td>", "</math> for all <i>x</i>,</td>", 1)
    (found,) = equations(section("2", "M", cell))
    assert found.tex == r"a \text{ for all } \text{ x } ,=b"


def test_links_to_an_equation_are_counted_as_mentions() -> None:
    def link(name: str) -> str:
        return f'(<a class="ltx_ref" href="#{name}"><span class="ltx_text ltx_ref_tag">n</span></a>)'

    body = section(
        "2",
        "M",
        equation("a=b", "1", name="S2.E1"),
        group(["c", "=d"], ["e", "=f"], numbers=("2", "3"), names=("S2.E2", "S2.E3")),
        paragraph("By ", link("S2.E1"), ", ", link("S2.E3"), " and ", link("S2.E3"), ". Also (1)."),
    )
    assert [one.mentions for one in equations(body)] == [1, 0, 2]


def test_where_a_page_links_nothing_printed_references_are_counted() -> None:
    said = "By Eq. 1 and Equations (2), 3 and (4), and from (2): see (1) grains, (2) sand. Equation 9 is missing."
    body = section("2", "M", *(equation(f"x={number}", str(number)) for number in range(1, 5)), paragraph(said))
    assert [one.mentions for one in equations(body)] == [2, 2, 1, 1]


def test_a_formula_that_is_too_long_is_left_out_and_remarked_upon() -> None:
    text = read(section("2", "M", equation("x+" * 3_000)))
    assert (list(text.equations), text.remarks) == ([], ("1 formula is too long to be shown.",))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (r"\displaystyle a", "a"),
        (r"\alpha\displaystyle b", r"\alpha b"),
        ("O_%\n{X}", "O_{X}"),
        ("a\\\\\n b", r"a\\ b"),
        (r"100\%", r"100\%"),
        ("100%x", r"100\%x"),
        (r"x\ ", "x"),
        ("a &lt; b &amp; c", "a < b & c"),
        (r"\epsilon=$110-9$", r"\epsilon=110-9"),
        (r"x\text{ if $y$ is $z$}", r"x\text{ if }y\text{ is }z"),
        (r"\$5", r"\$5"),
        (r"a\\\displaystyle b\\displaystyle", r"a\\b\\displaystyle"),
        (r"\begin{split}a&=b\\ &=c\end{split}", r"\begin{aligned}a&=b\\ &=c\end{aligned}"),
        (r"\begin{split}a=b\end{split}", "a=b"),
        (r"\begin{cases}a&b\\ c&d\end{cases}", r"\begin{cases}a&b\\ c&d\end{cases}"),
        (r"{\color[rgb]{1,0,0}x}+\textcolor{red}{y}", "{x}+{y}"),
        (r"\definecolor[named]{c}{rgb}{0,0,1}x", "x"),
        (r"a\label{eq:1}\nonumber", "a"),
        (r"\mbox{if }x\hskip 10.0pt plus 1fil y", r"\text{if }x\quad y"),
        (r"\mathop{\mathrm{softmax}}\limits_{i}{}_{j}x", r"\mathop{\mathrm{softmax}}\limits_{i}{}_{j}x"),
        (r"\textrm{ and }x", r"\textrm{ and }x"),
        ("", ""),
    ],
)
def test_tex_is_as_its_authors_wrote_it(raw: str, clean: str) -> None:
    assert clean_tex(raw) == clean
