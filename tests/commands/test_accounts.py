"""month, cost, status and history."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.commands import answer
from bot.desk import Desk
from bot.domain.change import Proposal
from bot.domain.conversation import Reply
from bot.domain.profile import Cutoffs
from bot.domain.runs import DayStatus, RunState
from bot.domain.verdict import HotTag, Usage
from bot.render.replies import reply_message, reply_text
from tests.examples import DAY, announced, digest, profile, verdict
from tests.fakes.desk import TERMINAL, memory_desk

BOUGHT = Usage("claude-haiku-5-5", "judge", 120_000, 90_000, 8_000, Decimal("0.25"))
OVERVIEW = Usage("claude-haiku-5-5", "overview", 2_000, 0, 300, Decimal("0.05"))
UNKNOWN = Usage("brand-new", "judge", 10, 0, 10, None)


def told(reply: Reply) -> str:
    return " ".join(reply_text(reply).split())


def ask(text: str, desk: Desk) -> str:
    return told(answer(text, TERMINAL, desk))


def test_a_month_is_told_by_days_topics_best_papers_and_cost() -> None:
    desk = memory_desk(profile(), digests=[digest(usage=(BOUGHT, OVERVIEW))])
    said = ask("month", desk)
    assert "May 2026 · The group" in said
    assert "1 digest: 2 papers shown of 2 announced · $0.30" in said
    assert "Sparse routing: 2" in said
    assert "1. On Finding Number 1" in said
    assert "There is no digest of that month" in ask("month 2026-04", desk)
    assert ask("month last", desk) == ask("month 2026-04", desk)


@pytest.mark.parametrize("text", ["month may", "month 2026-05 2026-04", "cost 2027-01", "status all", "history 5"])
def test_wrong_words_bring_an_example(text: str) -> None:
    assert f"For example: /papers {text.split(maxsplit=1)[0]}" in ask(text, memory_desk(profile()))


def test_cost_is_told_by_model_and_kind_and_for_each_paper_shown() -> None:
    said = ask("cost", memory_desk(profile(), digests=[digest(usage=(BOUGHT, OVERVIEW))]))
    assert "$0.30, $0.15 for each of 2 papers shown" in said
    assert "claude-haiku-5-5, judge: 120,000 tokens in (90,000 cached), 8,000 out · $0.25" in said


def test_an_unknown_price_makes_the_sum_unknown_and_never_smaller() -> None:
    said = ask("cost", memory_desk(profile(), digests=[digest(usage=(BOUGHT, UNKNOWN))]))
    assert "of unknown cost, in part" in said
    assert "$0.12" not in said


def test_nothing_bought_is_told_with_its_reason() -> None:
    said = ask("cost", memory_desk(profile(), digests=[digest()], usd_per_paper=lambda _: Decimal(0)))
    assert "Nothing was bought. There is no key" in said
    assert "for each" not in said


def test_status_names_days_outlets_and_judge_but_no_mail_address() -> None:
    days = (DayStatus(date(2026, 5, 5), RunState.COMPLETE), DayStatus(DAY, RunState.FAILED, "arXiv said 503"))
    names = ("site", "slack:C0GROUP", "mail:ada@example.org", "mail:bo@example.org")
    said = ask("status", memory_desk(profile(), digests=[digest()], statuses=lambda _: days, outlets=lambda _: names))
    assert "Wed 6 May 2026: failed – arXiv said 503" in said
    assert "site, slack:C0GROUP, 2 mailboxes" in said
    assert "@" not in said
    assert "Judge: claude-haiku-5-5, about $0.0010 a paper" in said


def test_history_tells_who_changed_what_and_what_was_taken_back() -> None:
    desk = memory_desk(profile())
    assert "Nobody has changed" in ask("history", desk)
    before = profile()
    after = replace(before, cutoffs=Cutoffs(relevance=7))
    for change in (
        Proposal("group", "U0ADA", "relevance cutoff 8 → 7", before, after),
        Proposal("group", "U0BO", "took back: relevance cutoff 8 → 7", after, before, undoes=1),
    ):
        desk.book.settle(desk.book.propose(change), change.user, apply=True)
    said = ask("history", desk)
    assert "12:00 EDT, U0ADA: relevance cutoff 8 → 7 – taken back" in said
    assert said.index("U0BO") < said.index("U0ADA")


def test_a_name_in_the_history_mentions_nobody() -> None:
    desk = memory_desk(profile())
    change = Proposal("group", "<@U0ADA>", "<!channel> *now*", profile(), profile(name="New"))
    desk.book.settle(desk.book.propose(change), "<@U0ADA>", apply=True)
    sent = json.dumps(reply_message(answer("history", TERMINAL, desk)).blocks)
    assert "<!channel>" not in sent
    assert "<@U0ADA>" not in sent


def test_what_a_month_counts_by_topic_and_under_hot_is_all_that_was_shown() -> None:
    hot = verdict(2, relevance=6, hot_tags=(HotTag.DAILY_HOT,))
    said = ask("month", memory_desk(profile(), digests=[digest((announced(1), announced(2)), (verdict(1), hot))]))
    assert "2 papers shown of 2 announced" in said
    assert "- Sparse routing: 1 - Hot, although below the cutoffs: 1" in said


def test_papers_shown_under_no_topic_are_counted_too() -> None:
    odd = digest((announced(1),), (verdict(1, primary_topic=None),))
    assert "Other papers above the cutoffs: 1" in ask("month", memory_desk(profile(), digests=[odd]))
