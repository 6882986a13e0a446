from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sentences import sentences
from bot.ranking.results import results
from tests.ranking.written import paper, section, table

MAIN = table(
    "Accuracy of our model and of the baselines.", ("Model", "Acc"), ("Pond-2", "71.2"), ("Ours", "$\\mathbf{74.9}$")
)
ABLATION = table("Ablation of the gate.", ("Variant", "Acc"), ("full", "74.9"), ("w/o gate", "70.1"), number="2")
SETTINGS = table("Hyperparameters.", ("lr", "0.001"), ("batch", "512"), ("layers", "12"), number="3")
NOTATION = table("Notation.", ("$x$", "an input"), ("$g$", "its gate"), number="4")


def test_tables_of_results_come_first_settings_last_and_those_without_numbers_not_at_all() -> None:
    text = paper(section("Method", NOTATION, SETTINGS), section("Experiments", ABLATION, MAIN))
    assert [one.caption for one in results(text).tables] == [MAIN.caption, ABLATION.caption, SETTINGS.caption]


def test_claims_are_whole_sentences_with_the_section_that_they_stand_in() -> None:
    text = paper(
        section("Introduction", "Ponds are wet. Routing is hard, as Quill et al. (2019) show in Section 4."),
        section(
            "Results",
            "We train for 3 days. Our model outperforms Pond-2 (Sedge et al., 2024) by 3.7 points on Lake. It is nice.",
        ),
        abstract="We study ponds. Gates improve accuracy by 3.7% over the best baseline.",
    )
    found = {one.text: one.where for one in results(text).claims}
    assert found == {
        "Gates improve accuracy by 3.7% over the best baseline.": "",
        "Our model outperforms Pond-2 (Sedge et al., 2024) by 3.7 points on Lake.": "S2",
    }


def test_numbers_of_years_sections_tables_and_models_make_no_claim() -> None:
    text = paper(
        section(
            "Results",
            "Our model outperforms GPT-4 in Table 2 and Section 4.1.",
            "It achieves better results than those of 2019 [3, 4].",
            "ResNet50 is better than the model of Quill (2018).",
        )
    )
    assert results(text).claims == ()


def test_what_others_found_is_no_claim_of_the_paper() -> None:
    text = paper(section("Related Work", "Pond-2 outperforms all others by 5.1 points in accuracy."))
    assert results(text).claims == ()


def test_a_claim_that_is_made_twice_is_given_once() -> None:
    text = paper(
        section("Results", "Our gate improves accuracy by 3.7 points over Pond-2 on Lake."),
        section("Conclusion", "Our gate improves the accuracy on Lake by 3.7 points over Pond-2."),
        abstract="On Lake, our gate improves accuracy by 3.7 points.",
    )
    assert [one.where for one in results(text).claims] == ["S1"]


def test_no_more_claims_are_given_than_are_wanted() -> None:
    animals = ("newts", "frogs", "carp", "herons", "otters")
    said = [f"For {one}, the {one} gate improves {one} accuracy by {at}.5%." for at, one in enumerate(animals)]
    assert len(results(paper(section("Results", *said)), most_claims=3).claims) == 3


def test_a_paper_of_which_only_the_abstract_is_known_has_its_claims() -> None:
    text = paper(abstract="Gates improve accuracy by 3.7% over the best baseline.")
    assert [one.where for one in results(text).claims] == [""]


@given(st.lists(st.text(alphabet="ab 1.%$(", max_size=60).map(lambda end: f"Our gate improves {end}"), max_size=5))
def test_every_claim_is_a_sentence_of_its_section(paragraphs: list[str]) -> None:
    text = paper(section("Results", *paragraphs))
    whole = {sentence for paragraph in paragraphs for sentence in sentences(paragraph)}
    assert {one.text for one in results(text).claims} <= whole
