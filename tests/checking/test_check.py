"""Checking a draft: what is true passes, what is not is always found, and what is left needs no second look."""

import string
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.checking import check, reasons
from bot.domain.fulltext import FullText, TextSource
from bot.domain.note import Checked, Checks, Content, Formula, Relation, Statement, Symbol
from tests.checking.paper import OFFERED, PAPER, RELATED, TRUE, finding


def checked(draft: Content, text: FullText = PAPER) -> Checked:
    return check(draft, text, OFFERED, RELATED)


def short(checks: Checks) -> int:
    """How many things were not found."""
    tallies = (checks.quotes, checks.numbers, checks.equations, checks.places, checks.symbols)
    return sum(tally.of - tally.found for tally in tallies)


def test_a_true_draft_has_no_fault_and_its_places_come_in_words() -> None:
    result = checked(TRUE)
    assert result.faults == ()
    assert result.checks.dropped == ()
    assert short(result.checks) == 0
    assert (result.checks.equations.of, result.checks.symbols.of) == (2, 5)
    assert result.content.method[0].where == "Algorithm 1"
    assert result.content.method[1].where == "Lemma 2"
    assert result.content.tasks[0].where == "Table 1"
    assert result.content.verify[0].where == "Equation (1)"
    assert result.content.related[0].title == "Ledgers with 16 heads"
    assert not any(one.unfound for one in (result.content.summary, *result.content.findings))
    assert not any(one.unfound for one in result.content.formulas)


@pytest.mark.parametrize(
    ("text", "unfound"),
    [
        ("It reaches 28.5 points.", "28.5"),
        ("It reaches 8.4 points.", "8.4"),
        ("Es erreicht 28,5 Punkte.", "28,5"),
        ("It has 13 million parameters.", "13 million"),
        ("It has 35% of it.", "35"),
        ("It uses Ledger-8B.", "Ledger-8B"),
        ("They ask “nobody ever asked them to”.", "nobody ever asked them to"),
        ("Sie sagen „das haben wir nie gesagt“.", "das haben wir nie gesagt"),
        ("See Table 2.", "Table 2"),
        ("See Section 2.7.", "Section 2.7"),
        ("Siehe Gleichung (9).", "Gleichung (9)"),
        ("As in Lemma 3.", "Lemma 3"),
        ("It follows [T9].", "[T9]"),
        ("As arXiv:2301.99999 does.", "2301.99999"),
        ("Pages 777 of it.", "777"),
    ],
)
def test_what_a_sentence_invents_is_marked_where_it_stands(text: str, unfound: str) -> None:
    result = checked(finding(text))
    assert [fault.text for fault in result.faults] == [unfound]
    assert result.faults[0].where == "findings 2"
    assert result.faults[0].reason
    assert result.content.findings[1] == Statement(text, unfound=(unfound,))
    assert short(result.checks) == 1
    assert result.checks.dropped == ()


def test_an_invented_quotation_is_taken_out_and_told() -> None:
    result = checked(finding(quote="improves accuracy by 3.5 points"))
    assert result.content.findings[1] == Statement("It is so.")
    assert [one.text for one in result.checks.dropped] == ["improves accuracy by 3.5 points"]
    assert result.checks.quotes.of - result.checks.quotes.found == 1


def test_an_invented_place_is_taken_out_and_told() -> None:
    result = checked(finding(where="T7"))
    assert result.content.findings[1] == Statement("It is so.")
    assert [(one.text, one.reason) for one in result.checks.dropped] == [("T7", "The paper has no such place.")]


def test_a_formula_of_another_equation_is_taken_out_whole() -> None:
    invented = Formula("E3", "Bound", (Symbol("z", "9.99"),), "It is 9.99.")
    result = checked(replace(TRUE, formulas=(invented, *TRUE.formulas)))
    assert [one.equation for one in result.content.formulas] == ["E1", "E2"]
    assert [(fault.where, fault.text) for fault in result.faults] == [("formulas 1", "E3")]


def test_a_symbol_that_is_not_in_its_equation_is_taken_out() -> None:
    invented = replace(TRUE.formulas[0], symbols=(Symbol(r"\phi", "9.99"), Symbol("x_t", "the entry")))
    result = checked(replace(TRUE, formulas=(invented,)))
    assert result.content.formulas[0].symbols == (Symbol("x_t", "the entry"),)
    assert [fault.text for fault in result.faults] == [r"\phi"]
    assert short(result.checks) == 1


def test_what_is_said_of_a_formula_is_checked_like_any_sentence() -> None:
    said = Formula("E1", "Loss 7.7", (Symbol("x_t", "one of 8.8"),), "It says “these are not its words”.")
    result = checked(replace(TRUE, formulas=(said,)))
    assert result.content.formulas[0].unfound == ("7.7", "these are not its words", "8.8")


def test_an_equation_is_explained_once() -> None:
    again = replace(TRUE.formulas[0], name="Again")
    result = checked(replace(TRUE, formulas=(*TRUE.formulas, again)))
    assert result.content.formulas == checked(TRUE).content.formulas
    assert result.faults == ()
    assert result.checks.dropped[0].text == "Again (E1)"


def test_what_is_to_be_verified_has_a_place() -> None:
    said = (
        Statement("All of it."),
        Statement("Look at Table 9."),
        Statement("Look at Table 1."),
        Statement("It.", "S9"),
    )
    result = checked(replace(TRUE, verify=said))
    assert [one.text for one in result.content.verify] == ["Look at Table 1."]
    assert [fault.text for fault in result.faults] == ["All of it.", "Table 9", "Look at Table 9.", "S9", "It."]


