"""What a change would have done: replayed where the record tells, estimated where only words do, and honest on both."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.digest import Digest, compose, group
from bot.domain.effect import DayEffect, Effect, Moved
from bot.domain.paper import Announcement, AnnounceType
from bot.domain.profile import Cutoffs, Profile
from bot.domain.recorded import RecordedDay
from bot.domain.selection import drop_seen, of_types, select
from bot.domain.topic import Topic
from bot.domain.verdict import HotTag, Judging, Verdict
from bot.ranking.offline import OfflineJudge
from bot.ranking.shortlist import TopicShortlist
from bot.render import prompts
from bot.whatif import Replay
from tests.examples import DAY, MEMORY, NOON, ROUTING, announced, listing, profile, verdict
from tests.fakes.desk import StillClock
from tests.fakes.memory_library import MemoryLibrary

CENT = Decimal("0.01")
EVE = DAY - timedelta(days=1)
GRAPHS = Topic("graphs", "Graphs", "Spectral methods on graphs and their eigenvectors.")
READER = profile()

Entries = Sequence[Announcement]


def made(
    reader: Profile, days: Mapping[date, Entries], verdicts: Sequence[Verdict], judge: str = "a-model"
) -> list[Digest]:
    """The digests of these days, by the pipeline's own functions."""
    shown: frozenset[str] = frozenset()
    digests = []
    for day, entries in days.items():
        fresh = drop_seen(of_types(entries, reader.announce_types), shown)
        shortlisted = TopicShortlist().pick(fresh, reader)
        asked = [entry.paper for entry in shortlisted.kept]
        if judge == "offline":
            judging = OfflineJudge(prompts.offline_rubric, prompts.shared_terms).verdicts(asked, reader, day)
        else:
            judging = Judging(judge, prompts.rubric(reader), {one.arxiv_id: one for one in verdicts})
        selection = select(entries, reader, shown, shortlisted, judging)
        sections = group(selection, reader)
        digest = compose(reader, replace(listing(*entries), day=day), selection, sections, judging, usage=(), at=NOON)
        shown |= digest.shown_ids
        digests.append(digest)
    return digests


def effect(digests: Sequence[Digest], after: Profile, before: Profile = READER, **wiring: object) -> Effect:
    """Of the change, at a cent a paper."""
    library = MemoryLibrary(*digests)
    return Replay(library, lambda _: CENT, StillClock(), **wiring).effect(before, after)  # type: ignore[arg-type]


def ids(moved: Sequence[Moved]) -> list[int]:
    """The numbers of the invented papers."""
    return [int(one.arxiv_id[-5:]) for one in moved]


def cut(**fields: int) -> Profile:
    return replace(READER, cutoffs=Cutoffs(**fields))


TWO_DAYS = {EVE: [announced(1), announced(2), announced(3)], DAY: [announced(3), announced(4)]}
VERDICTS = [
    verdict(1, relevance=9),
    verdict(2, relevance=8, primary_topic="memory"),
    verdict(3, relevance=7),
    verdict(4, relevance=8, novelty=9),
]


def test_a_lower_cutoff_tells_days_titles_and_that_it_costs_nothing_more() -> None:
    assert effect(made(READER, TWO_DAYS, VERDICTS), cut(relevance=7)) == Effect(
        (DayEffect(EVE, 2, 3), DayEffect(DAY, 1, 1)),
        come=(Moved(EVE, "2613.00003", "On Finding Number 3", "relevance 7, novelty 8"),),
        cost_then=CENT * 2,
        cost_now=CENT * 2,
        remarks=("Only 2 announcement days can be looked at.",),
    )


@pytest.mark.parametrize(
    ("after", "gone", "why"),
    [
        (cut(cap=1), 2, "relevance 8, novelty 8: over the cap"),
        (cut(relevance=9), 2, "relevance 8, novelty 8: below the cutoffs"),
        (replace(READER, topics=(ROUTING, replace(MEMORY, muted=True))), 2, "its topic, Agent memory, is muted"),
        (replace(READER, announce_types=(AnnounceType.CROSS,)), 1, "announced in a way that would not be read"),
        (replace(READER, muted_words=("number 2",)), 2, "holds muted words: number 2"),
        (replace(READER, shortlist_limit=1), 2, "left by the shortlist: others are nearer to the topics"),
    ],
)
def test_each_paper_that_goes_says_why(after: Profile, gone: int, why: str) -> None:
    told = effect(made(READER, TWO_DAYS, VERDICTS), after)
    assert {one.arxiv_id: one.why for one in told.go}[f"2613.{gone:05d}"] == why
    assert not told.estimate


