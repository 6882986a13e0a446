"""What `/papers` alone answers: whose digest this is, how it is set up, and what can be done."""

from bot.commands.days import coming, newest, page_button, say
from bot.commands.table import Ask
from bot.domain.conversation import Act, Button, Reply
from bot.domain.recorded import DayCounts

SOME_PAPER = "2605.01234"


def overview(ask: Ask) -> Reply:
    """The profile, its last digest and its next one, and some commands to try."""
    last, following = newest(ask), coming(ask)
    buttons = (
        Button("Edit topics", Act.TOPICS, ask.profile.id),
        Button("Change cutoffs", Act.CUTOFFS, ask.profile.id),
        *((say(ask, "Resume", "resume"),) if following.paused else ()),
        *(page_button(ask, last.day) if last else ()),
    )
    values = {
        "profile": ask.profile,
        "last": last,
        "page": ask.desk.page(ask.profile, last.day) if last else None,
        "coming": following,
        "examples": _examples(ask, last),
    }
    return Reply("overview", values, buttons)


def _examples(ask: Ask, last: DayCounts | None) -> tuple[str, ...]:
    """Commands to try, of which one asks about a paper that the readers know."""
    shown = ask.desk.library.shown(ask.profile, last.day, last.day) if last else ()
    paper = shown[0].paper.arxiv_id if shown else SOME_PAPER
    return (
        "today",
        "top 5 since 2w",
        'search "mixture of experts"',
        f"why {paper}",
        f"threshold relevance {7 if ask.profile.cutoffs.relevance != 7 else 8}",
        "help",
    )
