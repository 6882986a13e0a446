"""What the stand-in sends to the bot is what Slack would send."""

from bot.demo.standins.slack import SlackStandin
from bot.demo.standins.slack_sender import Payloads, sent_along
from bot.demo.standins.slack_state import Channel

OPTIONS = [{"text": {"type": "plain_text", "text": value}, "value": value} for value in ("1", "2")]


def field(block: str, kind: str, **element: object) -> dict[str, object]:
    return {"type": "input", "block_id": block, "element": {"type": kind, "action_id": "value", **element}}


def test_a_message_comes_back_escaped_with_signs_by_name_and_slack_s_own_keys() -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "👍 2", "emoji": True}, "action_id": "vote_up"}
    part = {"type": "rich_text_section", "elements": [{"type": "text", "text": "R&D 👍 <b>"}]}
    listed = {"type": "rich_text_list", "style": "bullet", "elements": [part]}
    posted = {
        "ts": "1.1",
        "text": "R&amp;D",
        "blocks": [
            {"type": "rich_text", "elements": [listed]},
            {"type": "actions", "block_id": "paper:1", "elements": [button]},
        ],
    }
    sent = sent_along(posted)
    assert sent["text"] == "R&amp;D"
    assert [block["block_id"] for block in sent["blocks"]] == ["Xy0", "paper:1"]
    [shown], [pressed] = sent["blocks"][0]["elements"], sent["blocks"][1]["elements"]
    assert (shown["indent"], shown["border"]) == (0, 0)
    assert shown["elements"][0]["elements"][0]["text"] == "R&amp;D 👍 &lt;b&gt;"
    assert pressed["text"]["text"] == ":+1: 2"


def test_slack_keeps_the_names_of_private_places_to_itself() -> None:
    with SlackStandin() as slack:
        slack.add(Channel("C0SECRET", "secret", is_private=True))
        message = {"ts": "1.1", "text": "x", "blocks": []}
        names = [Payloads(slack).command("", channel=one)["channel_name"] for one in ("C0DEMO", "C0SECRET", "D0ADA")]
        assert names == ["papers", "privategroup", "directmessage"]
        assert Payloads(slack).press("say", "x", message, channel="C0SECRET")["channel"]["name"] == "privategroup"


def test_a_submitted_form_holds_every_field_whether_somebody_touched_it_or_not() -> None:
    view = {
        "blocks": [
            {"type": "divider"},
            field("name", "plain_text_input", initial_value="Routing"),
            field("keep", "plain_text_input"),
            field("cap", "number_input", initial_value="5"),
            field("place", "static_select", options=OPTIONS, initial_option=OPTIONS[0]),
            field("other", "static_select", options=OPTIONS),
        ]
    }
    with SlackStandin() as slack:
        values = Payloads(slack).submit(view, {"keep": "", "cap": "7", "place": "2"})["view"]["state"]["values"]
    assert {block: typed["value"].get("value") for block, typed in values.items()} == {
        "name": "Routing",
        "keep": None,
        "cap": "7",
        "place": None,
        "other": None,
    }
    assert values["place"]["value"] == {"type": "static_select", "selected_option": OPTIONS[1]}
    assert values["other"]["value"]["selected_option"] is None


def test_a_trigger_opens_one_view_and_only_posting_takes_a_person_s_id() -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}
    with SlackStandin() as slack:
        asked = {"trigger_id": slack.trigger(), "view": view}
        told = [slack.answer("views.open", asked, slack.token).told for _ in range(2)]
        assert [one.get("error") for one in told if isinstance(one, dict)] == [None, "exchanged_trigger_id"]
        here = {"channel": "U0ADA", "user": "U0ADA", "text": "x"}
        posted = slack.answer("chat.postMessage", here, slack.token).told
        assert isinstance(posted, dict)
        assert posted["channel"] == "D0ADA"
        for method in ("chat.postEphemeral", "chat.update"):
            refused = slack.answer(method, here | {"ts": posted["ts"]}, slack.token).told
            assert isinstance(refused, dict)
            assert refused["error"] == "channel_not_found"
