"""A local stand-in for Anthropic's Messages API: a real server that answers as told, and can fail as told.

It speaks enough of the API for the real SDK: POST /v1/messages, GET /v1/models/{id}, and Message Batches.
"""

import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from bot.demo.standins import anthropic_batches
from bot.demo.standins.anthropic_batches import Batches

Request = Mapping[str, Any]
MESSAGES = "/v1/messages"
CHARACTERS_PER_TOKEN = 4
# The shortest prompt that claude-haiku-5-5, the default model, caches; a shorter one is read in full every time:
# https://platform.claude.com/docs/en/build-with-claude/prompt-caching#cache-limitations
SHORTEST_CACHED_TOKENS = 512


@dataclass(frozen=True)
class Response:
    """What goes back over the wire. body None: an error in the API's own form.

    delay_s: seconds of silence first. drop: close the connection without a word. served: what was asked for is done
    all the same. cut: the body breaks off in its middle.
    """

    status: int = 200
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    drop: bool = False
    served: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Reply:
    """What the model says. text: as it is, JSON or not."""

    text: str
    stop_reason: str = "end_turn"


class AnthropicStandin:
    """The server, for the time of a `with` block.

    requests: bodies of all calls to /v1/messages. paths: of all requests. most_at_once: calls under way together.
    batches: those that were handed in, and how they end.
    """

    def __init__(self, answer: Callable[[Request], Reply], *, latency_s: float = 0.0) -> None:
        """answer: the model, called from several threads. latency_s: how long it thinks about every call."""
        self._answer, self._latency_s = answer, latency_s
        self._scripted: deque[Response] = deque()
        self._lock = threading.Lock()
        self._cached: set[str] = set()
        self._under_way = self.most_at_once = 0
        self.requests: list[Request] = []
        self.paths: list[str] = []
        self.batches = Batches(self._message)

    def __enter__(self) -> "AnthropicStandin":
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """What to give as ANTHROPIC_BASE_URL."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def fail(self, *responses: Response) -> None:
        """Meet the next requests with these, one each, in this order, whatever the model would say."""
        self._scripted.extend(responses)

    def receive(self, path: str, body: Request | None) -> Response:
        """What one request is answered with. body: None for a GET."""
        with self._lock:
            self.paths.append(path)
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
            if path == MESSAGES and body is not None:
                self.requests.append(body)
            scripted = self._scripted.popleft() if self._scripted else None
        try:
            time.sleep(scripted.delay_s if scripted else self._latency_s)
            if scripted and not scripted.served:
                return scripted
            answer = self._answered(path, body)
            return scripted or answer
        finally:
            with self._lock:
                self._under_way -= 1

    def _answered(self, path: str, body: Request | None) -> Response:
        if path.startswith(anthropic_batches.PATH):
            told = self.batches.receive(path, body, self.url)
            return Response(told.status, told.body)
        return _model(path) if body is None else Response(body=json.dumps(self._message(body)))

    def _message(self, body: Request) -> Mapping[str, Any]:
        """The model's answer to one question, alone or of a batch."""
        reply = self._answer(body)
        system = "".join(block["text"] for block in body["system"])
        asked, prefix = _tokens(body["messages"][0]["content"]), _tokens(system)
        marked = any("cache_control" in block for block in body["system"])
        caching = marked and prefix >= SHORTEST_CACHED_TOKENS
        with self._lock:
            known = caching and system in self._cached
            self._cached.add(system)
        return {
            "id": f"msg_standin_{len(self.requests)}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": [{"type": "text", "text": reply.text}],
            "stop_reason": reply.stop_reason,
            "stop_sequence": None,
            "usage": {
                "input_tokens": asked + (0 if caching else prefix),
                "cache_creation_input_tokens": prefix if caching and not known else 0,
                "cache_read_input_tokens": prefix if known else 0,
                "output_tokens": _tokens(reply.text),
            },
        }


