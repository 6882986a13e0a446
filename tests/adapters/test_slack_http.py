"""Slack by HTTP: who is let in, how soon it is acknowledged, and what happens when there is too much of it."""

import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.adapters.slack_http import LARGEST_BODY
from bot.demo.standins.slack import SlackStandin
from bot.demo.standins.slack_sender import encoded, post, signed
from bot.domain.conversation import Asker
from bot.domain.message import Said
from tests.fakes.slack_rig import SECRET, FakeFrontDesk, Rig, listening, message, until
from tests.fakes.web_rig import get


class Slow:
    """A front desk that answers when it is let: begun counts what it is at."""

    def __init__(self, desk: FakeFrontDesk) -> None:
        self.let, self.begun = threading.Event(), threading.Semaphore(0)
        desk.answer = self._answer

    def _answer(self, text: str, _: Asker) -> Said:
        self.begun.release()
        self.let.wait(20)
        return Said(message=message(f"you said {text}"))


def test_slack_s_own_example_of_a_signature_is_right(samples: Path) -> None:
    example = json.loads((samples / "slack" / "signature-vector.json").read_text())
    made = signed(example["body"].encode(), example["signing_secret"], at=float(example["timestamp"]))
    assert made["X-Slack-Signature"] == example["valid_signature"]


def test_only_who_knows_the_secret_is_heard(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    body = encoded(rig.says.command("top 3"))
    good = signed(body, SECRET)
    signature, moment = "X-Slack-Signature", "X-Slack-Request-Timestamp"
    bad = {
        "another secret": signed(body, SECRET[::-1]),
        "none": {},
        "no signature": good | {signature: ""},
        "no moment": {signature: good[signature]},
        "of another body": signed(body + b"x", SECRET),
        "six minutes old": signed(body, SECRET, at=time.time() - 360),
        "six minutes ahead": signed(body, SECRET, at=time.time() + 360),
        "a moment that is none": good | {moment: "soon"},
        "a moment in other digits": good | {moment: "١٢٣".encode().decode("latin-1")},
        "an endless moment": good | {moment: "9" * 5000},
        "an odd signature": good | {signature: "v0=ä"},
    }
    for what, headers in bad.items():
        told = post(rig.server.url, body, headers)
        assert (told.status, told.body) == (401, "Unauthorized\n"), what
    assert post(rig.server.url, b"\xff\xfe", signed(b"x", SECRET)).status == 401
    assert post(rig.server.url, body, good).status == 200
    rig.whispers()
    assert rig.desk.texts() == ["top 3"]
    assert not caplog.records, "strangers fill no log"


def test_a_request_that_is_played_again_is_done_once(rig: Rig) -> None:
    body = encoded(rig.says.command("apply"))
    headers = signed(body, SECRET)
    for _ in range(5):
        assert post(rig.server.url, body, headers).status == 200
    rig.send(rig.says.command("next", user="U0BOB"))
    until(lambda: "next" in rig.desk.texts())
    assert rig.desk.texts().count("apply") == 1


def test_an_event_that_slack_sends_again_is_done_once(rig: Rig, slack: SlackStandin) -> None:
    body = encoded(rig.says.typed("top 3"))
    for number in range(4):
        again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"} if number else {}
        assert post(rig.server.url, body, signed(body, SECRET) | again).status == 200
    until(lambda: len(rig.heard.ids) == 1 and bool(slack.channels["D0ADA"].messages))
    assert rig.desk.texts() == ["top 3"]


def test_the_check_of_the_certificate_is_answered_without_a_signature(rig: Rig) -> None:
    assert post(rig.server.url, b"ssl_check=1&token=x", {}).status == 200
    assert not rig.desk.heard


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"{]", b"[" * 50_000, b"{" * 50_000, b"payload={", b"payload=", b"payload=7"]
)
def test_nonsense_with_a_good_signature_is_no_defect(rig: Rig, raw: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert post(rig.server.url, raw, signed(raw, SECRET)).status in (400, 404)
    assert not any(record.exc_info for record in caplog.records)


def test_more_than_a_megabyte_is_refused_before_it_is_read(rig: Rig) -> None:
    large = b"x" * (LARGEST_BODY + 1)
    assert post(rig.server.url, large, signed(large, SECRET)).status == 413
    parts = urlsplit(rig.server.url)
    connection = HTTPConnection(str(parts.hostname), parts.port or 80, timeout=10)
    connection.request("POST", "/slack/events", iter([b"x" * 100_000] * 11), {}, encode_chunked=True)
    assert connection.getresponse().status == 413, "however it comes"
    connection.close()
    assert post(rig.server.url, large[:-1], signed(large[:-1], SECRET)).status != 413


def test_nothing_else_of_the_server_may_be_written_to(rig: Rig) -> None:
    assert get(rig.server, "/slack/events").status == 404
    assert get(rig.server, "/slack/install").status == 404, "there is one workspace only"
    assert get(rig.server, "/metrics", "POST").status == 405
    assert get(rig.server, "/healthz").status == 200


def test_it_is_acknowledged_before_it_is_done(rig: Rig) -> None:
    slow = Slow(rig.desk)
    for number in range(30):
        assert rig.send(rig.says.command(str(number), user=f"U{number}")).status == 200
    assert slow.begun.acquire(timeout=10)
    assert not rig.slack.whispers, "every thread is at work, and all was acknowledged"
    slow.let.set()
    assert len(rig.whispers(30)) == 30


def test_work_begins_after_the_acknowledgement_has_left(
    slack: SlackStandin, desk: FakeFrontDesk, tmp_path: Path
) -> None:
    """Or else the answer would come before "working", and "working" would stand in the form for ever."""
    acknowledged, order = threading.Event(), list[bool]()

    def answer(*_: object) -> Said:
        order.append(acknowledged.wait(5))
        return Said(message=message("done"))

    desk.answer = answer
    with listening(slack, desk, tmp_path) as rig:
        assert rig.send(rig.says.command("x")).status == 200
        acknowledged.set()
        rig.whispers()
    assert order == [True]


def test_what_one_person_asks_is_done_in_order(rig: Rig) -> None:
    for number in range(20):
        rig.send(rig.says.command(str(number)))
    assert rig.whispers(20) == [f"you said {number}" for number in range(20)]


def test_a_hundred_people_at_once_are_each_answered_once(rig: Rig) -> None:
    bodies = [rig.says.command(f"number {number}", user=f"U{number}") for number in range(100)]
    with ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(lambda body: rig.send(body).status, bodies))
    assert Counter(statuses) == {200: 100}
    assert Counter(rig.whispers(100)) == {f"you said number {number}": 1 for number in range(100)}


