"""`broadsheet catch-up`: what it would take, and making it, with the real database and made-up arXiv days."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.database.engine import Database
from bot.adapters.database.ledger import DatabaseLedger, DatabaseRuns
from bot.adapters.database.store import DatabaseStore
from bot.catchup import catch_up, plan, usd_per_paper
from bot.domain.calendar import submission_window
from bot.domain.catch_up import Broken, Plan, Result, Terms, listed_days
from bot.domain.digest import Digest, Section
from bot.domain.listing import Listing
from bot.domain.outcome import Outcome
from bot.domain.paper import Announcement, Paper
from bot.domain.profile import Profile
from bot.domain.runs import RunState
from bot.domain.selection import Shortlisted
from bot.domain.verdict import Judging, Verdict
from bot.errors import DeliveryError, JudgeError, NotYetError, SourceError, Stopped, WrongDayError
from bot.ports import Overviews, Ports
from bot.render.catch_up import outcome_text, plan_text, result_text
from bot.render.document import document
from tests.examples import RUBRIC, announced, profile

NOW = datetime(2026, 3, 20, 16, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 9), date(2026, 3, 13)  # Monday to Friday
WEEK = tuple(FIRST + timedelta(days=number) for number in range(5))
FREE = Terms(delay_s=3, usd_per_paper=Decimal(0))
READER = profile()


class World:
    """arXiv, judge, clock, outlet and stop. troubles: what the attempts at a day raise. count: papers by submission."""

    was_set = False
    name, rewrites = "box:1", False

    def __init__(self) -> None:
        self.troubles: dict[date, list[BaseException]] = {}
        self.counted: list[tuple[datetime, datetime]] = []
        self.asked_for: list[date] = []
        self.bought: list[str] = []
        self.sent: list[Digest] = []
        self.unjudged: set[str] = set()
        self.stop_at: date | None = None
        self.stop_after: int | None = None

    def now(self) -> datetime:
        """A fixed time."""
        return NOW

    def announced(self, day: date, categories: Sequence[str]) -> Listing:
        """One paper a day, of the day's number."""
        self.asked_for.append(day)
        if self.troubles.get(day):
            raise self.troubles[day].pop(0)
        return Listing(day, (announced(day.toordinal() % 100_000),), entries_seen=1, arxiv_says=1)

    def pick(self, fresh: Sequence[Announcement], profile: Profile) -> Shortlisted:
        """All of them."""
        return Shortlisted(tuple(fresh))

    def verdicts(self, papers: Sequence[Paper], profile: Profile, day: date) -> Judging:
        """All are good, except those that cannot be judged."""
        self.bought += (paper.arxiv_id for paper in papers)
        known = [paper for paper in papers if paper.arxiv_id not in self.unjudged]
        good = {one.arxiv_id: Verdict(one.arxiv_id, one.version, 9, 9, "Good.", "routing") for one in known}
        return Judging("claude-haiku-5-5", RUBRIC, good, dict.fromkeys(self.unjudged, "no answer"))

    def overviews(self, sections: Sequence[Section], profile: Profile, day: date) -> Overviews:
        """None."""
        return Overviews()

    def count(self, begin: datetime, end: datetime, categories: Sequence[str]) -> int:
        """A hundred papers a day that has a listing."""
        self.counted.append((begin, end))
        every = listed_days(date(2024, 1, 1), NOW.date())
        return 100 * sum(begin <= submission_window(day).begin < end for day in every)

    def week(self, categories: Sequence[str]) -> dict[date, object]:
        """Not asked."""
        raise NotImplementedError

    papers = submitted = week

    def send(self, digest: Digest) -> str:
        """Keep it."""
        if digest.day in self.troubles:
            raise DeliveryError("the box is shut")
        self.sent.append(digest)
        return "in the box"

    def check(self) -> str:
        """Well."""
        return "well"

    def asked(self) -> bool:
        """Asked to stop once that day was asked for, or so many digests were sent."""
        return self.stop_at in self.asked_for or len(self.sent) == self.stop_after


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def bot(world: World, tmp_path: Path) -> Iterator[Ports]:
    database = Database(f"sqlite:///{tmp_path}/broadsheet.db")
    yield Ports(
        source=world,
        shortlist=world,
        judge=world,
        store=DatabaseStore(database, world, document),
        runs=DatabaseRuns(database, world),
        ledger=DatabaseLedger(database, world),
        outlets=lambda _: (world,),
        clock=world,
        stop=world,
    )
    database.close()


def planned(bot: Ports, world: World, first: date = FIRST, last: date = LAST, reader: Profile = READER) -> Plan:
    return plan(reader, first, last, bot, world, terms=FREE)  # type: ignore[arg-type]


