"""language: what deep notes are written in."""

from dataclasses import replace
from difflib import get_close_matches

from bot.commands.proposing import Draft, propose
from bot.commands.table import Ask
from bot.commands.values import values
from bot.commands.words import quoted, wrong
from bot.domain.conversation import Reply
from bot.domain.language import LANGUAGES, language_code


def language(ask: Ask) -> Reply:
    """language NAME - what deep notes are written in, by its name or its code.

    Quotations stay as they are in the paper. Notes that were made before stay, too, in their language.
    Examples: /papers language German, /papers language ja
    """
    if not ask.words:
        return values("language", ask)
    now = LANGUAGES[ask.profile.language]
    example = f"language {'German' if now != 'German' else 'French'}"
    code = language_code(ask.words)
    if code is None:
        near = get_close_matches(ask.words.strip().capitalize(), LANGUAGES.values(), 1)
        told = f"The nearest is {near[0]}" if near else f"There are {', '.join(LANGUAGES.values())}"
        usage = f"language {near[0]}" if near else example
        raise wrong(f"Notes cannot be written in {quoted(ask.words)}. {told}", usage)
    if code == ask.profile.language:
        raise wrong(f"Notes are written in {now} already", example)
    return propose(Draft(ask.profile, replace(ask.profile, language=code)), ask.asker, ask.desk)
