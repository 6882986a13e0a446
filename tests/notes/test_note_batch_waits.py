"""How long a digest waits for the batch of its notes, and who is held up by that."""

from itertools import pairwise

import pytest

from bot.errors import NotYetError
from bot.notes.top import TopNotes
from tests.examples import DAY
from tests.notes.test_note_batch import MINUTES, TWO, batch_of, direct, interrupted, noted, rig_with
from tests.notes.test_top_notes import READER


def test_however_often_the_bot_is_started_a_digest_waits_no_longer_than_it_may() -> None:
    rig = rig_with(takes=24 * 60 * MINUTES)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            noted(interrupted(rig, KeyboardInterrupt))
        rig.clock.wait(19 * 60)
    assert len(noted(rig).notes) == 2
    assert sum(rig.clock.waits) <= 61 * 60
    assert batch_of(rig).cancelled == ["batch-1"]


def test_whoever_comes_back_is_not_held_up_and_the_batch_is_begun_once() -> None:
    rig = rig_with(takes=30 * MINUTES)
    rig.comes_back = True
    for _ in range(3):
        with pytest.raises(NotYetError, match=r"its deep notes are being written, until \d\d:\d\d"):
            noted(rig)
        rig.clock.wait(9 * 60)
    rig.clock.wait(5 * 60)
    assert len(noted(rig).notes) == 2
    assert (len(batch_of(rig).begun), direct(rig)) == (1, 0)


def test_whoever_comes_back_too_late_asks_directly() -> None:
    rig = rig_with(takes=24 * 60 * MINUTES)
    rig.comes_back = True
    with pytest.raises(NotYetError):
        noted(rig)
    rig.clock.wait(75 * 60)
    assert len(noted(rig).notes) == direct(rig) == 2


def test_while_it_waits_it_shows_that_it_does_not_hang() -> None:
    rig = rig_with(takes=50 * MINUTES)
    shown = [rig.clock.now()]

    class Watch:
        def step(self, stage: str, done: int, total: int) -> None:
            shown.append(rig.clock.now())

    assert len(TopNotes(rig.study, 2, Watch()).notes(TWO, READER, DAY).notes) == 2
    assert max(later - earlier for earlier, later in pairwise(shown)) <= MINUTES