def run(bot: Ports, world: World, told: list[Outcome] | None = None) -> Result:
    heard = [] if told is None else told
    return catch_up(planned(bot, world), bot, heard.append)


def test_what_is_missing_is_made_oldest_first_and_says_that_it_is_a_catch_up(bot: Ports, world: World) -> None:
    told: list[Outcome] = []
    result = run(bot, world, told)
    assert [outcome.day for outcome in result.outcomes] == list(WEEK) == world.asked_for
    assert {(outcome.state, outcome.announced, outcome.shown) for outcome in told} == {(RunState.COMPLETE, 1, 1)}
    assert all(digest.catch_up for digest in world.sent)
    assert result.done
    assert result.outcomes == tuple(told)


def test_a_second_catch_up_makes_nothing_and_asks_arxiv_nothing(bot: Ports, world: World) -> None:
    run(bot, world)
    world.counted.clear()
    again = planned(bot, world)
    assert (again.days, again.made, again.papers, again.requests) == ((), 5, 0, 0)
    assert world.counted == []
    assert "Nothing is left to make: 5 announcement days are made already." in plan_text(again)


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (SourceError("arXiv is down"), RunState.FAILED),
        (JudgeError("no credit", permanent=True), RunState.FAILED),
        (NotYetError("not there yet"), RunState.WAITING),
    ],
)
def test_a_day_that_fails_does_not_hold_up_the_others_and_is_made_by_the_next_catch_up(
    bot: Ports, world: World, trouble: Exception, state: RunState
) -> None:
    world.troubles[WEEK[1]] = [trouble]
    result = run(bot, world)
    assert [outcome.state for outcome in result.outcomes].count(RunState.COMPLETE) == 4
    assert (result.outcomes[1].state, result.outcomes[1].why) == (state, str(trouble))
    assert not result.done
    del world.troubles[WEEK[1]]
    assert planned(bot, world).days == (WEEK[1],)
    assert run(bot, world).done
    assert len(world.sent) == 5


def test_while_another_process_makes_a_digest_of_the_profile_nothing_is_made_and_it_says_so(
    bot: Ports, world: World
) -> None:
    with bot.runs.attempt(READER, WEEK[2]):
        result = run(bot, world)
    assert [outcome.state for outcome in result.outcomes] == [RunState.RUNNING]
    assert (result.broken, result.left) == (Broken.BUSY, WEEK[1:])
    assert "at work" in result_text(result)


def test_too_many_failures_in_a_row_end_it(bot: Ports, world: World) -> None:
    for day in WEEK[1:4]:
        world.troubles[day] = [JudgeError("the key is refused", permanent=True)]
    result = run(bot, world)
    assert result.broken is Broken.FAILING
    assert result.left == (WEEK[4],)
    assert world.asked_for == list(WEEK[:4])
    assert "Broken off" in result_text(result)


def test_failures_that_are_not_in_a_row_do_not(bot: Ports, world: World) -> None:
    for day in (WEEK[0], WEEK[1], WEEK[3], WEEK[4]):
        world.troubles[day] = [SourceError("down")]
    result = run(bot, world)
    assert (result.broken, result.left, len(result.outcomes)) == (None, (), 5)


@pytest.mark.parametrize("when", ["between two days", "while a day is made", "before a delivery"])
def test_a_catch_up_that_is_stopped_goes_on_where_it_was(bot: Ports, world: World, when: str) -> None:
    if when == "between two days":
        world.stop_after = 2
    elif when == "before a delivery":
        world.stop_at = WEEK[1]
    else:
        world.troubles[WEEK[2]] = [Stopped()]
    told: list[Outcome] = []
    result = run(bot, world, told)
    world.stop_at = world.stop_after = None
    world.troubles.clear()
    assert result.broken is Broken.STOPPED
    assert len(told) == len(result.outcomes) >= 1
    assert result.left == WEEK[len(told) :]
    assert len(world.asked_for) == len(told) + (when != "between two days")
    assert run(bot, world).done
    assert sorted(digest.day for digest in world.sent) == list(WEEK)


def test_a_day_with_papers_that_could_not_be_judged_is_tried_again_by_the_next_catch_up(
    bot: Ports, world: World
) -> None:
    world.unjudged = {f"2613.{WEEK[4].toordinal() % 100_000:05d}"}
    result = run(bot, world)
    assert (result.outcomes[4].state, result.done) == (RunState.PARTIAL, False)
    world.unjudged = set()
    assert planned(bot, world).days == (WEEK[4],)
    assert run(bot, world).done


def test_an_outlet_that_lacks_a_digest_is_named(bot: Ports, world: World) -> None:
    world.troubles[WEEK[0]] = []
    result = run(bot, world)
    assert result.outcomes[0].undelivered == ("box:1",)
    assert not result.done
    assert outcome_text(result.outcomes[0]).endswith("1 of 1 papers shown; not delivered to box:1")


