"""What people type after a verb: read in every sensible form, or refused in one sentence with an example."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.words import day, last_of, month, nothing_more, paper_id, parts, since, topic_of, whole_number
from bot.domain.topic import Topic
from bot.errors import CommandError
from tests.examples import DAY, profile

THIRD = Topic("memory_systems", "Memory in models", "Recall.")
USAGE = "top 10"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1d", DAY),
        ("7d", DAY - timedelta(days=6)),
        ("2w", DAY - timedelta(days=13)),
        ("3M", DAY - timedelta(days=89)),
        ("today", DAY),
        ("yesterday", DAY - timedelta(days=1)),
        ("monday", date(2026, 5, 4)),
        ("wed", DAY),
        ("Thursday", date(2026, 4, 30)),
        ("2026-04-01", date(2026, 4, 1)),
    ],
)
def test_since_takes_stretches_days_and_weekdays(typed: str, meant: date) -> None:
    assert since(typed, DAY, USAGE) == meant


@pytest.mark.parametrize(
    "typed", ["0d", "99999d", "7", "7x", "2026-13-01", "2026-02-30", "tomorrow", "2027-01-01", "½d", "٣d"]
)
def test_since_refuses_what_is_no_time_or_still_to_come(typed: str) -> None:
    with pytest.raises(CommandError, match="For example: /papers top 10"):
        since(typed, DAY, USAGE)


def test_a_weekday_is_the_last_one_or_looking_ahead_the_next_one() -> None:
    assert day("wed", DAY, USAGE) == DAY
    assert day("wed", DAY, USAGE, ahead=True) == DAY + timedelta(days=7)
    assert day("friday", DAY, USAGE, ahead=True) == DAY + timedelta(days=2)


def test_a_month_is_a_month_that_has_begun() -> None:
    assert month("", DAY, USAGE) == date(2026, 5, 1)
    assert month("last", date(2026, 1, 3), USAGE) == date(2025, 12, 1)
    assert month("2026-02", DAY, USAGE) == date(2026, 2, 1)
    assert last_of(date(2028, 2, 1)) == date(2028, 2, 29)
    for wrong in ("2026-06", "2026-00", "1990-12", "may", "2026-5", "99999-01"):
        with pytest.raises(CommandError):
            month(wrong, DAY, USAGE)


@pytest.mark.parametrize("typed", ["0", "11", "-1", "7.5", "seven", "٧", "", "1e3", "9" * 5000])
def test_a_number_out_of_range_names_the_range(typed: str) -> None:
    with pytest.raises(CommandError, match="from 1 to 10"):
        whole_number(typed, "the relevance cutoff", 1, 10, "threshold relevance 7")


@pytest.mark.parametrize("typed", ["routing", "1", "Sparse routing", "SPARSE", "spa", "  sparse   routing "])
def test_a_topic_is_found_by_id_number_name_or_beginning(typed: str) -> None:
    assert topic_of(typed, profile(), USAGE).id == "routing"


def test_a_whole_id_wins_over_the_beginning_of_another() -> None:
    reader = profile(topics=(*profile().topics, THIRD))
    assert topic_of("memory", reader, USAGE).id == "memory"


def test_an_ambiguous_beginning_names_the_topics_that_it_may_mean() -> None:
    reader = profile(topics=(*profile().topics, Topic("agents", "Agent tools", "Tools.")))
    with pytest.raises(CommandError, match="“Agent memory”, “Agent tools”"):
        topic_of("agent", reader, USAGE)


def test_a_misspelt_topic_brings_the_nearest_one() -> None:
    with pytest.raises(CommandError, match="did you mean “Sparse routing”"):
        topic_of("sparse ruoting", profile(), USAGE)
    with pytest.raises(CommandError, match="There are “Sparse routing”, “Agent memory”"):
        topic_of("zebra", profile(), USAGE)


@pytest.mark.parametrize(
    "typed",
    [
        "2605.01234",
        "2605.01234v3",
        "arXiv:2605.01234",
        "https://arxiv.org/abs/2605.01234v2",
        "http://www.arxiv.org/pdf/2605.01234v2.pdf",
        "arxiv.org/html/2605.01234v1",
        "https://arxiv.org/abs/2605.01234?context=cs",
        "https://doi.org/10.48550/arXiv.2605.01234",
        "(2605.01234),",
    ],
)
def test_a_paper_is_known_by_its_id_or_any_link_to_it(typed: str) -> None:
    assert paper_id(typed, "why 2605.01234") == "2605.01234"


def test_an_old_id_is_an_id_and_anything_else_is_told_so() -> None:
    assert paper_id("hep-th/9901001", USAGE) == "hep-th/9901001"
    for wrong in ("26.1", "hello", "https://arxiv.org/list/cs.LG/new", "…"):
        with pytest.raises(CommandError, match="is no arXiv id"):
            paper_id(wrong, USAGE)


def test_phrases_and_keys_are_told_from_words() -> None:
    read = parts('sparse "mixture of experts" author:"Ada Quill" https://x.org Author: Bo', ("author",), USAGE)
    assert [(part.key, part.quoted, part.text) for part in read] == [
        ("", False, "sparse"),
        ("", True, "mixture of experts"),
        ("author", True, "Ada Quill"),
        ("", False, "https://x.org"),
        ("author", False, "Bo"),
    ]


def test_a_quotation_mark_that_is_not_closed_is_told() -> None:
    with pytest.raises(CommandError, match="not closed"):
        parts('sparse "mixture', (), USAGE)


@pytest.mark.parametrize("typed", ["author:", "sparse Author: ", "author: since:7d", 'since:author:"Ada Quill"'])
def test_a_key_without_a_value_is_told_and_never_looked_for(typed: str) -> None:
    with pytest.raises(CommandError, match=r"Nothing stands after “(author|since):”"):
        parts(typed.lower(), ("author", "since"), USAGE)


def test_a_key_in_quotation_marks_or_within_a_word_is_text() -> None:
    read = parts('"author:" coauthor: author:"since:" ', ("author", "since"), USAGE)
    assert [(part.key, part.text) for part in read] == [("", "author:"), ("", "coauthor:"), ("author", "since:")]


def test_a_verb_that_takes_no_words_says_which_it_was_given() -> None:
    nothing_more("", "status")
    with pytest.raises(CommandError, match="status takes no words after it, and here it has “now”"):
        nothing_more("now", "status")


READERS: list[Callable[[str], object]] = [
    lambda text: since(text, DAY, USAGE),
    lambda text: day(text, date.max, USAGE, ahead=True),
    lambda text: day(text, date.min, USAGE),
    lambda text: month(text, DAY, USAGE),
    lambda text: whole_number(text, "it", 1, 10, USAGE),
    lambda text: topic_of(text, profile(), USAGE),
    lambda text: paper_id(text, USAGE),
    lambda text: parts(text, ("author", "since"), USAGE),
]


@given(st.text() | st.from_regex(r"[0-9dwm:\"/.-]{1,12}"), st.sampled_from(READERS))
def test_whatever_is_read_it_is_read_or_refused_in_a_short_sentence(text: str, read: Callable[[str], object]) -> None:
    assert len(refusal(read, text)) < 400


def refusal(read: Callable[[str], object], text: str) -> str:
    """What is said if it cannot be read; empty if it can."""
    try:
        read(text)
    except CommandError as error:
        return str(error)
    return ""
