"""One worker on a real database; all that is around it is simple, and in the test's hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.adapters.database.engine import Database
from bot.adapters.database.ledger import DatabaseLedger, DatabaseRuns
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.database.store import DatabaseStore
from bot.adapters.database.tables import profiles
from bot.adapters.database.troubles import DatabaseTroubles
from bot.domain.digest import Digest, Section
from bot.domain.listing import Listing
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.verdict import Judging
from bot.errors import DeliveryError
from bot.office import Office
from bot.ports import Overviews, Ports
from bot.ranking.shortlist import TopicShortlist
from bot.worker import Ended, work_off
from tests import examples
from tests.examples import DAY, NOON, announced, verdict
from tests.fakes.listings_rig import StillClock


@dataclass
class Source:
    """Two papers a day. wrong: (category or day) -> what is raised instead. asked: in order."""

    wrong: dict[str | date, Exception] = field(default_factory=dict)
    asked: list[tuple[str, date]] = field(default_factory=list)

    def announced(self, day: date, categories: Sequence[str]) -> Listing:
        """Two new papers, or what is wrong."""
        self.asked.append((categories[0], day))
        if error := self.wrong.get(categories[0]) or self.wrong.get(day):
            raise error
        entries = tuple(announced(10 * day.day + number) for number in (1, 2))
        return Listing(day, entries, entries_seen=2, arxiv_says=2)


@dataclass
class Judge:
    """Likes every paper. unread: numbers of papers that it cannot judge."""

    unread: set[int] = field(default_factory=set)

    def verdicts(self, papers: Sequence[Paper], profile: Profile, day: date) -> Judging:
        """The same good verdict on each."""
        given = {one.arxiv_id: verdict(int(one.arxiv_id[-5:])) for one in papers}
        unread = {one: "no answer" for one in given if int(one[-5:]) in self.unread}
        return Judging("pretended", examples.RUBRIC, {k: v for k, v in given.items() if k not in unread}, unread)

    def overviews(self, sections: Sequence[Section], profile: Profile, day: date) -> Overviews:
        """None."""
        return Overviews()


@dataclass
class Outlet:
    """Takes everything, unless it is down."""

    name: str = "memory"
    rewrites: bool = False
    down: bool = False
    took: list[tuple[str, date]] = field(default_factory=list)

    def send(self, digest: Digest) -> str:
        """Take it."""
        if self.down:
            raise DeliveryError("memory is down")
        self.took.append((digest.profile.id, digest.day))
        return "here"

    def check(self) -> str:
        """Nothing to check."""
        return "ready"


@dataclass
class Boss:
    """Implements bot.office.Operator."""

    name: str = "mail:ops@example.org"
    deaf: bool = False
    told: list[str] = field(default_factory=list)

    def tell(self, subject: str, text: str) -> None:
        """Hear it."""
        if self.deaf:
            raise DeliveryError("the mail server is down", hint="Check SMTP_HOST")
        self.told.append(f"{subject}\n{text}")

    def check(self) -> str:
        """Nothing to check."""
        return "ready"


@dataclass
class Asked:
    """Implements bot.ports.Stop: asked from the start, or never."""

    stop: bool

    def asked(self) -> bool:
        """Whether."""
        return self.stop


@dataclass
class Rig:
    """A real database; everything else is in the test's hand."""

    database: Database
    clock: StillClock = field(default_factory=lambda: StillClock(NOON))
    source: Source = field(default_factory=Source)
    judge: Judge = field(default_factory=Judge)
    outlet: Outlet = field(default_factory=Outlet)
    boss: Boss = field(default_factory=Boss)
    stop: bool = False
    begun: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.profiles = DatabaseProfiles(self.database, self.clock)
        self.runs = DatabaseRuns(self.database, self.clock)
        self.office = Office(
            profiles=self.profiles.all,
            runs=self.runs,
            troubles=DatabaseTroubles(self.database, self.clock),
            clock=self.clock,
            started=NOON,
            days_back=30,
            limit=timedelta(hours=3),
        )

    def reads(self, *names: str, since: date = DAY) -> None:
        """A profile of each name, made on that day; its category is named after it."""
        self.clock.at = NOON + (since - DAY)
        for name in names:
            self.profiles.save(examples.profile(id=name, categories=(f"cs.{name.upper()}",)))
        self.clock.at = NOON

    def breaks(self, name: str) -> None:
        """The document of that profile cannot be read any more."""
        with self.database.writing() as connection:
            connection.execute(profiles.update().where(profiles.c.id == name).values(document={"id": name}))

    def work(self) -> Ended:
        """What one worker does."""
        bot = Ports(
            source=self.source,
            shortlist=TopicShortlist(),
            judge=self.judge,
            store=DatabaseStore(self.database, self.clock, lambda digest: f'{{"day": "{digest.day}"}}'),
            runs=self.runs,
            ledger=DatabaseLedger(self.database, self.clock),
            outlets=lambda _: (self.outlet,),
            clock=self.clock,
            stop=Asked(self.stop),
        )
        return work_off(self.office, bot, self.boss, lambda task: self.begun.append(str(task)))
