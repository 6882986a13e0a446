"""Work in a process of its own."""

import os
import time

import pytest

from bot.aside import AsideError, aside
from bot.errors import CommandError


def _elsewhere(here: int) -> bool:
    return os.getpid() != here


def _refuses(hint: str) -> None:
    raise CommandError("not so", hint=hint)


def _dies() -> None:
    os._exit(7)


def _sleeps(seconds: float) -> None:
    time.sleep(seconds)


def test_it_is_done_in_another_process() -> None:
    assert aside(_elsewhere, os.getpid(), within_s=30)


def test_an_error_on_purpose_comes_back_with_its_hint() -> None:
    with pytest.raises(CommandError, match="not so") as caught:
        aside(_refuses, "Type this", within_s=30)
    assert caught.value.hint == "Type this"


def test_a_process_that_dies_is_told_of() -> None:
    with pytest.raises(AsideError, match="broke down"):
        aside(_dies, within_s=30)


def test_one_that_takes_too_long_is_ended() -> None:
    with pytest.raises(AsideError, match="longer than"):
        aside(_sleeps, 600.0, within_s=0.5)
