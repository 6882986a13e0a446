"""Finds papers by their words, with SQLite's FTS5. https://www.sqlite.org/fts5.html

How the ranking is kept fast: the score (BM25; a word in the title counts most) is reckoned for the newest MOST_RANKED
papers that fit, and no others. Whatever fits fewer papers than that is ranked exactly. Of words that more papers hold,
as `learning` in a large archive, an older paper cannot come up however well it fits; `since` or one more word helps.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row, select, text

from bot.adapters.database.tables import paper_texts, topic_papers
from bot.adapters.database.texts import first_number
from bot.domain.query import Query

MOST_RANKED = 10_000
COUNTED_TO = 1_000
WEIGHTS = "10.0, 5.0, 2.0, 1.0"  # title, authors, abstract, comment
MOST_WORDS = 24  # that count of one query; a phrase of hundreds of common words would take FTS5 minutes

# The plus sign: FTS5 would look up one by one what stands there, which takes longer than to walk through what fits.
# https://www.sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_
_IN_TOPIC = """AND +rowid IN (
    SELECT number FROM topic_papers JOIN paper_texts USING (arxiv_id) WHERE profile = :profile AND topic = :topic
)"""
_RANKED = """
    SELECT number, count(*) OVER () AS total FROM (
        SELECT rowid AS number, bm25(paper_words, {weights}) AS score FROM paper_words
        WHERE paper_words MATCH :fits AND rowid >= :since {in_topic} ORDER BY rowid DESC LIMIT :most
    ) ORDER BY score, number DESC LIMIT :limit
"""


@dataclass(frozen=True)
class Ranked:
    """numbers: of the best texts, best first. total: how many fit, as far as anybody counted."""

    numbers: tuple[int, ...]
    total: int


def ranked(connection: Connection, query: Query, profile: str, limit: int) -> Ranked:
    """The texts that fit the query best; among equals, the newer first. A query without words takes the newest."""
    parts = (*query.words, *query.phrases, *query.authors)
    fits = expression(query)
    if parts and not fits:
        return Ranked((), 0)  # nothing that is in any text, such as punctuation
    if not fits:
        return _newest(connection, query, profile, limit)
    since = first_number(query.since) if query.since else 0
    values = {"fits": fits, "since": since, "most": MOST_RANKED, "limit": limit}
    if query.topic is not None:
        values |= {"profile": profile, "topic": query.topic}
    return _of(connection.execute(_statement(in_topic=query.topic is not None), values).all())


def expression(query: Query) -> str:
    """The query in FTS5's language; empty if nothing of it is a word. Nothing that anybody typed is read as an operator
    of it: all stands in quotes. Of a very long query the first words count."""
    parts: dict[str, None] = {}
    left = MOST_WORDS
    for form, typed in ((_quoted, (*query.words, *query.phrases)), (_named, query.authors)):
        for each in typed:
            if words := tokens(each)[:left]:
                parts[form(words)] = None
                left -= len(words)
    return " AND ".join(parts)


def looked_for(query: Query) -> tuple[str, ...]:
    """The words of the query that may stand in an abstract."""
    return tuple(word for typed in (*query.words, *query.phrases) for word in tokens(typed))


def tokens(typed: str) -> list[str]:
    """The words of a text, as FTS5 takes it apart: letters and digits of any writing, with the accents on them."""
    composed = unicodedata.normalize("NFC", typed)
    parted = "".join(one if one.isalnum() or unicodedata.combining(one) else " " for one in composed)
    return [word for word in parted.split() if any(map(str.isalnum, word))]


def snippet(abstract: str, looked_for: Sequence[str]) -> str:
    """The sentence that holds most of these words; empty if there is none."""
    wanted = {_stem(word) for word in looked_for}
    best, most = "", 0
    for sentence in _SENTENCE.split(abstract):
        held = len(wanted.intersection(map(_stem, tokens(sentence))))
        if held > most:
            best, most = sentence, held
    return best


_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\W?[A-Z0-9])")
_ENDING = re.compile(r"(?<=\w{3})(?:ings?|ed|e?s|e|ly)$")


def _stem(word: str) -> str:
    """Roughly what FTS5 makes of it: without accents and the commonest endings."""
    plain = (one for one in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(one))
    return _ENDING.sub("", "".join(plain))


def _statement(*, in_topic: bool) -> sa.TextClause:
    return text(_RANKED.format(weights=WEIGHTS, in_topic=_IN_TOPIC if in_topic else ""))


def _quoted(words: Sequence[str]) -> str:
    return f'"{" ".join(words)}"'


def _named(names: Sequence[str]) -> str:
    """Parts of one author's name, in any order, with at most two others between them."""
    quoted = " ".join(f'"{name}"' for name in names)
    return f"authors : NEAR({quoted}, 2)"


def _newest(connection: Connection, query: Query, profile: str, limit: int) -> Ranked:
    """The newest texts of a topic, or of a time, or of all."""
    fitting = select(paper_texts.c.number)
    if query.since:
        fitting = fitting.where(paper_texts.c.number >= first_number(query.since))
    if query.topic is not None:
        placed = (topic_papers.c.profile == profile, topic_papers.c.topic == query.topic)
        fitting = fitting.join(topic_papers, topic_papers.c.arxiv_id == paper_texts.c.arxiv_id).where(*placed)
    some = fitting.order_by(paper_texts.c.number.desc()).limit(max(COUNTED_TO + 1, limit))
    numbers = tuple(connection.scalars(some))
    return Ranked(numbers[:limit], len(numbers))


def _of(rows: Sequence[Row[Any]]) -> Ranked:
    return Ranked(tuple(row.number for row in rows), rows[0].total if rows else 0)
