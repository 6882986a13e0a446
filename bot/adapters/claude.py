"""Anthropic's Messages API. Implements bot.ports.LanguageModel; the SDK's names and errors stop here."""

import json
import logging
import random
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from bot.adapters.prices import Tokens, price
from bot.domain.calendar import long_date
from bot.domain.characters import one_line
from bot.domain.reply import whole_part
from bot.domain.verdict import Usage
from bot.errors import JudgeError, RequestRejectedError
from bot.ports import Answer, Question

if TYPE_CHECKING:  # importing the SDK takes two seconds, so it is left to the constructor
    from anthropic import APIError, APIStatusError

log = logging.getLogger(__name__)
Given = TypeVar("Given")

ANTHROPIC = "https://api.anthropic.com"
CONNECT_S = 10.0
FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 60.0

# https://platform.claude.com/docs/en/api/errors. Other 4xx mean that no request is taken until somebody acts.
PASSING = {408, 409, 429}
MOST_TOKENS = 10**9  # more in one answer is garbage
# 400 is said of one content ("Output blocked by content filtering policy") as well as of a parameter of every call;
# 413 of one call's size. Which of them a smaller call passes, only trying tells.
REJECTED = {400, 413}
# An empty account and a month's limit are often a 400 that only its words tell apart:
# https://github.com/anthropics/claude-code/issues/66314, https://github.com/anthropics/claude-code/issues/38035
SPENT = ("credit balance is too low", "specified api usage limits")
WHAT_TO_DO = {
    401: "Set ANTHROPIC_API_KEY to a key from https://platform.claude.com/settings/keys",
    402: "Add credit at https://platform.claude.com/settings/billing, then run again",
    403: "Use an ANTHROPIC_API_KEY that may use this model, or set {setting} to another one",
    404: "Set {setting} to a model that https://platform.claude.com/docs/en/about-claude/models names",
}
# https://platform.claude.com/docs/en/api/handling-stop-reasons
TROUBLE = {
    "max_tokens": "the answer was cut off at its token limit",
    "model_context_window_exceeded": "the answer was cut off where the model's context window ends",
    "refusal": "the model declined to answer",
}


class Claude:
    """One model of Anthropic's. Safe to call from several threads."""

    def __init__(
        self,
        api_key: str,
        model: str,
        *,
        base_url: str | None = None,
        setting: str = "JUDGE_MODEL",
        timeout_s: float = 180.0,
        tries: int = 3,
        sleep: Callable[[float], None] = time.sleep,
        retried: Callable[[], None] = lambda: None,
    ) -> None:
        """setting: the variable that names the model, for hints. timeout_s: longest silence of one try, in seconds.

        tries: how often one call is made at most. Few, because one that timed out may have been paid for already.
        retried: called whenever a call is made again, from any thread.
        """
        import anthropic

        if not (api_key.isascii() and api_key.isprintable()) or " " in api_key:
            raise JudgeError("ANTHROPIC_API_KEY is not a key", hint=WHAT_TO_DO[401], permanent=True)
        self.model, self._setting, self._key = model, setting, api_key
        self._tries, self._sleep, self._retried = tries, sleep, retried
        # Retries are ours: the SDK's wait as long as Retry-After says, be it hours.
        self._client = anthropic.Anthropic(
            api_key=api_key,
            base_url=base_url or ANTHROPIC,
            timeout=anthropic.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
            max_retries=0,
        )

    def ask(self, question: Question) -> Answer:
        """One question, one answer. Raises RequestRejectedError, or JudgeError once the tries are used up."""
        message = self._patiently(
            lambda: self._client.messages.create(
                model=self.model,
                max_tokens=question.max_tokens,
                system=[{"type": "text", "text": question.system, "cache_control": {"type": "ephemeral"}}],
                messages=[{"role": "user", "content": question.user}],
                output_config={"format": {"type": "json_schema", "schema": dict(question.schema)}},
            )
        )
        return _answer(message, self.model, question.kind)

    def check(self) -> str:
        """Ask about the model, which costs nothing. Returns what works, in words. Raises JudgeError."""
        found = self._patiently(lambda: self._client.models.retrieve(self.model))
        name = getattr(found, "display_name", None)
        if not name:
            raise JudgeError(
                f"what answers at {self._client.base_url} is not Anthropic",
                hint="Check ANTHROPIC_BASE_URL",
                permanent=True,
            )
        return f"{name} answers{self._lifecycle(found, str(name))}"

    def _lifecycle(self, found: object, name: str) -> str:
        """What comes after "answers" for a model that will be retired; raises JudgeError for one that is."""
        stage, date = getattr(found, "lifecycle", None), getattr(found, "retires_at", None)
        on = f" on {long_date(date)}" if isinstance(date, datetime) else ""
        if stage == "retired":
            hint = WHAT_TO_DO[404].format(setting=self._setting)
            raise JudgeError(f"{name} was retired{on}", hint=hint, permanent=True)
        if stage != "deprecated":
            return ""
        # The date is a plan: a past one means that it is overdue, not that it has come.
        planned = f"; its retirement is planned for {on.removeprefix(' on ')}" if on else ", and will be retired"
        return f", but is deprecated{planned}. {WHAT_TO_DO[404].format(setting=self._setting)} before then"

    def _patiently(self, call: Callable[[], Given]) -> Given:
        from anthropic import APIError

        for tried in range(1, self._tries + 1):
            try:
                return call()
            except APIError as error:
                if tried == self._tries or not _may_pass(error):
                    raise self._translated(error, tried) from error
                wait_s = _wait_s(error, tried)
                log.info(
                    "asking Claude again",
                    extra={
                        "model": self.model,
                        "wait_s": round(wait_s, 1),
                        "after": _status(error) or type(error).__name__,
                    },
                )
                self._retried()
                self._sleep(wait_s)
            except (ValueError, RecursionError) as error:  # the body calls itself JSON and is none
                raise JudgeError(f"the answer of {self.model} is not JSON", hint="Check ANTHROPIC_BASE_URL") from error
        raise AssertionError("unreachable: the last try returns or raises")

    def _translated(self, error: "APIError", tried: int) -> JudgeError:
        from anthropic import APIStatusError, APITimeoutError

        if not isinstance(error, APIStatusError):
            what = "did not answer in time" if isinstance(error, APITimeoutError) else "could not be reached"
            hint = "Check the network, and ANTHROPIC_BASE_URL if it is set"
            return JudgeError(f"Anthropic {what} ({tried} tries)", hint=hint)
        status, said = error.status_code, self._said(error)
        if _may_pass(error):
            return JudgeError(f"Anthropic could not serve the call, {status} ({tried} tries){said}")
        what = f"Anthropic refused the call to {self.model}, {status}{said}"
        todo = WHAT_TO_DO[402] if _spent(error) else WHAT_TO_DO.get(status, "Check {setting}")
        hint = todo.format(setting=self._setting)
        if status in REJECTED and not _spent(error):
            return RequestRejectedError(what, hint=hint)
        return JudgeError(what, hint=hint, permanent=True)

    def _said(self, error: "APIStatusError") -> str:
        """The service's own words, short, without the key should it echo it."""
        words = one_line(str(error.api_message or "").replace(self._key, "[key]"))[:200]
        return f": {words.rstrip('.')}" if words else ""


