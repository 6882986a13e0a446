"""Batches of questions: handed in once, collected as they come, at half the price."""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from genai_prices import Usage, calc_price

from bot.adapters.claude import Claude
from bot.adapters.claude_batch import LISTED, ClaudeBatch
from bot.adapters.prices import Tokens, price
from bot.demo.standins.anthropic import AnthropicStandin, Reply, Request, Response
from bot.demo.standins.anthropic_batches import PATH
from bot.errors import BatchLostError, JudgeError, RequestRejectedError
from bot.ports import Answer, Question

KEY = "sk-ant-secret-0123456789"
MODEL = "claude-sonnet-5-5"
SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
QUESTION = Question(kind="note", system="You write. " * 500, user="A paper. " * 10, schema=SCHEMA, max_tokens=500)
NONE_YET = Response(body='{"data": []}')
UNSURE = [
    Response(500),
    Response(502),
    Response(408),
    Response(drop=True),
    Response(body="<html>"),
    Response(body="{}"),
]
QUESTIONS = {f"note-{name}": replace(QUESTION, user=name) for name in ("one", "two", "three")}


@pytest.fixture
def server() -> Iterator[AnthropicStandin]:
    def answer(request: Request) -> Reply:
        return Reply(json.dumps({"asked": request["messages"][0]["content"]}))

    with AnthropicStandin(answer) as standin:
        standin.batches.polls = 0
        yield standin


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def claude(server: AnthropicStandin, waits: list[float]) -> Claude:
    return Claude(KEY, MODEL, base_url=server.url, setting="NOTES_MODEL", sleep=waits.append, timeout_s=2.0)


@pytest.fixture
def batch(claude: Claude, waits: list[float]) -> ClaudeBatch:
    return ClaudeBatch(claude, sleep=waits.append)


def collected(batch: ClaudeBatch, batch_id: str) -> Mapping[str, Answer | str]:
    found = batch.collect(batch_id)
    assert found is not None
    return found


def test_a_batch_s_questions_go_out_as_they_would_alone_and_each_gets_its_own_answer(
    server: AnthropicStandin, claude: Claude, batch: ClaudeBatch
) -> None:
    answers = collected(batch, batch.begin(QUESTIONS))
    assert {name: one.data for name, one in answers.items() if isinstance(one, Answer)} == {
        name: {"asked": question.user} for name, question in QUESTIONS.items()
    }
    assert list(answers) != list(QUESTIONS), "they come back in another order"
    claude.ask(QUESTIONS["note-one"])
    assert server.batches.made[0].questions["note-one"] == server.requests[0]


def test_a_batch_costs_half_of_what_its_calls_would_with_the_cache_s_discount(
    claude: Claude, batch: ClaudeBatch
) -> None:
    answers = list(collected(batch, batch.begin({"a": QUESTION, "b": QUESTION})).values())
    alone = [claude.ask(replace(QUESTION, system=QUESTION.system + "!")).usage for _ in range(2)]
    for answer, same in zip(answers, alone, strict=True):
        assert isinstance(answer, Answer)
        assert answer.usage.cost_usd == same.cost_usd / 2 if same.cost_usd else False
        assert (answer.usage.model, answer.usage.kind, answer.usage.batch) == (MODEL, "note", True)
        assert answer.usage.cached_tokens == same.cached_tokens
    assert alone[1].cached_tokens > 0


