"""An archive of the digests that a test made, forgotten when it ends."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from bot.domain.digest import Digest
from bot.domain.library import DayFate, Found, Hit, ShownPaper, Sighting, Trace
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.query import Query
from bot.domain.receipt import Fate
from bot.domain.recorded import DayCounts, RecordedDay, RecordedPaper
from bot.domain.verdict import Usage


class MemoryLibrary:
    """Keeps the promises of bot.desk.Library over these digests, one edition each; the ranking is a plain count."""

    def __init__(self, *digests: Digest) -> None:
        self.digests = sorted(digests, key=lambda digest: digest.day)

    def search(self, query: Query, profile: Profile, limit: int) -> Found:
        """Every part of the query must occur; the more often, the better."""
        of_topic = _placed_in(self._of(profile), query.topic)
        counted = [
            (_occurrences(query, paper), day, paper)
            for day, paper in self._newest()
            if (query.since is None or day >= query.since) and (query.topic is None or paper.arxiv_id in of_topic)
        ]
        fit = sorted((one for one in counted if one[0]), key=lambda one: (-one[0], -one[1].toordinal()))
        shown = self._shown_on(profile)
        hits = tuple(Hit(paper, day, shown.get(paper.arxiv_id)) for _, day, paper in fit[:limit])
        return Found(hits, len(fit))

    def similar(self, paper: Paper, profile: Profile, limit: int) -> tuple[Hit, ...]:
        """By words in common."""
        own, shown = set(_words(paper)), self._shown_on(profile)
        others = [(len(own & set(_words(other))), day, other) for day, other in self._newest()]
        near = sorted((one for one in others if one[0] and one[2].arxiv_id != paper.arxiv_id), key=lambda one: -one[0])
        return tuple(Hit(other, day, shown.get(other.arxiv_id)) for _, day, other in near[:limit])

    def papers(self, ids: Collection[str]) -> Mapping[str, Paper]:
        """The newest version of each."""
        return {paper.arxiv_id: paper for _, paper in self._newest() if paper.arxiv_id in ids}

    def trace(self, arxiv_id: str, profile: Profile) -> Trace:
        """Everything but deliveries and votes."""
        sightings = tuple(
            Sighting(digest.day, one.announcement.how, one.announcement.paper.version, digest.profile.id == profile.id)
            for digest in self.digests
            for one in digest.choices
            if one.announcement.paper.arxiv_id == arxiv_id
        )
        days = self.recorded(profile, date.min)
        fates = tuple(DayFate(day.day, one) for day in days for one in day.papers if one.arxiv_id == arxiv_id)
        verdicts = [
            (digest.judged_by.model, choice.verdict)
            for digest in self._of(profile)
            for choice in digest.choices
            if choice.announcement.paper.arxiv_id == arxiv_id and choice.verdict
        ]
        judged_by, verdict = verdicts[-1] if verdicts else ("", None)
        return Trace(arxiv_id, self.papers([arxiv_id]).get(arxiv_id), sightings, fates, verdict, judged_by)

    def shown(self, profile: Profile, since: date, until: date) -> tuple[ShownPaper, ...]:
        """Newest day first."""
        return tuple(
            one for digest in reversed(self._of(profile)) if since <= digest.day <= until for one in _shown(digest)
        )

    def recorded(self, profile: Profile, since: date) -> tuple[RecordedDay, ...]:
        """Oldest first, without quiet days."""
        return tuple(_recorded(one) for one in self._of(profile) if one.day >= since and one.quiet is None)

    def counts(self, profile: Profile, since: date, until: date) -> tuple[DayCounts, ...]:
        """Oldest first."""
        return tuple(
            DayCounts(
                digest.day,
                str(digest.state),
                digest.receipt,
                {section.topic.id: len(section.entries) for section in digest.sections},
            )
            for digest in self._of(profile)
            if since <= digest.day <= until
        )

    def usage(self, profile: Profile, since: date, until: date) -> tuple[Usage, ...]:
        """One a model and kind."""
        sums: dict[tuple[str, str, bool], Usage] = {}
        for digest in self._of(profile):
            for one in digest.usage if since <= digest.day <= until else ():
                key = (one.model, one.kind, one.batch)
                sums[key] = sums[key] + one if key in sums else one
        return tuple(sums.values())

    def known_categories(self, since: date) -> frozenset[str]:
        """Those that some profile read."""
        return frozenset(name for one in self.digests if one.day >= since for name in one.profile.categories)

    def _of(self, profile: Profile) -> list[Digest]:
        return [digest for digest in self.digests if digest.profile.id == profile.id]

    def _newest(self) -> Iterable[tuple[date, Paper]]:
        """Every paper that was seen, with its newest announcement day."""
        newest: dict[str, tuple[date, Paper]] = {}
        for digest in self.digests:
            for choice in digest.choices:
                newest[choice.announcement.paper.arxiv_id] = (digest.day, choice.announcement.paper)
        return newest.values()

    def _shown_on(self, profile: Profile) -> Mapping[str, date]:
        return {arxiv_id: digest.day for digest in self._of(profile) for arxiv_id in digest.shown_ids}


def _words(paper: Paper) -> list[str]:
    text = " ".join((paper.title, paper.abstract, *paper.authors, paper.comment or ""))
    return re.findall(r"\w+", text.lower())


def _occurrences(query: Query, paper: Paper) -> int:
    """How often the query's parts occur; 0 unless all of them do."""
    words, authors = Counter(_words(paper)), " ".join(paper.authors).lower()
    text = " ".join(_words(paper))
    counts = [words[word.lower()] for word in query.words]
    counts += [text.count(phrase.lower()) for phrase in query.phrases]
    counts += [authors.count(name.lower()) for name in query.authors]
    return sum(counts, start=1) if all(counts) else 0


def _placed_in(digests: Iterable[Digest], topic: str | None) -> frozenset[str]:
    verdicts = (choice.verdict for digest in digests for choice in digest.choices if choice.verdict)
    return frozenset(one.arxiv_id for one in verdicts if topic in (one.primary_topic, *one.matched_topics))


def _shown(digest: Digest) -> Iterable[ShownPaper]:
    for section in digest.sections:
        for entry in section.entries:
            yield ShownPaper(digest.day, entry.announcement.paper, entry.verdict, section.topic.id)
    for hot in digest.hot:
        if hot.entry:
            topic = hot.entry.verdict.primary_topic or "other"
            yield ShownPaper(digest.day, hot.announcement.paper, hot.entry.verdict, topic, hot=True)


def _recorded(digest: Digest) -> RecordedDay:
    papers = tuple(
        RecordedPaper(
            choice.announcement.paper.arxiv_id,
            choice.announcement.paper.version,
            choice.announcement.how,
            choice.announcement.late,
            choice.fate,
            choice.reason,
            choice.nearness,
            choice.verdict.score if choice.verdict and choice.fate is not Fate.FAILED else None,
            choice.followed,
        )
        for choice in digest.choices
    )
    judged_by = digest.judged_by
    return RecordedDay(digest.day, judged_by.model, judged_by.rubric.version, digest.profile.cutoffs, papers)
