"""What somebody typed -> the verb that it means, and the words after it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.commands.table import Verb
from bot.commands.words import quoted
from bot.domain.characters import one_line
from bot.domain.paper import PaperId
from bot.errors import CommandError

LONGEST = 3_000  # characters; Slack's own limit of a message is 4,000
_QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"') | dict.fromkeys("‘’‚‛′", "'"))
# How Slack sends mentions and links, where the command is set up to escape them:
# https://docs.slack.dev/interactivity/implementing-slash-commands
_MENTION = re.compile(r"<([@#!])([^<>|]*)(?:\|([^<>]*))?>")
_LINK = re.compile(r"<((?:https?://|mailto:)[^<>|\s]+)(?:\|([^<>]*))?>")


@dataclass(frozen=True)
class Call:
    """A verb, and what follows it. verb: None where nothing was typed."""

    verb: Verb | None
    words: str


def call(text: str, verbs: Sequence[Verb]) -> Call:
    """Find the verb of the longest name that the text begins with. Raises CommandError naming the nearest one."""
    line = plain(text)
    if len(line) > LONGEST:
        raise CommandError(f"That is too long: a command has at most {LONGEST:,} characters")
    words = line.split(" ") if line else []
    if words and words[0].lower() in ("/papers", "papers"):
        del words[0]
    if not words:
        return Call(None, "")
    named = {verb.name: verb for verb in verbs}
    for length in (2, 1):
        if verb := named.get(" ".join(words[:length]).lower()):
            return Call(verb, " ".join(words[length:]))
    raise _unknown(words, named)


def plain(text: str) -> str:
    """The text as its writer saw it, in one line: without Slack's escapes, with straight quotation marks."""
    shown = _MENTION.sub(_as_mentioned, _LINK.sub(_as_linked, text))
    for escaped, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(escaped, sign)
    return one_line(shown).translate(_QUOTATION_MARKS)


def _as_mentioned(found: re.Match[str]) -> str:
    sign, name, label = found[1], found[2], found[3]
    return f"{'#' if sign == '#' else '@'}{(label or name).lstrip('@#')}"


def _as_linked(found: re.Match[str]) -> str:
    """The address; or what was typed, where Slack took a word such as cs.AI for one."""
    address, label = found[1].removeprefix("mailto:"), found[2] or ""
    bare = re.sub(r"^https?://", "", address).rstrip("/")
    return label if label and bare.lower() == label.rstrip("/").lower() else address


def _unknown(words: Sequence[str], named: dict[str, Verb]) -> CommandError:
    """Why nothing can be done with these words, and what may have been meant."""
    first, both = words[0].lower(), " ".join(words[:2]).lower()
    if _is_paper(words[0]):
        return CommandError("A paper's id alone says nothing", hint=f"To see what became of it: /papers why {words[0]}")
    group = [verb for verb in named.values() if verb.name.startswith(f"{first} ")]
    if group:
        seconds = [verb.name.removeprefix(f"{first} ") for verb in group]
        near = get_close_matches(words[1].lower() if len(words) > 1 else "", seconds, 1)
        told = f"After {first} comes one of {', '.join(seconds)}"
        return CommandError(
            told, hint=f"Its form: /papers {named[f'{first} {near[0]}'].shown}" if near else _form(group)
        )
    if ends := [verb for verb in named.values() if verb.name.endswith(f" {first}")]:
        told = f"{quoted(words[0])} alone is no command, but {' and '.join(verb.name for verb in ends)}"
        return CommandError(f"{told} {'is' if len(ends) == 1 else 'are'}", hint=_form(ends))
    near = get_close_matches(both, named, 1, cutoff=0.7) or get_close_matches(first, named, 1, cutoff=0.6)
    begun = [name for name in named if name.startswith(first)] if len(first) > 1 else []
    if meant := (near or begun)[:1]:
        told = f"There is no command {quoted(words[0])}. The nearest is {meant[0]}"
        return CommandError(told, hint=f"Its form: /papers {named[meant[0]].shown}")
    return CommandError(
        f"There is no command {quoted(words[0])}",
        hint=f"To look for papers: /papers search {_clip(' '.join(words))}; to see all commands: /papers help",
    )


def _form(group: Sequence[Verb]) -> str:
    return f"For example: /papers {group[0].shown}"


def _is_paper(word: str) -> bool:
    """Whether the word is a paper's id, or a link to it."""
    try:
        PaperId.parse(word)
    except ValueError:
        return False
    return True


def _clip(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
