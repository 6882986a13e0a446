"""Reading the words that follow a verb: numbers, days, topics, papers, quoted phrases.

Every function that reads raises CommandError: one sentence with what is possible, and an example. `usage` is such an
example, as it is typed after /papers.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches

from bot.domain.paper import PaperId
from bot.domain.profile import Profile
from bot.domain.topic import Topic
from bot.errors import CommandError

LONGEST_QUOTED = 60  # characters of what somebody typed, when it is told them again
MOST_DAYS = 3650
_UNITS = {"d": 1, "w": 7, "m": 30}  # days
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}  # days from today


@dataclass(frozen=True)
class Part:
    """A word or a "quoted phrase". key: what stood before its colon, in lower case, as in author:"Ada Quill"."""

    text: str
    quoted: bool = False
    key: str = ""


def wrong(told: str, usage: str, leads_to: str = "For example") -> CommandError:
    """What cannot be done, and an example of what can. leads_to: what the example is for."""
    return CommandError(told, hint=f"{leads_to}: /papers {usage}")


def quoted(text: str) -> str:
    """What somebody typed, in quotation marks, not too much of it."""
    return f"“{text if len(text) <= LONGEST_QUOTED else text[: LONGEST_QUOTED - 1] + '…'}”"


def nothing_more(words: str, verb: str) -> None:
    """For verbs that take no words."""
    if words:
        raise wrong(f"{verb} takes no words after it, and here it has {quoted(words)}", verb)


def something(words: str, what: str, usage: str) -> str:
    """The words, if there are any. what: is missing otherwise, such as "the words to look for"."""
    if not words:
        raise wrong(f"{what[:1].upper()}{what[1:]} is missing", usage)
    return words


def whole_number(text: str, what: str, least: int, most: int, usage: str) -> int:
    """A whole number within bounds. what: it says, such as "the relevance cutoff"."""
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise wrong(f"{what[:1].upper()}{what[1:]} is a whole number from {least} to {most}, not {quoted(text)}", usage)
    return int(text)


def day(text: str, today: date, usage: str, *, ahead: bool = False) -> date:
    """2026-11-01, today, yesterday, tomorrow, or a weekday: the last one up to today, or (ahead) the next one."""
    word = text.lower()
    if word in _NEAR:
        return _moved(today, _NEAR[word], text, usage)
    names = [name for name in _WEEK if len(word) >= 3 and name.startswith(word)]
    if names:
        weekday = _WEEK.index(names[0])
        back = (today.weekday() - weekday) % 7
        return _moved(today, 7 - back if ahead else -back, text, usage)
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", word):
            return date.fromisoformat(word)
    except ValueError:
        pass  # the 30th of February: the same sentence as for any other word
    raise wrong(f"{quoted(text)} is no day that I can read: write it as {today}, or as monday", usage)


def since(text: str, today: date, usage: str) -> date:
    """7d, 2w, 3m (months of 30 days), or a day. Never one that is still to come."""
    found = re.fullmatch(r"([0-9]{1,5})\s*([dwm])", text.lower())
    if found:
        days = int(found[1]) * _UNITS[found[2]]
        if not 1 <= days <= MOST_DAYS:
            raise wrong(f"since takes from 1d to {MOST_DAYS}d, not {quoted(text)}", usage)
        return today - timedelta(days=days - 1)
    first = day(text, today, usage)
    if first > today:
        raise wrong(f"since takes a day that has come, and {first} has not", usage)
    return first


def month(text: str, today: date, usage: str) -> date:
    """The first day of a month: 2026-05, or last; without any text, of this one. Never one that is still to come."""
    this = today.replace(day=1)
    if not text:
        return this
    if text.lower() == "last":
        return (this - timedelta(days=1)).replace(day=1)
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
    if not found or int(found[1]) < 1991:
        raise wrong(f"{quoted(text)} is no month: write it as {today:%Y-%m}", usage)
    first = date(int(found[1]), int(found[2]), 1)
    if first > today:
        raise wrong(f"{text} is still to come", usage)
    return first


def last_of(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def topic_of(text: str, profile: Profile, usage: str) -> Topic:
    """A topic by its id, by its number in the profile's list (from 1), by its name, or by how name or id begin."""
    word = " ".join(text.split()).casefold()
    if word.isascii() and word.isdecimal():
        number = whole_number(word, "the number of a topic", 1, len(profile.topics), usage)
        return profile.topics[number - 1]
    exact = [one for one in profile.topics if word in (one.id, one.name.casefold())]
    begun = [
        one for one in profile.topics if word and (one.name.casefold().startswith(word) or one.id.startswith(word))
    ]
    found = exact[:1] or begun
    if len(found) == 1:
        return found[0]
    if found:
        raise wrong(f"{quoted(text)} may be any of {_listed(one.name for one in found)}: write more of it", usage)
    near = get_close_matches(word, [one.name.casefold() for one in profile.topics], 1, cutoff=0.5)
    meant = [one.name for one in profile.topics if one.name.casefold() in near]
    if meant:
        raise wrong(f"There is no topic {quoted(text)}; did you mean {quoted(meant[0])}?", usage)
    there = "There is only" if len(profile.topics) == 1 else "There are"
    raise wrong(f"There is no topic {quoted(text)}. {there} {_listed(one.name for one in profile.topics)}", usage)


