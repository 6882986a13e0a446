"""The papers of past days as another profile would find them: what it reads, whom it follows, which words it mutes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.domain.listing import seen_from
from bot.domain.paper import Announcement, AnnounceType, Paper
from bot.domain.person import Follows
from bot.domain.profile import Profile
from bot.domain.replay import Known, KnownDay
from bot.ranking.muted import MutedWords

Papers = Mapping[str, Paper]
Days = Sequence[KnownDay]

_CROSS = {AnnounceType.NEW: AnnounceType.CROSS, AnnounceType.REPLACE: AnnounceType.REPLACE_CROSS}


def as_filed(days: Days, papers: Papers, profile: Profile) -> tuple[KnownDay, ...]:
    """Without the papers of other categories than the profile's. What is at home in none of these is a cross-list.

    papers: by arXiv id; what is not there stays as it is.
    """

    def filed(one: Known) -> Known:
        paper = papers.get(one.arxiv_id)
        abroad = paper and seen_from(paper, profile.categories) is AnnounceType.CROSS
        return replace(one, how=_CROSS.get(one.how, one.how)) if abroad else one

    def reads(one: Known) -> bool:
        paper = papers.get(one.arxiv_id)
        return paper is None or any(paper.filed_under(category) for category in profile.categories)

    return tuple(replace(day, papers=tuple(filed(one) for one in day.papers if reads(one))) for day in days)


def as_heard(days: Days, papers: Papers, profile: Profile) -> tuple[KnownDay, ...]:
    """With the authors whom the profile follows and the words it mutes; see as_filed()."""
    marks = _Marks(profile)
    return tuple(
        replace(
            day,
            papers=tuple(marks.on(one, papers[one.arxiv_id]) if one.arxiv_id in papers else one for one in day.papers),
        )
        for day in days
    )


def with_added(days: Days, added: Mapping[date, Sequence[Announcement]], profile: Profile) -> tuple[KnownDay, ...]:
    """With more papers at the end of each day. A paper that is there already is announced the stronger way."""
    marks = _Marks(profile)
    judged = {(one.arxiv_id, one.version): one for day in days for one in day.papers if one.score}
    return tuple(replace(day, papers=_joined(day, added.get(day.day, ()), judged, marks)) for day in days)


def _joined(
    day: KnownDay, added: Sequence[Announcement], judged: Mapping[tuple[str, int], Known], marks: "_Marks"
) -> tuple[Known, ...]:
    papers = {one.arxiv_id: one for one in day.papers}
    for entry in added:
        paper = entry.paper
        there = papers.get(paper.arxiv_id)
        if there is None:
            fresh = judged.get((paper.arxiv_id, paper.version)) or Known(paper.arxiv_id, paper.version, entry.how)
            fresh = replace(fresh, how=entry.how, failed=False, elsewhere=False)
            papers[paper.arxiv_id] = marks.on(fresh, paper)
        elif entry.how.precedence < there.how.precedence:
            papers[paper.arxiv_id] = replace(there, how=entry.how)
    return tuple(papers.values())


class _Marks:
    """What the shortlist looks at besides nearness."""

    def __init__(self, profile: Profile) -> None:
        self._follows, self._muted = Follows(profile.follows), MutedWords(profile.muted_words)

    def on(self, one: Known, paper: Paper) -> Known:
        followed = self._follows.among(paper.authors)
        return replace(one, followed=followed, muted="" if followed else self._muted.held_by(paper))
