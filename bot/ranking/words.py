"""The words of a text that say what it is about, and the terms that two texts share."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log1p

_WORD = re.compile(r"[a-z][a-z0-9]+", re.IGNORECASE)
# What may stand between two words of one term: low-rank, mixture of experts.
_WITHIN_TERM = re.compile(r"[\s-]+(?:of[\s-]+)?")
# Of the shared terms, those are named that count at least this share of the strongest one.
NAMED_SHARE = 0.3


@dataclass(frozen=True)
class Word:
    """One word of a text. folded: in lower case, singular and plural as one."""

    folded: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """The words of a text, without those that any English text has."""
    for found in _WORD.finditer(text):
        if folded := _folded(found[0].lower()):
            yield Word(folded, found.start(), found.end())


def shared_terms(text: str, topic: str, rarity: Mapping[str, float], most: int = 5) -> tuple[str, ...]:
    """Terms of `text`, as it writes them, that `topic` uses as well; those that say most come first.

    rarity: folded word -> how much it says. A term is a word, or several in the order in which the topic has them.
    """
    theirs = [word.folded for word in words(topic)]
    known, in_order = frozenset(theirs), frozenset(pairwise(theirs))
    spelled: dict[tuple[str, ...], str] = {}
    counts: Counter[tuple[str, ...]] = Counter()
    for run in _runs(text, known, in_order):
        term = tuple(word.folded for word in run)
        spelled.setdefault(term, _as_within_a_sentence(text[run[0].start : run[-1].end]))
        counts[term] += 1
    strength = {term: sum(rarity.get(word, 0.0) for word in term) * log1p(times) for term, times in counts.items()}
    named: list[tuple[str, ...]] = []
    for term in sorted(strength, key=lambda term: -strength[term]):
        enough = strength[term] >= NAMED_SHARE * strength[named[0]] if named else True
        if enough and not any(set(term) <= set(longer) for longer in named):
            named.append(term)
    return tuple(spelled[term] for term in named[:most])


def _runs(text: str, known: frozenset[str], in_order: frozenset[tuple[str, str]]) -> Iterator[list[Word]]:
    """Known words of the text, those of one term together."""
    run: list[Word] = []
    for word in words(text):
        if word.folded not in known:
            continue
        joined = run and (run[-1].folded, word.folded) in in_order
        if joined and _WITHIN_TERM.fullmatch(text, run[-1].end, word.start):
            run.append(word)
            continue
        if run:
            yield run
        run = [word]
    if run:
        yield run


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    """Singular and plural as one word; empty for a word that any English text has."""
    if word in _stop_words():
        return ""
    if word.endswith("ies") and len(word) > 5:
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 4:
        return word[:-1]
    return word


def _stop_words() -> frozenset[str]:
    # Loading scikit-learn takes a second that `broadsheet --help` need not wait for.
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS)


def _as_within_a_sentence(term: str) -> str:
    """LoRA and KV cache stay, Sparse Routing becomes sparse routing."""
    parts = re.split(r"(\W+)", " ".join(term.split()))
    return "".join(part if any(letter.isupper() for letter in part[1:]) else part.lower() for part in parts)
