"""Followed authors, muted words and muted topics: what they do to a selection."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import group
from bot.domain.paper import AnnounceType
from bot.domain.profile import Cutoffs, Profile
from bot.domain.receipt import Fate
from bot.domain.selection import Candidate, Selection, Shortlisted, passes, place, select
from bot.domain.verdict import HotTag, Judging, Score, Verdict
from tests.domain.test_selection import Day, days
from tests.examples import MEMORY, ROUTING, RUBRIC, announced, digest, profile, verdict

ONE = "2613.00001"
BOTH_MUTED = profile(topics=(replace(ROUTING, muted=True), replace(MEMORY, muted=True)))
ROUTING_MUTED = profile(topics=(replace(ROUTING, muted=True), MEMORY))


def chosen(reader: Profile, *verdicts: Verdict, followed: str = "") -> Selection:
    """All papers on the shortlist; `followed` is an author of the first one."""
    entries = tuple(announced(number + 1) for number in range(len(verdicts)))
    judging = Judging("claude-haiku-5-5", RUBRIC, {one.arxiv_id: one for one in verdicts})
    shortlisted = Shortlisted(entries, followed={ONE: followed} if followed else {})
    return select(entries, reader, frozenset(), shortlisted, judging)


# Laws

topics_of_a_paper = st.sampled_from([None, "routing", "memory"])
candidates = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 500).map(lambda number: f"2613.{number:05d}"),
        st.sampled_from(AnnounceType),
        st.builds(
            Score,
            st.integers(1, 10),
            st.none() | st.integers(1, 10),
            st.sampled_from([(), (HotTag.DAILY_HOT,), (HotTag.NEW_FRONTIER,), tuple(HotTag)]),
            topics_of_a_paper,
            st.lists(st.sampled_from(["routing", "memory"]), max_size=2).map(tuple),
        ),
        st.floats(0, 1),
        st.booleans(),
    ),
    unique_by=lambda one: one.arxiv_id,
    max_size=40,
)
readers = st.builds(
    lambda cutoffs, muted: profile(
        cutoffs=cutoffs, topics=(replace(ROUTING, muted=muted[0]), replace(MEMORY, muted=muted[1]))
    ),
    st.builds(Cutoffs, st.integers(1, 10), st.integers(1, 10), st.integers(0, 9), st.integers(0, 4), st.integers(0, 4)),
    st.tuples(st.booleans(), st.booleans()),
)


@given(candidates, readers)
def test_every_candidate_has_exactly_one_place(some: list[Candidate], reader: Profile) -> None:
    placing = place(some, reader)
    placed = (*placing.relevant, *placing.over_cap, *placing.muted, *placing.below)
    assert sorted(one.arxiv_id for one in placed) == sorted(one.arxiv_id for one in some)
    assert {one for one in some if one.followed} <= set(placing.relevant)
    assert all(one.followed or passes(one.score, reader.cutoffs) for one in placing.relevant)
    assert not placing.hot.keys() & {one.arxiv_id for one in placing.relevant}


@given(candidates, readers, st.data())
def test_leaving_candidates_out_never_shows_more(some: list[Candidate], reader: Profile, data: st.DataObject) -> None:
    """This is what muted words do, where the shortlist has no limit."""
    fewer = [one for one in some if data.draw(st.booleans())]
    shown, shown_then = (len(found.relevant) + len(found.hot) for found in (place(some, reader), place(fewer, reader)))
    assert shown_then <= shown


@given(candidates, readers)
def test_muting_a_topic_never_puts_more_into_the_sections(some: list[Candidate], reader: Profile) -> None:
    open_ = replace(reader, topics=(ROUTING, MEMORY))
    assert len(place(some, reader).relevant) <= len(place(some, open_).relevant)


@given(days())
def test_a_followed_author_s_paper_that_was_judged_is_always_shown(day: Day) -> None:
    shown = {choice.announcement.paper.arxiv_id for choice in day.selection.relevant}
    for choice in day.selection.choices:
        if choice.verdict and choice.announcement.paper.arxiv_id in day.shortlisted.followed:
            assert choice.announcement.paper.arxiv_id in shown
            assert choice.reason.endswith(": by Ada Quill, whom you follow")


@given(days())
def test_no_paper_stands_under_a_muted_topic_but_a_followed_author_s(day: Day) -> None:
    for section in group(day.selection, day.reader):
        for entry in section.entries:
            assert entry.followed or not section.topic.muted


@given(days())
def test_nearest_misses_are_never_what_the_reader_muted(day: Day) -> None:
    for choice in day.digest().nearest_misses:
        assert choice.verdict
        own = {choice.verdict.primary_topic, *choice.verdict.matched_topics} - {None}
        assert not own or not own <= day.reader.muted_topics


@given(days())
def test_unmuting_everything_changes_only_what_topics_decide(day: Day) -> None:
    unmuted = day.again(topics=(ROUTING, MEMORY))
    by_topic = {Fate.SHOWN, Fate.BELOW_CUTOFF, Fate.OVER_CAP}
    for before, after in zip(day.selection.choices, unmuted.choices, strict=True):
        assert before.fate == after.fate or {before.fate, after.fate} <= by_topic


# Followed authors


def test_a_followed_author_s_paper_is_shown_below_the_cutoffs_and_beyond_the_cap_in_its_topic() -> None:
    reader = profile(cutoffs=Cutoffs(cap=1))
    low = verdict(1, relevance=1, novelty=1, primary_topic="memory")
    selection = chosen(reader, low, verdict(2), verdict(3, relevance=8), followed="A. Quill")
    assert [choice.fate for choice in selection.choices] == [Fate.SHOWN, Fate.SHOWN, Fate.OVER_CAP]
    routing, memory = group(selection, reader)
    assert [entry.announcement.paper.arxiv_id for entry in memory.entries] == [ONE]
    assert memory.entries[0].reason == "relevance 1, novelty 1: by A. Quill, whom you follow"
    assert memory.entries[0].followed == "A. Quill"
    assert routing.entries[0].followed == ""


def test_a_followed_author_s_paper_of_no_topic_stands_among_the_others() -> None:
    selection = chosen(profile(), verdict(1, relevance=1, primary_topic=None), followed="Ada Quill")
    (section,) = group(selection, profile())
    assert section.topic.name == "Other papers"


def test_a_followed_author_s_paper_that_was_shown_before_is_not_repeated() -> None:
    entries = (announced(1),)
    shortlisted = Shortlisted(entries, followed={ONE: "Ada Quill"})
    judging = Judging("m", RUBRIC, {ONE: verdict(1)})
    (choice,) = select(entries, profile(), frozenset({ONE}), shortlisted, judging).choices
    assert choice.fate is Fate.SEEN_BEFORE


def test_a_followed_author_s_paper_that_could_not_be_judged_is_named_as_unjudged() -> None:
    entries = (announced(1),)
    made = digest(entries, (), shortlisted=Shortlisted(entries, followed={ONE: "Ada Quill"}))
    assert [(one.fate, one.followed, one.reason) for one in made.unjudged] == [(Fate.FAILED, "Ada Quill", "no answer")]


# Muted words


def test_a_paper_with_muted_words_is_left_by_the_shortlist_with_them_as_the_reason() -> None:
    entries = (announced(1),)
    shortlisted = Shortlisted((), {ONE: 0.4}, muted={ONE: "survey, rain"})
    (choice,) = select(entries, profile(), frozenset(), shortlisted, Judging("m", RUBRIC, {})).choices
    assert (choice.fate, choice.nearness, choice.muted) == (Fate.LEFT_BY_SHORTLIST, 0.4, "survey, rain")
    assert choice.reason == "left by the shortlist: holds muted words: survey, rain"


# Muted topics


def test_a_paper_of_a_muted_topic_is_not_shown_and_says_why() -> None:
    (choice,) = chosen(ROUTING_MUTED, verdict(1)).choices
    assert (choice.fate, choice.muted) == (Fate.BELOW_CUTOFF, "Sparse routing")
    assert choice.reason == "relevance 9, novelty 8: its topic, Sparse routing, is muted"


def test_a_paper_that_matches_another_topic_stands_there() -> None:
    selection = chosen(ROUTING_MUTED, verdict(1, matched_topics=("memory",)))
    (section,) = group(selection, ROUTING_MUTED)
    assert section.topic.id == "memory"


def test_a_followed_author_s_paper_stands_in_its_topic_even_if_that_is_muted() -> None:
    (section,) = group(chosen(BOTH_MUTED, verdict(1), followed="Ada Quill"), BOTH_MUTED)
    assert section.topic.id == "routing"


def test_a_paper_of_no_topic_is_not_muted() -> None:
    assert chosen(BOTH_MUTED, verdict(1, primary_topic=None)).relevant


@pytest.mark.parametrize("relevance", [7, 9])
def test_a_hot_paper_of_a_muted_topic_is_hot_all_the_same(relevance: int) -> None:
    hot = chosen(ROUTING_MUTED, verdict(1, relevance=relevance, hot_tags=(HotTag.DAILY_HOT,))).hot
    assert [choice.announcement.paper.arxiv_id for choice in hot] == [ONE]
    assert hot[0].reason.endswith(", shown as daily_hot")


def test_a_profile_whose_topics_are_all_muted_has_an_empty_digest() -> None:
    made = digest((announced(1), announced(2)), (verdict(1), verdict(2, relevance=3)), BOTH_MUTED)
    assert not made.entries
    assert not made.nearest_misses
    assert made.receipt.below_cutoff == made.receipt.announced == 2
    assert made.state == "complete"
