"""Whether two spellings of a name are of one person, as far as spelling can tell.

Accents, case, punctuation and TeX do not count, and neither does a suffix (Jr., III) or what stands in parentheses.
"Quill, Ada" is Ada Quill. Hyphens, and spaces within a name, may be elsewhere: Xiao-Ming Li is Xiaoming Li, and Yann
LeCun is Yann Le Cun. Otherwise:

- First and last word must be the same: Ada Quill is neither Ada Quillon nor Bada Quill, and an initial in the first
  place is one in both: A. Quill is A. M. Quill, but may not be Ada Quill.
- Every word of the followed name must be there, in its order; between the first and the last, an initial stands for any
  name that begins with it. So Ada M. Quill is Ada Mary Quill, but neither Ada B. Quill nor Ada Quill.
- The author may have middle names more: Ada Quill is Ada M. Quill. A word that belongs to a family name is none: Ada
  Quill is not Ada van Quill.

Whoever follows a name and wants more gives its shortest form; nothing can take back what a short name says too much.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from bot.domain.folding import fold

_ASIDE = re.compile(r"\([^)]*\)?")  # arXiv's lists hold `Ada Quill(1)` and `Ada Quill (Somewhere`
_APOSTROPHE = re.compile("['`’‘ʼʻ]")
_HYPHEN = re.compile(r"[-\u2010-\u2015\u2212]")
_WORD = re.compile(r"[^\s!-/:-@\[-`{-~\u2000-\u206f·・]+")  # in any script: whatever is neither space nor punctuation
_UNSPACED = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\U00020000-\U0003ffff]+")  # Chinese, Japanese, Korean
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_OF_FAMILIES = frozenset(
    {
        *("af", "al", "bin", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do", "dos", "du", "el"),
        *("ibn", "la", "le", "los", "ten", "ter", "van", "vom", "von", "zu", "zum", "zur"),
    }
)

Words = tuple[str, ...]


@dataclass(frozen=True)
class _Name:
    """joined: the words of a name, where a hyphen makes two to one. run: neighbours that are no initials run together,
    whatever stands between them. Both are empty for a text that is no name."""

    joined: Words
    run: Words

    @property
    def keys(self) -> frozenset[str]:
        """Two names of one person have one of them in common."""
        return frozenset((self.joined[-1], " ".join(self.run))) if self.joined else frozenset()


class Follows:
    """Finds followed authors among the authors of papers."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._places: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            for key in _read(name).keys:
                self._places.setdefault(key, []).append(place)

    def among(self, authors: Iterable[str]) -> str:
        """The first of these authors who is followed, by the name that the reader gave; empty if none is."""
        if not self._places:
            return ""
        for author in authors:
            alike = {place for key in _read(author).keys for place in self._places.get(key, ())}
            if found := next((self._names[place] for place in sorted(alike) if is_by(self._names[place], author)), ""):
                return found
        return ""


def is_by(followed: str, author: str) -> bool:
    """Whether who follows the one name wants a paper of the other; see above."""
    wanted, name = _read(followed), _read(author)
    if not (wanted.joined and name.joined):
        return False
    return _within(wanted.joined, name.joined) or wanted.run == name.run


def is_name(text: str) -> bool:
    """Whether anything is left of it to compare."""
    return bool(_read(text).joined)


@lru_cache(maxsize=20_000)
def _read(name: str) -> _Name:
    folded = fold(name)
    text = _APOSTROPHE.sub("", _turned(_ASIDE.sub(" ", folded)))
    if not _WORD.search(text):
        text = folded
    return _Name(_words(_HYPHEN.sub("", text)), _run_together(_words(_HYPHEN.sub(" ", text))))


def _turned(text: str) -> str:
    """`quill, ada` as `ada quill`; `ada quill, jr.` without its end."""
    if "," not in text:
        return text
    parts = [part for part in text.split(",") if part.strip(" .") and part.strip(" .") not in _SUFFIXES]
    return " ".join(reversed(parts) if len(parts) == 2 else parts)


def _words(text: str) -> Words:
    words = tuple(_WORD.findall(text))
    if len(words) > 1 and all(_UNSPACED.fullmatch(word) for word in words):
        return ("".join(words),)
    return words[:-1] if len(words) > 2 and words[-1] in _SUFFIXES else words


def _run_together(words: Words) -> Words:
    parts = groupby(words, key=lambda word: len(word) == 1)
    return tuple(part for initials, some in parts for part in (some if initials else ["".join(some)]))


def _within(wanted: Words, words: Words) -> bool:
    """Whether the wanted words are among the others, from the first to the last, and only middle names are more."""
    if len(wanted) < 2 or len(words) < len(wanted):
        return wanted == words
    if (wanted[0], wanted[-1]) != (words[0], words[-1]):
        return False
    left = list(wanted[1:-1])
    for word in words[1:-1]:
        if left and _stands_for(left[0], word):
            left.pop(0)
        elif word in _OF_FAMILIES:
            return False
    return not left


def _stands_for(one: str, other: str) -> bool:
    """Whether they are one middle name: the same, or one is the other's initial."""
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])
