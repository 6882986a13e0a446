"""Asking a language model for one note: what was bought before is used, what is bought now is accounted for."""

import json
from collections.abc import Callable, MutableMapping
from datetime import date
from decimal import Decimal
from hashlib import sha256

from bot.domain.profile import Profile
from bot.domain.verdict import Usage
from bot.errors import Stopped
from bot.ports import Answer, LanguageModel, Question
from bot.study import Study


class Asking:
    """The calls for one note."""

    def __init__(
        self,
        study: Study,
        profile: Profile,
        day: date,
        *,
        allow: Callable[[Question], object] = lambda question: None,
        bought: MutableMapping[str, Answer] | None = None,
    ) -> None:
        """allow: raises an error if the question must not be asked. bought: name of a question -> an answer that is on
        the account already; each is used once."""
        self._study, self._profile, self._day = study, profile, day
        self._allow, self._bought = allow, {} if bought is None else bought
        self._usages: list[Usage] = []

    def ask(self, question: Question, name: str = "") -> Answer:
        """One call, unless its answer was bought before. What it took is saved before this returns.

        name: by which it may have been bought, see bot.notes.material.Asked; empty if it cannot.

        Raises RequestRejectedError, JudgeError; Stopped; what `allow` raises.
        """
        answer = self._bought.pop(name, None) or self._buy(question)
        self._usages.append(answer.usage)
        return answer

    @property
    def stopping(self) -> bool:
        """Whether the bot was asked to stop."""
        return self._study.stop is not None and self._study.stop.asked()

    @property
    def cost_usd(self) -> Decimal | None:
        """US dollars of all calls so far; None if the price of one of them is unknown."""
        costs = [usage.cost_usd for usage in self._usages]
        return None if None in costs else sum(filter(None, costs), Decimal(0))

    def _buy(self, question: Question) -> Answer:
        if self.stopping:
            raise Stopped
        self._allow(question)
        answer = _model(self._study).ask(question)
        self._study.notes.spend(answer.usage, self._profile, self._day)
        return answer


def question_id(question: Question) -> str:
    """The same for the same question only: letters, digits and -."""
    asked = json.dumps([question.system, question.user, question.schema, question.max_tokens], sort_keys=True)
    return f"{question.kind}-{sha256(asked.encode()).hexdigest()[:40]}"


def _model(study: Study) -> LanguageModel:
    assert study.model, "whoever asks has a model"
    return study.model
