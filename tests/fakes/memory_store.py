"""A store that forgets everything when the test ends."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from threading import Lock

from bot.domain.digest import Digest, State
from bot.domain.listing import Listing
from bot.domain.paper import Announcement, AnnounceType, Paper
from bot.domain.profile import Profile
from bot.domain.verdict import Rubric, Usage, Verdict


class MemoryStore:
    """Keeps the promises of bot.ports.Store. verdicts, usages: what was saved, in the order in which it was."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listings: dict[tuple[date, frozenset[str]], Listing] = {}
        self._verdicts: dict[tuple[str, str], dict[tuple[str, int], Verdict]] = {}
        self._overviews: dict[tuple[str, str], str] = {}
        self._usages: list[tuple[tuple[str, date], Usage]] = []
        self._digests: dict[tuple[str, date], Digest] = {}
        self._first_made: dict[tuple[str, date], datetime] = {}

    @property
    def verdicts(self) -> list[Verdict]:
        """Every verdict saved."""
        with self._lock:
            return [verdict for kept in self._verdicts.values() for verdict in kept.values()]

    @property
    def usages(self) -> list[Usage]:
        """Every call's usage."""
        with self._lock:
            return [usage for _, usage in self._usages]

    def save_listing(self, listing: Listing, categories: Sequence[str]) -> None:
        """Remember the listing."""
        self._listings[listing.day, frozenset(categories)] = listing

    def listing(self, day: date, categories: Sequence[str]) -> Listing | None:
        """The listing that was saved for these categories."""
        return self._listings.get((day, frozenset(categories)))

    def announced_as_new_before(self, listing: Listing) -> frozenset[str]:
        """Ids that an earlier listing had as new."""
        return frozenset(
            entry.paper.arxiv_id
            for earlier in self._listings.values()
            if earlier.day < listing.day
            for entry in earlier.announcements
            if entry.how is AnnounceType.NEW and entry.paper.arxiv_id in listing.ids
        )

    def unjudged_before(self, profile: Profile, day: date) -> tuple[Announcement, ...]:
        """What the last digest that was not quiet could not judge; the database looks further back."""
        earlier = [
            digest
            for (reader, made), digest in self._digests.items()
            if reader == profile.id and made < day and digest.state is not State.QUIET
        ]
        last = max(earlier, key=lambda digest: digest.day, default=None)
        unjudged = last.unjudged if last else ()
        return tuple(Announcement(choice.announcement.paper, choice.announcement.how, late=True) for choice in unjudged)

    def shown_before(self, profile: Profile, day: date) -> frozenset[str]:
        """Ids shown on any other day."""
        others = [digest for (reader, made), digest in self._digests.items() if reader == profile.id and made != day]
        return frozenset().union(*(digest.shown_ids for digest in others))

    def unfinished_before(self, profile: Profile, day: date) -> tuple[str, ...]:
        """Nothing: runs and deliveries are not kept here."""
        return ()

    def buying(self, rubric: Rubric, model: str) -> AbstractContextManager[None]:
        """Nobody else is there."""
        return nullcontext()

    def known_verdicts(self, papers: Sequence[Paper], rubric: Rubric, model: str) -> Mapping[str, Verdict]:
        """By arXiv id, where this very version was judged."""
        with self._lock:
            kept = self._verdicts.get((rubric.version, model), {})
            pairs = [(paper.arxiv_id, kept.get((paper.arxiv_id, paper.version))) for paper in papers]
        return {arxiv_id: verdict for arxiv_id, verdict in pairs if verdict}

    def save_verdicts(self, verdicts: Collection[Verdict], rubric: Rubric, model: str) -> None:
        """Keep what is not there yet."""
        with self._lock:
            kept = self._verdicts.setdefault((rubric.version, model), {})
            for verdict in verdicts:
                kept.setdefault((verdict.arxiv_id, verdict.version), verdict)

    def saved_overview(self, question: str, model: str) -> str | None:
        """What was saved for this question."""
        return self._overviews.get((question, model))

    def save_overview(self, question: str, model: str, overview: str) -> None:
        """Keep it."""
        self._overviews[question, model] = overview

    def save_usage(self, usage: Usage, profile: Profile, day: date) -> None:
        """Add it to the account."""
        with self._lock:
            self._usages.append(((profile.id, day), usage))

    def usage_of(self, profile: Profile, day: date) -> tuple[Usage, ...]:
        """One sum per model, kind and batch."""
        sums: dict[tuple[str, str, bool], Usage] = {}
        with self._lock:
            for account, usage in self._usages:
                if account == (profile.id, day):
                    key = (usage.model, usage.kind, usage.batch)
                    sums[key] = sums[key] + usage if key in sums else usage
        return tuple(sums.values())

    def first_made(self, profile: Profile, day: date) -> datetime | None:
        """When the first edition was."""
        return self._first_made.get((profile.id, day))

    def save_digest(self, digest: Digest) -> None:
        """A newer edition replaces an older one."""
        key = (digest.profile.id, digest.day)
        self._digests[key] = digest
        self._first_made.setdefault(key, digest.judged_by.at)
