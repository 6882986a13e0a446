import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sentences import sentences


@pytest.mark.parametrize(
    "whole",
    [
        "We follow Quill et al. (2024) here.",
        "As Fig. 3 and Eq. (2) show, it grows by 2.1 points, i.e. by a tenth.",
        "It is fast, e.g. On a plain laptop.",
        "The loss $L(x) = 1.5. Then$ falls.",
        "This is by A. Quill and B. Sedge of St. Ives.",
        "It costs $3.",
        "Baselines vs. Ours differ by approx. 4 dB.",
    ],
)
def test_a_sentence_goes_on_behind_what_only_looks_like_its_end(whole: str) -> None:
    assert list(sentences(whole)) == [whole]


def test_sentences_end_at_their_marks() -> None:
    text = "It gains 2.1 BLEU. $x$ is small! (Or is it?) “We think so.” See Quill et al. The rest follows."
    assert list(sentences(text)) == [
        "It gains 2.1 BLEU.",
        "$x$ is small!",
        "(Or is it?)",
        "“We think so.”",
        "See Quill et al.",
        "The rest follows.",
    ]


@given(st.text(alphabet="aB .!?$()0“”\n", max_size=80))
def test_nothing_but_space_is_lost_between_sentences(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
