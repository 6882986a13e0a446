"""Which source a paper is read from, what the reader is told of it, and that no page makes the bot ask elsewhere."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.arxiv_gate import GateError
from bot.adapters.arxiv_text import TEXT_LIMITS, ArxivTexts, submitted
from bot.adapters.arxiv_web import Limits
from bot.demo.latexml import page
from bot.demo.standins.arxiv import ArxivStandin, Fault
from bot.domain.fulltext import FullText, TextSource
from bot.domain.paper import Paper
from bot.errors import SourceError
from bot.study import Texts
from tests.examples import DAY, announced, paper
from tests.fakes.arxiv_rig import HUNG_UP, SILENT, Rig, patience_with, rig_on
from tests.fakes.pdf import pdf

NOW = datetime(2026, 12, 20, tzinfo=UTC)
LATER = NOW + timedelta(days=90)  # old enough for ar5iv
BODY = "# 1 Introduction\n\n" + "Invented particles flow through a network in the order of their effects. " * 12
PAPER = paper(1, version=1)
PAGE = page(BODY, PAPER)
PDF = pdf([["Abstract", "We show it.", "1 Introduction", *["Invented particles flow through a network."] * 20]])
FAILED = PAGE.replace(b"<p", b"<i").replace(b"</p", b"</i").replace(b"Invented particles", b"")[:900] + b"</html>"


@contextmanager
def arxiv(folder: Path, texts: Mapping[str, bytes]) -> Iterator[Rig]:
    with ArxivStandin({DAY: [announced(1)]}, DAY, texts=texts) as standin:
        yield rig_on(standin, folder)


def read(
    rig: Rig,
    wanted: Paper = PAPER,
    now: datetime = NOW,
    limits: Limits = TEXT_LIMITS,
) -> FullText:
    site_url, ar5iv_url = rig.standin.site_url, rig.standin.ar5iv_url
    texts: Texts = ArxivTexts(rig.web, site_url=site_url, ar5iv_url=ar5iv_url, now=lambda: now, limits=limits)
    return texts.read(wanted)


def asked(rig: Rig) -> list[str]:
    return [request.path for request in rig.standin.requests]


def test_the_html_of_the_papers_version_comes_first(tmp_path: Path) -> None:
    with arxiv(tmp_path, {"html/2613.00001v1": PAGE, "pdf/2613.00001v1": PDF}) as rig:
        text = read(rig)
        assert asked(rig) == ["/html/2613.00001v1"]
    assert (text.source, text.version, text.url) == (TextSource.HTML, 1, "https://arxiv.org/html/2613.00001v1")
    assert (text.title, text.abstract) == (PAPER.title, PAPER.abstract)
    assert text.sections[0].label == "Section 1, Introduction"
    assert text.remarks == ()


@pytest.mark.parametrize(
    ("newest", "why"),
    [
        (None, "arXiv has no HTML of version 3."),
        (FAILED, "arXiv's HTML of version 3 cannot be read: the page holds no text of the paper"),
    ],
)
def test_an_older_version_is_read_with_a_warning(newest: bytes | None, why: str, tmp_path: Path) -> None:
    texts = {"html/2613.00001v2": PAGE} | ({"html/2613.00001v3": newest} if newest else {})
    with arxiv(tmp_path, texts) as rig:
        text = read(rig, paper(1, version=3))
        assert asked(rig) == ["/html/2613.00001v3", "/html/2613.00001v2"]
    assert (text.source, text.version, text.url) == (TextSource.HTML, 2, "https://arxiv.org/html/2613.00001v2")
    assert text.remarks[0] == "This is version 2, not version 3."
    assert text.remarks[1].startswith(why)


def test_at_most_three_versions_are_asked_for_and_then_the_pdf_of_the_newest(tmp_path: Path) -> None:
    with arxiv(tmp_path, {"html/2613.00001v1": PAGE, "pdf/2613.00001v9": PDF}) as rig:
        text = read(rig, paper(1, version=9))
        assert asked(rig) == [*(f"/html/2613.00001v{version}" for version in (9, 8, 7)), "/pdf/2613.00001v9"]
    assert (text.source, text.version, text.url) == (TextSource.PDF, 9, "https://arxiv.org/pdf/2613.00001v9")
    assert (text.title, text.abstract) == (PAPER.title, "We show it.")
    assert text.remarks[:3] == tuple(f"arXiv has no HTML of version {version}." for version in (9, 8, 7))
    assert text.remarks[3].startswith("Read from the PDF")


def test_an_old_paper_is_read_from_ar5iv(tmp_path: Path) -> None:
    with arxiv(tmp_path, {"ar5iv/html/2613.00001": PAGE, "pdf/2613.00001v1": PDF}) as rig:
        text = read(rig, now=LATER)
        assert asked(rig) == ["/html/2613.00001v1", "/ar5iv/html/2613.00001"]
    assert (text.source, text.version) == (TextSource.AR5IV, None)
    assert text.url == "https://ar5iv.labs.arxiv.org/html/2613.00001"
    assert "ar5iv, which does not say which version" in text.remarks[0]


def test_ar5iv_is_not_asked_for_a_young_paper(tmp_path: Path) -> None:
    with arxiv(tmp_path, {"ar5iv/html/2613.00001": PAGE, "pdf/2613.00001v1": PDF}) as rig:
        assert read(rig).source is TextSource.PDF


def test_what_ar5iv_sends_to_the_abstract_page_it_does_not_have(tmp_path: Path) -> None:
    with arxiv(tmp_path, {"pdf/2613.00001v1": PDF}) as rig:
        text = read(rig, now=LATER)
        assert asked(rig)[1:] == ["/ar5iv/html/2613.00001", "/abs/2613.00001", "/pdf/2613.00001v1"]
    assert "ar5iv does not have this paper." in text.remarks


@pytest.mark.parametrize(
    ("arxiv_id", "month"),
    [
        ("2605.00001", (2026, 5)),
        ("0704.0001", (2007, 4)),
        ("hep-th/9901001", (1999, 1)),
        ("math.GT/0309136", (2003, 9)),
    ],
)
def test_every_id_tells_the_month_of_the_first_version(arxiv_id: str, month: tuple[int, int]) -> None:
    assert (submitted(arxiv_id).year, submitted(arxiv_id).month) == month


def test_old_ids_are_asked_for_as_they_are(tmp_path: Path) -> None:
    with arxiv(tmp_path, {"ar5iv/html/hep-th/9901001": PAGE}) as rig:
        text = read(rig, paper(1, arxiv_id="hep-th/9901001"))
        assert asked(rig) == ["/html/hep-th/9901001v1", "/ar5iv/html/hep-th/9901001"]
    assert text.url == "https://ar5iv.labs.arxiv.org/html/hep-th/9901001"


def test_without_any_text_the_abstract_is_left(tmp_path: Path) -> None:
    with arxiv(tmp_path, {"pdf/2613.00001v1": b"<html>The PDF is being made</html>"}) as rig:
        text = read(rig)
    assert (text.source, text.version, text.sections) == (TextSource.ABSTRACT, 1, ())
    assert (text.url, text.abstract) == ("https://arxiv.org/abs/2613.00001", PAPER.abstract)
    assert text.remarks == (
        "Only the abstract could be read.",
        "arXiv has no HTML of version 1.",
        "arXiv's PDF of version 1 cannot be read: it is no PDF.",
    )


def test_a_403_ends_it_all(tmp_path: Path) -> None:
    with arxiv(tmp_path, {"pdf/2613.00001v1": PDF}) as rig:
        rig.standin.answer_next("/html", Fault(status=403))
        for _ in range(2):
            with pytest.raises(GateError, match="answered 403"):
                read(rig)
        assert len(rig.standin.requests) == 1


def test_where_arxiv_asks_for_a_long_pause_it_is_not_asked_for_the_pdf(tmp_path: Path) -> None:
    with arxiv(tmp_path, {"pdf/2613.00001v1": PDF}) as rig:
        rig.standin.answer_next("/html", Fault(status=429, headers={"Retry-After": "600"}))
        with pytest.raises(SourceError, match="arXiv asks not to be asked before"):
            read(rig)
        assert (len(rig.standin.requests), rig.slept) == (1, [])


def test_a_long_pause_of_ar5iv_is_no_reason_not_to_ask_arxiv(tmp_path: Path) -> None:
    with arxiv(tmp_path, {"pdf/2613.00001v1": PDF}) as rig:
        rig.standin.answer_next("/ar5iv", Fault(status=503, headers={"Retry-After": "600"}))
        text = read(rig, now=LATER)
    assert text.source is TextSource.PDF
    assert "ar5iv's page of this paper could not be fetched: HTTP 503." in text.remarks


PASSING = {
    "HTTP 503": (Fault(status=503), "HTTP 503"),
    "HTTP 407": (Fault(status=407), "does not give its HTML of version 2"),
    "silence": (SILENT, "no answer within"),
    "a stalled answer": (Fault(sent=700, stall=True), "no answer within"),
    "a trickle": (Fault(pace_s=0.01), "not complete after"),
    "a broken connection": (HUNG_UP, "the connection broke"),
}


@pytest.mark.parametrize("what", PASSING)
def test_a_source_that_fails_is_passed_over_after_few_tries(what: str, tmp_path: Path) -> None:
    fault, why = PASSING[what]
    with arxiv(tmp_path, {"html/2613.00001v2": PAGE, "pdf/2613.00001v2": PDF}) as rig:
        rig.standin.answer_next("/html", fault, times=9)
        text = read(rig, paper(1, version=2), limits=patience_with(fault))
        assert len(rig.standin.asked("/html")) <= 2
        assert rig.standin.asked("/html/2613.00001v1") == []
    assert text.source is TextSource.PDF
    assert why in text.remarks[0]


def test_the_limits_for_texts_are_met_within_minutes() -> None:
    """html, ar5iv and PDF at their slowest, without what other programs take at the gate."""
    waits = TEXT_LIMITS.tries * TEXT_LIMITS.total_s + TEXT_LIMITS.longest_wait_s
    assert 3 * waits <= 600


BOMB = gzip.compress(b"<html>" + b" " * 60_000_000)
TOO_LARGE = {
    "50 MB": Fault(status=200, body=b" " * 50_000_000),
    "a packed bomb": Fault(status=200, body=BOMB, headers={"Content-Encoding": "gzip"}),
    "a bomb packed twice": Fault(status=200, body=gzip.compress(BOMB), headers={"Content-Encoding": "gzip, gzip"}),
}


@pytest.mark.parametrize("what", TOO_LARGE)
def test_an_answer_without_end_is_cut_off_and_not_asked_for_again(what: str, tmp_path: Path) -> None:
    with arxiv(tmp_path, {}) as rig:
        rig.standin.answer_next("/html", TOO_LARGE[what], times=9)
        text = read(rig)
        assert asked(rig) == ["/html/2613.00001v1", "/pdf/2613.00001v1"]
    assert text.remarks[1] == "arXiv's HTML of version 1 could not be fetched: an answer is larger than 40 MB."


def test_an_arxiv_that_is_down_gets_no_note_on_the_abstract_alone(tmp_path: Path) -> None:
    with arxiv(tmp_path, {}) as rig:
        rig.standin.answer_next("/html", Fault(status=503), times=9)
        with pytest.raises(SourceError, match=r"cannot be had now.*HTTP 503.*Try again later"):
            read(rig)


def test_a_packing_that_is_broken_is_a_remark(tmp_path: Path) -> None:
    with arxiv(tmp_path, {"pdf/2613.00001v1": PDF}) as rig:
        rig.standin.answer_next(
            "/html", Fault(status=200, body=b"no gzip", headers={"Content-Encoding": "gzip"}), times=9
        )
        text = read(rig)
    assert "arXiv's HTML of version 1 could not be fetched: the connection broke (DecodeError)." in text.remarks


@pytest.mark.parametrize(
    "location",
    [
        "{bystander}/html/2613.00001v1",  # the same host, another port
        "http://localhost:{port}/html/2613.00001v1",
        "https://example.org/",
        "//arxiv.org.example.org/",
        "file:///etc/hostname",
        "gopher://127.0.0.1:{port}/",
        "http://user:pass@127.0.0.1.example.org/",
        "http://127.0.0.1:notaport/",
    ],
)
@pytest.mark.parametrize("source", ["/html", "/pdf", "/ar5iv"])
def test_a_redirect_elsewhere_is_not_followed(location: str, source: str, tmp_path: Path) -> None:
    with ArxivStandin({}, DAY, texts={"html/2613.00001v1": PAGE}) as bystander, arxiv(tmp_path, {}) as rig:
        target = location.format(bystander=bystander.site_url, port=rig.standin.site_url.rpartition(":")[2])
        rig.standin.answer_next(source, Fault(status=302, headers={"Location": target}))
        text = read(rig, now=LATER)
        assert bystander.requests == []
        assert all(path.endswith(("/2613.00001", "/2613.00001v1")) for path in asked(rig))
        assert len(rig.standin.asked("/html")) == 1
    assert text.source is TextSource.ABSTRACT
    assert [remark for remark in text.remarks if "could not be fetched: " in remark and " redirects to " in remark]


def test_a_redirect_within_arxiv_is_followed(tmp_path: Path) -> None:
    with arxiv(tmp_path, {"html/2613.00001v1": PAGE}) as rig:
        rig.standin.answer_next("/html/2613.00009", Fault(status=301, headers={"Location": "/html/2613.00001v1"}))
        assert read(rig, paper(1, arxiv_id="2613.00009")).source is TextSource.HTML


def hostile(bystander: str) -> Mapping[str, bytes]:
    """Pages that would have a browser, or a careless parser, ask the bystander."""
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    doctype = f'<!DOCTYPE html [<!ENTITY e0 "ha"><!ENTITY out SYSTEM "{bystander}/entity">{entities}]>'.encode()
    calling = (
        f'<script src="{bystander}/script"></script><script>fetch("{bystander}/fetch")</script>'
        f'<link rel="stylesheet" href="{bystander}/style"><meta http-equiv="refresh" content="0;url={bystander}/meta">'
        f'<base href="{bystander}/"><img src="{bystander}/img" onerror="alert(1)">'
        f'<iframe src="{bystander}/frame"></iframe>'
        f'<object data="{bystander}/object"></object><svg><image href="{bystander}/svg"/></svg>'
    ).encode()
    body = PAGE.split(b">", 1)[1]
    return {
        "scripts": PAGE.replace(b'<p class="ltx_p">', b'<p class="ltx_p">' + calling, 1),
        "an entity bomb": doctype + body.replace(b"Invented", b"&e9; &out; Invented", 1),
        "a DTD elsewhere": f'<!DOCTYPE html SYSTEM "{bystander}/dtd">'.encode() + body,
        "a style sheet": f'<?xml-stylesheet href="{bystander}/xsl" type="text/xsl"?>'.encode() + PAGE,
        "an inclusion": PAGE.replace(b"Invented", f'<xi:include href="{bystander}/xi"/>Invented'.encode(), 1),
        "300 levels": PAGE.replace(b'<p class="ltx_p">', b"<div>" * 300 + b'<p class="ltx_p">'),
        "100,000 levels": PAGE.replace(b'<p class="ltx_p">', b"<div>" * 100_000 + b'<p class="ltx_p">'),
        "a charset that lies": PAGE.replace(b"utf-8", b"utf-16").replace(b"Invented", b"\xff\xfe\x00Invented", 3),
        "zeros and escapes": PAGE.replace(b"Invented", b"\x00\x1b[31m\x07Invented", 3),
        "noise": bytes(range(256)) * 4000,
        "a PDF": PDF,
    }


@pytest.mark.parametrize("what", hostile(""))
def test_a_hostile_page_gives_its_text_or_a_remark_and_nothing_else_is_asked(what: str, tmp_path: Path) -> None:
    with ArxivStandin({}, DAY) as bystander:
        with arxiv(tmp_path, {"html/2613.00001v1": hostile(bystander.site_url)[what]}) as rig:
            text = read(rig)
        assert bystander.requests == []
        assert len(asked(rig)) == (1 if text.source is TextSource.HTML else 2)
        assert bystander.site_url not in str(text)
    told = str(text)
    assert told.isprintable()
    assert "alert(1)" not in told
    assert "hahaha" not in told
    assert text.source is TextSource.HTML or "HTML of version 1 cannot be read" in text.remarks[1]
