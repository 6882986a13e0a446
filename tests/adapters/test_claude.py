import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.adapters.claude import LONGEST_WAIT_S, Claude
from bot.adapters.prices import Tokens, price
from bot.demo.standins.anthropic import SHORTEST_CACHED_TOKENS, AnthropicStandin, Reply, Request, Response
from bot.errors import JudgeError, RequestRejectedError
from bot.ports import Question

KEY = "sk-ant-secret-0123456789"
SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
QUESTION = Question(kind="judge", system="You judge. " * 200, user="A paper. " * 10, schema=SCHEMA, max_tokens=500)


def said(status: int, message: str, **error: object) -> Response:
    body = {"type": "error", "error": {"type": "api_error", "message": message, **error}}
    return Response(status, json.dumps(body))


@pytest.fixture
def server() -> Iterator[AnthropicStandin]:
    def answer(_: Request) -> Reply:
        return Reply('{"verdicts": []}')

    with AnthropicStandin(answer) as standin:
        yield standin


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def claude(server: AnthropicStandin, waits: list[float]) -> Claude:
    return Claude(KEY, "claude-haiku-5-5", base_url=server.url, sleep=waits.append)


def test_a_question_goes_out_with_its_schema_and_a_cached_system_block(
    server: AnthropicStandin, claude: Claude
) -> None:
    answer = claude.ask(QUESTION)
    assert (answer.data, answer.trouble) == ({"verdicts": []}, "")
    request = server.requests[0]
    assert request["model"] == "claude-haiku-5-5"
    assert request["max_tokens"] == 500
    assert request["system"] == [
        {"type": "text", "text": QUESTION.system, "cache_control": {"type": "ephemeral"}},
    ]
    assert request["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}}
    assert not {"temperature", "top_p", "top_k"} & set(request)


def test_all_input_is_counted_and_priced_as_it_was_cached(claude: Claude) -> None:
    first, second = claude.ask(QUESTION).usage, claude.ask(QUESTION).usage
    system, user, output = len(QUESTION.system) // 4, len(QUESTION.user) // 4, len('{"verdicts": []}') // 4
    assert (first.input_tokens, first.cached_tokens, first.output_tokens) == (system + user, 0, output)
    assert (second.input_tokens, second.cached_tokens) == (system + user, system)
    million = Decimal(1_000_000)
    paid_for_rest = Decimal("0.1") * user / million + Decimal("0.5") * output / million
    assert first.cost_usd == Decimal("0.125") * system / million + paid_for_rest
    assert second.cost_usd == Decimal("0.01") * system / million + paid_for_rest
    assert (first.model, first.kind, first.batch) == ("claude-haiku-5-5", "judge", False)


def test_a_system_block_too_short_to_be_cached_is_paid_in_full_every_time(claude: Claude) -> None:
    short = replace(QUESTION, system="x" * 4 * (SHORTEST_CACHED_TOKENS - 1))
    first, second = claude.ask(short).usage, claude.ask(short).usage
    assert first == second
    assert second.cached_tokens == 0
    assert second.input_tokens == SHORTEST_CACHED_TOKENS - 1 + len(QUESTION.user) // 4


def test_a_cache_kept_for_an_hour_costs_more_to_write_and_a_long_prompt_more_per_token() -> None:
    assert price("claude-haiku-5-5", Tokens(input=1000, cache_write_1h=1000)) == Decimal("0.0002")
    assert price("claude-haiku-5-5", Tokens(input=1000, cache_write_5m=1000)) == Decimal("0.000125")
    assert price("claude-haiku-5-5", Tokens(input=200_000)) == Decimal("0.1")


def test_an_unknown_model_has_an_unknown_price(server: AnthropicStandin) -> None:
    assert Claude(KEY, "claude-of-tomorrow", base_url=server.url).ask(QUESTION).usage.cost_usd is None


@pytest.mark.parametrize("status", [408, 429, 500, 503, 529])
def test_a_passing_failure_is_met_with_patience(
    server: AnthropicStandin, claude: Claude, waits: list[float], status: int
) -> None:
    server.fail(Response(status), Response(status))
    assert claude.ask(QUESTION).trouble == ""
    assert len(server.requests) == 3
    assert 0 < waits[0] <= waits[1] + 2 <= 8


@pytest.mark.parametrize("status", [429, 500, 529])
def test_patience_ends(server: AnthropicStandin, claude: Claude, status: int) -> None:
    server.fail(*3 * [Response(status)])
    with pytest.raises(JudgeError, match=rf"{status} \(3 tries\)") as caught:
        claude.ask(QUESTION)
    assert not caught.value.permanent
    assert len(server.requests) == 3


def test_retry_after_is_heeded_up_to_a_cap(server: AnthropicStandin, claude: Claude, waits: list[float]) -> None:
    server.fail(Response(429, headers={"Retry-After": "7"}), Response(529, headers={"Retry-After": "86400"}))
    claude.ask(QUESTION)
    assert 7 <= waits[0] <= 9
    assert LONGEST_WAIT_S <= waits[1] <= LONGEST_WAIT_S + 2


@pytest.mark.parametrize("header", ["soon", "-1", "nan", "inf", "Wed, 06 May 2026 00:00:00 GMT"])
def test_no_retry_after_breaks_the_wait(
    server: AnthropicStandin, claude: Claude, waits: list[float], header: str
) -> None:
    server.fail(Response(429, headers={"Retry-After": header}))
    claude.ask(QUESTION)
    assert 0 < waits[0] <= LONGEST_WAIT_S + 2


def test_a_dropped_connection_is_tried_again(server: AnthropicStandin, claude: Claude) -> None:
    server.fail(Response(drop=True))
    assert claude.ask(QUESTION).trouble == ""


def test_a_server_that_says_nothing_is_given_up_after_the_tries(server: AnthropicStandin) -> None:
    server.fail(*2 * [Response(delay_s=0.15)])
    hasty = Claude(KEY, "claude-haiku-5-5", base_url=server.url, timeout_s=0.05, tries=2, sleep=lambda _: None)
    with pytest.raises(JudgeError, match=r"did not answer in time \(2 tries\)") as caught:
        hasty.ask(QUESTION)
    assert not caught.value.permanent


def test_a_dead_host_says_which_setting_to_look_at() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(JudgeError, match="ANTHROPIC_BASE_URL"):
            Claude(KEY, "claude-haiku-5-5", base_url=address, sleep=lambda _: None).ask(QUESTION)


@pytest.mark.parametrize(
    ("response", "todo"),
    [
        (said(400, "Your credit balance is too low to access the API"), "Add credit at https://"),
        (said(400, "You have reached your specified API usage limits."), "Add credit at https://"),
        (said(401, "invalid x-api-key"), "Set ANTHROPIC_API_KEY"),
        (said(402, "no credit"), "Add credit at https://"),
        (said(403, "not yours"), "may use this model, or set JUDGE_MODEL"),
        (said(404, "model: claude-haiku-5-5"), "Set JUDGE_MODEL to a model"),
        (said(422, "no such field"), "no such field. Check JUDGE_MODEL"),
        (said(429, "month's limit", details={"error_code": "enforced_spend_limit_reached"}), "Add credit at https://"),
    ],
)
def test_what_only_a_person_can_mend_stops_at_once_and_says_how(
    server: AnthropicStandin, claude: Claude, waits: list[float], response: Response, todo: str
) -> None:
    server.fail(response)
    with pytest.raises(JudgeError) as caught:
        claude.ask(QUESTION)
    assert caught.value.permanent
    assert todo in str(caught.value)
    assert len(server.requests) == 1
    assert not waits


@pytest.mark.parametrize(
    "response",
    [
        said(413, "Request exceeds the maximum size"),
        said(400, "prompt is too long: 210000 tokens > 200000 maximum"),
        said(400, "Output blocked by content filtering policy"),
    ],
)
def test_a_rejected_call_says_nothing_about_the_next_one(
    server: AnthropicStandin, claude: Claude, response: Response
) -> None:
    server.fail(response)
    with pytest.raises(RequestRejectedError, match=r"exceeds the maximum|too long|content filtering") as caught:
        claude.ask(QUESTION)
    assert not caught.value.permanent
    assert "JUDGE_MODEL" in caught.value.hint
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "data", "trouble"),
    [
        (Reply('{"verdicts": [{"a": 1}, {"a"', "max_tokens"), {"verdicts": [{"a": 1}]}, "cut off at its token limit"),
        (Reply("", "refusal"), None, "declined"),
        (Reply('{"verdicts": []}', "refusal"), {"verdicts": []}, "declined"),
        (Reply("I would rather not."), None, "not JSON"),
        (Reply("[" * 100_000), None, "not JSON"),
        (Reply(""), None, "not JSON"),
        (Reply('{"verdicts": [{"a": 1}', "model_context_window_exceeded"), {"verdicts": [{"a": 1}]}, "context window"),
    ],
)
def test_a_spoilt_answer_keeps_what_is_whole_and_what_it_cost(reply: Reply, data: object, trouble: str) -> None:
    with AnthropicStandin(lambda _: reply) as standin:
        answer = Claude(KEY, "claude-haiku-5-5", base_url=standin.url).ask(QUESTION)
    assert answer.data == data
    assert trouble in answer.trouble
    assert answer.usage.input_tokens > 0
    assert answer.usage.cost_usd is not None


