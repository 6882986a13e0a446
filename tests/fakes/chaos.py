"""One bot's life: killed with SIGKILL at random moments and started again, and what each kill fell into.

The stand-ins are real servers and the bots real processes. What was under way at a kill is read from the database that
it left behind, and from what the stand-ins had been asked.
"""

import hashlib
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random

from bot.demo.standins.anthropic import Reply, Request, ScriptedJudge, asked_ids
from bot.demo.world import World
from tests.fakes.processes import alive, command, gone, kill
from tests.fakes.service import Service

LATENCY_S, PAPERS_PER_CALL, CALLS_AT_ONCE = 0.15, 2, 4
PATIENCE_S = 60.0
ORPHAN_ENDS_WITHIN_S = 12.0
RESTS_S = 1.0  # a bot that runs no worker for so long is resting
POLL_S = 0.001


class Phase(StrEnum):
    """Where a bot stood when it was killed; in the order in which it gets there."""

    STARTING = "starting up"
    READING = "reading arXiv"
    JUDGING = "calls of the judge under way"
    MAKING = "choosing, composing, saving"
    WRITING = "writing files"
    POSTING = "posting to Slack"
    MAILING = "sending mail"
    BETWEEN = "between two outlets, or at the end of the run"
    DONE = "after the run"


EARLY_AIMS = (Phase.STARTING, Phase.READING, *[Phase.JUDGING] * 3)
LATE_AIMS = (*[Phase.MAKING] * 2, *[Phase.WRITING] * 2, *[Phase.POSTING] * 4, *[Phase.MAILING] * 4, Phase.BETWEEN)
OUTLETS = {"site": Phase.WRITING, "folder": Phase.WRITING, "slack": Phase.POSTING, "mail": Phase.MAILING}


class Model(ScriptedJudge):
    """A language model that remembers what it has answered."""

    def __init__(self, verdicts: Mapping[str, Mapping[str, object]]) -> None:
        super().__init__(verdicts)
        self.answered: Counter[str] = Counter()
        self.overviews = 0

    def __call__(self, request: Request) -> Reply:
        """Answer, and remember it."""
        reply, things = super().__call__(request), things_in(request)
        self.answered.update(things)
        self.overviews += "overviews" in reply.text
        return reply


def things_in(request: Request) -> list[str]:
    """What one call buys: verdicts on papers, by arXiv id, or overviews, by the hash that the database keeps of it."""
    user, system = request["messages"][0]["content"], request["system"][0]["text"]
    return asked_ids(user) or [hashlib.sha256(f"{system}\n\n{user}".encode()).hexdigest()]


