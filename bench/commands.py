"""A thousand mixed commands by HTTP, fifty a second, while `broadsheet run` makes a digest: how soon each is heard.

python -m bench.commands [commands] [a second]
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.adapters.slack_check import SCOPES
from bot.demo.sample import SampleDay, load
from bot.demo.standins.slack_sender import Payloads, send
from bot.demo.world import World, scripted, world
from tests.fakes.service import Service
from tests.fakes.slack_rig import SECRET

MIXED = (
    "",
    "help",
    "help threshold",
    "today",
    "top 5",
    "top 10 since 2w",
    "search routing",
    'search "sparse" author:quill',
    "why {paper}",
    "similar {paper}",
    "threshold relevance 7",
    "threshold novelty 11",
    "cap 10",
    "status",
    "month",
    "cost",
    "history",
    "pause",
    "thershold relevance 7",
    "topic mute 1",
)
LONGEST_WAIT_S = 120.0


@dataclass(frozen=True)
class Sent:
    """One command: when it was sent (monotonic), how long until it was acknowledged, with which HTTP status."""

    at: float
    ack_s: float
    status: int
    url: str


def main(count: int = 1000, a_second: float = 50.0) -> None:
    """Run it twice: with nothing else to do, and while a digest is made."""
    sample = load()
    for made, wanted_at in ((False, "01:00:00"), (True, "09:00:00")):
        with (
            tempfile.TemporaryDirectory() as home,
            world(
                {sample.day: sample.announcements},
                sample.day,
                Path(home),
                judge=scripted(sample.verdicts, sample.overviews),
                judge_latency_s=2.0,
            ) as here,
        ):
            _measure(here, sample, f"{sample.day}T{wanted_at}-05:00", count, a_second, made=made)


def _measure(here: World, sample: SampleDay, now: str, count: int, a_second: float, *, made: bool) -> None:
    here.slack.scopes = tuple(SCOPES)
    environment = here.environment(
        BROADSHEET_NOW=now, SLACK_SIGNING_SECRET=SECRET, JUDGE_PAPERS_PER_CALL="2", JUDGE_CALLS_AT_ONCE="2"
    )
    with Service(environment) as service:
        service.until(lambda: service.get("/readyz").startswith("ready"))
        if made:
            service.until(lambda: '"working_on":""' not in service.get("/healthz").replace(" ", ""))
        begun = time.monotonic()
        sent = _send_all(here, service.url, sample, count, a_second)
        _wait_for_answers(here, sent)
        took_s = time.monotonic() - begun
        still = '"working_on":""' not in service.get("/healthz").replace(" ", "")
        acks = sorted(one.ack_s * 1000 for one in sent)
        uses = [5 - here.slack.hooks[urlsplit(one.url).path.removeprefix("/")].left for one in sent]
        print(f"{count} commands, {a_second:.0f} a second, {'a digest being made' if made else 'nothing else to do'}:")
        print(
            f"  acknowledged: p50 {statistics.median(acks):.0f} ms, p99 {acks[int(len(acks) * 0.99)]:.0f} ms, "
            f"at most {acks[-1]:.0f} ms; refused {sum(one.status != 200 for one in sent)}"
        )
        print(
            f"  answered {sum(use >= 1 for use in uses)}, lost {uses.count(0)}, twice {sum(use > 1 for use in uses)}; "
            f"the last answer {took_s - (count - 1) / a_second:.1f} s after the last command"
        )
        if made:
            print(f"  the digest was {'still' if still else 'not any more'} being made at the end")


def _send_all(here: World, url: str, sample: SampleDay, count: int, a_second: float) -> Sequence[Sent]:
    says, papers = Payloads(here.slack), [one.paper.arxiv_id for one in sample.announcements]
    bodies = [says.command(MIXED[n % len(MIXED)].format(paper=papers[n % len(papers)])) for n in range(count)]
    begin, lock = time.monotonic() + 0.5, threading.Lock()
    sent: list[Sent] = []

    def one(number: int) -> None:
        time.sleep(max(0.0, begin + number / a_second - time.monotonic()))
        at = time.monotonic()
        acknowledged = send(url, SECRET, bodies[number])
        with lock:
            sent.append(Sent(at, time.monotonic() - at, acknowledged.status, bodies[number]["response_url"]))

    with ThreadPoolExecutor(32) as threads:
        list(threads.map(one, range(count)))
    return sent


def _wait_for_answers(here: World, sent: Sequence[Sent]) -> None:
    ends = time.monotonic() + LONGEST_WAIT_S
    while len(here.slack.whispers) < len(sent) and time.monotonic() < ends:
        time.sleep(0.05)
    time.sleep(1.0)  # for answers that come twice


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
