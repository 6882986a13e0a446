"""Where the one who runs the bot is told of trouble: log, Slack channel or mailbox. Each is a bot.office.Operator.

Plain text only: it may quote what a service answered, and nobody may be pinged by that.
"""

import logging
from email.utils import make_msgid, parseaddr
from html import escape
from typing import Unpack

from bot.adapters.slack_api import SlackApi
from bot.adapters.slack_check import check_channel
from bot.adapters.smtp import Account, SmtpRoute, letter

log = logging.getLogger(__name__)

SLACK_TEXT = (
    3900  # characters; Slack advises to stay below 4000: https://docs.slack.dev/reference/methods/chat.postMessage
)


class LogOperator:
    """The log, for whoever reads it or is called by what watches it."""

    name = "log"

    def tell(self, subject: str, text: str) -> None:
        """One event, whose text stands on its line as one paragraph."""
        log.warning(subject, extra={"text": " ".join(text.split())})

    def check(self) -> str:
        """Nothing can be wrong with it."""
        return "told in the log"


class SlackOperator:
    """A Slack channel."""

    def __init__(self, api: SlackApi, channel: str) -> None:
        """channel: its id."""
        self.name = f"slack:{channel}"
        self._api, self._channel = api, channel

    def tell(self, subject: str, text: str) -> None:
        """Post one message. Raises DeliveryError."""
        # With & < > escaped and mrkdwn off, Slack shows the text as it is: no <!channel>, no link that says otherwise.
        told = f"{subject}\n\n{text.strip()}"
        if len(told) > SLACK_TEXT:
            told = told[:SLACK_TEXT].rstrip() + "… (cut; the log and /healthz show all)"
        self._api.call(
            self._api.web.chat_postMessage,
            channel=self._channel,
            text=escape(told, quote=False),
            mrkdwn=False,
            link_names=False,
            unfurl_links=False,
            unfurl_media=False,
        )

    def check(self) -> str:
        """Token, scopes and channel, without posting anything. Raises DeliveryError."""
        return check_channel(self._api, self._channel)


class MailOperator:
    """A mailbox."""

    def __init__(self, address: str, **account: Unpack[Account]) -> None:
        self.name = f"mail:{address}"
        self._domain = parseaddr(account["mail_from"])[1].rpartition("@")[2]
        self._route = SmtpRoute(self.name, address, **account)

    def tell(self, subject: str, text: str) -> None:
        """Send one mail. Raises DeliveryError."""
        message = letter(subject, text)
        message["Message-ID"] = make_msgid(domain=self._domain)
        self._route.send(message, if_unsure="it is sent again by itself")

    def check(self) -> str:
        """Connect, encrypt and log in, without sending anything. Raises DeliveryError."""
        return self._route.check()
