r"""Display equations as MathML: what papers write, and what latex2mathml alone reads wrongly."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.mathml import display_mathml
from tests.render.test_tex import ATTRIBUTES, HOSTILE, MATHML, TEXISH, Elements

ALLOWED = ATTRIBUTES | {"display", "lspace", "rspace"}


def shown(tex: str) -> str:
    """The formula's MathML."""
    found = display_mathml(tex)
    assert found, tex
    return str(found)


def text(tex: str) -> str:
    return Elements(shown(tex)).text.replace("\xa0", " ")


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{aligned}a&=b\\&=c\end{aligned}",
        r"\begin{split}a&=b\\[4pt]&=c\end{split}",
        r"\begin{alignedat}{2}a&=b\\&=c\end{alignedat}",
        r"\begin{eqnarray}a&=&b\\&=&c\end{eqnarray}",
        r"a&=b\\&=c",
    ],
)
def test_rows_stand_below_each_other_aligned_and_without_numbers_of_their_own(tex: str) -> None:
    assert shown(tex).count("<mtr>") == 2
    assert '<mtd class="right"><mi>a</mi></mtd>' in shown(tex)
    assert "(1)" not in text(tex)


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        (r"\begin{gathered}a\\b\end{gathered}", "<mtr>"),
        (r"\begin{dcases}a&\text{if }b\\c\end{dcases}", '<mtd class="left">'),
        (r"\begin{array}{@{}l@{\quad}r|c}a&b&c\end{array}", '<mtd class="right"><mi>b</mi></mtd>'),
        (r"\Big{(}x\Big{)}", 'maxsize="1.623em">(</mo>'),
        (r"\bigl\langle x\bigr\rangle", ">⟨</mo>"),
        (r"\arg\,\max_{x}y", ">arg\u2009max</mo>"),
        (r"\operatorname*{arg\,min}_{x}y", "<munder>"),
        (r"\left(\sum_{i=1}^{n}x_i\right)", "<munderover>"),
        (r"\mathop{\mathrm{minimize}}\limits_{w}f", ">minimize</mo>"),
        (r"\mathbbm{1}_A\mathds{1}", "𝟙"),
        (r"\mathbf{1}^{\top}", "𝟏"),
        (r"\mathrm{softmax}(x)", ">softmax</mi>"),
        (r"\overline{AB}+\underline{x}", 'class="overline"'),
        (r"\hat{x}", '<mo stretchy="false">ˆ</mo>'),
        (r"\widehat{xyz}", '<mo stretchy="true">\u0302</mo>'),
        (r"|x|", '<mo stretchy="false" lspace="0" rspace="0">|</mo>'),
        (r"x\coloneqq y\colonequals z", "≔"),
        (r"\underbrace{x+y}_{\text{sum}}", "<munder>"),
        (r"\bigoplus_{x}A", "<munder>"),
        (r"\begin{aligned}a=b\\=c\end{aligned}", '<mtd class="left"><mi>a</mi>'),
        (r"\nicefrac{1}{2}", "<mfrac>"),
        (r"\big(a\big)^2", '<msup><mrow><mi></mi><mo minsize="1.2em" maxsize="1.2em">)</mo></mrow>'),
        (r"a\overset{\mathrm{def}}{=}b", '<mrow><mi>def</mi><mspace depth="0.35em"></mspace></mrow></mover>'),
        (r"\mathrm{K}(x)", "<mtext>K</mtext>"),
        (r"2i/d", '<mo lspace="0" rspace="0">/</mo>'),
        (r"a\!b", '<mspace width="-0.167em">'),
    ],
)
def test_what_papers_write_is_set_as_they_mean_it(tex: str, part: str) -> None:
    assert part in shown(tex)


def test_a_formula_within_a_text_is_a_formula() -> None:
    assert text(r"\text{if $x_{i}>0$ and \textbf{both} at 50% of {a}}") == "if xi>0 and both at 50% of a"
    assert "<msub>" in shown(r"\mbox{for all $x_{i}$}")


def test_numbers_labels_and_colours_are_left_out() -> None:
    assert text(r"\textcolor{red}{x}{\color[rgb]{1,0,0}y}\tag{3}\label{eq:x}\nonumber") == "xy"
    assert text(r"\definecolor[named]{pgf}{rgb}{0,0,0}z\hskip 10.0pt plus 1fil w") == "zw"


@pytest.mark.parametrize(
    "tex", [r"\ours{x}", r"\cancel{y}", "A@>>>B", r"{a\\b}", r"\def\a{b}\a", "{" * 60 + "x" + "}" * 60, "x" * 7000]
)
def test_what_cannot_be_set_as_it_is_meant_is_no_formula(tex: str) -> None:
    assert display_mathml(tex) is None


@pytest.mark.parametrize(
    "tex", [*HOSTILE, r"\begin{array}{<script>}x\end{array}", r"\operatorname{<b>x</b>}", r"\text{<b>&lt;b}"]
)
def test_no_formula_brings_in_an_element_or_an_attribute(tex: str) -> None:
    found = Elements(str(display_mathml(tex.replace("$", "")) or ""))

    assert found.names <= MATHML
    assert found.attributes <= ALLOWED


PIECES = r"""
\begin{aligned} \end{aligned} \begin{array}{ \begin{cases} \end{cases} \text{ \mbox{$ \operatorname*{ \Big{ \left(
\right) \arg\max \sum_ \limits \overline{ \hskip1pt \color[ \prescript{a} \mathop{ & \\ \\[2pt] { } ^ _ $ % x
"""


@given(TEXISH | st.lists(st.sampled_from(PIECES.split()), max_size=25).map("".join))
def test_anything_becomes_safe_mathml_or_nothing(tex: str) -> None:
    found = Elements(str(display_mathml(tex) or ""))

    assert found.names <= MATHML
    assert found.attributes <= ALLOWED


@pytest.mark.parametrize(
    "piece", [r"\text{", r"\operatorname{", r"\begin{array}{@{", r"\arg\,", r"\hskip 1pt plus ", r"\Big{", "{a}"]
)
def test_six_thousand_characters_of_anything_are_read(piece: str) -> None:
    found = Elements(str(display_mathml((piece * 6000)[:6000]) or ""))

    assert found.names <= MATHML


def test_no_macro_is_shown_with_its_backslash() -> None:
    assert not re.search(r"\\", text(r"\bigl\{x\bigr\}\|y\|_2\Big\|\left\lVert z\right\rVert\arg x"))
