"""Notes through the real SDK against the stand-in, and in a real database."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.adapters.claude import Claude
from bot.adapters.claude_batch import ClaudeBatch
from bot.adapters.database.engine import Database
from bot.adapters.database.notes import DatabaseNotes
from bot.demo.standins import note_writer
from bot.demo.standins.anthropic import AnthropicStandin, Reply, Request, Response
from bot.errors import JudgeError, NoteError
from bot.notes import make_note
from bot.notes.top import TopNotes
from bot.study import Study
from tests.examples import DAY, paper, profile, verdict
from tests.fakes.noted_paper import truthful
from tests.fakes.study import MODEL, StudyRig
from tests.notes.test_top_notes import READER, sections

DAY_BEFORE = timedelta(days=1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/broadsheet.db")
    yield database
    database.close()


@pytest.fixture
def study_at(database: Database) -> Callable[[AnthropicStandin], Study]:
    def study(server: AnthropicStandin) -> Study:
        rig = StudyRig()
        claude = Claude("sk-test", MODEL, base_url=server.url, setting="NOTES_MODEL", sleep=lambda _: None)
        rig.model, rig.batch = claude, ClaudeBatch(claude, sleep=lambda _: None)
        rig.notes = DatabaseNotes(database, rig.clock)  # type: ignore[assignment]
        return rig.study

    return study


StudyAt = Callable[[AnthropicStandin], Study]


def test_a_note_is_bought_saved_and_found_again(study_at: StudyAt) -> None:
    with AnthropicStandin(lambda _: Reply(json.dumps(truthful()))) as server:
        study = study_at(server)
        note = make_note(paper(1), profile(), DAY, study, lambda _: None)
        assert make_note(paper(1), profile(), DAY, study, lambda _: None) == note
        assert len(server.requests) == 1
        assert note.cost_usd
        assert study.notes.spent(study.clock.now() - DAY_BEFORE) == note.cost_usd
        sent = server.requests[0]
    assert sent["output_config"]["format"]["schema"]["properties"]["formulas"]
    assert sent["system"][0]["cache_control"]


def test_a_model_that_answers_from_the_message_alone_tells_the_truth_by_the_checks(study_at: StudyAt) -> None:
    with AnthropicStandin(note_writer.truthful) as server:
        note = make_note(paper(1), profile(), DAY, study_at(server), lambda _: None)
        assert len(server.requests) == 1
    assert note.checks.dropped == ()
    assert note.content.findings


def test_one_that_mends_is_asked_twice_and_one_that_lies_on_reaches_no_reader_unmarked(study_at: StudyAt) -> None:
    for answer, dropped in ((note_writer.mending, False), (note_writer.lying, True)):
        with AnthropicStandin(answer) as server:
            note = make_note(paper(1), profile(), DAY, study_at(server), lambda _: None, again=True)
            assert len(server.requests) == 2
        assert note.checks.asked_again
        assert bool(note.checks.dropped) is dropped
        shown = repr(note.content.formulas + note.content.related) + repr([one.quote for one in note.content.findings])
        for lie in ("E999", r"\\Xi_{\\star}", "2613.99999", note_writer.INVENTED_QUOTE):
            assert lie not in shown


@pytest.mark.parametrize("reply", [Reply("", "refusal"), Reply('{"summary": "We', "max_tokens"), Reply("garbage")])
def test_a_refusal_a_cut_answer_and_garbage_are_paid_for_and_told_clearly(study_at: StudyAt, reply: Reply) -> None:
    with AnthropicStandin(lambda _: reply) as server:
        study = study_at(server)
        with pytest.raises(NoteError, match=r"two answers in a row on .* could not be used"):
            make_note(paper(1), profile(), DAY, study, lambda _: None)
        assert len(server.requests) == 2
    assert study.notes.spent(study.clock.now() - DAY_BEFORE) > 0


def test_an_answer_that_was_cut_between_two_entries_is_kept_as_far_as_it_goes(study_at: StudyAt) -> None:
    whole = json.dumps(truthful())
    with AnthropicStandin(lambda _: Reply(whole[: whole.index('"limits"') + 30], "max_tokens")) as server:
        note = make_note(paper(1), profile(), DAY, study_at(server), lambda _: None)
    assert note.content.findings
    assert note.content.limits == ()
    assert note.remarks[-1].startswith("Its text may be incomplete: the answer was cut off")


def test_a_call_that_is_too_large_is_sent_with_half_of_the_paper(study_at: StudyAt) -> None:
    with AnthropicStandin(note_writer.truthful) as server:
        server.fail(Response(413))
        note = make_note(paper(1), profile(), DAY, study_at(server), lambda _: None)
        assert len(server.requests) == 2
    assert note.content.findings


def test_a_wrong_key_is_told_with_what_to_do(study_at: StudyAt) -> None:
    with AnthropicStandin(note_writer.truthful) as server:
        server.fail(Response(401))
        with pytest.raises(JudgeError, match="Set ANTHROPIC_API_KEY") as caught:
            make_note(paper(1), profile(), DAY, study_at(server), lambda _: None)
    assert caught.value.permanent


def test_a_digest_that_can_wait_buys_its_notes_in_one_batch(study_at: StudyAt) -> None:
    with AnthropicStandin(note_writer.mending) as server:
        study = study_at(server)
        waiting = Study(**{**vars(study), "waits": timedelta(hours=1)})
        made = TopNotes(waiting, 2).notes(sections(verdict(1), verdict(2)), READER, DAY)
        assert len(server.batches.made) == 1
        assert len(server.requests) == 2  # the second questions
    assert [note.checks.asked_again for note in made.notes] == [True, True]
    costs = [note.cost_usd for note in made.notes]
    assert study.notes.spent(study.clock.now() - DAY_BEFORE) == sum(filter(None, costs), Decimal(0))


def test_the_bodies_that_are_sent_hold_no_lone_surrogate_however_odd_the_paper(study_at: StudyAt) -> None:
    bodies: list[Request] = []

    def answer(request: Request) -> Reply:
        bodies.append(request)
        return note_writer.truthful(request)

    with AnthropicStandin(answer) as server:
        odd = paper(1, title="A \ud800 title", abstract="An \udfff abstract with \x00 in it.")
        study = study_at(server)
        study.relatives.found = (paper(2, title="\ud800"),)  # type: ignore[attr-defined]
        make_note(odd, profile(), DAY, study, lambda _: None)
    assert len(bodies) == 1
