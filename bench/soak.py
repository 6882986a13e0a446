"""`python -m bot run` for real, in compressed time, against stand-ins that fail at random; and what came of it.

    python -m bench.soak [SECONDS] [FOLDER] [SEED]

FOLDER (by default a new temporary one) keeps the log (each line after the bot's own time), every /healthz and /metrics,
and the mails to the operator. The operator is the program itself: it does what the mails say. Exits with 1 if a digest
came twice, a paper was shown twice or lost, or the bot left anything behind.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from random import Random

from bench.account import account, findings, rows
from bench.weather import LATE, Model, Weather, stormy_world
from bot.adapters.database.locks import holders
from bot.app import App
from bot.clock import SetClock
from bot.demo.standins import anthropic, arxiv
from bot.demo.standins.anthropic import ScriptedJudge
from bot.demo.standins.arxiv_pages import rss
from bot.demo.world import World
from bot.domain.calendar import announcement_day
from bot.domain.profile import Cutoffs, Profile
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic
from tests import examples
from tests.fakes.arxiv_year import CATEGORIES, Year, eastern, invent
from tests.fakes.service import Service
from tests.fakes.year import PAGES_AHEAD, verdict

SPEED = 2880  # a day of the bot's clock takes half a minute
FIRST = date(2026, 10, 26)  # a Monday; the clocks change on 1 November, and 26 November is a holiday
CALM_S = 75.0  # at the end nothing goes wrong any more, so that what can be made is made
SNAPSHOT_S, STEP_S = 10.0, 0.1
OPERATOR = "ops@example.org"


def readers() -> tuple[Profile, ...]:
    """Three profiles; the first is the one that the bot would make by itself."""
    both, one = (examples.ROUTING, examples.MEMORY), (examples.ROUTING,)

    def reader(id: str, name: str, schedule: str, topics: tuple[Topic, ...]) -> Profile:
        return examples.profile(
            id=id,
            name=name,
            topics=topics,
            categories=CATEGORIES,
            schedule=Schedule.parse(schedule),
            cutoffs=Cutoffs(cap=3),
            mail_to=(f"{id}@example.org",),
        )

    return (
        reader("default", "New York", "08:30 America/New_York", both),
        reader("berlin", "Berlin", "08:30 Europe/Berlin", one),
        reader("tokyo", "Tokyo", "08:30 Asia/Tokyo weekdays", one),
    )


@dataclass(frozen=True)
class Sample:
    """The parent process at one moment. life: which start of the bot it belongs to. cpu_s: since that start."""

    life: int
    at_s: float
    rss_mb: float
    cpu_s: float
    files: int
    threads: int
    children: int
    zombies: int


@dataclass
class Soak:
    """The bot, what is around it, and what was seen. clock: what the bot's shows, as far as it is known."""

    year: Year
    weather: Weather
    world: World
    feed: arxiv.ArxivStandin
    folder: Path
    clock: SetClock
    samples: list[Sample] = field(default_factory=list)
    starts: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    _read: int = 0
    _snapshot_at: float = 0.0
    _spells: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._log = (self.folder / "log.txt").open("w", encoding="utf-8", buffering=1)
        for part in ("health", "metrics", "operator"):
            (self.folder / part).mkdir(exist_ok=True)

    @property
    def now(self) -> datetime:
        """The bot's time, timezone-aware."""
        return self.clock.now()

    def note(self, words: str) -> None:
        """An event of ours in the log."""
        self._log.write(f"{self.now:%m-%d %H:%M} | {'=' * 8} {words}\n")

    def start(self, why: str) -> None:
        """Start the bot now, and go by its clock."""
        self.starts.append(why)
        environment = self.world.environment(
            BROADSHEET_NOW=f"{self.now.isoformat()} x{SPEED}",
            ARXIV_FEED_URL=self.feed.feed_url,
            OPERATOR=f"mail:{OPERATOR}",
            OPERATOR_AFTER_MINUTES="720",  # a turn of the loop is four hours of this clock
            ANTHROPIC_API_KEY="sk-ant-soak",  # a key like the one of the demo would be blotted out of every address
            HTTP_PORT="0",
        )
        self.note(f"started ({why})")
        self.service = Service(environment)
        self.service.__enter__()
        self._read = 0
        self.service.until(lambda: any(" url=" in line for line in self.service.log))
        line = next(line for line in self.service.log if " url=" in line)
        shown = line.partition("clock_set=")[2].strip().strip('"')
        self.clock = SetClock(datetime.fromisoformat(shown), SPEED)

    def end(self, how: str) -> None:
        """SIGTERM or SIGKILL, and what it left in the log."""
        self.note(how)
        began = time.monotonic()
        if how == "SIGKILL":
            self.service.kill()
        else:
            code = self.service.terminate()
            self.note(f"ended with {code} after {time.monotonic() - began:.1f} s")
        self._copy_log()

    def run_for(self, seconds: float) -> None:
        """Let it run for so many real seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.step()
            time.sleep(STEP_S)

    def step(self) -> None:
        """What the world does meanwhile."""
        self.turn_over()
        self._tell_spells()
        if self.service.process.poll() is None:
            self._copy_log()
            self._be_operator()
            if time.monotonic() - self._snapshot_at >= SNAPSHOT_S:
                self._snapshot_at = time.monotonic()
                self._look()

    def turn_over(self) -> None:
        """arXiv's pages turn over at 20:00 in New York, its feed at midnight; or a day late. Never back."""
        late = timedelta(days=self.weather.spell("arxiv") == LATE)
        self.feed.today = max(self.feed.today, announcement_day(self.now) - late)
        self.world.arxiv.today = max(self.world.arxiv.today, announcement_day(self.now + PAGES_AHEAD) - late)

    def stale(self, body: bytes) -> bytes:
        """The papers of the last batch under today's date."""
        today = self.feed.today
        if not self.year.days.get(today):
            return body
        return rss(today, CATEGORIES, self.year.days[max(d for d in self.year.days if d < today and self.year.days[d])])

    def _tell_spells(self) -> None:
        now = self.weather.now_s
        spells = tuple(str(one) for one in self.weather.spells if one.begin <= now < one.end and not self.weather.over)
        for one in set(spells) - set(self._spells):
            self.note(one)
        for one in set(self._spells) - set(spells):
            self.note(f"over: {one}")
        self._spells = spells

    def _copy_log(self) -> None:
        lines = self.service.log[self._read :]
        self._read += len(lines)
        for line in lines:
            self._log.write(f"{self.now:%m-%d %H:%M} | {line}")

    def _be_operator(self) -> None:
        """Read what came, and do what it says where the weather does not do it by itself."""
        mails = [one for one in self.world.mail.mails if one.recipients == (OPERATOR,)]
        for mail in mails[len(self.told) :]:
            message = message_from_bytes(mail.content, policy=policy.default)
            text = f"{message['Subject']}\n\n{message.get_content()}"
            self.told.append(text)
            (self.folder / "operator" / f"{len(self.told):03}.txt").write_text(f"{self.now:%F %H:%M}\n{text}")
            self.note(f"mail to the operator: {message['Subject']}")
            stopped = self.world.home / "gate" / "arxiv-answered-403"
            if str(stopped) in text and stopped.exists():
                self.note("the operator deletes the mark of the 403")
                stopped.unlink()

    def _look(self) -> None:
        number = len(self.samples)
        for kind, page in (("health", "/healthz"), ("metrics", "/metrics")):
            (self.folder / kind / f"{number:04}.txt").write_text(self.service.get(page))
        self.samples.append(_sample(self.service.process.pid, len(self.starts), self.weather.now_s))

    def idle(self) -> bool:
        """Whether nothing is left to do by the bot's own account."""
        health = json.loads(self.service.get("/healthz"))
        return not health["working_on"] and all(
            "Next try" not in day["told"] and "was due" not in day["told"] and day["state"] != "running"
            for days in health["days"].values()
            for day in days
        )


