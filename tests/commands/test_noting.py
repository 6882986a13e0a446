"""The note that the menu under each paper offers, and that is not made yet."""

from tests.commands.test_reading import ask, made


def test_a_note_says_that_it_comes_later_and_what_there_is_until_then() -> None:
    said = ask("note 2613.00001", made())
    assert "Deep notes are not there yet" in said
    assert "https://arxiv.org/pdf/2613.00001v1" in said


def test_a_note_on_no_paper_is_refused_with_an_example() -> None:
    assert "/papers note" in ask("note that")
