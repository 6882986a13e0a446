"""Real feeds, pages and API answers: read, or refused with a clear error."""

from datetime import date
from pathlib import Path

import pytest

from bot.adapters.arxiv_api import ArxivApi
from bot.adapters.arxiv_feed import Feed, parse_feed
from bot.adapters.arxiv_listing import parse_listing
from bot.adapters.arxiv_web import PassingError
from bot.demo.standins.arxiv import Fault
from bot.domain.paper import AnnounceType, Paper
from bot.errors import SourceError
from tests.fakes.arxiv_rig import arxiv_rig


def feed(samples: Path, name: str) -> Feed:
    return parse_feed((samples / "feeds" / name).read_bytes())


def test_a_real_rss_feed_is_read(samples: Path) -> None:
    read = feed(samples, "rss-cs.LG-2026-04-27.xml")
    assert (read.day, *read.item_days, *read.unreadable) == (date(2026, 4, 27), date(2026, 4, 27))
    assert [(entry.how, len(entry.paper.authors), entry.paper.categories[0]) for entry in read.announcements] == [
        (AnnounceType.NEW, 6, "cs.LG"),
        (AnnounceType.NEW, 2, "cs.LG"),
        (AnnounceType.NEW, 5, "cs.LG"),
    ]
    assert not any(entry.paper.abstract.startswith("arXiv:") for entry in read.announcements)


def test_a_real_atom_feed_is_read(samples: Path) -> None:
    read = feed(samples, "atom-cs.AI-2025-08-20.xml")
    assert (read.day, *read.item_days, *read.unreadable) == (date(2025, 8, 20), date(2025, 8, 20))
    assert len(read.announcements) >= 6
    assert all(entry.paper.filed_under("cs.AI") and entry.paper.authors for entry in read.announcements)


def test_a_real_weekend_feed_is_empty(samples: Path) -> None:
    read = feed(samples, "rss-cs.CL-weekend-empty-2026-08-01.xml")
    assert (read.day, read.announcements) == (date(2026, 8, 1), ())


def test_every_real_feed_is_read(samples: Path) -> None:
    for path in (samples / "feeds").iterdir():
        assert parse_feed(path.read_bytes()).unreadable == ()


def test_a_real_page_of_new_listings_is_read(samples: Path) -> None:
    page = parse_listing((samples / "listing" / "list-cs.AI-new-2026-08-12.trimmed.html").read_bytes(), "cs.AI")
    assert (page.day, page.total) == (date(2026, 8, 12), 6)
    new, cross, replace = AnnounceType.NEW, AnnounceType.CROSS, AnnounceType.REPLACE
    assert [entry.how for entry in page.announcements] == [new, new, cross, cross, replace, replace]
    papers = [entry.paper for entry in page.announcements]
    assert [paper.version for paper in papers] == [1, 1, 2, 1, 5, 2]
    assert [paper.categories[0] for paper in papers] == ["cs.AI", "cs.AI", "cs.LG", "cs.HC", "cs.AI", "cs.AI"]
    assert [len(paper.authors) for paper in papers] == [1, 2, 4, 3, 2, 8]
    assert [bool(paper.comment) for paper in papers] == [False, False, True, True, True, True]
    assert [bool(paper.journal_ref) for paper in papers] == [False, False, False, True, False, False]
    assert all(len(paper.abstract) > 400 for paper in papers)
    assert "https://" in (papers[-1].comment or "")


def test_a_real_page_of_recent_listings_is_refused(samples: Path) -> None:
    page = (samples / "listing" / "list-cs.AI-recent-2026-10-07.excerpt.html").read_bytes()
    with pytest.raises(PassingError, match="does not say of which day"):
        parse_listing(page, "cs.AI")


def answered(folder: Path, body: bytes, status: int = 200) -> list[Paper]:
    """What the API adapter makes of an answer, through the real package and a real socket."""
    with arxiv_rig(folder) as rig:
        rig.standin.answer_next("/api", Fault(status=status, body=body))
        entries = max(1, body.count(b"<entry"))
        return list(
            ArxivApi(rig.web, rig.standin.api_url).papers([f"2613.{number:05d}" for number in range(entries)]).values()
        )


def test_every_real_api_answer_is_read_whole_or_refused(samples: Path, tmp_path: Path) -> None:
    read = 0
    for path in sorted((samples / "api").glob("*.xml")):
        body = path.read_bytes()
        errors = body.count(b">Error</title>")
        if body.count(b"<entry") == errors:
            with pytest.raises(SourceError, match="arXiv"):
                answered(tmp_path, body, 400 if errors and path.name.startswith("arxivpy") else 200)
            continue
        papers = answered(tmp_path, body)
        assert len(papers) == body.count(b"<entry"), path.name
        assert all(paper.title and paper.abstract and paper.authors and paper.categories for paper in papers), path.name
        read += len(papers)
    assert read > 100


@pytest.mark.parametrize(
    ("name", "arxiv_id", "version"),
    [
        ("arxivpy-id_quant-ph_0201082v1_s0_m100.xml", "quant-ph/0201082", 1),
        ("arxivpy-id_2104.12255v1_s0_m100.xml", "2104.12255", 1),
        ("new-format-id_list-1706.03762.xml", "1706.03762", 7),
    ],
)
def test_ids_and_versions_of_real_answers(
    name: str, arxiv_id: str, version: int, samples: Path, tmp_path: Path
) -> None:
    (paper,) = answered(tmp_path, (samples / "api" / name).read_bytes())
    assert (paper.arxiv_id, paper.version) == (arxiv_id, version)


def test_a_real_paper_has_the_title_zero(samples: Path, tmp_path: Path) -> None:
    (paper,) = answered(tmp_path, (samples / "api" / "arxivpy-id_2104.12255v1_s0_m100.xml").read_bytes())
    assert paper.title == "0"


def test_a_real_search_says_how_much_it_finds(samples: Path, tmp_path: Path) -> None:
    body = (samples / "api" / "arxivpy-q_testing_s0_m100.xml").read_bytes()
    with arxiv_rig(tmp_path) as rig:
        rig.standin.answer_next("/api", Fault(status=200, body=body))
        found = ArxivApi(rig.web, rig.standin.api_url).found("testing", 0, 100)
    assert (len(found.papers), found.total) == (100, 214881)
