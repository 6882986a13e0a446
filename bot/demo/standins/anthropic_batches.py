"""The Message Batches of the Anthropic stand-in: questions are handed in together, and answered a while later.

https://platform.claude.com/docs/en/api/messages/batches
"""

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]
PATH = "/v1/messages/batches"
ANY_TIME = "2026-01-01T00:00:00Z"  # nobody reads the moments that the service gives
_CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass
class Batch:
    """One batch. questions: custom_id -> the body of the call. polls: how often somebody asked how it stands."""

    id: str
    questions: Mapping[str, Json]
    begun_s: float
    polls: int = 0
    cancelled: bool = False
    results: list[str] | None = None


@dataclass(frozen=True)
class Told:
    """What goes back: a status and a body; None: an error in the API's own form."""

    status: int = 200
    body: str | None = None


@dataclass
class Batches:
    """All batches of the account, newest first in `made`.

    polls, lasts_s: a batch is under way so many times that somebody asks, and so many seconds at least.
    spoiled: custom_id -> the `result` that the question gets instead of an answer. lines: more lines of the next
    results, as they are.
    """

    message: Callable[[Json], Json]
    polls: int = 1
    lasts_s: float = 0.0
    spoiled: dict[str, Json] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    made: list[Batch] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def receive(self, path: str, body: Json | None, url: str) -> Told:
        """What one request is answered with. body: None for a GET. url: the server's own."""
        place, _, query = path.partition("?")
        _, _, rest = place.removeprefix(PATH).partition("/")
        batch_id, _, verb = rest.partition("/")
        with self._lock:
            if not batch_id:
                return self._create(body, url) if body is not None else self._list(query, url)
            batch = next((one for one in self.made if one.id == batch_id), None)
            if batch is None:
                return Told(404)
            if verb == "results":
                return (
                    Told(body="".join(line + "\n" for line in batch.results))
                    if batch.results is not None
                    else Told(400)
                )
            if verb == "cancel":
                return self._cancel(batch, url)
            self._go_on(batch)
            return _told(batch, url)

    def end(self) -> None:
        """Let all batches end at once."""
        with self._lock:
            for batch in self.made:
                self._end(batch)

    def _create(self, body: Json, url: str) -> Told:
        requests = body.get("requests", [])
        questions = {one["custom_id"]: one["params"] for one in requests}
        if not requests or len(questions) < len(requests) or not all(map(_CUSTOM_ID.fullmatch, questions)):
            return Told(400)
        batch = Batch(f"msgbatch_standin_{len(self.made) + 1}", questions, time.monotonic())
        self.made.insert(0, batch)
        return _told(batch, url)

    def _list(self, query: str, url: str) -> Told:
        limit = re.search(r"limit=(\d+)", query)
        some = self.made[: int(limit[1]) if limit else 20]
        page = {"data": [_described(one, url) for one in some], "has_more": len(some) < len(self.made)}
        return Told(body=json.dumps({**page, "first_id": None, "last_id": None}))

    def _cancel(self, batch: Batch, url: str) -> Told:
        if batch.results is not None:
            return Told(400)
        batch.cancelled = True
        return _told(batch, url)

    def _go_on(self, batch: Batch) -> None:
        batch.polls += 1
        if batch.polls > self.polls and time.monotonic() >= batch.begun_s + self.lasts_s:
            self._end(batch)

    def _end(self, batch: Batch) -> None:
        """Give every question its result, in another order than they came."""
        if batch.results is None:
            results = [
                {"custom_id": name, "result": self._result(name, question, batch)}
                for name, question in reversed([*batch.questions.items()])
            ]
            batch.results = [*map(json.dumps, results), *self.lines]

    def _result(self, name: str, question: Json, batch: Batch) -> Json:
        if name in self.spoiled:
            return self.spoiled[name]
        if batch.cancelled:
            return {"type": "canceled"}
        return {"type": "succeeded", "message": self.message(question)}


def _told(batch: Batch, url: str) -> Told:
    return Told(body=json.dumps(_described(batch, url)))


def _described(batch: Batch, url: str) -> Json:
    ended = batch.results is not None
    under_way = "canceling" if batch.cancelled else "in_progress"
    counts: Counter[str] = Counter()
    if batch.results is None:
        counts["processing"] = len(batch.questions)
    else:
        ends = (json.loads(line)["result"].get("type") for line in batch.results[: len(batch.questions)])
        counts.update(end for end in ends if end)
    states = ("processing", "succeeded", "errored", "canceled", "expired")
    return {
        "id": batch.id,
        "type": "message_batch",
        "processing_status": "ended" if ended else under_way,
        "request_counts": {state: counts[state] for state in states},
        "created_at": ANY_TIME,
        "expires_at": ANY_TIME,
        "ended_at": ANY_TIME if ended else None,
        "cancel_initiated_at": ANY_TIME if batch.cancelled else None,
        "archived_at": None,
        "results_url": f"{url}{PATH}/{batch.id}/results" if ended else None,
    }
