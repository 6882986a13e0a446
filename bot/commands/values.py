"""What stands now, and how to change it: the answer to a changing verb without anything after it."""

from collections.abc import Mapping
from difflib import get_close_matches

from bot.commands.table import Ask
from bot.commands.words import quoted, wrong
from bot.domain.conversation import Act, Button, Reply

_FORMS = {"threshold": Act.CUTOFFS, "cap": Act.CUTOFFS, "topic": Act.TOPICS}
# What people type for verbs that are called otherwise.
_SYNONYMS = {"delete": "remove", "drop": "remove", "new": "add", "change": "edit", "hide": "mute", "move": "order"}
_LABELS = {Act.CUTOFFS: "Change cutoffs", Act.TOPICS: "Change topics"}


def values(kind: str, ask: Ask) -> Reply:
    """kind: threshold, cap, topic, categories, authors, keywords, schedule or language."""
    form = _FORMS.get(kind)
    buttons = (Button(_LABELS[form], form, ask.profile.id),) if form else ()
    return Reply("values", {"kind": kind, "profile": ask.profile}, buttons)


def group(kind: str, examples: Mapping[str, str], ask: Ask) -> Reply:
    """The answer to the first word of verbs of two words. examples: their second word -> what is typed after it.

    Raises CommandError if what follows is none of them.
    """
    if not ask.words:
        return values(kind, ask)
    word = ask.words.split()[0]
    meant = _SYNONYMS.get(word.lower(), word.lower())
    near = (get_close_matches(meant, examples, 1) or list(examples))[0]
    *others, last = examples
    told = f"After {kind} comes {', '.join(others)} or {last}, and not {quoted(word)}"
    raise wrong(told, f"{kind} {near} {examples[near]}")
