"""Sends mail to one address over SMTP: digests (Mailbox, a bot.ports.Outlet), and whatever else is a mail (SmtpRoute).

Nothing tells afterwards whether a mail arrived. So the moment counts at which a connection breaks: before the end of
the message was sent, the server has nothing to deliver; after it, the mail may be on its way.
"""

import ipaddress
import logging
import re
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, parseaddr
from enum import StrEnum
from typing import NotRequired, TypedDict, Unpack

from bot.domain.digest import Digest
from bot.domain.message import Mail
from bot.errors import DeliveryError, UncertainDeliveryError

log = logging.getLogger(__name__)

TRIES = 3
HANGS_UP = 421  # the server closes the connection, and may take mail again soon
# The policy's own limit breaks long header values into encoded words, which mail programs then cannot read.
HEADERS_WHOLE = SMTP.clone(max_line_length=998)
_ADDRESS = re.compile(r"[!-~]+@[!-~]+")
HINTS = {
    530: "The server wants a login: set SMTP_USER and SMTP_PASSWORD",
    534: "The provider wants an app password, or another way to log in",
    535: "Check SMTP_USER and SMTP_PASSWORD; many providers want an app password here",
    550: "The server knows no such mailbox, or does not take mail from this sender: check the address and MAIL_FROM",
    553: "Check MAIL_FROM: the server lets this login send from certain addresses only",
    554: "The server took this for spam or policy forbids it: check MAIL_FROM and its domain's SPF and DKIM",
}


