"""run: make a digest now. And what became of it, once somebody has said yes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from bot.commands.proposing import Draft, propose
from bot.commands.table import Ask
from bot.commands.words import day as day_of
from bot.commands.words import wrong
from bot.desk import Desk
from bot.domain.calendar import announcement_day, previous_announcement_day, quiet_by_list, quiet_by_rule
from bot.domain.conversation import Act, Asker, Button, PlaceKind, Reply
from bot.domain.profile import Profile

OLDEST_DAYS = 30
LOOKED_BACK = timedelta(days=30)  # at how many days' digests, to tell how many papers one has
EVERY_S, LONGEST_S = 2, 1200


def run(ask: Ask) -> Reply:
    """run [today|DATE] - make the digest of a day now, whether it was made before or not.

    DATE: an announcement day of the last 30 days. What was judged before is not judged again, and what was shown before
    is not shown again.
    Examples: /papers run, /papers run 2026-05-06, /papers run monday
    """
    today = announcement_day(ask.desk.clock.now())
    newest = today if not quiet_by_rule(today) else previous_announcement_day(today)
    example = f"run {newest}"
    day = day_of(ask.words or "today", today, example)
    if day > today:
        raise wrong(f"{day} is still to come: arXiv has announced nothing for it", example)
    if day < today - timedelta(days=OLDEST_DAYS):
        raise wrong(f"{day} is too long ago: a digest can be made of the last {OLDEST_DAYS} days", example)
    if quiet := quiet_by_rule(day):
        raise wrong(f"There is no digest of {day}: {quiet}", example)
    values = _expected(ask.profile, day, ask.desk)
    draft = Draft(ask.profile, ask.profile, f"digest of {day}", run=day, template="proposal_run", values=values)
    return propose(draft, ask.asker, ask.desk)


def start_run(profile: Profile, day: date, asker: Asker, desk: Desk) -> Reply:
    """Ask the worker for the digest, if the asker may still spend money today, and wait for it."""
    if why := desk.errands.spend(asker, f"run {day}"):
        return Reply("trouble", {"told": f"The digest of {day} was not made. {why}."})
    since = desk.clock.now()
    desk.errands.ask_run(profile, day, asker.user)
    told = f"Making the digest of {day}: this takes some minutes … Should no answer come: /papers status"
    if asker.place.kind is PlaceKind.TERMINAL:
        told += " The bot that runs all the time makes it; Ctrl-C ends only the waiting."
    return Reply("working", {"told": told}, later=lambda: _outcome(profile, day, since, desk))


def _expected(profile: Profile, day: date, desk: Desk) -> Mapping[str, object]:
    """What making the digest would take: as many papers as other days had, since nobody knows before."""
    today = announcement_day(desk.clock.now())
    counts = desk.library.counts(profile, today - LOOKED_BACK, today)
    judged = [one.receipt.shortlisted for one in counts if one.receipt.announced]
    papers = round(sum(judged) / len(judged)) if judged else None
    usd = desk.usd_per_paper(profile)
    return {
        "day": day,
        "papers": papers,
        "usd": None if usd is None or papers is None else usd * papers,
        "free": usd == 0,
        "earlier": next((one for one in counts if one.day == day), None),
        "quiet": quiet_by_list(day) or "",
    }


def _outcome(profile: Profile, day: date, since: datetime, desk: Desk) -> Reply:
    """How it ended, as soon as it has."""
    status = None
    for _ in range(LONGEST_S // EVERY_S):
        if status := desk.errands.ended(profile, day, since):
            break
        desk.wait(EVERY_S)
    page = desk.page(profile, day)
    buttons = (Button("Open page", Act.PAGE, url=page),) if page else ()
    return Reply("ran", {"profile": profile, "day": day, "status": status, "page": page}, buttons)
