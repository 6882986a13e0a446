"""The page that shows messages as Slack would."""

from dataclasses import replace
from typing import Any

from lxml import html

from bot.adapters.slack_post import SlackChannel
from bot.demo.slack_page import Line, reply_page, slack_page
from bot.demo.standins.slack import SlackStandin
from bot.domain.conversation import Act, Button, Reply
from bot.domain.message import SlackMessage, SlackView
from bot.render.blocks import thread
from bot.render.home import home_view
from bot.render.paper_actions import with_votes
from bot.render.replies import reply_message
from bot.render.views import cutoffs_form, topics_form
from tests import examples
from tests.render.test_home import HOME, OTHER


def shown(page: str) -> Any:
    """The page as a tree, without the union types of its queries."""
    return html.fromstring(page)


def posted(blocks: list[dict[str, Any]], ts: str = "1.0", **fields: str) -> dict[str, Any]:
    return {"ts": ts, "text": "fallback", "blocks": blocks, **fields}


def rich(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}]


def test_a_posted_digest_is_shown_with_its_links_and_its_thread() -> None:
    with SlackStandin() as slack:
        outlet = SlackChannel(
            slack.token, "C0DEMO", lambda d: thread(d, "https://x.example/d"), base_url=slack.url, pause=0
        )
        outlet.send(examples.digest())
    page = shown(slack_page(slack.messages, "papers"))
    links = page.xpath("//a/@href")
    assert "https://x.example/d" in links
    assert "https://arxiv.org/abs/2613.00001" in links
    assert page.xpath("count(//details//article)") == len(slack.messages) - 1
    assert page.xpath("//article//h2/text()")[0].startswith("arXiv, Wednesday 6 May 2026")
    assert "1 reply" in page.xpath("string(//summary)")
    assert "fallback" not in page.text_content()
    assert not page.xpath("//mark"), "nothing was posted that the page cannot show"


def test_text_is_shown_literally_and_styles_come_from_the_blocks() -> None:
    blocks = rich(
        {"type": "text", "text": "<script>alert(1)</script> *not bold* &amp;"},
        {"type": "text", "text": "bold", "style": {"bold": True}},
        {"type": "link", "url": "https://arxiv.org/abs/1", "text": "italic", "style": {"italic": True}},
    )
    page = shown(slack_page([posted(blocks)], "papers"))
    assert "<script>alert(1)</script> *not bold* &amp;" in page.text_content()
    assert not page.xpath("//script")
    assert page.xpath("//article//p/strong/text()") == ["bold"]
    assert page.xpath("//a[@href='https://arxiv.org/abs/1']/em/text()") == ["italic"]


def test_an_address_that_is_not_of_the_web_is_no_link() -> None:
    page = shown(slack_page([posted(rich({"type": "link", "url": "javascript:x", "text": "go"}))], "papers"))
    assert not page.xpath("//article//a")
    assert "go" in page.text_content()


def test_what_the_page_cannot_show_is_marked_not_left_out() -> None:
    blocks = [*rich({"type": "broadcast", "range": "channel"}), {"type": "video"}]
    page = shown(slack_page([posted(blocks)], "papers"))
    assert page.xpath("//mark/text()") == ["broadcast", "video"]


def test_the_page_loads_nothing_from_elsewhere() -> None:
    page = slack_page([posted(rich({"type": "text", "text": "x"}))], "papers")
    tree = shown(page)
    assert not tree.xpath("//*[@src] | //link | //script")
    assert "default-src 'none'" in page
    assert "url(" not in page


def test_an_empty_channel_says_so() -> None:
    assert "Nothing was posted." in slack_page([], "papers")


def test_buttons_and_menus_of_a_digest_are_shown_with_their_counts_and_all_that_they_offer() -> None:
    reply = thread(examples.digest(), None, interactive=True).replies[0]
    page = shown(slack_page([posted(list(with_votes(reply.blocks, {"2613.00001": (3, 0)})))], "papers"))
    assert page.xpath("//span[contains(@class, 'button')]/text()")[:3] == ["👍 3", "👎", "⋯"]
    assert "Follow Ada Quill" in page.xpath("//span[@class='menu']//li/text()")
    assert not page.xpath("//mark")


def test_an_answer_is_shown_below_what_was_typed_and_says_who_sees_it() -> None:
    buttons = (Button("Apply", Act.APPLY, "p1", style="primary"), Button("Page", Act.PAGE, url="https://a.example/"))
    answer = reply_message(Reply("trouble", {"told": "<b>R&D</b>"}, buttons))
    everybody = Line(message=reply_message(Reply("trouble", {"told": "Ada changed it"})), only_you=False)
    page = shown(reply_page([Line("Ada", "/papers cap 5"), Line(message=answer), everybody], "papers"))
    said = [" ".join(one.text_content().split()) for one in page.xpath("//article")]
    assert said == [
        "A Ada /papers cap 5",
        "B Only visible to you Broadsheet APP <b>R&D</b> Apply Page",
        "B Broadsheet APP Ada changed it",
    ]
    assert page.xpath("//a[contains(@class, 'button')]/@href") == ["https://a.example/"]
    assert page.xpath("//span[contains(@class, 'primary')]/text()") == ["Apply"]


def test_forms_are_shown_with_what_stands_in_their_fields() -> None:
    views = (topics_form(examples.profile(), "v"), cutoffs_form(examples.profile(), "v"))
    page = shown(reply_page([Line(view=view) for view in views], "papers"))
    assert "Sparse routing" in page.xpath("//div[contains(@class, 'field')]/text()")
    assert "8" in page.xpath("//div[contains(@class, 'field')]/text()")
    assert page.xpath("//*[@class='top']/strong/text()") == ["Topics", "Cutoffs"]
    assert page.xpath("//*[@class='bottom']//span[contains(@class, 'primary')]/text()") == ["See the effect"] * 2
    assert not page.xpath("//mark")


def test_the_home_tab_is_shown_with_its_menu_and_buttons() -> None:
    page = shown(reply_page([Line(view=home_view(replace(HOME, profiles=(HOME.profile, OTHER))))], "papers"))
    labels = page.xpath("//*[contains(@class, 'button')]/text()")
    assert labels[:2] == ["The group", "Newest digest"]
    assert not page.xpath("//mark")


def test_a_field_or_button_that_the_page_cannot_show_is_marked() -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "actions", "elements": [{"type": "datepicker"}]},
        {"type": "input", "label": {"type": "plain_text", "text": "x"}, "element": {"type": "checkboxes"}},
    ]
    page = shown(reply_page([Line(view=SlackView("modal", blocks, "T"))], "x"))
    assert page.xpath("//mark/text()") == ["datepicker", "checkboxes"]


def test_a_button_s_address_that_is_not_of_the_web_is_no_link() -> None:
    element = {"type": "button", "text": {"type": "plain_text", "text": "go"}, "url": "javascript:x"}
    message = SlackMessage("x", "x", [{"type": "actions", "elements": [element]}])
    page = shown(reply_page([Line(message=message)], "x"))
    assert not page.xpath("//a")
    assert "go" in page.text_content()
