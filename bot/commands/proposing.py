"""Every change begins here: it is proposed, with what it would have done, and nothing changes before Apply."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.commands.differences import in_words, told
from bot.commands.words import wrong
from bot.desk import Desk
from bot.domain.change import Proposal
from bot.domain.conversation import Act, Asker, Button, Reply
from bot.domain.effect import Effect
from bot.domain.profile import Profile
from bot.errors import BotError

# More than anybody reads through; a profile's file may hold more.
MOST_TOPICS, MOST_CATEGORIES, MOST_FOLLOWS, MOST_MUTED_WORDS = 30, 20, 100, 100

RECKONING = "One moment: working out what the last 14 announcement days would have looked like …"


@dataclass(frozen=True)
class Draft:
    """A change to be proposed. what: it in words, for the history; empty: as the differences tell.

    run, undoes: as in Proposal. template, values: the answer that shows it, and what that needs beside what every
    proposal shows.
    """

    before: Profile
    after: Profile
    what: str = ""
    run: date | None = None
    undoes: int | None = None
    template: str = "proposal"
    values: Mapping[str, object] = field(default_factory=dict)


def propose(draft: Draft, asker: Asker, desk: Desk) -> Reply:
    """Show the change, with Apply and Cancel. Raises CommandError if nothing would change."""
    before, after = draft.before, draft.after
    if before == after and draft.run is None:
        raise wrong("Nothing would change: the profile is just so already", "threshold relevance 7")
    if not _shows_others(before, after):
        return _shown(draft, asker, desk, None)
    if desk.what_if.slow(before, after):
        return Reply("working", {"told": RECKONING}, later=lambda: _with_effect(draft, asker, desk))
    return _with_effect(draft, asker, desk)


def changed(profile: Profile, usage: str, **fields: object) -> Profile:
    """The profile with other values. Raises CommandError where a profile cannot be so."""
    try:
        after: Profile = replace(profile, **fields)  # type: ignore[arg-type]
    except ValueError as error:
        raise wrong(_sentence(str(error)), usage) from error
    for what, most, remove, old, new in (
        ("topics", MOST_TOPICS, "topic remove", [one.id for one in profile.topics], after.topics),
        ("categories", MOST_CATEGORIES, "categories remove", profile.categories, after.categories),
        ("followed authors", MOST_FOLLOWS, "authors unfollow", profile.follows, after.follows),
        ("muted words", MOST_MUTED_WORDS, "keywords unmute", profile.muted_words, after.muted_words),
    ):
        if len(new) > max(most, len(old)):
            told = f"A profile has at most {most} {what}, and this would be number {len(new)}"
            raise wrong(told, f"{remove} {old[-1]}", "To make room") if old else wrong(told, usage)
    return after


def _shows_others(before: Profile, after: Profile) -> bool:
    """Whether other papers may be shown, and not only at other times, or explained in another language."""
    alike = replace(after, schedule=before.schedule, pauses=before.pauses, language=before.language)
    return alike != before


def _with_effect(draft: Draft, asker: Asker, desk: Desk) -> Reply:
    try:
        effect: Effect | str = desk.what_if.effect(draft.before, draft.after)
    except BotError as error:  # somebody whose archive cannot be read now must be able to change a cutoff all the same
        effect = error.what
    return _shown(draft, asker, desk, effect)


def _shown(draft: Draft, asker: Asker, desk: Desk, effect: Effect | str | None) -> Reply:
    """effect: why it is not known, if it is a text; None: papers are chosen as before."""
    found = in_words(draft.before, draft.after)
    what = draft.what or told(found)
    made = Proposal(draft.before.id, asker.user, what, draft.before, draft.after, draft.run, draft.undoes)
    proposal_id = desk.book.propose(made)
    values = {
        "profile": draft.after,
        "what": what,
        "differences": found,
        "effect": None if isinstance(effect, str) else effect,
        "no_effect": effect if isinstance(effect, str) else "",
        **draft.values,
    }
    buttons = (
        Button("Apply", Act.APPLY, proposal_id, style="primary"),
        Button("Cancel", Act.CANCEL, proposal_id),
    )
    return Reply(draft.template, values, buttons)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
