from hypothesis import given
from hypothesis import strategies as st

from bot.ranking.words import shared_terms, words

TOPIC = "Sparse routing, mixture of experts, KV caches, low-rank adaptation of models."
RARITY = {"sparse": 1.0, "routing": 1.0, "mixture": 1.0, "expert": 1.0, "kv": 1.0, "cache": 1.0, "model": 0.1}


def folded(text: str) -> list[str]:
    return [word.folded for word in words(text)]


def test_case_number_and_filler_do_not_matter() -> None:
    assert folded("The Routings of the Expert") == folded("routing EXPERTS")
    assert folded("memories and memory") == ["memory", "memory"]
    assert folded("bias, class, analysis") == ["bias", "class", "analysis"]


def test_terms_are_named_as_the_paper_writes_them() -> None:
    shared = shared_terms("A KV Cache for Mixture-of-Experts: Sparse Routing", TOPIC, RARITY)
    assert shared == ("KV cache", "mixture-of-experts", "sparse routing")


def test_words_that_do_not_follow_each_other_are_no_term() -> None:
    assert set(shared_terms("Routing is sparse here", TOPIC, RARITY)) == {"routing", "sparse"}


def test_a_word_that_says_little_beside_the_others_is_not_named() -> None:
    assert shared_terms("Models with sparse routing", TOPIC, RARITY) == ("sparse routing",)
    assert shared_terms("Models of weather", TOPIC, RARITY) == ("models",)


def test_a_text_that_shares_nothing_gives_nothing() -> None:
    assert shared_terms("Weather in spring", TOPIC, RARITY) == ()
    assert shared_terms("", TOPIC, RARITY) == ()


@given(st.text(), st.text())
def test_every_term_is_in_the_text(text: str, topic: str) -> None:
    rarity = dict.fromkeys(folded(topic), 1.0)
    for term in shared_terms(text, topic, rarity):
        assert "".join(term.lower().split()) in "".join(text.lower().split())
        assert set(folded(term)) <= set(folded(topic))
