"""What the command line prints about the announcement days of each profile."""

from collections.abc import Mapping, Sequence

from bot.domain.characters import clean
from bot.domain.runs import DayStatus
from bot.render.environment import render


def status_text(profiles: Mapping[str, Sequence[DayStatus]]) -> str:
    """One aligned line a day under the profile's id. profiles: profile id -> its days, oldest first."""
    text = render("templates/text/status.txt.j2", profiles=profiles)
    return "\n".join(line.rstrip() for line in clean(text).splitlines())
