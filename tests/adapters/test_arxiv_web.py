"""Reading one document: which failures are tried again, how long is waited, and what the error says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot.adapters.arxiv_gate import Gate, GateError
from bot.adapters.arxiv_web import MOST_REDIRECTS, ArxivWeb, Limits, RejectedError, next_hop, user_agent, xml_root
from bot.demo.standins.arxiv import Fault
from bot.errors import SourceError
from tests.fakes.arxiv_rig import CUT_IN_HALF, HUNG_UP, SILENT, WEB_PAGE, Rig, arxiv_rig, patience_with


def tag_at(rig: Rig, path: str = "/rss/cs.LG") -> str:
    """The name of the document's root element."""
    return rig.web.read(f"{rig.standin.site_url}{path}", lambda body: str(xml_root(body).tag))


PASSING = {
    "a connection that hangs up": HUNG_UP,
    "a connection that breaks off": Fault(sent=50),
    "no answer": SILENT,
    "an answer that stalls": Fault(sent=50, stall=True),
    "an answer that trickles": Fault(pace_s=0.01),
    "HTTP 429": Fault(status=429),
    "HTTP 500": Fault(status=500),
    "HTTP 503": Fault(status=503),
    "a web page": WEB_PAGE,
    "truncated XML": CUT_IN_HALF,
    "nothing at all": Fault(body=b""),
}


@pytest.mark.parametrize("what", PASSING)
def test_a_failure_that_may_pass_is_tried_again(what: str, tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, limits=patience_with(PASSING[what])) as rig:
        rig.standin.answer_next("/rss", PASSING[what])
        assert tag_at(rig) == "rss"
        assert len(rig.standin.requests) == 2
        assert len(rig.slept) == 1


@pytest.mark.parametrize("what", PASSING)
def test_a_failure_that_lasts_is_an_error_after_a_bounded_number_of_tries(what: str, tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, limits=patience_with(PASSING[what])) as rig:
        rig.standin.answer_next("/rss", PASSING[what], times=9)
        with pytest.raises(SourceError, match=r"127\.0\.0\.1/rss/cs\.LG could not be read: .+, 2 tries") as caught:
            tag_at(rig)
        assert not caught.value.permanent
        assert len(rig.standin.requests) == 2


