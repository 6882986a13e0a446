"""Slack's Web API with bounded waiting, and its errors in our words. No token ever enters a text.

The SDK's own retries are off: the default one posts again after a dropped connection, which can post twice, and the one
for 429 waits as long as Slack says, with no cap.
"""

import http.client
import logging
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.domain.characters import one_line
from bot.errors import DeliveryError, SettingsError

log = logging.getLogger(__name__)

TRIES = 4
LONGEST_WAIT = 120.0  # seconds that Slack may ask for at once

# Slack may have done it all the same: https://docs.slack.dev/reference/methods/chat.postMessage#errors
UNSURE = {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}
RENEW = "Copy the bot token (xoxb-…) again from api.slack.com/apps, OAuth & Permissions, into SLACK_BOT_TOKEN"
ADMIN = "An administrator of the workspace limits who may post there; ask them, or choose another channel"
DEFECT = "This is a defect in Broadsheet; please report it with this line"
HINTS = {
    "not_in_channel": "Invite the bot in that channel: /invite @ and its name",
    "channel_not_found": "Use the channel's id (C…, at the end of its link), and invite the bot if it is private",
    "is_archived": "Choose another channel, or bring this one back",
    "invalid_auth": RENEW,
    "not_authed": RENEW,
    "account_inactive": RENEW,
    "token_revoked": RENEW,
    "token_expired": RENEW,
    "restricted_action": ADMIN,
    "restricted_action_read_only_channel": ADMIN,
    "restricted_action_thread_only_channel": ADMIN,
    "restricted_action_thread_locked": ADMIN,
    "missing_scope": "Add the scope under OAuth & Permissions at api.slack.com/apps and install the app again",
    "msg_blocks_too_long": DEFECT,
    "msg_too_long": DEFECT,
    "invalid_blocks": DEFECT,
    "no_text": DEFECT,
    "metadata_too_large": DEFECT,
}


class UnansweredError(DeliveryError):
    """Slack gave no answer that tells whether it did what was asked."""


class SlackApi:
    """Calls methods of `web`. about: what the errors name, such as slack:C0123."""

    def __init__(
        self,
        token: str,
        about: str,
        base_url: str,
        *,
        timeout: float = 30.0,
        tries: int = TRIES,
        longest_wait: float = LONGEST_WAIT,
        hints: Mapping[str, str] = HINTS,
        sleep: Callable[[float], None] = time.sleep,
        retried: Callable[[], None] = lambda: None,
    ) -> None:
        """timeout: seconds for one call. tries, longest_wait: how often it is made, and how long a wait of Slack's is
        heeded, in seconds. hints: Slack's error codes -> what to do. retried: called whenever a call is made again.

        Raises SettingsError for a token that cannot stand in a header.
        """
        if not token.isascii() or not token.isprintable() or " " in token:
            # The HTTP library would put the whole token into its error.
            raise SettingsError("SLACK_BOT_TOKEN holds a character that no token has", hint=RENEW, permanent=True)
        # The SDK says int, and hands it to urlopen, which takes fractions.
        self.web = WebClient(token, base_url=base_url, timeout=timeout, retry_handlers=[])  # type: ignore[arg-type]
        self.about, self._sleep, self._retried = about, sleep, retried
        self._tries, self._longest_wait, self._hints = tries, longest_wait, hints

    def call(self, method: Callable[..., SlackResponse], **given: object) -> SlackResponse:
        """Call once; again only where Slack surely did nothing. Raises UnansweredError or another DeliveryError."""
        for tried in range(1, self._tries + 1):
            try:
                return method(**given)
            except SlackApiError as error:
                wait = _asked_to_wait(error.response)
                if wait is None or wait > self._longest_wait or tried == self._tries:
                    raise self._refused(error.response) from error
            except (OSError, http.client.HTTPException) as error:
                if not _never_sent(error):
                    raise UnansweredError(f"{self.about}: Slack did not answer ({_why(error)})") from error
                if isinstance(_reason(error), ssl.SSLCertVerificationError) or tried == self._tries:
                    raise self._unreachable(error) from error
                wait = float(2**tried)
            log.info("waiting for Slack", extra={"outlet": self.about, "seconds": wait})
            self._retried()
            self._sleep(wait)
        raise AssertionError("the last try returns or raises")

    def read(self, method: Callable[..., SlackResponse], **given: object) -> SlackResponse:
        """Call a method that changes nothing, so again after any failure, a few times. Raises DeliveryError."""
        for tried in range(1, self._tries):
            try:
                return self.call(method, **given)
            except UnansweredError as error:
                log.info("asking Slack again", extra={"outlet": self.about, "error": str(error), "seconds": 2**tried})
                self._retried()
                self._sleep(float(2**tried))
        return self.call(method, **given)

    def _refused(self, response: SlackResponse) -> DeliveryError:
        code = str(response.get("error") or "")
        if response.status_code == http.HTTPStatus.TOO_MANY_REQUESTS or code == "ratelimited":
            wait = _asked_to_wait(response)
            return DeliveryError(
                f"{self.about}: Slack asks to wait {wait:.0f} s",
                hint="`broadsheet run` tries again by itself; by hand, run it again later",
            )
        if response.status_code >= 500 or code in UNSURE or not code.replace("_", "").isalnum():
            return UnansweredError(f"{self.about}: Slack gave no usable answer (HTTP {response.status_code})")
        details = response.get("response_metadata") or {}
        said = (
            response.get("needed") if code == "missing_scope" else "; ".join(map(str, details.get("messages", [])[:3]))
        )
        told = one_line(str(said or "").replace(str(self.web.token), "[token]"))[:300]
        hint = self._hints.get(code, "See https://docs.slack.dev/reference/methods/chat.postMessage#errors")
        what = f"{self.about}: Slack refused ({code}{': ' if told else ''}{told})"
        return DeliveryError(what, hint=hint, permanent=code in self._hints)

    def _unreachable(self, error: Exception) -> DeliveryError:
        return DeliveryError(
            f"{self.about}: Slack cannot be reached ({_why(error)})",
            hint="Check the network, a proxy, and SLACK_API_URL",
        )


def _asked_to_wait(response: SlackResponse) -> float | None:
    """Seconds of a 429's Retry-After (1 if it has none); None for any other answer."""
    if response.status_code != http.HTTPStatus.TOO_MANY_REQUESTS and response.get("error") != "ratelimited":
        return None
    headers = {name.lower(): value for name, value in response.headers.items()}
    try:
        return max(1.0, float(headers.get("retry-after", "1")))
    except ValueError:
        return 1.0


def _reason(error: Exception) -> object:
    return error.reason if isinstance(error, URLError) else error


def _never_sent(error: Exception) -> bool:
    """Whether the connection failed before anything could be sent."""
    return isinstance(_reason(error), ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError)


def _why(error: Exception) -> str:
    reason = _reason(error)
    return str(reason) or type(reason).__name__
