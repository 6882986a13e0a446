"""Reads as much YAML as slack-manifest.yaml needs: maps, lists of words or of maps, comments. Anything else breaks."""

import re
from collections.abc import Iterator
from typing import Any

_LINE = re.compile(r"( *)(- )?(?:([a-z_]+):(?: +|$))?(.*)")
_WORDS: dict[str, Any] = {"true": True, "false": False}


def read(text: str) -> dict[str, Any]:
    """The document."""
    lines = [line for line in (_without_comment(raw) for raw in text.splitlines()) if line.strip()]
    found, rest = _map(lines, 0)
    assert not rest, f"not understood: {rest[0]!r}"
    return found


def _without_comment(line: str) -> str:
    if line.lstrip().startswith("#"):
        return ""
    return (line if '"' in line else re.sub(r"\s#.*$", "", line)).rstrip()


def _map(lines: list[str], indent: int) -> tuple[dict[str, Any], list[str]]:
    found: dict[str, Any] = {}
    while lines and _indent(lines[0]) == indent and not lines[0].lstrip().startswith("- "):
        match = _LINE.fullmatch(lines[0])
        assert match, lines[0]
        assert match[3], f"no key in {lines[0]!r}"
        assert match[3] not in found, f"{match[3]} twice"
        lines = lines[1:]
        if match[4]:
            found[match[3]] = _word(match[4])
        else:
            assert lines, f"nothing under {match[3]}"
            deeper = _indent(lines[0])
            assert deeper > indent, f"nothing under {match[3]}"
            under = _list if lines[0].lstrip().startswith("- ") else _map
            found[match[3]], lines = under(lines, deeper)
    return found, lines


def _list(lines: list[str], indent: int) -> tuple[Any, list[str]]:
    found: list[Any] = []
    while lines and _indent(lines[0]) == indent and lines[0].lstrip().startswith("- "):
        item = lines[0].lstrip()[2:]
        if re.match(r"[a-z_]+: ", item):
            inner, lines = _map([" " * (indent + 2) + item, *lines[1:]], indent + 2)
            found.append(inner)
        else:
            found.append(_word(item))
            lines = lines[1:]
    return found, lines


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _word(text: str) -> Any:
    return _WORDS.get(text, text.strip('"'))


def uncommented(text: str) -> Iterator[str]:
    """The lines as they are after the # before an address was taken away, as the comments at the top say."""
    for line in text.splitlines():
        yield re.sub(r"^( *)# ((request_url|url|redirect_urls):.*|  - https://.*)$", r"\1\2", line)