def test_thoughts_before_the_answer_are_not_part_of_it(server: AnthropicStandin, claude: Claude) -> None:
    thoughts = [{"type": "thinking", "thinking": "Hm.", "signature": "x"}, {"type": "aside", "text": "Hm."}]
    content = [*thoughts, {"type": "text", "text": '{"verdicts": [1]}'}]
    body = {"type": "message", "role": "assistant", "content": content, "stop_reason": "end_turn"}
    server.fail(Response(body=json.dumps(body)))
    assert claude.ask(QUESTION).data == {"verdicts": [1]}


@pytest.mark.parametrize(
    "response",
    [
        Response(body="{}"),
        Response(body="[1, 2]"),
        Response(body="null"),
        Response(body='{"content": "text", "usage": {"input_tokens": "many", "output_tokens": -4}, "stop_reason": 3}'),
        Response(body='{"content": [{"type": "text", "text": 4}, 7], "usage": 5}'),
        Response(body="<html>Welcome to the hotel Wi-Fi</html>", headers={"Content-Type": "text/html"}),
    ],
)
def test_a_garbage_200_is_an_answer_with_trouble_and_an_unknown_cost(
    server: AnthropicStandin, claude: Claude, response: Response
) -> None:
    server.fail(response)
    answer = claude.ask(QUESTION)
    assert answer.data is None
    assert answer.trouble
    assert (answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.cost_usd) == (0, 0, None)


