"""Places are recognised in many languages, and exist or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checking.places import Places, named
from bot.checking.squeezed import Squeezed
from tests.checking.paper import PAPER

PLACES = Places(PAPER, Squeezed("As Tables 7 and Fig. 8 show."))


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("see Table 2.", "table", "2"),
        ("Tab.~2", "table", "2"),
        ("Eq. (3)", "equation", "3"),
        ("eqn 3", "equation", "3"),
        ("Equation (A.2)", "equation", "A.2"),
        ("section 3.1,", "section", "3.1"),
        ("§4", "section", "4"),
        ("Sec. IV", "section", "IV"),
        ("Appendix B", "appendix", "B"),
        ("Theorem 2.1", "theorem", "2.1"),
        ("Figure 2a", "figure", "2a"),
        ("Algorithm 1", "algorithm", "1"),
        ("in Tabelle 2", "table", "2"),
        ("Gl. (3)", "equation", "3"),
        ("dans l'équation (3)", "equation", "3"),
        ("la tabla 2", "table", "2"),
        ("в таблице 2", "table", "2"),
        ("如表2所示", "table", "2"),
        ("第3.1节", "section", "3.1"),
        ("표 2는", "table", "2"),
        ("في الجدول ٢", "table", "2"),
    ],
)
def test_a_place_is_recognised(text: str, kind: str, number: str) -> None:
    [place] = named(text)
    assert (place.kind, place.number) == (kind, number)
    assert place.text in text


@pytest.mark.parametrize(
    "text",
    [
        "a table of 5 rows",
        "in section three",
        "the figures are 20 and 30",
        "an equation I know",
        "examples (40 in all)",
        "Bloch's formula [24]",
    ],
)
def test_what_only_sounds_like_a_place_is_none(text: str) -> None:
    assert named(text) == ()


def test_several_places_are_each_recognised() -> None:
    assert [place.number for place in named("Tables 1, 2 and 3")] == ["1", "2", "3"]
    assert [place.number for place in named("Eqs. (1)–(3)")] == ["1", "3"]
    assert [place.text for place in PLACES.named_in("Table 1 and 5 rows")] == ["Table 1"]


@pytest.mark.parametrize(
    ("text", "exists"),
    [
        ("Table 1", True),
        ("Table I", True),
        ("Table 2", False),
        ("Table 7", True),  # the paper's words name it
        ("Figure 8", True),
        ("Figure 1a", True),
        ("Section 2", True),
        ("Section 2.1", True),
        ("Section 2.2", False),
        ("Appendix A", True),
        ("Section A", True),
        ("Appendix B", False),
        ("Eq. (A.1)", True),
        ("Equation A2", True),
        ("Eq. (2)", False),
        ("Lemma 2", True),
        ("Theorem 2", False),
    ],
)
def test_a_place_exists_or_not(text: str, exists: bool) -> None:
    assert [PLACES.exists(place) for place in named(text)] == [exists]


@pytest.mark.parametrize(
    ("where", "label"),
    [
        ("T1", "Table 1"),
        ("[t1]", "Table 1"),
        ("T1, S4", "Table 1; Section 3, Results"),
        ("Results", "Section 3, Results"),
        ("Table 1, row 2", "Table 1"),
        ("Section 2.1, Reading; and writing", "Section 2.1, Reading; and writing"),
        ("E2", "an unnumbered equation in Section 2.1, Reading; and writing"),
        ("abstract", "Abstract"),
        ("", ""),
    ],
)
def test_where_comes_in_words_and_stays_so(where: str, label: str) -> None:
    assert PLACES.label(where) == (label, ())
    assert PLACES.label(label) == (label, ())


@pytest.mark.parametrize("where", ["T9", "T1, T9", "Table 4", "somewhere", "E"])
def test_where_is_nowhere(where: str) -> None:
    assert PLACES.label(where) == ("", (where,))


@given(st.text(max_size=60))
def test_any_text_can_be_asked_for_places(text: str) -> None:
    assert all(place.text in text for place in PLACES.named_in(text))
    PLACES.label(text)
