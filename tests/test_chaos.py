"""Bots that are killed at random moments and started again lose nothing and repeat nothing.

`make chaos` kills two hundred times; CHAOS_KILLS and CHAOS_SEED set how often and by which dice.
"""

import json
import os
import re
import sqlite3
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from email import message_from_bytes, policy
from multiprocessing.pool import ThreadPool
from pathlib import Path
from random import Random

import pytest

from bot.adapters.database.locks import holders
from bot.demo.world import World, world
from bot.domain.paper import AnnounceType
from bot.domain.receipt import Fate
from tests.examples import DAY, announced, verdict
from tests.fakes.chaos import CALLS_AT_ONCE, LATENCY_S, Life, Model, Tally

KILLS, SEED = int(os.environ.get("CHAOS_KILLS", "10")), int(os.environ.get("CHAOS_SEED", "3"))
LIVES_AT_ONCE = 2
FIRST, MISSED, LAST = DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)
ANNOUNCED_LATE = "2613.00007"  # missing in the feed and on the page of its day
DAYS = {
    FIRST: [announced(number) for number in range(1, 21)],
    MISSED: [*(announced(number) for number in range(31, 41)), announced(2, AnnounceType.CROSS)],
    LAST: [
        *(announced(number) for number in range(61, 71)),
        announced(3, AnnounceType.CROSS),
        announced(33, AnnounceType.CROSS),
    ],
}
VERDICTS = {
    f"2613.{number:05d}": vars(verdict(number, relevance=10 - number % 4, primary_topic="memory_systems"))
    for number in range(1, 80)
}
WANTED = {
    entry.paper.arxiv_id for day in DAYS.values() for entry in day if VERDICTS[entry.paper.arxiv_id]["relevance"] > 7
}
A_DAY = [("digest",), ("run",), ("run",)]
AFTER_A_MISSED_DAY = [("run",), ("run",), ("catch-up", "--from", str(MISSED), "--yes"), ("digest",)]


@pytest.mark.timeout(60 + 10 * KILLS)
def test_bots_that_are_killed_at_any_moment_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    tally, lives, began = Tally(), 0, time.monotonic()
    with ThreadPool(LIVES_AT_ONCE) as pool:
        while tally.kills < KILLS:
            homes = [tmp_path / f"life-{SEED}-{lives + number}" for number in range(LIVES_AT_ONCE)]
            for one in pool.map(one_life, homes):
                tally.add(one)
            lives += len(homes)
    sys.stdout.write(f"{table(tally)}\n{time.monotonic() - began:6.0f}  seconds, CHAOS_SEED={SEED}\n")


