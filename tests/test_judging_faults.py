"""What the judge does when its answers are wrong or do not come."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.adapters.claude import Claude
from bot.demo.standins.anthropic import AnthropicStandin, Reply, Request, Response, ScriptedJudge, asked_ids
from bot.domain.verdict import Judging
from bot.errors import JudgeError
from bot.judging import FAILURES_IN_A_ROW, USELESS_ANSWERS_IN_A_ROW, LlmJudge
from tests.examples import DAY, paper, profile
from tests.fakes.memory_store import MemoryStore

MODEL = "claude-haiku-5-5"
SCRIPTED = ScriptedJudge({})
BAD = "2613.00003"

Answers = list[dict[str, Any]]


class Server:
    """A stand-in whose answers are spoilt by `spoil` wherever they hold the bad paper, and the judge that asks it."""

    def __init__(self, spoil: Callable[[Answers], Answers | Reply] = lambda answers: answers) -> None:
        self.spoil, self.store = spoil, MemoryStore()
        self.standin = AnthropicStandin(self._answer)

    def _answer(self, request: Request) -> Reply:
        ids = asked_ids(request["messages"][0]["content"])
        answers = [SCRIPTED.verdict(arxiv_id) for arxiv_id in ids]
        spoilt = self.spoil(answers) if BAD in ids else answers
        return spoilt if isinstance(spoilt, Reply) else Reply(json.dumps({"verdicts": spoilt}))

    def judge(self, count: int, *, papers_per_call: int = 12, at_once: int = 1) -> Judging:
        llm = Claude("sk-test", MODEL, base_url=self.standin.url, sleep=lambda _: None)
        judge = LlmJudge(llm, self.store, papers_per_call=papers_per_call, calls_at_once=at_once)
        return judge.verdicts([paper(number) for number in range(1, count + 1)], profile(), DAY)

    @property
    def sizes(self) -> list[int]:
        """Papers of each call."""
        return [len(asked_ids(request["messages"][0]["content"])) for request in self.standin.requests]


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    with made.standin:
        yield made


def without(answers: Answers) -> Answers:
    return [answer for answer in answers if answer["arxiv_id"] != BAD]


def changed(**fields: object) -> Callable[[Answers], Answers]:
    def spoil(answers: Answers) -> Answers:
        return [{**answer, **fields} if answer["arxiv_id"] == BAD else answer for answer in answers]

    return spoil


def doubled(answers: Answers) -> Answers:
    return [*answers, {**SCRIPTED.verdict(BAD), "relevance": 9}]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (without, "does not hold it"),
        (doubled, "two answers that differ"),
        (changed(relevance=11), "relevance is not a whole number from 1 to 10"),
        (changed(novelty="8"), "novelty is not a number"),
        (changed(arxiv_id="2613.77777"), "does not hold it"),
        (changed(primary_topic="chess"), "no topic of the profile"),
    ],
    ids=["missing", "duplicated", "out of range", "wrong type", "invented id", "unknown topic"],
)
def test_good_verdicts_are_kept_and_the_rest_is_asked_again_down_to_one_paper(
    server: Server, spoil: Callable[[Answers], Answers], why: str
) -> None:
    server.spoil = spoil
    judging = server.judge(12)
    assert server.sizes == [12, 1, 1]
    assert len(judging.verdicts) == 11
    assert list(judging.unjudged) == [BAD]
    assert why in judging.unjudged[BAD]
    assert len(server.store.verdicts) == 11
    assert len(server.store.usages) == 3


def test_an_answer_that_is_right_the_second_time_is_taken(server: Server) -> None:
    def once(answers: Answers) -> Answers:
        server.spoil = list
        return without(answers)

    server.spoil = once
    judging = server.judge(12)
    assert len(judging.verdicts) == 12
    assert not judging.unjudged
    assert server.sizes == [12, 1]


def test_of_a_truncated_answer_the_whole_verdicts_are_kept(server: Server) -> None:
    def truncated(answers: Answers) -> Reply:
        return Reply(json.dumps({"verdicts": answers})[: -len(json.dumps(answers[-1])) - 20], "max_tokens")

    server.spoil = truncated
    judging = server.judge(12)
    # 10 whole ones; the cut and the missing one come back together, and alone the bad one is not among them
    assert server.sizes == [12, 2]
    assert len(judging.verdicts) == 12


def test_a_refused_call_is_split_until_only_the_paper_that_was_refused_is_left(server: Server) -> None:
    server.spoil = lambda _: Reply("", "refusal")
    judging = server.judge(12)
    assert server.sizes == [12, 4, 4, 4, 1, 1, 1, 1]
    assert judging.unjudged == {BAD: "the model declined to answer"}
    assert len(server.store.usages) == 8


def test_answers_that_nobody_asked_for_are_ignored_and_told(server: Server) -> None:
    server.spoil = lambda answers: [*answers, SCRIPTED.verdict("2613.77777")]
    judging = server.judge(4)
    assert len(judging.verdicts) == 4
    assert judging.remarks == ("Answers of the judge on papers that nobody had asked about were ignored: 1.",)


def test_a_call_that_is_too_large_is_made_smaller(server: Server) -> None:
    server.standin.fail(Response(413), Response(413))
    judging = server.judge(12)
    assert len(judging.verdicts) == 12
    assert server.sizes == [12, 4, 4, 4, 1, 1, 1, 1]


class Filtered(Server):
    """A service that answers every call with a 400 that holds one of `blocked`; None: every call."""

    def __init__(self, *blocked: str, words: str = "Output blocked by content filtering policy") -> None:
        super().__init__()
        self.standin = _FilteringStandin(self._answer, blocked, words)


class _FilteringStandin(AnthropicStandin):
    def __init__(self, answer: Callable[[Request], Reply], blocked: tuple[str, ...], words: str) -> None:
        super().__init__(answer)
        self.blocked, self.words = blocked, words

    def receive(self, path: str, body: Request | None) -> Response:
        response = super().receive(path, body)
        ids = asked_ids(body["messages"][0]["content"]) if body else []
        if self.blocked and not set(ids) & set(self.blocked):
            return response
        error = {"type": "invalid_request_error", "message": self.words}
        return Response(400, json.dumps({"type": "error", "error": error}))


def test_a_paper_that_the_service_blocks_costs_only_itself() -> None:
    server = Filtered(BAD)
    with server.standin:
        judging = server.judge(24)
    assert server.sizes == [12, 12, 4, 4, 4, 1, 1, 1, 1]
    assert len(judging.verdicts) == 23
    assert list(judging.unjudged) == [BAD]
    assert judging.unjudged[BAD].endswith("400: Output blocked by content filtering policy")
    assert not judging.remarks


def test_if_every_call_is_rejected_the_run_stops_soon_and_says_in_the_words_of_the_service_why() -> None:
    server = Filtered(words="unknown_parameter: Extra inputs are not permitted")
    with server.standin, pytest.raises(JudgeError, match=r"none of 400 papers .*Extra inputs") as caught:
        server.judge(400)
    assert "Check JUDGE_MODEL" in caught.value.hint
    assert len(server.sizes) == USELESS_ANSWERS_IN_A_ROW


def test_if_every_call_of_a_short_day_is_rejected_that_is_an_error_too() -> None:
    server = Filtered(words="unknown_parameter: Extra inputs are not permitted")
    with server.standin, pytest.raises(JudgeError, match=r"none of 3 papers .*Extra inputs"):
        server.judge(3)
    assert server.sizes == [3, 3, 1, 1, 1]


def test_rejections_do_not_hide_that_the_service_is_up(server: Server) -> None:
    """Two failures, a rejection and another failure are not three failures in a row."""
    server.judge(1)
    failed = 3 * [Response(503)]
    server.standin.fail(*failed, *failed, Response(400), *failed)
    judging = server.judge(9, papers_per_call=1)
    assert sorted(judging.unjudged) == ["2613.00002", "2613.00003", "2613.00005"]
    assert not judging.remarks


@pytest.mark.parametrize("response", [Response(429), Response(529), Response(500), Response(drop=True)])
def test_a_passing_failure_is_tried_again_and_nothing_is_lost(server: Server, response: Response) -> None:
    server.standin.fail(response, response)
    judging = server.judge(12)
    assert len(judging.verdicts) == 12
    assert server.sizes == [12, 12, 12]
    assert len(server.store.usages) == 1


def test_papers_of_a_call_that_failed_are_left_for_the_next_run(server: Server) -> None:
    server.standin.fail(*3 * [Response(529)])
    judging = server.judge(8, papers_per_call=4)
    assert len(judging.verdicts) == 4
    assert set(judging.unjudged) == {f"2613.0000{number}" for number in range(1, 5)}
    assert "529" in judging.unjudged["2613.00001"]
    assert server.sizes == [4, 4, 4, 4]
    again = server.judge(8, papers_per_call=4)
    assert not again.unjudged
    assert server.sizes[4:] == [4]


def test_after_three_failed_calls_in_a_row_no_more_are_sent(server: Server) -> None:
    server.judge(1)
    tries = len(server.standin.requests)
    server.standin.fail(*100 * [Response(503)])
    judging = server.judge(40, papers_per_call=4)
    assert len(server.standin.requests) == tries + 3 * FAILURES_IN_A_ROW
    assert len(judging.verdicts) == 1
    assert len(judging.unjudged) == 39
    assert judging.unjudged["2613.00040"].startswith("not sent after 3 calls in a row had failed")
    assert judging.remarks[0].startswith("The judge stopped early: the papers left were not sent")


def test_a_failure_now_and_then_does_not_stop_the_run(server: Server) -> None:
    tries_of_one_call = 3 * [Response(503)]

    def then_fail(answers: Answers) -> Answers:
        server.standin.fail(*tries_of_one_call)
        return answers

    server.spoil = then_fail
    server.standin.fail(*2 * tries_of_one_call)
    judging = server.judge(9, papers_per_call=1)
    assert sorted(judging.unjudged) == ["2613.00001", "2613.00002", "2613.00004"]
    assert not judging.remarks


def test_a_model_that_never_gives_a_useful_answer_is_not_asked_a_thousand_times(server: Server) -> None:
    server.standin.fail(*200 * [Response(body="{}")])
    judging = server.judge(100, papers_per_call=2)
    assert len(server.standin.requests) == USELESS_ANSWERS_IN_A_ROW
    assert len(judging.unjudged) == 100
    assert "after 20 calls in a row had brought nothing (the service's answer cannot be read" in judging.remarks[0]


def test_if_the_service_answers_but_nothing_of_use_its_papers_are_unjudged_and_no_error() -> None:
    made = Server()
    made.standin = AnthropicStandin(lambda _: Reply("", "refusal"))
    with made.standin:
        judging = made.judge(4)
    assert made.sizes == [4, 4, 1, 1, 1, 1]
    assert not judging.verdicts
    assert set(judging.unjudged.values()) == {"the model declined to answer"}
    assert list(judging.unjudged) == [f"2613.0000{number}" for number in range(1, 5)]


def test_a_service_that_refuses_some_and_blocks_the_rest_has_not_failed(server: Server) -> None:
    server.standin.fail(Response(body="{}"), *100 * [Response(400)])
    judging = server.judge(2, papers_per_call=1)
    assert len(judging.unjudged) == 2


def test_useless_answers_before_the_service_fails_are_still_a_failure_of_the_service(server: Server) -> None:
    server.standin.fail(Response(body="{}"), *100 * [Response(503)])
    with pytest.raises(JudgeError, match="none of 12 papers could be judged: Anthropic could not serve"):
        server.judge(12)


def test_if_nothing_at_all_could_be_judged_that_is_an_error_with_its_cause(server: Server) -> None:
    server.standin.fail(*100 * [Response(503)])
    with pytest.raises(JudgeError, match=r"none of 12 papers could be judged: Anthropic could not serve") as caught:
        server.judge(12)
    assert not caught.value.permanent
    assert caught.value.hint
    assert isinstance(caught.value.__cause__, JudgeError)


@pytest.mark.parametrize(("status", "todo"), [(401, "ANTHROPIC_API_KEY"), (402, "Add credit")])
def test_a_wrong_key_or_an_empty_account_costs_one_call(server: Server, status: int, todo: str) -> None:
    server.standin.fail(*100 * [Response(status)])
    with pytest.raises(JudgeError, match=todo) as caught:
        server.judge(100, papers_per_call=1, at_once=8)
    assert caught.value.permanent
    assert server.sizes == [1]


def test_credit_that_runs_out_midway_stops_the_rest_and_keeps_what_was_bought(server: Server) -> None:
    server.judge(8, papers_per_call=4)
    server.standin.fail(*100 * [Response(402)])
    with pytest.raises(JudgeError, match="Add credit"):
        server.judge(40, papers_per_call=4)
    assert server.sizes == [4, 4, 4]
    assert len(server.store.verdicts) == 8


def test_the_order_of_results_does_not_depend_on_which_call_returns_first() -> None:
    made = Server(without)
    with made.standin:
        judging = made.judge(30, papers_per_call=3, at_once=8)
    assert list(judging.verdicts) == [f"2613.{number:05d}" for number in range(1, 31) if number != 3]
