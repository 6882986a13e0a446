"""Posting to a real local server that speaks Slack's Web API."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.adapters.slack_api import TRIES
from bot.adapters.slack_post import SlackChannel
from bot.demo.standins.slack import Fault, SlackStandin
from bot.errors import DeliveryError, SettingsError, UncertainDeliveryError
from tests.fakes.slack_posting import POST, UNANSWERED, channel, digest_of, posted, posts, simple_thread


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin() as standin:
        yield standin


def test_the_headline_goes_to_the_channel_and_the_replies_into_its_thread(slack: SlackStandin) -> None:
    where = channel(slack).send(digest_of(1, 2, 3))
    headline, *replies = slack.messages
    assert "thread_ts" not in headline
    assert {reply["thread_ts"] for reply in replies} == {headline["ts"]}
    assert posted(slack) == ["Headline", "2613.00001 2613.00002", "2613.00003", "could not be judged"]
    assert where == f"https://stand-in.slack.com/archives/C0DEMO/p{headline['ts'].replace('.', '')}"


def test_link_previews_are_off_and_every_message_carries_its_metadata(slack: SlackStandin) -> None:
    channel(slack).send(digest_of(1))
    for given in posts(slack):
        assert given["unfurl_links"] is False
        assert given["unfurl_media"] is False
        assert given["metadata"]["event_type"] == "broadsheet_digest"
        assert given["metadata"]["event_payload"]["digest"] == "group/2026-05-06"
        assert all(isinstance(value, str | bool) for value in given["metadata"]["event_payload"].values())
    assert [given["metadata"]["event_payload"]["last"] for given in posts(slack)] == [False, False, True]


def test_posts_keep_the_distance_that_slack_asks_for(slack: SlackStandin) -> None:
    waits: list[float] = []
    channel(slack, waits.append).send(digest_of(1, 2, 3))
    assert waits == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("not_in_channel", "/invite"),
        ("channel_not_found", "channel's id"),
        ("is_archived", "another channel"),
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("token_revoked", "SLACK_BOT_TOKEN"),
        ("restricted_action", "administrator"),
        ("msg_blocks_too_long", "defect"),
    ],
)
def test_a_refusal_says_what_to_do_and_that_a_retry_cannot_help(slack: SlackStandin, code: str, hint: str) -> None:
    slack.script(POST, Fault(error=code))
    with pytest.raises(DeliveryError, match=f"slack:C0DEMO: Slack refused \\({code}") as caught:
        channel(slack).send(digest_of(1))
    assert hint in caught.value.hint
    assert caught.value.permanent
    assert not isinstance(caught.value, UncertainDeliveryError), "nothing arrived, so it may be sent again"
    assert slack.token not in str(caught.value)


def test_a_missing_scope_is_named(slack: SlackStandin) -> None:
    slack.script(POST, Fault(error="missing_scope", more={"needed": "chat:write"}))
    with pytest.raises(DeliveryError, match=r"missing_scope: chat:write.*Add the scope"):
        channel(slack).send(digest_of(1))


def test_a_wrong_token_is_refused_before_anything_is_posted(slack: SlackStandin) -> None:
    wrong = SlackChannel("xoxb-wrong", "C0DEMO", simple_thread, base_url=slack.url, sleep=lambda _: None)
    with pytest.raises(DeliveryError, match="invalid_auth") as caught:
        wrong.send(digest_of(1))
    assert posts(slack) == []
    assert "xoxb-wrong" not in str(caught.value)


def test_a_person_s_token_is_refused_before_anything_is_posted(slack: SlackStandin) -> None:
    slack.script("auth.test", Fault(more={"ok": True, "user_id": "U0ADA", "url": "https://stand-in.slack.com/"}))
    with pytest.raises(DeliveryError, match="not a bot's token"):
        channel(slack).send(digest_of(1))
    assert posts(slack) == []


def test_a_token_that_cannot_stand_in_a_header_is_refused_without_showing_it(slack: SlackStandin) -> None:
    for token in ("xoxb-secret\nX: y", "xoxb secret", "xoxb-secret…"):
        with pytest.raises(SettingsError) as caught:
            SlackChannel(token, "C0DEMO", simple_thread, base_url=slack.url)
        assert "secret" not in str(caught.value)


def test_what_slack_says_of_bad_blocks_is_passed_on(slack: SlackStandin) -> None:
    more = {"response_metadata": {"messages": ["[ERROR] text is too long"]}}
    slack.script(POST, Fault(error="invalid_blocks", more=more))
    with pytest.raises(DeliveryError, match="text is too long"):
        channel(slack).send(digest_of(1))


def test_a_rate_limit_is_waited_for_and_nothing_is_posted_twice(slack: SlackStandin) -> None:
    waits: list[float] = []
    slack.script(POST, Fault(error="ratelimited", status=429, retry_after="7"), None, Fault(status=429))
    channel(slack, waits.append).send(digest_of(1))
    assert [wait for wait in waits if wait != 1.0] == [7.0]
    assert posted(slack) == ["Headline", "2613.00001", "could not be judged"]


@pytest.mark.parametrize("retry_after", ["3600", "9" * 400])
def test_a_wait_beyond_the_cap_is_not_waited_for(slack: SlackStandin, retry_after: str) -> None:
    waits: list[float] = []
    slack.script(POST, Fault(error="ratelimited", status=429, retry_after=retry_after))
    with pytest.raises(DeliveryError, match="asks to wait") as caught:
        channel(slack, waits.append).send(digest_of(1))
    assert waits == []
    assert not caught.value.permanent


def test_rate_limits_without_end_are_given_up(slack: SlackStandin) -> None:
    slack.script(POST, *[Fault(error="ratelimited", status=429, retry_after="1")] * TRIES)
    with pytest.raises(DeliveryError, match="asks to wait"):
        channel(slack).send(digest_of(1))


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("fault", UNANSWERED, ids=lambda fault: str(fault)[6:60])
@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_post_without_an_answer_is_looked_up_before_it_is_posted_again(
    slack: SlackStandin, fault: Fault, place: int, done: bool
) -> None:
    slack.script(POST, *[None] * place, replace(fault, done=done))
    channel(slack, timeout=0.2 if fault.stall else 5).send(digest_of(1, 2, 3))
    assert posted(slack) == ["Headline", "2613.00001 2613.00002", "2613.00003", "could not be judged"]
    assert len({one.get("thread_ts") for one in slack.messages[1:]}) == 1


def test_a_post_that_is_never_answered_and_cannot_be_looked_up_is_uncertain(slack: SlackStandin) -> None:
    slack.scopes = ("chat:write",)
    slack.script(POST, Fault(drop=True, done=True))
    with pytest.raises(UncertainDeliveryError, match="missing_scope: channels:history"):
        channel(slack).send(digest_of(1))
    assert len(posts(slack)) == 1, "it was not posted again"


def test_a_post_that_is_never_answered_is_given_up_and_uncertain(slack: SlackStandin) -> None:
    slack.script(POST, *[Fault(drop=True)] * (TRIES + 1))
    with pytest.raises(UncertainDeliveryError, match="did not answer"):
        channel(slack).send(digest_of(1))
    assert len(posts(slack)) == TRIES


def test_a_failure_after_the_headline_is_uncertain(slack: SlackStandin) -> None:
    slack.script(POST, None, Fault(error="restricted_action_thread_locked"))
    with pytest.raises(UncertainDeliveryError, match="the next run posts the rest"):
        channel(slack).send(digest_of(1))


def test_a_host_that_cannot_be_reached_is_a_plain_failure(slack: SlackStandin) -> None:
    with SlackStandin() as gone:
        unreachable = channel(gone)
    waits: list[float] = []
    unreachable = SlackChannel(gone.token, "C0DEMO", simple_thread, base_url=gone.url, sleep=waits.append)
    with pytest.raises(DeliveryError, match="cannot be reached") as caught:
        unreachable.send(digest_of(1))
    assert not isinstance(caught.value, UncertainDeliveryError)
    assert waits == [2.0, 4.0, 8.0]


def test_a_missing_history_scope_does_not_block_a_first_post(slack: SlackStandin) -> None:
    slack.scopes = ("chat:write",)
    channel(slack).send(digest_of(1))
    assert len(slack.messages) == 3


def test_every_call_that_is_made_again_is_counted(slack: SlackStandin) -> None:
    again: list[int] = []
    outlet = SlackChannel(
        slack.token, "C0DEMO", simple_thread, base_url=slack.url, sleep=lambda _: None, retried=lambda: again.append(1)
    )
    outlet.send(digest_of(1))
    assert again == []
    slack.script(POST, Fault(error="ratelimited", status=429, retry_after="1"), Fault(drop=True))
    slack.script("conversations.history", Fault(drop=True))
    outlet.send(digest_of(1))
    assert len(again) == 3


def test_check_says_who_posts_where(slack: SlackStandin) -> None:
    assert channel(slack).check() == "posts as broadsheet to #papers (Stand-in)"
    assert posts(slack) == []
