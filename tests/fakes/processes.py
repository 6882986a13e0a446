"""Other processes of this machine, as /proc tells of them: who lives, as what, and an end to them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path


def alive(group: int) -> list[int]:
    """The living processes of a process group."""
    return [pid for pid, state, of in processes() if of == group and state not in "ZX"]


def processes() -> Iterator[tuple[int, str, int]]:
    """Process id, state and process group of every process on this machine."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, _, of = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:  # it ended meanwhile
                continue
            yield int(folder.name), state, int(of)


def command(pid: int) -> str:
    """What it was started as."""
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_text()
    except OSError:
        return ""


def kill(pid: int) -> None:
    """Send SIGKILL to one process, if it still lives."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def gone(pids: Sequence[int], within_s: float = 5.0) -> None:
    """Wait until none of them lives."""
    began = time.monotonic()
    while any(pid in pids and state not in "ZX" for pid, state, _ in processes()):
        assert time.monotonic() - began < within_s, f"{pids} live on"
        time.sleep(0.005)


def at_once(program: str, count: int, *arguments: str) -> list[str]:
    """What each of so many Python processes printed that run the program at the same moment.

    The program says "ready", and waits for a line before it begins.
    """
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(count)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    return [process.communicate(timeout=30)[0] for process in started]
