"""Which papers hold words that a reader does not want to read about."""

import re
from collections.abc import Iterable

from bot.domain.folding import fold
from bot.domain.paper import Paper

_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")  # C++ and C# are words, and not C


class MutedWords:
    """Words and phrases, looked for as whole words; case, accents, hyphens and TeX's signs do not count."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._wanted = {phrase: words for phrase in phrases if (words := _in_line(phrase)).strip()}

    def held_by(self, paper: Paper) -> str:
        """Those that stand in its title or its abstract, as the reader spells them; empty if none does."""
        if not self._wanted:
            return ""
        parts = (_in_line(paper.title), _in_line(paper.abstract))
        return ", ".join(phrase for phrase, words in self._wanted.items() if any(words in part for part in parts))


def _in_line(text: str) -> str:
    """The words of a text with one space before and after each."""
    return f" {' '.join(_WORD.findall(fold(text)))} "
