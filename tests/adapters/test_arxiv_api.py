"""Asking the API: what comes back, and that no failure is taken for an answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.arxiv_api import ArxivApi
from bot.adapters.arxiv_web import Limits
from bot.demo.standins.arxiv import Fault
from bot.domain.paper import Announcement
from bot.errors import SourceError
from tests.examples import announced
from tests.fakes.arxiv_rig import CUT_IN_HALF, HUNG_UP, SILENT, TWO_TRIES, WEB_PAGE, Rig, arxiv_rig, patience_with

FULL = announced(1, version=2, comment="8 pages", doi="10.1000/1", journal_ref="Fen Journal 3: 14")
OLD = announced(2, arxiv_id="math.GT/0309136", title="0", authors=(r"Andr\'e Quill",))
IDS = [FULL.paper.arxiv_id, OLD.paper.arxiv_id]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with arxiv_rig(tmp_path, FULL, OLD) as rig:
        yield rig


def api(rig: Rig) -> ArxivApi:
    return ArxivApi(rig.web, rig.standin.api_url)


def test_papers_come_with_all_details_in_one_request(rig: Rig) -> None:
    assert api(rig).papers(IDS) == {entry.paper.arxiv_id: entry.paper for entry in (FULL, OLD)}
    assert len(rig.standin.requests) == 1
    assert rig.standin.requests[0].user_agent == "broadsheet/test"


def test_a_paper_that_the_api_does_not_know_is_missing(rig: Rig) -> None:
    assert set(api(rig).papers([*IDS, "2613.99999"])) == set(IDS)


def test_a_slice_of_many_papers_comes_whole(tmp_path: Path) -> None:
    many = [announced(number) for number in range(300)]
    with arxiv_rig(tmp_path, *many) as rig:
        found = api(rig).papers([entry.paper.arxiv_id for entry in many])
    assert tuple(found.values()) == tuple(entry.paper for entry in many)
    assert len(rig.standin.requests) == 1


EMPTY = b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>'
FAILURES = {
    "HTTP 503": Fault(status=503),
    "a connection that hangs up": HUNG_UP,
    "no answer": SILENT,
    "an answer that breaks off": Fault(sent=200),
    "a web page": WEB_PAGE,
    "an empty page": Fault(body=EMPTY),
    "truncated XML": CUT_IN_HALF,
    "a date that is none": Fault(rewrite=lambda body: body.replace(b"2026-05-05T17:00:00Z", b"soon")),
    "an id that is none": Fault(rewrite=lambda body: body.replace(b"arxiv.org/abs/", b"arxiv.org/papers/")),
    "a query that is not accepted": Fault(status=400, body=b"<feed><title>Error</title></feed>"),
}


@pytest.mark.parametrize("what", FAILURES)
def test_no_failure_is_taken_for_an_answer(what: str, tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, FULL, OLD, limits=patience_with(FAILURES[what])) as rig:
        rig.standin.answer_next("/api", FAILURES[what], times=9)
        with pytest.raises(SourceError, match="arXiv"):
            api(rig).papers(IDS)
    assert len(rig.standin.requests) <= TWO_TRIES.tries


def test_the_package_obeys_retry_after_like_everything_else(rig: Rig) -> None:
    rig.standin.answer_next("/api", Fault(status=429, headers={"Retry-After": "50"}))
    assert set(api(rig).papers(IDS)) == set(IDS)
    assert rig.slept == [50]


def test_what_came_before_an_empty_later_page_is_kept(tmp_path: Path) -> None:
    lies = Fault(rewrite=lambda body: body.replace(b"<opensearch:totalResults>2<", b"<opensearch:totalResults>3<"))
    with arxiv_rig(tmp_path, FULL, OLD, limits=Limits(tries=1)) as rig:
        rig.standin.answer_next("/api", lies)
        assert set(api(rig).papers([*IDS, "2613.99999"])) == set(IDS)


def test_a_wrong_id_is_an_error_in_arxivs_own_words(rig: Rig) -> None:
    with pytest.raises(SourceError, match=r"HTTP 400 .*incorrect id format for abc"):
        api(rig).papers(["abc"])


def test_the_newest_version_is_given(tmp_path: Path) -> None:
    first: Announcement = announced(1, version=1)
    with arxiv_rig(tmp_path, first, FULL) as rig:
        assert api(rig).papers(IDS[:1])[IDS[0]].version == 2
