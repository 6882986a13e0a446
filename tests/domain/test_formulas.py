"""What a formula is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.formulas import MOST_CHARACTERS, symbols


@pytest.mark.parametrize(
    "tex",
    ["x_t", "x_{t}", "{x}_t", "{x}_{t}", r"\mathbf{x}_{t}", r"\boldsymbol x_t", r"\bm{x}_\mathrm{t}", "𝐱_t", "xₜ",
     r"\vec{x}_t", r"\mathbf{x}_{ t }", r"\left(x_{t}\right)", r"{\bf x}_t", r"\displaystyle x\,_t"]
)  # fmt: skip
def test_fonts_braces_and_spaces_do_not_count(tex: str) -> None:
    assert symbols(tex) == ("x", "x_{t}", "t")


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\mathrm{softmax}(Q)+\text{if }\operatorname{KL}", ("softmax", "Q", "KL")),
        (r"\mathcal{L}_{\text{total}}=1", ("L", "L_{total}")),
        (r"θ+\vartheta\leq\phi_2", (r"\theta", r"\phi", r"\phi_{2}")),
        (r"\hat{x}_t-\widehat{\mathbf{x}}", (r"\hat{x}", r"\hat{x}_{t}", "t")),
        (r"\hat{x_t}", (r"\hat{x}", r"\hat{x}_{t}", "t")),
        (r"\pi^{*}+x'+y^{(k)}+z^2", (r"\pi", r"\pi^{*}", "x", r"x^{\prime}", "y", "y^{(k)}", "k", "z")),
        (r"\sum_{i=1}^{N}\log\frac{a}{\sqrt{b}}", ("i", "N", "a", "b")),
        (r"\operatorname*{arg\,min}_{w}\int_0^1\nabla f\,\mathrm{d}w", ("w", "f", "d")),
        (r"\begin{array}{cc}a&b\\c\end{array}\label{e}\tag{1}", ("a", "b", "c")),
        (r"\mathbb{E}_{x\sim p}[y]", ("E", "x", "p", "y")),
        (r"\times \checkmark = 2 \cdot 10^{-3}", ()),
        (r"\text{the loss of all}", ()),
        ("", ()),
    ],
)
def test_letters_and_names_are_symbols_and_nothing_else(tex: str, expected: tuple[str, ...]) -> None:
    assert symbols(tex) == expected


@given(st.text(alphabet=r"\{}_^'&$ xθ1mathbfhatrm()", max_size=80))
def test_any_tex_has_distinct_symbols_that_are_symbols(tex: str) -> None:
    found = symbols(tex)
    assert len(set(found)) == len(found)
    assert all(one.strip() for one in found)


@pytest.mark.parametrize(
    "tex", ["{" * 9000, "x_{" * 9000, r"_\bf" * 9000, r"\hat" * 9000, "x_" * 9000, "'" * 9000, "}" * 9000]
)
def test_hostile_tex_ends(tex: str) -> None:
    assert len(symbols(tex * 2)) < 100


def test_what_is_very_long_is_read_in_part() -> None:
    assert symbols("1" * MOST_CHARACTERS + "x") == ()
