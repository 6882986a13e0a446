"""When the API fails, the feed's own data is used, and the listing says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.arxiv_api import SLICE
from bot.adapters.arxiv_web import Limits
from bot.demo.standins.arxiv import Fault
from tests.examples import announced
from tests.fakes.arxiv_rig import CUT_IN_HALF, ENTRIES, FIVE, SILENT, WEB_PAGE, Rig, arxiv_rig, feed_only, patience_with


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with arxiv_rig(tmp_path, *FIVE) as rig:
        yield rig


API_FAILURES = {
    "HTTP 503": Fault(status=503),
    "no answer": SILENT,
    "a web page": WEB_PAGE,
    "an empty page": Fault(body=b'<feed xmlns="http://www.w3.org/2005/Atom"/>'),
    "truncated XML": CUT_IN_HALF,
}


@pytest.mark.parametrize("what", API_FAILURES)
def test_without_the_api_the_feeds_own_data_is_used_and_that_is_told(what: str, tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, *FIVE, limits=patience_with(API_FAILURES[what])) as rig:
        rig.standin.answer_next("/api", API_FAILURES[what], times=9)
        listing = rig.announced()
    assert listing.announcements == tuple(map(feed_only, FIVE))
    assert listing.remarks[0].startswith("Details of 3 papers come from the feed: arXiv")
    assert (listing.entries_seen, listing.arxiv_says) == (ENTRIES, ENTRIES)


def test_a_slice_that_fails_does_not_cost_the_next_ones_details(tmp_path: Path) -> None:
    many = [announced(number, comment="1 page") for number in range(SLICE * 2)]
    with arxiv_rig(tmp_path, *many, limits=Limits(tries=1)) as rig:
        rig.standin.answer_next("/api", Fault(status=503))
        listing = rig.announced()
    assert [entry.paper.comment for entry in listing.announcements] == [None] * SLICE + ["1 page"] * SLICE
    assert listing.remarks[0].startswith(f"Details of {SLICE} papers come from the feed: ")


def test_an_api_that_fails_now_and_then_is_still_asked(tmp_path: Path) -> None:
    many = [announced(number, comment="1 page") for number in range(SLICE * 4)]
    with arxiv_rig(tmp_path, *many, limits=Limits(tries=1)) as rig:
        for first in (0, SLICE * 2):
            rig.standin.answer_next(f"/api/query?search_query=&id_list=2613.{first:05d}", Fault(status=503))
        listing = rig.announced()
        assert len(rig.standin.asked("/api")) == 4
    assert sum(entry.paper.comment is None for entry in listing.announcements) == SLICE * 2


def test_an_api_that_keeps_failing_is_left_alone(tmp_path: Path) -> None:
    many = [announced(number) for number in range(SLICE * 4)]
    with arxiv_rig(tmp_path, *many, limits=Limits(tries=1)) as rig:
        rig.standin.answer_next("/api", Fault(status=503), times=9)
        listing = rig.announced()
        assert len(rig.standin.asked("/api")) == 2
    assert listing.remarks[0].startswith(f"Details of {SLICE * 4} papers come from the feed: ")
    assert rig.steps[-1] == (7, 7)


def test_a_paper_that_the_api_does_not_know_keeps_the_feeds_data(rig: Rig) -> None:
    drop = Fault(rewrite=lambda body: body.replace(b"arxiv.org/abs/2613.00001v1", b"arxiv.org/api/errors"))
    rig.standin.answer_next("/api", drop)
    listing = rig.announced()
    assert listing.announcements[0] == feed_only(FIVE[0])
    assert listing.remarks == ("Details of 1 paper come from the feed: arXiv's API does not know them",)
