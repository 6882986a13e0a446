"""How long readers wait for answers from a large archive of invented papers.

    python -m bench.search [FOLDER] [PAPERS]

The archive (200,000 papers unless told) is made in FOLDER, which takes some minutes and a gigabyte, and used again by
later runs; without a FOLDER it is made anew and thrown away. Texts are pieces of the sample day's sentences with words
of a long tail between them, so that common words are as common as in arXiv's machine learning (`model` in half of all
abstracts), phrases occur, and four in five distinct words are rare.
"""

import platform
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from os import cpu_count
from pathlib import Path

from sqlalchemy import func, select

from bot.adapters.database.engine import Database
from bot.adapters.database.library import DatabaseLibrary
from bot.adapters.database.store import DatabaseStore
from bot.adapters.database.tables import paper_texts
from bot.clock import SystemClock
from bot.demo import sample
from bot.domain.digest import Digest, JudgedBy, State
from bot.domain.listing import Listing
from bot.domain.paper import Announcement, AnnounceType, Paper
from bot.domain.profile import Profile
from bot.domain.query import Query
from bot.domain.receipt import Fate, Receipt
from bot.domain.selection import Choice
from bot.domain.topic import Topic
from bot.domain.verdict import Rubric, Verdict
from bot.render.document import document
from bot.render.tex import to_unicode

PAPERS, A_DAY, JUDGED = 200_000, 800, 300
TAIL, NAMES = 150_000, 20_000  # invented words and names; the n-th is used 1/n as often as the first
QUERIES = 60  # of each kind
LAST = date(2026, 11, 20)
TOPICS = ("routing", "memory", "worlds", "training")
PROFILE = Profile("bench", "Bench", ("cs.LG",), tuple(Topic(one, one.title(), f"On {one}.") for one in TOPICS))
SEED = 20261120


class Writer:
    """Writes papers. The same seed writes the same ones."""

    def __init__(self) -> None:
        self.chance = random.Random(SEED)
        abstracts = (entry.paper.abstract for entry in sample.load().announcements)
        sentences = [re.findall(r"[^\W_]+", part) for text in abstracts for part in text.split(". ")]
        self.sentences = [words for words in sentences if len(words) > 4]

    def rank(self, of: int) -> int:
        """A number from 1 to `of`, the n-th with a chance of about 1/n."""
        return int(of ** self.chance.random())

    def tail_word(self) -> str:
        """One of the long tail."""
        return spelled(self.rank(TAIL))

    def piece(self, most: int) -> list[str]:
        """Some words that follow each other in a sentence."""
        words = self.chance.choice(self.sentences)
        length = self.chance.randint(2, most)
        start = self.chance.randrange(max(1, len(words) - length))
        return words[start : start + length]

    def text(self, words: int) -> str:
        """So many words; one in ten of the tail."""
        written: list[str] = []
        while len(written) < words:
            written += self.piece(9)
            if self.chance.random() < 0.6:
                written.append(self.tail_word())
        return " ".join(written[:words])

    def name(self) -> str:
        """An author."""
        return f"{spelled(self.rank(400)).title()} {spelled(7 * self.rank(NAMES)).title()}"

    def paper(self, number: int, day: date) -> Paper:
        """A paper of about 1,300 characters."""
        return Paper(
            arxiv_id=f"{day:%y%m}.{number:05d}",
            version=1,
            title=self.text(self.chance.randint(5, 14)).capitalize(),
            abstract=". ".join(self.text(self.chance.randint(15, 35)).capitalize() for _ in range(8)) + ".",
            authors=tuple(self.name() for _ in range(self.chance.randint(1, 8))),
            categories=("cs.LG", "cs.AI"),
            comment=f"{number % 30} pages" if number % 2 else None,
        )


