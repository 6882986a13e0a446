"""Which papers are worth the judge's tokens. Implements bot.ports.Shortlist."""

from collections.abc import Sequence

from bot.domain.paper import Announcement
from bot.domain.profile import Profile
from bot.domain.selection import Shortlisted
from bot.ranking.features import TopicFeatures


class TopicShortlist:
    """Keeps the papers nearest to the topics; all of them where the profile sets no limit."""

    def pick(self, fresh: Sequence[Announcement], profile: Profile) -> Shortlisted:
        """The kept papers in listing order, and the nearness of every paper, kept or not."""
        if not fresh:
            return Shortlisted(())
        papers = [entry.paper for entry in fresh]
        best = TopicFeatures(profile).scores(papers).max(axis=1).clip(0.0, 1.0)
        nearness = {paper.arxiv_id: float(value) for paper, value in zip(papers, best, strict=True)}
        limit = len(fresh) if profile.shortlist_limit is None else profile.shortlist_limit
        # sorted() is stable, so listing order breaks ties.
        kept = frozenset(sorted(nearness, key=lambda arxiv_id: -nearness[arxiv_id])[:limit])
        return Shortlisted(tuple(entry for entry in fresh if entry.paper.arxiv_id in kept), nearness)
