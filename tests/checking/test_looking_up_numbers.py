"""Numbers are found as values, in any language's way to write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checking.numbers import bare_values_in, numbers_in, values_in
from bot.checking.squeezed import Squeezed

SOURCE = (
    r"We got 28.4 BLEU with 12M weights, 65 million in all, 1,024 wide, rate $3.5\times 10^{-4}$, then 10−5; ResNet-50"
    r" and Llama 3.1 8B; 128.45, three tasks, twenty-five seeds, $\beta_{2}=0.98$, 5 000 steps, $1{,}500$ of 2 × 105,"
    r" 1e-8, a 512-dimensional state, 1,2 and 3–5 of 4 ± 0.5, $2^{15}$, 90's, v2, A100s, TPUv4,"
    r" $4e{-11}$, $2\mathrm{e}{-12}$, 1.87(4) mm/s, 14(2)"
)


def found(text: str) -> list[tuple[str, bool]]:
    values, words = values_in(SOURCE), Squeezed(SOURCE)
    return [(number.text, number.in_source(values, set(), words)) for number in numbers_in(text)]


@pytest.mark.parametrize(
    "text",
    ["28.4", "28,4", "28.40", "28.4%", "٢٨٫٤", "12 million", "12 Millionen", "12,000,000", "12.000.000", "1200万",
     "65M", "65 Mio", "0.065 billion", "1.024", "1 024", "1024", "1\u202f024", "1{,}024", "3.5×10^{-4}",
     "0.00035", "3.5e-4", r"$3{.}5$ 3.5\cdot 10^{-4}", "10⁻⁵", "1e-5", "$10^{-5}$", "200000", "ResNet-50", "ResNet‑50",
     "Llama-3.1-8B", "5,000", "5k", "1500", "25", "3", "0,98", "512", "512-dim", "3-5", "0.5", "10^{-8}", "-28.4", "15",
     "1, 2", "twelve", "v2", "A100", "A100s", "TPUv4s", "4e-11", "$2 \\times 10^{-12}$", "1.87(4)", "1.87 ± 0.04",
     "14(2)", "14 ± 2"]
)  # fmt: skip
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert all(there for _, there in found(f"It is {text} there.")), found(f"It is {text} there.")


@pytest.mark.parametrize(
    "text",
    ["8.4", "28.45", "284", "2.84", "28.04", "45", "1.0245", "102", "24", "13M", "12 billion", "3.5e-5", "10^{-6}",
     "0.035", "ResNet-51", "Llama-3.1-9B", "GPT-4", "26", "0.89", "51", "9", "2017", "1e-9", "0.284", "1,2,7",
     "4,000", "4.000", "12 Milliarden", "A10s", "V100s", "1.87(6)", "4e-10"]
)  # fmt: skip
def test_another_number_is_not_found_though_its_digits_stand_there(text: str) -> None:
    assert found(f"It is {text} there.") == [(text, False)]


def test_a_unit_in_the_head_of_a_table_need_not_stand_beside_the_number() -> None:
    table, words = bare_values_in("7.5 | 30"), Squeezed("")
    [number] = numbers_in("It has 7.5 million.")
    assert number.in_source(set(), table, words)
    assert not number.in_source(table, set(), words)
    assert not number.in_source(set(), bare_values_in("7.5B | 7.5k | 30"), words)
    [length] = numbers_in("It is 7.5 m long.")
    assert length.in_source(table, set(), words)


@pytest.mark.parametrize(
    "text",
    ["$x_{9}$", "$t-9$", "$9x$", "$x^{9}$", "x_9", "(9) first", "9. First", "nine", "$\\beta_9$", "x^9", "$W_{99}$"],
)
def test_notation_lists_and_words_are_not_looked_up(text: str) -> None:
    assert found(text) == []


def test_a_single_digit_that_something_is_said_to_equal_is_looked_up() -> None:
    assert found("$k=9$ and $n \\leq 7$ and $6$") == [("9", False), ("7", False), ("6", False)]


@given(st.decimals(min_value=0, max_value=10**7, places=2), st.sampled_from([".", ","]))
def test_a_number_finds_itself_and_never_a_neighbour(number: object, point: str) -> None:
    written = str(number).replace(".", point)
    values = values_in(f"It is {number}, so it is.")
    [mine] = numbers_in(f"Es ist {written} da.")
    assert mine.text == written
    assert mine.in_source(values, set(), Squeezed(""))
    [other] = numbers_in(f"Es ist 1{written} da.")
    assert not other.in_source(values, set(), Squeezed(""))


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    assert all(number.text in text for number in numbers_in(text))
    values_in(text)


@given(
    st.lists(
        st.sampled_from(["10", "^", "{", "-", "⁻⁴", "1", ",", "000", ".", "e", "×", "\\times", " ", "$", "M", "x", "٣"])
    )
)
def test_any_heap_of_digits_and_signs_can_be_read(parts: list[str]) -> None:
    text = "".join(parts)
    values, words = values_in(text), Squeezed(text)
    for number in numbers_in(text):
        assert number.text in text
        number.in_source(values, set(), words)
