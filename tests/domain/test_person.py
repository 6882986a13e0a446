"""Whether two spellings are of one person."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.folding import fold
from bot.domain.person import Follows, is_by, is_name

LATIN = "abcdeghilmnorstuyzáàâäãåçčéèêëíîïłñóôöõøšúüýžæœßığ"
words_of_a_name = st.text(LATIN, min_size=2, max_size=9)
initials = st.sampled_from("abcdemz").map(lambda letter: f"{letter.upper()}.")
names = st.builds(
    lambda first, middle, last: " ".join([first, *middle, last]),
    words_of_a_name.map(str.title) | initials,
    st.lists(words_of_a_name.map(str.title) | initials, max_size=3),
    words_of_a_name.map(str.title),
)
# The accents that authors type, by the mark that they make.
TYPED = {"\u0301": "'", "\u0300": "`", "\u0308": '"', "\u0302": "^", "\u0303": "~", "\u0327": "c ", "\u030c": "v "}
LETTERS = {"ø": r"{\o}", "ł": r"{\l}", "ß": r"{\ss}", "æ": r"\ae{}", "œ": r"\oe{}", "ı": r"{\i}"}


def typed(name: str, braces: str) -> str:
    r"""The name with its accents in TeX. braces: how, such as \'e, \'{e} or {\'e}."""
    made = ""
    for letter in name:
        apart = unicodedata.normalize("NFD", letter)
        if apart[1:] in TYPED:
            made += braces.format(f"\\{TYPED[apart[1:]]}", apart[0])
        else:
            made += LETTERS.get(letter, letter)
    return made


@given(names)
def test_everybody_is_themselves(name: str) -> None:
    assert is_by(name, name)
    assert Follows([name]).among(["Zz Yy", name]) == name


@given(st.text())
def test_any_text_is_itself_as_far_as_it_is_a_name_and_nothing_raises(text: str) -> None:
    assert is_by(text, text) == is_name(text)
    assert fold(fold(text)) == fold(text) or "\\" in fold(text)


@given(names, st.sampled_from(["{}{}", "{}{{{}}}", "{{{}{}}}"]))
def test_accents_count_neither_in_unicode_nor_in_tex(name: str, braces: str) -> None:
    plain = "".join(one for one in unicodedata.normalize("NFD", name) if not unicodedata.combining(one))
    for spelling in (plain, unicodedata.normalize("NFD", name), typed(name, braces)):
        assert is_by(name, spelling)
        assert is_by(spelling, name)


@given(names)
def test_case_does_not_count(name: str) -> None:
    assert is_by(name, name.upper())
    assert is_by(name.lower(), name)


@given(names, names)
def test_finding_among_many_is_the_same_as_asking_of_each(one: str, other: str) -> None:
    assert Follows([one]).among([other]) == (one if is_by(one, other) else "")


@given(words_of_a_name, words_of_a_name, st.text(LATIN, min_size=1, max_size=5))
def test_a_longer_last_or_first_name_is_somebody_else_s(first: str, last: str, more: str) -> None:
    followed = f"{first} {last}"
    assert not is_by(followed, f"{first} {last}{more}")
    assert not is_by(followed, f"{more}{first} {last}")


@pytest.mark.parametrize(
    ("followed", "author"),
    [
        ("Ada Quill", "Ada M. Quill"),
        ("Ada Quill", "Ada Mary Quill"),
        ("Ada Quill", "Quill, Ada"),
        ("Quill, Ada", "Ada Quill"),
        ("Quill, A.", "A. M. Quill"),
        ("A. Quill", "A. Quill"),
        ("A. Quill", "A. M. Quill"),
        ("A. Quill", "A.M. Quill"),
        ("J.-P. Quill", "J. P. Quill"),
        ("Ada M. Quill", "Ada Mary Quill"),
        ("Ada Mary Quill", "Ada M. Quill"),
        ("Ada M. Quill", "Ada B. M. Quill"),
        ("Ada Quill", "Ada Quill, Jr."),
        ("Ada Quill Jr.", "Ada Quill"),
        ("Ada Quill", "Ada Quill III"),
        ("Jean-Pierre Quill", "Jean-Pierre M. Quill"),
        ("Jean Pierre Quill", "Jean-Pierre Quill"),
        ("Xiao-Ming Li", "Xiaoming Li"),
        ("Xiao Ming Li", "Xiaoming Li"),
        ("Yann LeCun", "Yann Le Cun"),
        ("Ada O'Quill", "Ada O’Quill"),
        ("Ada OQuill", "Ada O'Quill"),
        ("André Sørenß", r"Andr\'e S{\o}ren{\ss}"),
        ("Milan Češka", r"Milan \v{C}e\v{s}ka"),
        ("Marcin Pawłowski", r"Marcin Paw{\l}owski"),
        ("Ümit Kocabıcak", "{Ü}mit Kocabicak"),
        ("İlker Ada", "ilker ada"),
        ("Bram de Quill", "Bram de Quill(3)"),
        ("Bram de Quill", "Bram de Quill(University of Somewhere"),
        ("Ada Quill", "Ada (Addie) Quill"),
        ("王小明", "王 小明"),
        ("김철수", "김 철수"),
        ("Мария Ткачёва", "Мария Ткачева"),
        ("Sukarno", "SUKARNO"),
        ("Quill ii", "Quill ii"),
    ],
)
def test_spellings_of_one_person(followed: str, author: str) -> None:
    assert is_by(followed, author)


@pytest.mark.parametrize(
    ("followed", "author"),
    [
        ("Ada Quill", "Ada Quillon"),
        ("Ada Quill", "Bada Quill"),
        ("Bada Quill", "B. Ada Quill"),
        ("Ada Quill", "Adam Quill"),
        ("Ada Quill", "A. Quill"),
        ("A. Quill", "Ada Quill"),
        ("A. Quill", "B. A. Quill"),
        ("Ada M. Quill", "Ada Quill"),
        ("Ada M. Quill", "Ada B. Quill"),
        ("Ada Mary Quill", "Ada Maud Quill"),
        ("Ada Quill", "Quill Ada"),
        ("Ada Quill", "Ada Quill-Sedge"),
        ("Ada Sedge", "Ada Quill-Sedge"),
        ("Jean Quill", "Jean-Pierre Quill"),
        ("Nam Ho-Quill", "Nam H. Quill"),
        ("Ada Quill", "Ada van Quill"),
        ("Ada Quill", "Bruno Sedge and Ada Quill"),
        ("Quill", "Ada Quill"),
        ("Ada", "Ada Quill"),
        ("王小明", "王小"),
        ("が か", "か か"),
        ("", ""),
        ("…", "…"),
    ],
)
def test_spellings_of_two(followed: str, author: str) -> None:
    assert not is_by(followed, author)


def test_the_reader_s_spelling_is_told_and_the_first_author_s_name_goes_before() -> None:
    follows = Follows(["Bruno Sedge", "ada quill", "Ada M. Quill"])
    assert follows.among(["Ada M. Quill", "Bruno Sedge"]) == "ada quill"
    assert follows.among(["Somebody Else"]) == ""
    assert Follows([]).among(["Ada Quill"]) == ""


@given(st.text(), st.text())
def test_no_two_texts_are_found_alike_by_one_way_and_not_by_the_other(one: str, other: str) -> None:
    assume(is_name(one))
    assert bool(Follows([one]).among([other])) == is_by(one, other)
