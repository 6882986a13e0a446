"""Every outlet says the same thing in the same words."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import Digest, JudgedBy
from bot.domain.paper import AnnounceType
from bot.domain.verdict import HotTag, Rubric
from bot.render.environment import clipped, topic_name, usd
from bot.render.pages import day_pages
from tests.examples import NOON, announced, digest, profile, verdict
from tests.render.outlets import OUTLETS, words


def one_paper(how: AnnounceType = AnnounceType.NEW) -> Digest:
    """A hot paper in its topic section that tries to tell the judge what to answer, late."""
    paper = replace(announced(1, how), late=True)
    said = verdict(1, hot_tags=tuple(HotTag), hot_reason="Everybody asks.", addresses_judge=True)
    return digest((paper,), (said,), profile(announce_types=tuple(AnnounceType)))


@pytest.mark.parametrize("outlet", OUTLETS)
@pytest.mark.parametrize("how", AnnounceType)
def test_how_a_paper_was_announced(outlet: str, how: AnnounceType) -> None:
    expected = ("new", "cross-list", "replacement", "replaced cross-list")[how.precedence]

    assert re.search(rf"cs\.LG, cs\.AI (· )?{expected}\b", words(outlet, one_paper(how)))


@pytest.mark.parametrize("outlet", OUTLETS)
@pytest.mark.parametrize(
    "sentence",
    [
        "Everybody asks.",
        "This paper's text tries to tell the judge what to answer, so its scores may be wrong.",
        "late: announced on an earlier day, but could not be judged then or was missing in that day's listing",
        "Judged by claude-haiku-5-5",
        "Cutoffs: relevance 8, novelty 8; cap: 40",
    ],
)
def test_what_the_reader_must_know(outlet: str, sentence: str) -> None:
    assert sentence in words(outlet, one_paper())


@pytest.mark.parametrize("outlet", OUTLETS)
def test_a_hot_paper_s_tags_stand_beside_its_scores_and_the_reason_below(outlet: str) -> None:
    shown = words(outlet, one_paper())

    assert re.search(r"ovelty 8 (· )?daily hot (· )?new frontier\b", shown)
    assert re.search(r"Why hot: Everybody asks\.", shown)
    assert re.search(r"look twice\. This paper", shown, re.IGNORECASE)
    assert "hot today" not in shown, "the name of the section is Hot today; the tag's is daily hot"


@pytest.mark.parametrize("outlet", OUTLETS)
def test_who_matched_the_papers_where_no_llm_did(outlet: str) -> None:
    made = replace(digest(), judged_by=JudgedBy("offline", Rubric("Topics."), NOON))
    shown = words(outlet, made)

    assert "Matched offline" in shown
    assert "Cutoffs: relevance 8; cap: 40" in shown
    assert "Judged by" not in shown


@pytest.mark.parametrize("outlet", OUTLETS)
def test_entries_that_arxiv_counts_are_never_called_papers_without_saying_so(outlet: str) -> None:
    made = replace(digest(), receipt=replace(digest().receipt, entries_seen=23, arxiv_says=25))

    assert (
        "Partial: 23 of 25 papers seen. The counts are entries of arXiv's listing pages; "
        "a paper in two categories is two entries."
    ) in words(outlet, made).replace("! ", "")


@pytest.mark.parametrize("outlet", ["page", "Markdown"])
def test_the_figures_of_the_head_are_explained(outlet: str) -> None:
    expected = "Scanned: of the kinds that this profile reads. Shortlisted: sent to the judge."

    assert expected in words(outlet, digest())


@pytest.mark.parametrize("outlet", OUTLETS)
def test_nothing_speaks_of_a_prompt_where_no_llm_read_one(outlet: str) -> None:
    made = replace(digest(), judged_by=JudgedBy("offline", Rubric("Topics."), NOON))
    shown = words(outlet, made)

    assert "prompt" not in shown
    assert ("How the papers were matched" in shown) == (outlet in {"page", "Markdown"})


def test_a_novelty_that_nobody_judged_is_a_plain_dash_that_says_why() -> None:
    made = digest((announced(1),), (verdict(1, novelty=None),))

    assert '<b><span title="not judged">–</span></b>' in day_pages(made)[0].text


def test_a_topic_is_named_as_the_profile_names_it() -> None:
    assert topic_name("routing", profile()) == "Sparse routing"
    assert topic_name("gone", profile()) == "gone"
    assert topic_name(None, profile()) == ""


@given(st.text(st.sampled_from("ab .,!?\"')-& "), max_size=60), st.integers(2, 50))
def test_a_clipped_text_is_short_enough_and_has_one_sign_at_its_end(text: str, most: int) -> None:
    short = clipped(text, most)

    assert len(short) <= most
    assert short == text or text.startswith(short.removesuffix("…"))
    assert not re.search(r"[.!?][)\]\"']*…$", short)


def test_a_text_is_cut_between_words() -> None:
    assert clipped("weights. More follows", 10) == "weights."
    assert clipped("weights, more follows", 10) == "weights…"
    assert clipped("weights", 7) == "weights"
    assert clipped("w" * 20, 7) == "wwwwww…"


def test_what_costs_next_to_nothing_is_not_called_free() -> None:
    assert [usd(Decimal(dollars)) for dollars in ("0", "0.00004", "0.0042")] == [
        "$0.00",
        "less than $0.0001",
        "$0.0042",
    ]
