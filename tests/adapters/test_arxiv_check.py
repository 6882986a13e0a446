"""Trying the connection to arXiv: what is said of the feed and of the clocks."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot.demo.standins.arxiv import Fault
from bot.errors import SourceError
from tests.fakes.arxiv_rig import FIVE, Rig, arxiv_rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with arxiv_rig(tmp_path, *FIVE) as rig:
        yield rig


def test_check_says_which_day_the_feed_has(rig: Rig) -> None:
    assert "Wednesday 6 May 2026" in rig.source.check(["cs.LG"])
    assert len(rig.standin.requests) == 1


@pytest.mark.parametrize(
    ("shift", "told"),
    [
        (timedelta(0), "its clock and this machine's agree"),
        (timedelta(hours=1), r"clock is 3\d\d\d s behind arXiv's"),
        (timedelta(hours=-1), r"clock is 3\d\d\d s ahead of arXiv's"),
    ],
)
def test_check_compares_the_clocks(shift: timedelta, told: str, rig: Rig) -> None:
    assert rig.source.clock_skew_s() is None
    at = format_datetime(datetime.now(UTC) + shift, usegmt=True)
    rig.standin.answer_next("/rss", Fault(headers={"Date": at}))
    assert re.search(told, rig.source.check(["cs.LG"]))
    assert rig.source.clock_skew_s() == pytest.approx(shift.total_seconds(), abs=30)


def test_check_does_not_guess_the_time(rig: Rig) -> None:
    rig.standin.answer_next("/rss", Fault(headers={"Date": ""}))
    assert "does not say what time it is" in rig.source.check(["cs.LG"])


def test_check_says_what_is_wrong(rig: Rig) -> None:
    rig.standin.answer_next("/rss", Fault(status=503), times=9)
    with pytest.raises(SourceError, match="HTTP 503"):
        rig.source.check(["cs.LG"])
