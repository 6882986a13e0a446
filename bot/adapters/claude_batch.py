"""Anthropic's Message Batches API: many questions, answered within the day at half the price.

Implements bot.study.BatchModel. https://platform.claude.com/docs/en/build-with-claude/batch-processing

Nothing is bought twice. The API knows no idempotency key, so a batch is handed in again only after an answer that says
that it was not taken. Where that is not known (a time-out, a lost connection, a 500), we look instead: the batches
that the account has are listed before and after, and a new one of just as many questions is ours. If there is none,
or several, the caller is told so.
"""

import json
import logging
import re
import time
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from bot.adapters.claude import Claude, status_of
from bot.adapters.claude_messages import answer_of, parameters
from bot.errors import BatchLostError, JudgeError
from bot.ports import Answer, Question

if TYPE_CHECKING:
    from anthropic.types.messages import MessageBatch
    from anthropic.types.messages.batch_create_params import Request

log = logging.getLogger(__name__)
Given = TypeVar("Given")

NOT_TAKEN = {409, 429, 529}  # handed in again after these
LISTED = 100
LONGEST_SILENCE_S = 60.0  # a batch is handed in, looked at and fetched at once; only its answers take long
LOOKS_AFTER_S = (3.0, 15.0)  # seconds; a batch may be listed a little later than it was taken
BATCHES = "https://platform.claude.com/workspaces/default/batches"
UNANSWERED = {
    "canceled": "the batch was cancelled before its turn came",
    "expired": "the batch ran out of time before its turn came",
}
BINARY = {"Accept": "application/binary"}  # as the SDK asks for results
_QUESTION_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


