"""Anthropic's Messages API. Implements bot.ports.LanguageModel; the SDK's names and errors stop here."""

import logging
import random
import time
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from bot.adapters.claude_messages import answer_of, parameters
from bot.domain.calendar import long_date
from bot.domain.characters import one_line
from bot.errors import JudgeError, RequestRejectedError
from bot.ports import Answer, Question

if TYPE_CHECKING:  # importing the SDK takes two seconds, so it is left to the constructor
    from anthropic import APIError

log = logging.getLogger(__name__)
Given = TypeVar("Given")

ANTHROPIC = "https://api.anthropic.com"
CONNECT_S = 10.0
FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 60.0

# https://platform.claude.com/docs/en/api/errors. Other 4xx mean that no request is taken until somebody acts.
PASSING = {408, 409, 429}
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


class Claude:
    """One model of Anthropic's. Safe to call from several threads.

    sdk: the SDK's client; its calls go through patiently().
    """

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
        self.sdk = anthropic.Anthropic(
            api_key=api_key,
            base_url=base_url or ANTHROPIC,
            timeout=anthropic.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
            max_retries=0,
        )

    def ask(self, question: Question) -> Answer:
        """One question, one answer. Raises RequestRejectedError, or JudgeError once the tries are used up."""
        create = self.sdk.messages.create
        message = self.patiently(lambda: create(**parameters(self.model, question)))
        return answer_of(message, self.model, question.kind)

    def check(self) -> str:
        """Ask about the model, which costs nothing. Returns what works, in words. Raises JudgeError."""
        found = self.patiently(lambda: self.sdk.models.retrieve(self.model))
        name = getattr(found, "display_name", None)
        if not name:
            raise self.foreign()
        return f"{name} answers{self._lifecycle(found, str(name))}"

    def _lifecycle(self, found: object, name: str) -> str:
        """What comes after "answers" for a model that will be retired; raises JudgeError for one that is."""
        stage, date = getattr(found, "lifecycle", None), getattr(found, "retires_at", None)
        on = f" on {long_date(date)}" if isinstance(date, datetime) else ""
        if stage == "retired":
            raise JudgeError(f"{name} was retired{on}", hint=self._todo(404), permanent=True)
        if stage != "deprecated":
            return ""
        # The date is a plan: a past one means that it is overdue, not that it has come.
        planned = f"; its retirement is planned for {on.removeprefix(' on ')}" if on else ", and will be retired"
        return f", but is deprecated{planned}. {self._todo(404)} before then"

    def patiently(self, call: Callable[[], Given], *, only: Collection[int] | None = None) -> Given:
        """Make the call, and again while that may help. only: the statuses after which it may be made again; None: all
        that pass. Raises RequestRejectedError, or JudgeError, caused by the SDK's error, once the tries are used up."""
        from anthropic import APIError

        for tried in range(1, self._tries + 1):
            try:
                return call()
            except APIError as error:
                again = _may_pass(error) and (only is None or status_of(error) in only)
                if tried == self._tries or not again:
                    raise self._translated(error, tried) from error
                wait_s = _wait_s(error, tried)
                log.info(
                    "asking Claude again",
                    extra={
                        "model": self.model,
                        "wait_s": round(wait_s, 1),
                        "after": status_of(error) or type(error).__name__,
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
            return JudgeError(f"Anthropic {what} ({_tries(tried)})", hint=hint)
        status, said = error.status_code, self.said(error.api_message)
        if _may_pass(error):
            return JudgeError(f"Anthropic could not serve the call, {status} ({_tries(tried)}){said}")
        what = f"Anthropic refused the call to {self.model}, {status}{said}"
        hint = self._todo(402 if _spent(error) else status)
        if status in REJECTED and not _spent(error):
            return RequestRejectedError(what, hint=hint)
        return JudgeError(what, hint=hint, permanent=True)

    def foreign(self) -> JudgeError:
        """What to raise if an answer is none of Anthropic's."""
        what = f"what answers at {self.sdk.base_url} is not Anthropic"
        return JudgeError(what, hint="Check ANTHROPIC_BASE_URL", permanent=True)

    def said(self, words: object) -> str:
        """The service's own words, short, to put behind a sentence; without the key should it echo it."""
        told = one_line(str(words or "").replace(self._key, "[key]"))[:200]
        return f": {told.rstrip('.')}" if told else ""

    def _todo(self, status: int) -> str:
        return WHAT_TO_DO.get(status, "Check {setting}").format(setting=self._setting)


def status_of(error: BaseException | None) -> int | None:
    """Of the answer that an error of the SDK is about; None if none came."""
    return getattr(error, "status_code", None)


def _may_pass(error: "APIError") -> bool:
    """Whether the same call may be served a little later: overload, rate limit, time-out, lost connection."""
    status = status_of(error)
    if status is None:
        return True
    return (status in PASSING or status >= 500) and not _spent(error)


def _spent(error: "APIError") -> bool:
    """No credit, or a limit of the month rather than of the minute; the service answers 429, 402 or 400 for it."""
    if str(getattr(error, "error_code", None)).endswith("spend_limit_reached"):
        return True
    said = str(getattr(error, "api_message", None)).lower()
    return status_of(error) == 400 and any(words in said for words in SPENT)


def _wait_s(error: "APIError", tried: int) -> float:
    """Seconds before the next try: what Retry-After says up to a cap, or twice as long each time; never in step."""
    response = getattr(error, "response", None)
    try:
        asked_s = float(response.headers["retry-after"]) if response is not None else 0.0
    except (KeyError, ValueError):
        asked_s = 0.0
    wait_s = asked_s if asked_s > 0 else FIRST_WAIT_S * 2 ** (tried - 1)
    return min(wait_s, LONGEST_WAIT_S) + random.uniform(0, FIRST_WAIT_S)  # noqa: S311 - spreads calls, hides nothing


def _tries(count: int) -> str:
    return "1 try" if count == 1 else f"{count} tries"
