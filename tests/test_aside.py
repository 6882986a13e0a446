"""Work in a process of its own."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.aside import AT_ONCE, AsideError, aside
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


def _at_once(folder: Path) -> int:
    """How many are at it while this one is."""
    mine = folder / str(os.getpid())
    mine.touch()
    time.sleep(0.3)
    found = len(list(folder.iterdir()))
    mine.unlink()
    return found


def test_of_many_only_a_few_run_at_once_and_the_others_wait_their_turn(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda _: aside(_at_once, tmp_path, within_s=30), range(6)))
    assert max(found) <= AT_ONCE


def test_whoever_waits_too_long_for_their_turn_is_told_so() -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in range(AT_ONCE):
            threads.submit(aside, _sleeps, 1.5, within_s=30)
        time.sleep(0.3)
        with pytest.raises(AsideError, match="longer than"):
            aside(_elsewhere, os.getpid(), within_s=0.3)
