"""undo: take back the last change."""

from datetime import timedelta

from bot.commands.people import name_of
from bot.commands.proposing import Draft, propose
from bot.commands.table import Ask
from bot.commands.words import nothing_more, wrong
from bot.domain.calendar import announcement_day, days_by_rule
from bot.domain.conversation import Reply
from bot.domain.profile import Profile
from bot.domain.runs import CATCH_UP_DAYS

CAUGHT_UP = timedelta(days=CATCH_UP_DAYS)
SEEN = "To see all changes"


def undo(ask: Ask) -> Reply:
    """undo - take back the last change.

    Once more, it takes back the one before. To see them: /papers history.
    Example: /papers undo
    """
    nothing_more(ask.words, "undo")
    change = ask.desk.book.undoable(ask.profile.id)
    if change is None or change.before is None:
        raise wrong("There is no change to take back", "history", SEEN)
    if change.before == ask.profile:
        raise wrong(f"There is nothing to take back: the profile is as it was before “{change.what}”", "history", SEEN)
    values = {
        "change": change,
        "by": name_of(change.user, ask.asker, ask.desk),
        "wanted_again": _wanted_again(ask, change.before),
    }
    draft = Draft(
        ask.profile,
        change.before,
        f"taken back: {change.what}",
        undoes=change.id,
        template="proposal_undo",
        values=values,
    )
    return propose(draft, ask.asker, ask.desk)


def _wanted_again(ask: Ask, after: Profile) -> int:
    """How many days of the last month, which nobody wanted for a pause, would be made up for."""
    today = announcement_day(ask.desk.clock.now())
    days = days_by_rule(today - CAUGHT_UP, today)
    return sum(ask.profile.paused_on(day) and not after.paused_on(day) for day in days)