def _answer(message: object, model: str, kind: str) -> Answer:
    """Read a Message of the SDK, which checks nothing: any field of it may be missing or of another type."""
    usage = _usage(getattr(message, "usage", None), model, kind)
    blocks = getattr(message, "content", None)
    texts = [block.text for block in (blocks if isinstance(blocks, list) else []) if _is_text(block)]
    text, stopped = "".join(texts), getattr(message, "stop_reason", None)
    trouble = TROUBLE.get(stopped, "") if isinstance(stopped, str) else "the service's answer cannot be read"
    try:
        return Answer(json.loads(text), usage, trouble)
    except (ValueError, RecursionError):
        return Answer(whole_part(text), usage, trouble or "the model's answer is not JSON")


def _is_text(block: object) -> bool:
    return getattr(block, "type", None) == "text" and isinstance(getattr(block, "text", None), str)


def _usage(used: object, model: str, kind: str) -> Usage:
    """What the call took. The service counts cache writes and reads apart; here they are part of the input."""

    def count(source: object, name: str) -> int:
        value = getattr(source, name, None)
        return value if isinstance(value, int) and 0 < value < MOST_TOKENS else 0

    read, written = count(used, "cache_read_input_tokens"), count(used, "cache_creation_input_tokens")
    hourly = min(count(getattr(used, "cache_creation", None), "ephemeral_1h_input_tokens"), written)
    tokens = Tokens(
        input=count(used, "input_tokens") + read + written,
        output=count(used, "output_tokens"),
        cache_read=read,
        cache_write_5m=written - hourly,
        cache_write_1h=hourly,
    )
    # An answer that says nothing of usage was not necessarily free.
    cost = price(model, tokens) if tokens.input else None
    return Usage(model, kind, tokens.input, tokens.cache_read, tokens.output, cost)


def _status(error: "APIError") -> int | None:
    return getattr(error, "status_code", None)


def _may_pass(error: "APIError") -> bool:
    """Whether the same call may be served a little later: overload, rate limit, time-out, lost connection."""
    status = _status(error)
    if status is None:
        return True
    return (status in PASSING or status >= 500) and not _spent(error)


def _spent(error: "APIError") -> bool:
    """No credit, or a limit of the month rather than of the minute; the service answers 429, 402 or 400 for it."""
    if str(getattr(error, "error_code", None)).endswith("spend_limit_reached"):
        return True
    said = str(getattr(error, "api_message", None)).lower()
    return _status(error) == 400 and any(words in said for words in SPENT)


def _wait_s(error: "APIError", tried: int) -> float:
    """Seconds before the next try: what Retry-After says up to a cap, or twice as long each time; never in step."""
    response = getattr(error, "response", None)
    try:
        asked_s = float(response.headers["retry-after"]) if response is not None else 0.0
    except (KeyError, ValueError):
        asked_s = 0.0
    wait_s = asked_s if asked_s > 0 else FIRST_WAIT_S * 2 ** (tried - 1)
    return min(wait_s, LONGEST_WAIT_S) + random.uniform(0, FIRST_WAIT_S)  # noqa: S311 - spreads calls, hides nothing