class ScriptedJudge:
    """A model that gives prepared verdicts, an overview for each topic, and notes.

    verdicts: arXiv id -> fields of the answer; what is not given is filled in, what is not known is of no interest.
    overviews: topic id -> text that cites papers as [arXiv id]; a citation of any other paper is left out. notes: who
    answers the questions for notes; without it, they get an answer that says nothing.
    """

    def __init__(
        self,
        verdicts: Mapping[str, Mapping[str, object]],
        overviews: Mapping[str, str] | None = None,
        notes: Callable[[Request], Reply] | None = None,
    ) -> None:
        self._verdicts, self._overviews, self._notes = verdicts, overviews or {}, notes

    def __call__(self, request: Request) -> Reply:
        """Answer as the schema of the request wants it."""
        text, wanted = request["messages"][0]["content"], request["output_config"]["format"]["schema"]["properties"]
        if "overviews" in wanted:
            return Reply(json.dumps({"overviews": self._overviews_of(text)}))
        if "verdicts" not in wanted:
            return self._notes(request) if self._notes else Reply("{}")
        return Reply(json.dumps({"verdicts": [self.verdict(arxiv_id) for arxiv_id in asked_ids(text)]}))

    def verdict(self, arxiv_id: str) -> dict[str, object]:
        """The whole answer on one paper."""
        return {
            "arxiv_id": arxiv_id,
            "relevance": 2,
            "novelty": 4,
            "comment": "Of no topic of this reader.",
            "primary_topic": "none",
            "matched_topics": [],
            "topic_reason": "",
            "hot_tags": [],
            "hot_reason": "",
            "addresses_judge": False,
            **self._verdicts.get(arxiv_id, {}),
        }

    def _overviews_of(self, text: str) -> Sequence[Mapping[str, str]]:
        overviews = []
        for topic, papers in re.findall(r'<topic id="([^"]*)".*?>(.*?)</topic>', text, re.DOTALL):
            numbers = dict(re.findall(r'<paper number="(\d+)" id="([^"]*)">', papers))
            overview = self._overviews.get(topic, f"Start with [{next(iter(numbers.values()))}].")
            overviews.append({"topic": topic, "overview": _with_numbers(overview, numbers)})
        return overviews


def asked_ids(message: str) -> list[str]:
    """The arXiv ids of the papers in a message to the judge, in order."""
    return re.findall(r'^<paper id="([^"]*)">$', message, re.MULTILINE)


def _with_numbers(overview: str, numbers: Mapping[str, str]) -> str:
    """Turn [arXiv id] into [number]. numbers: number -> arXiv id."""
    number_of = {arxiv_id: number for number, arxiv_id in numbers.items()}
    cited = re.sub(r"\[([\w./-]+)\]", lambda cite: f"[{number_of[cite[1]]}]" if cite[1] in number_of else "", overview)
    return " ".join(cited.split())


def _tokens(text: str) -> int:
    return len(text) // CHARACTERS_PER_TOKEN


def _model(path: str) -> Response:
    model = path.rsplit("/", 1)[-1]
    described = {"id": model, "type": "model", "display_name": f"{model} (stand-in)", "lifecycle": "active"}
    return Response(body=json.dumps({**described, "created_at": "2026-01-01T00:00:00Z"}))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, standin: AnthropicStandin) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.standin = standin


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body go out in two writes, and Nagle would hold the second back
    server: _Server

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self._reply(self.server.standin.receive(self.path, json.loads(sent or b"{}")))

    def do_GET(self) -> None:
        self._reply(self.server.standin.receive(self.path, None))

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: the demo and the tests read stderr."""

    def _reply(self, answer: Response) -> None:
        if answer.drop:
            self.close_connection = True
            return
        body = (answer.body if answer.body is not None else _error(answer.status)).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        with suppress(ConnectionError):  # a client that gave up waiting
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if answer.cut else body)
        self.close_connection = self.close_connection or answer.cut


def _error(status: int) -> str:
    return json.dumps({"type": "error", "error": {"type": "api_error", "message": f"stand-in error {status}"}})
