"""The verbs that give account: month, cost, status, history."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.commands.days import coming, newest, say, today_of
from bot.commands.people import name_of
from bot.commands.reading import best_of
from bot.commands.table import Ask
from bot.commands.words import last_of, nothing_more, wrong
from bot.commands.words import month as month_in
from bot.domain.conversation import Reply
from bot.domain.profile import Profile
from bot.domain.recorded import DayCounts
from bot.domain.verdict import Usage

MOST_MONTH, MOST_CHANGES, MOST_USAGES, MOST_TOPICS = 10, 10, 12, 15


def month(ask: Ask) -> Reply:
    """month [YYYY-MM] - a month at a glance: papers announced and shown, by topic, the best ten, and what it cost.

    Without a month: this one; last is the one before.
    Example: /papers month 2026-05
    """
    first = _month(ask, "month")
    library, last = ask.desk.library, last_of(first)
    counts = [one for one in library.counts(ask.profile, first, last) if one.receipt.announced]
    usage = library.usage(ask.profile, first, last)
    by_topic = _by_topic(counts, ask.profile)
    shown = sum(one.receipt.shown for one in counts)
    values = {
        "profile": ask.profile,
        "month": first,
        "days": counts,
        "announced": sum(one.receipt.announced for one in counts),
        "shown": shown,
        "hot": shown - sum(papers for _, papers in by_topic),
        "by_topic": by_topic[:MOST_TOPICS],
        "more_topics": len(by_topic[MOST_TOPICS:]),
        "best": best_of(list(library.shown(ask.profile, first, last)))[:MOST_MONTH],
        "cost": _total(usage),
    }
    return Reply("month", values, (say(ask, "The month before", f"month {_before(first):%Y-%m}"),))


def cost(ask: Ask) -> Reply:
    """cost [month] - what this profile's digests of a month took, by model and kind; a month is YYYY-MM or last.

    Example: /papers cost 2026-05
    """
    first = _month(ask, "cost")
    library, last = ask.desk.library, last_of(first)
    usage = sorted(library.usage(ask.profile, first, last), key=lambda one: (one.model, one.kind, one.batch))
    shown = sum(one.receipt.shown for one in library.counts(ask.profile, first, last))
    total = _total(usage)
    values = {
        "profile": ask.profile,
        "month": first,
        "usage": usage[:MOST_USAGES],
        "more": len(usage[MOST_USAGES:]),
        "total": total,
        "shown": shown,
        "per_paper": total / shown if shown and usage and total is not None else None,
        "free": ask.desk.usd_per_paper(ask.profile) == 0,
    }
    return Reply("cost", values, (say(ask, "The month before", f"cost {_before(first):%Y-%m}"),))


def status(ask: Ask) -> Reply:
    """status - how the last days stand, when the next digest comes, where digests go, and who judges.

    Example: /papers status
    """
    nothing_more(ask.words, "status")
    following, last = coming(ask), newest(ask)
    recorded = ask.desk.library.recorded(ask.profile, last.day) if last else ()
    values = {
        "profile": ask.profile,
        "days": list(ask.desk.statuses(ask.profile))[-5:],
        "coming": following,
        "outlets": _outlets(ask.desk.outlets(ask.profile)),
        "judged_by": recorded[-1].model if recorded else "",
        "usd_per_paper": ask.desk.usd_per_paper(ask.profile),
        "clock_set": ask.desk.clock.was_set,
        "now": ask.desk.clock.now(),
    }
    return Reply("status", values, (say(ask, "Resume", "resume"),) if following.paused else ())


def history(ask: Ask) -> Reply:
    """history - the last ten changes of this profile: when, by whom, what, and which were taken back.

    Example: /papers history
    """
    nothing_more(ask.words, "history")
    book = ask.desk.book
    changes = book.history(ask.profile.id, MOST_CHANGES)
    names = {user: name_of(user, ask.asker, ask.desk) for user in dict.fromkeys(one.user for one in changes)}
    values = {"profile": ask.profile, "changes": changes, "names": names}
    return Reply("history", values, (say(ask, "Undo the last one", "undo"),) if book.undoable(ask.profile.id) else ())


def _month(ask: Ask, name: str) -> date:
    """The month that was asked for. Raises CommandError."""
    today = today_of(ask)
    usage = f"{name} {today:%Y-%m}"
    if len(ask.words.split()) > 1:
        raise wrong(f"{name} takes one month, and nothing else", usage)
    return month_in(ask.words, today, usage)


def _before(first: date) -> date:
    """A day of the month before the one that begins on `first`."""
    return date.fromordinal(first.toordinal() - 1)


def _by_topic(counts: Sequence[DayCounts], profile: Profile) -> list[tuple[str, int]]:
    """Topic id and papers shown, in the profile's order; then those that it has no more, by number of papers."""
    sums: Counter[str] = Counter()
    for one in counts:
        sums.update(one.shown_by_topic)
    places = {topic.id: place for place, topic in enumerate(profile.topics)}
    return sorted(sums.items(), key=lambda one: (places.get(one[0], len(places)), -one[1], one[0]))


def _total(usage: Sequence[Usage]) -> Decimal | None:
    """US dollars; None if any price is unknown."""
    known = [one.cost_usd for one in usage if one.cost_usd is not None]
    return sum(known, Decimal(0)) if len(known) == len(usage) else None


def _outlets(names: Sequence[str]) -> list[str]:
    """Where digests go. Nobody is told another's mail address."""
    mailboxes = sum("@" in name for name in names)
    told = [name for name in names if "@" not in name]
    if mailboxes:
        told.append("1 mailbox" if mailboxes == 1 else f"{mailboxes} mailboxes")
    return told
