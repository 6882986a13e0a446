"""What is said must stand at the place that is named for it, where that can be told."""

from dataclasses import replace

import pytest

from bot.checking import check
from bot.domain.fulltext import Figure, FullText, Paragraph, Section, Table, TextSource
from bot.domain.note import Checked, Content, Statement

PAPER = FullText(
    "2605.01234",
    1,
    TextSource.HTML,
    "https://arxiv.org/html/2605.01234v1",
    title="Sparse Ledgers",
    abstract="It saves 31.5 percent.",
    sections=(
        Section("S1", "1", "Setup", 1, (Paragraph("The step size is 0.25, and Tab. 2 adds 7.75 of it."),)),
        Section("S2", "2", "Results", 1, (Paragraph("Everything of note follows here, in two tables."),)),
        Section(
            "S3",
            "2.1",
            "Speed",
            2,
            (
                Table("T1", "", "Start-up times.", (("Docker", "9.12"),)),
                Table("T2", "1", "Speed.", (("Ours", "12.5", "88"), ("Theirs", "14.25", "62"))),
                Paragraph("That is 1.75 less than theirs."),
                Figure("F1", "1", "Speed over time."),
            ),
        ),
        Section("S4", "2.2", "Size", 2, (Table("T3", "2", "Size.", (("Ours", "$3.5$"), ("Theirs", "40.5"))),)),
    ),
)


def found(text: str, where: str, quote: str = "", paper: FullText = PAPER) -> Checked:
    """A finding that was checked, and nothing else."""
    return check(Content(Statement("It is so."), findings=(Statement(text, where, quote),)), paper, (), {})


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Ours takes 12.5, theirs 14,25.", "T2"),
        ("Ours takes 12.5, which is 1.75 less.", "Table 1"),  # in the section of the table
        ("Ours has 3.50, with 7.75 added.", "T3"),  # in a sentence that refers to it
        ("It saves 31.5 percent of 40.5.", "T3"),  # in the abstract
        ("Ours takes 12.5, and has 3.5 (Table 2).", "T2"),  # it names the other table, too
        ("Ours takes 12.5, and has 3.5.", "T2; T3"),
        ("Ours has 3.5 at a step size of 0.25 (Section 1).", "T3"),
        ("Ours takes 3.5, as Figure 1 shows.", "T2"),  # what a figure shows is not known
        ("Ours takes 3.5.", "S3"),
        ("Ours takes 3.5.", "F1"),
        ("Ours takes 62 of 88 in Ledger-3.5.", "T3"),  # whole numbers and names stand everywhere
    ],
)
def test_numbers_that_stand_at_their_place_or_may_do_so_pass(text: str, where: str) -> None:
    result = found(text, where)
    assert not [fault for fault in result.faults if "elsewhere" in fault.reason]
    assert result.content.findings[0].where


def test_a_table_that_does_not_have_the_numbers_is_taken_out_as_their_place() -> None:
    result = found("Ours takes 12.5, theirs 14.25, and has 9.12 of 88.", "T3")
    assert result.content.findings == (Statement("Ours takes 12.5, theirs 14.25, and has 9.12 of 88."),)
    assert [(fault.where, fault.text) for fault in result.faults] == [("findings 1", "Table 2")]
    assert "12.5, 14.25, 9.12" in result.faults[0].reason
    assert [one.text for one in result.checks.dropped] == ["Table 2"]
    assert (result.checks.places.found, result.checks.places.of) == (0, 1)
    assert (result.checks.numbers.found, result.checks.numbers.of) == (4, 4)
    assert check(result.content, PAPER, (), {}).faults == ()


def test_a_key_is_no_number_of_a_table() -> None:
    assert found("Theirs has 40.5.", "Table 2").faults == ()
    assert [fault.text for fault in found("Theirs has 40.5.", "T2").faults] == ["Table 1"]  # Table 2 has the key T3


def test_a_number_may_stand_in_the_quotation_instead() -> None:
    assert found("Ours takes 12.5 at 0.25.", "T2", "The step size is 0.25").faults == ()
    assert len(found("Ours takes 12.5 at 0.25.", "T2").faults) == 1


def test_nothing_is_said_of_places_that_cannot_be_read_whole() -> None:
    *first, last = PAPER.sections
    cut = replace(PAPER, sections=(*first, replace(last, blocks=(replace(PAPER.tables["T3"], cut=True),))))
    for paper in (cut, replace(PAPER, source=TextSource.PDF)):
        assert found("Ours takes 12.5.", "T3", paper=paper).faults == ()


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("S1", "Section 2.1, Speed"),
        ("S3", "Section 2.1, Speed"),
        ("S2", "Section 2, Results"),  # it is in a part of that section
        ("T3", "Table 2"),  # a table may be quoted of
    ],
)
def test_a_quotation_is_said_to_stand_in_the_section_that_has_it(where: str, told: str) -> None:
    result = found("It is fast.", where, "That is 1.75 less than theirs.")
    assert result.faults == ()
    assert result.content.findings[0].where == told


def test_a_quotation_that_several_sections_have_or_none_leaves_its_place_as_it_is() -> None:
    twice = replace(PAPER, sections=(*PAPER.sections, Section("S5", "3", "End", 1, PAPER.sections[2].blocks[2:3])))
    assert found("It is fast.", "S1", "That is 1.75 less", twice).content.findings[0].where == "Section 1, Setup"
    assert found("It is so.", "S1", "It saves 31.5 percent").content.findings[0].where == "Section 1, Setup"
