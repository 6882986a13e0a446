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


def to_toml(profile: Profile) -> str:
    """The profile as TOML text."""
    return tomli_w.dumps(to_document(profile), multiline_strings=True)


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


def _told(problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    said = problem["msg"].removeprefix("Value error, ")
    return f"{key}: {said}" if key else said
