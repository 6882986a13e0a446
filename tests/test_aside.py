"""Work in a process of its own."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.aside import AT_ONCE, AsideError, aside, aside_stages
from bot.errors import CommandError, NoteError


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


Tell = Callable[[str], None]


def _tells(here: int, tell: Tell) -> int:
    tell("reading")
    tell("asking")
    return os.getpid() - here


def _refuses_in_the_end(tell: Tell) -> None:
    tell("reading")
    raise NoteError("not so", hint="Try another one")


def _dies_in_the_end(tell: Tell) -> None:
    tell("reading")
    os._exit(7)


def _hangs_in_the_end(file: Path, tell: Tell) -> None:
    file.write_text(str(os.getpid()))
    tell("reading")
    time.sleep(600)


def _is_gone(file: Path) -> bool:
    """Whether the process that wrote its number there has ended."""
    return not Path(f"/proc/{file.read_text()}").exists()


def test_stages_come_one_by_one_and_then_what_the_function_returns() -> None:
    *stages, other = aside_stages(_tells, os.getpid(), within_s=30)
    assert stages == ["reading", "asking"]
    assert other != 0, "it is another process"


def test_what_goes_wrong_on_purpose_comes_back_after_the_stages_before_it() -> None:
    told = aside_stages(_refuses_in_the_end, within_s=30)
    assert next(told) == "reading"
    with pytest.raises(NoteError, match="not so") as caught:
        next(told)
    assert caught.value.hint == "Try another one"


def test_a_process_that_dies_between_stages_is_told_of() -> None:
    told = aside_stages(_dies_in_the_end, within_s=30)
    assert next(told) == "reading"
    with pytest.raises(AsideError, match="broke down"):
        next(told)


def test_a_stage_that_never_ends_is_ended_with_its_process(tmp_path: Path) -> None:
    told = aside_stages(_hangs_in_the_end, tmp_path / "pid", within_s=1.5)
    assert next(told) == "reading"
    with pytest.raises(AsideError, match="longer than 2 seconds"):
        next(told)
    assert _is_gone(tmp_path / "pid")


@pytest.mark.parametrize("how", ["closed", "forgotten"])
def test_stages_that_nobody_waits_for_any_more_are_ended_and_make_room(how: str, tmp_path: Path) -> None:
    for number in range(AT_ONCE + 1):
        told: Iterator[Any] | None = aside_stages(_hangs_in_the_end, tmp_path / str(number), within_s=30)
        assert told
        assert next(told) == "reading"
        if how == "closed":
            told.close()  # type: ignore[attr-defined]  # a generator
        told = None
        assert _is_gone(tmp_path / str(number))


def test_stages_hold_up_nobody_who_wants_something_reckoned(tmp_path: Path) -> None:
    many = [aside_stages(_hangs_in_the_end, tmp_path / str(number), within_s=30) for number in range(AT_ONCE)]
    assert [next(told) for told in many] == ["reading"] * AT_ONCE
    assert aside(_elsewhere, os.getpid(), within_s=10)
