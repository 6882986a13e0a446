"""The stand-in refuses what Slack refuses."""

from typing import Any

import pytest

from bot.demo.standins.slack_limits import refusal, view_faults, view_refusal

TEXT = {"type": "plain_text", "text": "x"}
MRKDWN = {"type": "mrkdwn", "text": "x"}
LONG_TITLE = {"type": "plain_text", "text": "x" * 25}
BUTTON = {"type": "button", "text": TEXT}
OPTION = {"text": TEXT, "value": "v"}
FIELD = {"type": "plain_text_input"}
WORD = {"type": "text", "text": "x"}
PART = {"type": "rich_text_section", "elements": [WORD]}
HOME = {"type": "home", "blocks": []}


def section(length: int) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def rich(part: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": [part]}]


def button(**fields: object) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": [{"type": "button", "text": TEXT, **fields}]}]


def actions(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": list(elements)}]


def overflow(*options: dict[str, Any]) -> dict[str, Any]:
    return {"type": "overflow", "options": list(options)}


def select(*options: dict[str, Any], **fields: object) -> dict[str, Any]:
    return {"type": "static_select", "options": list(options), **fields}


def asked(element: dict[str, Any], **fields: object) -> dict[str, Any]:
    """A form with one field."""
    return form([{"type": "input", "label": TEXT, "element": element, **fields}])


def number(**fields: object) -> dict[str, Any]:
    return {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "10", **fields}


def form(blocks: list[dict[str, Any]], **fields: object) -> dict[str, Any]:
    return {"type": "modal", "title": TEXT, "submit": TEXT, "blocks": blocks, **fields}


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
        ("x", actions({**BUTTON, "action_id": "a"}, {**BUTTON, "action_id": "a"}), "invalid_blocks"),
        ("x", button(action_id="a") + button(action_id="a"), None),
        ("x", button(action_id=""), "invalid_blocks"),
        ("x", button(action_id="a" * 256), "invalid_blocks"),
        ("x", [{**section(1), "block_id": "b" * 256}], "invalid_blocks"),
        ("x", button(value="v" * 2001), "invalid_blocks"),
        ("x", button(style="loud"), "invalid_blocks"),
        ("x", button(url="javascript:x"), "invalid_blocks"),
        ("x", button(accessibility_label="x" * 76), "invalid_blocks"),
        ("x", actions(*[BUTTON] * 26), "invalid_blocks"),
        ("x", actions(), "invalid_blocks"),
        ("x", actions(*[BUTTON] * 25), None),
        ("x", actions(FIELD), "invalid_blocks"),
        ("x", actions(overflow(*[OPTION] * 6)), "invalid_blocks"),
        ("x", actions(overflow()), "invalid_blocks"),
        ("x", actions(overflow({**OPTION, "value": "v" * 151})), "invalid_blocks"),
        ("x", actions(overflow({**OPTION, "text": {"type": "plain_text", "text": "x" * 76}})), "invalid_blocks"),
        ("x", actions(overflow({**OPTION, "text": MRKDWN})), "invalid_blocks"),
        ("x", actions(overflow(*[OPTION] * 5)), None),
        ("x", actions(select(*[OPTION] * 101)), "invalid_blocks"),
        ("x", actions(select(OPTION, initial_option={**OPTION, "value": "w"})), "invalid_blocks"),
        ("x", actions(select(OPTION, placeholder={"type": "plain_text", "text": "x" * 151})), "invalid_blocks"),
        ("x", actions(select(*[OPTION] * 100, initial_option=OPTION, placeholder=TEXT)), None),
        ("x", [{**section(1), "accessory": overflow(OPTION)}], None),
        ("x", [{**section(1), "accessory": FIELD}], "invalid_blocks"),
        ("x", rich({"type": "rich_text_section", "elements": []}), "invalid_blocks"),
        ("x", rich({"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}), "invalid_blocks"),
        ("x", rich({"type": "rich_text_section", "elements": [{"type": "link", "url": "x"}]}), "invalid_blocks"),
        ("x", rich({"type": "rich_text_section", "elements": [{"type": "unheard_of"}]}), "invalid_blocks"),
        ("x", rich({"type": "rich_text_section", "elements": [PART]}), "invalid_blocks"),
        ("x", rich({"type": "rich_text_list", "elements": [PART]}), "invalid_blocks"),
        ("x", rich({"type": "rich_text_list", "style": "bullet", "elements": [WORD]}), "invalid_blocks"),
        ("x", rich({"type": "rich_text_list", "style": "bullet", "elements": [PART], "indent": 0, "border": 0}), None),
        ("x", [{"type": "divider", "image_bytes": 1}], "invalid_blocks"),
        ("x", button(text={**TEXT, "verbatim": False}), "invalid_blocks"),
        ("x", actions(overflow({**OPTION, "emoji": True})), "invalid_blocks"),
        ("x", [section(3000)] * 4, "msg_blocks_too_long"),
        ("x", [section(3000)] * 3, None),
        ("x", button(action_id="a", url="https://x.example/"), None),
        ("x", [], None),
    ],
)
def test_slack_s_limits_hold_in_the_stand_in(text: str, blocks: list[dict[str, Any]], code: str | None) -> None:
    assert refusal(text, blocks) == code


@pytest.mark.parametrize(
    ("view", "fault"),
    [
        (asked(FIELD), ""),
        (asked(number(initial_value="10")), ""),
        (asked(select(OPTION)), ""),
        (form([{"type": "divider"}] * 100), ""),
        ({**HOME, "private_metadata": "x" * 3000}, ""),
        (form([{"type": "divider"}] * 101), "101 blocks"),
        ({**HOME, "blocks": [{"type": "divider"}] * 101}, "101 blocks"),
        ({"type": "sheet", "blocks": []}, "neither a modal nor a Home tab"),
        ({**HOME, "title": TEXT}, "title is unknown there"),
        (form([], title=LONG_TITLE), "title: text of 25 characters"),
        (form([], submit=LONG_TITLE), "submit: text of 25 characters"),
        (form([], title=MRKDWN), "title: text of a wrong type"),
        (form([], private_metadata="x" * 3001), "private_metadata too long"),
        (form([], callback_id="x" * 256), "callback_id too long"),
        ({key: value for key, value in asked(FIELD).items() if key != "submit"}, "nothing to submit them with"),
        (asked(BUTTON), "a button, which cannot stand there"),
        (asked(FIELD, label=MRKDWN), "text of a wrong type"),
        (asked(FIELD, hint={"type": "plain_text", "text": "x" * 2001}), "text of 2001 characters"),
        (asked({**FIELD, "initial_value": "x" * 3001}), "starts with 3001 characters of 3000"),
        (asked({**FIELD, "initial_value": "xyz", "max_length": 2}), "starts with 3 characters of 2"),
        (asked({**FIELD, "initial_value": "a\nb"}), "more than one line"),
        (asked({**FIELD, "max_length": 3001}), "max_length"),
        (asked(number(initial_value="11")), "starts outside its range"),
        (asked(number(initial_value=5)), "initial_value is no number in a text"),
        (asked({"type": "number_input"}), "whether decimals are allowed"),
    ],
)
def test_slack_s_limits_of_forms_and_home_tabs_hold_in_the_stand_in(view: dict[str, Any], fault: str) -> None:
    found = view_faults(view)
    assert fault in "; ".join(found)
    assert bool(found) == bool(fault)
    assert view_refusal(view) == ("invalid_arguments" if fault else None)


def test_a_form_larger_than_slack_takes_is_refused() -> None:
    long = {"type": "input", "label": TEXT, "element": {**FIELD, "multiline": True, "initial_value": "x" * 3000}}
    assert view_refusal(form([long] * 90)) == "view_too_large"
