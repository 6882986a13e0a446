"""How long it takes to tell what a change of a profile would have done.

    python -m bench.what_if

14 announcement days of 500 invented papers each, all judged, 35 of them above the cutoffs and one in fifty announced
again a day later, in a real SQLite database that the real store filled. Whole: from the question to the answer, titles
and costs included, as a reader waits for it. Replay: deciding on all papers of all days, twice, from what was read.
"""

import platform
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from os import cpu_count
from pathlib import Path

from bot.adapters.database.announced import DatabaseAnnounced
from bot.adapters.database.engine import Database
from bot.adapters.database.library import DatabaseLibrary
from bot.adapters.database.store import DatabaseStore
from bot.adapters.profile_file import starting_profile
from bot.clock import SetClock
from bot.demo import sample
from bot.domain.calendar import previous_announcement_day
from bot.domain.digest import compose, group
from bot.domain.listing import Listing
from bot.domain.paper import Announcement, AnnounceType, Paper
from bot.domain.profile import Profile
from bot.domain.replay import learned, replay
from bot.domain.selection import drop_seen, of_types, select
from bot.domain.topic import Topic
from bot.domain.verdict import Judging, Verdict
from bot.ranking.shortlist import TopicShortlist
from bot.render import prompts
from bot.render.document import document
from bot.render.tex import to_unicode
from bot.whatif import DAYS, Replay
from tests.examples import DAY, NOON

PAPERS, ABOVE, AGAIN, TIMES, SEED = 500, 35, 10, 15, 20261120
READER = starting_profile(id="bench", name="Bench", categories=["cs.LG", "cs.AI"])
ADDED = Topic("graphs", "Graphs", "Spectral methods on graphs, message passing, and what their eigenvectors tell.")


def days() -> list[date]:
    """Oldest first, up to the day of the examples."""
    found = [DAY]
    while len(found) < DAYS:
        found.append(previous_announcement_day(found[-1]))
    return found[::-1]


def papers(chance: random.Random) -> list[Paper]:
    """Shuffled sentences of the sample day."""
    like = [entry.paper for entry in sample.load().announcements]
    sentences = [part for paper in like for part in re.split(r"(?<=\.) ", paper.abstract)]
    return [
        replace(
            chance.choice(like),
            arxiv_id=f"2613.{number:05d}",
            version=1,
            title=f"{chance.choice(like).title} ({number})",
            abstract=" ".join(chance.sample(sentences, 8)),
            categories=chance.choice((("cs.LG",), ("cs.AI",), ("cs.CL", "cs.LG"), ("cs.RO", "cs.AI"))),
        )
        for number in range(DAYS * PAPERS)
    ]


def verdict(chance: random.Random, paper: Paper, *, above: bool) -> Verdict:
    """Scores as a model gives them: few pairs, so that many papers tie."""
    first, *others = chance.sample([topic.id for topic in READER.topics], 2)
    relevance, novelty = (chance.choice((8, 8, 9, 10)), 8) if above else (chance.randint(1, 7), chance.randint(3, 9))
    matched = tuple(others) if chance.random() < 0.4 else ()
    return Verdict(paper.arxiv_id, 1, relevance, novelty, "Why.", first if relevance > 3 else None, matched)


def fill(database: Database) -> None:
    """Make and keep the digests."""
    chance, store = random.Random(SEED), DatabaseStore(database, SetClock(NOON), document)
    fresh, rubric = papers(chance), prompts.rubric(READER)
    verdicts = {one.arxiv_id: verdict(chance, one, above=n % PAPERS < ABOVE) for n, one in enumerate(fresh)}
    shown: frozenset[str] = frozenset()
    for number, day in enumerate(days()):
        todays = fresh[number * PAPERS : (number + 1) * PAPERS]
        again = fresh[(number - 1) * PAPERS :][:AGAIN] if number else []
        entries = [
            Announcement(one, AnnounceType.NEW if one in todays else AnnounceType.CROSS) for one in (*todays, *again)
        ]
        listing = Listing(day, tuple(entries), len(entries), len(entries))
        shortlisted = TopicShortlist().pick(drop_seen(of_types(entries, READER.announce_types), shown), READER)
        judging = Judging("claude-haiku-5-5", rubric, verdicts)
        selection = select(entries, READER, shown, shortlisted, judging)
        sections = group(selection, READER)
        digest = compose(READER, listing, selection, sections, judging, usage=(), at=NOON)
        store.save_listing(listing, READER.categories)
        store.save_digest(digest)
        shown |= digest.shown_ids


def milliseconds(call: Callable[[], object], times: int = TIMES) -> list[float]:
    """Of each call, fastest first."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


def told(what: str, taken: Sequence[float], more: str = "") -> None:
    print(f"{what:42} {taken[0]:8.0f} {statistics.median(taken):8.0f} {taken[-1]:8.0f}   {more}")


def cut(**fields: int) -> Profile:
    return replace(READER, cutoffs=replace(READER.cutoffs, **fields))


CHANGES = {
    "relevance cutoff 8 -> 7": cut(relevance=7),
    "cap 40 -> 20": cut(cap=20),
    "cutoffs 8 -> 1, cap 1000: all papers come": cut(relevance=1, novelty=1, cap=1000),
    "a topic is muted": replace(READER, topics=(replace(READER.topics[0], muted=True), *READER.topics[1:])),
    "an author is followed": replace(READER, follows=("Ada Quill",)),
    "a word is muted": replace(READER, muted_words=("benchmark",)),
    "a category is removed": replace(READER, categories=("cs.LG",)),
    "a topic is removed (estimate)": replace(READER, topics=READER.topics[1:]),
    "a topic is added (estimate)": replace(READER, topics=(*READER.topics, ADDED)),
}


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder)}/broadsheet.db", readable=to_unicode)
        fill(database)
        library, clock = DatabaseLibrary(database), SetClock(NOON)
        what_if = Replay(library, lambda _: Decimal("0.001"), clock, DatabaseAnnounced(database))
        print(f"{DAYS} days of {PAPERS} papers; {platform.platform()}, {cpu_count()} cores")
        print(f"{'milliseconds':42} {'fastest':>8} {'median':>8} {'slowest':>8}")
        for what, after in CHANGES.items():
            slow = what_if.slow(READER, after)
            effect = what_if.effect(READER, after)
            moved = f"{len(effect.come)} come, {len(effect.go)} go"
            told(what, milliseconds(lambda after=after: what_if.effect(READER, after), 3 if slow else TIMES), moved)  # type: ignore[misc]
        since = days()[0] - timedelta(days=1)
        recorded = library.recorded(READER, since)
        known = learned(recorded)
        told("of it: reading the records", milliseconds(lambda: library.recorded(READER, since)))
        told(
            "of it: replay",
            milliseconds(lambda: (learned(recorded), replay(known, READER), replay(known, cut(cap=20)))),
        )
        database.close()


if __name__ == "__main__":
    main()
