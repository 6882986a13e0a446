"""threshold and cap: what a paper needs to be shown, and how many may be."""

import re
from dataclasses import replace

from bot.commands.proposing import Draft, changed, propose
from bot.commands.table import Ask
from bot.commands.values import values
from bot.commands.words import quoted, whole_number, wrong
from bot.domain.conversation import Reply

AXES = ("relevance", "novelty")


def threshold(ask: Ask) -> Reply:
    """threshold relevance|novelty N - the lowest score, from 1 to 10, that a paper needs to be shown.

    You see what the last 14 days would have looked like before anything changes.
    Example: /papers threshold relevance 7
    """
    if not ask.words:
        return values("threshold", ask)
    cutoffs = ask.profile.cutoffs
    axis, *rest = re.sub("[:=]", " ", ask.words).split() or [ask.words]
    meant = [one for one in AXES if one.startswith(axis.lower())]
    if len(meant) != 1:
        raise wrong(f"There are two cutoffs, relevance and novelty, and {quoted(axis)} is neither", _example(ask))
    which, now = meant[0], getattr(cutoffs, meant[0])
    if not rest:
        raise wrong(f"The {which} cutoff is {now}. To change it, give a number from 1 to 10", _example(ask, which))
    number = whole_number(" ".join(rest), f"the {which} cutoff", 1, 10, _example(ask, which))
    if number == now:
        raise wrong(f"The {which} cutoff is {now} already", _example(ask, which))
    after = changed(ask.profile, _example(ask), cutoffs=replace(cutoffs, **{which: number}))
    return propose(Draft(ask.profile, after), ask.asker, ask.desk)


def cap(ask: Ask) -> Reply:
    """cap N - the most papers in the topic sections of one digest, from 0 to 1000.

    Papers of authors whom you follow do not count.
    Example: /papers cap 25
    """
    if not ask.words:
        return values("cap", ask)
    now = ask.profile.cutoffs.cap
    example = f"cap {25 if now != 25 else 40}"
    number = whole_number(ask.words, "the cap", 0, 1000, example)
    if number == now:
        raise wrong(f"The cap is {now} already", example)
    after = changed(ask.profile, example, cutoffs=replace(ask.profile.cutoffs, cap=number))
    return propose(Draft(ask.profile, after), ask.asker, ask.desk)


def _example(ask: Ask, which: str = "relevance") -> str:
    """One that would change something."""
    now = getattr(ask.profile.cutoffs, which)
    return f"threshold {which} {now - 1 if now > 1 else now + 1}"
