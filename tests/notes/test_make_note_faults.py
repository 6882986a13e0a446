"""A note that cannot be made, or not as it should: what is kept, what is on the account, and what is said."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.note import Note
from bot.domain.note_reply import MOST
from bot.domain.profile import Profile
from bot.domain.verdict import Usage
from bot.errors import JudgeError, NoteError, RequestRejectedError, SourceError, Stopped, StoreError
from bot.ports import Answer
from tests.examples import DAY
from tests.fakes.noted_paper import lying, truthful
from tests.fakes.study import MemoryNotes, ScriptedModel, StudyRig, usage
from tests.notes.test_make_note import make, model_of

GARBAGE = Answer(None, usage(), "the model's answer is not JSON")
FIELDS = ("text", "where", "quote", "equation", "name", "symbol", "meaning", "why", "arxiv_id", "how")
CUT = "the answer was cut off at its token limit"


class Asked:
    """A stop that is asked for at once, or after so many calls were looked at."""

    def __init__(self, after: int = 0) -> None:
        self._left = after

    def asked(self) -> bool:
        self._left -= 1
        return self._left < 0


def test_every_call_is_on_the_account_of_profile_and_day_even_those_that_brought_nothing() -> None:
    rig = StudyRig(model=ScriptedModel(GARBAGE))
    with pytest.raises(NoteError, match=r"two answers in a row on 2613\.00001 could not be used") as caught:
        make(rig)
    assert "NOTES_MODEL" in caught.value.hint
    assert [(entry.usage.kind, entry.profile_id, entry.day) for entry in rig.notes.account] == 2 * [
        ("note", "group", DAY)
    ]
    assert not rig.notes.saved


def test_killed_after_the_call_what_it_took_is_on_the_account() -> None:
    rig = StudyRig()

    class Killed(MemoryNotes):
        def save_note(self, note: Note) -> None:
            raise StoreError("killed")

    rig.notes = Killed(rig.clock)
    with pytest.raises(StoreError):
        make(rig)
    assert len(rig.notes.account) == 1


def test_an_account_that_cannot_be_kept_stops_before_a_second_call() -> None:
    rig = StudyRig(model=ScriptedModel(lying()))

    class Full(MemoryNotes):
        def spend(self, usage: Usage, profile: Profile, day: date) -> None:
            raise StoreError("the disk is full")

    rig.notes = Full(rig.clock)
    with pytest.raises(StoreError):
        make(rig)
    assert len(model_of(rig).questions) == 1


@pytest.mark.parametrize("useless", [GARBAGE, Answer(None, usage(), "the model declined to answer"), {}, [], "a note"])
def test_an_answer_of_no_use_is_asked_for_once_more_in_the_same_words(useless: object) -> None:
    rig = StudyRig(model=ScriptedModel(useless, truthful()))
    note = make(rig)
    first, second = model_of(rig).questions
    assert first == second
    assert not note.checks.asked_again
    assert note.remarks == ()


def test_a_cut_answer_is_asked_for_again_and_kept_with_a_remark_if_there_is_no_better_one() -> None:
    cut = Answer(truthful(), usage(), CUT)
    whole = make(StudyRig(model=ScriptedModel(cut, truthful())))
    assert whole.remarks == ()
    twice = make(StudyRig(model=ScriptedModel(cut, cut)))
    assert twice.remarks == (f"Its text may be incomplete: {CUT}.",)


def test_a_service_that_fails_passes_through_and_nothing_is_saved() -> None:
    down = JudgeError("Anthropic could not be reached (3 tries)", hint="Check the network")
    rig = StudyRig(model=ScriptedModel(down))
    with pytest.raises(JudgeError, match="could not be reached"):
        make(rig)
    assert not rig.notes.saved
    assert not rig.notes.account


def test_a_service_that_fails_at_the_second_question_leaves_the_note_of_the_first() -> None:
    rig = StudyRig(model=ScriptedModel(lying(), JudgeError("Anthropic could not be reached")))
    note = make(rig)
    assert note.remarks == ("It could not be written anew after the check: Anthropic could not be reached.",)
    assert not note.checks.asked_again
    assert note.cost_usd == Decimal("0.10")


def test_a_paper_that_is_too_large_is_asked_about_with_half_of_it() -> None:
    rig = StudyRig(model=ScriptedModel(RequestRejectedError("413"), truthful()), tokens=300)
    note = make(rig)
    whole, half = model_of(rig).questions
    assert len(half.user) < len(whole.user)
    assert len(note.left_out) > 0
    with pytest.raises(NoteError, match=r"took neither 2613\.00001 nor half of it") as caught:
        make(StudyRig(model=ScriptedModel(RequestRejectedError("413")), tokens=300))
    assert "Set NOTES_TOKENS to less than 300" in caught.value.hint


@pytest.mark.parametrize("end", [KeyboardInterrupt(), Stopped()])
def test_ended_while_it_asks_again_it_has_not_bought_the_first_answer_in_vain(end: BaseException) -> None:
    rig = StudyRig(model=ScriptedModel(lying(), end))
    with pytest.raises(type(end)):
        make(rig)
    note = make(rig)
    assert len(model_of(rig).questions) == 2
    assert note.remarks == ("It was to be written anew after the check, but the bot ended before.",)
    assert note.checks.dropped


def test_asked_to_stop_it_makes_no_call() -> None:
    rig = StudyRig(stop=Asked())
    with pytest.raises(Stopped):
        make(rig)
    assert not model_of(rig).questions


def test_asked_to_stop_between_two_calls_it_keeps_what_was_bought() -> None:
    rig = StudyRig(model=ScriptedModel(lying(), truthful()), stop=Asked(after=1))
    note = make(rig)
    assert len(model_of(rig).questions) == 1
    assert note.remarks == ("It was not written anew after the check, for the bot was asked to stop.",)
    assert rig.notes.saved == [note]


def test_arxiv_that_must_not_be_asked_passes_through_before_anything_is_bought() -> None:
    rig = StudyRig()
    rig.texts.errors["2613.00001"] = SourceError("arXiv answers 403")
    with pytest.raises(SourceError):
        make(rig)
    assert not model_of(rig).questions


anything = st.recursive(
    st.none() | st.text(max_size=20) | st.integers() | st.sampled_from(["E1", "T1", "S9", "$x$", "</note>", "\u202e"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*MOST, *FIELDS]), inner, max_size=6),
    max_leaves=30,
)


@settings(max_examples=40)
@given(
    answers=st.lists(st.fixed_dictionaries({"summary": st.text()}, optional=dict.fromkeys(MOST, anything)) | anything)
)
def test_whatever_a_model_answers_there_is_a_note_or_a_clear_error_and_the_account_is_whole(
    answers: list[object],
) -> None:
    rig = StudyRig(model=ScriptedModel(*answers, {}))
    with suppress(NoteError):
        note = make(rig)
        assert {formula.equation for formula in note.content.formulas} == {one.key for one in note.equations}
        assert note.content.summary.text
    assert len(rig.notes.account) == len(model_of(rig).questions) <= 2
