from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fulltext import FullText, Paragraph, Section
from bot.ranking.excerpt import excerpt, size, tokens_of
from tests.ranking.written import equation, paper, section, table

TITLES = ("Introduction", "Related Work", "Method", "Experiments", "Conclusion", "Proofs", "Acknowledgements")
LONG = "Ponds are gated by what flows through them. " * 10


def block_strategy() -> st.SearchStrategy[object]:
    words = st.text(alphabet="ab $\\x1.", max_size=120)
    return st.one_of(
        words.map(Paragraph),
        words.map(equation),
        st.tuples(words, words).map(lambda cells: table("Results.", cells)),
    )


papers = st.lists(
    st.tuples(st.sampled_from(TITLES), st.lists(block_strategy(), max_size=5), st.integers(1, 3), st.booleans()),
    max_size=7,
).map(
    lambda given_sections: paper(
        *(
            section(title, *blocks, level=level, appendix=appendix)  # type: ignore[arg-type]
            for title, blocks, level, appendix in given_sections
        )
    )
)


def budget(text: FullText) -> int:
    return size(text.sections) + tokens_of(text.title) + tokens_of(text.abstract)


def test_what_says_most_stays_and_the_rest_is_named() -> None:
    text = paper(*(section(title, LONG, LONG) for title in TITLES))
    found = excerpt(text, (), budget(text) * 5 // 7)
    assert [one.title for one in found.sections][:1] == ["Introduction"]
    assert "Section 7, Acknowledgements" in found.left_out
    assert "Section 6, Proofs" in found.left_out
    assert not any(name.startswith(("Section 1,", "Section 5,")) for name in found.left_out)


def test_a_section_of_which_a_part_is_missing_says_so() -> None:
    text = paper(section("Introduction", LONG, LONG, LONG))
    found = excerpt(text, (), budget(text) - 10)
    assert found.left_out == ("Section 1, Introduction (in part)",)
    assert found.sections[0].blocks == text.sections[0].blocks[:2]


def test_what_must_stay_does_so_with_a_little_text_around_it() -> None:
    kept = equation("a = b + c")
    text = paper(
        section("Introduction", *[LONG] * 4),
        section("Omitted things", LONG, "Before it.", kept, "Behind it.", LONG, appendix=True),
    )
    found = excerpt(text, ("E1",), 500)
    assert [getattr(block, "text", "E1") for block in found.sections[-1].blocks] == ["Before it.", "E1", "Behind it."]


def test_a_part_stands_under_the_heading_that_it_is_a_part_of() -> None:
    text = paper(
        section("Experiments"),
        section("On lakes", "Gates help.", level=2),
        section("Acknowledgements", LONG),
    )
    found = excerpt(text, (), budget(text) - 20)
    assert [one.title for one in found.sections] == ["Experiments", "On lakes"]
    assert found.left_out == ("Section 3, Acknowledgements",)


def test_a_section_left_out_whole_is_named_without_its_parts() -> None:
    text = paper(
        section("Introduction", LONG),
        section("Proofs", LONG, appendix=True),
        section("Of the first theorem", LONG, level=2, appendix=True),
    )
    assert excerpt(text, (), budget(text) // 2).left_out == ("Appendix 2, Proofs",)


def test_a_long_method_leaves_room_for_results() -> None:
    text = paper(section("Method", *[LONG] * 40), section("Results", *[LONG] * 40))
    found = excerpt(text, (), budget(text) // 3)
    assert [one.title for one in found.sections] == ["Method", "Results"]


@given(papers, st.integers(0, 1500))
def test_an_excerpt_is_never_more_than_the_budget_and_nothing_in_it_is_new(text: FullText, tokens: int) -> None:
    found = excerpt(text, tuple(text.equations), tokens)
    assert size(found.sections) <= max(0, tokens - tokens_of(text.title) - tokens_of(text.abstract))
    whole = {one.key: one for one in text.sections}
    assert [one.key for one in found.sections] == [key for key in whole if key in {one.key for one in found.sections}]
    for one in found.sections:
        _is_part_of(one, whole[one.key])


def _is_part_of(part: Section, whole: Section) -> None:
    """In the same order, and with nothing else changed."""
    rest = iter(whole.blocks)
    assert all(any(block is other for other in rest) for block in part.blocks)
    assert (part.title, part.number, part.level, part.appendix) == (
        whole.title,
        whole.number,
        whole.level,
        whole.appendix,
    )


@given(papers)
def test_a_paper_within_the_budget_is_untouched(text: FullText) -> None:
    found = excerpt(text, (), budget(text))
    assert found.sections == text.sections
    assert found.left_out == ()


@given(papers, st.integers(0, 100), st.integers(1, 3))
def test_what_must_stay_stays_if_all_of_it_fits(text: FullText, more: int, each: int) -> None:
    keep = [*text.equations, *text.tables][::each]
    needed = size([_only(one, keep) for one in text.sections]) + tokens_of(text.title) + tokens_of(text.abstract)
    found = excerpt(text, keep, needed + more)
    assert set(keep) <= {
        block.key for one in found.sections for block in one.blocks if not isinstance(block, Paragraph)
    }


def _only(one: Section, keep: list[str]) -> Section:
    blocks = tuple(block for block in one.blocks if not isinstance(block, Paragraph) and block.key in keep)
    return replace(one, blocks=blocks)


@given(papers, st.integers(0, 1500))
def test_every_section_that_lost_something_is_named_or_stands_under_one_that_is(text: FullText, tokens: int) -> None:
    found = excerpt(text, (), tokens)
    there = {one.key: len(one.blocks) for one in found.sections}
    for one in text.sections:
        if one.key in there and there[one.key] < len(one.blocks):
            assert f"{one.label} (in part)" in found.left_out
    assert bool(found.left_out) == (found.sections != text.sections)


def test_formulas_and_numbers_take_more_tokens_than_words() -> None:
    assert tokens_of("") == 0
    assert tokens_of("a" * 35) == 10
    assert tokens_of("\\frac{1}{2}") > tokens_of("a fraction.")
    assert tokens_of("词" * 10) == 10


@given(st.text(), st.text())
def test_two_texts_together_take_no_more_tokens_than_each_alone(one: str, other: str) -> None:
    assert tokens_of(one + other) <= tokens_of(one) + tokens_of(other)
