"""The file .env: what it sets, and a new edition of it in which everything else stays as its owner wrote it."""

import os
import re
import tempfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from bot.errors import SettingsError

# What needs no quotes, neither for us nor for `docker compose`, which reads the same file.
_PLAIN = re.compile(r"[\w.:/@,+=-]+( [\w.:/@,+=-]+)*", re.ASCII)


def read(path: Path) -> str:
    """The file's text; empty if there is none. Raises SettingsError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}", permanent=True) from error


def values(text: str) -> dict[str, str]:
    """Names and values as they stand there: a $ in a password is a $. The last of two lines with one name counts."""
    return {one.key: one.value or "" for one in parse_stream(StringIO(text)) if one.key}


def updated(text: str, answers: Mapping[str, str]) -> str:
    """The text with these answers in it. answers: name -> value without line breaks; empty: the setting is left out.

    A line whose value stays is not touched. A new one goes under its example, `#NAME=…`, or to the end.
    """
    current = values(text)
    left = {name: value for name, value in answers.items() if value and current.get(name) != value}
    gone = {name for name, value in answers.items() if current.get(name) != value}
    parts = []
    for binding in parse_stream(StringIO(text)):
        if binding.key in gone:
            parts.append(_replaced(binding, left.pop(binding.key, "")))
            continue
        parts.append(binding.original.string)
        example = re.match(r"\s*#\s?(\w+)=", binding.original.string) if not binding.key else None
        if example and example[1] not in current and example[1] in left:
            parts.append(_line(example[1], left.pop(example[1])))
    parts += (_line(name, value) for name, value in left.items())
    return "".join(_ended(part) for part in parts)


def quoted(value: str) -> str:
    """A value as it must stand in the file to be read back as it is."""
    if _PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def replace_file(path: Path, text: str) -> None:
    """Write the file, readable by its owner only, whole or not at all. Raises SettingsError; then the old one stays."""
    place = path.resolve()  # a link stays a link
    fresh = None
    try:
        descriptor, fresh = tempfile.mkstemp(prefix=".env-", dir=place.parent)  # made with mode 600
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(fresh).replace(place)
        fresh = None
        _sync_folder(place.parent)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}", permanent=True) from error
    finally:
        if fresh:
            Path(fresh).unlink(missing_ok=True)


def _replaced(binding: Binding, value: str) -> str:
    """The line with another value, after the same blank lines and `export`; nothing if there is none."""
    before = re.match(r"\s*(?:export[^\S\r\n]+)?", binding.original.string)
    return f"{before[0]}{_line(binding.key or '', value)}" if before and value else ""


def _line(name: str, value: str) -> str:
    return f"{name}={quoted(value)}\n"


def _ended(part: str) -> str:
    return part if not part or part.endswith(("\n", "\r")) else f"{part}\n"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
