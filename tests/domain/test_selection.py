"""Selection, grouping and the receipt."""

import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import Digest, compose, drop_foreign_citations, group, supplement, with_overviews
from bot.domain.paper import Announcement, AnnounceType
from bot.domain.profile import Cutoffs, Profile
from bot.domain.receipt import Fate, Receipt
from bot.domain.selection import Candidate, Selection, Shortlisted, merit, select
from bot.domain.verdict import HotTag, Judging, Verdict
from tests.examples import MEMORY, NOON, ROUTING, RUBRIC, announced, digest, listing, paper, profile, verdict

SCORES = st.integers(1, 10)
JUDGING = Judging("offline", RUBRIC, {})


@dataclass(frozen=True)
class Day:
    """A selection and what it was made from."""

    selection: Selection
    reader: Profile
    entries: tuple[Announcement, ...]
    before: frozenset[str]
    shortlisted: Shortlisted
    judging: Judging

    def again(self, **fields: object) -> Selection:
        """The selection for a profile with these fields."""
        reader = replace(self.reader, **fields)  # type: ignore[arg-type]
        return select(self.entries, reader, self.before, self.shortlisted, self.judging)

    def digest(self) -> Digest:
        """The digest of this day."""
        sections = group(self.selection, self.reader)
        return compose(self.reader, listing(*self.entries), self.selection, sections, JUDGING, usage=(), at=NOON)


@st.composite
def days(draw: st.DrawFn) -> Day:
    """Any listing, any profile, any verdicts, and a shortlist and memory that may hold nonsense.

    Some papers are of followed authors, some hold muted words, and some topics are muted.
    """
    numbers = draw(st.lists(st.integers(1, 60), unique=True, max_size=30))
    entries = tuple(
        replace(announced(number, draw(st.sampled_from(AnnounceType))), late=draw(st.booleans())) for number in numbers
    )
    some = st.lists(st.integers(1, 70), unique=True)
    kept = tuple(entry for entry in entries if draw(st.booleans())) + tuple(announced(n) for n in draw(some))
    known = {
        f"2613.{number:05d}": verdict(
            number,
            relevance=draw(SCORES),
            novelty=draw(st.none() | SCORES),
            primary_topic=draw(st.sampled_from(["routing", "memory", "gone", None])),
            matched_topics=draw(st.sampled_from([(), ("memory",), ("routing",)])),
            hot_tags=draw(st.sampled_from([(), (HotTag.DAILY_HOT,), (HotTag.NEW_FRONTIER,), tuple(HotTag)])),
        )
        for number in draw(some)
    }
    cutoffs = Cutoffs(draw(SCORES), draw(SCORES), *(draw(st.integers(0, 8)) for _ in range(3)))
    topics = tuple(replace(topic, muted=draw(st.booleans())) for topic in (ROUTING, MEMORY))
    types = tuple(draw(st.sets(st.sampled_from(AnnounceType))))
    reader = profile(cutoffs=cutoffs, announce_types=types, topics=topics)
    before = frozenset(f"2613.{number:05d}" for number in draw(some))
    followed, muted = (dict.fromkeys((f"2613.{n:05d}" for n in draw(some)), what) for what in ("Ada Quill", "rain"))
    shortlisted, judging = Shortlisted(kept, {}, followed, muted), Judging("offline", RUBRIC, known)
    return Day(select(entries, reader, before, shortlisted, judging), reader, entries, before, shortlisted, judging)


def chosen(
    entries: tuple[Announcement, ...], verdicts: tuple[Verdict, ...], reader: Profile | None = None
) -> Selection:
    """Select with all papers on the shortlist."""
    judging = Judging("claude-haiku-5-5", RUBRIC, {one.arxiv_id: one for one in verdicts})
    return select(entries, reader or profile(), frozenset(), Shortlisted(entries), judging)


def fates(selection: Selection) -> list[Fate]:
    return [choice.fate for choice in selection.choices]


@given(days())
def test_the_receipt_adds_up_for_any_input(day: Day) -> None:
    made = day.digest()
    receipt = made.receipt
    assert receipt.announced == len(day.entries) == sum(getattr(receipt, fate.value) for fate in Fate)
    assert receipt.shown == len(made.entries) == len(made.shown_ids)
    assert receipt.failed == len(made.unjudged)


@given(days())
def test_cap_and_hot_places_are_never_exceeded(day: Day) -> None:
    selection, cutoffs = day.selection, day.reader.cutoffs
    assert sum(not choice.followed for choice in selection.relevant) <= cutoffs.cap
    assert len(selection.hot) <= cutoffs.daily_hot + cutoffs.new_frontier
    assert all(choice.verdict and choice.verdict.hot_tags for choice in selection.hot)
    assert not {choice.announcement for choice in selection.hot} & {one.announcement for one in selection.relevant}


