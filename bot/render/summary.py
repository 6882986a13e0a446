"""What the command line prints of a digest, a month's cost and a profile."""

from collections.abc import Sequence
from datetime import date

from bot.domain.calendar import next_announcement_day
from bot.domain.characters import clean
from bot.domain.digest import Digest
from bot.domain.profile import Profile
from bot.domain.verdict import Usage
from bot.ports import Deliveries
from bot.render.environment import render
from bot.render.head import head


def summary(digest: Digest, deliveries: Deliveries, *, dry_run: bool = False) -> str:
    """The digest in a screenful: receipt, topics, what is left, where it went."""
    following = next_announcement_day(digest.day)
    text = render(
        "templates/text/summary.txt.j2",
        digest=digest,
        head=head(digest),
        deliveries=deliveries,
        dry_run=dry_run,
        following=following,
    )
    return clean(text)  # a service's words stand in it, and a terminal obeys escape sequences


def cost_table(month: date, usage: Sequence[Usage]) -> str:
    """A line per model and kind. month: its first day."""
    known = [one.cost_usd for one in usage if one.cost_usd is not None]
    unknown = len(known) < len(usage)
    return render("templates/text/cost.txt.j2", month=month, usage=usage, total=sum(known), unknown=unknown)


def profile_summary(profile: Profile, ids: Sequence[str]) -> str:
    """A profile in words. ids: all profiles there are."""
    return clean(render("templates/text/profile.txt.j2", profile=profile, ids=ids))