def test_only_given_papers_are_related_and_nothing_is_invented_of_them() -> None:
    said = (Relation("2604.99999", "It is like it."), Relation("2604.00007", "It has 99 heads."))
    result = checked(replace(TRUE, related=said))
    assert result.content.related == ()
    assert [fault.text for fault in result.faults] == ["2604.99999", "99"]
    assert len(result.checks.dropped) == 2


def test_what_is_empty_is_left_out_and_an_empty_summary_is_a_fault() -> None:
    draft = Content(
        Statement("  "), method=(Statement(""), Statement("It writes.")), formulas=(Formula("E1", "", (), ""),)
    )
    result = checked(draft)
    assert result.content.method == (Statement("It writes."),)
    assert [fault.where for fault in result.faults] == ["summary"]


def test_keys_in_brackets_are_spelled_out() -> None:
    assert checked(finding("As [T1] shows.")).content.findings[1].text == "As Table 1 shows."


def test_of_an_abstract_alone_nothing_but_itself_is_a_place() -> None:
    text = FullText(
        "2605.01234", None, TextSource.ABSTRACT, "https://arxiv.org/abs/2605.01234", "A title", "It has 7 parts."
    )
    draft = Content(Statement("It has 7 parts.", "Abstract"), method=(Statement("See Section 1.", "S1"),))
    result = check(draft, text, (), {})
    assert result.content.summary.where == "Abstract"
    assert [fault.text for fault in result.faults] == ["S1", "Section 1"]


def test_numbers_of_equations_that_a_pdf_only_shows_are_places() -> None:
    pdf = replace(PAPER, equation_numbers=frozenset(("14",)))
    assert checked(finding("See Eq. (14)."), pdf).faults == ()
    assert checked(finding("See Eq. (15)."), pdf).faults != ()


WORDS = st.sampled_from(
    ["the ledger", "28.4", "99.9", "1,024", "“reads three of them”", "“it never said so”", "Table 1", "Table 8", "[T1]",
     "$x_{t}$", "$k=3$", "E1", "12M", "Ledger-7B", "(1)", "\n", "„", "”", "$", "…", "Eq. (1)", "§ 2", "表 1", "۲۸٫۴"]
)  # fmt: skip
TEXTS = st.lists(WORDS | st.text(max_size=12), max_size=8).map(" ".join)
KEYS = (
    st.sampled_from(["E1", "E2", "E3", "e1", "[E1]", "T1", "S4", "S9", "Table 1", "Section 9", "Results", ""]) | TEXTS
)
STATEMENTS = st.lists(st.builds(Statement, TEXTS, KEYS, TEXTS), max_size=2).map(tuple)
SYMBOLS = st.lists(st.builds(Symbol, st.sampled_from(["x_t", r"\phi", "QK", "", "z"]) | TEXTS, TEXTS), max_size=3).map(
    tuple
)
DRAFTS = st.builds(
    Content,
    st.builds(Statement, TEXTS, KEYS, TEXTS),
    formulas=st.lists(st.builds(Formula, KEYS, TEXTS, SYMBOLS, TEXTS), max_size=3).map(tuple),
    method=STATEMENTS,
    findings=STATEMENTS,
    verify=STATEMENTS,
    related=st.lists(st.builds(Relation, st.sampled_from([*RELATED, "2604.1"]), TEXTS), max_size=2).map(tuple),
)


@given(DRAFTS)
@example(Content(Statement("", "\x1f")))
@settings(max_examples=60)
def test_whatever_a_draft_says_the_counts_fit_the_faults_and_what_is_left_stays(draft: Content) -> None:
    result = checked(draft)
    counted = [fault for fault in result.faults if fault.where != "summary" or fault.text.strip()]
    uncounted = [fault for fault in counted if fault.reason in {reasons.VERIFY.to_writer, reasons.RELATED.to_writer}]
    assert short(result.checks) == len(counted) - len(uncounted)
    again = checked(result.content)
    assert again.content == result.content
    assert short(again.checks) <= short(result.checks)
    for one in (result.content.summary, *result.content.method, *result.content.findings):
        assert all(part in one.text for part in one.unfound)


@settings(max_examples=50)
@given(st.text(alphabet=string.digits, min_size=4, max_size=9).filter(lambda digits: digits[0] != "0"))
def test_an_invented_number_is_always_a_fault(digits: str) -> None:
    if int(digits) % 1000 == 0 or digits in {"1024", "1904", "2019"}:
        return
    for way in (
        digits,
        f"${digits}$",
        f"{digits[:-2]}.{digits[-2:]}7",
        f"{digits[:-1]},{digits[-1:]}7",
        f"{digits}1e-7",
    ):
        assert [fault.text for fault in checked(finding(f"It reaches {way} there.")).faults] == [way.strip("$")]


SENTENCE = "Our model, Ledger-7B, has 12M trainable parameters and runs at 0.5 ms"


@settings(max_examples=50)
@given(st.integers(0, 9), st.integers(3, 11), st.sampled_from(["", "  ", "\u00a0", "\n", "- "]), st.booleans())
def test_any_part_of_a_sentence_is_a_quotation_of_it(start: int, length: int, space: str, cited: bool) -> None:
    words = SENTENCE.split()[start : start + length]
    quote = f" {space}".join(words).replace("parameters", "parameters (Quill et al., 2019)" if cited else "parameters")
    assert checked(finding(quote=quote)).faults == ()
    changed = " ".join([*words[:1], "rarely", *words[1:]])
    assert [fault.text for fault in checked(finding(quote=changed)).faults] == [changed]
