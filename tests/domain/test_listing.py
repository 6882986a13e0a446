"""Rules about a whole listing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.listing import Mentions, each_once, from_mentions, from_submissions, refuse_stale, with_late
from bot.domain.paper import Announcement, AnnounceType
from bot.errors import SourceError
from tests.examples import DAY, announced, listing, paper

entries = st.lists(st.builds(announced, st.integers(0, 5), st.sampled_from(AnnounceType)), max_size=20)


@given(entries=entries)
def test_each_paper_comes_once_in_first_come_order_and_in_its_strongest_way(entries: list[Announcement]) -> None:
    once = each_once(entries)
    assert [entry.paper.arxiv_id for entry in once] == list(dict.fromkeys(e.paper.arxiv_id for e in entries))
    for kept in once:
        hows = [entry.how for entry in entries if entry.paper.arxiv_id == kept.paper.arxiv_id]
        assert kept.how is next(how for how in AnnounceType if how in hows)


@given(entries=entries)
def test_a_listing_in_which_each_paper_stands_once_stays_as_it_is(entries: list[Announcement]) -> None:
    assert each_once(each_once(entries)) == each_once(entries)


def ids(numbers: range) -> set[str]:
    return {announced(number).paper.arxiv_id for number in numbers}


def test_a_listing_most_of_whose_new_papers_were_new_before_is_stale() -> None:
    with pytest.raises(SourceError, match="3 of its 4 new papers are not new") as caught:
        refuse_stale(listing(*map(announced, range(4))), ids(range(3)))
    assert not caught.value.permanent


def test_a_few_repeats_are_let_through() -> None:
    refuse_stale(listing(*map(announced, range(4))), ids(range(2)))


def test_a_very_short_listing_cannot_be_told_to_be_stale() -> None:
    refuse_stale(listing(*map(announced, range(3))), ids(range(3)))


def test_only_papers_announced_as_new_tell_a_stale_listing() -> None:
    refuse_stale(listing(*(announced(number, AnnounceType.REPLACE) for number in range(9))), ids(range(9)))


@given(
    today=st.lists(st.builds(announced, st.integers(0, 5), st.sampled_from(AnnounceType), version=st.just(2))),
    late=entries,
)
def test_a_late_paper_is_kept_in_the_stronger_of_its_announcements(
    today: list[Announcement], late: list[Announcement]
) -> None:
    before = listing(*each_once(today))
    after = with_late(before, late)
    earlier = {entry.paper.arxiv_id: entry for entry in each_once(late)}
    todays = {entry.paper.arxiv_id: entry for entry in before.announcements}
    assert [entry.paper.arxiv_id for entry in after.announcements] == list(dict.fromkeys([*todays, *earlier]))
    for entry in after.announcements:
        now, then = todays.get(entry.paper.arxiv_id), earlier.get(entry.paper.arxiv_id)
        assert entry.how is min((one.how for one in (now, then) if one), key=lambda how: how.precedence)
        assert entry.late == (then is not None and (now is None or then.how.precedence < now.how.precedence))
        assert entry.paper == (now or then or entry).paper
    assert (after.entries_seen, after.arxiv_says) == (before.entries_seen, before.arxiv_says)


def test_a_new_paper_that_could_not_be_judged_and_is_replaced_today_is_a_late_new_one_in_todays_version() -> None:
    replaced = announced(1, AnnounceType.REPLACE, version=2, title="A better title")
    (entry,) = with_late(listing(replaced), [announced(1)]).announcements
    assert (entry.how, entry.late) == (AnnounceType.NEW, True)
    assert entry.paper == replaced.paper


def test_a_quiet_day_stays_quiet() -> None:
    quiet = listing(quiet="arXiv announces nothing on a Saturday")
    assert with_late(quiet, [announced(1)]) == quiet


@given(
    told=st.dictionaries(st.integers(0, 9), st.sampled_from([AnnounceType.NEW, AnnounceType.CROSS])),
    known=st.sets(st.integers(0, 9)),
)
def test_a_mentioned_paper_is_announced_or_named_and_then_the_counts_do_not_agree(
    told: dict[int, AnnounceType], known: set[int]
) -> None:
    mentions = Mentions(DAY, {paper(one).arxiv_id: how for one, how in told.items()}, len(told), len(told))
    made = from_mentions(mentions, {paper(one).arxiv_id: paper(one) for one in known})
    named = {one for one in told if any(paper(one).arxiv_id in remark for remark in made.remarks)}
    assert {entry.paper: entry.how for entry in made.announcements} == {
        paper(one): how for one, how in told.items() if one in known
    }
    assert named == set(told) - known
    assert made.agrees == (set(told) <= known)


def test_papers_by_submission_are_new_where_they_are_at_home_and_cross_lists_elsewhere() -> None:
    papers = [
        paper(1, categories=("cs.LG", "cs.AI")),
        paper(2, categories=("stat.ML", "cs.LG")),
        paper(3, categories=("cs.AI", "cs.LG")),
    ]
    made = from_submissions(DAY, papers, ["cs.LG"])
    assert [entry.how for entry in made.announcements] == [AnnounceType.NEW, AnnounceType.CROSS, AnnounceType.CROSS]
    assert (made.entries_seen, made.arxiv_says, made.approximate, made.agrees) == (3, None, True, True)
    assert "submission dates" in made.remarks[0]
    whole = from_submissions(DAY, papers, ["cs", "cs.LG", "cs.LG"])
    assert [entry.how for entry in whole.announcements] == [AnnounceType.NEW, AnnounceType.CROSS, AnnounceType.NEW]
    assert whole.entries_seen == 6
