"""Going on with a thread that was cut off, against a real local server that speaks Slack's Web API."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.adapters.slack_post import SlackChannel
from bot.demo.standins.slack import Fault, SlackStandin
from bot.domain.digest import Digest, Section
from bot.domain.message import NOTE_PART, SlackThread
from bot.errors import UncertainDeliveryError
from tests.examples import profile
from tests.fakes.desk import short_note
from tests.fakes.slack_posting import (
    POST,
    UNANSWERED,
    KilledError,
    channel,
    cut_after,
    digest_of,
    ids,
    papers,
    posted,
    posts,
    simple_thread,
)


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin() as standin:
        yield standin


@pytest.mark.parametrize("stored", [False, True], ids=["before the post", "after the post, before its answer"])
@pytest.mark.parametrize("cut", range(5))
def test_a_thread_cut_off_anywhere_is_resumed_without_doubles(slack: SlackStandin, cut: int, stored: bool) -> None:
    digest = digest_of(1, 2, 3, 4, 5)
    if stored:  # the last call before the kill reaches Slack, but its answer does not come back
        slack.script(POST, *[None] * cut, Fault(drop=True, done=True))
    with suppress(KilledError):
        channel(slack, cut_after(cut)).send(digest)
    where = channel(slack).resume(digest)
    assert papers(slack) == ids(1, 2, 3, 4, 5)
    assert [text for text in posted(slack) if "." not in text] == ["Headline", "could not be judged"]
    assert len({one.get("thread_ts") for one in slack.messages[1:]}) == 1
    assert channel(slack).resume(digest) == where, "and resuming again posts nothing"
    assert papers(slack) == ids(1, 2, 3, 4, 5)


def test_a_digest_that_grew_since_the_cut_is_resumed_with_every_paper_once(slack: SlackStandin) -> None:
    with suppress(KilledError):
        channel(slack, cut_after(1)).send(digest_of(2, 3, 4))
    assert papers(slack) == ids(2, 3)
    channel(slack).resume(digest_of(1, 2, 3, 4, 5))
    assert papers(slack) == ids(1, 2, 3, 4, 5)
    assert posted(slack).count("Headline") == 1


def test_a_digest_that_grew_after_all_of_it_was_posted_gets_a_second_thread_for_the_rest(slack: SlackStandin) -> None:
    channel(slack).send(digest_of(1, 2))
    channel(slack).resume(digest_of(1, 2, 3))
    assert papers(slack) == ids(1, 2, 3)
    assert posted(slack).count("Headline") == 2


def test_an_empty_digest_is_not_posted_again(slack: SlackStandin) -> None:
    empty = replace(digest_of(), remarks=())
    channel(slack).send(empty)
    channel(slack).resume(empty)
    assert posted(slack) == ["Headline"]


def test_resuming_where_nothing_was_posted_posts_everything(slack: SlackStandin) -> None:
    channel(slack).resume(digest_of(1))
    assert papers(slack) == ids(1)
    assert posted(slack)[0] == "Headline"


def test_replies_that_show_no_paper_come_once_too(slack: SlackStandin) -> None:
    def render(edition: Digest) -> SlackThread:
        made = simple_thread(edition)
        unjudged = made.replies[-1]
        return replace(made, replies=(*made.replies, replace(unjudged, part="unjudged 2", text="the others")))

    def outlet(sleep: Callable[[float], None]) -> SlackChannel:
        return SlackChannel(slack.token, "C0DEMO", render, base_url=slack.url, sleep=sleep)

    with suppress(KilledError):
        outlet(cut_after(2)).send(digest_of(1))
    outlet(lambda _: None).resume(digest_of(1))
    assert posted(slack) == ["Headline", *ids(1), "could not be judged", "the others"]


def test_overviews_survive_when_only_the_headline_was_posted(slack: SlackStandin) -> None:
    digest = digest_of(1)
    section = digest.sections[0]
    digest = replace(digest, sections=(Section(section.topic, section.entries, "An overview."),))
    rendered: list[Digest] = []

    def render(edition: Digest) -> SlackThread:
        rendered.append(edition)
        return simple_thread(edition)

    with suppress(KilledError):
        channel(slack, cut_after(0)).send(digest)
    SlackChannel(slack.token, "C0DEMO", render, base_url=slack.url, sleep=lambda _: None).resume(digest)
    assert [edition.sections[0].overview for edition in rendered] == ["An overview."]


def noted_thread(digest: Digest) -> SlackThread:
    """The simple thread with a message for each note, which an edition of the digest has."""
    made = simple_thread(digest)
    notes = [
        replace(made.headline, part=f"{NOTE_PART}{one.arxiv_id}", text=f"note {one.title}") for one in digest.notes
    ]
    return replace(made, replies=(*made.replies[:-1], *notes, made.replies[-1]))


@pytest.mark.parametrize("cut", range(8))
def test_notes_come_once_wherever_the_thread_was_cut_off(slack: SlackStandin, cut: int) -> None:
    def outlet(sleep: Callable[[float], None]) -> SlackChannel:
        return SlackChannel(slack.token, "C0DEMO", noted_thread, base_url=slack.url, sleep=sleep)

    notes = tuple(replace(short_note(one, profile()), title=name) for one, name in zip(ids(1, 4), "AB", strict=True))
    digest = replace(digest_of(1, 2, 3, 4, 5), notes=notes)
    with suppress(KilledError):
        outlet(cut_after(cut)).send(digest)
    outlet(lambda _: None).resume(digest)
    outlet(lambda _: None).resume(digest)
    assert papers(slack) == ids(1, 2, 3, 4, 5)
    assert sorted(one for one in posted(slack) if one.startswith("note")) == ["note A", "note B"]
    outlet(lambda _: None).resume(replace(digest_of(1, 2, 3, 4, 5, 6), notes=notes))
    assert sorted(one for one in posted(slack) if one.startswith("note")) == ["note A", "note B"]


def test_messages_of_others_and_of_other_days_are_not_taken_for_ours(slack: SlackStandin) -> None:
    digest = digest_of(1)
    channel(slack).send(replace(digest, day=digest.day.replace(day=5)))
    stranger = {**slack.messages[0], "bot_id": "B0OTHER", "ts": "9000000000.0", "metadata": posts(slack)[0]["metadata"]}
    payload = {**stranger["metadata"]["event_payload"], "digest": "group/2026-05-06"}
    slack.messages.append({**stranger, "metadata": {"event_type": "broadsheet_digest", "event_payload": payload}})
    before = len(slack.messages)
    channel(slack).resume(digest)
    assert len(slack.messages) == before + 3


def test_a_headline_far_up_in_a_busy_channel_is_found(slack: SlackStandin) -> None:
    with suppress(KilledError):
        channel(slack, cut_after(0)).send(digest_of(1))
    slack.messages.extend([{**slack.messages[0], "bot_id": "", "ts": f"{9_000_000_000 + n}.0"} for n in range(450)])
    channel(slack).resume(digest_of(1))
    assert posted(slack).count("Headline") == 451
    assert papers(slack) == ids(1)


def test_a_channel_too_busy_to_look_through_is_uncertain(slack: SlackStandin) -> None:
    channel(slack).send(digest_of(1))
    slack.messages.extend([{**slack.messages[0], "bot_id": "", "ts": f"{9_000_000_000 + n}.0"} for n in range(2100)])
    with pytest.raises(UncertainDeliveryError, match="more than 2000 messages"):
        channel(slack).resume(digest_of(1))
    assert papers(slack) == ids(1)


def test_resuming_without_the_history_scope_posts_nothing_and_says_so(slack: SlackStandin) -> None:
    with suppress(KilledError):
        channel(slack, cut_after(1)).send(digest_of(1))
    slack.scopes = ("chat:write",)
    before = len(slack.messages)
    with pytest.raises(
        UncertainDeliveryError, match=r"cannot be looked up.*channels:history.*--send-again slack:C0DEMO"
    ):
        channel(slack).resume(digest_of(1))
    assert len(slack.messages) == before


@pytest.mark.parametrize("fault", UNANSWERED, ids=lambda fault: str(fault)[6:60])
def test_a_look_up_that_fails_once_is_made_again(slack: SlackStandin, fault: Fault) -> None:
    channel(slack).send(digest_of(1))
    slack.script("conversations.history", fault)
    slack.script("conversations.replies", fault)
    channel(slack, timeout=0.2 if fault.stall else 5).resume(digest_of(1))
    assert papers(slack) == ids(1)
