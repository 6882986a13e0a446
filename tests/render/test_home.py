"""The Home tab: how a profile stands, for whoever looks, and buttons for whoever may."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.standins.slack_limits import texts
from bot.domain.message import SlackView
from bot.domain.profile import Pause
from bot.domain.receipt import Receipt
from bot.domain.recorded import DayCounts
from bot.domain.runs import DayStatus, RunState
from bot.domain.topic import Topic
from bot.domain.verdict import Usage
from bot.render.home import Home, home_view, welcome_view
from tests import examples
from tests.render.nasty import NASTY, slowly
from tests.render.slack_json import check_view

READING = {
    "Newest digest": "group today",
    "This month": "group month",
    "Changes so far": "group history",
    "All commands": "group help",
}
YESTERDAY = examples.DAY - timedelta(days=1)
OTHER = examples.profile(id="other", name="The others")
HOME = Home(
    examples.profile(),
    (examples.profile(),),
    (DayStatus(YESTERDAY, RunState.COMPLETE), DayStatus(examples.DAY, RunState.FAILED, "arXiv did not answer")),
    (DayCounts(YESTERDAY, "complete", Receipt(shown=3, below_cutoff=350), {}),),
    (Usage("claude-haiku-5-5", "judge", 1000, 0, 10, Decimal("1.23")),),
    examples.NOON,
)


def words(view: SlackView) -> str:
    return " ".join(texts(list(view.blocks)))


def pressed(view: SlackView) -> dict[str, str]:
    """Label -> value of every button."""
    rows: list[Any] = [block["elements"] for block in view.blocks if block["type"] == "actions"]
    return {one["text"]["text"]: one["value"] for row in rows for one in row if one["type"] == "button"}


def menus(view: SlackView) -> list[Any]:
    rows: list[Any] = [block["elements"] for block in view.blocks if block["type"] == "actions"]
    return [one for row in rows for one in row if one["type"] == "static_select"]


def test_home_shows_settings_days_with_their_receipts_cost_and_the_next_digest() -> None:
    made = home_view(replace(HOME, profile=examples.profile(follows=("Ada Quill",), muted_words=("survey",))))
    for said in (
        "The group",
        "Reads cs.LG cs.AI",
        "at most 40 papers of relevance 8 and novelty 8",
        "Sparse routing · Agent memory",
        "Ada Quill",
        "“survey”",
        "08:30 America/New_York, daily",
        "353 announced = 3 shown",
        "failed – arXiv did not answer",
        "$1.23",
        "The digest of Wed 6 May 2026 was due at Wednesday 6 May 2026, 08:30 EDT and is not there yet",
    ):
        assert said in words(made)


def test_the_next_digest_comes_when_arxiv_announces_again_not_when_the_time_comes() -> None:
    """On Saturday and Sunday arXiv announces nothing."""
    friday = datetime(2026, 5, 8, 16, tzinfo=UTC)
    made = home_view(replace(HOME, statuses=(DayStatus(friday.date(), RunState.COMPLETE),), now=friday))
    assert "Next digest: Monday 11 May 2026, 08:30 EDT" in words(made)


def test_what_became_of_a_day_is_told_once() -> None:
    assert words(home_view(HOME)).count("arXiv did not answer") == 1


def test_home_carries_the_profile_that_it_shows() -> None:
    assert home_view(HOME).private == "group"


def test_the_newest_day_stands_first() -> None:
    text = words(home_view(HOME))
    assert text.index("Wed 6 May 2026") < text.index("Tue 5 May 2026")


def test_the_common_changes_are_buttons() -> None:
    assert pressed(home_view(HOME)) == READING | {
        "Edit topics": "group",
        "Change cutoffs": "group",
        "Pause": "group pause",
        "Make today's digest": "group run today",
        "Undo the last change": "group undo",
    }


@pytest.mark.parametrize(
    ("until", "said"), [(None, "until somebody resumes"), (date(2026, 5, 20), "Wednesday 20 May 2026")]
)
def test_a_paused_profile_says_until_when_and_offers_to_resume(until: date | None, said: str) -> None:
    made = home_view(replace(HOME, profile=examples.profile(pauses=(Pause(date(2026, 5, 1), until),))))
    assert said in words(made)
    assert ("Next digest: Wednesday 20 May 2026" if until else "no digest is made") in words(made)
    assert pressed(made)["Resume"] == "group resume"
    assert "Pause" not in pressed(made)


def test_a_pause_that_is_over_is_none() -> None:
    made = home_view(replace(HOME, profile=examples.profile(pauses=(Pause(date(2026, 5, 1), examples.DAY),))))
    assert "Paused" not in words(made)


def test_whoever_may_not_change_it_sees_why_and_can_read() -> None:
    made = home_view(replace(HOME, why_not="Guests may not change a profile"))
    assert pressed(made) == READING
    assert "Guests may not change a profile" in words(made)


def test_there_is_a_menu_of_profiles_only_if_there_is_a_choice() -> None:
    assert menus(home_view(HOME)) == []
    [menu] = menus(home_view(replace(HOME, profiles=(OTHER, HOME.profile))))
    assert menu["action_id"] == "profile"
    assert menu["initial_option"]["value"] == "group"
    assert [option["value"] for option in menu["options"]] == ["group", "other"]


@pytest.mark.parametrize(
    ("usage", "said"),
    [
        ((), "nothing was bought"),
        ((Usage("m", "judge", 1, 0, 1, None),), "unknown"),
        ((*HOME.usage, Usage("m", "judge", 1, 0, 1, None)), "$1.23 and what is of unknown price"),
        ((Usage("m", "judge", 1, 0, 1, Decimal(0)),), "$0.00"),
    ],
)
def test_a_price_that_nobody_knows_is_not_shown_as_zero(usage: tuple[Usage, ...], said: str) -> None:
    assert said in words(home_view(replace(HOME, usage=usage)))


def test_somebody_without_a_profile_is_told_what_to_type() -> None:
    check_view(welcome_view())
    check_view(welcome_view("The database does not answer"))
    assert "/papers" in words(welcome_view())
    assert "The database does not answer" in words(welcome_view("The database does not answer"))


@st.composite
def homes(draw: st.DrawFn) -> Home:
    """Nasty words and large numbers wherever they can stand."""
    nasty = NASTY.map(lambda text: text.strip() or "x")
    topics = tuple(Topic(f"t{number}", draw(nasty), "keep") for number in range(draw(st.integers(1, 40))))
    lists = st.lists(nasty.map(lambda text: f"{text} word"), max_size=30).map(tuple)
    shown = examples.profile(name=draw(nasty), topics=topics, follows=draw(lists), muted_words=draw(lists))
    others = [replace(OTHER, id=f"p{number}", name=draw(nasty)) for number in range(draw(st.sampled_from([0, 1, 150])))]
    days = [YESTERDAY - timedelta(days=number) for number in range(draw(st.integers(0, 30)))]
    statuses = tuple(DayStatus(day, draw(st.sampled_from(RunState)), draw(NASTY)) for day in days)
    counts = tuple(DayCounts(day, "complete", Receipt(*[10**9] * 7), {}) for day in days)
    return Home(shown, others, statuses, counts, HOME.usage, HOME.now, draw(st.just("") | NASTY))


@slowly
@given(homes())
def test_slack_takes_every_home_tab(home: Home) -> None:
    check_view(home_view(home))
    assert not re.search("<[!@#]", words(home_view(home))), "nobody is pinged"
    check_view(welcome_view(home.why_not))
