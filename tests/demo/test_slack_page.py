"""The page that shows messages as Slack would."""

from typing import Any

from lxml import html

from bot.adapters.slack_post import SlackChannel
from bot.demo.slack_page import slack_page
from bot.demo.standins.slack import SlackStandin
from bot.render.blocks import thread
from tests import examples


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
