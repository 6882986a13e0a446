"""A note as one JSON text, and back: every field of bot.domain.note.Note under its own name.

Decimals and moments are strings, so that nothing of them is lost. Of a text that a newer version of the program wrote,
what this one does not know is passed over; fields that are missing have their defaults.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from bot.domain.fulltext import TextSource
from bot.domain.note import Note


def write(note: Note) -> str:
    """The text of a note."""
    return json.dumps(asdict(note), default=str, separators=(",", ":"))


def read(text: str) -> Note:
    """The note of a text. Raises ValueError saying what cannot be read."""
    try:
        note = _value(Note, json.loads(text))
    except (TypeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"it is no note: {error}") from error
    if not isinstance(note, Note):
        raise ValueError("it is no note")
    return note


def _value(kind: Any, said: object) -> object:
    """What JSON holds, as a value of that type: a dataclass, tuple[…, ...], … | None, or a plain one."""
    if is_dataclass(kind) and isinstance(said, Mapping):
        hints = get_type_hints(kind)
        known = [field.name for field in fields(kind) if field.name in said]
        make: Any = kind
        return make(**{name: _value(hints[name], said[name]) for name in known})
    if get_origin(kind) is UnionType:
        (wanted,) = (one for one in get_args(kind) if one is not type(None))
        return None if said is None else _value(wanted, said)
    if get_origin(kind) is tuple and isinstance(said, list):
        return tuple(_value(get_args(kind)[0], one) for one in said)
    if isinstance(said, str) and kind in _FROM_TEXT:
        return _FROM_TEXT[kind](said)
    if type(said) is not kind:
        raise ValueError(f"{str(said)[:40]!r} stands where something else should")
    return said


_FROM_TEXT: Mapping[Any, Callable[[str], object]] = {
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    TextSource: TextSource,
}