@pytest.mark.parametrize("model", ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-3-opus-latest"])
def test_half_of_the_list_price_is_what_the_price_list_says_of_batches_where_it_says_so(model: str) -> None:
    tokens = Tokens(input=9000, output=700, cache_read=3000, cache_write_5m=2000, cache_write_1h=1000)
    usage = Usage(
        input_tokens=9000,
        output_tokens=700,
        cache_read_tokens=3000,
        cache_write_tokens=3000,
        cache_write_1h_tokens=1000,
    )
    listed = calc_price(
        usage,
        model,
        provider_id="anthropic",
        price_context={"processing": "batch"},
        genai_request_timestamp=datetime(2026, 11, 20, tzinfo=UTC),
    ).total_price
    halves = (price(model, tokens, batch=True), (price(model, tokens) or Decimal(0)) / 2)
    assert halves[0] == halves[1]
    assert listed in (halves[0], price(model, tokens)), "the list knows no batch price of old models"
    if "-5-5" in model:
        assert listed == halves[0]
    assert price("claude-of-tomorrow", tokens, batch=True) is None


def test_there_is_nothing_to_collect_while_the_batch_is_under_way(server: AnthropicStandin, batch: ClaudeBatch) -> None:
    server.batches.polls = 2
    batch_id = batch.begin(QUESTIONS)
    assert [batch.collect(batch_id) is None for _ in range(3)] == [True, True, False]
    assert len(server.batches.made) == 1


def test_whoever_comes_later_collects_what_another_began(
    server: AnthropicStandin, batch: ClaudeBatch, claude: Claude
) -> None:
    batch_id = batch.begin(QUESTIONS)
    assert set(collected(ClaudeBatch(claude), batch_id)) == set(QUESTIONS)
    assert set(collected(ClaudeBatch(claude), batch_id)) == set(QUESTIONS), "as often as one likes"


def test_every_question_without_an_answer_has_a_reason_in_words(
    server: AnthropicStandin, batch: ClaudeBatch, caplog: pytest.LogCaptureFixture
) -> None:
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": f"max_tokens: too many for {KEY}."}}
    ends: dict[str, Mapping[str, object]] = {
        "errored": {"type": "errored", "error": error},
        "shallow": {"type": "errored", "error": {"message": "overloaded\x1b[2J\n<b>"}},
        "silent": {"type": "errored", "error": None},
        "expired": {"type": "expired"},
        "canceled": {"type": "canceled"},
        "strange": {"type": "postponed"},
        "typeless": {},
        "empty": {"type": "succeeded"},
        "no_message": {"type": "succeeded", "message": "hello"},
    }
    server.batches.spoiled |= ends
    server.batches.lines += [
        "",
        "no JSON",
        "[]",
        "3",
        '{"custom_id": "x"}',
        '{"custom_id": 3, "result": {}}',
        "[" * 99999,
    ]
    server.batches.lines += [json.dumps({"custom_id": "stranger", "result": "nothing"})]
    answers = collected(batch, batch.begin({**dict.fromkeys(ends, QUESTION), "good": QUESTION}))
    good = answers["good"]
    assert isinstance(good, Answer)
    assert good.trouble == ""
    cannot = "the batch's answer cannot be read"
    assert {name: answer for name, answer in answers.items() if name != "good"} == {
        "errored": "Anthropic refused the question: max_tokens: too many for [key]",
        "shallow": "Anthropic refused the question: overloaded[2J <b>",
        "silent": "Anthropic refused the question",
        "expired": "the batch ran out of time before its turn came",
        "canceled": "the batch was cancelled before its turn came",
        **dict.fromkeys(("strange", "typeless", "empty", "no_message", "stranger"), cannot),
    }
    (told,) = (one for one in caplog.records if "cannot be read" in one.message)
    assert vars(told)["lines"] == 5
    assert KEY not in caplog.text


def test_a_real_line_of_an_errored_question_gives_the_service_s_words(
    server: AnthropicStandin, batch: ClaudeBatch, samples: Path
) -> None:
    server.batches.lines += (samples / "anthropic" / "batch-results-errored.REAL-LINE.jsonl").read_text().splitlines()
    answers = collected(batch, batch.begin(QUESTIONS))
    assert answers["23"] == (
        "Anthropic refused the question: max_tokens: 100000 > 64000, which is the maximum allowed number of output "
        "tokens for claude-haiku-4-5-20251001"
    )
    assert set(QUESTIONS) < set(answers)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"content": "text", "usage": "none", "stop_reason": 3},
        {"content": [{"type": "text"}, {"type": "text", "text": 3}, "x", None], "usage": {"input_tokens": "many"}},
        {"content": [{"type": "text", "text": "no JSON"}], "stop_reason": "end_turn"},
        {"content": [{"type": "text", "text": '{"a": [{"b": 1}, {"b"'}], "stop_reason": "max_tokens"},
        {"_fields_set": 1, "self": 2, "content": [{"type": "text", "text": "{}"}], "cls": 3, "stop_reason": None},
    ],
)
def test_an_answer_of_any_shape_is_read_as_one_that_came_alone(
    server: AnthropicStandin, batch: ClaudeBatch, message: Mapping[str, object]
) -> None:
    server.batches.spoiled["a"] = {"type": "succeeded", "message": message}
    answer = collected(batch, batch.begin({"a": QUESTION}))["a"]
    assert isinstance(answer, Answer)
    assert answer.trouble
    assert answer.usage.cost_usd is None


