"""What a reader sees of a digest in each outlet, as plain words."""

import re
from collections.abc import Callable
from html import unescape

from bot.demo.standins.slack_limits import texts
from bot.domain.digest import Digest
from bot.render.blocks import thread
from bot.render.mail import mail
from bot.render.pages import day_pages


def untagged(html: str) -> str:
    """The text of a page or a mail."""
    return unescape(re.sub("<[^>]*>", " ", re.sub(r"(?s)<(style|!--).*?(</style>|-->)", "", html)))


def _said(made: Digest) -> list[object]:
    slack = thread(made, None)
    return [list(message.blocks) for message in (slack.headline, *slack.replies)]


OUTLETS: dict[str, Callable[[Digest], str]] = {
    "page": lambda made: untagged(day_pages(made)[0].text),
    "Markdown": lambda made: re.sub(r"\\|\*\*", "", day_pages(made)[1].text),
    "mail": lambda made: untagged(mail(made, None, "ada@example.org", "example.org").html),
    "plain text": lambda made: mail(made, None, "ada@example.org", "example.org").text,
    "Slack": lambda made: "\n".join(text for one in _said(made) for text in texts(one)),
}


def words(outlet: str, made: Digest) -> str:
    """All that it shows, in one line."""
    return " ".join(OUTLETS[outlet](made).split())
