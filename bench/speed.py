"""How long the main job takes, stage by stage, and how much memory, on an invented 1,000-paper day.

    python -m bench.speed

Stand-ins run in the same process and answer at once (first table), or after two seconds a call (second table).
"""

import platform
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import ceil
from os import cpu_count
from pathlib import Path
from typing import Any

from bot.app import FIRST_PROFILE, App
from bot.demo import sample
from bot.demo.world import World, scripted, world
from bot.domain.digest import Digest
from bot.domain.paper import Announcement, AnnounceType
from bot.domain.profile import Cutoffs
from bot.domain.verdict import Verdict
from bot.pipeline import run_digest
from bot.ports import Outlet, Ports

PAPERS, SHOWN, FEW, CALLS_AT_ONCE, PAPERS_PER_CALL = 1000, 200, 12, 8, 12
SEED = 20261120


@dataclass(frozen=True)
class Invented:
    """A long day, and the verdicts on it: SHOWN of them above the cutoffs."""

    announcements: tuple[Announcement, ...]
    verdicts: dict[str, Verdict]


class Stopwatch:
    """Seconds per stage: wraps the methods of a port."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def around(self, port: Any, stage: str, *methods: str) -> Any:
        """A stand-in for the port whose methods are timed under `stage`."""
        timed = {name: self._timed(getattr(port, name), stage) for name in methods}
        return type("Timed", (), {"__getattr__": lambda _, name: timed.get(name) or getattr(port, name)})()

    def _timed(self, call: Callable[..., Any], stage: str) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return call(*arguments)
            finally:
                self.seconds[stage] += time.perf_counter() - started

        return timed


def invent() -> Invented:
    """Papers of shuffled sentences from the sample day, with titles and ids of their own. Always the same."""
    chance, day = random.Random(SEED), sample.load()
    papers = [entry.paper for entry in day.announcements]
    sentences = [part for paper in papers for part in re.split(r"(?<=\.) ", paper.abstract)]
    announcements, verdicts = [], {}
    for number in range(PAPERS):
        like = papers[number % len(papers)]
        arxiv_id = f"2613.{number + 10000}"
        abstract = " ".join(chance.sample(sentences, 8))
        paper = replace(like, arxiv_id=arxiv_id, version=1, title=f"{like.title} ({number})", abstract=abstract)
        how = AnnounceType.NEW if paper.categories[0] in ("cs.LG", "cs.AI") else AnnounceType.CROSS
        announcements.append(Announcement(replace(paper, categories=(*paper.categories, "cs.LG")), how))
        said = day.verdicts.get(like.arxiv_id) or next(iter(day.verdicts.values()))
        score = 8 + number % 3 if number % (PAPERS // SHOWN) == 0 else 1 + number % 7
        verdicts[arxiv_id] = replace(
            said, arxiv_id=arxiv_id, version=1, relevance=score, novelty=min(score, 9), hot_tags=()
        )
    return Invented(tuple(announcements), verdicts)


@contextmanager
def bot(day: Invented, latency_s: float = 0.0) -> Iterator[tuple[App, World]]:
    """The app on a fresh home, in a world that serves the day."""
    today = sample.load().day
    with tempfile.TemporaryDirectory() as home:
        judge = scripted(day.verdicts)
        with world({today: day.announcements}, today, Path(home), judge=judge, judge_latency_s=latency_s) as standins:
            more = {"JUDGE_CALLS_AT_ONCE": str(CALLS_AT_ONCE), "JUDGE_PAPERS_PER_CALL": str(PAPERS_PER_CALL)}
            app = App(standins.settings(**more))
            try:
                yield app, standins
            finally:
                app.close()


def timed(ports: Ports, watch: Stopwatch) -> Ports:
    """The same ports, each under its stage."""
    outlets = ports.outlets
    return replace(
        ports,
        source=watch.around(ports.source, "intake (feed, 2 pages, API)", "announced"),
        shortlist=watch.around(ports.shortlist, "shortlist", "pick"),
        judge=watch.around(ports.judge, "judge (calls, saving)", "verdicts", "overviews"),
        store=watch.around(ports.store, "store (without verdicts)", "save_listing", "save_digest", "shown_before"),
        outlets=lambda profile: [_timed_outlet(one, watch) for one in outlets(profile)],
    )


def _timed_outlet(outlet: Outlet, watch: Stopwatch) -> Any:
    return watch.around(outlet, f"deliver {outlet.name.split(':')[0]}", "send")


def run(day: Invented, latency_s: float = 0.0) -> tuple[float, Stopwatch, Digest]:
    """Seconds of one digest, by stage."""
    watch = Stopwatch()
    with bot(day, latency_s) as (app, _):
        reader = replace(app.profile(FIRST_PROFILE), cutoffs=Cutoffs(cap=SHOWN))
        ports = timed(app.ports(), watch)
        started = time.perf_counter()
        digest, deliveries = run_digest(reader, app.today(), ports)
        seconds = time.perf_counter() - started
    troubles = [delivery for delivery in deliveries if delivery.trouble]
    assert not troubles, troubles
    return seconds, watch, digest


def render_all(digest: Digest) -> float:
    """Seconds to make everything that outlets send of a digest."""
    from bot.render.blocks import thread
    from bot.render.mail import mail, outbox
    from bot.render.pages import day_pages

    started = time.perf_counter()
    day_pages(digest), outbox(digest), thread(digest, None), mail(digest, None, "reader@example.org", "example.org")
    return time.perf_counter() - started


def rendering_cold() -> str:
    """Run the rendering alone in a new process, so that no cache is warm."""
    script = "from bench import speed; speed.print_rendering()"
    return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.strip()


def print_rendering() -> None:
    """Make the digest without rendering it, then render it once."""
    from bot.pipeline import make_digest

    day = invent()
    with bot(day) as (app, _):
        digest = make_digest(replace(app.profile(FIRST_PROFILE), cutoffs=Cutoffs(cap=SHOWN)), app.today(), app.ports())
    print(f"{render_all(digest):.2f}")


def help_seconds() -> float:
    """Fastest of five `broadsheet --help`."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bot", "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return min(times)


def peak_mb() -> float:
    """Most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    """Print the figures."""
    print(f"{platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}")
    day = invent()
    few = replace(day, announcements=day.announcements[:FEW])
    run(few)  # so that every import is done
    imported = peak_mb()
    seconds, watch, digest = run(day)
    assert (digest.receipt.announced, digest.receipt.shown) == (PAPERS, SHOWN), digest.receipt
    print(f"\n{PAPERS} papers, {SHOWN} shown, stand-ins that answer at once: {seconds:.2f} s (goal: under 5 s)")
    for stage, spent in sorted(watch.seconds.items(), key=lambda pair: -pair[1]):
        print(f"  {spent:6.2f} s  {stage}")
    print(
        f"memory: {peak_mb() - imported:.0f} MB above the {imported:.0f} MB of imports and {FEW} papers (goal: 300 MB)"
    )
    ideal = ceil(PAPERS / PAPERS_PER_CALL / CALLS_AT_ONCE) * 2.0
    _, slow, _ = run(day, latency_s=2.0)
    judged = slow.seconds["judge (calls, saving)"]
    print(f"judge at 2 s a call, {CALLS_AT_ONCE} at once: {judged:.1f} s, x{judged / ideal:.2f} the ideal (goal: 1.3)")
    print(f"rendering {SHOWN} papers to all outlets, cold: {rendering_cold()} s (goal: under 1 s)")
    print(f"broadsheet --help: {help_seconds():.2f} s (goal: under 0.5 s)")


if __name__ == "__main__":
    main()
