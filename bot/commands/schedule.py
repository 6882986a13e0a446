"""schedule, pause and resume: when digests come."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from bot.commands.proposing import Draft, changed, propose
from bot.commands.table import Ask
from bot.commands.values import values
from bot.commands.whose import uninvited
from bot.commands.words import day as day_of
from bot.commands.words import nothing_more, quoted, wrong
from bot.domain.calendar import announcement_day, next_announcement_day
from bot.domain.conversation import Reply
from bot.domain.profile import Pause, Profile
from bot.domain.schedule import WEEKDAYS, Schedule, days_text, parse_days

SCHEDULED = "schedule 08:30 Europe/Berlin weekdays"
LONGEST_AHEAD = timedelta(days=366)
# Days of a pause are never caught up with, as long as the pause is remembered; CATCH_UP_DAYS is 365 at most.
KEPT_FOR = timedelta(days=400)


def schedule(ask: Ask) -> Reply:
    """schedule 08:30 Europe/Berlin weekdays - when the digest comes: time, time zone, days of the week.

    Zone and days that you leave out stay as they are. Days: daily, weekdays, or names such as mon wed fri. On a day of
    no digest, nothing is lost: the next one brings what was announced meanwhile.
    Example: /papers schedule 09:15 America/New_York daily
    """
    if not ask.words:
        return values("schedule", ask)
    wanted = _schedule(ask.words, ask.profile.schedule)
    if wanted == ask.profile.schedule:
        other = replace(wanted, days=WEEKDAYS) if wanted.days != WEEKDAYS else replace(wanted, at=time(9, 15))
        raise wrong(f"The schedule is {wanted} already", f"schedule {_typed(other)}")
    moments = [wanted.next_moment(ask.desk.clock.now())]
    while len(moments) < 3:
        moments.append(wanted.next_moment(moments[-1]))
    after = changed(ask.profile, SCHEDULED, schedule=wanted)
    draft = Draft(ask.profile, after, template="proposal_schedule", values={"moments": moments})
    return propose(draft, ask.asker, ask.desk)


def pause(ask: Ask) -> Reply:
    """pause [until DATE] - no digests, until a day or until somebody resumes.

    The first digest after the pause is that of DATE. Days of the pause are not made up for.
    Examples: /papers pause, /papers pause until 2026-08-17, /papers pause until monday
    """
    now = ask.desk.clock.now()
    first, today = next_due(ask.profile, now), announcement_day(now)
    example = f"pause until {next_announcement_day(first + timedelta(days=7))}"
    there = open_pause(ask.profile, first)
    since = there.since if there else first
    until = _until(ask.words, since, today, example)
    if there and there.until == until:
        raise wrong(f"It is paused already, {_pause_text(there)}", "resume", "To end that")
    new = Pause(since, until)
    others = (one for one in _kept(ask.profile, today) if one != there)
    after = changed(ask.profile, example, pauses=tuple(sorted((*others, new), key=lambda one: one.since)))
    again = next_announcement_day(until - timedelta(days=1)) if until else None
    shown = {"pause": new, "again": again}
    draft = Draft(ask.profile, after, f"paused {_pause_text(new)}", template="proposal_pause", values=shown)
    return propose(draft, ask.asker, ask.desk)


def resume(ask: Ask) -> Reply:
    """resume - end the pause.

    Days of the pause are not made up for; to get one of them: /papers run DATE.
    Example: /papers resume
    """
    nothing_more(ask.words, "resume")
    now = ask.desk.clock.now()
    first, today = next_due(ask.profile, now), announcement_day(now)
    until = max(first, today)
    there = open_pause(ask.profile, until)
    if there is None:
        example = f"pause until {next_announcement_day(first + timedelta(days=7))}"
        raise wrong("It is not paused", example, "To pause it")
    pauses = tuple(ended for one in _kept(ask.profile, today) if (ended := _ended(one, until)))
    after = changed(ask.profile, "resume", pauses=pauses)
    next_day = next_announcement_day(until - timedelta(days=1))
    shown = {
        "next_day": next_day,
        "at": after.schedule.due_at(next_day),
        "pause": there,
        "uninvited": uninvited(ask.profile, ask.asker, ask.desk),
    }
    draft = Draft(ask.profile, after, f"resumed from {until} on", template="proposal_resume", values=shown)
    return propose(draft, ask.asker, ask.desk)


def next_due(profile: Profile, now: datetime) -> date:
    """The first announcement day whose digest is not due yet."""
    return next_announcement_day(profile.schedule.newest_due(now))


def open_pause(profile: Profile, first: date) -> Pause | None:
    """The pause that covers `first`, the next day that is due, or a later one; of several, the one that goes on
    longest."""
    going_on = (one for one in profile.pauses if one.until is None or one.until > first)
    return max(going_on, key=lambda one: one.until or date.max, default=None)


def _kept(profile: Profile, today: date) -> Iterator[Pause]:
    """Without the pauses that ended long ago, which matter to nobody."""
    return (one for one in profile.pauses if one.until is None or one.until > today - KEPT_FOR)


def _ended(one: Pause, until: date) -> Pause | None:
    """The pause as far as it goes before that day; None if that is not at all."""
    end = until if one.until is None else min(one.until, until)
    return Pause(one.since, end) if end > one.since else None


def _until(words: str, since: date, today: date, usage: str) -> date | None:
    """The day on which a pause that begins on `since` ends; None without any words."""
    bare = re.sub(r"^(?:until|till|to)\b\s*", "", words, flags=re.IGNORECASE)
    if not bare:
        if words:
            raise wrong("Until which day?", usage)
        return None
    until = day_of(bare, today, usage, ahead=True)
    if until <= today:
        raise wrong(f"A pause ends on a day to come, and {until} is none", usage)
    if until <= since:
        raise wrong(f"Until {until} there is nothing to pause: the next digest is that of {since}", usage)
    if until > today + LONGEST_AHEAD:
        raise wrong(
            f"A pause ends within a year, and {until} is later. Leave the day out, and resume some day", "pause"
        )
    return until


def _pause_text(one: Pause) -> str:
    return f"from {one.since}" + (f" until {one.until}" if one.until else " until somebody resumes")


def _schedule(words: str, now: Schedule) -> Schedule:
    """What stands there; what is missing is as it is now."""
    at, *rest = words.replace(",", " ").split() or [words]
    zone, days = now.timezone, now.days
    if rest and not _is_day(rest[0]):
        zone, *rest = _zone(rest[0]), *rest[1:]
    try:
        days = parse_days(" ".join(rest)) if rest else days
    except ValueError:
        raise wrong(f"{quoted(' '.join(rest))} are no days: write daily, weekdays, or names", SCHEDULED) from None
    return Schedule(_time(at), zone, days)


def _time(text: str) -> time:
    found = re.fullmatch(r"([0-9]{1,2})[:.]([0-9]{2})", text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise wrong(f"{quoted(text)} is no time of day from 00:00 to 23:59", SCHEDULED)
    return time(int(found[1]), int(found[2]))


def _is_day(word: str) -> bool:
    try:
        return bool(parse_days("every day" if word.lower() == "every" else word))
    except ValueError:
        return False


def _zone(word: str) -> str:
    """An IANA zone, however its capitals are written. Raises CommandError with the nearest one."""
    spelled = _zones()
    folded = word.casefold()
    if folded in spelled:
        return spelled[folded]
    cities = {name.rpartition("/")[2]: zone for name, zone in spelled.items() if "/" in name}
    city = get_close_matches(folded.rpartition("/")[2], cities, 1, cutoff=0.75)
    near = get_close_matches(folded, spelled, 1, cutoff=0.75)
    meant = spelled[near[0]] if near else cities[city[0]] if city else ""
    told = f". The nearest is {meant}" if meant else ": zones are written as Europe/Berlin or America/New_York"
    raise wrong(f"There is no time zone {quoted(word)}{told}", f"schedule 08:30 {meant or 'Europe/Berlin'} weekdays")


@cache
def _zones() -> dict[str, str]:
    """The zone in small letters -> as it is written; without those that mean this machine's own, or none."""
    return {zone.casefold(): zone for zone in sorted(available_timezones() - {"localtime", "Factory"})}


def _typed(wanted: Schedule) -> str:
    return f"{wanted.at:%H:%M} {wanted.timezone} {days_text(wanted.days)}"
