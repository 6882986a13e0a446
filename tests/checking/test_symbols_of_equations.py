"""A symbol is in its equation however it is written, and no other one is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checking.symbols import holds
from bot.domain.formulas import symbols
from tests.checking.paper import ATTENTION, LOSS


@pytest.mark.parametrize(
    "symbol",
    [r"\theta", "θ", "$\\theta$", r"p_\theta", r"p_{\theta}(x)", r"p_\theta(\cdot)", "x_t", r"\mathbf{x}_{t-1}", "x",
     "t", r"\mathcal L_{KL}", r"\mathcal{L}_{KL}(\cdot)", r"\mathcal{L}", "L", r"\lambda", "W_Q", r"\boldsymbol{W}_{Q}",
     r"\|\cdot\|", r"\mathbb{E}", r"x_t, x_{t-1}", r"\mathbf{x} \in \mathbb{R}^d", "x_0"]
)  # fmt: skip
def test_a_symbol_is_in_the_loss(symbol: str) -> None:
    assert holds(LOSS.tex, symbol)


@pytest.mark.parametrize(
    "symbol",
    [r"\phi", r"q_\theta", "z", "z_t", "x_s", r"\hat{x}", "W_K", "o", "log p", "L_{CE}", r"\lambda_t",
     "theta", "", "$$", ",", "x_t, z_t", "softmax"]
)  # fmt: skip
def test_another_symbol_is_not(symbol: str) -> None:
    assert not holds(LOSS.tex, symbol)


@pytest.mark.parametrize(
    "symbol", [r"QK^{\top}", "QK^T", "softmax", r"\text{softmax}", r"\sqrt{d_k}", "d_k", "Q, K, V"]
)
def test_a_part_of_a_formula_is_in_it(symbol: str) -> None:
    assert holds(ATTENTION.tex, symbol)


@pytest.mark.parametrize("symbol", [r"\mathrm{head_{h}}", r"\mathrm{head}_i", r"\text{head}_h", "head_h", "h"])
def test_an_index_may_stand_within_the_braces_of_a_name_or_behind_them(symbol: str) -> None:
    assert holds(r"\mathrm{Concat}(\mathrm{head_{1}},...,\mathrm{head_{h}},\mathrm{head_{i}})", symbol)


@pytest.mark.parametrize("symbol", ["QV", "s", "d_v", r"KQ^\top", "soft"])
def test_what_does_not_stand_side_by_side_is_no_part(symbol: str) -> None:
    assert not holds(ATTENTION.tex, symbol)


@given(st.sampled_from([*symbols(LOSS.tex), *symbols(ATTENTION.tex)]))
def test_every_symbol_of_a_formula_is_in_it(symbol: str) -> None:
    assert holds(LOSS.tex + ATTENTION.tex, symbol)


@given(st.text(alphabet="\\{}_^xyθ,()=[] $abcmathbf", max_size=50), st.text(alphabet="\\{}_^xyθ,()=|$.", max_size=20))
def test_any_strings_can_be_compared(tex: str, symbol: str) -> None:
    assert holds(tex, symbol) in {True, False}
