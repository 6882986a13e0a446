"""Whatever Slack, or somebody with its secret, sends: it is read without a defect, and nothing in it gets through."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.slack_payloads import (
    action_origin,
    command_origin,
    command_text,
    home_origin,
    is_typed,
    message_origin,
    place_of,
    pressed,
    private_of,
    submitted,
    with_origin,
)
from bot.domain.characters import one_line
from bot.domain.conversation import Act, Place, PlaceKind

_KEYS = """
type user user_id user_name username id name channel channel_id channel_name view message blocks actions action_id value
selected_option selected_options state values event event_id tab ts thread_ts container is_ephemeral team trigger_id
response_url private_metadata callback_id text bot_id channel_type subtype
"""
KEYS = tuple(_KEYS.split())
WORDS = st.sampled_from(
    [*KEYS, "U0ADA", "C0DEMO", "D1", "modal", "home", "home:D1 p", "im", "say:1", "../../etc", "\x1b[0m"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner), max_leaves=30
)
BODIES = st.dictionaries(st.sampled_from(KEYS), JSON)


@given(BODIES)
def test_no_payload_is_a_defect_and_no_id_is_anything_but_an_id(body: dict[str, Any]) -> None:
    for read in (command_origin, message_origin, home_origin, action_origin):
        origin = read(body, "T1", many=True)
        for found in (origin.asker.user, origin.asker.place.channel):
            assert found == "" or (found.isalnum() and found.isascii() and found == found.upper())
        assert all(isinstance(one, str) for one in (origin.id, origin.response_url, origin.trigger, origin.view))
        for name in (origin.asker.name, origin.asker.place.name):
            assert name.strip() == one_line(name)
    press, form = pressed(body), submitted(body)
    assert press is None or press.act in Act
    assert all(value is None or isinstance(value, str) for value in form.values.values())
    is_typed(body)


@settings(max_examples=30)
@given(BODIES)
def test_the_same_thing_sent_twice_has_the_same_id(body: dict[str, Any]) -> None:
    for read in (command_origin, message_origin, home_origin, action_origin):
        assert read(body, "T1", many=True).id == read(dict(reversed(body.items())), "T1", many=True).id


@given(st.text())
def test_what_slack_escapes_comes_out_as_it_was_typed(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert command_text(escaped) == text[:4000].strip()


@given(
    st.sampled_from([PlaceKind.CHANNEL, PlaceKind.DIRECT, PlaceKind.HOME]),
    st.from_regex(r"[A-Z0-9]{0,12}", fullmatch=True),
    st.text(),
)
def test_a_view_carries_its_place_and_what_its_maker_put_in(kind: PlaceKind, channel: str, private: str) -> None:
    place = Place(kind, channel, "T1")
    body = {"private_metadata": with_origin(private, place)}
    assert place_of(body, "T1") == place
    assert private_of(body) == private


def test_what_slack_calls_every_private_channel_is_nobody_s_name() -> None:
    typed = {"channel_id": "C1", "user_id": "U1"}
    pressed_there = {"channel": {"id": "C1", "name": "privategroup"}}
    assert command_origin({**typed, "channel_name": "papers"}, "T1", many=False).asker.place.name == "papers"
    assert command_origin({**typed, "channel_name": "privategroup"}, "T1", many=False).asker.place.name == ""
    assert action_origin(pressed_there, "T1", many=False).asker.place.name == ""


def test_every_way_of_choosing_in_a_form_is_read() -> None:
    values = {
        "text": {"a": {"type": "plain_text_input", "value": "words & <b>"}},
        "empty": {"a": {"type": "plain_text_input", "value": None}},
        "choice": {"a": {"type": "static_select", "selected_option": {"value": "up"}}},
        "unchosen": {"a": {"type": "static_select", "selected_option": None}},
        "choices": {"a": {"type": "checkboxes", "selected_options": [{"value": "x"}, {"value": "y"}]}},
        "unchecked": {"a": {"type": "checkboxes", "selected_options": []}},
        "day": {"a": {"type": "datepicker", "selected_date": "2026-05-06"}},
    }
    form = submitted({"view": {"callback_id": "topics", "private_metadata": "p", "state": {"values": values}}})
    assert form.values == {
        "text": "words & <b>",
        "empty": None,
        "choice": "up",
        "unchosen": None,
        "choices": "x,y",
        "unchecked": None,
        "day": "2026-05-06",
    }
