"""One event per line on stderr, as `time level event key=value …` or as JSON, with every known secret blotted out."""

import json
import logging
import math
import sys
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

BLOT = "•••"
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_TIME = "%Y-%m-%dT%H:%M:%S%z"


class _UnderWay:
    """What every line says while a run is under way. Of the process, not of a thread: a run's own threads log too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stack: list[Mapping[str, object]] = []

    def push(self, about: Mapping[str, object]) -> None:
        with self._lock:
            self._stack.append(about)

    def pop(self) -> None:
        with self._lock:
            self._stack.pop()

    def told(self) -> Mapping[str, object]:
        """Of the newest run."""
        with self._lock:
            return self._stack[-1] if self._stack else {}


_under_way = _UnderWay()


@contextmanager
def running(run: object, **about: object) -> Iterator[None]:
    """Every line in here, of any thread, carries run=… and `about`, such as profile and day."""
    _under_way.push({"run": run, **about})
    try:
        yield
    finally:
        _under_way.pop()


class LineFormatter(logging.Formatter):
    """A record as one line: control characters are escaped, so that nothing from outside can forge a line or a value.

    A traceback follows on indented lines.
    """

    def __init__(self, secrets: Collection[str] = ()) -> None:
        """secrets: texts that must never appear; short ones (under 4 characters) are not looked for."""
        super().__init__(datefmt=_TIME)
        self._secrets = sorted((secret for secret in secrets if len(secret) >= 4), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The event."""
        pairs = "".join(f" {key}={_value(self._blotted(str(value)))}" for key, value in _extra(record).items())
        event = _clean(self._blotted(record.getMessage()))
        trace = "".join(f"\n    {_clean(line)}" for line in self._trace(record).splitlines())
        return f"{self.formatTime(record, self.datefmt)} {record.levelname.lower()} {event}{pairs}{trace}"

    def _trace(self, record: logging.LogRecord) -> str:
        """The traceback with its cause, redacted; empty if there is none."""
        return self._blotted(self.formatException(record.exc_info)) if record.exc_info else ""

    def _blotted(self, text: str) -> str:
        """Before anything is escaped: an escaped secret would not be found."""
        for secret in self._secrets:
            text = text.replace(secret, BLOT)
        return text


class JsonFormatter(LineFormatter):
    """A record as one JSON object on one line: time, level, event, the event's own keys, and traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The event."""
        told: dict[str, object] = {
            "time": self.formatTime(record, self.datefmt),
            "level": record.levelname.lower(),
            "event": self._blotted(record.getMessage()),
            "logger": record.name,
        }
        for key, value in _extra(record).items():
            told[f"{key}_" if key in (*told, "traceback") else key] = self._plain(value)
        if trace := self._trace(record):
            told["traceback"] = trace
        return json.dumps(told)  # ASCII: no terminal and no collector stumbles over it

    def _plain(self, value: object) -> object:
        """What JSON has a form for stays as it is; anything else is text."""
        number = isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))
        return value if number or value is None else self._blotted(str(value))


def set_up(secrets: Collection[str], level: int = logging.WARNING, fmt: str = "lines") -> None:
    """Send our log and our libraries' warnings to stderr, redacted. level: of our own events. fmt: lines or json."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(secrets) if fmt == "json" else LineFormatter(secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(level)
    logging.captureWarnings(capture=True)  # else they go to stderr in a form of their own
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)  # what it logs, it raises as well, and we tell it better
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # it warns of every bad request, and anybody may send those


def _extra(record: logging.LogRecord) -> dict[str, object]:
    """What the run that is under way says, then the event's own keys."""
    return {**_under_way.told(), **{key: value for key, value in vars(record).items() if key not in _OWN}}


def _value(text: str) -> str:
    """As logfmt has it: quoted where it is empty or holds what could end it."""
    if text and not any(character in ' "=' or not character.isprintable() for character in text):
        return text
    return '"' + _clean(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _clean(text: str) -> str:
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )
