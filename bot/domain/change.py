"""Changes of profiles: proposed, then applied or not, remembered, and taken back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.profile import Profile

TERMINAL = "terminal"  # the user of what is done at a terminal


@dataclass(frozen=True)
class Proposal:
    """A change that somebody was shown and has not decided on yet.

    what: the change in words, as it will stand in the history: "relevance cutoff 8 → 7". before, after: the profile;
    equal where a digest is to be made. run: the announcement day whose digest is to be made. undoes: id of the change
    that this one takes back.
    """

    profile_id: str
    user: str
    what: str
    before: Profile
    after: Profile
    run: date | None = None
    undoes: int | None = None


@dataclass(frozen=True)
class Change:
    """A change that was made. before: None where the profile was made by it. undone: another change took it back."""

    id: int
    profile_id: str
    at: datetime
    user: str
    what: str
    before: Profile | None
    after: Profile
    undoes: int | None = None
    undone: bool = False


class Settling(StrEnum):
    """How deciding on a proposal ended. STALE: the profile was changed since. GONE: decided before, or not known."""

    APPLIED = "applied"
    CANCELLED = "cancelled"
    STALE = "stale"
    GONE = "gone"


LONGEST_SHOWN = 60  # characters of a value
PRIVATE = "mail_to"


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """What differs between two documents of a profile, a line each, by the keys of its file:

    `cutoffs.relevance: 8 → 7`, `categories: added stat.ML`, `topics.routing.name: "Routing" → "Sparse routing"`. Of
    mail addresses, only how many: everybody in the channel reads its history.
    """
    return tuple(_differing("", before, after))


def _differing(key: str, before: object, after: object) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*after, *before)):
            yield from _differing(f"{key}.{name}".lstrip("."), before.get(name), after.get(name))
    elif key == PRIVATE and isinstance(before, list) and isinstance(after, list):
        added, removed = set(after) - set(before), set(before) - set(after)
        yield f"{key}: {len(added)} added, {len(removed)} removed"
    elif isinstance(before, list) and isinstance(after, list):
        yield from _list_differing(key, _named(before), _named(after))
    else:
        yield f"{key}: {' → '.join(_shown(before, after))}"


def _list_differing(key: str, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    yield from (f"{key}: added {name}" for name in after if name not in before)
    yield from (f"{key}: removed {name}" for name in before if name not in after)
    for name in after:
        if name in before:
            yield from _differing(f"{key}.{name}", before[name], after[name])
    order = [name for name in after if name in before]
    if order != [name for name in before if name in after]:
        yield f"{key}: now in the order {', '.join(after)}"


def _named(items: Sequence[object]) -> Mapping[str, object]:
    """By the id of each, as topics have one, or by what it is."""
    return {str(item["id"]) if isinstance(item, Mapping) and "id" in item else _plain(item): item for item in items}


def _plain(item: object) -> str:
    if isinstance(item, Mapping):
        return " ".join(f"{name} {value}" for name, value in item.items())
    return str(item)


def _shown(before: object, after: object) -> Iterator[str]:
    """Both values; of long texts that begin alike, from the word on where they differ."""
    start = 0
    if isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > LONGEST_SHOWN:
        alike = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), None)
        start = before.rfind(" ", 0, min(len(before), len(after)) if alike is None else alike) + 1
    for value in (before, after):
        yield "unset" if value is None else json.dumps(_cut(value, start), ensure_ascii=False)


def _cut(value: object, start: int) -> object:
    if not isinstance(value, str):
        return value
    text = f"…{value[start:]}" if start else value
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
