"""Which digest is the newest one, and when the next one comes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.commands.table import Ask
from bot.domain.calendar import announcement_day, next_announcement_day, quiet_by_list, quiet_by_rule
from bot.domain.conversation import Act, Button
from bot.domain.profile import Profile
from bot.domain.recorded import DayCounts
from bot.domain.runs import MADE, DayStatus

LOOKED_BACK = timedelta(days=45)  # nearly always enough to find the newest digest
LOOKED_AHEAD = timedelta(days=3650)  # a pause that ends later ends never
ARXIV_BEGAN = date(1991, 8, 14)


@dataclass(frozen=True)
class Coming:
    """The next digest. day, at: None while the profile is paused without an end. overdue: its time has come already.
    told: how it stands, in words; may be empty. paused: the profile is, today."""

    day: date | None
    at: datetime | None
    overdue: bool = False
    told: str = ""
    paused: bool = False


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
    now, profile = ask.desk.clock.now(), ask.profile
    known = {one.day: one for one in ask.desk.statuses(profile)}
    today = announcement_day(now)
    paused = profile.paused_on(today)
    day = _first_wanted(today, profile, known)
    if day is None:
        return Coming(None, None, paused=paused)
    at, status = profile.schedule.due_at(day), known.get(day)
    return Coming(day, at, overdue=at <= now, told=status.told if status else "", paused=paused)


def page_button(ask: Ask, day: date) -> tuple[Button, ...]:
    """A link to the day's page, if it can be reached."""
    url = ask.desk.page(ask.profile, day)
    return (Button("Open the page", Act.PAGE, url=url),) if url else ()


def say(ask: Ask, label: str, command: str, style: str = "") -> Button:
    """A button that says a command for the profile."""
    return Button(label, Act.SAY, f"{ask.profile.id} {command}", style=style)


def _first_wanted(day: date, profile: Profile, known: dict[date, DayStatus]) -> date | None:
    """The first day from `day` on that has a listing, no digest yet, and no pause; None if there is none for years."""
    last = day + LOOKED_AHEAD
    while day <= last:
        pause = next((one for one in profile.pauses if one.covers(day)), None)
        if pause and pause.until is None:
            return None
        made = day in known and known[day].state in MADE
        if pause and pause.until:
            day = pause.until
        elif made or quiet_by_rule(day) or quiet_by_list(day):
            day = next_announcement_day(day)
        else:
            return day
    return None
