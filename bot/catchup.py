"""`broadsheet catch-up`: the digests of a range of earlier days. First what it would take, then making them.

The database is the checkpoint: what is made is skipped and what is judged is not bought again, so a catch-up may be
stopped at any time and started again.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from bot.attempts import attempt
from bot.domain.calendar import announcement_day, submission_window
from bot.domain.catch_up import Broken, Plan, Result, Terms, left_to_make, listed_days
from bot.domain.outcome import Outcome
from bot.domain.profile import Profile
from bot.domain.runs import RunState
from bot.errors import Stopped, WrongDayError
from bot.ports import Archive, Ports
from bot.render.prompts import rubric

FIRST_YEAR = 1991  # arXiv's own
FAILURES_IN_A_ROW = 3  # then something is down that all days need
# Title and abstract have about 1,400 characters, and a verdict is short. Rounded up, and without the discount for a
# cached rubric, so that the estimate is one that holds.
PAPER_TOKENS, VERDICT_TOKENS, CHARACTERS_A_TOKEN = 450, 150, 4


def plan(profile: Profile, first: date, last: date, bot: Ports, archive: Archive, *, terms: Terms) -> Plan:
    """What it takes to make what is missing from `first` to `last`. Asks arXiv once, if anything is.

    Raises WrongDayError for a range that is no range or not past yet; SourceError.
    """
    _refuse_bad_range(first, last, announcement_day(bot.clock.now()))
    listed = listed_days(first, last)
    history = bot.runs.history(first, bot.clock.now()).get(profile.id)
    days = left_to_make(listed, history.days if history else {})
    papers = 0
    if days:
        begin, end = submission_window(days[0]).begin, submission_window(days[-1]).end
        between = len(listed_days(days[0], days[-1]))
        papers = round(archive.count(begin, end, profile.categories) * len(days) / between)
    return Plan(profile, first, last, days, len(listed) - len(days), papers, terms)


def usd_per_paper(
    profile: Profile, papers_per_call: int, price: Callable[[int, int], Decimal | None]
) -> Decimal | None:
    """What judging one paper takes at most, by a price list; None if it does not know the model.

    price: (input tokens, output tokens) of one call -> US dollars. For a model that was used before, what it took then
    is the better answer.
    """
    asked = len(rubric(profile).text) // CHARACTERS_A_TOKEN + papers_per_call * PAPER_TOKENS
    cost = price(asked, papers_per_call * VERDICT_TOKENS)
    return None if cost is None else cost / papers_per_call


def catch_up(made: Plan, bot: Ports, told: Callable[[Outcome], None]) -> Result:
    """Make the plan's days, oldest first. told: called after each day.

    A day that fails does not hold up the others; too many failures in a row end it, and so does a stop.
    """
    outcomes: list[Outcome] = []
    failures, broken = 0, None
    for day in made.days:
        try:
            if bot.stop and bot.stop.asked():
                raise Stopped
            outcome = attempt(made.profile, day, bot)
        except Stopped:
            broken = Broken.STOPPED
            break
        outcomes.append(outcome)
        told(outcome)
        failures = failures + 1 if outcome.state is RunState.FAILED else 0
        if outcome.state is RunState.RUNNING:
            broken = Broken.BUSY
            break
        if failures == FAILURES_IN_A_ROW and day != made.days[-1]:
            broken = Broken.FAILING
            break
    return Result(tuple(outcomes), made.days[len(outcomes) :], broken)


def _refuse_bad_range(first: date, last: date, today: date) -> None:
    if first > last:
        raise WrongDayError(
            f"from {first} to {last} is no range", hint="Give the earlier day as --from", permanent=True
        )
    if last > today:
        raise WrongDayError(
            f"{last} is still to come: arXiv's day is {today}", hint="Choose an earlier --to", permanent=True
        )
    if first.year < FIRST_YEAR:
        raise WrongDayError(f"there was no arXiv in {first.year}", hint="Choose a later --from", permanent=True)
