"""The log: one line per event, and no secret on it."""

import io
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.log import LineFormatter, set_up


def line(message: str, *secrets: str, **extra: object) -> str:
    record = logging.makeLogRecord({"msg": message, "levelname": "INFO", "created": 0, **extra})
    return LineFormatter(secrets).format(record)


def test_an_event_is_one_line_of_keys_and_values() -> None:
    told = line("delivered", outlet="slack:C1", where="thread 1.0")
    assert told.endswith(' info delivered outlet=slack:C1 where="thread 1.0"')


@given(st.text(), st.text())
def test_no_text_from_outside_can_forge_a_second_line(message: str, value: str) -> None:
    assert len(line(message.replace("%", ""), title=value).splitlines()) == 1


@given(st.text(st.characters(categories=["L", "N"])))
def test_a_secret_never_reaches_the_line(tail: str) -> None:
    secret = f"xoxb-{tail}"
    told = line(f"refused {secret}", secret, url=f"https://host/?key={secret}")
    assert told.endswith(" info refused ••• url=https://host/?key=•••")


def test_a_secret_inside_a_traceback_is_blotted_out_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    handlers = logging.getLogger().handlers
    try:
        set_up(["xoxb-hidden"])
        try:
            raise RuntimeError("token xoxb-hidden was refused")
        except RuntimeError:
            logging.getLogger("bot.test").exception("delivery broke")
    finally:
        logging.getLogger().handlers = handlers
    assert "token ••• was refused" in stream.getvalue()
    assert "hidden" not in stream.getvalue()
