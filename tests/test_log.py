"""The log: one line per event, and no secret on it."""

import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.log import JsonFormatter, LineFormatter, running, set_up

FORMATTERS = [LineFormatter, JsonFormatter]


@pytest.fixture
def stderr(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What stderr got. The loggers are put back as they were."""
    levels = {name: logging.getLogger(name).level for name in (None, "bot", "slack_sdk", "uvicorn")}
    handlers = logging.getLogger().handlers
    yield lambda: capsys.readouterr().err
    logging.captureWarnings(capture=False)
    logging.getLogger().handlers = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def record(message: str, **extra: object) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": message, "levelname": "INFO", "name": "bot.test", "created": 0, **extra})


def line(message: str, *secrets: str, **extra: object) -> str:
    return LineFormatter(secrets).format(record(message, **extra))


def parsed(message: str, *secrets: str, **extra: object) -> dict[str, Any]:
    told = JsonFormatter(secrets).format(record(message, **extra))
    assert len(told.splitlines()) == 1
    read: dict[str, Any] = json.loads(told)
    return read


def failure(text: str) -> Any:
    try:
        raise RuntimeError(text)
    except RuntimeError:
        return sys.exc_info()


def test_an_event_is_one_line_of_keys_and_values() -> None:
    told = line("delivered", outlet="slack:C1", where="thread 1.0")
    assert told.endswith(' info delivered outlet=slack:C1 where="thread 1.0"')


def test_as_json_an_event_is_one_object_whose_numbers_stay_numbers() -> None:
    told = parsed("delivered", outlet="slack:C1", papers=35, again=False, trouble=None, seconds=1.5)
    assert {key: told[key] for key in ("level", "event", "logger", "outlet", "papers", "again", "trouble")} == {
        "level": "info",
        "event": "delivered",
        "logger": "bot.test",
        "outlet": "slack:C1",
        "papers": 35,
        "again": False,
        "trouble": None,
    }
    assert told["seconds"] == 1.5
    assert parsed("odd", share=float("nan"))["share"] == "nan"
    assert told["time"].startswith("19")


def test_an_event_s_own_keys_cannot_stand_in_for_ours() -> None:
    told = parsed("refused", level="debug", event="all is well", time="now")
    assert (told["level"], told["event"]) == ("info", "refused")
    assert (told["level_"], told["event_"], told["time_"]) == ("debug", "all is well", "now")


@given(st.text(), st.text())
def test_no_text_from_outside_can_forge_a_second_line(message: str, value: str) -> None:
    assert len(line(message.replace("%", ""), title=value).splitlines()) == 1
    assert parsed(message.replace("%", ""), title=value)["title"] == value


@given(st.text('ab "=\\\n'))
def test_no_value_can_forge_a_second_value(value: str) -> None:
    told = line("refused", title=value, state="failed")
    assert told.endswith(" state=failed")
    inner = told.removesuffix(" state=failed").partition(" title=")[2]
    if inner.startswith('"'):
        inner = inner[1:-1].replace("\\\\", "").replace('\\"', "")
        assert '"' not in inner
    else:
        assert not set(inner) & set(' "=')


@given(st.text('\n\r\u2028\x85 abc="'))
def test_a_traceback_stays_below_its_event_and_cannot_look_like_another(text: str) -> None:
    first, *rest = line("delivery broke", exc_info=failure(text)).splitlines()
    assert first.endswith(" info delivery broke")
    assert rest
    assert all(one.startswith("    ") for one in rest)


def test_a_traceback_as_json_is_part_of_its_event() -> None:
    told = parsed("delivery broke", exc_info=failure("two\nlines"))
    assert told["traceback"].splitlines()[0] == "Traceback (most recent call last):"
    assert told["traceback"].endswith("RuntimeError: two\nlines")


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Cc"])))
def test_a_secret_never_reaches_the_line_whatever_it_is_made_of(tail: str) -> None:
    secret = f"xoxb-{tail}"
    given = {"url": f"https://host/?key={secret}", "exc_info": failure(f"token {secret} was refused")}
    event = f"refused {secret}".replace("%", "%%")
    told, read = line(event.replace("%%", "%"), secret, **given), parsed(event.replace("%%", "%"), secret, **given)
    assert told.splitlines()[0].endswith(' info refused ••• url="https://host/?key=•••"')
    assert told.endswith("RuntimeError: token ••• was refused")
    assert (read["event"], read["url"]) == ("refused •••", "https://host/?key=•••")
    assert "token ••• was refused" in read["traceback"]


@pytest.mark.parametrize("formatter", FORMATTERS)
def test_every_line_says_which_run_it_belongs_to_also_from_its_threads(
    formatter: type[LineFormatter],
) -> None:
    told: list[str] = []

    def tell() -> None:
        told.append(formatter().format(record("judged")))

    with running(12, profile="group", day="2026-05-06"):
        thread = threading.Thread(target=tell)
        thread.start()
        thread.join()
        with running(13):
            tell()
        tell()
    tell()

    of_run = [("run=12" in one or '"run": 12' in one, "group" in one) for one in told]
    assert of_run == [(True, True), (False, False), (True, True), (False, False)]
    assert "13" in told[1]


def test_a_run_that_fails_is_over_for_the_log_too() -> None:
    with pytest.raises(ValueError, match="x"), running(12):
        raise ValueError("x")
    assert "run" not in line("idle")


@pytest.mark.parametrize("fmt", ["lines", "json"])
def test_our_log_goes_to_stderr_in_the_form_that_was_asked_for(stderr: Callable[[], str], fmt: str) -> None:
    set_up(["xoxb-hidden"], fmt=fmt)
    try:
        raise RuntimeError("token xoxb-hidden was refused")
    except RuntimeError:
        logging.getLogger("bot.test").exception("delivery broke")
    told = stderr()
    assert "was refused" in told
    assert "hidden" not in told
    assert told.startswith("{") == (fmt == "json")
    assert (len(told.splitlines()) == 1) == (fmt == "json")


def test_what_python_warns_of_is_an_event_like_any_other(stderr: Callable[[], str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        set_up((), fmt="json")
        warnings.warn("the model is deprecated", stacklevel=1)
    [told] = map(json.loads, stderr().splitlines())
    assert "the model is deprecated" in told["event"]
