"""What a topic's name and texts may be, for commands and for the form."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from bot.commands.words import quoted
from bot.domain.digest import NO_TOPIC
from bot.domain.topic import NO_TOPIC_FITS

LONGEST_NAME, LONGEST_TEXT = 60, 2_000  # characters
LONGEST_ID = 40


def wrong_name(name: str, others: Mapping[str, str]) -> str:
    """Why no topic may be called that, in a sentence without its full stop; empty if one may. others: id -> name of the
    topics beside it."""
    if len(name) > LONGEST_NAME:
        return f"A topic's name has at most {LONGEST_NAME} characters, and this one has {len(name)}"
    if not any(sign.isalpha() for sign in name):
        return "A topic needs a name with letters in it"
    if found := re.search("[:：|｜]", name):
        return f"A topic's name has no “{found[0]}” in it: that sign stands between name and texts"
    if taken := next((one for key, one in others.items() if name.casefold() in (one.casefold(), key)), None):
        return f"There is a topic {quoted(taken)} already"
    return ""


def wrong_text(text: str, what: str) -> str:
    """Why that is no text of what to keep or to leave out; empty if it is. what: which of them."""
    if len(text) <= LONGEST_TEXT:
        return ""
    return f"The text of {what} has at most {LONGEST_TEXT:,} characters, and this one has {len(text):,}"


def new_id(name: str, taken: Collection[str]) -> str:
    """An id for a new topic of that name: a-z 0-9 _, like none that is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub("[^a-z0-9]+", "_", plain).strip("_")
    if not slug[:1].isalpha():
        slug = f"topic_{slug}".rstrip("_")
    slug, number = slug[: LONGEST_ID - 3].rstrip("_"), 1
    wanted, unusable = slug, {*taken, NO_TOPIC_FITS, NO_TOPIC.id}
    while wanted in unusable:
        number += 1
        wanted = f"{slug}_{number}"
    return wanted
