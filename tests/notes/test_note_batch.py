"""Notes of a digest that can wait: one batch at half the price, and nothing bought twice, whatever happens."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.errors import BatchLostError, JudgeError, SourceError, Stopped, StoreError
from bot.notes.top import TopNotes
from bot.ports import Answer, DigestNotes, Question
from tests.examples import DAY, paper, verdict
from tests.fakes.noted_paper import lying, truthful
from tests.fakes.study import MemoryBatch, MemoryNotes, ScriptedModel, StudyRig, Ticking, usage
from tests.notes.test_top_notes import READER, numbers, sections

TWO = sections(verdict(1, relevance=10), verdict(2))
MINUTES = timedelta(minutes=1)


def rig_with(
    takes: timedelta = 10 * MINUTES,
    answer: Callable[[Question], Answer | str] | None = None,
    waits: timedelta = 60 * MINUTES,
) -> StudyRig:
    clock = Ticking()
    batch = MemoryBatch(clock, takes, answer) if answer else MemoryBatch(clock, takes)
    return StudyRig(clock=clock, batch=batch, waits=waits)


def noted(rig: StudyRig) -> DigestNotes:
    return TopNotes(rig.study, 2).notes(TWO, READER, DAY)


def batch_of(rig: StudyRig) -> MemoryBatch:
    assert isinstance(rig.batch, MemoryBatch)
    return rig.batch


def direct(rig: StudyRig) -> int:
    """Calls made at full price."""
    assert isinstance(rig.model, ScriptedModel)
    return len(rig.model.questions)


def begun(rig: StudyRig) -> str | None:
    """The batch that is remembered."""
    return rig.notes.batch(f"notes group {DAY}")


def costs(rig: StudyRig) -> list[tuple[Decimal | None, bool]]:
    return [(entry.usage.cost_usd, entry.usage.batch) for entry in rig.notes.account]


def test_answers_that_come_in_time_are_bought_at_half_the_price_and_no_paper_is_read_twice() -> None:
    rig = rig_with()
    made = noted(rig)
    assert [note.arxiv_id for note in made.notes] == numbers(1, 2)
    assert [note.cost_usd for note in made.notes] == 2 * [Decimal("0.05")]
    assert costs(rig) == 2 * [(Decimal("0.05"), True)]
    assert direct(rig) == 0
    assert rig.texts.read_ids == numbers(1, 2)
    assert [len(questions) for questions in batch_of(rig).begun.values()] == [2]
    assert rig.notes.batches == {}
    assert made.remarks == ()


def test_no_time_to_wait_or_no_batches_are_direct_calls() -> None:
    for rig in (rig_with(waits=timedelta()), StudyRig(waits=60 * MINUTES)):
        assert len(noted(rig).notes) == direct(rig) == 2


def test_the_batch_is_remembered_before_it_is_waited_for() -> None:
    rig = rig_with()
    seen: list[Mapping[str, str]] = []
    wait = rig.clock.wait

    class Watched(Ticking):
        def wait(self, seconds: float) -> None:
            seen.append(dict(rig.notes.batches))
            wait(seconds)

        def now(self):  # type: ignore[no-untyped-def]
            return Ticking.now(old)

    old = rig.clock
    rig.clock = Watched()
    noted(rig)
    assert seen[0][f"notes group {DAY}"] == "batch-1"


def test_a_batch_that_is_late_is_cancelled_and_its_questions_are_asked_directly() -> None:
    rig = rig_with(takes=24 * 60 * MINUTES)
    made = noted(rig)
    assert len(made.notes) == 2
    assert batch_of(rig).cancelled == ["batch-1"]
    assert direct(rig) == 2
    assert costs(rig) == 2 * [(Decimal("0.10"), False)]
    assert 60 * 60 <= sum(rig.clock.waits) <= 61 * 60
    assert max(rig.clock.waits) <= 1, "whoever asks to stop is heard at once"
    assert rig.notes.batches == {}


def test_what_the_batch_could_not_answer_is_asked_directly_and_the_rest_is_used() -> None:
    answers: list[Answer | str] = ["the service was overloaded", Answer(truthful(), usage("0.05", batch=True))]
    rig = rig_with(answer=lambda question: answers.pop(0))
    assert len(noted(rig).notes) == 2
    assert direct(rig) == 1
    assert costs(rig) == [(Decimal("0.05"), True), (Decimal("0.10"), False)]


def test_second_questions_are_asked_directly() -> None:
    rig = rig_with(answer=lambda question: Answer(lying(), usage("0.05", batch=True)))
    made = noted(rig)
    assert direct(rig) == 2
    assert [note.checks.asked_again for note in made.notes] == [True, True]
    assert [note.cost_usd for note in made.notes] == 2 * [Decimal("0.15")]


def test_killed_while_it_waits_the_next_attempt_collects_and_buys_nothing() -> None:
    rig = rig_with()
    with pytest.raises(KeyboardInterrupt):
        noted(interrupted(rig, KeyboardInterrupt))
    assert begun(rig) == "batch-1"
    assert rig.notes.account == []
    made = noted(rig)
    assert len(made.notes) == 2
    assert list(batch_of(rig).begun) == ["batch-1"]
    assert direct(rig) == 0
    assert costs(rig) == 2 * [(Decimal("0.05"), True)]
    assert rig.notes.batches == {}


def interrupted(rig: StudyRig, kind: type[BaseException]) -> StudyRig:
    """The same study, whose first wait never ends."""

    class Cut(Ticking):
        def wait(self, seconds: float) -> None:
            raise kind

    other = StudyRig(model=rig.model, texts=rig.texts, clock=Cut(rig.clock.now()), batch=rig.batch, waits=rig.waits)
    other.notes = rig.notes
    return other


def test_killed_after_collecting_the_answers_are_used_by_the_next_attempt_and_on_the_account_once() -> None:
    rig = rig_with()

    class Killed(MemoryNotes):
        saves = 0

        def save_note(self, note: object) -> None:
            self.saves += 1
            if self.saves == 2:
                raise KeyboardInterrupt
            super().save_note(note)  # type: ignore[arg-type]

    rig.notes = Killed(rig.clock)
    with pytest.raises(KeyboardInterrupt):
        noted(rig)
    assert len(noted(rig).notes) == 2
    assert costs(rig) == 2 * [(Decimal("0.05"), True)]
    assert direct(rig) == 0
    assert rig.notes.batches == {}


def test_asked_to_stop_it_leaves_the_batch_remembered() -> None:
    rig = rig_with()

    class Later:
        def asked(self) -> bool:
            return bool(rig.clock.waits)

    rig.stop = Later()
    with pytest.raises(Stopped):
        noted(rig)
    assert begun(rig) == "batch-1"
    rig.stop = None
    assert len(noted(rig).notes) == 2
    assert direct(rig) == 0


def test_a_service_that_cannot_be_asked_for_a_moment_does_not_lose_the_batch() -> None:
    rig = rig_with()
    batch_of(rig).errors = [JudgeError("Anthropic could not be reached") for _ in range(5)]
    assert len(noted(rig).notes) == 2
    assert direct(rig) == 0


def test_a_batch_that_is_gone_is_forgotten_and_asked_for_directly() -> None:
    rig = rig_with()
    batch_of(rig).errors = [BatchLostError("the batch is not there any more", permanent=True)]
    assert len(noted(rig).notes) == direct(rig) == 2
    assert rig.notes.batches == {}


def test_a_batch_that_may_not_be_asked_for_is_left_for_later_and_nothing_is_waited_for() -> None:
    rig = rig_with()
    batch_of(rig).errors = [JudgeError("403", permanent=True)]
    assert len(noted(rig).notes) == direct(rig) == 2
    assert rig.clock.waits == []
    assert begun(rig) == "batch-1"
    rig.clock.wait(3600)
    noted(rig)
    assert costs(rig)[2:] == 2 * [(Decimal("0.05"), True)]
    assert rig.notes.batches == {}


def test_a_batch_that_is_not_taken_is_no_harm_and_a_permanent_refusal_stops_all() -> None:
    class Refuses(MemoryBatch):
        refusal = JudgeError("overloaded")

        def begin(self, questions: Mapping[str, Question]) -> str:
            raise self.refusal

    rig = rig_with()
    rig.batch = Refuses(rig.clock)
    assert len(noted(rig).notes) == direct(rig) == 2
    rig = rig_with()
    rig.batch = Refuses(rig.clock)
    rig.batch.refusal = JudgeError("401", hint="Set ANTHROPIC_API_KEY", permanent=True)
    made = noted(rig)
    assert made.notes == ()
    assert made.remarks == ("No deep notes on 2613.00001, 2613.00002: 401. Set ANTHROPIC_API_KEY.",)


def test_a_batch_is_within_the_days_money_at_half_the_price() -> None:
    for limit, asked in (("0.25", 2), ("0.24", 1), ("0.12", 0)):
        rig = rig_with()
        rig.usd_per_day = Decimal(limit)
        noted(rig)
        assert [len(questions) for questions in batch_of(rig).begun.values()] == ([asked] if asked else [])


def test_what_was_bought_in_a_batch_is_used_though_the_days_money_is_gone() -> None:
    rig = rig_with()
    with pytest.raises(KeyboardInterrupt):
        noted(interrupted(rig, KeyboardInterrupt))
    rig.usd_per_day = Decimal(0)
    assert len(noted(rig).notes) == 2
    assert direct(rig) == 0


def test_a_question_that_has_changed_since_is_asked_anew_and_the_old_answer_is_on_the_account_all_the_same() -> None:
    rig = rig_with()
    with pytest.raises(KeyboardInterrupt):
        noted(interrupted(rig, KeyboardInterrupt))
    rig.tokens = 300
    assert len(noted(rig).notes) == 2
    assert direct(rig) == 2
    assert costs(rig) == [*2 * [(Decimal("0.05"), True)], *2 * [(Decimal("0.10"), False)]]


def test_what_was_bought_is_not_bought_again_because_the_archive_has_grown_since() -> None:
    rig = rig_with()
    with pytest.raises(KeyboardInterrupt):
        noted(interrupted(rig, KeyboardInterrupt))
    rig.relatives.found = (paper(3), paper(4))
    assert len(noted(rig).notes) == 2
    assert direct(rig) == 0


def test_an_arxiv_that_fails_is_not_asked_for_one_paper_after_the_other() -> None:
    rig = rig_with()
    rig.texts.errors = dict.fromkeys(numbers(1, 2), SourceError("arXiv could not be read"))
    assert noted(rig).notes == ()
    assert len(rig.texts.read_ids) == 2, "once for the batch, and once for the remark"


def test_a_note_that_somebody_made_meanwhile_is_taken() -> None:
    rig = rig_with()
    made_by_hand = TopNotes(StudyRig().study, 2).notes(TWO, READER, DAY).notes[0]

    class Meanwhile(Ticking):
        def wait(self, seconds: float) -> None:
            if not rig.notes.saved:
                rig.notes.saved.append(made_by_hand)
            super().wait(seconds)

    rig.clock = Meanwhile()
    rig.batch = MemoryBatch(rig.clock)
    assert made_by_hand in noted(rig).notes


def test_a_database_that_fails_as_the_batch_is_collected_costs_the_batch_not_the_digest() -> None:
    rig = rig_with()

    class Full(MemoryNotes):
        def save_batch(self, batch_key: str, batch_id: str) -> None:
            raise StoreError("the disk is full")

    rig.notes = Full(rig.clock)
    assert len(noted(rig).notes) == 2
    assert batch_of(rig).cancelled == ["batch-1"], "nobody would collect it"


def test_where_no_money_is_left_no_paper_is_read_for_a_batch() -> None:
    rig = rig_with()
    rig.usd_per_day = Decimal(0)
    assert noted(rig).notes == ()
    assert rig.texts.read_ids == []
    assert batch_of(rig).begun == {}


def test_answers_that_were_bought_are_used_although_a_service_fails_at_others() -> None:
    useless = Answer({}, usage("0.05", batch=True))
    answers = [useless, useless, Answer(truthful(), usage("0.05", batch=True))]
    rig = rig_with(answer=lambda question: answers.pop(0))
    rig.model = ScriptedModel(JudgeError("Anthropic could not be reached"))
    made = TopNotes(rig.study, 3).notes(sections(verdict(1), verdict(2), verdict(3)), READER, DAY)
    assert [note.arxiv_id for note in made.notes] == numbers(3)
    assert len(made.remarks) == 2
