"""Reading the answer to a question for a note: any shape, any size, nothing raised."""

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.note import Content, Formula, Relation, Statement, Symbol
from bot.domain.note_reply import LONGEST_QUOTE, LONGEST_SUMMARY, LONGEST_TEXT, MOST, read_note
from tests.fakes.noted_paper import truthful

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
NAMES = [*MOST, "summary", "text", "where", "quote", "equation", "symbol", "meaning", "name", "why", "arxiv_id", "how"]
near_answers = st.recursive(
    st.none() | st.text() | st.integers(),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=60,
)


def entries_of(content: Content) -> list[int]:
    return [len(getattr(content, one.name)) for one in fields(content) if one.name != "summary"]


def test_a_whole_answer_is_read_as_it_stands() -> None:
    draft = read_note(truthful(related=[{"arxiv_id": "2613.00007", "how": "Both hash."}]))
    assert draft.usable
    assert draft.remarks == ()
    assert draft.content.summary.text.startswith("Hashed routing replaces")
    assert draft.content.formulas == (
        Formula(
            "E1",
            "Training objective",
            (Symbol("\\lambda", "weight of the penalty"),),
            "It is what training minimises.",
        ),
    )
    assert draft.content.findings == (
        Statement(
            "Accuracy is 84.2% against 82.5% for the trained gate.",
            "T1",
            "Hashed routing reaches 84.2% accuracy on the Meadow corpus",
        ),
    )
    assert draft.content.related == (Relation("2613.00007", "Both hash."),)


@given(values | near_answers)
def test_no_answer_of_any_shape_raises(data: object) -> None:
    content = read_note(data).content
    assert all(count <= max(MOST.values()) for count in entries_of(content))


def test_a_mad_answer_is_bounded_in_entries_and_in_characters_and_that_is_told() -> None:
    huge = "word " * 50_000
    entry = {"text": huge, "quote": huge, "where": huge, "equation": "E1", "name": huge, "why": huge, "symbols": []}
    many = [{**entry, "text": f"{number} {huge}"} for number in range(500)]
    draft = read_note({"summary": huge, **dict.fromkeys(MOST, many)})
    assert len(draft.content.summary.text) <= LONGEST_SUMMARY
    assert entries_of(draft.content) == [1, *[MOST[name] for name in list(MOST)[2:-1]], 0]
    assert all(len(one.text) <= LONGEST_TEXT and len(one.quote) <= LONGEST_QUOTE for one in draft.content.findings)
    assert {one.where for one in draft.content.findings} == {""}
    assert "Of 500 entries under findings, only the first 12 were used." in draft.remarks


def test_what_cannot_be_read_is_left_out_and_told() -> None:
    draft = read_note(truthful(method="one step", tasks=[{"where": "S1", "text": "Sorting."}, 7, None]))
    assert draft.content.method == ()
    assert draft.content.tasks == (Statement("Sorting.", "S1"),)
    assert draft.remarks == (
        "What the answer says under method could not be read.",
        "Entries under tasks that could not be read: 2.",
    )


def test_an_answer_without_a_summary_is_no_note() -> None:
    useless: list[object] = [None, [], "a note", {}, {"summary": ""}, {"summary": " \u200b"}, {"summary": ["a"]}]
    for data in useless:
        assert not read_note(data).usable


def test_nothing_that_nobody_sees_and_no_line_break_comes_through() -> None:
    draft = read_note(
        truthful(summary="One\n\u202etwo\x1b[31m \U000e0041three", method=[{"text": "a\r\nb", "where": "S1\n"}])
    )
    assert draft.content.summary.text == "One two[31m three"
    assert draft.content.method == (Statement("a b", "S1"),)


def test_a_text_that_is_too_long_is_cut_between_words_and_never_within_a_formula() -> None:
    long = "so " * 298 + "much $x + y + z$ and more"
    (cut,) = read_note(truthful(method=[{"text": long}])).content.method
    assert cut.text.endswith("much…")
    assert cut.text.count("$") == 0


def test_a_quote_that_is_too_long_is_cut_without_a_sign_so_that_it_is_still_found_in_the_paper() -> None:
    long = "word " * 200
    (cut,) = read_note(truthful(limits=[{"text": "So.", "quote": f"“{long}”"}])).content.limits
    assert cut.quote in long
    assert len(cut.quote) > LONGEST_QUOTE - 10


def test_signs_that_came_back_as_they_were_shown_mean_what_the_paper_has() -> None:
    (said,) = read_note(truthful(findings=[{"text": "$p &lt; 0.05$", "quote": "with p &lt; 0.05"}])).content.findings
    assert (said.text, said.quote) == ("$p < 0.05$", "with p < 0.05")


def test_symbols_lose_their_dollar_signs_and_an_equation_is_explained_once() -> None:
    symbols = [
        {"symbol": "$\\lambda$", "meaning": "weight"},
        {"symbol": "\\(n\\)", "meaning": "count"},
        {"symbol": "x"},
    ]
    entry = {"equation": "E1", "name": "First", "symbols": symbols, "why": "So."}
    (formula,) = read_note(truthful(formulas=[entry, {**entry, "name": "Second"}])).content.formulas
    assert formula.name == "First"
    assert formula.symbols == (Symbol("\\lambda", "weight"), Symbol("n", "count"))


def test_what_is_said_twice_stands_once() -> None:
    step = {"text": "Hash.", "where": "S2"}
    assert len(read_note(truthful(method=[step, step])).content.method) == 1