def test_the_best_come_first_and_all_are_told() -> None:
    entries = [announced(number) for number in range(1, 10)]
    verdicts = [verdict(number, relevance=1 + number) for number in range(1, 10)]
    told = effect(made(READER, {DAY: entries}, verdicts), cut(relevance=1))
    assert ids(told.come) == [6, 5, 4, 3, 2, 1]


def test_a_followed_author_s_paper_comes_and_goes_with_the_follow() -> None:
    entries = {DAY: [announced(1, authors=("A. Nettle", "Cleo Moss")), announced(2)]}
    low = [verdict(1, relevance=2), verdict(2)]
    follower = replace(READER, follows=("Cleo Moss",))
    assert [one.why for one in effect(made(READER, entries, low), follower).come] == ["by Cleo Moss, whom you follow"]
    assert ids(effect(made(follower, entries, low), READER, follower).go) == [1]


def test_muted_words_save_their_judging_and_unmuting_says_what_nobody_knows() -> None:
    muting = replace(READER, muted_words=("number 2", "number 4"))
    told = effect(made(READER, TWO_DAYS, VERDICTS), muting)
    assert (ids(told.go), told.cost_then, told.cost_now) == ([4, 2], CENT * 2, CENT)
    back = effect(made(muting, TWO_DAYS, VERDICTS), READER, muting)
    assert (back.come, back.cost_then, back.cost_now) == ((), CENT, CENT * 2)
    unknown = "2 papers with words that are muted now were never judged, so nobody can tell"
    assert any(remark.startswith(unknown) for remark in back.remarks)


def test_unmuting_one_of_two_words_leaves_what_the_other_mutes() -> None:
    both = replace(READER, muted_words=("number 2", "finding"))
    told = effect(made(both, TWO_DAYS, VERDICTS), replace(READER, muted_words=("finding",)), both)
    assert all("muted" not in remark for remark in told.remarks)


def test_announce_types_that_are_added_were_never_judged() -> None:
    days = {DAY: [announced(1), announced(2, AnnounceType.REPLACE)]}
    told = effect(made(READER, days, VERDICTS), replace(READER, announce_types=tuple(AnnounceType)))
    unread = "1 paper announced in ways that are not read now was never judged"
    assert any(remark.startswith(unread) for remark in told.remarks)
    assert told.cost_now == CENT * 2


def test_a_removed_category_takes_what_is_filed_under_no_other_one() -> None:
    days = {
        DAY: [announced(1), announced(2, categories=("cs.AI", "cs.RO")), announced(4, categories=("cs.AI", "cs.LG"))]
    }
    told = effect(made(READER, days, VERDICTS), replace(READER, categories=("cs.LG",)))
    assert [(one.arxiv_id, one.why) for one in told.go] == [("2613.00002", "in none of the categories that are left")]
    assert (told.cost_then, told.cost_now) == (CENT * 3, CENT * 2)
    only_new = replace(READER, announce_types=(AnnounceType.NEW,))
    told = effect(made(only_new, days, VERDICTS), replace(only_new, categories=("cs.LG",)), only_new)
    assert ids(told.go) == [4, 2], "what is at home in cs.AI is a cross-list to readers of cs.LG"


def test_nothing_can_be_told_of_a_category_that_nobody_reads() -> None:
    told = effect(made(READER, TWO_DAYS, VERDICTS), replace(READER, categories=("cs.LG", "cs.AI", "cs.RO")))
    assert "Nothing is stored of cs.RO, so what would come of it cannot be told." in told.remarks
    assert (told.come, told.go, told.cost_then, told.cost_now) == ((), (), CENT * 2, None)


def test_of_a_category_that_others_read_the_papers_near_to_the_topics_are_estimated_to_come() -> None:
    near = "Work that changes how experts are chosen."
    days = {DAY: [announced(1, abstract=near), announced(2, abstract="Rain in spring.")]}
    own = made(READER, days, [verdict(1), verdict(2, relevance=2)])
    robots = profile(id="robots", categories=("cs.RO",))
    theirs = {
        DAY: [announced(number, abstract=text, categories=("cs.RO",)) for number, text in ((7, near), (8, "Arms."))]
    }
    stored = {DAY: theirs[DAY], EVE: [announced(9, abstract=near)]}
    told = effect(
        [*own, *made(robots, theirs, ())],
        replace(READER, categories=("cs.LG", "cs.AI", "cs.RO")),
        announced=lambda since, categories: stored,
    )
    assert (ids(told.come), [one.why for one in told.come]) == ([7], ["near to Sparse routing"])
    assert "never judged" in told.estimate
    assert (told.cost_then, told.cost_now) == (CENT * 2, CENT * 4)


