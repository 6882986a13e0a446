"""The lines of `broadsheet check` about days."""

from datetime import date

from bot.domain.runs import DayStatus, RunState
from bot.render.status import status_text

DAYS = (
    DayStatus(
        date(2026, 9, 30), RunState.FAILED, "arXiv answered 503.\nTry later. Next try 2026-09-30 09:00 \x1b[31mUTC"
    ),
    DayStatus(date(2026, 11, 20), RunState.COMPLETE),
    DayStatus(date(2026, 11, 23), RunState.WAITING, "due at 2026-11-23 08:30 Europe/Berlin"),
)


def test_every_day_is_one_aligned_line_under_its_profile() -> None:
    assert status_text({"default": DAYS, "new": ()}).splitlines() == [
        "Days of default",
        "     Wed 30 September 2026  failed    arXiv answered 503. Try later. Next try 2026-09-30 09:00 [31mUTC",
        "     Fri 20 November 2026   complete",
        "     Mon 23 November 2026   waiting   due at 2026-11-23 08:30 Europe/Berlin",
        "Days of new",
        "     none yet",
    ]
