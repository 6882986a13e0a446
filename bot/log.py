"""One line per event on stderr, `time level event key=value …`, with every known secret blotted out."""

import logging
import sys
from collections.abc import Collection

BLOT = "•••"
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class LineFormatter(logging.Formatter):
    """A record as one line: control characters are escaped, so that nothing from outside can forge a line."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        """secrets: texts that must never appear; short ones (under 4 characters) are not looked for."""
        super().__init__(datefmt="%Y-%m-%dT%H:%M:%S%z")
        self._secrets = sorted((secret for secret in secrets if len(secret) >= 4), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback follows on lines of its own."""
        extra = {key: value for key, value in vars(record).items() if key not in _OWN}
        pairs = "".join(f" {key}={_value(value)}" for key, value in extra.items())
        line = (
            f"{self.formatTime(record, self.datefmt)} {record.levelname.lower()} {_clean(record.getMessage())}{pairs}"
        )
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        for secret in self._secrets:
            line = line.replace(secret, BLOT)
        return line


def set_up(secrets: Collection[str], level: int = logging.WARNING) -> None:
    """Send our log and our libraries' warnings to stderr, redacted. level: of our own events."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(level)
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)  # what it logs, it raises as well, and we tell it better


def _value(value: object) -> str:
    text = _clean(str(value))
    return f'"{text}"' if " " in text or not text else text


def _clean(text: str) -> str:
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )
