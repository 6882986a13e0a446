"""The sample day is whole, consistent, and holds the odd cases that the demo is meant to show."""

import re
from collections import Counter
from datetime import date

import pytest

from bot.demo.sample import SampleDay, load
from bot.domain.calendar import quiet_by_list, quiet_by_rule
from bot.domain.paper import AnnounceType, Paper, PaperId
from bot.domain.profile import CATEGORY, Cutoffs
from bot.domain.selection import missing_points, passes
from bot.domain.verdict import HotTag, Verdict

TOPICS = {
    "architecture_training",
    "efficiency_scaling",
    "representation_structure",
    "memory_systems",
    "world_models_open_ended_rl",
}
READ = {"cs.LG", "cs.AI"}
JUDGED = {AnnounceType.NEW, AnnounceType.CROSS}
CITATION = re.compile(r"\[([^\]]*)\]")
LONGEST_ABSTRACT = 1920  # characters; arXiv takes no more: https://info.arxiv.org/help/prep.html


@pytest.fixture(scope="module")
def sample() -> SampleDay:
    return load()


@pytest.fixture(scope="module")
def papers(sample: SampleDay) -> dict[str, Paper]:
    return {entry.paper.arxiv_id: entry.paper for entry in sample.announcements}


@pytest.fixture(scope="module")
def above(sample: SampleDay) -> dict[str, Verdict]:
    return {arxiv_id: one for arxiv_id, one in sample.verdicts.items() if passes(one.score, Cutoffs())}


def test_the_day_is_one_on_which_arxiv_announces(sample: SampleDay) -> None:
    assert sample.day == date(2026, 11, 20)
    assert quiet_by_rule(sample.day) is None
    assert quiet_by_list(sample.day) is None


def test_the_day_has_papers_of_every_kind(sample: SampleDay) -> None:
    kinds = Counter(entry.how for entry in sample.announcements)

    assert kinds == {"new": 53, "cross": 14, "replace": 8, "replace-cross": 4}


def test_papers_come_in_the_order_of_a_listing(sample: SampleDay) -> None:
    order = [(entry.how.precedence, entry.paper.arxiv_id) for entry in sample.announcements]

    assert order == sorted(order)


def test_ids_are_unique_and_of_a_month_that_does_not_exist(sample: SampleDay) -> None:
    ids = [entry.paper.arxiv_id for entry in sample.announcements]

    assert len(ids) == len(set(ids))
    for arxiv_id in ids:
        assert PaperId.parse(arxiv_id).arxiv_id == arxiv_id
        assert re.search(r"(?:^|/)\d\d13", arxiv_id), arxiv_id


def test_how_a_paper_is_announced_agrees_with_its_categories_and_version(sample: SampleDay) -> None:
    for entry in sample.announcements:
        primary, *others = entry.paper.categories
        assert all(CATEGORY.match(category) for category in entry.paper.categories), entry.paper.arxiv_id
        if entry.how in {AnnounceType.NEW, AnnounceType.REPLACE}:
            assert primary in READ, entry.paper.arxiv_id
        else:
            assert primary not in READ, entry.paper.arxiv_id
            assert READ & set(others), entry.paper.arxiv_id
        if entry.how is AnnounceType.NEW:
            assert entry.paper.version == 1
        if entry.how not in JUDGED:
            assert entry.paper.version > 1


def test_every_paper_reads_like_one(papers: dict[str, Paper]) -> None:
    for paper in papers.values():
        assert 40 <= len(paper.abstract.split()) <= 220, paper.arxiv_id
        assert len(paper.abstract) <= LONGEST_ABSTRACT, paper.arxiv_id
        assert paper.abstract.count("{") == paper.abstract.count("}"), paper.arxiv_id
        assert paper.abstract.count("$") % 2 == 0, paper.arxiv_id
        assert all(name == name.strip() and " " in name for name in paper.authors), paper.arxiv_id


def test_no_two_papers_share_a_title_or_an_author(papers: dict[str, Paper]) -> None:
    titles = Counter(paper.title for paper in papers.values())
    authors = Counter(name for paper in papers.values() for name in paper.authors)

    assert set(titles.values()) == {1}
    assert set(authors.values()) == {1}


def test_every_new_and_cross_paper_is_judged_in_its_version_and_no_other(sample: SampleDay) -> None:
    judged = {entry.paper.arxiv_id: entry.paper.version for entry in sample.announcements if entry.how in JUDGED}

    assert {verdict.arxiv_id: verdict.version for verdict in sample.verdicts.values()} == judged


