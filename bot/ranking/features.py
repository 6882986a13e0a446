"""How near a paper's words are to a profile's topics. No model, no training, no other paper: only the two texts.

Each text is a TF-IDF vector of single words. The inverse document frequencies come from the profile's own texts, so
words that all topics use ("model", "learning") say little, and a paper gets the same value on every day and beside any
other papers.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.ranking.words import shared_terms, words

# How much nearness to a text to leave out takes away from nearness to a text to keep.
LEAVE_OUT_WEIGHT = 0.5
COLUMNS = 2**20


class TopicFeatures:
    """The topics of one profile as vectors."""

    def __init__(self, profile: Profile) -> None:
        # Loading scikit-learn takes a second that `broadsheet --help` need not wait for.
        from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

        self._keep_texts = [f"{topic.name}. {topic.keep}" for topic in profile.topics]
        leave_out_texts = [topic.leave_out for topic in profile.topics]
        texts = [text for text in (*self._keep_texts, *leave_out_texts, profile.leave_out) if text]
        # Hashing, because words that no topic uses count too: they make a text longer and so each shared word weaker.
        self._counts = HashingVectorizer(analyzer=_folded_words, n_features=COLUMNS, alternate_sign=False, norm=None)
        self._weights = TfidfTransformer(sublinear_tf=True).fit(self._counts.transform(texts))
        self._keep, self._leave_out = self._vectors(self._keep_texts), self._vectors(leave_out_texts)
        self._leave_out_all = self._vectors([profile.leave_out])
        used = Counter(word for text in texts for word in set(_folded_words(text)))
        self._rarity = {word: 1 / times for word, times in used.items()}

    def scores(self, papers: Sequence[Paper]) -> Any:
        """Array of shape (papers, topics), each value in [-1, 1]: the cosine to what the topic keeps, less half of
        the cosines to what it and the whole profile leave out.
        """
        texts = self._vectors([_text(paper) for paper in papers])
        unwanted = (texts @ self._leave_out.T).toarray() + (texts @ self._leave_out_all.T).toarray()
        return (texts @ self._keep.T).toarray() - LEAVE_OUT_WEIGHT * unwanted

    def shared_terms(self, paper: Paper, topic: int) -> tuple[str, ...]:
        """Terms of the paper that the topic (by its place in the profile) keeps; those that say most come first."""
        return shared_terms(_text(paper), self._keep_texts[topic], self._rarity)

    def _vectors(self, texts: Sequence[str]) -> Any:
        return self._weights.transform(self._counts.transform(texts))


def _folded_words(text: str) -> list[str]:
    return [word.folded for word in words(text)]


def _text(paper: Paper) -> str:
    return f"{paper.title}. {paper.abstract}"
