"""The slash commands: text -> Reply. One table of verbs; each one's docstring is its help text. No Slack in here."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.commands import (
    accounts,
    asking,
    cutoffs,
    interests,
    language,
    noting,
    reading,
    running,
    schedule,
    topics,
    undoing,
)
from bot.commands.overview import overview
from bot.commands.table import Ask, Handler, Verb, verb
from bot.commands.typed import call
from bot.commands.whose import make_profile, profile_of, uninvited, why_not
from bot.desk import Desk
from bot.domain.conversation import Act, Asker, Button, Reply
from bot.errors import BotError, CommandError

EXAMPLE = "Example"  # how a line of a docstring begins that holds whole commands
_CALL = re.compile(r",?\s*/papers ")
TROUBLE = "trouble"  # the template of a sentence or two that say what is wrong


def answer(text: str, asker: Asker, desk: Desk) -> Reply:
    """Do what `/papers TEXT` says. What cannot be done is said in a sentence; only a defect raises.

    A place that has no profile gets one at its first command; help alone never makes any.
    """
    try:
        return answered(text, asker, desk)
    except BotError as error:
        return trouble(error)


def show_help(ask: Ask) -> Reply:
    """help [verb] - all commands, or how one of them is used.

    Example: /papers help top
    """
    return _help(ask.words)


# The table, in the order of the help. A verb's name, usage and help are its function's docstring.
ASK: tuple[Handler, ...] = (
    show_help,
    reading.today,
    reading.top,
    reading.topics,
    asking.search,
    asking.why,
    asking.similar,
    noting.note,
    accounts.month,
    accounts.cost,
    accounts.status,
    accounts.history,
    topics.topic,
    interests.categories,
    interests.authors,
    interests.keywords,
)
# Each of these proposes; nothing changes before somebody presses Apply.
CHANGE: tuple[Handler, ...] = (
    topics.topic_add,
    topics.topic_edit,
    topics.topic_rename,
    topics.topic_remove,
    topics.topic_mute,
    topics.topic_unmute,
    topics.topic_order,
    cutoffs.threshold,
    cutoffs.cap,
    interests.categories_add,
    interests.categories_remove,
    interests.authors_follow,
    interests.authors_unfollow,
    interests.keywords_mute,
    interests.keywords_unmute,
    schedule.schedule,
    language.language,
    schedule.pause,
    schedule.resume,
    running.run,
    undoing.undo,
)
VERBS: tuple[Verb, ...] = (*map(verb, ASK), *(verb(handler, changes=True) for handler in CHANGE))
HELP = VERBS[0]


def answered(text: str, asker: Asker, desk: Desk) -> Reply:
    """As answer(), for whoever tells failures apart: raises CommandError for what cannot be understood or done, and
    any other BotError."""
    typed = call(text, VERBS)
    if typed.verb is HELP:
        return _help(typed.words)
    profile = profile_of(asker, desk)
    handler = typed.verb.handler if typed.verb else overview
    changes = typed.verb is not None and typed.verb.changes
    if profile is None:
        profile = make_profile(asker, desk)
        news = {"made": profile, "uninvited": uninvited(profile, asker, desk)}
        return _with_news(_handled(handler, Ask(typed.words, asker, profile, desk)), profile.id, news)
    if changes and (why := why_not(profile, asker, desk)):
        raise CommandError(why)
    return handler(Ask(typed.words, asker, profile, desk))


def _help(words: str) -> Reply:
    if not words:
        return Reply("help", {"verbs": VERBS})
    one = call(words, VERBS).verb or HELP
    lines = one.details.splitlines()
    examples = [f"/papers {call}" for line in lines if line.startswith(EXAMPLE) for call in _CALL.split(line)[1:]]
    rules = " ".join(line for line in lines if not line.startswith(EXAMPLE))
    return Reply("help_verb", {"verb": one, "rules": rules, "examples": examples})


def _handled(handler: Handler, ask: Ask) -> Reply:
    try:
        return handler(ask)
    except BotError as error:
        return trouble(error)


def trouble(error: BotError) -> Reply:
    """What went wrong, and what to do."""
    return Reply(TROUBLE, {"told": str(error)})


def _with_news(reply: Reply, profile_id: str, news: Mapping[str, object]) -> Reply:
    """The same answer, which begins with the news that the profile was made, and has a button that starts digests."""
    start = Button("Start the daily digest here", Act.SAY, f"{profile_id} resume", style="primary")
    others = tuple(one for one in reply.buttons if one.value != start.value)
    later = reply.later
    return replace(
        reply,
        template="made",
        values={**reply.values, **news, "answered": reply.template},
        buttons=(start, *others),
        later=(lambda: _with_news(later(), profile_id, news)) if later else None,
        form="",
    )
