from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.verdict import Rubric, Usage
from tests.examples import verdict

tokens = st.integers(0, 10**9)
usages = st.builds(
    Usage,
    model=st.just("m"),
    kind=st.just("judge"),
    input_tokens=tokens,
    cached_tokens=tokens,
    output_tokens=tokens,
    cost_usd=st.none() | st.decimals(0, 1000, places=6),
)


@pytest.mark.parametrize("fields", [{"relevance": 0}, {"relevance": 11}, {"novelty": 0}, {"novelty": 11}])
def test_a_score_outside_1_to_10_is_no_verdict(fields: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="not 1 to 10"):
        verdict(1, **fields)


def test_an_unknown_novelty_is_allowed() -> None:
    assert verdict(1, novelty=None).novelty is None


def test_another_rubric_text_is_another_version_and_the_same_text_the_same() -> None:
    assert Rubric("a").version == Rubric("a").version
    assert Rubric("a").version != Rubric("a ").version


@given(usages, usages)
def test_usage_adds_up_and_an_unknown_price_stays_unknown(one: Usage, other: Usage) -> None:
    total = one + other
    assert total.total_tokens == one.total_tokens + other.total_tokens
    assert total.cached_tokens == one.cached_tokens + other.cached_tokens
    if one.cost_usd is None or other.cost_usd is None:
        assert total.cost_usd is None
    else:
        assert total.cost_usd == one.cost_usd + other.cost_usd


def test_usage_of_two_kinds_is_never_added() -> None:
    one = Usage("m", "judge", 1, 0, 1, Decimal(1))
    with pytest.raises(ValueError, match="overview"):
        one + Usage("m", "overview", 1, 0, 1, Decimal(1))
