"""What readers see of followed authors, muted words and muted topics."""

import json
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.digest import Digest
from bot.domain.profile import Cutoffs, Pause, Profile
from bot.domain.selection import Shortlisted
from bot.render.document import document
from bot.render.head import head
from bot.render.pages import day_pages
from bot.render.summary import profile_summary, summary
from tests.examples import MEMORY, ROUTING, announced, digest, profile, verdict
from tests.render.outlets import OUTLETS, words
from tests.render.schemas import faults
from tests.render.test_document import SCHEMA

ONE = "2613.00001"
ALL_MUTED = profile(topics=(replace(ROUTING, muted=True), replace(MEMORY, muted=True)))
ONE_MUTED = profile(topics=(replace(ROUTING, muted=True), MEMORY))


def followed(name: str = "Ada Quill", **fields: object) -> Digest:
    """Of two papers the first is by a followed author, and below the cutoffs."""
    entries = (announced(1), announced(2))
    shortlisted = Shortlisted(entries, followed={ONE: name})
    return digest(entries, (verdict(1, relevance=2, **fields), verdict(2)), profile(follows=(name,)), shortlisted)


def left(reader: Profile, *muted: int, of: int = 2) -> Digest:
    """Of so many papers, these hold muted words."""
    entries = tuple(announced(number + 1) for number in range(of))
    kept = tuple(entry for number, entry in enumerate(entries, start=1) if number not in muted)
    shortlisted = Shortlisted(kept, muted={f"2613.{number:05d}": "rain" for number in muted})
    verdicts = tuple(verdict(int(entry.paper.arxiv_id[-5:]), relevance=2) for entry in kept)
    return digest(entries, verdicts, reader, shortlisted)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_whose_paper_it_is_stands_beside_it_and_beside_no_other(outlet: str) -> None:
    assert words(outlet, followed()).count("By Ada Quill, whom you follow.") == 1


@pytest.mark.parametrize("outlet", OUTLETS)
def test_a_followed_name_is_shown_as_text_whatever_it_holds(outlet: str) -> None:
    shown = words(outlet, followed("<!channel> A*d*a <b>Q</b> %s\x1b[2J & [x](http://example.org)"))
    assert "whom you follow." in shown
    assert "\x1b" not in shown
    assert "%s" in shown


def test_a_followed_name_reaches_the_page_s_source_escaped() -> None:
    page, markdown = (part.text for part in day_pages(followed("<b>Ada</b>"))[:2])
    assert "By &lt;b&gt;Ada&lt;/b&gt;, whom you follow." in page
    assert "<b>" not in markdown


def test_the_document_names_the_followed_author_and_fits_its_schema() -> None:
    given = json.loads(document(followed()))
    assert faults(given, SCHEMA) == []
    papers = {paper["arxiv_id"]: paper for section in given["sections"] for paper in section["papers"]}
    assert papers[ONE]["followed"] == "Ada Quill"
    assert papers[ONE]["reason"] == "relevance 2, novelty 8: by Ada Quill, whom you follow"
    assert papers["2613.00002"]["followed"] is None


def test_a_paper_that_stands_under_another_topic_than_its_own_says_what_that_is() -> None:
    made = digest((announced(1),), (verdict(1, matched_topics=("memory",)),), ONE_MUTED)
    assert "Topic Sparse routing. It changes how experts are chosen." in words("page", made)
    open_ = digest((announced(1),), (verdict(1),))
    assert "Topic It changes how experts are chosen." in words("page", open_)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (left(profile(), 1, 2), "Every paper that is new to this profile holds muted words."),
        (left(profile(), 1), "The one paper judged did not reach the cutoffs: relevance 8 and novelty 8."),
        (digest(for_profile=ALL_MUTED), "2 papers reached the cutoffs, but all topics of this profile are muted."),
        (digest(for_profile=ONE_MUTED), "2 papers reached the cutoffs, but only in muted topics."),
        (
            digest((announced(1), announced(2)), (verdict(1), verdict(2, relevance=3)), ONE_MUTED),
            "1 paper reached the cutoffs, but only in muted topics.",
        ),
        (
            digest(
                (announced(1), announced(2)),
                (verdict(1), verdict(2, primary_topic="memory")),
                replace(ONE_MUTED, cutoffs=Cutoffs(cap=0)),
            ),
            "1 paper reached the cutoffs, but the profile shows at most 0.",
        ),
    ],
)
def test_an_empty_digest_says_what_muting_has_to_do_with_it(made: Digest, why: str) -> None:
    assert head(made).why_empty == why
    assert why in summary(made, ())
    assert all(why in words(outlet, made) for outlet in OUTLETS)


def test_a_muted_topic_without_papers_is_not_listed_and_the_receipt_says_that_some_are_muted() -> None:
    made = digest((announced(1),), (verdict(1, matched_topics=("memory",)),), ONE_MUTED)
    assert [(row.topic.id, row.count) for row in head(made).coverage] == [("memory", 1)]
    assert "below the cutoffs or in muted topics" in [row.what for row in head(made).fates]
    assert "below the cutoffs" in [row.what for row in head(digest()).fates]


def test_a_profile_s_summary_names_all_that_steers_it() -> None:
    reader = replace(
        ONE_MUTED,
        follows=("Ada Quill", "B. \x1b[2JSedge"),
        muted_words=("survey", "deep rain"),
        editors=("U1",),
        slack_team="T1",
        pauses=(Pause(date(2026, 5, 6), date(2026, 5, 11)), Pause(date(2026, 12, 21))),
    )
    shown = profile_summary(reader, ["group"])
    for line in (
        "Follows     Ada Quill; B. [2JSedge: their papers are always shown",
        "Muted       survey; deep rain: papers that hold such words are not judged",
        "Changed by  U1, and nobody else in Slack",
        "Workspace   T1",
        "Last pause  from Mon 21 December 2026 until somebody resumes it",
        "  routing: Sparse routing (muted: judged, but not shown)",
    ):
        assert line in shown.splitlines()
    plain = profile_summary(profile(), ["group"])
    assert not any(word in plain for word in ("Follows", "Muted", "Changed by", "Workspace", "pause", "muted"))


def test_a_pause_with_an_end_says_when() -> None:
    shown = profile_summary(profile(pauses=(Pause(date(2026, 5, 6), date(2026, 5, 11)),)), ["group"])
    assert "Last pause  from Wed 6 May 2026 until Mon 11 May 2026" in shown