@dataclass(frozen=True)
class Left:
    """What stands in the database. claims: (day, outlet) -> state and when it was claimed. bought: as things_in()."""

    runs: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    claims: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    listings: frozenset[str] = frozenset()
    bought: frozenset[str] = frozenset()
    usage: int = 0

    @classmethod
    def by(cls, database: Path) -> "Left":
        """Read it, as far as it is there: a bot that was killed at its first start may have left no tables."""
        if not database.exists():
            return cls()
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
            ask = connection.execute
            if not ask("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchall():
                return cls()
            bought = ask("SELECT arxiv_id FROM verdicts UNION SELECT question FROM overviews")
            claims = ask("SELECT day, outlet, state, claimed_at FROM deliveries")
            return cls(
                {run: (day, state) for run, day, state in ask("SELECT id, day, state FROM runs ORDER BY id")},
                {(day, outlet): (state, at) for day, outlet, state, at in claims},
                frozenset(day for (day,) in ask("SELECT day FROM listings")),
                frozenset(one for (one,) in bought),
                ask("SELECT count(*) FROM usage").fetchone()[0],
            )

    def complete(self, days: Sequence[date]) -> bool:
        """Whether the newest run of each of these days made its digest."""
        newest = dict(self.runs.values())
        return all(newest.get(str(day)) == "complete" for day in days)

    def phase(self, before: "Left", *, judging: bool) -> Phase:
        """Where the bots stood that left this and had found `before`. judging: calls of the judge were under way."""
        new = {run: what for run, what in self.runs.items() if run not in before.runs}
        days = [day for day, state in new.values() if state == "running"]
        if not days:
            return Phase.DONE if new else Phase.STARTING
        claimed = [
            (outlet.partition(":")[0], state)
            for (day, outlet), (state, at) in self.claims.items()
            if day in days
            and before.claims.get((day, outlet), ("", ""))[1] != at
            # A mail that was cut off before stays so, and is not sent again.
            and not (outlet.startswith("mail") and before.claims.get((day, outlet), ("", ""))[0] == "sending")
        ]
        if sending := [OUTLETS[kind] for kind, state in claimed if state == "sending"]:
            return sending[0]
        if claimed:
            return Phase.BETWEEN
        if judging:
            return Phase.JUDGING
        return Phase.MAKING if set(days) <= self.listings else Phase.READING


@dataclass
class Tally:
    """Counts over all kills. phases: kills by phase. victims: by what was killed. starts: by verb. found: what else."""

    phases: Counter[str] = field(default_factory=Counter)
    victims: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    starts: Counter[str] = field(default_factory=Counter)

    @property
    def kills(self) -> int:
        """All of them."""
        return self.phases.total()

    def add(self, other: "Tally") -> None:
        """Count those, too."""
        for mine, its in zip(vars(self).values(), vars(other).values(), strict=True):
            mine.update(its)


class Life:
    """One bot from its first start on, with everything that happens to it."""

    def __init__(self, standins: World, model: Model, rng: Random, tally: Tally) -> None:
        self.standins, self.model, self.rng, self.tally = standins, model, rng, tally
        self.database = standins.home / "broadsheet.db"
        self.lost: Counter[str] = Counter()  # what calls under way at a kill were to bring, once per kill
        self.calls_lost = self.most_in_flight = 0
        self._looked_at = 0
        self._orphans: list[int] = []
        self._began = time.monotonic()
        self._typical_s = 3.0

    def live(self, days: Sequence[date], verbs: Sequence[tuple[str, ...]], kills: int) -> None:
        """Start and kill bots until their kills are used up or the digests of `days` complete; then let one finish."""
        aims = sorted(self.rng.choices((*EARLY_AIMS, *LATE_AIMS), k=kills), key=list(Phase).index)
        for aim in aims:
            if self.left().complete(days):
                break
            self._strike(aim, days, self._verbs(verbs))
        self._finish(days, verbs)

    def left(self) -> Left:
        """What stands in the database now."""
        return Left.by(self.database)

    def _verbs(self, verbs: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """One bot, or two at once."""
        return self.rng.choices(verbs, k=2 if self.rng.random() < 0.25 else 1)

    def _started(self, verb: tuple[str, ...]) -> Service:
        """Its clock shows nine in the morning and what has passed since this life began: no start sets it back."""
        self.tally.starts[verb[0]] += 1
        nine = datetime.fromisoformat(f"{self.standins.arxiv.today}T09:00:00-04:00")
        now = nine + timedelta(seconds=time.monotonic() - self._began)
        more = {"JUDGE_PAPERS_PER_CALL": str(PAPERS_PER_CALL), "JUDGE_CALLS_AT_ONCE": str(CALLS_AT_ONCE)}
        return Service(self.standins.environment(BROADSHEET_NOW=now.isoformat(), **more), verb)

    def _strike(self, aim: Phase, days: Sequence[date], verbs: Sequence[tuple[str, ...]]) -> None:
        before, comes = self.left(), self._sign(aim)
        with ExitStack() as running:
            bots = []
            for verb in verbs:
                bots.append(running.enter_context(self._started(verb)))
                time.sleep(self.rng.uniform(0, 0.4) if len(verbs) > 1 else 0)
            if not self._awaited(comes, bots, days):
                return
            if len(bots) > 1 and self.rng.random() < 0.5:
                self._kill("one of two bots", alive(bots.pop(0).process.pid), before)
                self._awaited(self._sign(self.rng.choice(LATE_AIMS)), bots, days)
            self._kill(*self._victim(bots), before)
            self._leave(bots)

    def _victim(self, bots: Sequence[Service]) -> tuple[str, list[int]]:
        everybody = [pid for bot in bots for pid in alive(bot.process.pid)]
        if len(bots) == 1 and bots[0].verb == ("run",):
            worker = [pid for pid in everybody if "spawn_main" in command(pid)]
            kind = self.rng.choice(("group", "group", "parent", "worker"))
            if worker and kind == "worker":
                return "run: the worker only", worker
            if worker and kind == "parent":
                return "run: the parent only", [bots[0].process.pid]
        return f"{'two bots' if len(bots) > 1 else bots[0].verb[0]}: all processes", everybody

    def _kill(self, victim: str, pids: Sequence[int], before: Left) -> None:
        for pid in pids:
            kill(pid)
        gone(pids)
        time.sleep(0.03)  # what the dead had sent is still to be read by the stand-ins
        left = self.left()
        assert self.standins.anthropic
        calls = self.standins.anthropic.requests[self._looked_at :]
        self._looked_at += len(calls)
        under_way = [things for things in map(things_in, calls) if not left.bought.issuperset(things)]
        self.calls_lost += len(under_way)
        self.most_in_flight = max(self.most_in_flight, len(under_way))
        for thing in {thing for things in under_way for thing in things}:
            self.lost[thing] += 1
            self.tally.found["in flight"] += 1
            self.tally.found["answered, not saved"] += self.model.answered[thing] >= self.asked()[thing]
        if pids:
            self.tally.phases[left.phase(before, judging=bool(under_way))] += 1
            self.tally.victims[victim] += 1

    def asked(self) -> Counter[str]:
        """How often each thing was asked for."""
        assert self.standins.anthropic
        return Counter(thing for call in self.standins.anthropic.requests for thing in things_in(call))

    def _leave(self, bots: Sequence[Service]) -> None:
        """What survived a kill. A parent goes on for a moment (it would start the next worker after a minute); a worker
        whose parent died ends by itself, and meets the next bot or not."""
        for bot in bots:
            if bot.process.poll() is None:
                time.sleep(self.rng.uniform(0, 0.5))
                bot.kill()
            elif self.rng.random() < 0.5:
                gone(alive(bot.process.pid), ORPHAN_ENDS_WITHIN_S)
            else:
                self._orphans += alive(bot.process.pid)

    def _awaited(self, comes: Callable[[], bool], bots: Sequence[Service], days: Sequence[date]) -> bool:
        """Wait for the moment to kill. False if all bots ended before."""
        began = looked = worked = time.monotonic()
        while not comes():
            now = time.monotonic()
            assert now - began < PATIENCE_S, "".join(line for bot in bots for line in bot.log)
            if all(bot.process.poll() is not None for bot in bots):
                return False
            if now - looked > 0.3:
                looked = now
                worked = now if any(at_work(bot) for bot in bots) else worked
                if now - worked > RESTS_S or self.left().complete(days):
                    time.sleep(self.rng.uniform(0, 0.3))
                    return True
            time.sleep(POLL_S)
        return True

    def _sign(self, aim: Phase) -> Callable[[], bool]:
        """What shows that a bot that is started now is where the kill is to fall; a random moment later, it is true."""
        rng, counts = self.rng, self._counts()
        aimed: Mapping[Phase, tuple[str, int, float]] = {
            Phase.READING: ("arxiv", 1, 0.05),
            Phase.JUDGING: ("judge", rng.randint(1, 9), LATENCY_S),
            Phase.MAKING: ("overviews", 1, 0.1),
            Phase.WRITING: ("files", 1, 0.03),
            Phase.POSTING: ("slack", rng.randint(1, 6), 0.01),
            Phase.MAILING: ("mail", rng.randint(1, 5), 0.003),
            Phase.BETWEEN: ("mails", 1, 0.1),
        }
        if aim not in aimed or rng.random() < 0.15:  # at any moment
            return after(
                lambda: True, rng.uniform(0, self._typical_s / 2 if aim is Phase.STARTING else self._typical_s)
            )
        what, more, spread_s = aimed[aim]
        count, before = counts[what], counts[what]()
        return after(lambda: count() >= before + more, rng.uniform(0, spread_s))

    def _counts(self) -> Mapping[str, Callable[[], int]]:
        """What the stand-ins and the folders have seen so far. files: grows with every file that is written."""
        standins = self.standins
        assert standins.anthropic
        requests = standins.anthropic.requests
        folders = [standins.home / "site", standins.home / "outbox"]
        return {
            "arxiv": lambda: len(standins.arxiv.requests),
            "judge": lambda: len(requests),
            "overviews": lambda: self.model.overviews,
            "files": lambda: max(
                (one.stat().st_mtime_ns for place in folders for one in place.rglob("*-*")), default=0
            ),
            "slack": lambda: len(standins.slack.calls),
            "mail": lambda: len(standins.mail.stages),
            "mails": lambda: len(standins.mail.mails),
        }

    def _finish(self, days: Sequence[date], verbs: Sequence[tuple[str, ...]]) -> None:
        """Let one bot do what is left; nobody disturbs it."""
        gone(self._orphans, ORPHAN_ENDS_WITHIN_S)
        began = time.monotonic()
        verb = self.rng.choice([one for one in verbs if len(days) == 1 or one == ("run",)])
        with self._started(verb) as bot:
            if verb == ("run",):
                assert bot.url  # before it serves, SIGTERM ends it as it ends any program
                bot.until(lambda: self.left().complete(days), "all digests complete")
                assert bot.terminate() == 0, "".join(bot.log)
            else:
                assert bot.process.wait(PATIENCE_S) in (0, 3), "".join(bot.log)
        assert self.left().complete(days), "".join(bot.log)
        self._typical_s = min(self._typical_s + 1, time.monotonic() - began)

    def says(self, *verb: str) -> tuple[int, str]:
        """What a bot answers that is started once more: its exit code, and what it prints."""
        with self._started(verb) as bot:
            code = bot.process.wait(PATIENCE_S)
            bot._reader.join(5)
        return code, "".join(bot.log)


def at_work(bot: Service) -> bool:
    """Whether it is at anything, or still starting: a parent whose worker was killed, or found its work held by another
    bot, rests for a while."""
    starting = bot.verb != ("run",) or not any(" url=" in line for line in bot.log)
    lives = bot.process.poll() is None
    return lives and (starting or any("spawn_main" in command(pid) for pid in alive(bot.process.pid)))


def after(seen: Callable[[], bool], wait_s: float) -> Callable[[], bool]:
    """True `wait_s` seconds after `seen` was first found true."""
    since: list[float] = []

    def passed() -> bool:
        if not since and seen():
            since.append(time.monotonic())
        return bool(since) and time.monotonic() - since[0] >= wait_s

    return passed