def one_life(home: Path) -> Tally:
    """One day, one that nobody was there for, and one more. home: its name is what the dice go by."""
    model, tally, rng = Model(VERDICTS), Tally(), Random(home.name)
    with world(DAYS, FIRST, home, judge=model, judge_latency_s=LATENCY_S) as standins:
        standins.arxiv.missing_in_feed = {ANNOUNCED_LATE}
        life = Life(standins, model, rng, tally)
        life.live([FIRST], A_DAY, min(KILLS // 4 + 1, 6))
        standins.arxiv.today = LAST
        life.live([MISSED, LAST], AFTER_A_MISSED_DAY, min(KILLS // 4 + 2, 9))
        shown = {day: check_files(standins, day) for day in DAYS}
        check_once(shown)
        check_slack(standins, shown)
        check_mail(life, shown)
        check_bought(life)
        check_database(life)
    tally.found.update({"lives": 1, "digests": len(DAYS)})
    return tally


def check_files(standins: World, day: date) -> list[str]:
    """Page, its documents and outbox are whole and agree. Returns the arXiv ids that the page shows."""
    site, outbox = standins.home / "site" / "default" / str(day), standins.home / "outbox" / f"{day}-default"
    assert sorted(one.name for one in site.iterdir()) == ["digest.json", "digest.md", "index.html"]
    assert sorted(one.name for one in outbox.iterdir()) == ["digest.html", "digest.txt"]
    digest = json.loads((site / "digest.json").read_text())
    papers = [paper["arxiv_id"] for section in digest["sections"] for paper in section["papers"]]
    for file in (site / "index.html", outbox / "digest.html"):
        assert file.read_text().rstrip().endswith("</html>")
    for file in (site / "index.html", site / "digest.md", outbox / "digest.html", outbox / "digest.txt"):
        assert ids_in(file.read_text()) >= set(papers)
    receipt = digest["receipt"]
    assert receipt["announced"] == sum(receipt[fate.value] for fate in Fate)
    assert (receipt["shown"], receipt["failed"], digest["unjudged"]) == (len(papers), 0, [])
    return papers


def check_once(shown: dict[date, list[str]]) -> None:
    """Every paper above the cutoffs is in one digest."""
    assert Counter(paper for papers in shown.values() for paper in papers) == Counter(WANTED)


def check_slack(standins: World, shown: dict[date, list[str]]) -> None:
    """Every digest is one whole thread, and shows what its page shows."""
    heads = [one for one in standins.slack.messages if "thread_ts" not in one]
    keys = [one["metadata"]["event_payload"]["digest"] for one in heads]
    assert len(set(keys)) == len(heads) == len(shown)
    for head in heads:
        day = next(day for day in shown if str(day) in head["metadata"]["event_payload"]["digest"])
        replies = [
            one["metadata"]["event_payload"] for one in standins.slack.messages if one.get("thread_ts") == head["ts"]
        ]
        assert Counter(paper for one in replies for paper in one["papers"].split()) == Counter(shown[day])
        assert set(Counter(one["part"] for one in replies if not one["papers"]).values()) <= {1}
        assert [one["last"] for one in replies] == [False] * (len(replies) - 1) + [True]


def check_mail(life: Life, shown: dict[date, list[str]]) -> None:
    """One mail a day, but where one was cut off: then at most one, and the bot says so, and sends none of itself."""
    mails = [message_from_bytes(mail.content, policy=policy.default) for mail in life.standins.mail.mails]
    texts = [str(mail.get_body(("plain",)).get_content()) for mail in mails]  # type: ignore[union-attr]
    states = {day: state for (day, outlet), (state, _) in life.left().claims.items() if outlet.startswith("mail")}
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)
    for day, papers in shown.items():
        arrived = [text for text in texts if ids_in(text) >= set(papers)]
        if states[str(day)] == "sending":
            code, said = life.says("digest", "--day", str(day))
            assert (code, "it may have arrived" in said) == (3, True)
            assert len(arrived) <= 1
            life.tally.found["mails uncertain"] += 1
            life.tally.found["mails uncertain that had arrived"] += len(arrived)
        else:
            assert (states[str(day)], len(arrived)) == ("sent", 1)
    assert len(life.standins.mail.mails) == len(mails) <= len(shown)


def check_bought(life: Life) -> None:
    """Nothing is bought twice but what was under way at a kill; all that was answered and saved is in the accounts."""
    asked = life.asked()
    twice = Counter({thing: times - 1 for thing, times in asked.items() if times > 1})
    assert twice <= life.lost
    assert life.most_in_flight <= CALLS_AT_ONCE
    calls, usage = len(life.standins.anthropic.requests), life.left().usage  # type: ignore[union-attr]
    life.tally.found["bought twice"] += twice.total()
    life.tally.found["calls"] += calls
    life.tally.found["usage rows"] += usage
    assert usage <= calls
    assert usage >= calls - life.calls_lost


def check_database(life: Life) -> None:
    """It is whole, nothing is under way in it, nobody holds a lock, and it agrees with the pages."""
    with closing(sqlite3.connect(life.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT 1 FROM runs WHERE state = 'running'").fetchall() == []
        for day, document in connection.execute("SELECT day, document FROM digests"):
            assert (life.standins.home / "site" / "default" / day / "digest.json").read_text() == document
    assert holders(life.database.parent / "locks") == ()


def ids_in(text: str) -> set[str]:
    return set(re.findall(r"2613\.\d{5}", text))


def table(tally: Tally) -> str:
    """What the kills came to."""
    found = tally.found
    rows = [
        *(f"{count:6}  {phase}" for phase, count in tally.phases.most_common()),
        f"{tally.kills:6}  KILLS, in {found['lives']} lives of a bot",
        "",
        *(f"{count:6}  {victim}" for victim, count in sorted(tally.victims.items())),
        "",
        *(f"{count:6}  starts of `{verb}`" for verb, count in sorted(tally.starts.items())),
        "",
        f"{found['digests']:6}  digests, each once in Slack, on its page and in the outbox",
        f"{found['calls']:6}  calls of the judge, {found['usage rows']} of them in the accounts",
        f"{found['in flight']:6}  papers and overviews in calls that were under way at a kill",
        f"{found['answered, not saved']:6}  of them answered by the judge, and not saved yet",
        f"{found['bought twice']:6}  papers and overviews bought twice, all of them under way at a kill",
        f"{found['mails uncertain']:6}  mails cut off while they were sent, and told to be uncertain",
        f"{found['mails uncertain that had arrived']:6}  of them had arrived",
    ]
    return "\n" + "\n".join(rows)