def test_verdicts_name_known_topics_and_give_their_reasons(sample: SampleDay) -> None:
    for verdict in sample.verdicts.values():
        assert verdict.comment, verdict.arxiv_id
        assert verdict.topic_reason, verdict.arxiv_id
        assert set(verdict.matched_topics) <= TOPICS, verdict.arxiv_id
        assert verdict.primary_topic is None or verdict.primary_topic in TOPICS, verdict.arxiv_id
        assert verdict.primary_topic not in verdict.matched_topics, verdict.arxiv_id
        assert bool(verdict.hot_tags) == bool(verdict.hot_reason), verdict.arxiv_id


def test_about_a_third_passes_the_cutoffs_in_every_topic_with_near_misses(
    sample: SampleDay, above: dict[str, Verdict]
) -> None:
    by_topic = Counter(verdict.primary_topic for verdict in above.values())
    near = [one for one in sample.verdicts.values() if missing_points(one.score, Cutoffs()) == 1]

    assert set(by_topic) == TOPICS
    assert min(by_topic.values()) >= 3
    assert 18 <= len(above) <= 22
    assert len(near) >= 4


def test_relevance_and_novelty_are_two_axes(sample: SampleDay) -> None:
    relevance = {verdict.relevance for verdict in sample.verdicts.values()}
    novelty = {verdict.novelty for verdict in sample.verdicts.values()}
    gaps = [verdict.relevance - (verdict.novelty or 0) for verdict in sample.verdicts.values()]

    assert relevance == set(range(1, 11))
    assert novelty >= set(range(1, 10))
    assert min(gaps) <= -4
    assert max(gaps) >= 3


def test_hot_papers_stand_on_both_sides_of_the_cutoffs(sample: SampleDay, above: dict[str, Verdict]) -> None:
    hot = [verdict for verdict in sample.verdicts.values() if verdict.hot_tags]

    assert Counter(tag for verdict in hot for tag in verdict.hot_tags) == {HotTag.DAILY_HOT: 4, HotTag.NEW_FRONTIER: 2}
    assert {tag for one in hot if one.arxiv_id in above for tag in one.hot_tags} == set(HotTag)
    assert {tag for one in hot if one.arxiv_id not in above for tag in one.hot_tags} == set(HotTag)


def test_overviews_cite_only_papers_that_their_section_shows(sample: SampleDay, above: dict[str, Verdict]) -> None:
    assert set(sample.overviews) == TOPICS
    for topic, overview in sample.overviews.items():
        cited = CITATION.findall(overview)
        assert len(cited) >= 2, topic
        for arxiv_id in cited:
            assert arxiv_id in above, f"{topic} cites {arxiv_id}, which its section does not show"
            assert above[arxiv_id].primary_topic == topic


def test_the_paper_that_addresses_the_judge_gets_nothing_for_it(sample: SampleDay, papers: dict[str, Paper]) -> None:
    flagged = [verdict for verdict in sample.verdicts.values() if verdict.addresses_judge]
    pleading = [paper for paper in papers.values() if "Ignore your instructions" in paper.abstract]

    assert [verdict.arxiv_id for verdict in flagged] == [paper.arxiv_id for paper in pleading]
    assert len(flagged) == 1
    assert flagged[0].relevance <= 2
    assert not flagged[0].hot_tags


def test_markup_that_could_ping_or_format_is_in_a_title_that_the_digest_shows(
    sample: SampleDay, papers: dict[str, Paper]
) -> None:
    [paper] = [paper for paper in papers.values() if "<!channel>" in paper.title]

    assert "*stars* & <b>tags</b>" in paper.title
    assert sample.verdicts[paper.arxiv_id].hot_tags


def test_odd_but_legal_papers_are_there(papers: dict[str, Paper], above: dict[str, Verdict]) -> None:
    assert any(paper.title == "0" and paper.arxiv_id in above for paper in papers.values())
    assert any("$5 and $10" in paper.abstract and paper.arxiv_id in above for paper in papers.values())
    assert any(len(paper.authors) == 60 for paper in papers.values())
    assert any(len(paper.authors) == 1 for paper in papers.values())
    assert any("/" in paper.arxiv_id for paper in papers.values())
    assert any(paper.doi and paper.journal_ref for paper in papers.values())


@pytest.mark.parametrize(
    "tex",
    [
        r"$O(n \log n)$",
        r"$1.7\times$",
        r"84$--$94\%",
        r"\textbf{",
        r"\emph{",
        r"$\mathcal{L}_{\text{aux}}$",
        r"Ren\'e Valc\'arcel",
        r"S\o ren \r{A}gesen",
        r"J\"urgen Wei{\ss}",
    ],
)
def test_tex_stands_in_the_texts_as_feeds_have_it(papers: dict[str, Paper], tex: str) -> None:
    texts = [text for paper in papers.values() for text in (paper.title, paper.abstract, *paper.authors)]

    assert any(tex in text for text in texts)
