"""slack-manifest.yaml and the code ask for the same."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.slack_check import SCOPES
from bot.adapters.slack_http import EVENTS_PATH
from bot.adapters.slack_listen import COMMAND, EVENTS
from tests.fakes import plain_yaml

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "slack-manifest.yaml").read_text()
# https://docs.slack.dev/reference/methods says of each method which scope it needs.
NEEDS = {
    "apps_connections_open": set(),
    "auth_test": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history"},
    "oauth_v2_access": set(),
    "users_conversations": {"channels:read", "groups:read"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_update": set(),
}
OF_EVENTS = {"message.im": {"im:history"}}


@pytest.fixture
def manifest() -> dict[str, Any]:
    return plain_yaml.read(TEXT)


def called() -> set[str]:
    """Every method of Slack's that the adapters name."""
    sources = " ".join(path.read_text() for path in (ROOT / "bot" / "adapters").glob("*.py"))
    return set(re.findall(r"\.web\.([a-z_A-Z0-9]+_[a-zA-Z0-9_]+)", sources)) | set(
        re.findall(r'"((?:chat|views|users|conversations)_[a-zA-Z]+)"', sources)
    )


def test_the_scopes_are_exactly_those_that_something_needs(manifest: dict[str, Any]) -> None:
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    assert called() == set(NEEDS), "a new method: which scope does it need?"
    assert scopes == set().union(*NEEDS.values(), *OF_EVENTS.values(), {"commands"})
    assert scopes == set(SCOPES), "what `broadsheet check` looks for, and what OAuth asks for"


def test_every_event_that_is_listened_to_is_sent_and_no_other(manifest: dict[str, Any]) -> None:
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert {event.partition(".")[0] for event in events} == set(EVENTS)
    assert "message.im" in events, "and no message of a channel"


def test_the_command_the_home_tab_and_the_buttons_are_switched_on(manifest: dict[str, Any]) -> None:
    features, settings = manifest["features"], manifest["settings"]
    assert [one["command"] for one in features["slash_commands"]] == [COMMAND]
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert settings["interactivity"]["is_enabled"]
    assert settings["socket_mode_enabled"]
    assert not settings["org_deploy_enabled"], "an installation for an organisation is refused"
    assert not settings["token_rotation_enabled"], "a token that expires is not renewed"
    assert features["bot_user"]["display_name"] == manifest["display_information"]["name"] == "Broadsheet"


def test_it_is_within_slack_s_limits(manifest: dict[str, Any]) -> None:
    shown, command = manifest["display_information"], manifest["features"]["slash_commands"][0]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000


def test_for_http_the_comments_say_all_that_has_to_change() -> None:
    manifest = plain_yaml.read("\n".join(plain_yaml.uncommented(TEXT)))
    address = f"https://papers.example.org{EVENTS_PATH}"
    assert manifest["features"]["slash_commands"][0]["url"] == address
    assert manifest["settings"]["event_subscriptions"]["request_url"] == address
    assert manifest["settings"]["interactivity"]["request_url"] == address
    assert manifest["oauth_config"]["redirect_urls"] == ["https://papers.example.org/slack/oauth_redirect"]
