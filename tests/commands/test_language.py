"""language: what deep notes are written in."""

import pytest

from tests.examples import profile
from tests.fakes.desk import memory_desk
from tests.fakes.talking import applied, said


@pytest.mark.parametrize("typed", ["German", "german", "de", " DE ", "Deutsch"])
def test_a_language_is_named_by_its_name_or_its_code(typed: str) -> None:
    assert applied(f"language {typed}", memory_desk(profile())).language == "de"


def test_the_change_is_told_by_the_names_of_the_languages() -> None:
    assert "language of notes English → German" in said("language de", memory_desk(profile()))


def test_without_a_name_the_present_language_is_told() -> None:
    assert "Deep notes are written in German" in said("language", memory_desk(profile(language="de")))


def test_a_misspelt_language_gets_the_nearest_one() -> None:
    assert "The nearest is German" in said("language Germn", memory_desk(profile()))


def test_a_language_that_there_is_none_of_gets_all_that_there_are() -> None:
    shown = said("language qqqq", memory_desk(profile()))
    assert "Notes cannot be written in “qqqq”" in shown
    assert "English, Arabic" in shown


def test_the_language_that_is_set_already_is_no_change() -> None:
    assert "Notes are written in English already" in said("language English", memory_desk(profile()))


def test_a_profile_in_a_language_of_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="language 'xx': give one of en"):
        profile(language="xx")
