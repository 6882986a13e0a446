"""A profile as a TOML file or as a plain mapping, and back; every mistake in it is named by its key.

The file that `broadsheet profile export` writes is what `import` reads:

    id = "reading-group"
    name = "Reading group"
    categories = ["cs.LG", "cs.AI"]
    digest_at = "08:30"
    timezone = "Europe/Berlin"

    [cutoffs]
    relevance = 8

    [[topics]]
    id = "routing"
    name = "Sparse routing"
    keep = "…"
    leave_out = "…"
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tomli_w
from pydantic import TypeAdapter, ValidationError

from bot.domain.profile import Profile
from bot.errors import ProfileError
from bot.resources import folder

# Keys that a profile may leave out, as an example of how to set them.
UNSET = {
    "slack_channel": 'slack_channel = "C0123456789"    # unset: SLACK_CHANNEL of the settings',
    "shortlist_limit": "shortlist_limit = 300              # most papers a day that are judged; unset: all",
}


def to_document(profile: Profile) -> dict[str, Any]:
    """A mapping of plain values (strings, numbers, lists, mappings); what is None is left out."""
    document: dict[str, Any] = _adapter().dump_python(profile, mode="json", exclude_none=True)
    return document | {"digest_at": f"{profile.digest_at:%H:%M}"}


def from_document(document: Mapping[str, Any]) -> Profile:
    """Read such a mapping. Raises ProfileError naming every wrong key at once."""
    try:
        profile = _adapter().validate_python(document, extra="forbid")
    except ValidationError as error:
        wrong = "; ".join(_told(problem) for problem in error.errors(include_url=False, include_input=False))
        raise ProfileError(f"the profile is not usable: {wrong}", permanent=True) from error
    parse_timezone(profile.timezone)
    return profile


def starting_profile(**fields: object) -> Profile:
    """A profile with the topics of prompts/topics.toml. fields: the others, named as in a file. Raises ProfileError."""
    path = folder("prompts") / "topics.toml"
    try:
        return from_document({**tomllib.loads(path.read_text(encoding="utf-8")), **fields})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path} cannot be read: {error}", permanent=True) from error


def to_toml(profile: Profile) -> str:
    """The profile as TOML text, with what is unset as comments."""
    unset = "".join(f"# {line}\n" for key, line in UNSET.items() if getattr(profile, key) is None)
    return unset + tomli_w.dumps(to_document(profile), multiline_strings=True)


def from_toml(text: str) -> Profile:
    """Read TOML text. Raises ProfileError naming the line or the keys."""
    try:
        return from_document(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"the profile is not TOML: {error}", permanent=True) from error


def parse_timezone(name: str) -> str:
    """Check that an IANA zone of that name exists. Raises ProfileError."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ProfileError(
            f"timezone {name!r} is not known", hint="Write it as Europe/Berlin or America/New_York", permanent=True
        ) from error


@cache
def _adapter() -> TypeAdapter[Profile]:
    return TypeAdapter(Profile)


# Where pydantic speaks of Python, we do not.
SAID = {
    "unexpected_keyword_argument": "no such key",
    "missing": "is missing",
    "missing_argument": "is missing",
    "tuple_type": "must be a list",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "time_parsing": "must be a time of day, such as 08:30",
}


def _told(problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    said = SAID.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    return f"{key}: {said}" if key else said
