"""Which digest a profile gets next, and when: not when its schedule's time comes next, as arXiv rests on some days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.calendar import announcement_day, next_announcement_day, quiet_by_list, quiet_by_rule
from bot.domain.profile import Profile
from bot.domain.runs import MADE, DayStatus

LOOKED_AHEAD = timedelta(days=3650)  # a pause that ends later ends never


@dataclass(frozen=True)
class Coming:
    """The next digest. day, at: None while the profile is paused without an end. overdue: its time has come already.
    told: how it stands, in words; may be empty. paused: a pause comes before it."""

    day: date | None
    at: datetime | None
    overdue: bool = False
    told: str = ""
    paused: bool = False


def coming(profile: Profile, statuses: Iterable[DayStatus], now: datetime) -> Coming:
    """The next digest that the profile gets, if nothing changes. now: timezone-aware."""
    known, today = {one.day: one for one in statuses}, announcement_day(now)
    day = _first_wanted(today, profile, known)
    if day is None:
        return Coming(None, None, paused=True)
    at, status = profile.schedule.due_at(day), known.get(day)
    paused = any(profile.paused_on(today + timedelta(days=ahead)) for ahead in range((day - today).days))
    return Coming(day, at, overdue=at <= now, told=status.told if status else "", paused=paused)


def _first_wanted(day: date, profile: Profile, known: Mapping[date, DayStatus]) -> date | None:
    """The first day from `day` on that has a listing, no digest yet, and no pause; None if there is none for years."""
    last = day + LOOKED_AHEAD
    while day <= last:
        pause = profile.pause_on(day)
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
