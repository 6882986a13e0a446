from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.fulltext.page import read_page
from bot.domain.fulltext import Setting, TextSource
from bot.ranking.anatomy import anatomy
from bot.ranking.equations import choose
from tests.ranking.written import equation, paper, section, theorem

LOSS = equation(
    r"\mathcal{L}(\theta) = -\mathbb{E}_{x\sim p}\left[\log q_{\theta}(x)\right] + \lambda R(\theta)",
    "Our objective is",
    number="1",
    mentions=3,
)
UPDATE = equation(
    r"\theta_{t+1} = \theta_{t} - \eta \nabla \mathcal{L}(\theta_{t})", "The update rule is given by", number="2"
)
GATE = equation(r"g(x) = \mathrm{softmax}(W x + b)", "We define the gate of a pond as", number="3")
FRAGMENTS = (
    r"\times",
    r"\checkmark",
    r"\ell_{2}",
    r"|z|",
    "0.5",
    r"28.4\,\mathrm{ms}",
    r"= \sum_{i} x_{i} y_{i}",
    r"f(x) =",
    r"\frac{a}{b",
    r"\begin{aligned} x &= y z",
    r"\left( a = b + c",
    r"(a_{1}, \ldots, a_{n})",
    "",
)


def keys(*sections: object, most: int = 6) -> list[str]:
    text = paper(*sections)  # type: ignore[arg-type]
    return [one.equation.key for one in choose(text, most)]


@pytest.mark.parametrize("tex", FRAGMENTS)
def test_a_symbol_a_number_or_a_fragment_is_never_chosen_however_much_speaks_for_it(tex: str) -> None:
    bare = equation(tex, "We define our objective as", number="1", mentions=9)
    assert keys(section("Method", bare)) == []
    assert keys(section("Method", bare, LOSS)) == ["E2"]


def test_a_bare_value_and_a_shape_are_left_out_where_anything_better_is_there() -> None:
    value = equation(r"\lambda = 0.5", "We use", number="1")
    shape = equation(r"W \in \mathbb{R}^{d \times k}", "We define", number="2")
    assert keys(section("Method", value, shape, LOSS)) == ["E3"]


def test_what_is_referred_to_comes_before_what_is_not() -> None:
    quiet = equation(r"a = \sum_{i} b_{i} c_{i}", "We compute", number="1")
    leaned_on = equation(r"d = \sum_{j} k_{j} m_{j}^{2}", "We compute", number="2", mentions=4)
    chosen = choose(paper(section("Method", quiet, leaned_on)))
    assert [one.equation.key for one in chosen] == ["E2", "E1"]
    assert "referred to 4 times" in chosen[0].reasons


def test_an_objective_an_update_and_a_definition_say_so() -> None:
    chosen = {one.equation.key: one.reasons for one in choose(paper(section("Training", LOSS, UPDATE, GATE)))}
    assert sorted(chosen) == ["E1", "E2", "E3"]
    assert "an objective" in chosen["E1"]
    assert "an update rule" in chosen["E2"]
    assert "announced by “We define”" in chosen["E3"]


def test_a_definition_counts_more_the_more_its_symbol_is_used_later() -> None:
    unused = equation(r"h = \sum_{i} b_{i} c_{i}", "We compute", number="1")
    used = equation(r"u = \prod_{j} k_{j} m_{j}^{2}", "We compute", number="2")
    text = paper(section("Method", unused, used), section("More", "With $u$ we go on.", "And $u^{2}$.", "Or $v(u)$."))
    best = choose(text)[0]
    assert best.equation.key == "E2"
    assert "defines $u$, used 3 times later" in best.reasons


def test_the_main_text_comes_before_related_work_appendix_and_proofs() -> None:
    tex = r"K_{%d}(x, y) = \sum_{i=1}^{m} \phi_{i}(x) \psi^{%d}(y)"
    chosen = keys(
        section("Related Work", equation(tex % (1, 2), "They define the kernel as", number="1")),
        section("Our Method", equation(r"S(q) = \max_{k} q^{\top} k + b", "We define the score as", number="2")),
        section("Derivations", equation(r"\rho(u) = \exp(u) + \log(1 + v w)", "We define", number="3"), appendix=True),
    )
    assert chosen[0] == "E2"
    assert "E3" not in chosen