def spelled(number: int) -> str:
    """An invented word for a number; another one for each."""
    syllables = ""
    while number:
        number, one = divmod(number, 80)
        syllables += "bdfgklmnprstvzch"[one % 16] + "aeiou"[one // 16]
    return syllables


@contextmanager
def archive(folder: Path, papers: int) -> Iterator[Database]:
    """The archive in the folder; made if it is not there."""
    database = Database(f"sqlite:///{folder}/broadsheet.db", readable=to_unicode)
    with database.reading() as connection:
        there = connection.scalar(select(func.count(paper_texts.c.arxiv_id))) or 0
    if there < papers:
        make(database, papers)
    yield database
    database.close()


def make(database: Database, papers: int) -> None:
    """Save listings and digests, day by day, as the bot does."""
    store, writer, started = DatabaseStore(database, SystemClock(), document), Writer(), time.perf_counter()
    days = -(-papers // A_DAY)
    slowest = 0.0
    for number in range(days):
        day = LAST - timedelta(days=days - 1 - number)
        entries = tuple(
            Announcement(writer.paper(number * A_DAY % 90_000 + place, day), AnnounceType.NEW) for place in range(A_DAY)
        )
        before = time.perf_counter()
        store.save_listing(Listing(day, entries, A_DAY, A_DAY), PROFILE.categories)
        slowest = max(slowest, time.perf_counter() - before)
        store.save_digest(digest(day, entries, writer))
    seconds = time.perf_counter() - started
    print(f"made {days} days of {A_DAY} papers in {seconds:.0f} s; the slowest listing was saved in {slowest:.2f} s")


def digest(day: date, entries: tuple[Announcement, ...], writer: Writer) -> Digest:
    """One that judged some of the day's papers and showed none."""
    choices = []
    for place, entry in enumerate(entries):
        topic = writer.chance.choice(TOPICS)
        verdict = Verdict(entry.paper.arxiv_id, 1, 1 + place % 7, 5, primary_topic=topic) if place < JUDGED else None
        fate = Fate.BELOW_CUTOFF if verdict else Fate.LEFT_BY_SHORTLIST
        choices.append(Choice(entry, fate, f"reason {place % 40}", verdict, nearness=writer.chance.random()))
    receipt = Receipt.of((choice.fate for choice in choices), A_DAY, A_DAY)
    judge = JudgedBy("bench", Rubric("Bench."), datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    return Digest(PROFILE, day, State.COMPLETE, judge, receipt, choices=tuple(choices))


def queries(known: list[Paper]) -> dict[str, Callable[[], Query]]:
    """What readers ask, by kind. known: some papers of the archive."""
    writer = Writer()
    chance = writer.chance = random.Random(SEED + 1)
    week, common = LAST - timedelta(days=7), ("learning", "model", "training", "language", "data")

    def of_title(count: int) -> tuple[str, ...]:
        words = chance.choice(known).title.split()
        return tuple(chance.sample(words, min(count, len(words))))

    return {
        "rare word": lambda: Query((spelled(chance.randint(TAIL // 100, TAIL)),)),
        "common word": lambda: Query((chance.choice(common),)),
        "two common words": lambda: Query(tuple(chance.sample(common, 2))),
        "words of a title": lambda: Query(of_title(3)),
        "phrase": lambda: Query(phrases=(" ".join(writer.piece(4)),)),
        "author": lambda: Query(authors=(chance.choice(chance.choice(known).authors).split()[1],)),
        "author and word": lambda: Query(("model",), authors=(chance.choice(known).authors[0],)),
        "common word, since": lambda: Query((chance.choice(common),), since=week),
        "common word, topic": lambda: Query((chance.choice(common),), topic=chance.choice(TOPICS)),
        "words of a title, topic": lambda: Query(of_title(2), topic=chance.choice(TOPICS)),
        "topic": lambda: Query(topic=chance.choice(TOPICS)),
        "a pasted sentence": lambda: Query(tuple(chance.choice(known).abstract.split(". ")[0].split())),
    }


def times(call: Callable[[], object], count: int) -> list[float]:
    """Milliseconds of each call, sorted."""
    taken = []
    for _ in range(count):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken)


def told(what: str, taken: list[float], more: str = "") -> None:
    """One line."""
    p95 = taken[int(0.95 * (len(taken) - 1))]
    print(f"  {what:<26} {taken[len(taken) // 2]:8.1f} {p95:8.1f} {taken[-1]:8.1f}  {more}")


def asked(library: DatabaseLibrary, queries: Iterator[Query], found: list[int]) -> None:
    """Ask the next query."""
    found.append(library.search(next(queries), PROFILE, 10).total)


def measure(database: Database) -> None:
    """Print the figures."""
    library = DatabaseLibrary(database)
    newest = [hit.paper for hit in library.search(Query(), PROFILE, 2000).hits]
    known = random.Random(SEED).sample(newest, 200)
    print(f"\n  {'milliseconds':<26} {'p50':>8} {'p95':>8} {'most':>8}")
    everything: list[float] = []
    for kind, query in queries(known).items():
        found: list[int] = []
        taken = times(partial(asked, library, iter([query() for _ in range(QUERIES)]), found), QUERIES)
        told(kind, taken, f"{sum(found) / QUERIES:.0f} found")
        everything += taken
    told("all searches", sorted(everything), "(goal: 100 at p95)")
    papers = iter(known)
    told("similar", times(lambda: library.similar(next(papers), PROFILE, 10), 40), "(goal: 200)")
    papers = iter(known)
    told("trace", times(lambda: library.trace(next(papers).arxiv_id, PROFILE), 40))
    told("14 recorded days", times(lambda: library.recorded(PROFILE, LAST - timedelta(days=13)), 10), "(goal: 100)")


def main() -> None:
    """Make the archive if need be, and measure."""
    folder, papers = (sys.argv[1:] + [""] * 2)[:2]
    print(f"{platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as passing:
        where = Path(folder or passing)
        where.mkdir(parents=True, exist_ok=True)
        with archive(where, int(papers or PAPERS)) as database:
            print(f"{(where / 'broadsheet.db').stat().st_size / 1e6:.0f} MB")
            measure(database)


if __name__ == "__main__":
    main()
