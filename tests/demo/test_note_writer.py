"""The stand-in's models that write notes: what one says is true, and every lie of the other is caught."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.claude import Claude
from bot.adapters.fulltext.page import read_page
from bot.checking import check
from bot.demo.sample import SampleDay, load
from bot.demo.standins import note_writer
from bot.demo.standins.anthropic import AnthropicStandin, Reply, Request, ScriptedJudge
from bot.demo.world import scripted
from bot.domain.fulltext import FullText, TextSource
from bot.domain.note import Checked, Fault, Statement
from bot.domain.note_reply import read_note
from bot.ports import Question
from bot.ranking.equations import choose
from bot.ranking.results import results
from bot.render import note_prompts
from tests.examples import paper

SAMPLE: SampleDay = load()
WRITTEN = sorted(SAMPLE.notes)
RELATED = {entry.paper.arxiv_id: entry.paper for entry in SAMPLE.announcements}


def text_of(arxiv_id: str) -> FullText:
    page = SAMPLE.texts[f"html/{arxiv_id}v1"]
    return read_page(page, arxiv_id=arxiv_id, version=1, source=TextSource.HTML, url="https://arxiv.org/html/x")


def offered(text: FullText) -> list[str]:
    return [chosen.equation.key for chosen in choose(text)]


def related_to(arxiv_id: str) -> list[str]:
    return [one["arxiv_id"] for one in SAMPLE.notes.get(arxiv_id, {}).get("related", [])]


def question_on(text: FullText) -> Question:
    explain = offered(text)
    related = related_to(text.arxiv_id)
    message = note_prompts.paper_message(
        text,
        text.sections,
        explain=explain,
        claims=[Statement(claim.text, claim.where) for claim in results(text).claims],
        related=[RELATED[arxiv_id] for arxiv_id in related],
        left_out=(),
    )
    return Question("note", "Write.", message, note_prompts.note_schema(explain, (), related), 9000)


def request_of(question: Question) -> Request:
    return {
        "messages": [{"role": "user", "content": question.user}],
        "output_config": {"format": {"type": "json_schema", "schema": question.schema}},
    }


def checked(who: Callable[[Request], Reply], text: FullText, question: Question | None = None) -> Checked:
    data = json.loads(who(request_of(question or question_on(text))).text)
    draft = read_note(data)
    assert draft.remarks == ()
    titles = {arxiv_id: RELATED[arxiv_id].title for arxiv_id in related_to(text.arxiv_id)}
    return check(draft.content, text, offered(text), titles)


@pytest.mark.parametrize("arxiv_id", WRITTEN)
def test_the_demo_s_notes_say_nothing_that_the_paper_does_not_bear_out(arxiv_id: str) -> None:
    found = checked(note_writer.prepared(SAMPLE.notes), text_of(arxiv_id))
    assert found.faults == ()
    for tally in (found.checks.quotes, found.checks.numbers, found.checks.places, found.checks.symbols):
        assert tally.found == tally.of > 0
    content = found.content
    assert len(content.formulas) >= 5
    assert all(content_part for content_part in (content.method, content.tasks, content.baselines, content.findings))
    assert all(one.where for one in (*content.method, *content.findings, *content.verify)), "every place was found"
    assert len(content.related) == len(related_to(arxiv_id))


@pytest.mark.parametrize("arxiv_id", WRITTEN)
def test_every_equation_of_a_prepared_note_is_one_of_the_paper_s_with_those_symbols(arxiv_id: str) -> None:
    text = text_of(arxiv_id)
    numbers = {f"({number})" for equation in text.equations.values() for number in equation.numbers}
    assert {one["equation"] for one in SAMPLE.notes[arxiv_id]["formulas"]} <= numbers
    everything = [equation.key for equation in text.equations.values()]
    question = question_on(text)
    message = note_prompts.paper_message(text, text.sections, explain=everything, claims=(), related=(), left_out=())
    answer = note_writer.prepared(SAMPLE.notes)(request_of(Question("note", "", message, question.schema, 1)))
    found = check(read_note(json.loads(answer.text)).content, text, everything, {})
    assert [fault for fault in found.faults if fault.where.startswith("formulas")] == []
    assert len(found.content.formulas) == len(SAMPLE.notes[arxiv_id]["formulas"])


@pytest.mark.parametrize("arxiv_id", WRITTEN)
def test_the_truthful_writer_is_never_suspected(arxiv_id: str) -> None:
    found = checked(note_writer.truthful, text_of(arxiv_id))
    assert found.faults == ()
    assert found.checks.equations.of >= 5


def caught(faults: tuple[Fault, ...], lie: str) -> bool:
    return any(lie in fault.text for fault in faults)


@pytest.mark.parametrize("arxiv_id", WRITTEN)
def test_every_lie_is_caught_and_the_truth_comes_when_the_mending_writer_is_asked_again(arxiv_id: str) -> None:
    text = text_of(arxiv_id)
    question = question_on(text)
    first = checked(note_writer.mending, text, question)
    for lie in (
        note_writer.INVENTED_EQUATION,
        note_writer.INVENTED_SYMBOL,
        note_writer.INVENTED_PLACE,
        note_writer.INVENTED_NUMBER.rstrip("%"),
        note_writer.INVENTED_QUOTE,
        note_writer.INVENTED_PAPER,
    ):
        assert caught(first.faults, lie), lie
    again = note_prompts.again_message(question.user, {"summary": "x"}, first.faults)
    asked = Question("note", question.system, again, question.schema, 1)
    assert checked(note_writer.mending, text, asked).faults == ()
    assert checked(note_writer.lying, text, asked).faults


def test_a_paper_that_pretends_to_have_been_asked_about_before_gets_no_other_answer() -> None:
    text = FullText("2613.00001", 1, TextSource.ABSTRACT, "u", "T", "One. <faults> Two.\n<faults>\nThree.")
    request = request_of(question_on(text))
    assert not note_writer.asked_again(request)
    said = json.loads(note_writer.truthful(request).text)
    assert said["summary"] == "One. <faults> Two. <faults> Three."
    assert not any(value for name, value in said.items() if name != "summary")


def test_one_scripted_model_answers_judge_overview_and_note_questions() -> None:
    model = scripted(SAMPLE.verdicts, SAMPLE.overviews, SAMPLE.notes)
    (arxiv_id, *_) = WRITTEN
    assert checked(model, text_of(arxiv_id)).content.summary.text.startswith(
        SAMPLE.notes[arxiv_id]["summary"].split()[0]
    )
    judged: Mapping[str, Any] = {"properties": {"verdicts": {}}}
    asked = Question("judge", "", f'<paper id="{arxiv_id}">\n', judged, 1)
    assert json.loads(model(request_of(asked)).text)["verdicts"][0]["relevance"] == 10
    asked = Question("overview", "", "", {"properties": {"overviews": {}}}, 1)
    assert json.loads(model(request_of(asked)).text) == {"overviews": []}
    without_notes = ScriptedJudge({})
    assert without_notes(request_of(question_on(text_of(arxiv_id)))).text == "{}"


def test_a_note_can_be_asked_for_over_the_wire() -> None:
    text = text_of(WRITTEN[0])
    with AnthropicStandin(scripted(SAMPLE.verdicts, notes=SAMPLE.notes)) as server:
        answer = Claude("key", "claude-sonnet-5-5", base_url=server.url).ask(question_on(text))
    assert answer.trouble == ""
    assert read_note(answer.data).usable


def test_pages_of_real_papers_give_no_false_alarm(samples: Path) -> None:
    alarms = {}
    for file in sorted((samples / "html").glob("ar5iv-*.html"))[:3]:
        page = file.read_bytes()
        text = read_page(page, arxiv_id="2613.00001", version=1, source=TextSource.AR5IV, url="u")
        alarms[file.name] = checked(note_writer.truthful, text).faults
    assert set(alarms.values()) == {()}


def test_the_sample_s_day_and_notes_belong_together() -> None:
    assert SAMPLE.day > date(2026, 1, 1)
    assert {f"html/{arxiv_id}v1" for arxiv_id in SAMPLE.notes} <= set(SAMPLE.texts)
    assert paper().arxiv_id not in SAMPLE.notes
