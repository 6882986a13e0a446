from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.topic import Topic
from bot.ranking.shortlist import TopicShortlist
from tests.examples import announced, profile

ROUTED = "Sparse routing changes how experts are chosen."
DAY_OF_FOUR = [
    announced(1, title="Weather", abstract="Rain in spring."),
    announced(2, title="Routing", abstract=ROUTED),
    announced(3, title="Weather", abstract="Rain in autumn."),
    announced(4, title="Recall", abstract="New ways to store and recall in agent memory."),
]


def test_without_a_limit_every_paper_is_kept_and_its_nearness_known() -> None:
    shortlisted = TopicShortlist().pick(DAY_OF_FOUR, profile())
    assert shortlisted.kept == tuple(DAY_OF_FOUR)
    assert set(shortlisted.nearness) == {entry.paper.arxiv_id for entry in DAY_OF_FOUR}
    assert shortlisted.nearness["2613.00002"] > 0.3 > shortlisted.nearness["2613.00001"] == 0.0


def test_a_limit_keeps_the_nearest_in_listing_order() -> None:
    kept = TopicShortlist().pick(DAY_OF_FOUR[::-1], profile(shortlist_limit=2)).kept
    assert [entry.paper.arxiv_id for entry in kept] == ["2613.00004", "2613.00002"]


def test_equally_near_papers_are_kept_in_listing_order() -> None:
    kept = TopicShortlist().pick(DAY_OF_FOUR, profile(shortlist_limit=3)).kept
    assert [entry.paper.arxiv_id for entry in kept] == ["2613.00001", "2613.00002", "2613.00004"]


def test_what_a_topic_or_the_profile_leaves_out_takes_nearness_away() -> None:
    kept = Topic("seasons", "Seasons", "Rain and sun in spring and in autumn.")
    but_rain = replace(kept, leave_out="Rain.")
    readers = (profile(topics=(kept,)), profile(topics=(but_rain,)), profile(topics=(but_rain,), leave_out="Spring."))
    near = [TopicShortlist().pick(DAY_OF_FOUR, reader).nearness["2613.00001"] for reader in readers]
    assert near[0] > near[1] > near[2]


def test_a_limit_above_the_day_keeps_all_and_an_empty_day_is_empty() -> None:
    assert len(TopicShortlist().pick(DAY_OF_FOUR, profile(shortlist_limit=99)).kept) == 4
    assert TopicShortlist().pick([], profile()).kept == ()


WEATHER, ROUTING, RECALL = "2613.00001", "2613.00002", "2613.00004"


def test_a_followed_author_s_paper_is_kept_beyond_the_limit_whatever_it_holds() -> None:
    day = [announced(1, title="Weather", abstract="Rain.", authors=(r"Andr\'e M. Quill",)), *DAY_OF_FOUR[1:]]
    reader = profile(shortlist_limit=1, follows=("André Quill",), muted_words=("rain",))
    shortlisted = TopicShortlist().pick(day, reader)
    assert [entry.paper.arxiv_id for entry in shortlisted.kept] == [WEATHER, RECALL]
    assert shortlisted.followed == {WEATHER: "André Quill"}
    assert set(shortlisted.muted) == {"2613.00003"}


def test_a_paper_that_holds_muted_words_is_not_kept_and_takes_no_place() -> None:
    shortlisted = TopicShortlist().pick(DAY_OF_FOUR, profile(shortlist_limit=1, muted_words=("agent MEMORY", "snow")))
    assert [entry.paper.arxiv_id for entry in shortlisted.kept] == [ROUTING]
    assert shortlisted.muted == {RECALL: "agent MEMORY"}
    assert shortlisted.nearness[RECALL] > 0.3, "what is known of it is known still"


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from(["rain", "recall", "sparse routing", "in"]), unique=True),
    st.none() | st.integers(1, 5),
    st.booleans(),
)
def test_muting_words_never_has_more_papers_judged(words: list[str], limit: int | None, follows: bool) -> None:
    reader = profile(shortlist_limit=limit, follows=("Ada Quill",) if follows else ())
    all_kept = TopicShortlist().pick(DAY_OF_FOUR, reader).kept
    shortlisted = TopicShortlist().pick(DAY_OF_FOUR, profile(**vars(reader) | {"muted_words": tuple(words)}))
    assert len(shortlisted.kept) <= len(all_kept)
    assert not shortlisted.muted.keys() & shortlisted.ids
    assert shortlisted.followed.keys() <= shortlisted.ids