def test_the_papers_of_a_range_come_from_one_question_to_arxiv(bot: Ports, world: World) -> None:
    year = planned(bot, world, date(2025, 3, 13), date(2026, 3, 12))
    assert len(world.counted) == 1
    assert (len(year.days), year.made) == (len(listed_days(date(2025, 3, 13), date(2026, 3, 12))), 0)
    assert year.papers == 100 * len(year.days)
    assert year.requests == len(year.days) + -(-year.papers // 500)
    assert year.minutes == -(-year.requests * 3 // 60)
    assert not year.holidays_known


def test_days_that_are_made_already_are_not_counted_again(bot: Ports, world: World) -> None:
    run(bot, world)
    wider = planned(bot, world, date(2026, 3, 5), date(2026, 3, 17))
    assert [day.day for day in wider.days] == [5, 6, 16, 17]
    assert (wider.made, wider.papers) == (5, 400)


def test_the_cost_is_bounded_by_the_shortlist(bot: Ports, world: World) -> None:
    made = planned(bot, world, reader=replace(READER, shortlist_limit=30))
    priced = replace(made, terms=Terms(3, Decimal("0.002")))
    assert (made.papers, made.judged, made.cost_usd) == (500, 150, Decimal(0))
    assert priced.cost_usd == Decimal("0.3")
    assert replace(made, terms=Terms(3, None)).cost_usd is None


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (LAST, FIRST, "is no range"),
        (FIRST, date(2026, 3, 21), "2026-03-21 is still to come: arXiv's day is 2026-03-20"),
        (date(1990, 1, 1), LAST, "no arXiv in 1990"),
    ],
)
def test_a_range_that_cannot_be_is_refused(bot: Ports, world: World, first: date, last: date, told: str) -> None:
    with pytest.raises(WrongDayError, match=told) as caught:
        planned(bot, world, first, last)
    assert caught.value.permanent
    assert world.counted == []


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(0, 400))
def test_listed_days_are_working_days_in_order_and_never_a_known_holiday(first: date, length: int) -> None:
    days = listed_days(first, first + timedelta(days=length))
    assert list(days) == sorted(set(days))
    assert all(day.isoweekday() <= 5 and first <= day <= first + timedelta(days=length) for day in days)
    assert date(2026, 11, 27) not in days


def test_a_price_per_paper_counts_the_rubric_once_a_call_and_an_unknown_one_stays_unknown() -> None:
    def price(asked: int, answered: int) -> Decimal:
        return Decimal(asked) / 1_000_000 + Decimal(answered) / 200_000

    few, many = (usd_per_paper(READER, papers, price) for papers in (1, 12))
    assert few
    assert many
    assert few > many > Decimal("0.0012")
    assert usd_per_paper(READER, 12, lambda asked, answered: None) is None


def test_the_plan_in_words(bot: Ports, world: World) -> None:
    made = replace(planned(bot, world), terms=Terms(3, Decimal("0.002")))
    assert plan_text(made).splitlines() == [
        "The group, Mon 9 March 2026 to Fri 13 March 2026",
        "        5  announcement days to make, oldest first",
        "      500  papers, about, of which all go to the judge",
        "        6  requests to arXiv, about, 3 seconds apart: at least 1 minute",
        "    $1.00  for the judge, at most, about; verdicts that exist are used again",
        "Days that arXiv's pages no longer show are put together from submission dates, and their digests say so.",
    ]
    assert "unknown  cost: the judge's model has no price" in plan_text(replace(made, terms=Terms(3, None)))
    assert "$0.00  for the judge, which works offline" in plan_text(replace(made, terms=FREE))
    assert "1  announcement day to make; 4 made already" in plan_text(replace(made, days=WEEK[:1], made=4))
    assert "holidays are not known" in plan_text(replace(made, first=date(2025, 3, 9)))


def test_the_result_in_words() -> None:
    fine, bad = (
        Outcome(FIRST, RunState.COMPLETE, 906, 35),
        Outcome(LAST, RunState.FAILED, why="arXiv is\ndown \x1b[31m"),
    )
    assert outcome_text(fine) == "Mon 9 March 2026       complete  35 of 906 papers shown"
    assert outcome_text(bad) == "Fri 13 March 2026      failed    arXiv is down [31m"
    assert result_text(Result((fine,))) == "1 day tried: 1 complete."
    assert result_text(Result((fine, fine, bad))).splitlines() == [
        "3 days tried: 2 complete, 1 failed.",
        "Run it again to try what is not complete.",
    ]
    assert "with 2 days left. Run it again" in result_text(Result((fine,), WEEK[3:], Broken.STOPPED))
    assert result_text(Result((), WEEK, Broken.STOPPED)).startswith("0 days tried.")