def _sample(pid: int, life: int, at_s: float) -> Sample:
    proc = Path(f"/proc/{pid}")
    fields = (proc / "stat").read_text().rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines())
    children = [fields for fields in _all_processes() if fields[1] == str(pid)]
    ticks = os.sysconf("SC_CLK_TCK")
    return Sample(
        life=life,
        at_s=at_s,
        rss_mb=int(status["VmRSS"].split()[0]) / 1000,
        cpu_s=(int(fields[11]) + int(fields[12])) / ticks,
        files=len(list((proc / "fd").iterdir())),
        threads=int(status["Threads"]),
        children=len(children),
        zombies=sum(fields[0] == "Z" for fields in children),
    )


def _all_processes() -> Iterator[list[str]]:
    """What follows the name in each process's stat: its state, its parent, and so on."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            yield stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue


def live(soak: Soak, duration_s: float, chance: Random) -> None:
    """Weather with two ends and a kill, a 403 on the way, and calm at the end."""
    stormy_s = max(duration_s - CALM_S, 20.0)
    soak.start("first")
    soak.run_for(stormy_s * 0.3)
    for share, how in ((0.2, "SIGTERM"), (0.2, "SIGKILL"), (0.3, "SIGTERM")):
        soak.end(how)
        time.sleep(chance.uniform(0, 12) if how == "SIGTERM" else 0)
        soak.turn_over()
        soak.start(f"after {how}")
        if how == "SIGKILL":
            soak.note("arXiv will answer 403 once")
            soak.feed.answer_next("/", arxiv.Fault(status=403))
        soak.run_for(stormy_s * share)
    soak.weather.over = True
    soak.end("SIGTERM, and calm from here on")
    soak.start("calm")
    until = time.monotonic() + CALM_S
    while time.monotonic() < until or (not soak.idle() and time.monotonic() < until + CALM_S):
        soak.run_for(1)
    soak.run_for(3)
    soak._look()
    soak.end("SIGTERM")


def report(soak: Soak) -> Mapping[str, object]:
    """The table's lower part: how the process fared."""
    lives = [[one for one in soak.samples if one.life == life] for life in sorted({one.life for one in soak.samples})]
    cpu_s = sum(life[-1].cpu_s - life[0].cpu_s for life in lives)
    lived_s = sum(life[-1].at_s - life[0].at_s for life in lives)
    locks = soak.world.home / "locks"
    return {
        "restarts": len(soak.starts) - 1,
        "operator mails": f"{len(soak.told)} ({sum('trouble is over' in one for one in soak.told)} of them: over)",
        "parent MB, first and last of each life": "  ".join(f"{a[0].rss_mb:.0f}-{a[-1].rss_mb:.0f}" for a in lives),
        "parent open files, first and last": "  ".join(f"{a[0].files}-{a[-1].files}" for a in lives),
        "parent threads, most": max(one.threads for one in soak.samples),
        "parent CPU": f"{cpu_s:.1f} s of {lived_s:.0f} s ({cpu_s / max(lived_s, 1):.1%} of a core), without its starts",
        "zombies seen (must be 0)": max(one.zombies for one in soak.samples),
        "locks held at the end (must be 0)": len(holders(locks)) if locks.exists() else 0,
        "lock files left": sum(1 for _ in soak.world.home.rglob("*.lock")),
    }


