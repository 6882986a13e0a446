"""Telling the operator, through real local servers."""

import email
import logging
from collections.abc import Iterator
from email.policy import SMTP

import pytest

from bot.adapters.operator import LogOperator, MailOperator, SlackOperator
from bot.adapters.slack_api import SlackApi
from bot.demo.standins.slack import Fault, SlackStandin
from bot.demo.standins.smtp import DROP, MailStandin
from bot.errors import DeliveryError

SUBJECT = "Broadsheet needs you"
TEXT = "arXiv cannot be reached.\n\n- <!channel> & @here said: <https://evil.example|click>\n"


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin() as standin:
        yield standin


@pytest.fixture
def server() -> Iterator[MailStandin]:
    with MailStandin() as standin:
        yield standin


def in_slack(slack: SlackStandin) -> SlackOperator:
    return SlackOperator(SlackApi(slack.token, "slack:C0DEMO", slack.url, timeout=5, sleep=lambda _: None), "C0DEMO")


def by_mail(server: MailStandin, address: str = "ada@example.org") -> MailOperator:
    return MailOperator(
        address,
        mail_from="Broadsheet <bot@example.org>",
        host=server.host,
        port=server.port,
        security="none",
        sleep=lambda _: None,
    )


def test_the_log_is_told_in_one_event(caplog: pytest.LogCaptureFixture) -> None:
    LogOperator().tell(SUBJECT, TEXT)
    [told] = caplog.records
    assert told.levelno == logging.WARNING
    assert told.getMessage() == SUBJECT
    assert vars(told)["text"].startswith("arXiv cannot be reached. - <!channel>")


def test_slack_shows_the_text_as_it_is_and_pings_nobody(slack: SlackStandin) -> None:
    in_slack(slack).tell(SUBJECT, TEXT)
    [(_, given)] = slack.calls
    assert given["text"].startswith("Broadsheet needs you\n\narXiv cannot be reached.")
    assert not {"<", ">"} & set(given["text"])
    assert "&lt;!channel&gt; &amp; @here" in given["text"]
    assert [str(given[key]).lower() for key in ("mrkdwn", "link_names", "unfurl_links")] == ["false"] * 3


def test_a_message_too_long_for_slack_says_that_it_is_cut(slack: SlackStandin) -> None:
    in_slack(slack).tell(SUBJECT, "word " * 2000)
    assert slack.messages[0]["text"].endswith("… (cut; the log and /healthz show all)")
    assert len(slack.messages[0]["text"]) < 4000


def test_a_mail_is_plain_text_of_a_machine(server: MailStandin) -> None:
    by_mail(server).tell(f"{SUBJECT}\r\nBcc: eve@example.org", TEXT)
    [mail] = server.mails
    message = email.message_from_bytes(mail.content, policy=SMTP)
    assert (mail.sender, mail.recipients) == ("bot@example.org", ("ada@example.org",))
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == TEXT
    assert message["Subject"] == f"{SUBJECT} Bcc: eve@example.org"
    assert message["Bcc"] is None
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.org>")
    assert (message["From"], message["To"]) == ("Broadsheet <bot@example.org>", "ada@example.org")


def test_two_mails_of_the_same_words_are_two_mails(server: MailStandin) -> None:
    for _ in range(2):
        by_mail(server).tell(SUBJECT, TEXT)
    assert len({email.message_from_bytes(mail.content)["Message-ID"] for mail in server.mails}) == 2


def test_what_cannot_be_sent_is_a_delivery_error(slack: SlackStandin, server: MailStandin) -> None:
    slack.script("chat.postMessage", Fault(error="is_archived"))
    with pytest.raises(DeliveryError, match="slack:C0DEMO: Slack refused"):
        in_slack(slack).tell(SUBJECT, TEXT)
    server.script("MAIL", *[DROP] * 3)
    with pytest.raises(DeliveryError, match=r"mail:ada@example\.org: the connection"):
        by_mail(server).tell(SUBJECT, TEXT)
    with pytest.raises(DeliveryError, match="no address that SMTP can carry"):
        by_mail(server, "ada").tell(SUBJECT, TEXT)


def test_each_can_be_checked_without_telling_anybody_anything(slack: SlackStandin, server: MailStandin) -> None:
    assert LogOperator().check() == "told in the log"
    assert in_slack(slack).check() == "posts as broadsheet to #papers (Stand-in)"
    assert by_mail(server).check() == f"127.0.0.1:{server.port} answers (none)"
    assert (slack.messages, server.mails) == ([], [])


def test_their_names_are_those_that_the_settings_use(slack: SlackStandin, server: MailStandin) -> None:
    assert [one.name for one in (LogOperator(), in_slack(slack), by_mail(server))] == [
        "log",
        "slack:C0DEMO",
        "mail:ada@example.org",
    ]
