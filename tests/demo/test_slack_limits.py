"""The stand-in refuses what Slack refuses."""

from typing import Any

import pytest

from bot.demo.standins.slack_limits import refusal

TEXT = {"type": "plain_text", "text": "x"}
MRKDWN = {"type": "mrkdwn", "text": "x"}


def section(length: int) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def rich(part: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": [part]}]


def button(**fields: object) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": [{"type": "button", "text": TEXT, **fields}]}]


@pytest.mark.parametrize(
    ("text", "blocks", "code"),
    [
        ("", [], "no_text"),
        ("x" * 40_001, [], "msg_too_long"),
        ("x", [{"type": "divider"}] * 51, "invalid_blocks"),
        ("x", [{"type": "unheard_of"}], "invalid_blocks"),
        ("x", [section(3001)], "invalid_blocks"),
        ("x", [section(0)], "invalid_blocks"),
        ("x", [{"type": "section", "fields": [MRKDWN] * 11}], "invalid_blocks"),
        ("x", [{"type": "header", "text": MRKDWN}], "invalid_blocks"),
        ("x", [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "invalid_blocks"),
        ("x", [{"type": "context", "elements": [MRKDWN] * 11}], "invalid_blocks"),
        ("x", button(url="https://x.example/" + "x" * 3000), "invalid_blocks"),
        ("x", button(text={"type": "plain_text", "text": "x" * 76}), "invalid_blocks"),
        ("x", [{**section(1), "block_id": "a"}] * 2, "invalid_blocks"),
        ("x", button(action_id="a") + button(action_id="a"), "invalid_blocks"),
        ("x", rich({"type": "rich_text_section", "elements": []}), "invalid_blocks"),
        ("x", rich({"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}), "invalid_blocks"),
        ("x", rich({"type": "rich_text_section", "elements": [{"type": "link", "url": "x"}]}), "invalid_blocks"),
        ("x", [section(3000)] * 4, "msg_blocks_too_long"),
        ("x", [section(3000)] * 3, None),
        ("x", button(action_id="a", url="https://x.example/"), None),
        ("x", [], None),
    ],
)
def test_slack_s_limits_hold_in_the_stand_in(text: str, blocks: list[dict[str, Any]], code: str | None) -> None:
    assert refusal(text, blocks) == code
