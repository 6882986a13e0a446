"""What is to do now, over all profiles, and doing it: digests that somebody asked for, then those that are due, oldest
first, then the operator.

Several bots may share one database: whoever comes second finds the work done, or its digest held by the other.
"""

import logging
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from math import inf

from bot.attempts import attempt
from bot.domain.calendar import announcement_day
from bot.domain.outcome import Outcome
from bot.domain.profile import Profile
from bot.domain.runs import (
    DayStatus,
    History,
    RunState,
    Trouble,
    due,
    known_from,
    next_moment,
    statuses,
    troubles,
    unfinished,
)
from bot.errors import BotError, ProfileError, Stopped
from bot.office import Office, Operator
from bot.ports import Ports
from bot.render.trouble import OperatorMessage, given_up_message, over_message, trouble_message

log = logging.getLogger(__name__)

# After so many failures in a row, of different digests, something is down that all of them need.
FAILURES_IN_A_ROW = 3

# Whoever asks for a digest wants it now: what could not be tried within a day is forgotten.
ASKED_FOR = timedelta(days=1)

# How an attempt is told of that brought no papers.
SAID = {
    RunState.FAILED: "no digest",
    RunState.WAITING: "not yet",
    RunState.RUNNING: "another process is at work on it",
    RunState.QUIET: "quiet day",
}


@dataclass(frozen=True)
class Task:
    """A digest to make, or to finish.

    tried_at: when the last attempt at it ended, if there was one. asked_at: since when somebody waits for it, be it due
    or not.
    """

    profile: Profile
    day: date
    tried_at: datetime | None = None
    asked_at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.profile.id} {self.day}"


@dataclass(frozen=True)
class Survey:
    """How everything stands at `now`.

    tasks: digests to try now, as _order says. troubles: what the operator has to know. open: days that are wanted and
    not done, be it a trouble yet or not: as long as it is among them, a trouble is not over. news: whether there is
    anything to tell the operator. days: profile id -> its last announcement days. next_moment: when the next time of a
    schedule comes. broken: profile id -> why the profile cannot be read. next_try: when the first of the digests that
    were tried and are not done is tried again; it may have passed.
    """

    now: datetime
    tasks: tuple[Task, ...]
    troubles: tuple[Trouble, ...]
    open: tuple[Trouble, ...]
    news: bool
    days: Mapping[str, tuple[DayStatus, ...]]
    next_moment: datetime | None
    broken: Mapping[str, ProfileError]
    next_try: datetime | None = None

    @property
    def work(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.tasks) or self.news


class Ended(Enum):
    """How the work ended. LATER: something is left that should not be tried again at once."""

    DONE = 0
    LATER = 3


def survey(office: Office) -> Survey:
    """Look at every profile's days. Raises StoreError."""
    now = office.clock.now()
    readers = office.profiles()
    histories = _histories(office, now)
    found: list[Trouble] = []
    open_days: list[Trouble] = []
    days: dict[str, tuple[DayStatus, ...]] = {}
    for profile in readers.usable:
        history = histories[profile.id]
        found += troubles(now, profile, history, limit=office.limit, days_back=office.days_back)
        open_days += troubles(now, profile, history, limit=timedelta(), days_back=office.days_back)
        open_days += unfinished(now, profile.id, history, days_back=office.days_back, pauses=profile.pauses)
        days[profile.id] = statuses(now, profile, history)
    for profile_id, error in readers.broken.items():
        history = histories[profile_id]
        # It is no day's trouble, so it stands under a day that the profile has none of.
        broken = Trouble(profile_id, history.first - timedelta(days=1), now, f"the profile cannot be read: {error}")
        found.append(broken)
        open_days += (broken, *unfinished(now, profile_id, history, days_back=office.days_back))
    return Survey(
        now=now,
        tasks=tuple(sorted(_tasks(office, now, readers.usable, histories), key=_order)),
        troubles=tuple(found),
        open=tuple(open_days),
        news=office.troubles.news(found, open_days),
        days=days,
        next_moment=min(filter(None, (next_moment(now, one) for one in readers.usable)), default=None),
        broken=readers.broken,
        next_try=min(_next_tries(now, readers.usable, histories), default=None),
    )


