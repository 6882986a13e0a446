"""A replay decides as the digests themselves would have: the law of the what-if."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.listing import Listing, with_late
from bot.domain.paper import Announcement, AnnounceType
from bot.domain.profile import Cutoffs, Profile
from bot.domain.receipt import Fate
from bot.domain.recorded import RecordedDay, RecordedPaper
from bot.domain.replay import Replayed, learned, replay
from bot.domain.selection import Choice, Selection, drop_seen, of_types, select
from bot.domain.verdict import HotTag, Judging, Verdict
from bot.ranking.shortlist import TopicShortlist
from tests.examples import DAY, MEMORY, ROUTING, RUBRIC, announced, listing, profile, verdict

ABSTRACTS = (
    "Sparse routing changes how experts are chosen.",
    "New ways to store and recall.",
    "Experts that recall the weather.",
    "Rain in spring.",
)
AUTHORS = (("Ada Quill",), ("Bruno Sedge", "Cleo Moss"), ("Dag Fern",))
Verdicts = Mapping[tuple[str, int], Verdict]  # by id and version
Failing = Collection[tuple[date, str]]  # on which days the judge gives no answer on which papers


@dataclass(frozen=True)
class Past:
    """What arXiv announced and the judge says. before: ids of what was shown before the first day."""

    listings: tuple[Listing, ...]
    verdicts: Verdicts
    failing: Failing
    before: frozenset[str]


@dataclass(frozen=True)
class Made:
    """The digests of the days, made by the real functions. listings: with their late papers."""

    listings: tuple[Listing, ...]
    selections: tuple[Selection, ...]

    @property
    def fates(self) -> list[dict[str, Fate]]:
        """Of each day, by arXiv id."""
        return [{one.announcement.paper.arxiv_id: one.fate for one in day.choices} for day in self.selections]

    @property
    def shown(self) -> list[set[str]]:
        """Of each day."""
        return [{one for one, fate in day.items() if fate is Fate.SHOWN} for day in self.fates]

    @property
    def bought(self) -> Verdicts:
        """All verdicts of these digests."""
        choices = [one for day in self.selections for one in day.choices if one.verdict]
        return {(one.verdict.arxiv_id, one.verdict.version): one.verdict for one in choices if one.verdict}

    @property
    def failed(self) -> Failing:
        """What the judge was asked about in vain."""
        days = zip(self.listings, self.fates, strict=True)
        return {(made.day, one) for made, day in days for one, fate in day.items() if fate is Fate.FAILED}

    def recorded(self, reader: Profile) -> tuple[RecordedDay, ...]:
        """As the archive remembers them."""
        days = zip(self.listings, self.selections, strict=True)
        return tuple(
            RecordedDay(made.day, "a-model", RUBRIC.version, reader.cutoffs, tuple(map(record, day.choices)))
            for made, day in days
        )


def record(choice: Choice) -> RecordedPaper:
    entry = choice.announcement
    score = choice.verdict.score if choice.verdict else None
    what = (entry.paper.arxiv_id, entry.paper.version, entry.how, entry.late)
    return RecordedPaper(*what, choice.fate, choice.reason, choice.nearness, score, choice.followed)


def made(past: Past, reader: Profile, *, bring_late: bool = True) -> Made:
    """Day by day, as the pipeline does."""
    shown, late = past.before, list[Announcement]()
    listings, selections = [], []
    for one in past.listings:
        today = with_late(one, late) if bring_late else one
        fresh = drop_seen(of_types(today.announcements, reader.announce_types), shown)
        shortlisted = TopicShortlist().pick(fresh, reader)
        known = {
            entry.paper.arxiv_id: past.verdicts[key]
            for entry in shortlisted.kept
            if (key := (entry.paper.arxiv_id, entry.paper.version)) in past.verdicts
            and (today.day, entry.paper.arxiv_id) not in past.failing
        }
        day = select(today.announcements, reader, shown, shortlisted, Judging("a-model", RUBRIC, known))
        shown |= {choice.announcement.paper.arxiv_id for choice in (*day.relevant, *day.hot)}
        late = [choice.announcement for choice in day.choices if choice.fate is Fate.FAILED]
        listings.append(today)
        selections.append(day)
    return Made(tuple(listings), tuple(selections))


SCORES = st.integers(5, 10)


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    """A few days on which the same few papers are announced over and over, in two versions."""
    papers = {
        number: {"abstract": draw(st.sampled_from(ABSTRACTS)), "authors": draw(st.sampled_from(AUTHORS))}
        for number in range(1, 13)
    }
    listings, verdicts, failing = [], {}, set()
    for place in range(draw(st.integers(1, 5))):
        day = DAY + timedelta(days=place)
        numbers = draw(st.lists(st.sampled_from(sorted(papers)), unique=True, max_size=10))
        entries = [
            announced(number, draw(st.sampled_from(AnnounceType)), version=draw(st.sampled_from((1, 1, 2))), **fields)
            for number, fields in ((one, papers[one]) for one in numbers)
        ]
        listings.append(replace(listing(*entries), day=day))
        failing |= {(day, entry.paper.arxiv_id) for entry in entries if draw(st.integers(0, 5)) == 0}
    for number in papers:
        for version in (1, 2):
            said = verdict(
                number,
                version=version,
                relevance=draw(SCORES),
                novelty=draw(st.none() | SCORES),
                primary_topic=draw(st.sampled_from(["routing", "memory", "gone", None])),
                matched_topics=draw(st.sampled_from([(), ("memory",)])),
                hot_tags=draw(st.sampled_from([(), (), (HotTag.DAILY_HOT,), tuple(HotTag)])),
            )
            verdicts[said.arxiv_id, version] = said
    before = frozenset(f"2613.{number:05d}" for number in draw(st.sets(st.sampled_from(sorted(papers)), max_size=2)))
    return Past(tuple(listings), verdicts, frozenset(failing), before)


@st.composite
def readers(draw: st.DrawFn) -> Profile:
    """Profiles that differ in all that a replay can tell exactly."""
    return profile(
        cutoffs=Cutoffs(draw(SCORES), draw(SCORES), *(draw(st.integers(0, 4)) for _ in range(3))),
        topics=(replace(ROUTING, muted=draw(st.booleans())), replace(MEMORY, muted=draw(st.booleans()))),
        shortlist_limit=draw(st.none() | st.integers(1, 6)),
    )


WISHES = st.fixed_dictionaries(
    {
        "follows": st.sampled_from([(), ("Ada Quill",), ("Moss, Cleo", "Dag Fern")]),
        "muted_words": st.sampled_from([(), ("weather",)]),
        "announce_types": st.sampled_from([tuple(AnnounceType), (AnnounceType.NEW, AnnounceType.CROSS)]),
    }
)


def fates(days: tuple[Replayed, ...]) -> list[dict[str, Fate]]:
    return [dict(day.fates) for day in days]


@settings(max_examples=25)
@given(pasts(), readers(), WISHES)
def test_with_nothing_changed_every_paper_keeps_its_fate(
    past: Past, reader: Profile, wishes: dict[str, object]
) -> None:
    reader = replace(reader, **wishes)  # type: ignore[arg-type]
    days = made(past, reader)
    assert fates(replay(learned(days.recorded(reader)), reader)) == days.fates


@settings(max_examples=40)
@given(pasts(), readers(), readers(), WISHES, st.booleans())
def test_other_cutoffs_places_topics_and_limits_decide_as_the_digests_would_have(
    past: Past, before: Profile, after: Profile, wishes: dict[str, object], fewer_types: bool
) -> None:
    before, after = (replace(one, **wishes) for one in (before, after))  # type: ignore[arg-type]
    if fewer_types:
        after = replace(after, announce_types=(AnnounceType.NEW,))
    days = made(past, before)
    # What nobody bought then cannot be known now, and what failed then fails again.
    again = replace(past, listings=days.listings, verdicts=days.bought, failing=days.failed)
    expected = made(again, after, bring_late=False)
    replayed = replay(learned(days.recorded(before)), after)
    assert fates(replayed) == expected.fates
    assert [list(day.shown) for day in replayed] == [
        [one.announcement.paper.arxiv_id for one in (*day.relevant, *day.hot)] for day in expected.selections
    ]
    assert [{one.arxiv_id for one in day.asked} for day in replayed] == [
        {one for one, fate in day.items() if fate not in (Fate.OTHER_TYPE, Fate.SEEN_BEFORE, Fate.LEFT_BY_SHORTLIST)}
        for day in expected.fates
    ]


def two_days(first: Announcement, second: Announcement) -> Past:
    """A paper that comes on two days."""
    listings = (listing(first), replace(listing(second), day=DAY + timedelta(days=1)))
    return Past(listings, {("2613.00001", 1): verdict(1, relevance=8)}, (), frozenset())


def test_a_paper_that_is_not_shown_on_its_first_day_may_come_on_a_later_one() -> None:
    days = made(two_days(announced(1), announced(1, AnnounceType.CROSS)), profile())
    assert days.shown == [{"2613.00001"}, set()]
    nothing = profile(announce_types=(AnnounceType.CROSS,))
    assert [list(day.shown) for day in replay(learned(days.recorded(profile())), nothing)] == [[], ["2613.00001"]]


def test_a_paper_that_comes_earlier_is_not_shown_again_later() -> None:
    only_cross = profile(announce_types=(AnnounceType.CROSS,))
    days = made(two_days(announced(1), announced(1, AnnounceType.CROSS)), only_cross)
    assert days.shown == [set(), {"2613.00001"}]
    replayed = replay(learned(days.recorded(only_cross)), profile())
    assert [list(day.shown) for day in replayed] == [["2613.00001"], []]
    assert replayed[1].fates == {"2613.00001": Fate.SEEN_BEFORE}


def test_what_an_earlier_digest_showed_before_all_these_days_stays_out() -> None:
    past = replace(two_days(announced(1), announced(1)), before=frozenset({"2613.00001"}))
    strict = profile(cutoffs=Cutoffs(relevance=9))
    days = made(past, strict)
    assert [list(day.shown) for day in replay(learned(days.recorded(strict)), profile())] == [[], []]


def test_another_version_than_the_judged_one_is_not_known() -> None:
    days = made(two_days(announced(1), announced(1, version=2)), profile())
    strict = profile(cutoffs=Cutoffs(relevance=9))
    _, second = replay(learned(days.recorded(profile())), strict)
    assert [one.arxiv_id for one in second.unknown] == ["2613.00001"]
    assert second.fates == {"2613.00001": Fate.FAILED}