def test_what_is_too_much_is_told_at_once(slack: SlackStandin, desk: FakeFrontDesk, tmp_path: Path) -> None:
    slow = Slow(desk)
    with listening(slack, desk, tmp_path, threads=1, most=2) as rig:
        rig.send(rig.says.command("first", user="U1"))
        assert slow.begun.acquire(timeout=10)
        rig.send(rig.says.command("second", user="U2"))
        rig.send(rig.says.command("third", user="U3"))
        refused = rig.send(rig.says.command("too many", user="U4"))
        assert (refused.status, refused.json["text"]) == (200, "busy")
        form = rig.send(rig.says.submit({"id": "V1", "type": "modal", "callback_id": "topics"}, {}))
        assert form.json["view"]["blocks"] == list(message("busy").blocks)
        whisper = {"ts": "1.1", "channel": "C0DEMO"}
        assert rig.send(rig.says.press("say", "x", whisper, user="U0ADA")).status == 200
        assert rig.whispers() == ["busy"], "a button has no answer of its own; another thread brings it"
        slow.let.set()
        assert rig.whispers(4)[1:] == ["you said first", "you said second", "you said third"]
    assert "too many" not in desk.texts()


def test_one_person_cannot_take_up_all_the_room(slack: SlackStandin, desk: FakeFrontDesk, tmp_path: Path) -> None:
    slow = Slow(desk)
    with listening(slack, desk, tmp_path, threads=1, most_of_one=3) as rig:
        rig.send(rig.says.command("0"))
        assert slow.begun.acquire(timeout=10)
        told = [rig.send(rig.says.command(str(number))).body for number in range(1, 6)]
        assert ["busy" in body for body in told] == [False, False, False, True, True]
        rig.send(rig.says.command("hello", user="U0BOB"))
        slow.let.set()
        assert rig.whispers(5)[:3] == ["you said 0", "you said 1", "you said hello"], "everybody gets their turn"


def test_what_was_acknowledged_is_done_before_the_bot_ends(
    slack: SlackStandin, desk: FakeFrontDesk, tmp_path: Path
) -> None:
    with listening(slack, desk, tmp_path, threads=1) as rig:
        for number in range(5):
            rig.send(rig.says.command(str(number)))
        rig.listener.close(5)
        assert rig.send(rig.says.command("too late")).json["text"] == "busy"
    assert [one["text"] for one in slack.whispers] == [f"you said {number}" for number in range(5)]


def test_real_payloads_of_other_apps_do_no_harm(
    rig: Rig, slack: SlackStandin, samples: Path, caplog: pytest.LogCaptureFixture
) -> None:
    slack.views["V111"] = {"id": "V111", "type": "modal"}
    for path in sorted((samples / "slack").glob("bolt-*")):
        raw = path.read_bytes().strip()
        if not raw.startswith(b"{"):
            raw = raw.replace(b"%2Fhello-world", b"%2Fpapers")
        elif b'"event_callback"' not in raw:
            raw = encoded(json.loads(raw))
        assert post(rig.server.url, raw, signed(raw, SECRET)).status == 200, path.name
    until(lambda: len(rig.desk.heard) == 2)
    kinds = {kind: asker for kind, _, asker in rig.desk.heard}
    assert kinds["command"].user == kinds["submitted"].user == "W111"
    assert not any(record.exc_info for record in caplog.records)
