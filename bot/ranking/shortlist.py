"""Which papers are worth the judge's tokens. Implements bot.ports.Shortlist."""

from collections.abc import Sequence

from bot.domain.paper import Announcement
from bot.domain.person import Follows
from bot.domain.profile import Profile
from bot.domain.selection import Shortlisted
from bot.ranking.features import TopicFeatures
from bot.ranking.muted import MutedWords


class TopicShortlist:
    """Keeps the papers nearest to the topics; all of them where the profile sets no limit.

    Papers of followed authors are kept whatever they hold, and beyond the limit; others that hold muted words never
    are, and take no place.
    """

    def pick(self, fresh: Sequence[Announcement], profile: Profile) -> Shortlisted:
        """The kept papers in listing order, and the nearness of every paper, kept or not."""
        if not fresh:
            return Shortlisted(())
        papers = [entry.paper for entry in fresh]
        best = TopicFeatures(profile).scores(papers).max(axis=1).clip(0.0, 1.0)
        nearness = {paper.arxiv_id: float(value) for paper, value in zip(papers, best, strict=True)}
        follows, muted_words = Follows(profile.follows), MutedWords(profile.muted_words)
        followed = {paper.arxiv_id: name for paper in papers if (name := follows.among(paper.authors))}
        others = [paper for paper in papers if paper.arxiv_id not in followed]
        muted = {paper.arxiv_id: words for paper in others if (words := muted_words.held_by(paper))}
        # sorted() is stable, so listing order breaks ties.
        nearest = sorted(
            (paper.arxiv_id for paper in others if paper.arxiv_id not in muted), key=lambda one: -nearness[one]
        )
        kept = followed.keys() | set(nearest[: profile.shortlist_limit])
        return Shortlisted(tuple(e for e in fresh if e.paper.arxiv_id in kept), nearness, followed, muted)
