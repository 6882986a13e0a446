"""run: what it says before, what it counts, and what it answers in the end."""

from datetime import date
from decimal import Decimal

import pytest

from bot.domain.conversation import Act
from bot.domain.runs import DayStatus, RunState
from tests.examples import DAY, NOON, announced, digest, profile, verdict
from tests.fakes.desk import ADA, TERMINAL, MemoryErrands, StillClock, memory_desk
from tests.fakes.talking import finished, pressed, proposal_of, said, text_of, typed

MONDAY = date(2026, 5, 4)


def test_it_says_how_many_papers_would_be_judged_and_for_how_much() -> None:
    days = [digest(day=MONDAY), digest(day=date(2026, 5, 5))]
    shown = said("run", memory_desk(profile(), digests=days))
    assert "The digest of Wednesday 6 May 2026 for The group would be made now" in shown
    assert "About 2 papers would be judged, as on an average day, for about $0.0020." in shown
    one = digest((announced(1),), (verdict(1),))
    assert "About 1 paper would be judged" in said("run 2026-05-04", memory_desk(profile(), digests=[one]))
    assert "counts as one of the digests that you may ask for today" in shown


def test_of_a_digest_that_was_made_only_what_is_new_would_come() -> None:
    partial = digest((announced(1), announced(2)), (verdict(1),))
    shown = said("run today", memory_desk(profile(), digests=[partial]))
    assert "It was made before (partial, 1 shown, 1 could not be judged)" in shown
    assert "only what is new is sent" in shown
    assert "At most about 2 papers" in shown


def test_without_a_key_it_costs_nothing_and_without_a_price_nobody_knows() -> None:
    free = said("run", memory_desk(profile(), digests=[digest()], usd_per_paper=lambda _: Decimal(0)))
    assert "by the offline judge, so it costs nothing" in free
    unknown = said("run", memory_desk(profile(), digests=[digest()], usd_per_paper=lambda _: None))
    assert "at a price that is not known" in unknown
    assert "nobody knows yet" in said("run", memory_desk(profile()))


def test_a_holiday_may_be_tried_but_is_told_of() -> None:
    desk = memory_desk(profile(), now=NOON.replace(month=9, day=9))
    assert "It may be empty: arXiv made no announcement" in said("run 2026-09-08", desk)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("run 2026-05-02", "arXiv announces nothing on a Saturday"),
        ("run tomorrow", "still to come"),
        ("run 2026-04-05", "too long ago"),
        ("run 2026-02-30", "no day that I can read"),
    ],
)
def test_only_announcement_days_of_the_last_month_can_be_made(text: str, told: str) -> None:
    shown = said(text, memory_desk(profile()))
    assert told in shown
    assert "For example: /papers run 2026-05-06" in shown
    assert proposal_of(typed("run 2026-04-06", memory_desk(profile())))


def test_at_a_weekend_the_example_is_of_friday() -> None:
    saturday = memory_desk(profile(), now=NOON.replace(day=9))
    assert "For example: /papers run 2026-05-08" in said("run", saturday)


def test_nothing_is_asked_for_or_counted_before_apply_and_then_once() -> None:
    errands = MemoryErrands()
    desk = memory_desk(profile(), errands=errands)
    shown = typed("run", desk)
    assert not errands.asked
    assert not errands.spent
    first = pressed(shown, desk)
    assert first.template == "working"
    assert pressed(shown, desk).template == "settled_gone"
    assert errands.asked == [("group", DAY, "U0ADA")]
    assert errands.spent == [("U0ADA", "run 2026-05-06")]
    assert desk.book.get("group") == profile()
    assert not desk.book.history("group", 9)


def test_who_has_used_up_the_day_is_told_so_and_nothing_is_made() -> None:
    errands = MemoryErrands(allowed=0)
    desk = memory_desk(profile(), errands=errands)
    refused = pressed(typed("run", desk), desk)
    assert "You have used all 0" in text_of(refused)
    assert errands.asked == []


@pytest.mark.parametrize(
    ("state", "told", "says"),
    [
        (RunState.COMPLETE, "", "The digest of Wednesday 6 May 2026 is made."),
        (RunState.PARTIAL, "3 papers are left", "is made, but something is left: 3 papers are left."),
        (RunState.QUIET, "", "arXiv announced nothing that day"),
        (RunState.FAILED, "arXiv is down", "made (failed): arXiv is down. To try it again: `/papers run 2026-05-06`"),
        (
            RunState.WAITING,
            "its notes are being written",
            "is not there yet: its notes are being written. How it stands",
        ),
        (RunState.WAITING, "", "is not there yet. How it stands"),
    ],
)
def test_in_the_end_it_says_what_came_of_it(state: RunState, told: str, says: str) -> None:
    desk = memory_desk(profile(), errands=Ending(DayStatus(DAY, state, told)))
    ended = finished(pressed(typed("run", desk), desk))
    assert says in text_of(ended)
    assert [button.url for button in ended.buttons if button.act is Act.PAGE] == [
        "https://papers.example/group/2026-05-06/"
    ]


def test_it_waits_without_asking_all_the_time_and_gives_up_after_twenty_minutes() -> None:
    clock = StillClock()
    errands = Ending(None)
    desk = memory_desk(profile(), errands=errands, clock=clock)
    waiting = pressed(typed("run", desk), desk)
    begun = clock.now()
    assert "still not made after 20 minutes" in text_of(finished(waiting))
    assert (clock.now() - begun).total_seconds() == 1200
    assert errands.looked <= 1200


def test_only_a_terminal_is_told_how_to_stop_waiting() -> None:
    for asker, told in ((ADA, False), (TERMINAL, True)):
        desk = memory_desk(profile())
        assert ("Ctrl-C" in text_of(pressed(typed("run", desk, asker), desk, asker))) is told


class Ending(MemoryErrands):
    """Runs that end, or do not, as it was told. looked: how often somebody asked."""

    def __init__(self, status: DayStatus | None) -> None:
        super().__init__()
        self._status, self.looked = status, 0

    def ended(self, *_: object, **__: object) -> DayStatus | None:
        """As it was told."""
        self.looked += 1
        return self._status
