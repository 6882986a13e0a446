"""Finds the papers whose words are nearest to a paper's.

Its words that tell most of it are looked for, any of them, and what fits best by FTS5's score is nearest.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

from sqlalchemy import Connection, func, select, text

from bot.adapters.database.search import tokens
from bot.adapters.database.tables import paper_texts
from bot.adapters.database.texts import Readable
from bot.domain.paper import Paper

# A word that more than one in 50 papers hold tells little of a paper, and takes long to count and to rank. That share
# and the number of words are as high as 200,000 papers allow within a fifth of a second; more find a little better.
COMMON, NEVER_COMMON = 50, 20
MOST_WORDS = 24
LONGEST = 500  # words; no abstract of arXiv's is as long
IN_TITLE = 3  # a word of the title counts as often as so many of the abstract

_HOLDING = text("""
    SELECT value AS word, (
        SELECT count(*) FROM (SELECT 1 FROM paper_words WHERE paper_words MATCH '"' || value || '"' LIMIT :most)
    ) AS count FROM json_each(:words)
""")
# Whose authors are the same is no matter here.
_NEAREST = text("""
    SELECT rowid FROM paper_words WHERE paper_words MATCH :fits
    ORDER BY bm25(paper_words, 10.0, 0.0, 2.0, 0.0), rowid DESC LIMIT :limit
""")


def telling(connection: Connection, paper: Paper, readable: Readable) -> tuple[str, ...]:
    """The words that tell most of a paper, known or not: often used in it, rarely elsewhere. The best come first."""
    papers = connection.scalar(select(func.count(paper_texts.c.arxiv_id))) or 0
    used = _used(readable(paper.title), readable(paper.abstract))
    held = _holding(connection, list(used), max(papers // COMMON, NEVER_COMMON))
    weights = {word: (1 + log(used[word])) * log(1 + papers / count) for word, count in held.items()}
    return tuple(sorted(weights, key=lambda word: (-weights[word], word))[:MOST_WORDS])


def nearest(connection: Connection, words: Sequence[str], limit: int) -> tuple[int, ...]:
    """The numbers of the texts in which these words are, best first."""
    if not words:
        return ()
    fits = " OR ".join(f'"{word}"' for word in words)
    return tuple(connection.scalars(_NEAREST, {"fits": fits, "limit": limit}))


def _used(title: str, abstract: str) -> Counter[str]:
    """How often each word is used. A plural counts for its singular, where both are there."""
    words = Counter(_words(abstract))
    for word in _words(title):
        words[word] += IN_TITLE
    for plural in [word for word in words if word.endswith("s") and word[:-1] in words]:
        words[plural[:-1]] += words.pop(plural)
    return words


def _words(told: str) -> Sequence[str]:
    return [word.casefold() for word in tokens(told)[:LONGEST] if len(word) > 2 and not word.isdigit()]


def _holding(connection: Connection, words: Sequence[str], most: int) -> Mapping[str, int]:
    """In how many papers each word is; those are missing that are in none, or in more than `most`."""
    counts = connection.execute(_HOLDING, {"words": json.dumps(words), "most": most + 1})
    return {word: count for word, count in counts if 0 < count <= most}