@given(days())
def test_numbers_run_through_the_whole_digest_without_gap(day: Day) -> None:
    made = day.digest()
    assert [entry.number for entry in made.entries] == list(range(1, len(made.entries) + 1))


@pytest.mark.parametrize(
    ("relevance", "novelty", "fate"),
    [
        (8, 8, Fate.SHOWN),
        (7, 10, Fate.BELOW_CUTOFF),
        (10, 7, Fate.BELOW_CUTOFF),
        (8, None, Fate.SHOWN),
        (7, None, Fate.BELOW_CUTOFF),
    ],
)
def test_both_scores_must_reach_their_cutoffs_and_unknown_novelty_does_not_count(
    relevance: int, novelty: int | None, fate: Fate
) -> None:
    assert fates(chosen((announced(1),), (verdict(1, relevance=relevance, novelty=novelty),))) == [fate]


def test_each_choice_keeps_its_reason() -> None:
    entries = (announced(1), announced(2), announced(3, AnnounceType.REPLACE), announced(4))
    given_verdicts = (verdict(1), verdict(2, novelty=5))
    reasons = [choice.reason for choice in chosen(entries, given_verdicts).choices]
    assert reasons == [
        "relevance 9, novelty 8: above the cutoffs (relevance 8, novelty 8)",
        "relevance 9, novelty 5: below the cutoffs (relevance 8, novelty 8)",
        "announced as replace, which this profile does not read",
        "the judge gave no answer",
    ]


def test_equal_scores_are_ordered_by_nearness_then_new_before_cross_then_id() -> None:
    same = verdict().score
    candidates = (
        Candidate("4", AnnounceType.NEW, same, nearness=0.1),
        Candidate("3", AnnounceType.NEW, same),
        Candidate("2", AnnounceType.CROSS, same),
        Candidate("1", AnnounceType.NEW, same, nearness=0.5),
    )
    assert [one.arxiv_id for one in sorted(candidates, key=merit)] == ["1", "4", "3", "2"]


def test_papers_over_the_cap_are_counted_as_such_and_the_best_stay() -> None:
    entries = tuple(announced(number) for number in (1, 2, 3))
    verdicts = tuple(verdict(number, relevance=7 + number) for number in (1, 2, 3))
    selection = chosen(entries, verdicts, profile(cutoffs=Cutoffs(cap=2)))
    assert fates(selection) == [Fate.OVER_CAP, Fate.SHOWN, Fate.SHOWN]
    assert [choice.announcement.paper.arxiv_id for choice in selection.relevant] == ["2613.00003", "2613.00002"]


def test_a_hot_paper_above_the_cutoffs_is_named_and_one_below_is_shown_in_full() -> None:
    hot = (HotTag.DAILY_HOT,)
    entries = (announced(1), announced(2))
    made = digest(entries, (verdict(1, hot_tags=hot), verdict(2, novelty=3, hot_tags=hot, hot_reason="Talked about.")))
    above, below = made.hot
    assert (above.number, above.entry) == (1, None)
    assert below.entry is not None
    assert below.entry.number == below.number == 2
    assert made.receipt.shown == 2
    assert made.relevant == 1


def test_a_hot_paper_over_the_cap_goes_before_those_below_the_cutoffs() -> None:
    hot = (HotTag.DAILY_HOT,)
    entries = tuple(announced(number) for number in (1, 2, 3))
    verdicts = (verdict(1, relevance=10), verdict(2, relevance=8, hot_tags=hot), verdict(3, relevance=3, hot_tags=hot))
    selection = chosen(entries, verdicts, profile(cutoffs=Cutoffs(cap=1, daily_hot=1)))
    assert [choice.announcement.paper.arxiv_id for choice in selection.hot] == ["2613.00002"]
    assert selection.hot[0].reason.endswith("above the cutoffs, but 1 better ones fill the cap, shown as daily_hot")
    assert fates(selection) == [Fate.SHOWN, Fate.SHOWN, Fate.BELOW_CUTOFF]


def test_hot_places_go_to_the_best_and_the_rest_stays_below_the_cutoffs() -> None:
    entries = tuple(announced(number) for number in range(1, 10))
    verdicts = tuple(verdict(n, relevance=7, novelty=n, hot_tags=(HotTag.DAILY_HOT,)) for n in range(1, 10))
    selection = chosen(entries, verdicts)
    assert [choice.verdict.novelty for choice in selection.hot if choice.verdict] == [9, 8, 7, 6, 5, 4]
    assert fates(selection).count(Fate.BELOW_CUTOFF) == 3


