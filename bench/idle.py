"""What `broadsheet run` takes while nothing is due: memory, processor, and the time from start to ready.

python -m bench.idle [profiles] [seconds]: once without Slack's commands, once listening to them by HTTP
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bot.app import FIRST_PROFILE, App
from bot.demo.sample import load
from bot.demo.world import world

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def main(profiles: int = 100, seconds: int = 60) -> None:
    """Start it in the middle of the night, wait until it is ready, and watch it."""
    for way in ({}, {"SLACK_SIGNING_SECRET": "stand-in"}):
        print("listening to Slack by HTTP:" if way else "without Slack's commands:")
        _watch(profiles, seconds, way)


def _watch(profiles: int, seconds: int, way: Mapping[str, str]) -> None:
    sample = load()
    with (
        tempfile.TemporaryDirectory() as home,
        world({sample.day: sample.announcements}, sample.day, Path(home)) as here,
    ):
        environment = here.environment(BROADSHEET_NOW=f"{sample.day}T01:00:00-05:00", HTTP_PORT="18976", **way)
        _fill(App(here.settings()), profiles)
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], env={**os.environ, **environment}, stderr=subprocess.DEVNULL
        )
        try:
            _wait_for("http://127.0.0.1:18976/readyz")
            print(f"start to ready, {profiles} profiles: {time.monotonic() - began:.2f} s")
            time.sleep(5)
            before, at = _processor_s(process.pid), time.monotonic()
            time.sleep(seconds)
            share = (_processor_s(process.pid) - before) / (time.monotonic() - at)
            print(f"idle for {seconds} s: {_resident_mb(process.pid):.0f} MB resident, {share:.2%} of a core")
            for page in ("healthz", "metrics", ""):
                urlopen(f"http://127.0.0.1:18976/{page}").read()
            print(f"after a look at health, metrics and the first page: {_resident_mb(process.pid):.0f} MB")
        finally:
            began = time.monotonic()
            process.terminate()
            process.wait()
            print(f"SIGTERM to end: {time.monotonic() - began:.2f} s")


def _fill(app: App, profiles: int) -> None:
    first = app.profile(FIRST_PROFILE)
    for number in range(1, profiles):
        app.profiles.save(replace(first, id=f"reader-{number}", name=f"Reader {number}"))
    app.close()


def _wait_for(url: str) -> None:
    while True:
        try:
            with urlopen(url):
                return
        except (URLError, ConnectionError):
            time.sleep(0.01)


def _processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def _resident_mb(pid: int) -> float:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
