"""The notes that a digest brings by itself: which papers, within which money, and that nothing breaks a digest."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.digest import Section, group
from bot.domain.selection import Shortlisted, select
from bot.domain.verdict import Judging, Verdict
from bot.errors import JudgeError, NoteError, SourceError, Stopped
from bot.notes.budget import EXPECTED_OUTPUT_TOKENS
from bot.notes.top import TopNotes
from bot.ports import Answer, DigestNotes, Question
from tests.examples import DAY, NOON, RUBRIC, announced, profile, verdict
from tests.fakes.noted_paper import lying, truthful
from tests.fakes.study import MODEL, ScriptedModel, StudyRig, Ticking, usage

READER = profile()


def sections(*verdicts: Verdict) -> tuple[Section, ...]:
    """Of the papers 1, 2, …, each with its verdict."""
    entries = tuple(announced(number) for number in range(1, len(verdicts) + 1))
    judging = Judging("m", RUBRIC, {one.arxiv_id: one for one in verdicts})
    return group(select(entries, READER, frozenset(), Shortlisted(entries), judging), READER)


FOUR = sections(
    verdict(1, relevance=8, novelty=8),
    verdict(2, relevance=9, novelty=10, primary_topic="memory"),
    verdict(3, relevance=10, novelty=8, primary_topic="memory"),
    verdict(4, relevance=9, novelty=9),
)


def noted(rig: StudyRig, most: int = 2, some: Sequence[Section] = FOUR) -> DigestNotes:
    return TopNotes(rig.study, most).notes(some, READER, DAY)


def ids(made: DigestNotes) -> list[str]:
    return [note.arxiv_id for note in made.notes]


def numbers(*some: int) -> list[str]:
    return [f"2613.{number:05d}" for number in some]


def in_digest_order(*some: int) -> list[str]:
    order = [entry.announcement.paper.arxiv_id for section in FOUR for entry in section.entries]
    return sorted(numbers(*some), key=order.index)


class Steps:
    """A progress that remembers."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def step(self, stage: str, done: int, total: int) -> None:
        self.told.append(f"{stage} {done}/{total}")


def test_the_papers_with_the_highest_scores_get_notes_which_come_in_the_digests_order() -> None:
    rig = StudyRig()
    made = noted(rig, 3)
    assert rig.texts.read_ids[0] == "2613.00002"
    assert ids(made) == in_digest_order(2, 3, 4)
    assert made.remarks == ()
    assert made.notes != ()


def test_of_equal_scores_the_first_in_the_digest_is_taken_and_an_unknown_novelty_is_none() -> None:
    same = sections(verdict(1), verdict(2), verdict(3))
    assert ids(noted(StudyRig(), 1, same)) == numbers(1)
    unknown = sections(verdict(1, relevance=10, novelty=8), verdict(2, relevance=9, novelty=10))
    assert ids(noted(StudyRig(), 1, unknown)) == numbers(2)


def test_none_wanted_and_an_empty_digest_are_no_notes_and_no_calls() -> None:
    rig = StudyRig()
    assert noted(rig, 0) == noted(rig, 5, ()) == DigestNotes()
    assert not rig.texts.read_ids


def test_notes_that_are_there_are_taken_even_where_nothing_may_be_spent() -> None:
    rig = StudyRig()
    first = noted(rig)
    rig.usd_per_day = Decimal(0)
    assert noted(rig) == first
    assert len(rig.notes.account) == 2


def test_progress_tells_of_each_note() -> None:
    steps = Steps()
    TopNotes(StudyRig().study, 2, steps).notes(FOUR, READER, DAY)
    assert steps.told[0] == "deep notes 0/2"
    assert steps.told[-1] == "deep notes 2/2"


def test_without_a_key_notes_only_quote_and_cost_nothing_whatever_the_limit() -> None:
    rig = StudyRig(model=None, usd_per_day=Decimal(0), price=lambda asked, answered: None)
    made = noted(rig)
    assert [note.offline for note in made.notes] == [True, True]
    assert made.remarks == ()
    rig.model, rig.usd_per_day = ScriptedModel(), None
    assert [note.offline for note in noted(rig).notes] == [False, False], "with a key they are made anew"


def test_when_the_days_money_is_gone_the_remark_names_the_setting() -> None:
    rig = StudyRig(usd_per_day=Decimal("0.30"))
    made = noted(rig, 3)
    assert ids(made) == numbers(2)
    (remark,) = made.remarks
    assert remark.startswith("No deep notes on 2613.00004, 2613.00003: notes have cost $0.10 today")
    assert "NOTES_USD_PER_DAY is 0.30" in remark


def test_where_nothing_at_all_is_left_no_paper_is_read() -> None:
    rig = StudyRig(usd_per_day=Decimal(0))
    made = noted(rig)
    assert made.notes == ()
    assert not rig.texts.read_ids
    assert len(made.remarks) == 1


def test_what_readers_asked_for_today_counts_and_what_was_yesterdays_does_not() -> None:
    early = datetime(2026, 5, 6, 0, 0, tzinfo=UTC)
    for at, made in ((early - timedelta(seconds=1), 1), (early, 0)):
        rig = StudyRig(usd_per_day=Decimal(2))
        rig.notes._clock = Ticking(at)
        rig.notes.spend(usage("1.90"), profile(id="another"), DAY)
        assert len(noted(rig, 1).notes) == made


