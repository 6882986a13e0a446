"""What other topics would make of judged papers: laws, and how well it does on real days that an LLM had judged."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.profile_file import starting_profile
from bot.domain.paper import AnnounceType
from bot.domain.profile import Profile
from bot.domain.replay import Known
from bot.domain.topic import Topic
from bot.domain.verdict import Score
from bot.ranking.estimate import Estimate, MadeAnew, Scale, other_topics
from bot.ranking.offline import OfflineJudge
from bot.ranking.shortlist import TopicShortlist
from bot.render import prompts
from tests.examples import DAY, MEMORY, ROUTING, announced, paper, profile
from tests.ranking.test_labelled_days import as_paper, labelled

READER = profile()
TEXTS = (ROUTING.keep, MEMORY.keep, "Experts that recall the weather.", "Rain in spring.", "")
PAPERS = [paper(number, abstract=text) for number, text in enumerate(TEXTS, start=1)]
TOPICS = st.sampled_from(["routing", "memory", None])
SCORES = st.builds(Score, st.integers(1, 10), st.none() | st.integers(1, 10), primary_topic=TOPICS)


def known(arxiv_id: str, score: Score | None, nearness: float = 0.25) -> Known:
    return Known(arxiv_id, 1, AnnounceType.NEW, score, nearness)


@given(st.lists(st.tuples(st.floats(0.001, 1), st.integers(1, 10)), unique_by=lambda pair: pair[0]))
def test_as_many_papers_reach_a_level_by_nearness_as_by_the_judge(pairs: list[tuple[float, int]]) -> None:
    scale = Scale((near for near, _ in pairs), (given for _, given in pairs))
    for level in range(1, 11):
        assert sum(scale.relevance(near) >= level for near, _ in pairs) == sum(given >= level for _, given in pairs)


def test_what_shares_no_word_with_a_topic_is_not_near_however_much_was_relevant() -> None:
    assert Scale([0.0, 0.0, 0.1], [9, 9, 9]).relevance(0.0) == 1


@settings(max_examples=30)
@given(st.lists(SCORES, min_size=5, max_size=5))
def test_with_the_same_topics_nothing_moves(scores: Sequence[Score]) -> None:
    judged = {one.arxiv_id: score for one, score in zip(PAPERS, scores, strict=True)}
    renamed = replace(READER, topics=(MEMORY, replace(ROUTING, name="Another name", muted=True)))
    for after in (READER, renamed):
        estimate = Estimate(READER, after, PAPERS, judged)
        for arxiv_id, score in judged.items():
            assert estimate.of(known(arxiv_id, score)) == known(arxiv_id, score)
    assert not other_topics(READER, renamed)


@settings(max_examples=30)
@given(st.lists(SCORES, min_size=5, max_size=5), st.sampled_from(TEXTS[:4]), st.booleans())
def test_any_change_keeps_novelty_and_stays_within_the_scale(scores: Sequence[Score], keep: str, added: bool) -> None:
    judged = {one.arxiv_id: score for one, score in zip(PAPERS, scores, strict=True)}
    topics = (*READER.topics, Topic("fresh", "Fresh", keep)) if added else (replace(ROUTING, keep=keep),)
    estimate = Estimate(READER, replace(READER, topics=topics, leave_out="weather"), PAPERS, judged)
    for arxiv_id, score in judged.items():
        moved = estimate.of(known(arxiv_id, score))
        assert moved.score is not None
        assert moved.score.novelty == score.novelty
        assert 1 <= moved.score.relevance <= 10
        assert 0 <= moved.nearness <= 1
        assert moved.score.primary_topic in {None, *(topic.id for topic in topics)}


def test_a_paper_whose_text_is_not_there_stays_as_it_is() -> None:
    estimate = Estimate(READER, replace(READER, topics=(ROUTING,)), [], {"2613.00001": Score(9, 9)})
    assert estimate.of(known("2613.00001", Score(9, 9))) == known("2613.00001", Score(9, 9))
    assert MadeAnew(READER, []).of(known("2613.00001", None)) == known("2613.00001", None)


def test_an_unread_paper_counts_as_relevant_only_as_often_as_papers_were_novel_enough_too() -> None:
    texts = [ROUTING.keep] * 4
    judged = {one.arxiv_id: Score(9, 3, primary_topic="routing") for one in PAPERS}
    papers = [*PAPERS, *(paper(number, abstract=text) for number, text in enumerate(texts, start=11))]
    moved = Estimate(READER, READER, papers, judged).of(known("2613.00011", None))
    assert moved.score is not None
    assert moved.score.relevance == 7, "all are relevant, none is novel enough"


def test_the_offline_judge_s_verdicts_are_made_to_the_letter() -> None:
    judge = OfflineJudge(prompts.offline_rubric, prompts.shared_terms)
    verdicts = judge.verdicts(PAPERS, READER, DAY).verdicts
    nearness = (
        TopicShortlist().pick([announced(n, abstract=text) for n, text in enumerate(TEXTS, start=1)], READER).nearness
    )
    anew = MadeAnew(READER, PAPERS)
    for arxiv_id, verdict in verdicts.items():
        assert anew.of(known(arxiv_id, None)) == known(arxiv_id, verdict.score, nearness[arxiv_id])


def days_of_five_topics(folder: Path) -> list[dict[str, Any]]:
    """Labelled papers of the last days, whose labels name the starting topics."""
    return [row for path in sorted(folder.glob("*.jsonl.gz"))[-4:] for row in labelled(path)]


def score(row: dict[str, Any], without: str = "") -> Score:
    """The label as a verdict; of a rejected paper, or one of no other topic than `without`, a low one. Nothing is told
    of the novelty of those, so novelty decides on none."""
    topics = list(dict.fromkeys(filter(None, (row["primary_topic"], *row["matched_topics"]))))
    left = [topic for topic in topics if topic != without]
    chosen = row["selected"] and not (topics and not left)
    return Score(max(8, row["relevance"] or 0) if chosen else 4, None, (), left[0] if left else None, tuple(left[1:]))


def relevant(estimate: Estimate, judged: dict[str, Score]) -> set[str]:
    moved = {arxiv_id: estimate.of(known(arxiv_id, one)).score for arxiv_id, one in judged.items()}
    return {arxiv_id for arxiv_id, one in moved.items() if one and one.relevance >= 8}


def without(reader: Profile, topic: str) -> Profile:
    return replace(reader, topics=tuple(one for one in reader.topics if one.id != topic))


def test_of_real_days_a_removed_topic_takes_just_its_own_papers_and_an_added_one_brings_about_as_many(
    labelled_days: Path,
) -> None:
    rows = days_of_five_topics(labelled_days)
    papers = [as_paper(row) for row in rows]
    reader = starting_profile(id="group", name="Group", categories=["cs.LG"])
    really, estimated, right = 0, 0, 0
    for topic in reader.topics:
        fewer = without(reader, topic.id)
        whole = {row["arxiv_id"]: score(row) for row in rows}
        part = {row["arxiv_id"]: score(row, topic.id) for row in rows}
        shown = {one for one, said in whole.items() if said.relevance >= 8}
        left = {one for one, said in part.items() if said.relevance >= 8}
        assert relevant(Estimate(reader, fewer, papers, whole), whole) == left
        come = relevant(Estimate(fewer, reader, papers, part), part) - left
        really, estimated, right = really + len(shown - left), estimated + len(come), right + len(come & (shown - left))
    assert 0.6 < estimated / really < 2
    assert right / estimated > 3 * really / (len(reader.topics) * len(rows)), "far better than chance"
