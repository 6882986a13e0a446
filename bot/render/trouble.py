"""What the one who runs the bot is told: of trouble, all new ones in one message, and when it is over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from bot.domain.characters import clean, one_line
from bot.domain.runs import Trouble
from bot.render.environment import render

MOST_CAUSES = 12  # a message is read on a telephone


@dataclass(frozen=True)
class OperatorMessage:
    """Plain text; the subject is one line."""

    subject: str
    text: str


@dataclass(frozen=True)
class Cause:
    """Troubles that have the same reason. since: when the first of them began."""

    why: str
    since: datetime
    profiles: tuple[str, ...]
    days: tuple[date, ...]


def trouble_message(troubles: Sequence[Trouble], now: datetime, host: str) -> OperatorMessage:
    """One message for all of them. now: timezone-aware. host: the machine that the bot runs on."""
    return _message("trouble", troubles, now, host)


def over_message(troubles: Sequence[Trouble], now: datetime, host: str) -> OperatorMessage:
    """That these, of which the operator was told, are over."""
    return _message("trouble_over", troubles, now, host)


def given_up_message(troubles: Sequence[Trouble], now: datetime, host: str) -> OperatorMessage:
    """That these, of which the operator was told, are too old by now to be tried again by themselves."""
    return _message("trouble_given_up", troubles, now, host)


def _message(template: str, troubles: Sequence[Trouble], now: datetime, host: str) -> OperatorMessage:
    causes = _causes(troubles)
    values = {
        "causes": causes[:MOST_CAUSES],
        "more": len(causes[MOST_CAUSES:]),
        "profiles": sorted({one.profile_id for one in troubles}),
        "days": sorted({one.day for one in troubles}),
        "now": now,
        "host": one_line(host),
    }
    subject, _, text = clean(render(f"templates/text/{template}.txt.j2", **values)).partition("\n")
    return OperatorMessage(one_line(subject), text.strip() + "\n")


def _causes(troubles: Iterable[Trouble]) -> list[Cause]:
    """One for each reason; the one that began first comes first."""
    by_reason = sorted(troubles, key=lambda one: one_line(one.why))
    causes = []
    for why, group in groupby(by_reason, key=lambda one: one_line(one.why)):
        ones = list(group)
        profiles = sorted({one.profile_id for one in ones})
        days = sorted({one.day for one in ones})
        causes.append(Cause(why, min(one.since for one in ones), tuple(profiles), tuple(days)))
    return sorted(causes, key=lambda cause: (cause.since, cause.why))
