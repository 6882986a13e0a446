"""Looking up the paper's own words, however they were printed, read and typed again.

What is compared is letters and digits alone, one behind the other, without case: so white space, punctuation, hyphens
at the ends of lines, ligatures, typographic signs and the dollar signs around formulas never matter, but each word
does. A phrase must begin where a word begins and end where one ends: "art" is not in "smart".
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, pairwise

from bot.domain.formulas import GREEK

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_GREEK_SIGN = {ord(char): name for char, name in GREEK.items()}
# Commands that stand for letters: \theta is theta, and so is θ; \varphi is phi. Of others, only what they hold counts.
_LETTERS = "|".join(sorted({*GREEK.values(), "log", "exp", "min", "max", "sin", "cos", "tanh"}, key=len)[::-1])
_COMMAND = re.compile(rf"\\(?:(?:var)?({_LETTERS})(?![A-Za-z])|(leq?|geq?|lt|gt|ell)(?![A-Za-z])|[A-Za-z]+)")
_COMPARED = {"le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "lt": "<", "gt": ">", "ell": "l"}
_WORD = re.compile(r"[^\W_]+(?:(?<=\d)\.(?=\d)[^\W_]+)*|[<>≤≥]")
_LEFT_OUT = re.compile(
    r"\[\s*(?:…|\.\s?\.\s?\.)\s*\]|\(\s*(?:…|\.\s?\.\s?\.)\s*\)|…|\.\s?\.\s?\.|\\[lc]?dots(?![A-Za-z])"
)
# [12], [3, 4–6], (Vaswani et al., 2017), (2017): what a writer leaves out when quoting.
CITATION = re.compile(r"\[\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\]|\([^()$]{0,200}?\b(?:19|20)\d\d[a-z]?\b[^()$]{0,200}\)")
_MOST_TRIES = 1000  # places where a phrase may begin or end within a word before it does not
_MOST_PARTS = 20  # of one quotation that leaves something out
# Letters between two parts of one quotation; near ones if one of them is short, for else anything could be said in
# single words of the paper.
_FARTHEST, _NEAR, _LONG = 600, 60, 12
_LONGEST = 20_000  # characters of a quotation; nobody quotes so much


def words(text: str) -> list[str]:
    """The words of a text as they are compared; a number with a decimal point is one."""
    plain = _COMMAND.sub(lambda found: f" {found[1] or _COMPARED.get(found[2], '')} ", _UNSEEN.sub("", text))
    return _WORD.findall(unicodedata.normalize("NFKC", plain).casefold().translate(_GREEK_SIGN))


class Squeezed:
    """A text in which phrases can be looked up, again and again."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _words(self) -> list[str]:
        return words(self._text)

    @cached_property
    def _all(self) -> str:
        return "".join(self._words)

    @cached_property
    def _edges(self) -> bytearray:
        """1 wherever a word begins or ends."""
        edges = bytearray(len(self._all) + 1)
        for at in accumulate(map(len, self._words), initial=0):
            edges[at] = 1
        return edges

    def holds(self, phrase: str) -> bool:
        """Whether the phrase stands in the text; what it leaves out ("…") may be missing. An empty one does."""
        if len(phrase) > _LONGEST:
            return False
        parts = ["".join(words(part)) for part in _LEFT_OUT.split(phrase)]
        parts = [part for part in parts if part]
        if len(parts) > _MOST_PARTS:
            return False
        return not parts or any(self._follow(parts, at + len(parts[0])) for at in self._places(parts[0]))

    def _follow(self, parts: list[str], at: int) -> bool:
        for before, part in pairwise(parts):
            farthest = _FARTHEST if min(len(before), len(part)) >= _LONG else _NEAR
            found = next(self._places(part, at, at + farthest + len(part)), None)
            if found is None:
                return False
            at = found + len(part)
        return True

    def _places(self, part: str, start: int = 0, end: int | None = None) -> Iterator[int]:
        at = self._all.find(part, start, end)
        for _ in range(_MOST_TRIES):
            if at < 0:
                return
            if self._edges[at] and self._edges[at + len(part)]:
                yield at
            at = self._all.find(part, at + 1, end)
