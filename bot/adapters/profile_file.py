"""A profile as a TOML file or as a plain mapping, and back; every mistake in it is named by its key.

The file that `broadsheet profile export` writes is what `import` reads:

    id = "reading-group"
    name = "Reading group"
    categories = ["cs.LG", "cs.AI"]
    digest_at = "08:30"
    timezone = "Europe/Berlin"
    days = "weekdays"

    [cutoffs]
    relevance = 8

    [[topics]]
    id = "routing"
    name = "Sparse routing"
    keep = "…"
    leave_out = "…"
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from functools import cache
from typing import Any

import tomli_w
from pydantic import TypeAdapter, ValidationError

from bot.domain.profile import Profile
from bot.domain.schedule import Schedule, days_text, parse_days
from bot.errors import ProfileError
from bot.resources import folder

# Keys that a profile may leave out, as an example of how to set them.
UNSET = {
    "slack_channel": 'slack_channel = "C0123456789"    # unset: SLACK_CHANNEL of the settings',
    "slack_team": 'slack_team = "T0123456789"       # unset: the workspace of SLACK_BOT_TOKEN',
    "shortlist_limit": "shortlist_limit = 300            # most papers a day that are judged; unset: all",
    "follows": 'follows = ["Ada Quill"]          # their papers are always shown',
    "muted_words": 'muted_words = ["survey"]         # papers that hold one of these words or phrases are not judged',
    "editors": 'editors = ["U0123456789"]        # unset: the members of the channel may change the profile',
    "pauses": "pauses = [{ since = 2026-12-21, until = 2027-01-04 }]    # no digests; the first wanted again: until",
}


def to_document(profile: Profile) -> dict[str, Any]:
    """A mapping of plain values (strings, numbers, lists, mappings), the schedule's among them; None is left out."""
    document: dict[str, Any] = _adapter().dump_python(profile, mode="json", exclude_none=True)
    flat = {name: schedule_key.write(profile.schedule) for name, schedule_key in _SCHEDULE.items()}
    parts = (flat if name == "schedule" else {name: value} for name, value in document.items())
    return {name: value for part in parts for name, value in part.items()}


def from_document(document: Mapping[str, Any]) -> Profile:
    """Read such a mapping. Raises ProfileError naming every wrong key at once."""
    wrong = ["schedule: no such key; its keys are digest_at, timezone and days"] if "schedule" in document else []
    others = {name: value for name, value in document.items() if name not in _SCHEDULE}
    schedule = _schedule(document, wrong)
    try:
        profile = _adapter().validate_python({**others, "schedule": schedule}, extra="forbid")
    except ValidationError as error:
        wrong += (_told(problem) for problem in error.errors(include_url=False, include_input=False))
    if wrong:
        raise ProfileError(f"the profile is not usable: {'; '.join(wrong)}", permanent=True)
    return profile


def starting_profile(schedule: Schedule | None = None, **fields: object) -> Profile:
    """A profile with the topics of prompts/topics.toml. fields: the others, named as in a file. Raises ProfileError."""
    path = folder("prompts") / "topics.toml"
    try:
        profile = from_document({**tomllib.loads(path.read_text(encoding="utf-8")), **fields})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path} cannot be read: {error}", permanent=True) from error
    return replace(profile, schedule=schedule) if schedule else profile


def to_toml(profile: Profile) -> str:
    """The profile as TOML text, with what is unset as comments."""
    unset = {key: line for key, line in UNSET.items() if not getattr(profile, key)}
    document = {key: value for key, value in to_document(profile).items() if key not in unset}
    return "".join(f"# {line}\n" for line in unset.values()) + tomli_w.dumps(document, multiline_strings=True)


def from_toml(text: str) -> Profile:
    """Read TOML text. Raises ProfileError naming the line or the keys."""
    try:
        return from_document(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"the profile is not TOML: {error}", permanent=True) from error


@dataclass(frozen=True)
class _Key:
    """One key of a file that is a field of Schedule. read: its value as the file has it -> the field's."""

    field: str
    read: Callable[[Any], object]
    write: Callable[[Schedule], str]


def _time(value: object) -> time:
    try:
        return value if isinstance(value, time) else time.fromisoformat(_text(value))
    except ValueError as error:
        raise ValueError("must be a time of day, such as 08:30") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def _days(value: object) -> frozenset[str]:
    return parse_days(" ".join(map(_text, value)) if isinstance(value, list) else _text(value))


_SCHEDULE: Mapping[str, _Key] = {
    "digest_at": _Key("at", _time, lambda schedule: schedule.at.isoformat().removesuffix(":00")),
    "timezone": _Key("timezone", _text, lambda schedule: schedule.timezone),
    "days": _Key("days", _days, lambda schedule: days_text(schedule.days)),
}


def _schedule(document: Mapping[str, Any], wrong: list[str]) -> Schedule:
    """The schedule, as far as its keys are right; what is wrong with the others is added to `wrong`."""
    schedule = Schedule()
    for name, key in _SCHEDULE.items():
        if name not in document:
            continue
        try:
            schedule = replace(schedule, **{key.field: key.read(document[name])})  # type: ignore[arg-type]
        except ValueError as error:
            wrong.append(str(error) if str(error).startswith(f"{name} ") else f"{name}: {error}")
    return schedule


@cache
def _adapter() -> TypeAdapter[Profile]:
    return TypeAdapter(Profile)


DATE = "must be a date, such as 2026-12-21"
# Where pydantic speaks of Python, we do not.
SAID = {
    "unexpected_keyword_argument": "no such key",
    "missing": "is missing",
    "missing_argument": "is missing",
    "tuple_type": "must be a list",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "date_type": DATE,
    "date_parsing": DATE,
    "date_from_datetime_parsing": DATE,
    "date_from_datetime_inexact": DATE,
    "dataclass_type": "must be a table, such as { since = 2026-12-21, until = 2027-01-04 }",
}


def _told(problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    said = SAID.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    return f"{key}: {said}" if key else said