class ClaudeBatch:
    """Batches of one model. Safe to call from several threads."""

    def __init__(
        self,
        claude: Claude,
        *,
        kind: str = "note",
        sleep: Callable[[float], None] = time.sleep,
        timeout_s: float = LONGEST_SILENCE_S,
    ) -> None:
        """kind: of the questions; whoever collects a batch need not be who began it, and no answer says its kind.

        timeout_s: longest silence of one try, whatever that of the model's other calls.
        """
        self._claude, self._kind, self._sleep = claude, kind, sleep
        self._sdk = claude.sdk.with_options(timeout=timeout_s)
        self._batches = self._sdk.messages.batches

    def begin(self, questions: Mapping[str, Question]) -> str:
        """Hand them in. Returns the batch's id. Raises JudgeError."""
        requests: list[Request] = [
            {"custom_id": _checked(question_id), "params": parameters(self._claude.model, question)}
            for question_id, question in questions.items()
        ]
        before = [_id(one) for one in self._listed()]
        try:
            begun = self._claude.patiently(lambda: self._batches.create(requests=requests), only=NOT_TAKEN)
            return self._sure(_id(begun))
        except JudgeError as error:
            if _surely_not_taken(error):
                raise
            return self._found(before, len(requests), error)

    def collect(self, batch_id: str) -> Mapping[str, Answer | str] | None:
        """Question id -> the answer, or why there is none; None while the batch is under way.

        Raises JudgeError; BatchLostError if the batch or its answers are not there any more.
        """
        batch = self._there(batch_id, lambda: self._batches.retrieve(batch_id))
        status = getattr(batch, "processing_status", None)
        if status in ("in_progress", "canceling"):
            return None
        if status != "ended":
            raise self._claude.foreign()
        if not batch.results_url:
            raise _lost(batch_id)
        # The SDK's own reader stops at the first line that is no JSON, and lets errors of the connection through.
        path = f"/v1/messages/batches/{quote(batch_id, safe='')}/results"
        get = self._sdk.get
        return self._read(self._there(batch_id, lambda: get(path, cast_to=bytes, options={"headers": BINARY})))

    def cancel(self, batch_id: str) -> None:
        """Ask for no more answers; those that are there can be collected. Raises JudgeError."""
        batch = self._there(batch_id, lambda: self._batches.retrieve(batch_id))
        if getattr(batch, "processing_status", None) == "in_progress":
            self._there(batch_id, lambda: self._batches.cancel(batch_id))

    def _listed(self) -> "Collection[MessageBatch]":
        """The account's newest batches."""
        page = self._claude.patiently(lambda: self._batches.list(limit=LISTED))
        listed = getattr(page, "data", None)
        if not isinstance(listed, list):
            raise self._claude.foreign()
        return listed

    def _found(self, before: Collection[str], size: int, error: JudgeError) -> str:
        """The id of the one batch of that size that is new. error: what handing it in came to, raised if there is no
        such batch."""
        for wait_s in LOOKS_AFTER_S:
            self._sleep(wait_s)
            try:
                new = [one for one in self._listed() if _id(one) not in before and _size(one) == size]
            except JudgeError:
                continue  # the error that began it says more
            if len(new) == 1:
                log.warning("found the batch that Anthropic did not confirm", extra={"batch": _id(new[0])})
                return self._sure(_id(new[0]))
        what = f"{error.what}; whether it took the batch of {size} is not known"
        raise JudgeError(what, hint=f"{BATCHES} shows it if it did", permanent=error.permanent) from error

    def _there(self, batch_id: str, call: Callable[[], Given]) -> Given:
        """Make a call about a batch. Raises BatchLostError if there is no such batch."""
        try:
            return self._claude.patiently(call)
        except JudgeError as error:
            if status_of(error.__cause__) == 404:
                raise _lost(batch_id) from error
            raise

    def _sure(self, batch_id: str) -> str:
        if not batch_id:
            raise self._claude.foreign()
        return batch_id

    def _read(self, body: bytes) -> Mapping[str, Answer | str]:
        """The lines of the results, one JSON object each, in any order."""
        results: dict[str, Answer | str] = {}
        unread = 0
        for line in filter(bytes.strip, body.split(b"\n")):
            try:
                said = json.loads(line)
                question_id, result = said["custom_id"], said["result"]
            except (ValueError, LookupError, TypeError, RecursionError):
                unread += 1
                continue
            if isinstance(question_id, str):
                results.setdefault(question_id, self._result(result))
        if unread:
            log.warning("lines of a batch's results cannot be read", extra={"lines": unread})
        return results

    def _result(self, result: object) -> Answer | str:
        from anthropic.types import Message

        said = result if isinstance(result, dict) else {}
        ended, message = said.get("type"), said.get("message")
        if ended == "succeeded" and isinstance(message, dict):
            read = {name: message.get(name) for name in ("content", "stop_reason", "usage")}
            return answer_of(Message.construct(None, **read), self._claude.model, self._kind, batch=True)
        if ended == "errored":
            return f"Anthropic refused the question{self._claude.said(_message(said.get('error')))}"
        return UNANSWERED.get(str(ended), "the batch's answer cannot be read")


def _checked(question_id: str) -> str:
    if not _QUESTION_ID.fullmatch(question_id):
        raise ValueError(f"no id for a question of a batch: {question_id!r}")
    return question_id


def _surely_not_taken(error: JudgeError) -> bool:
    """Whether the service said so: any refusal of it but 408, after which it may still be at work."""
    status = status_of(error.__cause__)
    return status is not None and (status in NOT_TAKEN or status < 500) and status != 408


def _id(batch: object) -> str:
    found = getattr(batch, "id", None)
    return found if isinstance(found, str) else ""


def _size(batch: object) -> int:
    """How many questions it holds."""
    counts = getattr(batch, "request_counts", None)
    states = ("processing", "succeeded", "errored", "canceled", "expired")
    return sum(count for state in states if isinstance(count := getattr(counts, state, 0), int))


def _message(error: object) -> object:
    """The words of an error, however deep it lies: {"type": "error", "error": {"type": …, "message": …}}."""
    while isinstance(error, dict) and isinstance(error.get("error"), dict):
        error = error["error"]
    return error.get("message") if isinstance(error, dict) else None


def _lost(batch_id: str) -> BatchLostError:
    what = f"Anthropic has no answers of the batch {batch_id} any more"
    return BatchLostError(what, hint="Ask anew", permanent=True)
