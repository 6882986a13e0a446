"""What Slack refuses in a message, a form or a Home tab: https://docs.slack.dev/reference/block-kit/blocks,
https://docs.slack.dev/reference/block-kit/block-elements and https://docs.slack.dev/reference/views."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

Json = Mapping[str, Any]
Check = Callable[[Json], list[str]]

MOST_BLOCKS, MOST_IN_VIEW = 50, 100
LONGEST_TEXT = 40_000
LARGEST_VIEW = 250_000  # characters as JSON
# Not documented. 12,000 characters of text "with a buffer for block containers", about 125 characters each:
# https://github.com/slackapi/bolt-js/issues/2509
LONGEST_BLOCKS, CONTAINER = 12_000, 125
LONGEST_ID, LONGEST_URL, LONGEST_PRIVATE, LONGEST_TITLE = 255, 3000, 3000, 24
RICH_PARTS = {"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"}
RICH_ELEMENTS = {"text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "date", "color", "team"}
RICH_STYLES = {"bold", "italic", "strike", "code", "underline"}
VIEW_KEYS = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
MODAL_KEYS = VIEW_KEYS | {"title", "submit", "close", "clear_on_close", "notify_on_close"}
OPTION_KEYS = {"text", "value", "description", "url"}


def refusal(text: str, blocks: Sequence[Json]) -> str | None:
    """The error code with which Slack refuses such a message, or None."""
    if not text and not blocks:
        return "no_text"
    if len(text) > LONGEST_TEXT:
        return "msg_too_long"
    if faults(blocks):
        return "invalid_blocks"
    if sum(map(len, texts(blocks))) + CONTAINER * len(blocks) > LONGEST_BLOCKS:
        return "msg_blocks_too_long"
    return None


def view_refusal(view: Json) -> str | None:
    """The error code with which Slack refuses such a form or Home tab, or None. view: as its API takes it."""
    if len(json.dumps(view)) > LARGEST_VIEW:
        return "view_too_large"
    return "invalid_arguments" if view_faults(view) else None


def texts(blocks: object) -> Iterator[str]:
    """Every text in the blocks, however deep."""
    if isinstance(blocks, Mapping):
        if isinstance(blocks.get("text"), str):
            yield blocks["text"]
        yield from chain.from_iterable(texts(value) for value in blocks.values())
    elif isinstance(blocks, list | tuple):
        yield from chain.from_iterable(texts(value) for value in blocks)


def faults(blocks: Sequence[Json], most: int = MOST_BLOCKS) -> list[str]:
    """What is wrong with the blocks, one line each."""
    found = [f"{len(blocks)} blocks"] if len(blocks) > most else []
    for number, block in enumerate(blocks):
        check = _BLOCKS.get(block.get("type", ""))
        wrong = check(block) if check else ["of an unknown type"]
        wrong += _strangers(block)
        wrong += _ids((one["action_id"] for one in _elements(block) if "action_id" in one), "action_id")
        found += [f"block {number} ({block.get('type')}): {what}" for what in wrong]
    return found + _ids((block["block_id"] for block in blocks if "block_id" in block), "block_id")


def view_faults(view: Json) -> list[str]:
    """What is wrong with a form or a Home tab, one line each. view: as Slack's API takes it."""
    modal = view.get("type") == "modal"
    found = [] if modal or view.get("type") == "home" else ["neither a modal nor a Home tab"]
    found += [f"{key} is unknown there" for key in view if key not in (MODAL_KEYS if modal else VIEW_KEYS)]
    for key, longest in (("private_metadata", LONGEST_PRIVATE), ("callback_id", LONGEST_ID)):
        found += [f"{key} too long"] if len(view.get(key, "")) > longest else []
    if modal:
        found += [f"title: {what}" for what in _text(view.get("title"), LONGEST_TITLE, "plain_text")]
        for key in ("submit", "close"):
            wrong = _text(view[key], LONGEST_TITLE, "plain_text") if key in view else []
            found += [f"{key}: {what}" for what in wrong]
        asks = any(block.get("type") == "input" for block in view.get("blocks", []))
        found += ["fields, and nothing to submit them with"] if asks and "submit" not in view else []
    return found + faults(view.get("blocks", []), MOST_IN_VIEW)