def test_a_removed_topic_takes_its_papers_unless_another_topic_of_theirs_remains() -> None:
    days = {DAY: [announced(number) for number in (1, 2, 3, 4)]}
    verdicts = [
        verdict(1),
        verdict(2, primary_topic="memory"),
        verdict(3, primary_topic="memory", matched_topics=("routing",)),
        verdict(4, primary_topic="memory", hot_tags=(HotTag.DAILY_HOT,)),
    ]
    told = effect(made(READER, days, verdicts), replace(READER, topics=(ROUTING,)))
    assert [(one.arxiv_id, one.why) for one in told.go] == [("2613.00002", "its topic is gone")]
    assert told.estimate.startswith("This is an estimate")


def test_an_added_topic_brings_what_is_as_near_to_it_as_shown_papers_are_to_theirs() -> None:
    texts = {1: ROUTING.keep, 2: MEMORY.keep, 3: GRAPHS.keep, 4: "Rain in spring.", 5: "Snow on graphs in winter."}
    days = {DAY: [announced(number, abstract=text) for number, text in texts.items()]}
    verdicts = [verdict(1), verdict(2, primary_topic="memory")]
    verdicts += [verdict(number, relevance=2, primary_topic=None) for number in (3, 4, 5)]
    told = effect(made(READER, days, verdicts), replace(READER, topics=(*READER.topics, GRAPHS)))
    assert [(one.arxiv_id, one.why) for one in told.come] == [("2613.00003", "near to Graphs")]
    assert told.go == ()


def test_an_edited_topic_moves_papers_by_how_much_nearer_its_words_come() -> None:
    texts = {1: ROUTING.keep, 2: MEMORY.keep, 3: GRAPHS.keep, 4: "Rain in spring."}
    days = {DAY: [announced(number, abstract=text) for number, text in texts.items()]}
    verdicts = [
        verdict(1),
        verdict(2, primary_topic="memory"),
        *(verdict(n, relevance=2, primary_topic=None) for n in (3, 4)),
    ]
    other = replace(MEMORY, keep=GRAPHS.keep)
    told = effect(made(READER, days, verdicts), replace(READER, topics=(ROUTING, other)))
    assert (ids(told.come), ids(told.go)) == ([3], [2])
    assert told.go[0].why == "not near enough to the topics any more"


def test_what_the_whole_profile_leaves_out_moves_all_papers() -> None:
    days = {DAY: [announced(1, abstract=ROUTING.keep), announced(2, abstract=MEMORY.keep)]}
    verdicts = [verdict(1, relevance=8), verdict(2, relevance=8, primary_topic="memory")]
    told = effect(made(READER, days, verdicts), replace(READER, leave_out="How experts are chosen, changes of that."))
    assert (ids(told.come), ids(told.go)) == ([], [1])


def test_new_names_and_another_order_of_topics_change_nothing_that_can_be_told() -> None:
    after = replace(READER, topics=(MEMORY, replace(ROUTING, name="Routing")))
    told = effect(made(READER, TWO_DAYS, VERDICTS), after)
    assert (told.come, told.go, told.estimate) == ((), (), "")
    assert (
        "The judge reads the names and the order of topics, too, so single scores may come out differently."
        in told.remarks
    )


WORDS = st.lists(
    st.sampled_from(("sparse", "routing", "expert", "memory", "recall", "graph", "spectral", "weather")), min_size=1
)


