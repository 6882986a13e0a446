"""Which digest is the newest one, and when the next one comes."""

from datetime import date, timedelta

from bot.commands.table import Ask
from bot.domain.calendar import announcement_day
from bot.domain.coming import Coming
from bot.domain.coming import coming as next_digest
from bot.domain.conversation import Act, Button
from bot.domain.recorded import DayCounts

LOOKED_BACK = timedelta(days=45)  # nearly always enough to find the newest digest
ARXIV_BEGAN = date(1991, 8, 14)


def today_of(ask: Ask) -> date:
    """The announcement day of now."""
    return announcement_day(ask.desk.clock.now())


def newest(ask: Ask) -> DayCounts | None:
    """The newest digest of a day that had a listing; None if there is none yet."""
    today = today_of(ask)
    for since in (today - LOOKED_BACK, ARXIV_BEGAN):
        made = [one for one in ask.desk.library.counts(ask.profile, since, today) if one.receipt.announced]
        if made:
            return made[-1]
    return None


def coming(ask: Ask) -> Coming:
    """The next digest that the profile gets, if nothing changes."""
    return next_digest(ask.profile, ask.desk.statuses(ask.profile), ask.desk.clock.now())


def page_button(ask: Ask, day: date) -> tuple[Button, ...]:
    """A link to the day's page, if it can be reached."""
    url = ask.desk.page(ask.profile, day)
    return (Button("Open the page", Act.PAGE, url=url),) if url else ()


def say(ask: Ask, label: str, command: str, style: str = "") -> Button:
    """A button that says a command for the profile."""
    return Button(label, Act.SAY, f"{ask.profile.id} {command}", style=style)