def _strangers(part: object) -> Iterator[str]:
    """What Slack does not know there, and so refuses: https://github.com/slackapi/bolt-js/issues/1841."""
    if isinstance(part, Mapping):
        known = _KEYS.get(str(part.get("type")))
        yield from (f"{part['type']}: {key} is unknown there" for key in part if known and key not in known)
        yield from chain.from_iterable(_strangers(value) for value in part.values())
    elif isinstance(part, list | tuple):
        yield from chain.from_iterable(_strangers(value) for value in part)


def _ids(values: Iterable[str], key: str) -> list[str]:
    counts = Counter(values)
    found = [f"{key} {value[:20]!r} used twice" for value, count in counts.items() if count > 1]
    return found + [f"{key} of {len(value)} characters" for value in counts if not 1 <= len(value) <= LONGEST_ID]


def _elements(block: Json) -> list[Json]:
    """What can be pressed, chosen or filled in there."""
    single = [block[key] for key in ("accessory", "element") if key in block]
    return single + (list(block.get("elements", [])) if block.get("type") == "actions" else [])


def _text(text: Json | None, longest: int, *types: str) -> list[str]:
    if not text or text.get("type") not in (types or ("plain_text", "mrkdwn")):
        return ["text of a wrong type"]
    return [] if 1 <= len(text["text"]) <= longest else [f"text of {len(text['text'])} characters"]


def _header(block: Json) -> list[str]:
    return _text(block.get("text"), 150, "plain_text")


def _section(block: Json) -> list[str]:
    fields = block.get("fields", [])
    wrong = [] if len(fields) <= 10 else ["too many fields"]
    wrong += [what for field in fields for what in _text(field, 2000)]
    wrong += _element(block["accessory"], PRESSED) if "accessory" in block else []
    return wrong + (_text(block.get("text"), 3000) if "text" in block or not fields else [])


def _context(block: Json) -> list[str]:
    elements = block.get("elements", [])
    wrong = [] if 1 <= len(elements) <= 10 else [f"{len(elements)} elements"]
    return wrong + [what for element in elements for what in _text(element, 3000)]


def _actions(block: Json) -> list[str]:
    elements = block.get("elements", [])
    wrong = [] if 1 <= len(elements) <= 25 else [f"{len(elements)} elements"]
    return wrong + [what for element in elements for what in _element(element, PRESSED)]


def _input(block: Json) -> list[str]:
    wrong = _text(block.get("label"), 2000, "plain_text")
    wrong += _text(block["hint"], 2000, "plain_text") if "hint" in block else []
    return wrong + _element(block.get("element", {}), FILLED)


def _element(element: Json, allowed: Mapping[str, Check]) -> list[str]:
    check = allowed.get(element.get("type", ""))
    if not check:
        return [f"a {element.get('type')}, which cannot stand there"]
    wrong = _text(element["placeholder"], 150, "plain_text") if "placeholder" in element else []
    return [f"{element['type']}: {what}" for what in wrong + check(element)]


def _button(button: Json) -> list[str]:
    longest = {"value": 2000, "url": LONGEST_URL, "accessibility_label": 75}
    wrong = [f"{key} too long" for key, most in longest.items() if len(button.get(key, "")) > most]
    wrong += [] if button.get("style", "primary") in ("primary", "danger") else ["an unknown style"]
    wrong += [] if _of_the_web(button.get("url", "https://")) else ["an address that is not of the web"]
    return wrong + _text(button.get("text"), 75, "plain_text")


def _overflow(menu: Json) -> list[str]:
    return _options(menu, 5)


def _static_select(menu: Json) -> list[str]:
    chosen = menu.get("initial_option")
    wrong = [] if chosen is None or chosen in menu.get("options", []) else ["starts with what it does not offer"]
    return wrong + _options(menu, 100)


