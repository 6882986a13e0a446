"""The note without a model: the paper's own words, and nothing else."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.fulltext import Equation, FullText, Paragraph, Section, Table, TextSource
from bot.domain.note import OFFLINE, Note, NoteStage, Statement
from bot.notes import make_note
from bot.notes.quoting import _meanings, sentence_of
from bot.render.note_prompts import quoting_rubric
from tests.examples import DAY, paper, profile
from tests.fakes.noted_paper import ABSTRACT, full_text
from tests.fakes.study import MemoryTexts, StudyRig


def offline(text: FullText | None = None, stages: list[NoteStage] | None = None) -> Note:
    rig = StudyRig(model=None)
    if text:
        rig.texts = MemoryTexts(lambda _: text)
    note = make_note(paper(1), profile(), DAY, rig.study, stages.append if stages is not None else lambda _: None)
    assert rig.notes.saved == [note]
    assert not rig.notes.account
    return note


def words_of(text: FullText) -> str:
    """All that the paper says, one thing a line."""
    lines = [text.title, text.abstract]
    for block in text.blocks():
        match block:
            case Paragraph():
                lines.append(block.text)
            case Equation():
                lines += [block.before, block.after, f"${block.tex}$"]
            case Table():
                lines.append(block.caption)
    return "\n".join(lines)


def statements(note: Note) -> list[Statement]:
    content = note.content
    return [content.summary, *content.method, *content.findings, *content.limits, *content.verify]


def test_everything_in_it_stands_in_the_paper() -> None:
    note = offline()
    words = words_of(full_text(paper(1)))
    assert all(statement.text in words for statement in statements(note))
    for formula in note.content.formulas:
        assert (formula.name, formula.why) == ("", "")
        assert all(symbol.meaning in words for symbol in formula.symbols)


def test_it_holds_abstract_equations_claims_limits_and_what_to_look_at() -> None:
    note = offline()
    assert note.content.summary.text == ABSTRACT
    assert [equation.key for equation in note.equations] == ["E1", "E2"]
    assert note.equation("E2").sentence == "The weights follow the update rule"
    assert [one.text for one in note.content.method] == [
        "We introduce hashed routing, in which a fixed hash of the token takes the place of the gate.",
    ]
    assert note.content.findings[0].text.startswith("Hashed routing reaches 84.2%")
    assert note.content.findings[0].where == "Section 3, Results"
    assert [one.text for one in note.content.limits] == [
        "We evaluate on a single corpus only.",
        "Larger models may need a trained gate after all.",
    ]
    assert [one.where for one in note.content.verify] == ["Table 1"]


def test_it_says_that_no_model_wrote_it_and_costs_nothing() -> None:
    note = offline()
    assert note.offline
    assert (note.model, note.prompt, note.cost_usd) == (OFFLINE, quoting_rubric().version, Decimal(0))


def test_it_passes_the_checks() -> None:
    checks = offline().checks
    assert checks.dropped == ()
    for tally in (checks.quotes, checks.numbers, checks.equations, checks.places, checks.symbols):
        assert tally.found == tally.of
    assert checks.equations.of == 2


def test_its_stages_are_reading_and_checking() -> None:
    stages: list[NoteStage] = []
    offline(stages=stages)
    assert stages == [NoteStage.READING, NoteStage.CHECKING]


def test_of_an_abstract_alone_there_is_the_abstract() -> None:
    note = offline(full_text(paper(1), sections=(), source=TextSource.ABSTRACT))
    assert note.content.summary.text == ABSTRACT
    assert (note.equations, note.content.method, note.content.verify) == ((), (), ())


def test_without_a_section_on_limits_those_that_the_authors_name_themselves_are_quoted() -> None:
    text = full_text(paper(1))
    said = Paragraph(
        "Earlier work has the limitation of being slow. A limitation of our method is that the hash never adapts."
    )
    ending = Section("S4", "4", "Conclusion", 1, (said,))
    note = offline(replace(text, sections=(*text.sections[:3], ending)))
    assert [one.text for one in note.content.limits] == ["A limitation of our method is that the hash never adapts."]


def equation(after: str, tex: str = r"y = W x + b_{t} + \alpha") -> Equation:
    return Equation("E1", ("1",), tex, after=after)


@pytest.mark.parametrize(
    ("after", "meanings"),
    [
        ("where $x$ is the input and $W$ denotes the weights.", {"x": "the input", "W": "the weights"}),
        ("where $b_{t}$ is the bias at step $t$, which $W$ is not.", {"b_{t}": "the bias at step $t$"}),
        (r"Here $\alpha$ represents a rate of 0.5; it is fixed.", {r"\alpha": "a rate of 0.5"}),
        ("where $x$ and $W$ are as above, $x$, $W$ is small.", {}),
        ("where $x$ is the sum of $a$ and $b$, and $W$ is the weight.", {}),
        ("where $x$ is the input and $W$ the weights.", {}),
        ("where $x$ is the sum over $a$, $b$.", {}),
        ("where $x$ is the set of the top-1,000 pages, as before.", {"x": "the set of the top-1,000 pages"}),
        ("Here $x$ stands for the input and brackets indicate the order.", {}),
        ("This shows that $x$ is large.", {}),
        ("where $q$ is not in it.", {}),
        ("where $x", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_symbols_mean_what_the_paper_says_behind_the_equation(after: str, meanings: dict[str, str]) -> None:
    assert {symbol.symbol: symbol.meaning for symbol in _meanings(equation(after))} == meanings


def test_a_long_line_of_dollar_signs_is_read_in_no_time() -> None:
    for nasty in ("where " + "$x$ is " * 5000, "where $x$ is " + "a $y$ " * 5000, "where " + "$" * 20000):
        _meanings(equation(nasty))


def with_section(section: Section) -> Note:
    """Of the paper without its last section, and with this one."""
    text = full_text(paper(1))
    return offline(replace(text, sections=(*text.sections[:3], section)))


def test_a_section_on_broader_impact_tells_of_no_limits() -> None:
    said = (Paragraph("We believe that hashing will be of use in medicine and elsewhere."),)
    assert with_section(Section("S4", "4", "Broader impact", 1, said)).content.limits == ()
    assert with_section(Section("S4", "4", "Limitations and broader impact", 1, said)).content.limits


def test_the_method_is_also_what_the_authors_do_where_they_propose_little() -> None:
    said = (
        "In Section 5 we introduce some data. We use a hash of 16 bits for it. We use r = h ( x ) with it throughout."
    )
    method = with_section(Section("S4", "4", "Routing", 1, (Paragraph(said),))).content.method
    assert [one.text for one in method][1:] == ["We use a hash of 16 bits for it."]
    proposals = Paragraph("We propose a hash of tokens. We present a loss for hashes. We also use a seed for the hash.")
    method = with_section(Section("S4", "4", "Routing", 1, (proposals, Paragraph(said)))).content.method
    assert len(method) == 3


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("The weights are", "where $x$ is the input.", "The weights are"),
        ("One head averages this.", "Where $x$ is the input.", "Where $x$ is the input."),
        ("It has two linear maps.", "They differ by layer.", "It has two linear maps."),
        ("", "They differ by layer.", "They differ by layer."),
    ],
)
def test_of_the_words_around_an_equation_those_that_say_most_of_it_are_quoted(
    before: str, after: str, sentence: str
) -> None:
    assert sentence_of(Equation("E1", (), "y = x", before, after)) == sentence
