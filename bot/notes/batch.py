"""The first questions for a digest's notes, asked in one batch at half the price, as long as the digest can wait."""

import logging
from collections.abc import Mapping, MutableMapping
from datetime import date, datetime

from bot.domain.profile import Profile
from bot.errors import BatchLostError, JudgeError, Stopped
from bot.ports import Answer, Question
from bot.study import BatchModel, Study

log = logging.getLogger(__name__)

POLL_S = 15.0
# A batch that was cancelled ends soon, with the answers that were there by then; they are paid for.
CANCELLED_POLLS, CANCELLED_POLL_S = 6, 10.0


class DigestBatch:
    """The batch of one profile and announcement day.

    It is remembered from its beginning until close(): whoever makes the digest after a crash collects it instead of
    buying it again. A second entry remembers that its answers are on the account.
    """

    def __init__(self, study: Study, model: BatchModel, profile: Profile, day: date) -> None:
        self._study, self._model, self._profile, self._day = study, model, profile, day
        self._begun = f"notes {profile.id} {day.isoformat()}"
        self._accounted = f"{self._begun} on the account"

    @property
    def open(self) -> bool:
        """Whether one is remembered, so that nothing need be bought."""
        return self._study.notes.batch(self._begun) is not None

    def answers(self, questions: Mapping[str, Question]) -> MutableMapping[str, Answer]:
        """Question id -> answer, for those that came in time; they are on the account. Waits.

        No questions: nothing is begun or waited for, but what an earlier attempt left is put on the account.
        Raises JudgeError if no batch is taken; Stopped.
        """
        batch_id = self._study.notes.batch(self._begun)
        if batch_id is None:
            if not questions:
                return {}
            batch_id = self._model.begin(questions)
            self._study.notes.save_batch(self._begun, batch_id)
        until = self._study.clock.now() + self._study.waits if questions else self._study.clock.now()
        try:
            collected = self._awaited(batch_id, until, cancel=bool(questions))
        except JudgeError as error:
            log.warning("a batch cannot be collected", extra={"batch": batch_id, "error": str(error)})
            if isinstance(error, BatchLostError):
                self._forget()
            return {}
        if collected is None:
            return {}
        answers = {name: answer for name, answer in collected.items() if isinstance(answer, Answer)}
        self._account(batch_id, answers)
        for why in sorted({answer for answer in collected.values() if not isinstance(answer, Answer)}):
            log.warning("a batch left questions for notes unanswered", extra={"batch": batch_id, "error": why})
        return answers

    def close(self) -> None:
        """Its answers are used. One that could not be collected stays remembered."""
        if self._study.notes.batch(self._accounted) is not None:
            self._forget()

    def _forget(self) -> None:
        self._study.notes.close_batch(self._begun)
        self._study.notes.close_batch(self._accounted)

    def _account(self, batch_id: str, answers: Mapping[str, Answer]) -> None:
        if self._study.notes.batch(self._accounted) == batch_id:
            return
        for answer in answers.values():
            self._study.notes.spend(answer.usage, self._profile, self._day)
        self._study.notes.save_batch(self._accounted, batch_id)

    def _awaited(self, batch_id: str, until: datetime, *, cancel: bool) -> Mapping[str, Answer | str] | None:
        """What came in until then; None if that cannot be told."""
        while True:
            if (collected := self._collected(batch_id)) is not None:
                return collected
            if self._study.stop and self._study.stop.asked():
                raise Stopped
            left_s = (until - self._study.clock.now()).total_seconds()
            if left_s <= 0:
                return self._cut_short(batch_id) if cancel else None
            self._study.wait(min(POLL_S, left_s))

    def _cut_short(self, batch_id: str) -> Mapping[str, Answer | str] | None:
        """Cancel it, and collect what is there."""
        log.info("the batch of deep notes is not there in time", extra={"batch": batch_id})
        try:
            self._model.cancel(batch_id)
        except JudgeError as error:
            log.warning("a batch could not be cancelled", extra={"batch": batch_id, "error": str(error)})
        for _ in range(CANCELLED_POLLS):
            if (collected := self._collected(batch_id)) is not None:
                return collected
            self._study.wait(CANCELLED_POLL_S)
        return self._collected(batch_id)

    def _collected(self, batch_id: str) -> Mapping[str, Answer | str] | None:
        """None if it is under way, or cannot be asked for now. Raises a JudgeError that is permanent."""
        try:
            return self._model.collect(batch_id)
        except JudgeError as error:
            if error.permanent:
                raise
            log.info("a batch could not be asked for", extra={"batch": batch_id, "error": str(error)})
            return None