def test_an_unknown_price_and_a_limit_are_no_automatic_notes_and_the_remark_says_how_to_mend_it() -> None:
    rig = StudyRig(price=lambda asked, answered: None)
    made = noted(rig)
    assert made.notes == ()
    (remark,) = made.remarks
    assert f"the price of {MODEL} is not known" in remark
    assert "Set NOTES_USD_PER_DAY to unlimited, or NOTES_MODEL to" in remark
    rig.usd_per_day = None
    assert len(noted(rig).notes) == 2


def test_a_second_question_that_is_too_dear_leaves_the_first_answer() -> None:
    rig = StudyRig(model=ScriptedModel(lying()), usd_per_day=Decimal("0.30"))
    (note,) = noted(rig, 1).notes
    assert len(rig.notes.account) == 1
    assert "NOTES_USD_PER_DAY" in note.remarks[-1]


def test_one_paper_that_fails_is_a_remark_and_the_others_get_their_notes() -> None:
    rig = StudyRig(model=ScriptedModel({}, {}, truthful()))
    made = noted(rig)
    assert ids(made) == numbers(4)
    (remark,) = made.remarks
    assert remark.startswith("No deep note on 2613.00002: two answers in a row")


def test_a_defect_that_one_paper_shows_is_a_remark_too(caplog: pytest.LogCaptureFixture) -> None:
    rig = StudyRig()
    rig.texts.errors["2613.00002"] = RecursionError("a page that was never seen")
    made = noted(rig)
    assert ids(made) == numbers(4)
    assert made.remarks == ("No deep note on 2613.00002: a defect in Broadsheet (RecursionError); see the log.",)
    assert "a page that was never seen" in caplog.text


def test_a_permanent_refusal_stops_the_rest_and_is_told_once() -> None:
    refused = JudgeError("Anthropic refused the call, 401", hint="Set ANTHROPIC_API_KEY", permanent=True)
    rig = StudyRig(model=ScriptedModel(refused))
    made = noted(rig, 4)
    assert isinstance(rig.model, ScriptedModel)
    assert len(rig.model.questions) == 1
    (remark,) = made.remarks
    assert remark.endswith("Anthropic refused the call, 401. Set ANTHROPIC_API_KEY.")
    assert all(arxiv_id in remark for arxiv_id in numbers(1, 2, 3, 4))


def test_a_service_that_fails_twice_in_a_row_is_left_alone() -> None:
    rig = StudyRig(model=ScriptedModel(JudgeError("Anthropic could not be reached")))
    made = noted(rig, 4)
    assert isinstance(rig.model, ScriptedModel)
    assert len(rig.model.questions) == 2
    assert len(made.remarks) == 2


def test_arxiv_that_must_not_be_asked_is_not_asked_for_the_next_paper() -> None:
    rig = StudyRig()
    rig.texts.errors = {arxiv_id: SourceError("arXiv answers 403") for arxiv_id in numbers(1, 2, 3, 4)}
    made = noted(rig, 4)
    assert rig.texts.read_ids == numbers(2)
    assert len(made.remarks) == 1


def test_being_stopped_passes_through() -> None:
    class Now:
        def asked(self) -> bool:
            return True

    with pytest.raises(Stopped):
        noted(StudyRig(stop=Now()))


class Costly:
    """A model whose calls cost what is drawn, and that looks before each whether it was allowed."""

    model = MODEL

    def __init__(self, rig: StudyRig, costs: Sequence[int], answers: Sequence[object]) -> None:
        self._rig, self._costs, self._answers = rig, list(costs), list(answers)
        self.calls = 0

    def ask(self, question: Question) -> Answer:
        spent = self._rig.notes.spent(NOON - timedelta(days=1))
        estimate = self._rig.study.price(0, EXPECTED_OUTPUT_TOKENS)
        assert self._rig.usd_per_day is None or (estimate and spent + estimate <= self._rig.usd_per_day)
        cost, answer = self._costs[self.calls % len(self._costs)], self._answers[self.calls % len(self._answers)]
        self.calls += 1
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer, usage(str(Decimal(cost) / 100)))

    def check(self) -> str:
        return "answers"


@settings(max_examples=60)
@given(
    limit=st.none() | st.integers(0, 300),
    estimate=st.integers(1, 150),
    costs=st.lists(st.integers(0, 200), min_size=1, max_size=8),
    answers=st.lists(
        st.sampled_from([truthful(), lying(), {}, JudgeError("down"), NoteError("odd")]), min_size=1, max_size=6
    ),
    spent_before=st.integers(0, 300),
)
def test_no_call_ever_begins_that_would_exceed_the_days_money_by_its_estimate(
    limit: int | None, estimate: int, costs: list[int], answers: list[object], spent_before: int
) -> None:
    rig = StudyRig(usd_per_day=None if limit is None else Decimal(limit) / 100)
    rig.price = lambda asked, answered: Decimal(estimate) / 100
    rig.notes.spend(usage(str(Decimal(spent_before) / 100)), READER, DAY)
    rig.model = Costly(rig, costs, answers)
    made = noted(rig, 4)
    missing = set(numbers(1, 2, 3, 4)) - set(ids(made))
    assert all(any(arxiv_id in remark for remark in made.remarks) for arxiv_id in missing)