def test_a_body_that_only_claims_to_be_json_is_an_error(server: AnthropicStandin, claude: Claude) -> None:
    server.fail(Response(body="<html>"))
    with pytest.raises(JudgeError, match="not JSON"):
        claude.ask(QUESTION)


def test_the_key_is_in_no_error_and_no_log(
    server: AnthropicStandin, claude: Claude, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.fail(Response(529), said(401, f"no such key: Bearer {KEY}"))
    with pytest.raises(JudgeError, match=r"no such key: Bearer \[key\]"):
        claude.ask(QUESTION)
    assert "asking Claude again" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize("key", ["sk-ant \n", "clé", "a\nb", "a b"])
def test_what_cannot_be_a_key_is_refused_before_it_is_sent_and_not_repeated(key: str) -> None:
    with pytest.raises(JudgeError, match="ANTHROPIC_API_KEY is not a key") as caught:
        Claude(key, "claude-haiku-5-5")
    assert key not in str(caught.value)


def test_check_asks_about_the_model_without_buying_anything(server: AnthropicStandin, claude: Claude) -> None:
    assert claude.check() == "claude-haiku-5-5 (stand-in) answers"
    assert server.paths == ["/v1/models/claude-haiku-5-5"]


@pytest.mark.parametrize(
    ("response", "told"),
    [
        (said(401, "invalid x-api-key"), "Set ANTHROPIC_API_KEY"),
        (said(404, "no such model"), "Set NOTES_MODEL"),
        (
            Response(body='{"display_name": "Claude Old", "lifecycle": "retired"}'),
            "Claude Old was retired. Set NOTES_MODEL",
        ),
        (
            Response(
                body='{"display_name": "Claude Old", "lifecycle": "retired", "retires_at": "2026-10-05T00:00:00Z"}'
            ),
            "Claude Old was retired on Monday 5 October 2026. Set NOTES_MODEL",
        ),
        (Response(body="{}"), "Check ANTHROPIC_BASE_URL"),
        (Response(body="<p>hello</p>", headers={"Content-Type": "text/html"}), "Check ANTHROPIC_BASE_URL"),
    ],
)
def test_check_says_what_is_wrong(server: AnthropicStandin, response: Response, told: str) -> None:
    server.fail(response)
    with pytest.raises(JudgeError, match=told):
        Claude(KEY, "claude-haiku-5-5", base_url=server.url, setting="NOTES_MODEL").check()


@pytest.mark.parametrize(
    ("retires_at", "told"),
    [
        (
            '"2027-01-15T00:00:00Z"',
            "but is deprecated; its retirement is planned for Friday 15 January 2027. Set JUDGE",
        ),
        ("null", "but is deprecated, and will be retired. Set JUDGE_MODEL"),
        ('"soon"', "but is deprecated, and will be retired. Set JUDGE_MODEL"),
    ],
)
def test_check_warns_of_a_model_that_will_be_retired(
    server: AnthropicStandin, claude: Claude, retires_at: str, told: str
) -> None:
    server.fail(Response(body=f'{{"display_name": "Old", "lifecycle": "deprecated", "retires_at": {retires_at}}}'))
    assert told in claude.check()


def test_every_call_that_is_made_again_is_counted(server: AnthropicStandin) -> None:
    again: list[int] = []
    claude = Claude(KEY, "claude-haiku-5-5", base_url=server.url, sleep=lambda _: None, retried=lambda: again.append(1))
    claude.ask(QUESTION)
    assert again == []
    server.fail(Response(529), Response(429))
    claude.ask(QUESTION)
    assert len(again) == 2
    server.fail(*[Response(529)] * 3)
    with pytest.raises(JudgeError):
        claude.ask(QUESTION)
    assert len(again) == 4, "the last try has none after it"


def test_real_recorded_answers_are_read(samples: Path, server: AnthropicStandin, claude: Claude) -> None:
    folder = samples / "anthropic"
    names = ("anthropic-json-output-format.1.json", "anthropic-refusal.json", "anthropic-text.json")
    server.fail(*(Response(body=(folder / name).read_text()) for name in names))
    recipe, refused, prose = (claude.ask(QUESTION) for _ in names)
    assert isinstance(recipe.data, dict)
    assert (recipe.usage.input_tokens, recipe.usage.output_tokens) == (371, 629)
    assert (refused.data, refused.trouble) == (None, "the model declined to answer")
    assert refused.usage.input_tokens == 18
    assert "not JSON" in prose.trouble


def test_a_real_recorded_overload_is_one(samples: Path, server: AnthropicStandin, claude: Claude) -> None:
    recorded = json.loads((samples / "anthropic" / "error-bodies.jsonl").read_text().splitlines()[0])
    server.fail(Response(recorded["status"], json.dumps(recorded["body"])))
    assert claude.ask(QUESTION).trouble == ""
    assert len(server.requests) == 2