def _options(menu: Json, most: int) -> list[str]:
    options = menu.get("options", [])
    wrong = [] if 1 <= len(options) <= most else [f"{len(options)} options"]
    for option in options:
        wrong += [f"option: {key} is unknown there" for key in option if key not in OPTION_KEYS]
        wrong += _text(option.get("text"), 75, "plain_text")
        wrong += [] if 1 <= len(option.get("value", "")) <= 150 else ["an option's value of a wrong length"]
    return wrong


def _plain_text_input(field: Json) -> list[str]:
    longest, given = field.get("max_length", 3000), field.get("initial_value")
    wrong = [] if 1 <= longest <= 3000 else ["max_length"]
    if given is not None and not 1 <= len(given) <= longest:
        wrong.append(f"starts with {len(given)} characters of {longest}")
    return wrong + (["more than one line"] if given and "\n" in given and not field.get("multiline") else [])


def _number_input(field: Json) -> list[str]:
    if not isinstance(field.get("is_decimal_allowed"), bool):
        return ["does not say whether decimals are allowed"]
    given = {key: field[key] for key in ("min_value", "max_value", "initial_value") if key in field}
    wrong = [f"{key} is no number in a text" for key, value in given.items() if not _whole(value)]
    if wrong or "initial_value" not in given:
        return wrong
    least, most = (int(given.get(key, given["initial_value"])) for key in ("min_value", "max_value"))
    return [] if least <= int(given["initial_value"]) <= most else ["starts outside its range"]


def _whole(value: object) -> bool:
    return isinstance(value, str) and value.lstrip("-").isdecimal()


def _rich_text(block: Json) -> list[str]:
    parts = list(block.get("elements", []))
    wrong = [] if parts else ["no elements"]
    for part in parts:
        if part.get("type") not in RICH_PARTS or not part.get("elements"):
            wrong.append(f"a part {part.get('type')} that is unknown or empty")
        elif part["type"] == "rich_text_list":
            wrong += [] if part.get("style") in ("bullet", "ordered") else ["a list without a style"]
            wrong += ["no section" for item in part["elements"] if item.get("type") != "rich_text_section"]
            wrong += _rich_text({"elements": part["elements"]})
        else:
            wrong += [f"a bad {element.get('type')}" for element in part["elements"] if not _good_element(element)]
    return wrong


def _good_element(element: Json) -> bool:
    if element.get("type") not in RICH_ELEMENTS or set(element.get("style", {})) - RICH_STYLES:
        return False
    if element.get("type") == "link":
        url = str(element.get("url", ""))
        return (_of_the_web(url) or url.startswith("mailto:")) and len(url) <= LONGEST_URL and element.get("text") != ""
    return element.get("type") != "text" or bool(element.get("text"))


def _of_the_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _divider(_: Json) -> list[str]:
    return []


PRESSED: Mapping[str, Check] = {"button": _button, "overflow": _overflow, "static_select": _static_select}
FILLED: Mapping[str, Check] = {
    "plain_text_input": _plain_text_input,
    "number_input": _number_input,
    "static_select": _static_select,
}
_BLOCKS: Mapping[str, Check] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "divider": _divider,
}
_FIELD = "type action_id placeholder focus_on_load"
_KEYS: Mapping[str, Sequence[str]] = {
    kind: keys.split()
    for kind, keys in {
        "plain_text": "type text emoji",
        "mrkdwn": "type text verbatim",
        "header": "type block_id text level",
        "section": "type block_id text fields accessory expand",
        "context": "type block_id elements",
        "actions": "type block_id elements",
        "input": "type block_id label element hint optional dispatch_action",
        "divider": "type block_id",
        "rich_text": "type block_id elements",
        "rich_text_section": "type elements",
        "rich_text_quote": "type elements border",
        "rich_text_preformatted": "type elements border language",
        "rich_text_list": "type elements style indent offset border",
        "text": "type text style",
        "link": "type url text style unsafe",
        "button": "type action_id text url value style confirm accessibility_label",
        "overflow": "type action_id options confirm",
        "static_select": f"{_FIELD} options option_groups initial_option confirm",
        "plain_text_input": f"{_FIELD} initial_value multiline min_length max_length dispatch_action_config",
        "number_input": f"{_FIELD} initial_value min_value max_value is_decimal_allowed dispatch_action_config",
    }.items()
}