def _tasks(
    office: Office, now: datetime, readers: Sequence[Profile], histories: Mapping[str, History]
) -> Iterator[Task]:
    """What somebody asked for, be it due, made before, or of a pause; and what is due."""
    known = {profile.id: profile for profile in readers}
    asked: dict[tuple[str, date], datetime] = {}
    for one in office.runs.asked(now - ASKED_FOR):
        # After a clock was set back, no attempt would be later than what was asked for in days to come.
        if one.profile_id in known and one.at <= now:
            asked.setdefault((one.profile_id, one.day), one.at)
    wanted = dict.fromkeys(asked)
    for profile in readers:
        history = histories[profile.id]
        wanted |= dict.fromkeys((profile.id, day) for day in due(now, profile, history, days_back=office.days_back))
    for profile_id, day in wanted:
        record = histories[profile_id].days.get(day)
        yield Task(known[profile_id], day, record.last_at if record else None, asked.get((profile_id, day)))


def _order(task: Task) -> tuple[float, date, float]:
    """What was asked for, in its order; then the oldest day first; of one day those first that were not tried yet, so
    that none waits for others' failures.
    """
    asked, tried = (at.timestamp() if at else None for at in (task.asked_at, task.tried_at))
    return inf if asked is None else asked, task.day, tried or 0.0


def _histories(office: Office, now: datetime) -> Mapping[str, History]:
    return office.runs.history(known_from(now, office.days_back), office.started)


def _next_tries(now: datetime, readers: Iterable[Profile], histories: Mapping[str, History]) -> Iterator[datetime]:
    """Of every digest that was tried, is not done, and is worth another try."""
    for profile in readers:
        history = histories[profile.id]
        for day in history.days.keys() - history.settled:
            if history.days[day].worth_trying(now) and not profile.paused_on(day):
                yield history.days[day].next_try()


def work_off(office: Office, bot: Ports, operator: Operator, begin: Callable[[Task], None] = lambda _: None) -> Ended:
    """Make every digest that is asked for or due, and tell the operator the news. begin: called before each digest.

    Troubles that no attempt can end now are told first: catching up may take hours. Raises Stopped when asked to stop,
    StoreError if the database cannot be used.
    """
    before = survey(office)
    told = _tell_new(_without(before.troubles, before.tasks), office, operator)
    ended = _make(before.tasks, office, bot, begin)
    after = survey(office)
    # What fell due during long work is nobody's trouble: the next worker is at it in a moment.
    soon = [task for task in after.tasks if ended is Ended.DONE and not task.tried_at]
    told &= _tell_new(_without(after.troubles, soon), office, operator) and _tell_ended(after.open, office, operator)
    return Ended.DONE if ended is Ended.DONE and told else Ended.LATER


def _without(found: Sequence[Trouble], tasks: Sequence[Task]) -> Sequence[Trouble]:
    """The troubles of other digests than these."""
    soon = {(task.profile.id, task.day) for task in tasks}
    return [one for one in found if (one.profile_id, one.day) not in soon]


def _make(tasks: Sequence[Task], office: Office, bot: Ports, begin: Callable[[Task], None]) -> Ended:
    """Try each. When too many earlier days fail one after the other, today's are tried before the rest is left."""
    today = announcement_day(office.clock.now())
    failures, ended = 0, Ended.DONE
    for task in tasks:
        if failures >= FAILURES_IN_A_ROW and task.day < today:
            ended = Ended.LATER
            continue
        if bot.stop and bot.stop.asked():
            raise Stopped
        begin(task)
        begun = office.clock.now()
        outcome = attempt(task.profile, task.day, bot)
        _tell_outcome(outcome, office, task, begun)
        if outcome.state is RunState.RUNNING:
            ended = Ended.LATER
        if outcome.state is not RunState.FAILED:
            failures = 0
        elif not outcome.permanent:  # what is wrong with one profile alone says nothing of the others
            failures += 1
        if failures > FAILURES_IN_A_ROW:
            log.warning("too many failures in a row; the rest is left for later", extra={"failures": failures})
            return Ended.LATER
    return ended


