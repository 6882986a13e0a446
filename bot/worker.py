"""What is to do now, over all profiles, and doing it: every digest that is due, oldest first, then the operator.

Several bots may share one database: whoever comes second finds the work done, or its digest held by the other.
"""

import logging
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from bot.domain.digest import Digest
from bot.domain.profile import Profile
from bot.domain.runs import DayStatus, History, Trouble, due, known_from, statuses, troubles
from bot.errors import BotError, BusyError, NotYetError, ProfileError, Stopped
from bot.office import Office, Operator
from bot.pipeline import run_digest
from bot.ports import Deliveries, Ports
from bot.render.trouble import over_message, trouble_message

log = logging.getLogger(__name__)

# After so many failures in a row, of different digests, something is down that all of them need.
FAILURES_IN_A_ROW = 3


@dataclass(frozen=True)
class Task:
    """A digest to make, or to finish."""

    profile: Profile
    day: date

    def __str__(self) -> str:
        return f"{self.profile.id} {self.day}"


@dataclass(frozen=True)
class Survey:
    """How everything stands at `now`.

    tasks: digests to try now, oldest first. troubles: what the operator has to know. news: whether there is anything
    to tell the operator. days: profile id -> its last announcement days. next_moment: when the next time of a schedule
    comes. broken: profile id -> why the profile cannot be read. next_try: when the first of the digests that were tried
    and are not done is tried again; it may have passed.
    """

    now: datetime
    tasks: tuple[Task, ...]
    troubles: tuple[Trouble, ...]
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
    histories = office.runs.history(known_from(now, office.days_back), office.started)
    tasks: list[Task] = []
    found: list[Trouble] = []
    days: dict[str, tuple[DayStatus, ...]] = {}
    for profile in readers.usable:
        history = histories[profile.id]
        tasks += [Task(profile, day) for day in due(now, profile, history, days_back=office.days_back)]
        found += troubles(now, profile, history, limit=office.limit, days_back=office.days_back)
        days[profile.id] = statuses(now, profile, history)
    return Survey(
        now=now,
        tasks=tuple(sorted(tasks, key=lambda task: task.day)),
        troubles=tuple(found),
        news=office.troubles.news(found),
        days=days,
        next_moment=min((one.schedule.next_moment(now) for one in readers.usable), default=None),
        broken=readers.broken,
        next_try=min(_next_tries(now, (histories[one.id] for one in readers.usable)), default=None),
    )


def _histories(office: Office, now: datetime) -> Mapping[str, History]:
    return office.runs.history(known_from(now, office.days_back), office.started)


def _next_tries(now: datetime, histories: Iterable[History]) -> Iterator[datetime]:
    """Of every digest that was tried, is not done, and is worth another try."""
    for history in histories:
        for day in history.days.keys() - history.settled:
            if history.days[day].worth_trying(now):
                yield history.days[day].next_try()


def work_off(office: Office, bot: Ports, operator: Operator) -> Ended:
    """Make every digest that is due; one that fails does not hold up the others. Then tell the operator the news.

    Raises Stopped when asked to stop, StoreError if the database cannot be used.
    """
    ended = _make(survey(office).tasks, office, bot)
    told = _tell(survey(office).troubles, office, operator)
    return Ended.DONE if ended is Ended.DONE and told else Ended.LATER


def _make(tasks: Sequence[Task], office: Office, bot: Ports) -> Ended:
    failures, ended = 0, Ended.DONE
    for task in tasks:
        if bot.stop and bot.stop.asked():
            raise Stopped
        about = {"profile": task.profile.id, "day": task.day}
        begun = office.clock.now()
        try:
            digest, deliveries = run_digest(task.profile, task.day, bot)
            _tell_made(digest, deliveries, office, task, begun)
            failures = 0
        except BusyError:
            log.info("another process is at work on it", extra=about)
            ended = Ended.LATER
        except NotYetError as error:
            log.info("arXiv is not there yet", extra={**about, "error": str(error), **_next_try(office, task)})
        except BotError as error:
            log.warning("no digest", extra={**about, "error": str(error), **_next_try(office, task)})
            failures += 1
        except Exception:  # a defect that one digest shows must not keep the others from being made
            log.exception("a defect stopped a digest", extra=about)
            failures += 1
        if failures >= FAILURES_IN_A_ROW:
            log.warning("too many failures in a row; the rest is left for later", extra={"failures": failures})
            return Ended.LATER
    return ended


def _tell_made(digest: Digest, deliveries: Deliveries, office: Office, task: Task, begun: datetime) -> None:
    """One line that says what came of it: it is read by whoever wants to know whether all is well."""
    told: dict[str, object] = {"profile": task.profile.id, "day": task.day, "state": digest.state}
    if digest.quiet:
        log.info("quiet day", extra={**told, "why": digest.quiet})
        return
    told |= {"announced": digest.receipt.announced, "shown": digest.receipt.shown}
    if digest.receipt.failed:
        told["unjudged"] = digest.receipt.failed
    if undelivered := [one.outlet for one in deliveries if one.trouble]:
        told["undelivered"] = ", ".join(undelivered)
    told["seconds"] = round((office.clock.now() - begun).total_seconds(), 1)
    log.info("digest made", extra={**told, **_next_try(office, task)})


def _next_try(office: Office, task: Task) -> dict[str, object]:
    """When the digest is tried again, for its line; nothing if that could bring nothing. Raises StoreError."""
    now = office.clock.now()
    record = _histories(office, now)[task.profile.id].days.get(task.day)
    if record is None or not record.worth_trying(now):
        return {}
    return {"next_try": record.next_try().isoformat(timespec="seconds")}


def _tell(found: Sequence[Trouble], office: Office, operator: Operator) -> bool:
    """Tell the operator what is new and what is over. Returns whether that worked."""
    fresh, over = office.troubles.claim(found), office.troubles.over(found)
    host = platform.node()
    works = True
    for news, message, is_over in ((fresh, trouble_message, False), (over, over_message, True)):
        if not news:
            continue
        try:
            told = message(news, office.clock.now(), host)
            operator.tell(told.subject, told.text)
            log.info("the operator was told", extra={"operator": operator.name, "subject": told.subject})
        except BotError as error:
            about = {"operator": operator.name, "error": str(error)}
            log.error("the operator could not be told", extra=about)  # noqa: TRY400 - it says all; a traceback would bury it
            office.troubles.give_back(news, over=is_over)
            works = False
    return works
