"""How the effect of a change is told."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.conversation import Reply
from bot.domain.effect import DayEffect, Effect, Moved
from bot.render.replies import reply_message, reply_text
from tests.examples import DAY, profile

EVE = DAY - timedelta(days=1)
EFFECT = Effect((DayEffect(EVE, 2, 3), DayEffect(DAY, 1, 1)), cost_then=Decimal("0.2"), cost_now=Decimal("0.2"))


def proposal(told: Effect) -> Reply:
    return Reply("proposal", {"profile": profile(), "differences": (), "effect": told, "no_effect": ""})


def shown(told: Effect) -> str:
    """As a terminal shows it, in one line."""
    return " ".join(reply_text(proposal(told)).split())


def moved(count: int, title: str, why: str = "over the cap") -> tuple[Moved, ...]:
    return tuple(Moved(DAY, f"2613.{number:05d}", title, why) for number in range(1, count + 1))


def test_the_days_stand_in_one_line_and_what_changed_is_marked() -> None:
    text = shown(EFFECT)
    assert "1.5 papers a day as it is, 2.0 with the change, over the last 2 announcement days" in text
    assert "5 May: 2 → 3 · 6 May: 1" in text
    assert "The papers shown would have been the same." in text


def test_five_titles_each_are_shown_and_the_rest_is_counted() -> None:
    text = shown(replace(EFFECT, come=moved(1, title=""), go=moved(12, title="$\\alpha$ decay")))
    assert "Would come: 1 paper - 2613.00001 (https://arxiv.org/abs/2613.00001) – over the cap (6 May)" in text
    assert "Would go: 12 papers" in text
    assert text.count("α decay") == 5
    assert "and 7 more" in text


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        (None, None, "What judging costs a day is not known."),
        (Decimal(0), Decimal(0), "Judging costs nothing, with the change as without."),
        (Decimal("0.2"), Decimal("0.2"), "Judging costs about $0.20 a day, with the change as without."),
        (Decimal("0.2"), Decimal("0.1"), "Judging costs about $0.20 a day as it is; with the change: $0.10."),
        (Decimal("0.2"), None, "Judging costs about $0.20 a day as it is; with the change: unknown."),
    ],
)
def test_what_it_costs_is_said_in_words(then: Decimal | None, now: Decimal | None, said: str) -> None:
    assert said in shown(replace(EFFECT, cost_then=then, cost_now=now))


def test_an_estimate_and_what_could_not_be_reckoned_with_are_said() -> None:
    text = shown(replace(EFFECT, estimate="This is an estimate.", remarks=("One thing.", "Another.")))
    assert "This is an estimate." in text
    assert "One thing. Another." in text
    assert "papers a day" not in shown(Effect((), remarks=("There is no digest yet.",)))


def test_the_worst_titles_fit_one_message_and_mention_nobody() -> None:
    worst = moved(1000, title="<!channel> <@U0ADA> " * 100, why="<!here> " * 100)
    days = tuple(DayEffect(DAY - timedelta(days=back), 1000, 999) for back in range(14))
    told = Effect(days, worst, worst, None, None, "An estimate. " * 50, ("A remark. " * 50,) * 10)
    message = reply_message(proposal(told))
    assert len(message.blocks) <= 50
    assert "and 995 more" in shown(told)
    assert "<!" not in str(message.blocks)
    assert "<@" not in str(message.blocks)