@settings(max_examples=15)
@given(
    st.lists(WORDS, min_size=1, max_size=12), st.lists(st.builds(" ".join, WORDS), min_size=1, max_size=3), st.data()
)
def test_the_offline_judge_is_asked_again_and_not_estimated(
    texts: list[list[str]], keeps: list[str], data: st.DataObject
) -> None:
    days: dict[date, Entries] = {
        day: [
            announced(number, abstract=" ".join(text)) for number, text in enumerate(texts) if data.draw(st.booleans())
        ]
        for day in (EVE, DAY)
    }
    cutoffs = Cutoffs(relevance=data.draw(st.integers(2, 10)), cap=data.draw(st.integers(0, 4)))
    before = profile(cutoffs=cutoffs)
    after = replace(before, topics=tuple(Topic(f"t{place}", "Topic", keep) for place, keep in enumerate(keeps)))
    told = effect(made(before, days, (), "offline"), after, before)
    expected = made(after, days, (), "offline")
    assert [day.now for day in told.days] == [len(one.entries) for one in expected]
    assert told.estimate == ""
    then, now = (
        frozenset().union(*(one.shown_ids for one in some)) for some in (made(before, days, (), "offline"), expected)
    )
    assert {one.arxiv_id for one in told.come} == now - then
    assert {one.arxiv_id for one in told.go} == then - now


def test_a_change_is_told_by_itself_whatever_was_changed_since() -> None:
    digests = made(cut(relevance=9), TWO_DAYS, VERDICTS)
    told = effect(digests, cut(relevance=8, cap=1))
    assert [(day.then, day.now) for day in told.days] == [(2, 1), (1, 1)]
    assert "Of these days, 2 really showed other papers, for the profile was changed since." in told.remarks
    other = replace(READER, topics=(ROUTING, GRAPHS))
    assert (
        "Of these days, 2 were judged by another rubric (topics and criteria) than today's."
        in effect(made(READER, TWO_DAYS, VERDICTS), replace(other, cutoffs=Cutoffs(cap=1)), other).remarks
    )


class Forgetful(MemoryLibrary):
    """An archive whose older days were made by an earlier version, which recorded nothing."""

    def __init__(self, since: date, *digests: Digest) -> None:
        super().__init__(*digests)
        self._since = since

    def recorded(self, profile: Profile, since: date) -> tuple[RecordedDay, ...]:
        return super().recorded(profile, max(since, self._since))


def test_without_digests_or_without_their_records_it_says_so() -> None:
    assert effect([], cut(cap=1)) == Effect(
        (), remarks=("There is no digest of the last 60 days, so there is nothing to compare with.",)
    )
    for since, days in ((DAY, 1), (DAY + timedelta(days=1), 0)):
        library = Forgetful(since, *made(READER, TWO_DAYS, VERDICTS))
        told = Replay(library, lambda _: CENT, StillClock()).effect(READER, cut(cap=0))
        assert len(told.days) == days
        assert told.remarks[0] == (
            f"Only {days} announcement day{'' if days == 1 else 's'} can be looked at. Of {2 - days} earlier"
            f" digest{'' if days == 1 else 's'} it was not kept what became of each paper."
        )


def test_only_the_last_fourteen_days_that_have_a_digest_count() -> None:
    days = {DAY - timedelta(days=back): [announced(back + 1)] for back in (*range(30, 40), *range(12, -1, -1))}
    told = effect(made(READER, dict(sorted(days.items())), [verdict(n) for n in range(1, 60)]), cut(cap=0))
    assert [day.day for day in told.days] == sorted(days)[-14:]
    assert (len(told.go), told.remarks) == (14, ())


def test_only_what_needs_the_words_of_papers_is_slow() -> None:
    what_if = Replay(MemoryLibrary(), lambda _: None, StillClock())
    edited = replace(READER, topics=(ROUTING, replace(MEMORY, leave_out="Nothing.")))
    slow = (edited, replace(READER, topics=(ROUTING,)), replace(READER, leave_out="Surveys."))
    for one in (*slow, replace(READER, categories=("cs.LG", "cs.AI", "cs.RO"))):
        assert what_if.slow(READER, one)
    renamed = replace(READER, topics=(MEMORY, replace(ROUTING, name="Routing", muted=True)))
    for one in (cut(cap=1), renamed, replace(READER, categories=("cs.LG",)), replace(READER, follows=("Ada Quill",))):
        assert not what_if.slow(READER, one)


def test_a_cost_that_nobody_knows_stays_unknown_and_nothing_stays_nothing() -> None:
    for usd, cost in ((None, None), (Decimal(0), Decimal(0))):
        library = MemoryLibrary(*made(READER, TWO_DAYS, VERDICTS))
        told = Replay(library, lambda _, usd=usd: usd, StillClock()).effect(READER, cut(cap=1))  # type: ignore[misc]
        assert (told.cost_then, told.cost_now) == (cost, cost)