def test_a_batch_that_is_gone_is_told_from_other_failures(server: AnthropicStandin, batch: ClaudeBatch) -> None:
    with pytest.raises(BatchLostError, match=r"no answers of the batch msgbatch_other any more\. Ask anew"):
        batch.collect("msgbatch_other")
    with pytest.raises(BatchLostError):
        batch.cancel("msgbatch_other")
    batch_id = batch.begin(QUESTIONS)
    batch.collect(batch_id)
    server.fail(Response(body=json.dumps({"id": batch_id, "processing_status": "ended", "results_url": None})))
    with pytest.raises(BatchLostError):
        batch.collect(batch_id)
    server.fail(*3 * [Response(529)])
    with pytest.raises(JudgeError, match="529") as caught:
        batch.collect(batch_id)
    assert not isinstance(caught.value, BatchLostError)


@pytest.mark.parametrize("status", [408, 429, 500, 529])
def test_asking_how_a_batch_stands_is_patient(server: AnthropicStandin, batch: ClaudeBatch, status: int) -> None:
    batch_id = batch.begin(QUESTIONS)
    server.fail(Response(status), Response(status))
    assert set(collected(batch, batch_id)) == set(QUESTIONS)
    server.fail(Response(body="<html>"))
    with pytest.raises(JudgeError):
        batch.collect(batch_id)
    server.fail(Response(body='{"hello": "world"}'))
    with pytest.raises(JudgeError, match="is not Anthropic"):
        batch.collect(batch_id)


def test_results_that_break_off_are_asked_for_again(server: AnthropicStandin, batch: ClaudeBatch) -> None:
    batch_id = batch.begin(QUESTIONS)
    known = Response(body=server.batches.receive(f"{PATH}/{batch_id}", None, server.url).body)
    results = server.batches.receive(f"{PATH}/{batch_id}/results", None, server.url).body
    server.fail(known, Response(drop=True), Response(body=results, cut=True))
    assert set(collected(batch, batch_id)) == set(QUESTIONS)
    server.fail(known, *3 * [Response(body=results, cut=True)])
    with pytest.raises(JudgeError, match=r"could not be reached \(3 tries\)"):
        batch.collect(batch_id)


@pytest.mark.parametrize("status", [409, 429, 529])
def test_a_batch_that_was_surely_not_taken_is_handed_in_again(
    server: AnthropicStandin, batch: ClaudeBatch, status: int
) -> None:
    server.fail(NONE_YET, Response(status), Response(status))
    batch_id = batch.begin(QUESTIONS)
    assert [one.id for one in server.batches.made] == [batch_id]
    assert server.paths.count(PATH) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_a_batch_that_is_refused_is_not_looked_for(server: AnthropicStandin, batch: ClaudeBatch, status: int) -> None:
    server.fail(NONE_YET, Response(status))
    with pytest.raises(JudgeError, match=str(status)) as caught:
        batch.begin(QUESTIONS)
    assert isinstance(caught.value, RequestRejectedError) == (status in (400, 413))
    assert len(server.paths) == 2


