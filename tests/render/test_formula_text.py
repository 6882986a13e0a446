"""Display equations as lines of Unicode, where that can be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.formula_text import formula_rows
from bot.render.tex_unicode import formula_to_unicode
from tests.render.nasty import NASTY

PIECES = st.sampled_from(
    [
        *(r"\frac{", "}", "{", r"\sum_{i=1}^{n}", r"\\", "&", "=", "x", r"\left(", r"\right)", "_", "^", "(", ")", "$"),
        *(r"\begin{aligned}", r"\end{aligned}", r"\begin{cases}", r"\end{cases}", r"\mathbb{R}", r"\unknown", "%"),
        *(r"\mid", r"\\[2pt]", r"\sqrt{", "|", "⟨"),
    ]
)


@pytest.mark.parametrize(
    ("tex", "rows"),
    [
        (r"\mathcal{L}(\theta)=\mathbb{E}_{x\sim p}[f(x)]", ["ℒ(θ) = 𝔼_(x ∼ p)[f(x)]"]),
        (r"\begin{aligned}a&=b\\ c&\leq d,\\[2pt]\end{aligned}", ["a = b", "c ≤ d,"]),
        (r"y=\sum_{i\in\mathrm{TopK}(g(x))}g_{i}(x)\,f_{i}(x)", ["y = ∑_(i∈TopK(g(x))) g_i(x) f_i(x)"]),
        (r"\prod_{i=1}^{n}\frac{1}{\sqrt{2\pi\sigma^{2}}}", ["∏_(i=1)ⁿ 1/√(2πσ²)"]),
        (r"\mathrm{softmax}(QK^{\top}/\sqrt{d_{k}})V", ["softmax(QKᵀ/√d_k)V"]),
        (r"p(x\mid y)\ne q\label{eq:1}\nonumber", ["p(x | y) ≠ q"]),
        (r"\frac{1}{2}x+\frac{a}{b}^{2}", ["1/2 x+(a/b)²"]),
        (r"\max_{\theta}\mathbb{E}\lVert x\rVert\log\frac{1}{k}", ["max_θ 𝔼‖x‖log 1/k"]),
        (r"\sum_{s'}P(s_{t_i})", ["∑_s' P(s_(t_i))"]),
        (r"n^{2}\cdot d\,Q^{\prime}\,\hat{\mathbf{y}}", ["n²·d Q′ ŷ"]),
        (r"w\in\mathbb{R}^{d\times d}", ["w∈ℝ^(d×d)"]),
    ],
)
def test_what_one_line_can_hold_is_readable(tex: str, rows: list[str]) -> None:
    assert list(formula_rows(tex)) == rows


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{cases}a&b\\c&d\end{cases}",
        r"\begin{bmatrix}1&0\\0&1\end{bmatrix}",
        r"\underbrace{a+b}_{\text{loss}}",
        r"\frac{a+\frac{b}{c}}{d}",
        r"\ourmacro(x)",
        r"\widehat{\mathrm{SM}}(x)",
        r"\bar{x_i}",
        r"f=\left\{\begin{aligned}a&b\\ c&d\end{aligned}\right.",
        r"\min_{\substack{a\\b}}f",
        "x+" * 1500,
        "",
    ],
)
def test_what_one_line_cannot_show_is_left_to_tex(tex: str) -> None:
    assert formula_rows(tex) == ()


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"a_{i\in S}", "a_(i ∈ S)"),
        (r"\sqrt{2\pi}", "√(2π)"),
        (r"\sqrt{T}", "√T"),
        (r"\sqrt{12}", "√12"),
    ],
)
def test_what_belongs_together_stands_in_parentheses(tex: str, text: str) -> None:
    assert formula_to_unicode(tex) == text


@settings(max_examples=300, deadline=None)
@given(st.one_of(NASTY, st.lists(PIECES, max_size=25).map("".join)))
def test_no_formula_is_too_much_and_none_leaves_tex_in_a_line(tex: str) -> None:
    for row in formula_rows(tex):
        assert row
        assert "\\" not in row
        assert "\n" not in row
