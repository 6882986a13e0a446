"""Many keys, a statement's worth at a time."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

Key = TypeVar("Key", int, str)

PER_STATEMENT = 500  # bound values grow with it; SQLite takes 32,766


def slices(keys: Sequence[Key]) -> Iterable[Sequence[Key]]:
    """As many keys at a time as one statement takes."""
    return (keys[start : start + PER_STATEMENT] for start in range(0, len(keys), PER_STATEMENT))
