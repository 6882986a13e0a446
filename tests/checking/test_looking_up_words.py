"""Quotations are found however they were typed, and no longer once a word of them is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checking.quotes import bare, quoted
from bot.checking.squeezed import Squeezed

SOURCE = Squeezed(
    "The “ﬁrst” state-of-the-art ledger isn’t free – it costs 28.4 points; soft\u00adware helps. Its accu-"
    "\nracy grows.\nwhere $\\boldsymbol{\\theta}_{t}\\leq\\mathcal{L}$ and naïve smart reading of 1,024 entries"
)


@pytest.mark.parametrize(
    "quote",
    [
        'the "first" state of the art ledger isn\'t free - it costs 28.4 points',
        "The first",
        "Software helps",
        "its accuracy grows.",
        "where θ_t ≤ L and nai\u0308ve smart",
        r"where $\theta_t \le L$",
        "The “ﬁrst” … costs 28.4 points",
        "The first [...] it costs ... its accuracy",
        "reading  of\u00a01024\nentries",
        "STATE-OF-THE-ART LEDGER",
    ],
)
def test_a_quotation_may_be_typed_anew(quote: str) -> None:
    assert SOURCE.holds(quote)


@pytest.mark.parametrize(
    "quote",
    [
        "the first state of the art ledgers isn't free",
        "it costs 28.5 points",
        "it costs 284 points",
        "it costs 8.4 points",
        "art reading of",  # of "smart"
        "naïve sma",
        "isn't … first",  # the wrong way round
        "ledger is free",
        r"where $\phi_t \le L$",
        "where θ_t ≥ L",
        "helps. It",
    ],
)
def test_a_changed_quotation_is_not_found(quote: str) -> None:
    assert not SOURCE.holds(quote)


def test_no_quotation_is_put_together_from_far_apart() -> None:
    text = f"The ledger never forgets an entry {'and so on ' * 12}but it fails {'and so on ' * 80}on every other task"
    assert Squeezed(text).holds("The ledger never forgets … but it fails and so on")
    assert not Squeezed(text).holds("The ledger … fails")
    assert not Squeezed(text).holds("The ledger never forgets … on every other task")


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("It says “we show that it holds” and so on.", ("we show that it holds",)),
        ("Es heißt „wir zeigen das hier“ und »so steht es da«.", ("wir zeigen das hier", "so steht es da")),
        ("« nous le montrons ici » ou “so-called” ‘it is so here’", ("nous le montrons ici", "it is so here")),
        ('a "plain pair of marks" and "two words"', ("plain pair of marks",)),
        ("this “holds for “all” of them”", ("holds for “all” of them",)),
        ("「これは論文の言葉です」", ("これは論文の言葉です",)),
        ("the reader's and the writer's own, 'tis true", ()),
        ('from 5" to 6" of it', ()),
        ('a formula "$x_t = y_t + z_t$"', ()),
        ("an open “mark without an end", ()),
    ],
)
def test_three_words_in_marks_are_a_quotation(text: str, phrases: tuple[str, ...]) -> None:
    assert quoted(text) == phrases


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("“So it is.”", "So it is."),
        (' "so" ', "so"),
        ("He said “so”", "He said “so”"),
        ("“a” or “b”", "“a” or “b”"),
        ("“", "“"),
    ],
)
def test_marks_around_a_whole_quotation_are_taken_off(quote: str, words: str) -> None:
    assert bare(quote) == words


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_whole_line_of_a_text_stands_in_it(before: str, line: str, after: str) -> None:
    assert Squeezed(f"{before}\n{line}\n{after}").holds(line) or "…" in line or "..." in line


@given(st.text(alphabet="“”„«»\"' ab\n`", max_size=60))
def test_quotations_stand_in_the_text_as_they_are(text: str) -> None:
    assert all(phrase in text for phrase in quoted(text))
