"""The judge when there is no key: relevance from shared words, novelty unknown. Implements bot.ports.Judge."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from bot.domain.digest import Section
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.reply import addresses_judge
from bot.domain.verdict import Judging, Rubric, Score, Verdict
from bot.ports import Overviews
from bot.ranking.features import TopicFeatures

# A paper's relevance is 1, plus 1 for each of these that its nearest topic's score reaches. With the starting topics,
# over 139 real days, 7 % of the papers reach relevance 8, 4 % reach 9 and 1 % reach 10.
STEPS = (0.005, 0.015, 0.03, 0.045, 0.06, 0.075, 0.093, 0.115, 0.15)
# Another topic is matched too if its score is at least this share of the nearest one's.
MATCHED_SHARE = 0.7


class OfflineJudge:
    """Says which topic a paper is nearest to, and by which words. It claims nothing else."""

    def __init__(self, rubric: Callable[[Profile], Rubric], comment: Callable[[Sequence[str]], str]) -> None:
        """rubric: what it goes by, in words. comment: turns the shared terms into a sentence."""
        self._rubric, self._comment = rubric, comment

    def verdicts(self, papers: Sequence[Paper], profile: Profile, day: date) -> Judging:
        """A verdict on every paper. The same paper gets the same verdict on any day and beside any other papers."""
        rubric = self._rubric(profile)
        if not papers:
            return Judging("offline", rubric, {})
        features = TopicFeatures(profile)
        rows = zip(papers, features.scores(papers), strict=True)
        verdicts = {paper.arxiv_id: self._verdict(paper, scores, features, profile) for paper, scores in rows}
        return Judging("offline", rubric, verdicts)

    def overviews(self, sections: Sequence[Section], profile: Profile, day: date) -> Overviews:
        """None: there is nobody to write them."""
        return Overviews()

    def _verdict(self, paper: Paper, scores: Any, features: TopicFeatures, profile: Profile) -> Verdict:
        score = offline_score(scores, profile)
        return Verdict(
            arxiv_id=paper.arxiv_id,
            version=paper.version,
            relevance=score.relevance,
            novelty=score.novelty,
            comment=self._comment(features.shared_terms(paper, int(scores.argmax()))),
            primary_topic=score.primary_topic,
            matched_topics=score.matched_topics,
            addresses_judge=addresses_judge(paper),
        )


def offline_score(scores: Any, profile: Profile) -> Score:
    """What decides of its verdict. scores: array of the paper's scores, one a topic of the profile (TopicFeatures)."""
    nearest = int(scores.argmax())
    best = float(scores[nearest])
    near = [
        topic.id
        for place, topic in enumerate(profile.topics)
        if place != nearest and best > 0 and scores[place] >= MATCHED_SHARE * best
    ]
    return Score(
        relevance=1 + bisect_right(STEPS, best),
        novelty=None,
        primary_topic=profile.topics[nearest].id if best > 0 else None,
        matched_topics=tuple(near),
    )
