"""The web server over real sockets: health, readiness, starting and stopping."""

import json
import logging
import signal
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.adapters.web import LONGEST_HEAD, WebServer
from bot.domain.figures import Figures
from bot.domain.health import FAILING_S, STALLED_S, fault
from bot.errors import SettingsError
from tests.fakes.web_rig import FIGURES, HEALTH, connected, get, health, serving


def test_health_shows_every_state_with_its_words_newest_first(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        got = get(server, "/healthz")
    told = json.loads(got.body)
    assert got.status == 200
    assert got.headers["content-type"] == "application/json"
    assert got.headers["cache-control"] == "no-store"
    assert [one["state"] for one in told["days"]["group"]] == ["failed", "partial", "complete", "quiet"]
    assert told["days"]["group"][0] == {"day": "2026-05-06", "state": "failed", "told": "arXiv cannot be reached"}
    assert told["days"]["group"][3]["told"] == "arXiv announces nothing on a Saturday"
    assert (told["last_turn"], told["next_due"]) == ("2026-05-06T16:00:00+00:00", "2026-05-07T12:30:00+00:00")
    assert (told["working_on"], told["version"], told["told"]) == ("judging: 3 of 12", "1.2.3", "")


def test_health_fails_when_the_loop_does_not_turn_and_says_why(tmp_path: Path) -> None:
    stands = health(turning=False, ready=False, told="the loop has not turned for 200 s", last_turn=None, next_due=None)
    with serving(tmp_path, lambda: stands) as server:
        got, ready = get(server, "/healthz"), get(server, "/readyz")
    assert got.status == 503
    assert json.loads(got.body)["told"] == "the loop has not turned for 200 s"
    assert json.loads(got.body)["last_turn"] is None
    assert (ready.status, ready.text) == (503, "the loop has not turned for 200 s\n")


def test_readiness_waits_for_the_first_turn_while_health_is_good(tmp_path: Path) -> None:
    now = [health(ready=False, last_turn=None)]
    with serving(tmp_path, lambda: now[0]) as server:
        assert get(server, "/healthz").status == 200
        before = get(server, "/readyz")
        now[0] = HEALTH
        after = get(server, "/readyz")
    assert (before.status, before.text) == (503, "the first look at what is due is not done yet\n")
    assert (after.status, after.text) == (200, "ready\n")


def test_no_mail_address_is_told_to_whoever_asks(tmp_path: Path) -> None:
    leaky = health(told="refused for ada@example.org", working_on="mail:bob@example.org", ready=False)
    with serving(tmp_path, lambda: leaky) as server:
        told, ready = get(server, "/healthz").text, get(server, "/readyz").text
    assert "@" not in told + ready
    assert "not delivered to mail:\\u2026 no such mailbox" in json.dumps(json.loads(told))
    assert "refused for …" in ready


@pytest.mark.parametrize(
    ("since_turn_s", "since_good_s", "told"),
    [
        (STALLED_S, FAILING_S, ""),
        (STALLED_S + 1, 0, "has not turned for 121 s"),
        (0, FAILING_S + 1, "no turn went well for 301 s: the database is locked"),
    ],
)
def test_a_loop_is_at_fault_once_it_stands_or_fails_for_too_long(
    since_turn_s: float, since_good_s: float, told: str
) -> None:
    found = fault(since_turn_s, since_good_s, "the database is locked")
    assert (told in found) if told else not found


def test_health_answers_while_every_thread_waits_for_the_database(tmp_path: Path) -> None:
    free, waiting = threading.Event(), threading.Semaphore(0)

    def figures(_: Sequence[float]) -> Figures:
        waiting.release()
        free.wait(20)
        return FIGURES

    with serving(tmp_path, figures=figures) as server:
        asked = [connected(server) for _ in range(60)]  # more than there are threads
        for one in asked:
            one.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        assert waiting.acquire(timeout=10)
        try:
            assert get(server, "/healthz").status == 200
        finally:
            free.set()
            for one in asked:
                one.close()


def test_only_reading_is_allowed(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        for path in ("/healthz", "/metrics", "/", "/group/2026-05-06/"):
            for method in ("POST", "PUT", "DELETE"):
                assert get(server, path, method).status == 405, (method, path)
        head, whole = get(server, "/healthz", "HEAD"), get(server, "/healthz")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.body))


