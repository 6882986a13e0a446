import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ranking.anatomy import anatomy, likeness


@pytest.mark.parametrize(
    ("tex", "symbol"),
    [
        (r"\mathcal{L}_{\text{KL}}(\theta) = -\log q", "L_{KL}"),
        (r"\begin{aligned} h_{t} &= f(h_{t-1}) \\ y_{t} &= g(h_{t}) \end{aligned}", "h"),
        (r"\hat{y} := W x", r"\hat{y}"),
        (r"PE_{(pos,2i)} = \sin(pos)", "PE"),
        (r"v \leftarrow v + \alpha r", "v"),
        (r"\mathbb{E}[\hat{A}] = A", ""),
        (r"x + y = z", ""),
        (r"f(x) \leq g(x)", ""),
    ],
)
def test_the_symbol_that_stands_alone_on_the_left_is_defined(tex: str, symbol: str) -> None:
    assert anatomy(tex).defines == symbol


@pytest.mark.parametrize(
    ("tex", "updates"),
    [
        (r"\theta_{t+1} = \theta_{t} - \eta g", True),
        (r"x^{(k+1)} = x^{(k)} + d", True),
        (r"g_{i}^{n+1} = f_{i}^{n} g_{i}^{n}", True),
        (r"h_{t} = f(h_{t-1}, x_{t})", True),
        (r"w \leftarrow w + 1", True),
        (r"y_{t} = x_{t-1}", False),
        (r"S_{n} = \sum_{i} a_{n-1} b_{i}", False),
        (r"L(\theta) = x - 1", False),
    ],
)
def test_an_update_tells_the_next_value_from_the_one_that_is_there(tex: str, updates: bool) -> None:
    assert anatomy(tex).updates is updates


def test_a_minimum_that_is_only_computed_is_no_optimisation() -> None:
    assert anatomy(r"\min_{\theta} L(\theta)").optimises
    assert anatomy(r"\theta^{*} = \arg\max_{\theta} p_{\theta}(x)").optimises
    assert not anatomy(r"f(x) = \max(0, x W)").optimises


def test_a_relation_in_brackets_or_in_an_index_relates_nothing() -> None:
    assert not anatomy(r"P(X = x | Y \leq y)").whole
    assert not anatomy(r"\sum_{i=1}^{n} x_{i} y_{i}").whole


@given(st.text(alphabet="xy=+-_^{}()[]\\|&,.0189 lefright", max_size=60), st.text(max_size=20))
def test_any_text_has_an_anatomy_and_is_like_itself(one: str, other: str) -> None:
    assert likeness(anatomy(one), anatomy(one)) == 1.0
    assert 0.0 <= likeness(anatomy(one), anatomy(other)) == likeness(anatomy(other), anatomy(one)) <= 1.0
