"""The first questions for a digest's notes, asked in one batch at half the price, as long as the digest can wait."""

import logging
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, date, datetime

from bot.domain.profile import Profile
from bot.errors import BatchLostError, JudgeError, NotYetError, Stopped, StoreError
from bot.ports import Answer, Question
from bot.study import BatchModel, Study

log = logging.getLogger(__name__)

POLL_S, LISTEN_S = 15.0, 1.0  # between two looks at the batch, and at whether the bot is to stop
# A batch that was cancelled ends soon, with the answers that were there by then; they are paid for.
CANCELLED_POLLS, CANCELLED_POLL_S = 6, 10.0


class DigestBatch:
    """The batch of one profile and announcement day.

    It is remembered from its beginning until close(): whoever makes the digest after a crash collects it instead of
    buying it again, and waits for it no longer than the first one would have. Other entries remember since when it is
    waited for, and that its answers are on the account.
    """

    def __init__(self, study: Study, model: BatchModel, profile: Profile, day: date) -> None:
        self._study, self._model, self._profile, self._day = study, model, profile, day
        self._begun = f"notes {profile.id} {day.isoformat()}"
        self._since, self._accounted = f"{self._begun} since", f"{self._begun} on the account"

    @property
    def open(self) -> bool:
        """Whether one is remembered, so that nothing need be bought."""
        return self._study.notes.batch(self._begun) is not None

    def answers(
        self, questions: Mapping[str, Question], alive: Callable[[], None] = lambda: None
    ) -> MutableMapping[str, Answer]:
        """Name of a question -> answer, for those that came in time; they are on the account. Waits; alive: is called
        whenever it looks, so that nobody takes it for hung.

        No questions: nothing is begun or waited for, but what an earlier attempt left is put on the account.
        Raises JudgeError if no batch is taken; Stopped; NotYetError instead of waiting for somebody who comes back.
        """
        batch_id = self._study.notes.batch(self._begun)
        if batch_id is None:
            if not questions:
                return {}
            batch_id = self._begin(questions)
        until = self._until() if questions else self._study.clock.now()
        log.info(
            "waiting for a batch of deep notes", extra={"batch": batch_id, "until": until.isoformat("T", "seconds")}
        )
        try:
            collected = self._awaited(batch_id, until, alive, cancel=bool(questions))
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

    def _begin(self, questions: Mapping[str, Question]) -> str:
        """One that cannot be remembered is cancelled: nobody would collect it."""
        batch_id = self._model.begin(questions)
        try:
            self._study.notes.save_batch(self._begun, batch_id)
            self._study.notes.save_batch(self._since, self._study.clock.now().isoformat())
        except StoreError:
            self._cancel(batch_id)
            raise
        return batch_id

    def _until(self) -> datetime:
        """When the digest stops waiting, however often the bot was started since."""
        now, since = self._study.clock.now(), self._study.notes.batch(self._since)
        return min(now, datetime.fromisoformat(since) if since else now) + self._study.waits

    def _forget(self) -> None:
        for entry in (self._begun, self._since, self._accounted):
            self._study.notes.close_batch(entry)

    def _account(self, batch_id: str, answers: Mapping[str, Answer]) -> None:
        if self._study.notes.batch(self._accounted) == batch_id:
            return
        for answer in answers.values():
            self._study.notes.spend(answer.usage, self._profile, self._day)
        self._study.notes.save_batch(self._accounted, batch_id)

    def _awaited(
        self, batch_id: str, until: datetime, alive: Callable[[], None], *, cancel: bool
    ) -> Mapping[str, Answer | str] | None:
        """What came in until then; None if that cannot be told."""
        while True:
            alive()
            if (collected := self._collected(batch_id)) is not None:
                return collected
            left_s = (until - self._study.clock.now()).total_seconds()
            if left_s <= 0:
                return self._cut_short(batch_id, alive) if cancel else None
            if self._study.comes_back:
                latest = f"{until.astimezone(UTC):%H:%M} UTC"
                raise NotYetError(f"its deep notes are being written, until {latest} at the latest")
            self._wait(min(POLL_S, left_s))

    def _cut_short(self, batch_id: str, alive: Callable[[], None]) -> Mapping[str, Answer | str] | None:
        """Cancel it, and collect what is there."""
        log.info("the batch of deep notes is not there in time", extra={"batch": batch_id})
        self._cancel(batch_id)
        for _ in range(CANCELLED_POLLS):
            alive()
            if (collected := self._collected(batch_id)) is not None:
                return collected
            self._wait(CANCELLED_POLL_S)
        return self._collected(batch_id)

    def _cancel(self, batch_id: str) -> None:
        try:
            self._model.cancel(batch_id)
        except JudgeError as error:
            log.warning("a batch could not be cancelled", extra={"batch": batch_id, "error": str(error)})

    def _wait(self, seconds: float) -> None:
        """Raises Stopped as soon as the bot is asked to stop."""
        while seconds > 0:
            if self._study.stop and self._study.stop.asked():
                raise Stopped
            self._study.wait(min(seconds, LISTEN_S))
            seconds -= LISTEN_S

    def _collected(self, batch_id: str) -> Mapping[str, Answer | str] | None:
        """None if it is under way, or cannot be asked for now. Raises a JudgeError that is permanent."""
        try:
            return self._model.collect(batch_id)
        except JudgeError as error:
            if error.permanent:
                raise
            log.info("a batch could not be asked for", extra={"batch": batch_id, "error": str(error)})
            return None
