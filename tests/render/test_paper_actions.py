"""What can be pressed in a digest: every button says for whom and about what it speaks."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import assume, given

from bot.demo.standins.slack_limits import refusal
from bot.domain.conversation import Act
from bot.domain.digest import Digest
from bot.domain.message import SlackMessage
from bot.domain.topic import Topic
from bot.render.blocks import thread
from bot.render.paper_actions import with_votes
from tests import examples
from tests.render.nasty import NASTY, slowly
from tests.render.slack_json import check_message

NUMBERS = count(1)
PAGE = "https://digest.example.org/group/2026-05-06/"


def reply(digest: Digest) -> SlackMessage:
    return thread(digest, PAGE, interactive=True).replies[0]


def rows(blocks: Sequence[Any]) -> list[dict[str, Any]]:
    return [dict(block) for block in blocks if block["type"] == "actions"]


def offered(digest: Digest) -> dict[str, str]:
    """Label -> value of the first paper's menu."""
    menu = rows(reply(digest).blocks)[0]["elements"][-1]
    return {option["text"]["text"]: option["value"] for option in menu["options"]}


def counts(blocks: Sequence[Any]) -> list[list[str]]:
    return [[button["text"]["text"] for button in row["elements"][:2]] for row in rows(blocks)]


def as_sent_back(value: Any) -> Any:
    """Blocks as Slack sends them with what was pressed: its own ids added, & < > escaped, signs by their names."""
    if isinstance(value, str):
        escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return escaped.replace("👍", ":+1:").replace("👎", ":-1:")
    if isinstance(value, dict):
        extra = {"block_id": f"Xy{next(NUMBERS)}"} if value.get("type") in ("rich_text", "header", "context") else {}
        return extra | {key: as_sent_back(one) for key, one in value.items()}
    return [as_sent_back(one) for one in value] if isinstance(value, list | tuple) else value


def test_without_a_listener_a_digest_has_no_buttons() -> None:
    made = thread(examples.digest(), PAGE)
    assert not any(rows(message.blocks) for message in (made.headline, *made.replies))


def test_every_paper_has_two_votes_and_a_menu_that_say_whose_digest_it_is() -> None:
    found = rows(reply(examples.digest()).blocks)
    assert [row["block_id"] for row in found] == ["paper:2613.00001", "paper:2613.00002"]
    for row, arxiv_id in zip(found, ("2613.00001", "2613.00002"), strict=True):
        up, down, menu = row["elements"]
        assert (up["action_id"], down["action_id"]) == (Act.VOTE_UP, Act.VOTE_DOWN)
        assert up["value"] == down["value"] == f"group 2026-05-06 {arxiv_id}"
        assert Act(menu["action_id"].partition(":")[0]) is Act.SAY


def test_the_menu_offers_why_similar_follow_mute_and_a_note() -> None:
    assert offered(examples.digest()) == {
        "Why is this here?": "group why 2613.00001",
        "Similar papers": "group similar 2613.00001",
        "Follow Ada Quill": "group authors follow Ada Quill",
        "Mute “Sparse routing”": "group topic mute routing",
        "Make a note": "group note 2613.00001",
    }


@pytest.mark.parametrize("authors", [(), ("Ada " * 60,)])
def test_nobody_is_offered_to_follow_an_author_without_a_name_or_with_one_that_would_be_cut(
    authors: tuple[str, ...],
) -> None:
    made = examples.digest((examples.announced(1, authors=authors),), (examples.verdict(1),))
    assert not any(value.startswith("group authors") for value in offered(made).values())


def test_an_author_is_followed_by_the_name_that_readers_see() -> None:
    made = examples.digest((examples.announced(1, authors=(r"Andr\'e Weil",)),), (examples.verdict(1),))
    assert offered(made)["Follow André Weil"] == "group authors follow André Weil"


def test_a_paper_of_no_topic_offers_none_to_mute() -> None:
    made = examples.digest((examples.announced(1),), (examples.verdict(1, primary_topic=None),))
    assert not any(value.startswith("group topic") for value in offered(made).values())


def test_the_topic_that_can_be_muted_is_the_one_under_which_the_paper_stands() -> None:
    reader = examples.profile(topics=(replace(examples.ROUTING, muted=True), examples.MEMORY))
    verdict = examples.verdict(1, matched_topics=("memory",))
    assert offered(examples.digest((examples.announced(1),), (verdict,), reader))["Mute “Agent memory”"]


def test_the_headline_opens_the_page_if_there_is_one_and_the_cutoffs() -> None:
    with_page = rows(thread(examples.digest(), PAGE, interactive=True).headline.blocks)[0]["elements"]
    assert [(one["action_id"], one.get("url")) for one in with_page] == [("page:1", PAGE), ("cutoffs:1", None)]
    without = rows(thread(examples.digest(), None, interactive=True).headline.blocks)[0]["elements"]
    assert [(one["action_id"], one["value"]) for one in without] == [("cutoffs:1", "group")]


def test_new_counts_stand_at_the_paper_that_was_voted_on_and_nowhere_else() -> None:
    posted = reply(examples.digest()).blocks
    once = with_votes(as_sent_back(posted), {"2613.00002": (2, 0)})
    twice = with_votes(as_sent_back(once), {"2613.00001": (0, 1_000)})
    assert [[label.replace(":+1:", "👍").replace(":-1:", "👎") for label in one] for one in counts(twice)] == [
        ["👍", "👎 1,000"],
        ["👍 2", "👎"],
    ]


def test_the_signs_of_votes_are_sent_so_that_slack_s_names_for_them_show_as_signs() -> None:
    posted = reply(examples.digest()).blocks
    for blocks in (posted, with_votes(as_sent_back(posted), {"2613.00001": (1, 1)})):
        assert all(button["text"]["emoji"] is True for row in rows(blocks) for button in row["elements"][:2])


def test_what_slack_sends_back_pings_nobody_when_it_is_sent_again() -> None:
    text = {"type": "mrkdwn", "text": "&lt;!channel&gt;"}
    [block] = with_votes([{"type": "section", "text": text}], {"2613.00001": (1, 0)})
    assert block["text"] == {"type": "mrkdwn", "text": "<\u2060!channel>"}


def test_counts_of_a_paper_that_the_message_does_not_hold_change_nothing() -> None:
    posted = reply(examples.digest()).blocks
    assert with_votes(posted, {"2613.09999": (5, 5)}) == list(posted)


@slowly
@given(NASTY, NASTY, NASTY)
def test_whatever_a_message_holds_it_is_the_same_after_a_vote_was_taken_back(
    title: str, author: str, topic: str
) -> None:
    assume(not re.search("[👍👎]", title + author + topic))  # the two signs that as_sent_back() names are our labels'
    topics = (replace(examples.ROUTING, name=topic.strip() or "x"), Topic("x", "X", "keep"))
    reader = examples.profile(topics=topics)
    entries = (examples.announced(1, title=title, abstract=title, authors=(author,), comment=title),)
    posted = reply(examples.digest(entries, (examples.verdict(1, comment=title),), reader))
    check_message(posted)
    voted = with_votes(as_sent_back(posted.blocks), {"2613.00001": (1, 0)})
    back = with_votes(as_sent_back(voted), {"2613.00001": (0, 0)})
    assert refusal(posted.text, voted) is None
    ours = [dict(block) for block in back]
    for block in ours:
        if block["type"] != "actions":
            block.pop("block_id", None)
    assert ours == list(posted.blocks)
