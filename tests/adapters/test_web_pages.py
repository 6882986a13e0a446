"""The archive over a real socket: its pages, and nothing beside them."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.site_files import SiteFiles
from bot.adapters.web import WebServer
from bot.adapters.web_pages import days_in
from bot.render.index import index_page
from bot.render.pages import day_pages
from tests import examples
from tests.fakes.web_rig import connected, get, serving

SECRET = "not for you"
STEPS = ["..", ".", "", "%2e%2e", "%2f", "%5c", "way-out", "group", ".hidden", "secret", "broadsheet.db"]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An archive as the bot writes it, with things around and in it that are nobody's business."""
    folder = tmp_path / "home" / "site"
    SiteFiles(folder, day_pages, "site").send(examples.digest())
    for place in ("../broadsheet.db", "../../secret", ".hidden", "group/.broadsheet-check", "group/2026-05-06/.x.part"):
        (folder / place).write_text(SECRET)
    (folder / "group" / "empty").mkdir()
    (folder / "way-out").symlink_to(tmp_path)
    return folder


@pytest.fixture
def server(site: Path) -> Iterator[WebServer]:
    with serving(site, index=index_page) as running:
        yield running


def test_a_day_s_page_is_served_with_its_markdown_and_json(server: WebServer, site: Path) -> None:
    page, markdown, document = (get(server, f"/group/2026-05-06/{name}") for name in ("", "digest.md", "digest.json"))
    assert page.body == (site / "group/2026-05-06/index.html").read_bytes()
    assert [one.status for one in (page, markdown, document)] == [200, 200, 200]
    assert [one.headers["content-type"] for one in (page, markdown, document)] == [
        "text/html; charset=utf-8",
        "text/markdown; charset=utf-8",
        "application/json",
    ]


def test_every_answer_carries_headers_that_suit_the_pages(server: WebServer) -> None:
    page = get(server, "/group/2026-05-06/")
    for got in (page, get(server, "/"), get(server, "/nowhere"), get(server, "/healthz"), get(server, "/metrics")):
        policy = got.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["referrer-policy"] == "no-referrer"
        assert "server" not in got.headers
    own = re.search(r'Content-Security-Policy" content="([^"]*)"', page.text)
    assert own
    assert set(own[1].split("; ")) <= set(page.headers["content-security-policy"].split("; ")), "the page fits it"


def test_what_a_reader_has_already_is_not_sent_again(server: WebServer, site: Path) -> None:
    first = get(server, "/group/2026-05-06/")
    assert first.headers["cache-control"] == "no-cache"
    again = get(server, "/group/2026-05-06/", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    dated = get(server, "/group/2026-05-06/", if_modified_since=first.headers["last-modified"])
    assert dated.status == 304
    (site / "group/2026-05-06/index.html").write_text("another edition")
    assert get(server, "/group/2026-05-06/", if_none_match=first.headers["etag"]).text == "another edition"


def test_a_head_request_brings_headers_only(server: WebServer) -> None:
    head, whole = get(server, "/group/2026-05-06/", "HEAD"), get(server, "/group/2026-05-06/")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(whole.body)))


def test_a_folder_without_its_slash_is_sent_on_within_the_site_whatever_host_the_client_names(
    server: WebServer,
) -> None:
    got = get(server, "/group/2026-05-06", host="evil.example")
    assert got.status in (307, 308)
    assert got.headers["location"] == "./2026-05-06/"


@pytest.mark.parametrize(
    "path",
    [
        "/../broadsheet.db",
        "/..%2fbroadsheet.db",
        "/%2e%2e/broadsheet.db",
        "/group/../../broadsheet.db",
        "/group/%2e%2e%2f%2e%2e%2fbroadsheet.db",
        "/group/..%5c..%5cbroadsheet.db",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/group//2026-05-06/",
        "//evil.example/%2e%2e",
        "/.hidden",
        "/group/.broadsheet-check",
        "/group/2026-05-06/.x.part",
        "/group/./2026-05-06/",
        "/way-out/secret",
        "/way-out/home/broadsheet.db",
        "/group/",
        "/group",
        "/group/empty/",
        "/index.html%00.md",
        "/" + "x" * 300,
        "/" + "x/" * 3000,
    ],
)
def test_nothing_but_the_pages_can_be_had(server: WebServer, path: str) -> None:
    got = get(server, path)
    assert (got.status, got.text) == (404, "Not Found\n")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(STEPS), max_size=8))
def test_no_way_leads_out_of_the_archive(server: WebServer, parts: list[str]) -> None:
    with connected(server) as client:
        client.sendall(f"GET /{'/'.join(parts)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert SECRET.encode() not in answer
    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 200 OK")) or b"\nlocation: ./" in answer


def test_the_first_page_lists_profiles_and_their_days_newest_first(server: WebServer, site: Path) -> None:
    for day in ("2026-05-04", "2026-05-05", "2026-13-01"):
        (site / "group" / day).mkdir()
        (site / "group" / day / "index.html").write_text("x")
    got = get(server, "/")
    assert got.status == 200
    links = re.findall(r'href="(group/[^"]*)"', got.text)
    assert links == [f"group/2026-05-0{day}/" for day in (6, 5, 4)]
    assert get(server, f"/{links[0]}").status == 200
    assert SECRET not in got.text


def test_a_day_whose_page_could_not_be_written_is_not_listed(site: Path) -> None:
    (site / "group" / "2026-05-07").mkdir()
    assert days_in(site) == {"group": (date(2026, 5, 6),)}


def test_before_the_first_digest_the_archive_says_that_it_is_empty(tmp_path: Path) -> None:
    with serving(tmp_path / "site", index=index_page) as server:
        assert "Nothing yet" in get(server, "/").text
        assert get(server, "/group/2026-05-06/").status == 404
