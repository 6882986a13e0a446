"""What notes may cost on one day."""

import json
from datetime import UTC, datetime
from decimal import Decimal

from bot.errors import NoteError
from bot.ports import Question
from bot.ranking.excerpt import tokens_of
from bot.render.environment import usd
from bot.study import Study

# What an answer takes, its thoughts included; more than most do.
EXPECTED_OUTPUT_TOKENS = 8_000
BATCH_PRICE = Decimal("0.5")  # of the full one
TOMORROW = "Ask again tomorrow (a day begins at 00:00 UTC), or set NOTES_USD_PER_DAY higher"


class OverBudgetError(NoteError):
    """A call would cost more than what notes may still cost today."""


class Purse:
    """What is left of the day's money. A day is one of UTC by the bot's clock, whatever announcement day a note is for.

    Every call is allowed by itself, the second one of a note as well, so that only what a single answer takes beyond
    its estimate can exceed the limit.
    """

    def __init__(self, study: Study) -> None:
        self._study = study

    def allow(self, question: Question, *, reserved: Decimal = Decimal(0), share: Decimal = Decimal(1)) -> Decimal:
        """The estimate in US dollars. reserved: for calls that are not on the account yet. share: of the full price.

        Raises OverBudgetError if it is more than what is left, or cannot be told.
        """
        limit = self._study.usd_per_day
        estimate = self._estimate(question)
        if limit is None:
            return (estimate or Decimal(0)) * share
        if estimate is None:
            raise self._unknown_price()
        spent = self._spent()
        if spent + reserved + estimate * share > limit:
            raise OverBudgetError(
                f"notes have cost {usd(spent)} today, the next would cost about {usd(estimate * share)}, "
                f"and NOTES_USD_PER_DAY is {limit}",
                hint=TOMORROW,
            )
        return estimate * share

    def refuse_if_useless(self) -> None:
        """Raises OverBudgetError where no call at all can be allowed, so that no paper need be read in vain."""
        limit = self._study.usd_per_day
        if limit is None or self._study.model is None:
            return
        if self._study.price(1, 1) is None:
            raise self._unknown_price()
        if (spent := self._spent()) >= limit:
            what = f"notes have cost {usd(spent)} today, and NOTES_USD_PER_DAY is {limit}"
            raise OverBudgetError(what, hint=TOMORROW)

    def _spent(self) -> Decimal:
        return self._study.notes.spent(_midnight(self._study.clock.now()))

    def _unknown_price(self) -> OverBudgetError:
        model = self._study.model.model if self._study.model else "the model"
        return OverBudgetError(
            f"the price of {model} is not known, so that NOTES_USD_PER_DAY cannot be kept",
            hint="Set NOTES_USD_PER_DAY to unlimited, or NOTES_MODEL to a model whose price is known",
        )

    def _estimate(self, question: Question) -> Decimal | None:
        asked = tokens_of(question.system) + tokens_of(question.user) + tokens_of(json.dumps(question.schema))
        return self._study.price(asked, min(EXPECTED_OUTPUT_TOKENS, question.max_tokens))


def _midnight(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
