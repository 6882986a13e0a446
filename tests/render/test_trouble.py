"""What the operator reads: every trouble, few words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.characters import one_line
from bot.domain.runs import Trouble
from bot.render.trouble import MOST_CAUSES, over_message, trouble_message

NOON = datetime(2026, 5, 8, 12, tzinfo=UTC)
DAY = date(2026, 5, 6)
DOWN = "arXiv cannot be reached. Check the network"


def trouble(profile: str = "group", day: date = DAY, since: datetime = NOON, why: str = DOWN) -> Trouble:
    return Trouble(profile, day, since, why)


def test_one_trouble_says_what_is_wrong_since_when_and_what_to_do() -> None:
    told = trouble_message([trouble(since=NOON - timedelta(hours=3))], NOON, "box")
    assert told.subject == "Broadsheet needs you: trouble with the digest for group (2026-05-06)"
    assert told.text.splitlines()[0] == "Broadsheet on box, Friday 8 May 2026, 12:00 UTC."
    assert f"\nWhat is wrong: {DOWN}.\n- Since Friday 8 May 2026, 09:00 UTC.\n- Profile group.\n" in told.text
    assert "- Announcement day 2026-05-06.\n" in told.text
    assert "broadsheet check" in told.text


def test_a_hundred_profiles_with_one_cause_are_one_paragraph() -> None:
    many = [trouble(f"p{number:03}", DAY + timedelta(days=number % 2)) for number in range(100)]
    told = trouble_message(many, NOON, "box")
    assert told.subject == "Broadsheet needs you: trouble with digests for 100 profiles (2026-05-06 to 2026-05-07)"
    assert told.text.count(DOWN) == 1
    assert "- 100 profiles: p000, p001," in told.text
    assert "p009 and 90 more.\n" in told.text
    assert "- 2 announcement days: 2026-05-06, 2026-05-07.\n" in told.text
    assert len(told.text) < 1500


def test_the_cause_that_began_first_comes_first_and_tells_its_own_beginning() -> None:
    told = trouble_message(
        [trouble(why="slack is down"), trouble("a"), trouble("b", since=NOON - timedelta(days=1))], NOON, "box"
    ).text
    assert told.index(DOWN) < told.index("slack is down")
    assert "Since Thursday 7 May 2026, 12:00 UTC.\n- 2 profiles: a, b." in told


def test_a_message_is_cut_to_a_readable_number_of_causes_and_says_so() -> None:
    told = trouble_message([trouble(why=f"cause {number}") for number in range(MOST_CAUSES + 3)], NOON, "box").text
    assert told.count("- Since ") == MOST_CAUSES
    assert "And 3 other causes:" in told


def test_what_is_over_is_told_as_over() -> None:
    told = over_message([trouble()], NOON, "box")
    assert told.subject == "Broadsheet: trouble is over for group (2026-05-06)"
    assert f"You were told: {DOWN}.\n" in told.text
    assert "nothing left to do" in told.text


@given(st.lists(st.builds(trouble, st.sampled_from("abcdef"), st.dates(), st.just(NOON), st.text()), min_size=1))
def test_any_words_give_a_subject_of_one_line_and_a_paragraph_for_every_cause(troubles: list[Trouble]) -> None:
    for message in (trouble_message, over_message):
        told = message(troubles, NOON, "box")
        assert len(told.subject.splitlines()) == 1
        causes = {one_line(one.why) for one in troubles}
        assert told.text.count("\n- Since ") == min(len(causes), MOST_CAUSES)
        assert "\x1b" not in told.text


@pytest.mark.parametrize("why", ["refused\n\n- Since for ever", "x\r\nBcc: eve@example.org"])
def test_a_service_s_words_cannot_look_like_ours(why: str) -> None:
    told = trouble_message([trouble(why=why)], NOON, "box")
    assert sum(line.startswith("- Since") for line in told.text.splitlines()) == 1
    assert "\nBcc" not in told.text