def test_of_a_theorem_that_the_appendix_restates_the_one_in_the_main_text_is_chosen() -> None:
    bound = r"\mathbb{E}\|x_{T} - x^{*}\|^{2} \leq (1 - \mu\eta)^{T} \|x_{0} - x^{*}\|^{2} + \frac{\eta\sigma^{2}}{\mu}"
    text = paper(
        section("Main Result", theorem("1"), equation(bound, "It holds that", number="4", setting=Setting.THEOREM)),
        section("Proofs", theorem("1"), equation(bound, "", mentions=5, setting=Setting.THEOREM), appendix=True),
    )
    [chosen] = choose(text)
    assert chosen.equation.key == "E1"
    assert {"part of Theorem 1", "a bound", "referred to 5 times"} <= set(chosen.reasons)


def test_steps_of_a_proof_are_not_chosen() -> None:
    step = equation(r"\|a - b\|^{2} \leq 2\|a\|^{2} + 2\|b\|^{2}", "Hence we have", number="7", setting=Setting.PROOF)
    assert keys(section("Theory", LOSS, step)) == ["E1"]


def test_rows_of_one_derivation_do_not_push_out_what_is_different() -> None:
    rows = [
        equation(
            rf"J(\pi) = \sum_{{t=0}}^{{\infty}} \gamma^{{t}} r_{{t}} + {extra}", "Our objective is", number=str(at)
        )
        for at, extra in enumerate(("c", "c + d", "c + d + u", "c + d + u + v"), start=1)
    ]
    other = equation(
        r"\hat{A}_{k} = \delta_{k} + (\gamma\lambda)\hat{A}_{k+1}", "The estimator is given by", number="9"
    )
    assert keys(section("Method", *rows, other), most=2) == ["E1", "E5"]


def test_a_very_long_equation_comes_after_a_short_one_but_is_not_forbidden() -> None:
    long = equation(
        "L(\\theta) = " + " + ".join(f"a_{{{n}}} b_{{{n}}}" for n in range(60)), "Our objective is", number="1"
    )
    short = equation(r"M(\omega) = \sum_{i} u_{i} w_{i}", "Our objective is", number="2")
    assert keys(section("Method", long, short)) == ["E2", "E1"]


def test_a_paper_without_equations_gives_none() -> None:
    assert keys() == []
    assert keys(section("Method", "No formula here.")) == []


@given(
    st.lists(
        st.tuples(
            st.text("abxy=+_^{}\\\\leq sum()&0123456789 <>", max_size=40), st.text(max_size=30), st.integers(0, 5)
        ),
        max_size=8,
    ),
    st.integers(0, 6),
)
def test_whatever_stands_there_at_most_so_many_are_chosen_each_once_with_reasons(
    given_equations: list[tuple[str, str, int]], most: int
) -> None:
    blocks = [equation(tex, before, number="1", mentions=mentions) for tex, before, mentions in given_equations]
    text = paper(section("Method", *blocks))
    chosen = choose(text, most)
    assert len(chosen) <= most
    assert len({one.equation.key for one in chosen}) == len(chosen)
    assert all(text.equations[one.equation.key] == one.equation and one.reasons for one in chosen)
    assert [one.score for one in chosen] == sorted((one.score for one in chosen), reverse=True)


@pytest.mark.parametrize(
    ("page", "named_first"),
    [
        ("ar5iv-1706.03762.html", {"1", "2", "3"}),
        ("ar5iv-1804.05392.html", {"6", "8", "9"}),
        ("ar5iv-1901.04085.html", {"1"}),
        ("ar5iv-2006.06873.html", {"1", "2", "3"}),
        ("ar5iv-2009.14794.html", {"3", "4", "7"}),
        ("ar5iv-2010.11934.html", set()),
        ("ar5iv-2501.12599.html", {"1", "2"}),
        ("arxmliv-1311.0066.xhtml", {"4.5"}),
    ],
)
def test_of_real_papers_those_are_chosen_that_their_readers_name_first(
    samples: Path, page: str, named_first: set[str]
) -> None:
    text = read_page(
        (samples / "html" / page).read_bytes(), arxiv_id="2613.00001", version=None, source=TextSource.AR5IV, url=""
    )
    chosen = choose(text)
    assert named_first <= {number for one in chosen for number in one.equation.numbers}
    assert all(anatomy(one.equation.tex).whole for one in chosen)
