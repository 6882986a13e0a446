"""Which papers hold muted words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ranking.muted import MutedWords
from tests.examples import paper


def held(words: str, text: str) -> bool:
    return bool(MutedWords([words]).held_by(paper(title=text)))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("survey", "A Survey of Routing"),
        ("A SURVEY", "a survey"),
        ("large language model", "One Large-Language\n Model, tuned"),
        ("large-language model", "large language model"),
        ("gradient descent", r"Stochastic \textbf{g}radient~descent"),
        ("BERT", "{B}ERT is back"),
        ("k-means", "Fast $k$-means"),
        ("Schrödinger", r"the Schr\"odinger bridge"),
        ("Schrodinger", "the Schrödinger bridge"),
        ("C++", "Faster C++ for all"),
        ("Alzheimer's", "of Alzheimer’s disease"),
        ("art", "state of the art."),
        ("GPT-4", "Is GPT-4 it?"),
    ],
)
def test_words_that_a_text_holds(words: str, text: str) -> None:
    assert held(words, text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("art", "artificial"),
        ("survey", "surveys"),
        ("C", "C++ and C#"),
        ("large language model", "large vision and language model"),
        ("language model", "a model of language"),
        ("!!", "!!"),
        ("", ""),
    ],
)
def test_words_that_it_does_not(words: str, text: str) -> None:
    assert not held(words, text)


def test_the_abstract_counts_too_and_all_that_is_held_is_named_as_the_reader_spells_it() -> None:
    muted = MutedWords(["Liver", "survey", "rain"])
    assert muted.held_by(paper(title="A SURVEY", abstract="Of the liver.")) == "Liver, survey"
    assert muted.held_by(paper()) == ""


def test_a_phrase_does_not_reach_from_the_title_into_the_abstract() -> None:
    assert MutedWords(["deep rain"]).held_by(paper(title="Deep", abstract="Rain")) == ""


@given(st.text(max_size=30), st.text(max_size=60))
def test_no_text_raises_and_any_word_is_held_by_itself(words: str, text: str) -> None:
    assert held(words, text) <= held(words, f"{text} {words}")
