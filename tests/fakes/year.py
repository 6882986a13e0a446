"""The bot through an invented year, with a moved clock: every part is the real one but the model and the outlets."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Lock

from bot.adapters.arxiv_archive import ArxivArchive
from bot.adapters.arxiv_gate import Gate
from bot.adapters.arxiv_source import ArxivSource
from bot.adapters.arxiv_web import ArxivWeb
from bot.adapters.database.engine import Database
from bot.adapters.database.ledger import DatabaseLedger, DatabaseRuns
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.store import DatabaseStore
from bot.adapters.database.troubles import DatabaseTroubles
from bot.demo.standins.arxiv import ArxivStandin, Fault
from bot.demo.standins.arxiv_pages import rss
from bot.domain.calendar import announcement_day
from bot.domain.digest import Digest
from bot.domain.listing import Listing
from bot.domain.profile import Profile
from bot.domain.runs import History, Trouble, due, known_from, troubles
from bot.domain.verdict import Usage
from bot.errors import BotError, DeliveryError, JudgeError
from bot.judging import LlmJudge
from bot.listings import Listings
from bot.pipeline import run_digest
from bot.ports import Answer, Ports, Question, Source
from bot.ranking.shortlist import TopicShortlist
from tests.fakes.arxiv_year import CATEGORIES, Window, Year, eastern

STEP = timedelta(minutes=30)
LIMIT = timedelta(hours=3)
DAYS_BACK = 30
PAGES_AHEAD = timedelta(hours=4)  # arXiv's pages turn over so long before its feed
ANY_ID = re.compile(r'<paper id="(\d{4}\.\d{5})"')


@dataclass
class MovedClock:
    """Shows what it is set to."""

    at: datetime
    was_set: bool = False

    def now(self) -> datetime:
        """The time it was set to."""
        return self.at


class Oracle:
    """A language model whose scores follow from the id. bought: arXiv id -> how many verdicts on it were given."""

    model = "oracle"

    def __init__(self, world: "World") -> None:
        self._world, self._lock = world, Lock()
        self.bought: Counter[str] = Counter()

    def ask(self, question: Question) -> Answer:
        """One answer on all papers asked about; nonsense on those that it cannot read yet."""
        if self._world.during(self._world.year.judge_down):
            raise JudgeError("the judge's service is down")
        usage = Usage(self.model, question.kind, 1, 0, 1, Decimal(0))
        if question.kind != "judge":
            topics = set(re.findall(r'<topic id="(\w+)"', question.user))
            return Answer({"overviews": [{"topic": one, "overview": "Of interest."} for one in topics]}, usage)
        ids = ANY_ID.findall(question.user)
        muted = {one for one in ids if self._world.time < self._world.year.unreadable.get(one, self._world.time)}
        with self._lock:
            self.bought.update(set(ids) - muted)
        return Answer({"verdicts": [{"arxiv_id": one} if one in muted else verdict(one) for one in ids]}, usage)

    def check(self) -> str:
        """Nothing to check."""
        return "ready"


def verdict(arxiv_id: str) -> dict[str, object]:
    """Half of the papers are relevant, half of those are new."""
    number = int(arxiv_id[-5:])
    return {
        "arxiv_id": arxiv_id,
        "relevance": 9 if number % 2 else 3,
        "novelty": 9 if number % 4 == 1 else 8 if number % 3 else 2,
        "comment": "",
        "primary_topic": "routing" if number % 5 else "memory",
        "matched_topics": [],
        "topic_reason": "",
        "hot_tags": [],
        "hot_reason": "",
        "addresses_judge": False,
    }


class MemoryOutlet:
    """Remembers what it took. Implements ports.Outlet."""

    rewrites = False

    def __init__(self, name: str, world: "World") -> None:
        self.name, self._world = name, world
        self.editions: list[Digest] = []

    def send(self, digest: Digest) -> str:
        """Take it, unless this outlet is down."""
        if self._world.during(self._world.year.outlet_down):
            raise DeliveryError(f"{self.name} is down")
        self.editions.append(digest)
        return "memory"

    def check(self) -> str:
        """Nothing to check."""
        return "ready"

    @property
    def shown(self) -> Counter[str]:
        """arXiv id -> how often it was carried here."""
        return Counter(one for digest in self.editions for one in digest.shown_ids)


class NotingStore(DatabaseStore):
    """The real store, which also notes the newest edition of each digest."""

    made: dict[date, Digest]

    def save_digest(self, digest: Digest) -> None:
        """Save it and note it."""
        super().save_digest(digest)
        self.made[digest.day] = digest


@dataclass
class NotingSource:
    """The real source, which also notes the newest listing of each day."""

    real: Source
    listings: dict[date, Listing] = field(default_factory=dict)

    def announced(self, day: date, categories: Sequence[str]) -> Listing:
        """Ask the real one and note the answer."""
        self.listings[day] = self.real.announced(day, categories)
        return self.listings[day]


@dataclass
class World:
    """The bot and everything around it. time: the true one; the bot's clock may be behind."""

    year: Year
    profile: Profile
    feed: ArxivStandin
    site: ArxivStandin
    clock: MovedClock
    started: datetime
    time: datetime = field(init=False)
    told: list[Trouble] = field(default_factory=list)
    over: list[Trouble] = field(default_factory=list)
    turns: int = 0

    def __post_init__(self) -> None:
        self.time = self.started
        self.oracle = Oracle(self)
        self.outlets = (MemoryOutlet("memory:a", self),)

    def build(self, home: Path, database: Database) -> None:
        """The real parts, wired up."""
        web = ArxivWeb(Gate(home / "gate", 0), "broadsheet/test", sleep=lambda _: None)
        self.store = NotingStore(database, self.clock, lambda digest: f'{{"day": "{digest.day}"}}')
        self.store.made = {}
        self.runs = DatabaseRuns(database, self.clock)
        self.troubles = DatabaseTroubles(database, self.clock)
        DatabaseProfiles(database, self.clock).save(self.profile)
        source = ArxivSource(web, feed_url=self.feed.feed_url, site_url=self.site.site_url, api_url=self.site.api_url)
        archive = ArxivArchive(web, site_url=self.site.site_url, api_url=self.site.api_url, now=self.seconds)
        self.source = NotingSource(Listings(source, archive, self.store, self.clock))
        self.bot = Ports(
            source=self.source,
            shortlist=TopicShortlist(),
            judge=LlmJudge(self.oracle, self.store, calls_at_once=1),
            store=self.store,
            runs=self.runs,
            ledger=DatabaseLedger(database, self.clock),
            outlets=lambda _: self.outlets,
            clock=self.clock,
        )

    def seconds(self) -> float:
        """A clock that nobody sets."""
        return self.time.timestamp()

    def during(self, windows: Sequence[Window]) -> Window | None:
        """The window that the true time is in, if any."""
        return next((window for window in windows if self.time in window), None)

    def live(self, until: datetime) -> None:
        """Turn every half an hour until then, but where the bot is down: it is started again after that."""
        while self.time < until:
            if down := self.during(self.year.down):
                self.time = self.started = self.clock.at = down.end
            self.clock.at = self.time - (timedelta(hours=1) if self.during(self.year.clock_back) else timedelta())
            self.turn()
            self.time += STEP

    def turn(self) -> None:
        """What the worker does: every digest that is due, oldest first, each on its own; then the operator."""
        self.turns += 1
        self._turn_over()
        now = self.clock.now()
        for day in due(now, self.profile, self.history(), days_back=DAYS_BACK):
            try:
                run_digest(self.profile, day, self.bot)
            except BotError:  # recorded by the attempt
                continue
        past = self.history()
        fresh = self.troubles.claim(troubles(now, self.profile, past, limit=LIMIT, days_back=DAYS_BACK))
        self.troubles.told(fresh)
        self.told += fresh
        self.over += self.troubles.over(troubles(now, self.profile, past, limit=timedelta(), days_back=DAYS_BACK))

    def history(self, since: date | None = None) -> History:
        """What the database knows of the profile's days; without `since`, of those that it looks at."""
        since = since or known_from(self.clock.now(), DAYS_BACK)
        return self.runs.history(since, self.started)[self.profile.id]

    def _turn_over(self) -> None:
        """arXiv's pages turn over at 20:00 in New York, its feed at midnight; or both later than that."""
        late = timedelta(days=1) if self.during(self.year.turns_late) else timedelta()
        self.feed.today = announcement_day(self.time) - late
        self.site.today = announcement_day(self.time + PAGES_AHEAD) - late

    def feed_now(self, body: bytes) -> bytes:
        """The feed as it comes: as it should be, without papers, or with those of the last batch under today's date."""
        today = self.feed.today
        if self.during(self.year.feed_empty):
            return rss(today, CATEGORIES, ())
        if self.during(self.year.feed_stale) and self.year.days.get(today):
            last = max(day for day, papers in self.year.days.items() if day < today and papers)
            return rss(today, CATEGORIES, self.year.days[last])
        return body


@contextmanager
def world(year: Year, profile: Profile, home: Path) -> Iterator[World]:
    """Everything, at midnight in New York of the year's first day."""
    begin = eastern(year.first)
    with ExitStack() as running:
        feed, site = (
            running.enter_context(
                ArxivStandin(year.days, year.first, missing_in_feed=year.missing, submitted=year.submitted)
            )
            for _ in range(2)
        )
        made = World(year, profile, feed, site, MovedClock(begin), begin)
        feed.answer_next("/rss", Fault(rewrite=made.feed_now), times=20_000)
        database = Database(f"sqlite:///{home}/broadsheet.db")
        running.callback(database.close)
        made.build(home, database)
        yield made