@pytest.mark.parametrize("response", UNSURE)
def test_a_batch_whose_confirmation_was_lost_is_found_and_not_bought_twice(
    server: AnthropicStandin, batch: ClaudeBatch, response: Response, caplog: pytest.LogCaptureFixture
) -> None:
    batch.begin(QUESTIONS)
    there = server.batches.receive(PATH, None, server.url)
    server.fail(Response(body=there.body), replace(response, served=True))
    batch_id = batch.begin(QUESTIONS)
    assert batch_id == server.batches.made[0].id
    assert len(server.batches.made) == 2
    assert "did not confirm" in caplog.text
    assert set(collected(batch, batch_id)) == set(QUESTIONS)


@pytest.mark.parametrize("response", UNSURE)
def test_a_batch_that_may_or_may_not_have_been_taken_is_never_handed_in_again(
    server: AnthropicStandin, batch: ClaudeBatch, response: Response, waits: list[float]
) -> None:
    batch.begin({"another": QUESTION})
    server.fail(NONE_YET, response)
    with pytest.raises(JudgeError, match=r"whether it took the batch of 3 is not known\. https://platform\.claude"):
        batch.begin(QUESTIONS)
    assert [len(one.questions) for one in server.batches.made] == [1]
    assert len(waits) == 2


def test_of_two_new_batches_none_is_taken_for_ours(server: AnthropicStandin, batch: ClaudeBatch) -> None:
    batch.begin(QUESTIONS)
    server.fail(NONE_YET, Response(drop=True, served=True))
    with pytest.raises(JudgeError, match="is not known"):
        batch.begin(QUESTIONS)
    assert len(server.batches.made) == 2


def test_nothing_is_handed_in_where_the_account_s_batches_cannot_be_listed(
    server: AnthropicStandin, batch: ClaudeBatch
) -> None:
    for responses in (3 * [Response(503)], [Response(401)], [Response(body="{}")]):
        server.fail(*responses)
        with pytest.raises(JudgeError):
            batch.begin(QUESTIONS)
    assert server.batches.made == []
    assert all(path == f"{PATH}?limit={LISTED}" for path in server.paths)


def test_a_cancelled_batch_ends_and_what_is_there_can_be_collected(
    server: AnthropicStandin, batch: ClaudeBatch
) -> None:
    server.batches.polls = 5
    batch_id = batch.begin(QUESTIONS)
    batch.cancel(batch_id)
    batch.cancel(batch_id)
    assert batch.collect(batch_id) is None
    server.batches.end()
    batch.cancel(batch_id)
    assert set(collected(batch, batch_id).values()) == {"the batch was cancelled before its turn came"}


@pytest.mark.parametrize("name", ["", "a" * 65, "hep-th/9901001", "a.b", "ä", "a\n"])
def test_an_id_that_the_service_does_not_take_is_refused_before_anything_is_sent(
    server: AnthropicStandin, batch: ClaudeBatch, name: str
) -> None:
    with pytest.raises(ValueError, match="no id"):
        batch.begin({name: QUESTION})
    assert server.paths == []


def test_no_key_is_logged(server: AnthropicStandin, batch: ClaudeBatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    server.fail(NONE_YET, Response(429), Response(500))
    with pytest.raises(JudgeError):
        batch.begin(QUESTIONS)
    assert KEY not in caplog.text + repr(batch) + repr(vars(batch))


def test_a_service_that_says_nothing_of_a_batch_is_left_long_before_one_that_writes(
    server: AnthropicStandin, claude: Claude, waits: list[float]
) -> None:
    server.fail(*3 * [Response(delay_s=0.5)])
    with pytest.raises(JudgeError, match="did not answer in time"):
        ClaudeBatch(claude, sleep=waits.append, timeout_s=0.1).collect("msgbatch_1")