def paper_id(text: str, usage: str) -> str:
    """An arXiv id without its version, from an id in any form, a link to arXiv, or an arXiv DOI."""
    return paper_version(text, usage).arxiv_id


def paper_version(text: str, usage: str) -> PaperId:
    """The same with its version, if it names one."""
    bare = re.sub(r"[?#].*$", "", text.strip("<>()[]\"'.,;"))
    bare = re.sub(r"^(?:https?://)?(?:www\.|export\.)?arxiv\.org/", "https://arxiv.org/", bare, flags=re.IGNORECASE)
    bare = re.sub(r"^(?:https?://doi\.org/|doi:)?10\.48550/arxiv\.", "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"^arxiv:", "", bare, flags=re.IGNORECASE).removesuffix(".pdf")
    try:
        return PaperId.parse(bare)
    except ValueError:
        raise wrong(
            f"{quoted(text)} is no arXiv id: write it as 2605.01234 or hep-th/9901001, or paste the paper's link", usage
        ) from None


def parts(text: str, keys: Sequence[str], usage: str) -> tuple[Part, ...]:
    """Words, "quoted phrases" and key:values, in order. Only these keys count as such. Empty phrases are dropped.

    A key needs a value, which is not another key.
    """
    if text.count('"') % 2:
        raise wrong("A quotation mark is not closed", usage)
    key = rf"(?:{'|'.join(keys) or '(?!)'}):"
    if bare := re.search(rf"(?<!\S)({key})\s*(?:$|(?={key}))", re.sub('"[^"]*"', '""', text), re.IGNORECASE):
        raise wrong(f"Nothing stands after {quoted(bare[1])}", usage)
    pattern = rf"""(?:(?P<key>{key})\s*)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))"""
    found = [
        Part(
            (one["phrase"] if one["phrase"] is not None else one["word"]).strip(),
            one["phrase"] is not None,
            (one["key"] or "").lower().removesuffix(":"),
        )
        for one in re.finditer(pattern, text, re.IGNORECASE)
    ]
    return tuple(part for part in found if part.text)


def _moved(start: date, days: int, text: str, usage: str) -> date:
    try:
        return start + timedelta(days=days)
    except OverflowError:
        raise wrong(f"{quoted(text)} is out of reach", usage) from None


def _listed(names: Iterable[str], most: int = 8) -> str:
    """“a”, “b” and 3 more."""
    every: Sequence[str] = [quoted(name) for name in names]
    rest = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + rest
