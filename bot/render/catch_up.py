"""What `broadsheet catch-up` prints: what it would take, each day, and how it went."""

from bot.domain.catch_up import Plan, Result
from bot.domain.characters import clean
from bot.domain.outcome import Outcome
from bot.render.environment import render


def plan_text(plan: Plan) -> str:
    """What there is to do and what it takes."""
    return render("templates/text/catch_up_plan.txt.j2", plan=plan).strip()


def outcome_text(outcome: Outcome) -> str:
    """One line on one day."""
    return clean(render("templates/text/catch_up_day.txt.j2", outcome=outcome)).rstrip()


def result_text(result: Result) -> str:
    """How many days ended how, and what comes next."""
    counts: dict[str, int] = {}
    for outcome in result.outcomes:
        counts[outcome.state.value] = counts.get(outcome.state.value, 0) + 1
    return render("templates/text/catch_up_result.txt.j2", result=result, counts=counts).strip()