def test_a_paper_with_both_tags_takes_a_frontier_place_when_the_hot_ones_are_gone() -> None:
    entries = tuple(announced(number) for number in (1, 2))
    verdicts = tuple(verdict(number, relevance=5, hot_tags=tuple(HotTag)) for number in (1, 2))
    selection = chosen(entries, verdicts, profile(cutoffs=Cutoffs(daily_hot=1, new_frontier=1)))
    assert len(selection.hot) == 2


def test_sections_follow_the_profile_and_papers_of_no_topic_come_last() -> None:
    entries = tuple(announced(number) for number in (1, 2, 3))
    verdicts = (verdict(1, primary_topic=None), verdict(2, primary_topic="memory"), verdict(3))
    made = digest(entries, verdicts)
    assert [section.topic.id for section in made.sections] == ["routing", "memory", "other"]
    assert [entry.number for entry in made.entries] == [1, 2, 3]


def test_the_nearest_misses_are_those_that_lack_the_fewest_points() -> None:
    entries = tuple(announced(number) for number in range(1, 6))
    verdicts = tuple(verdict(number, relevance=number, novelty=8) for number in range(1, 6))
    made = digest(entries, verdicts)
    assert [choice.announcement.paper.arxiv_id[-1] for choice in made.nearest_misses] == ["5", "4", "3"]
    assert made.relevant == 0


def test_citations_outside_the_section_are_dropped_and_the_sentence_stays_tidy() -> None:
    (section,) = digest().sections
    text = "Two papers route by load [1, 7]; one drops the router [9]. See [2]."
    assert drop_foreign_citations(text, section) == "Two papers route by load [1]; one drops the router. See [2]."
    assert with_overviews((section,), {"routing": "Only [5]."})[0].overview == "Only."


@pytest.mark.parametrize(
    ("cited", "left"),
    [
        ("[9]", ""), ("[1-9]", " [1, 2]"), ("[0–1]", " [1]"), ("[1 and 9]", " [1]"), ("[#9]", ""), ("[1,9,]", " [1]"),
        ("[2; 1]", " [2, 1]"), ("[7-5]", ""), ("[1-999999]", " [1]"), ("[GPT-4]", " [GPT-4]"), ("[and]", " [and]"),
    ],
)  # fmt: skip
def test_lists_and_ranges_keep_only_papers_of_the_section(cited: str, left: str) -> None:
    (section,) = digest().sections
    assert drop_foreign_citations(f"See {cited}.", section) == f"See{left}."


@given(st.text("[]0123456789,;-–#& and"))
def test_no_foreign_citation_survives_in_any_text(text: str) -> None:
    (section,) = digest().sections
    for numbers in re.findall(r"\[([\d, ]+)\]", drop_foreign_citations(text, section)):
        assert {int(number) for number in re.findall(r"\d+", numbers)} <= {1, 2}


def test_an_unjudged_paper_or_a_count_that_differs_makes_the_digest_partial() -> None:
    whole = digest()
    assert whole.state == "complete"
    assert digest((announced(1),), ()).state == "partial"
    selection = chosen((announced(1),), (verdict(1),))
    seen = replace(listing(announced(1)), entries_seen=23, arxiv_says=25)
    made = compose(profile(), seen, selection, group(selection, profile()), JUDGING, usage=(), at=NOON)
    assert made.state == "partial"
    assert not made.receipt.agrees


def test_a_supplement_holds_what_is_new_under_the_numbers_of_the_whole() -> None:
    whole = digest((announced(1), announced(2)), (verdict(1), verdict(2, relevance=8)))
    added = supplement(whole, frozenset({"2613.00001"}))
    assert added is not None
    assert added.supplement
    assert [entry.number for entry in added.entries] == [2]
    assert supplement(whole, whole.shown_ids) is None


def test_late_papers_are_named_by_the_digest() -> None:
    late = Announcement(paper(2), AnnounceType.NEW, late=True)
    assert digest((announced(1), late), (verdict(1), verdict(2))).late == ("2613.00002",)


def test_receipt_lines_nest() -> None:
    receipt = Receipt.of([Fate.OTHER_TYPE, Fate.SEEN_BEFORE, Fate.LEFT_BY_SHORTLIST, Fate.SHOWN, Fate.FAILED])
    assert (receipt.announced, receipt.scanned, receipt.shortlisted, receipt.shown) == (5, 4, 2, 1)