def main(seconds: float = 600, folder: str = "", seed: int = 2026) -> None:
    """Live and print the table."""
    place = Path(folder or tempfile.mkdtemp(prefix="broadsheet-soak-"))
    place.mkdir(parents=True, exist_ok=True)
    year = invent(seed, FIRST - timedelta(days=7), FIRST + timedelta(days=60))
    ids = {one.paper.arxiv_id for entries in year.days.values() for one in entries}
    weather, begin = Weather(seed, seconds), eastern(FIRST, 6)
    with stormy_world(weather, year.days, FIRST, place / "home", _model(ids)) as (world, feed):
        app = App(world.settings(BROADSHEET_NOW=begin.isoformat()))
        for reader in readers():
            app.profiles.save(reader)
        app.close()
        soak = Soak(year, weather, world, feed, place, SetClock(begin, SPEED))
        feed.missing_in_feed = year.missing
        feed.stale = soak.stale
        try:
            live(soak, seconds, Random(seed))
        finally:
            soak.service.__exit__(None, None, None)
        found = account(soak.world, year, readers(), soak.now)
        table = {**rows(found), **report(soak), **_retries(place)}
        lines = [f"seed {seed}, {FIRST} to {soak.now:%F} by the bot's clock, {weather.now_s:.0f} s; kept in {place}"]
        lines += [f"{name:46} {value}" for name, value in table.items()]
        lines += ["went wrong: " + ", ".join(f"{kind} {times}" for kind, times in sorted(weather.met.items()))]
        lines += findings(found)
        print("\n".join(lines))
        (place / "table.txt").write_text("\n".join(lines) + "\n")
        sys.exit(any("(must be 0)" in name and value for name, value in table.items()))


def _model(ids: Collection[str]) -> Model:
    """Scores follow from the id; a topic that the reader does not have is none."""
    judge = ScriptedJudge({one: verdict(one) for one in ids})

    def model(request: anthropic.Request) -> anthropic.Reply:
        reply = judge(request)
        if "memory" in json.dumps(request["output_config"]):
            return reply
        return replace(reply, text=reply.text.replace('"primary_topic": "memory"', '"primary_topic": "none"'))

    return model


def _retries(place: Path) -> Mapping[str, object]:
    last = max((place / "metrics").iterdir()).read_text().splitlines()
    told = [line.removeprefix("broadsheet_retries_total") for line in last if line.startswith("broadsheet_retries_")]
    return {"retries": " ".join(told)}


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(*(kind(value) for kind, value in zip((float, str, int), arguments, strict=False)))