def test_an_unknown_path_is_a_small_plain_404(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        got = get(server, "/nowhere")
    assert (got.status, got.text, got.headers["content-type"]) == (404, "Not Found\n", "text/plain; charset=utf-8")


def test_a_taken_port_names_the_setting(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        port = int(server.url.rpartition(":")[2])
        taken = WebServer("127.0.0.1", port, tmp_path, lambda: HEALTH, lambda _: FIGURES)
        with pytest.raises(SettingsError, match=rf"127\.0\.0\.1 port {port} .*HTTP_PORT") as caught, taken:
            pass
    assert caught.value.permanent


def test_an_address_of_another_machine_names_the_setting(tmp_path: Path) -> None:
    server = WebServer("192.0.2.1", 0, tmp_path, lambda: HEALTH, lambda _: FIGURES)
    with pytest.raises(SettingsError, match="HTTP_HOST"), server:
        pass


def test_a_port_is_free_again_after_the_server_stopped(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        get(server, "/healthz")
        port = int(server.url.rpartition(":")[2])
    with WebServer("127.0.0.1", port, tmp_path, lambda: HEALTH, lambda _: FIGURES) as again:
        assert get(again, "/healthz").status == 200


def test_it_stops_although_clients_stay_connected(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 50_000_000)
    with serving(tmp_path) as server:
        idle, half, slow = connected(server), connected(server), connected(server)
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        half.sendall(b"GET /heal")
        slow.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        assert slow.recv(100).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert all(thread.name != "web" for thread in threading.enumerate())
    for one in (idle, half, slow):
        one.close()


def test_it_stops_although_an_answer_never_comes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot")
    free, waiting = threading.Event(), threading.Event()

    def figures(_: Sequence[float]) -> Figures:
        waiting.set()
        free.wait(20)
        return FIGURES

    with serving(tmp_path, figures=figures) as server:
        client = connected(server)
        client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        assert waiting.wait(10)
        began = time.monotonic()
    stopped_after = time.monotonic() - began
    free.set()
    client.close()
    assert stopped_after < 2
    assert [record.message for record in caplog.records] == ["an answer was cut off because the program ends"]


def test_signals_and_logs_stay_ours(tmp_path: Path) -> None:
    handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    root = list(logging.getLogger().handlers)
    with serving(tmp_path):
        assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == handlers
        assert logging.getLogger().handlers == root
        assert not logging.getLogger("uvicorn").handlers


def test_a_defect_in_an_answer_is_logged_and_told_to_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def figures(_: Sequence[float]) -> Figures:
        raise RuntimeError("token xoxb-1")

    with serving(tmp_path, figures=figures) as server:
        got = get(server, "/metrics")
        assert get(server, "/healthz").status == 200
    assert (got.status, got.text) == (500, "Internal Server Error\n")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "token xoxb-1" in caplog.text


def test_a_request_whose_head_never_ends_is_refused(tmp_path: Path) -> None:
    with serving(tmp_path) as server, connected(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * (2 * LONGEST_HEAD))
        assert client.recv(100).startswith(b"HTTP/1.1 400")
        assert get(server, "/healthz").status == 200


def test_clients_that_dawdle_are_cut_off(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 50_000_000)
    impatient = WebServer("127.0.0.1", 0, tmp_path, lambda: HEALTH, lambda _: FIGURES, patience_s=0.3)
    with impatient as server, connected(server) as silent, connected(server) as half, connected(server) as slow:
        half.sendall(b"GET /heal")
        slow.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        assert silent.recv(100) == b""
        assert half.recv(100) == b""
        time.sleep(0.3)
        got = sum(map(len, iter(lambda: slow.recv(1_000_000), b"")))
    assert got < 50_000_000


def test_a_connection_that_grows_old_may_finish_its_answer_but_gets_no_other(tmp_path: Path) -> None:
    free = threading.Event()

    def figures(_: Sequence[float]) -> Figures:
        free.wait(20)
        return FIGURES

    old = WebServer("127.0.0.1", 0, tmp_path, lambda: HEALTH, figures, patience_s=1.0)
    with old as server, connected(server) as client:
        client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        time.sleep(1.2)
        free.set()
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert answer.count(b"HTTP/1.1 200") == 1
    assert answer.count(b"broadsheet_retries_total{") == 1


def test_an_address_for_all_networks_is_shown_as_one_that_can_be_opened(tmp_path: Path) -> None:
    with WebServer("0.0.0.0", 0, tmp_path, lambda: HEALTH, lambda _: FIGURES) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert get(server, "/healthz").status == 200
    if socket.has_ipv6:
        with WebServer("::1", 0, tmp_path, lambda: HEALTH, lambda _: FIGURES) as six:
            assert six.url.startswith("http://[::1]:")
