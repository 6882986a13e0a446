"""The threads behind the acknowledgement: order, turns, bounds and the end."""

import threading
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack_workers import Workers
from tests.fakes.slack_rig import until


@given(st.lists(st.sampled_from("abcd"), max_size=60), st.integers(1, 4))
def test_all_is_done_once_and_in_order_for_each_person(whose: list[str], threads: int) -> None:
    done: dict[str, list[int]] = defaultdict(list)
    at_once: dict[str, int] = defaultdict(int)
    workers = Workers("test", threads, 100, 100)

    def job(who: str, number: int) -> None:
        at_once[who] += 1
        assert at_once[who] == 1
        done[who].append(number)
        at_once[who] -= 1

    for number, who in enumerate(whose):
        assert workers.take(who, lambda who=who, number=number: job(who, number))  # type: ignore[misc]
    workers.close(10)
    assert done == {who: [number for number, one in enumerate(whose) if one == who] for who in set(whose)}


def test_a_job_that_breaks_is_logged_and_the_thread_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()
    workers = Workers("test", 1, 10, 10)

    def divide() -> None:
        1 // 0  # noqa: B018

    workers.take("a", divide)
    workers.take("a", done.set)
    assert done.wait(10)
    workers.close(1)
    assert [record.exc_info and record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]


def test_the_end_waits_only_so_long_and_says_what_was_left(caplog: pytest.LogCaptureFixture) -> None:
    forever = threading.Event()
    workers = Workers("test", 2, 10, 10)

    def wait() -> None:
        forever.wait(30)

    for number in range(5):
        workers.take(str(number), wait)
    until(lambda: len(workers._working) == 2)
    workers.close(0.05)
    assert caplog.records[0].__dict__["left"] == 5
    assert not workers.take("a", forever.set)
    forever.set()


def test_what_many_do_in_turns_may_wait_in_greater_number_than_what_one_does() -> None:
    hold = threading.Event()
    workers = Workers("test", 1, 10, 2)

    def wait() -> None:
        hold.wait(30)

    workers.take("first", wait)
    until(lambda: len(workers._working) == 1)
    assert [workers.take("ada", wait) for _ in range(3)] == [True, True, False]
    assert [workers.take("votes", wait, of_many=True) for _ in range(4)] == [True] * 4
    hold.set()
    workers.close(10)