def _tell_outcome(outcome: Outcome, office: Office, task: Task, begun: datetime) -> None:
    """One line that says what came of it: it is read by whoever wants to know whether all is well."""
    about: dict[str, object] = {"profile": task.profile.id, "day": task.day}
    if outcome.state in SAID:
        level = logging.WARNING if outcome.state is RunState.FAILED else logging.INFO
        log.log(level, SAID[outcome.state], extra={**about, "why": outcome.why, **_next_try(office, task)})
        return
    told = {**about, "state": outcome.state, "announced": outcome.announced, "shown": outcome.shown}
    if outcome.unjudged:
        told["unjudged"] = outcome.unjudged
    if outcome.undelivered:
        told["undelivered"] = ", ".join(outcome.undelivered)
    told["seconds"] = round((office.clock.now() - begun).total_seconds(), 1)
    log.info("digest made", extra={**told, **_next_try(office, task)})


def _next_try(office: Office, task: Task) -> dict[str, object]:
    """When the digest is tried again, for its line; nothing if that could bring nothing. Raises StoreError."""
    now = office.clock.now()
    history = _histories(office, now).get(task.profile.id)  # the profile may be gone by now
    record = history.days.get(task.day) if history else None
    if record is None or not record.worth_trying(now):
        return {}
    return {"next_try": record.next_try().isoformat(timespec="seconds")}


def _tell_new(found: Sequence[Trouble], office: Office, operator: Operator) -> bool:
    """Tell the operator of those that nobody was told of yet. Returns whether that worked."""
    fresh = office.troubles.claim(found)
    if not fresh:
        return True
    try:
        works = _send(trouble_message(fresh, office.clock.now(), platform.node()), operator)
    except BaseException:  # stopped in the middle: rather twice than never
        office.troubles.give_back(fresh, over=False)
        raise
    if works:
        office.troubles.told(fresh)
    else:
        office.troubles.give_back(fresh, over=False)
    return works


def _tell_ended(open_days: Sequence[Trouble], office: Office, operator: Operator) -> bool:
    """Tell the operator which troubles are over, and which days are given up. Returns whether that worked."""
    ended, works = office.troubles.over(open_days), True
    given_up = _given_up(ended, office)
    over = tuple(one for one in ended if one not in given_up)
    for news, message in ((over, over_message), (given_up, given_up_message)):
        if not news:
            continue
        try:
            sent = _send(message(news, office.clock.now(), platform.node()), operator)
        except BaseException:
            office.troubles.give_back(ended, over=True)
            raise
        if not sent:
            office.troubles.give_back(news, over=True)
            works = False
    return works


def _given_up(ended: Sequence[Trouble], office: Office) -> tuple[Trouble, ...]:
    """Days that nobody tries any more, and that were never made or delivered."""
    if not ended:
        return ()
    histories = office.runs.history(min(one.day for one in ended), office.started)
    lacking = []
    for one in ended:
        history = histories.get(one.profile_id, History(one.day))
        record = history.days.get(one.day)
        made = record is not None and record.made and not record.undelivered
        if not made and one.day >= history.first:
            lacking.append(one)
    return tuple(lacking)


def _send(message: OperatorMessage, operator: Operator) -> bool:
    try:
        operator.tell(message.subject, message.text)
    except BotError as error:
        about = {"operator": operator.name, "error": str(error)}
        log.error("the operator could not be told", extra=about)  # noqa: TRY400 - it says all; a traceback buries it
        return False
    log.info("the operator was told", extra={"operator": operator.name, "subject": message.subject})
    return True
