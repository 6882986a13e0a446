"""What every test may use. Real samples stay outside the project; tests that need them are skipped where absent."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# On a busy machine a first example takes long; how long is no test's business.
settings.register_profile("broadsheet", deadline=None)
settings.load_profile("broadsheet")

pytest_plugins = ["tests.fakes.terminal"]


@pytest.fixture(autouse=True)
def _loggers_as_they_were() -> Iterator[None]:
    """A command that a test typed has set up the log of this whole process."""
    loggers = [logging.getLogger(name) for name in (None, "bot", "uvicorn", "slack_sdk")]
    levels = [one.level for one in loggers]
    yield
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


def _outside(variable: str, what: str) -> Path:
    value = os.environ.get(variable, "")
    if not value or not Path(value).is_dir():
        pytest.skip(f"{what} are not here: set {variable} to their folder")
    return Path(value)


@pytest.fixture
def samples() -> Path:
    """The folder of real captured feeds, API answers, pages and payloads."""
    return _outside("BROADSHEET_SAMPLES", "real samples")


@pytest.fixture
def labelled_days() -> Path:
    """The folder of labelled announcement days, one .jsonl.gz a day."""
    return _outside("BROADSHEET_DAYS", "labelled days") / "days"