class Security(StrEnum):
    """How the connection is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    NONE_FORCED = "none-forced"


class _BrokenError(DeliveryError):
    """The connection failed before the server had the message, so the same may be tried again at once."""


class Account(TypedDict):
    """How mail leaves. mail_from: an address, or a name and an address. security: as in Security.

    timeout: seconds for one answer of the server. tls: whom to trust; by default what the system trusts. retried:
    called whenever a mail is tried again.
    """

    mail_from: str
    host: str
    port: int
    security: str
    user: NotRequired[str]
    password: NotRequired[str]
    timeout: NotRequired[float]
    tls: NotRequired[ssl.SSLContext | None]
    sleep: NotRequired[Callable[[float], None]]
    retried: NotRequired[Callable[[], None]]


class Mailbox:
    """One address that digests are mailed to."""

    rewrites = False

    def __init__(self, address: str, render: Callable[[Digest, str], Mail], **account: Unpack[Account]) -> None:
        self.name = f"mail:{address}"
        self._address, self._from, self._render = address, account["mail_from"], render
        self._route = SmtpRoute(self.name, address, **account)

    def send(self, digest: Digest) -> str:
        """Mail it. Returns what the server answered."""
        self._route.refuse_unusable()
        mail = self._render(digest, self._address)
        message = letter(mail.subject, mail.text)
        message["Message-ID"] = f"<{mail.message_id}>"
        message["List-Id"] = f"<{digest.profile.id}.broadsheet.{parseaddr(self._from)[1].rpartition('@')[2]}>"
        message.add_alternative(_encodable(mail.html), subtype="html", cte="quoted-printable")
        return self._route.send(message, if_unsure=f"run `broadsheet digest --send-again {self.name}`")

    def check(self) -> str:
        """Connect, encrypt and log in, without sending anything."""
        return self._route.check()


def letter(subject: str, text: str) -> EmailMessage:
    """A mail of a machine, without its addresses."""
    message = EmailMessage(SMTP)
    message["Subject"] = " ".join(_encodable(subject).split())
    message["Date"] = localtime()
    message["Auto-Submitted"] = "auto-generated"
    # Quoted-printable, as not every server on the way takes 8-bit text.
    message.set_content(_encodable(text), cte="quoted-printable")
    return message


class SmtpRoute:
    """The way to one address. about: what the errors name."""

    def __init__(self, about: str, address: str, **account: Unpack[Account]) -> None:
        """Security none sends to this machine only, none-forced anywhere."""
        self.name, self._address, self._from = about, address, account["mail_from"]
        self._host, self._port, self._security = account["host"], account["port"], Security(account["security"])
        self._user, self._password = account.get("user", ""), account.get("password", "")
        self._timeout, self._tls = account.get("timeout", 60.0), account.get("tls")
        self._sleep, self._retried = account.get("sleep", time.sleep), account.get("retried", lambda: None)

    def send(self, message: EmailMessage, *, if_unsure: str) -> str:
        """Address and send it; returns what the server answered. if_unsure: what to do if it did not arrive."""
        self.refuse_unusable()
        message["From"], message["To"] = self._from, self._address
        content = message.as_bytes(policy=HEADERS_WHOLE)
        for tried in range(1, TRIES):
            try:
                return self._send(content, if_unsure)
            except _BrokenError as error:
                log.info("mail server broke off", extra={"outlet": self.name, "error": str(error)})
                self._retried()
                self._sleep(float(2**tried))
        return self._send(content, if_unsure)

    def check(self) -> str:
        """Connect, encrypt and log in, without sending anything."""
        self.refuse_unusable()
        with self._connected() as server:
            self._expect(250, *server.noop())
        login = f", logged in as {self._user}" if self._user else ""
        return f"{self._host}:{self._port} answers ({self._security}{login})"

    def _send(self, message: bytes, if_unsure: str) -> str:
        with self._connected() as server:
            self._expect(250, *server.mail(parseaddr(self._from)[1]))
            self._expect(250, *server.rcpt(self._address))
            self._expect(354, *server.docmd("DATA"))
            # What smtplib's data() does, in two steps: only the second one leaves us uncertain.
            server.send(re.sub(rb"(?m)^\.", b"..", message) + b".\r\n")
            try:
                code, answer = server.getreply()
            except (smtplib.SMTPServerDisconnected, OSError) as error:
                raise UncertainDeliveryError(
                    f"{self.name}: {self._host} took the mail and then did not answer; it may have arrived",
                    hint=f"If it did not arrive, {if_unsure}",
                ) from error
            self._expect(250, code, answer)
            with suppress(smtplib.SMTPException, OSError):  # the mail is on its way, whatever comes now
                server.quit()
        return f"{self._host}: {_readable(answer)}"

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A server that is ready for mail, or DeliveryError; also for what goes wrong with it inside."""
        server: smtplib.SMTP | None = None
        try:
            server = self._connect()
            yield server
        except ssl.SSLCertVerificationError as error:
            raise DeliveryError(
                f"{self.name}: the certificate of {self._host} is not trusted ({error.verify_message})",
                hint="Check SMTP_HOST: it must be the name in the server's certificate",
                permanent=True,
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryError(
                f"{self.name}: {self._host} offers no STARTTLS, so nothing was sent to it",
                hint="Set SMTP_SECURITY=tls with the server's TLS port (mostly 465), or use another server",
                permanent=True,
            ) from error
        except smtplib.SMTPResponseException as error:
            raise self._refused(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise _BrokenError(
                f"{self.name}: the connection to {self._host}:{self._port} failed ({_readable(str(error))})",
                hint="Check SMTP_HOST, SMTP_PORT and SMTP_SECURITY",
            ) from error
        finally:
            if server:
                server.close()

    def _connect(self) -> smtplib.SMTP:
        tls = self._tls or ssl.create_default_context()
        with ExitStack() as closing:
            if self._security is Security.TLS:
                server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=tls)
            else:
                server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
            closing.callback(server.close)
            server.ehlo_or_helo_if_needed()
            if self._security is Security.STARTTLS:
                server.starttls(context=tls)
                server.ehlo()
            if self._user:
                self._log_in(server)
            closing.pop_all()
        return server

    def _log_in(self, server: smtplib.SMTP) -> None:
        # Neither the server's words nor the error behind them go on: it may echo what it was sent.
        try:
            server.login(self._user, self._password)
        except smtplib.SMTPAuthenticationError as error:
            raise self._refused(error.smtp_code, b"", what="the login") from None
        except smtplib.SMTPServerDisconnected:
            raise
        except (smtplib.SMTPException, UnicodeEncodeError):
            raise DeliveryError(
                f"{self.name}: {self._host} offers no login that SMTP_USER and SMTP_PASSWORD can use",
                hint="Use the port for sending mail (mostly 587); user and password must be plain ASCII",
                permanent=True,
            ) from None

    def _expect(self, want: int, code: int, answer: bytes) -> None:
        """Raise DeliveryError unless the code is `want`, or another one that means the same."""
        if code != want and (want, code) != (250, 251):  # 251: taken, and will be forwarded
            raise self._refused(code, answer)

    def _refused(self, code: int, answer: bytes | str, what: str = "the mail") -> DeliveryError:
        said = f"{code} {_readable(answer)}".strip()
        kind = _BrokenError if code == HANGS_UP else DeliveryError
        hint = HINTS.get(code, "" if code >= 500 else "`broadsheet run` tries again by itself")
        return kind(f"{self.name}: {self._host} refused {what} ({said})", hint=hint, permanent=code >= 500)

    def refuse_unusable(self) -> None:
        """Raise DeliveryError where sending would be unsafe or cannot work."""
        if self._security is Security.NONE and not _this_machine(self._host):
            raise DeliveryError(
                f"{self.name}: mail to {self._host} would travel in clear text",
                hint="Set SMTP_SECURITY to starttls (port 587) or tls (port 465)",
                permanent=True,
            )
        for address in (self._address, parseaddr(self._from)[1]):
            if not _ADDRESS.fullmatch(address):
                raise DeliveryError(
                    f"{self.name}: {address[:80]!r} is no address that SMTP can carry",
                    hint="Write it as name@example.org, in ASCII",
                    permanent=True,
                )


def _this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _encodable(text: str) -> str:
    """The text without lone surrogates, which a language model's JSON may hold and no mail can."""
    return text.encode("utf-8", "replace").decode()


def _readable(answer: bytes | str) -> str:
    """A server's words on one short line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return "".join(character for character in " ".join(text.split()) if character.isprintable())[:200]