def test_pauses_between_tries_double(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, limits=Limits(tries=4, backoff_s=2)) as rig:
        rig.standin.answer_next("/rss", Fault(status=503), times=3)
        tag_at(rig)
    for slept, pause in zip(rig.slept, (2, 4, 8), strict=True):
        assert 0.75 * pause <= slept <= 1.25 * pause


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_respected(status: int, tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig:
        rig.standin.answer_next("/rss", Fault(status=status, headers={"Retry-After": "77"}))
        tag_at(rig)
    assert rig.slept == [77]


def test_retry_after_as_a_date_is_respected(tmp_path: Path) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    with arxiv_rig(tmp_path) as rig:
        rig.standin.answer_next("/rss", Fault(status=503, headers={"Retry-After": at}))
        tag_at(rig)
    assert 60 < rig.slept[0] <= 90


@pytest.mark.parametrize("header", ["garbage", "-5", "Fri, 99 Nov 2026 00:00:00 GMT", ""])
def test_a_retry_after_that_says_nothing_changes_nothing(header: str, tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig:
        rig.standin.answer_next("/rss", Fault(status=503, headers={"Retry-After": header}))
        tag_at(rig)
    assert 1.5 <= rig.slept[0] <= 2.5


@pytest.mark.parametrize("header", ["3600", "9" * 400])
def test_a_long_retry_after_fails_at_once_and_says_until_when(header: str, tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig:
        rig.standin.answer_next("/rss", Fault(status=503, headers={"Retry-After": header}))
        with pytest.raises(SourceError, match=r"HTTP 503, 1 try\. arXiv asks not to be asked before \d\d:\d\d UTC"):
            tag_at(rig)
        assert rig.slept == []


def test_every_further_try_is_told(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, limits=Limits(tries=4)) as rig:
        tag_at(rig)
        assert rig.retries == []
        rig.standin.answer_next("/rss", Fault(status=503), times=9)
        with pytest.raises(SourceError):
            tag_at(rig)
    assert len(rig.retries) == 3


def dated(seconds_from_now: float, **headers: str) -> Fault:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds_from_now), usegmt=True)
    return Fault(headers={"Date": at, **headers})


@pytest.mark.parametrize(
    ("answered", "skew"),  # made when the test runs: minutes may have passed since it was collected
    [
        (Fault, 0),
        (lambda: dated(900), 900),
        (lambda: dated(-900), -900),
        (lambda: dated(-900, Age="900"), 0),  # from a cache
        (lambda: dated(-900, Age="a while"), -900),
        (lambda: Fault(status=404, headers=dated(900).headers), 900),
    ],
)
def test_the_clocks_are_compared_by_the_last_answer(answered: Callable[[], Fault], skew: int, tmp_path: Path) -> None:
    fault = answered()
    with arxiv_rig(tmp_path) as rig:
        assert rig.web.clock_skew_s is None
        rig.standin.answer_next("/rss", fault)
        try:
            tag_at(rig)
        except RejectedError:
            assert fault.status == 404
    assert rig.web.clock_skew_s == pytest.approx(skew, abs=30)


def test_an_answer_that_does_not_tell_the_time_changes_nothing(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig:
        rig.standin.answer_next("/rss", dated(900))
        tag_at(rig)
        rig.standin.answer_next("/rss", Fault(headers={"Date": "yesterday"}))
        tag_at(rig)
    assert rig.web.clock_skew_s == pytest.approx(900, abs=30)


def test_a_403_is_never_tried_again_and_closes_the_gate(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig:
        rig.standin.answer_next("/rss", Fault(status=403))
        for _ in range(2):
            with pytest.raises(GateError, match="answered 403"):
                tag_at(rig)
        assert len(rig.standin.requests) == 1


def test_a_wrong_request_is_not_repeated_and_the_answer_is_quoted_without_markup(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig:
        body = b"<html><b>No\x1b[31m\nsuch</b> thing" + b"!" * 900
        rig.standin.answer_next("/rss", Fault(status=404, body=body))
        with pytest.raises(RejectedError, match=r"HTTP 404 \(No \[31m such thing!{10}") as caught:
            tag_at(rig)
    assert caught.value.permanent
    assert len(str(caught.value)) < 300
    assert len(rig.standin.requests) == 1


def redirect(location: str, *, status: int = 301, body: bytes = b"") -> Fault:
    return Fault(status=status, headers={"Location": location}, body=body)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_in_a_turn_of_its_own(status: int, tmp_path: Path) -> None:
    paused: list[float] = []
    with arxiv_rig(tmp_path) as rig:
        web = ArxivWeb(Gate(tmp_path, 3.0, now=lambda: 1_000_000.0, sleep=paused.append))
        rig.standin.answer_next("/old", redirect("/older", status=status))
        rig.standin.answer_next("/older", redirect(f"{rig.standin.site_url}/rss/cs.LG", status=status))
        assert web.read(f"{rig.standin.site_url}/old", xml_root).tag == "rss"
        assert [request.path for request in rig.standin.requests] == ["/old", "/older", "/rss/cs.LG"]
    assert paused == [3.0, 3.0]


def test_redirects_without_end_are_left_after_a_few(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig:
        rig.standin.answer_next("/rss", redirect("/rss/cs.LG"), times=99)
        with pytest.raises(SourceError, match=r"127\.0\.0\.1/rss/cs\.LG is redirected more than 3 times"):
            tag_at(rig)
        assert len(rig.standin.requests) == 1 + MOST_REDIRECTS


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost:{port}/rss/cs.LG",
        "http://127.0.0.1:1/rss/cs.LG",  # another port is another server
        "http://127.0.0.1/rss/cs.LG",
        "http://127.0.0.1:nothing/rss/cs.LG",
        "http://arxiv.org.example.org/",
        "https://notarxiv.org/",
        "//example.org/rss",
        "https://arxiv.org/rss",  # a mirror may be asked without a pause, arXiv may not
        "ftp://127.0.0.1/rss",
        "file:///etc/hostname",
        "https:///rss",
        "http://[::1/",
        "https://exa\x1b[31mmple.org/" + "x" * 900,
    ],
)
def test_a_redirect_to_another_host_or_a_less_safe_one_is_refused(location: str, tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig:
        port = rig.standin.site_url.rpartition(":")[2]
        rig.standin.answer_next("/rss", redirect(location.replace("{port}", port)))
        with pytest.raises(SourceError, match=r"127\.0\.0\.1/rss/cs\.LG redirects to ") as caught:
            tag_at(rig)
        assert len(rig.standin.requests) == 1
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        ("https://rss.arxiv.org/rss/cs.LG", "/feed?x=1", "https://rss.arxiv.org/feed?x=1"),
        ("http://export.arxiv.org/api/query?x=1", "https://arxiv.org/api?x=1", "https://arxiv.org/api?x=1"),
        ("https://mirror.example.org:8443/a/b", "c", "https://mirror.example.org:8443/a/c"),
        ("http://mirror.example.org:80/a", "https://mirror.example.org/a", "https://mirror.example.org/a"),
    ],
)
def test_a_redirect_may_lead_to_another_host_of_arxivs(url: str, location: str, target: str) -> None:
    assert next_hop(url, location) == target


@pytest.mark.parametrize(
    "location", ["http://arxiv.org/list", "https://example.org/", "https://arxiv.org.evil.example/"]
)
def test_arxiv_does_not_lead_away_or_to_less_than_https(location: str) -> None:
    with pytest.raises(SourceError, match=r"arxiv\.org/list redirects to .+ proxy or a login page"):
        next_hop("https://arxiv.org/list", location)


def test_what_comes_with_a_redirect_is_bounded_too(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, limits=Limits(most_bytes=100_000)) as rig:
        rig.standin.answer_next("/rss", redirect("/rss/cs.LG", body=b" " * 1_000_000))
        with pytest.raises(SourceError, match=r"larger than 0\.1 MB"):
            tag_at(rig)


def test_a_403_after_a_redirect_closes_the_gate(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig:
        rig.standin.answer_next("/rss", redirect("/list/cs.LG/new"))
        rig.standin.answer_next("/list", Fault(status=403))
        with pytest.raises(GateError):
            tag_at(rig)


def test_an_answer_without_end_is_cut_off(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path, limits=Limits(most_bytes=100_000)) as rig:
        rig.standin.answer_next("/rss", Fault(body=b"<a>" + b" " * 1_000_000))
        with pytest.raises(SourceError, match=r"larger than 0\.1 MB"):
            tag_at(rig)


def test_a_host_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig:
        gone = rig.standin.site_url
    with pytest.raises(SourceError, match="the connection broke"):
        rig.web.read(f"{gone}/rss/cs.LG", xml_root)


def test_no_error_shows_a_password_that_stands_in_an_address(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig:
        rig.standin.answer_next("/rss", Fault(status=503), times=9)
        address = rig.standin.site_url.replace("http://", "http://ada:opensesame@")
        with pytest.raises(SourceError) as caught:
            rig.web.read(f"{address}/rss/cs.LG?key=opensesame", xml_root)
    assert "opensesame" not in str(caught.value)


def test_an_address_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be asked"):
        ArxivWeb(Gate(tmp_path, 0)).read("ftp://127.0.0.1/rss", xml_root)


def test_entities_stay_unexpanded(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY f SYSTEM "file:///etc/hostname">]><rss><a>&a;</a><f>&f;</f></rss>'
    root = xml_root(bomb)
    assert [root.findtext("a"), root.findtext("f")] == ["", ""]


def test_the_user_agent_says_who_asks() -> None:
    assert user_agent(None).startswith("broadsheet/")
    assert user_agent("ada@example.org").endswith(" (+mailto:ada@example.org)")


def test_the_user_agent_is_sent(tmp_path: Path) -> None:
    with arxiv_rig(tmp_path) as rig:
        tag_at(rig)
    assert rig.standin.requests[0].user_agent == "broadsheet/test"
