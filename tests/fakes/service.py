"""`broadsheet run`, or another verb, as a process of its own, and what a person around it can see and do."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import urlopen

PATIENCE_S = 40.0


@dataclass
class Service:
    """Started and, at the end of its block, stopped; what it says is kept. environment: all that it gets."""

    environment: Mapping[str, str]
    verb: tuple[str, ...] = ("run",)
    log: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", *self.verb],
            env={"PATH": os.environ["PATH"], "HTTP_PORT": "0", **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.kill()

    @property
    def url(self) -> str:
        """Where it serves; waits until it does."""
        self.until(lambda: any(" url=" in line for line in self.log))
        line = next(line for line in self.log if " url=" in line)
        return line.partition(" url=")[2].split()[0]

    def get(self, path: str) -> str:
        """The body of a page, whatever its status."""
        try:
            with urlopen(self.url + path, timeout=10) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            return error.read().decode()

    def states(self, profile: str = "default") -> dict[str, str]:
        """Day -> state, as /healthz tells them."""
        health: dict[str, Any] = json.loads(self.get("/healthz"))
        return {one["day"]: one["state"] for one in health["days"].get(profile, ())}

    def until(self, holds: Callable[[], bool], what: str = "") -> None:
        """Wait until it holds."""
        began = time.monotonic()
        while not holds():
            assert self.process.poll() is None, "".join(self.log)
            assert time.monotonic() - began < PATIENCE_S, what + "\n" + "".join(self.log)
            time.sleep(0.05)

    def terminate(self) -> int:
        """SIGTERM, as Docker and systemd send it, to the parent alone. Returns the exit code."""
        self.process.terminate()
        code = self.process.wait(20)
        self._reader.join(5)
        return code

    def kill(self) -> None:
        """SIGKILL to parent and worker at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)
        self._reader.join(5)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.log.append(line)
