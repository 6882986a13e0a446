"""What `broadsheet check` says of a Slack channel, asked of a real local server that speaks Slack's Web API."""

from collections.abc import Iterator

import pytest

from bot.adapters.slack_api import SlackApi
from bot.adapters.slack_check import SCOPES as ALL_SCOPES
from bot.adapters.slack_check import check_channel
from bot.demo.standins.slack import SCOPES, Fault, SlackStandin
from bot.errors import DeliveryError


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin() as standin:
        yield standin


def check(slack: SlackStandin, channel: str = "C0DEMO", *, listens: bool = False) -> str:
    api = SlackApi(slack.token, f"slack:{channel}", slack.url, timeout=5, sleep=lambda _: None)
    return check_channel(api, channel, listens=listens)


def without(*scopes: str) -> tuple[str, ...]:
    return tuple(scope for scope in SCOPES if scope not in scopes)


def test_a_bot_that_has_all_it_needs_has_nothing_to_mend(slack: SlackStandin) -> None:
    assert check(slack) == "posts as broadsheet to #papers (Stand-in)"
    slack.channel.is_private = True
    slack.scopes = ("chat:write", "groups:read", "groups:history")
    assert check(slack) == "posts as broadsheet to #papers (Stand-in)"


def test_direct_messages_need_no_scope_for_channels(slack: SlackStandin) -> None:
    slack.scopes = ("chat:write", "im:history")
    assert check(slack, "D0ADA") == "posts as broadsheet to #direct messages (Stand-in)"
    slack.scopes = tuple(SCOPES)
    assert "cut off cannot be resumed. Add im:history under" in check(slack, "D0ADA")


def test_a_bot_that_may_not_post_is_told_all_scopes_that_it_lacks_at_once(slack: SlackStandin) -> None:
    slack.scopes = ("channels:read",)
    with pytest.raises(DeliveryError, match="scope chat:write is missing") as caught:
        check(slack)
    assert caught.value.hint.startswith("Add chat:write and channels:history under")
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("scopes", "breaks", "add"),
    [
        (without("channels:history"), ["cut off cannot be resumed"], "Add channels:history under"),
        (without("channels:read"), ["cannot be told"], "Add channels:read (if it is private: groups:"),
        (
            ("chat:write",),
            ["cannot be told", "cut off cannot be resumed"],
            "Add channels:read and channels:history (if it is private",
        ),
    ],
)
def test_each_missing_scope_is_named_with_what_breaks_without_it(
    slack: SlackStandin, scopes: tuple[str, ...], breaks: list[str], add: str
) -> None:
    slack.scopes = scopes
    told = check(slack)
    assert told.startswith("posts as broadsheet to ")
    assert add in told
    for one in ("cannot be told", "cut off cannot be resumed"):
        assert (one in told) == (one in breaks)


def test_a_private_channel_needs_scopes_of_its_own(slack: SlackStandin) -> None:
    slack.channel.is_private = True
    assert "Add groups:read and groups:history under" in check(slack), "public channels' scopes do not reach it"
    slack.scopes = (*SCOPES, "groups:read")
    assert "Add groups:history under" in check(slack)


def test_scopes_that_slack_does_not_tell_are_not_called_missing(slack: SlackStandin) -> None:
    slack.scopes = None
    assert check(slack) == "posts as broadsheet to #papers (Stand-in). Slack did not say which scopes the token has"


def test_a_channel_that_is_not_there_or_archived_or_lacks_the_bot_is_an_error(slack: SlackStandin) -> None:
    with pytest.raises(DeliveryError, match=r"channel_not_found.*invite the bot if it is private"):
        check(slack, "C0OTHER")
    slack.channel.is_member = False
    with pytest.raises(DeliveryError, match="/invite @broadsheet"):
        check(slack)
    slack.scopes = (*SCOPES, "chat:write.public")
    assert "posts as" in check(slack), "with that scope a public channel need not be joined"
    slack.channel.is_archived = True
    with pytest.raises(DeliveryError, match="archived"):
        check(slack)


def test_a_token_that_is_no_bot_s_is_an_error(slack: SlackStandin) -> None:
    slack.script("auth.test", Fault(more={"ok": True, "user_id": "U0ADA"}))
    with pytest.raises(DeliveryError, match="not a bot's token"):
        check(slack)


def test_an_app_that_listens_needs_what_the_manifest_asks_for(slack: SlackStandin) -> None:
    slack.scopes = tuple(ALL_SCOPES)
    assert check(slack, listens=True) == "posts as broadsheet to #papers (Stand-in)"
    assert check(slack) == "posts as broadsheet to #papers (Stand-in)"


@pytest.mark.parametrize("scope", [one for one in ALL_SCOPES if one != "chat:write"])
def test_an_app_that_listens_is_told_each_scope_that_it_lacks_and_what_for(slack: SlackStandin, scope: str) -> None:
    slack.scopes = tuple(one for one in ALL_SCOPES if one != scope)
    told = check(slack, listens=True)
    assert f"Add {scope}" in told
    if scope != "channels:read":  # then it says that the channel is not known
        assert ALL_SCOPES[scope] in told


def test_an_app_for_digests_alone_is_told_all_that_commands_need_at_once(slack: SlackStandin) -> None:
    told = check(slack, listens=True)
    assert "Add commands, groups:history, groups:read, im:history, im:write and users:read under" in told
    assert told.count("cut off cannot be resumed") == 1
