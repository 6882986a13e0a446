"""Mailing through a real local SMTP server, with STARTTLS, TLS and logins."""

import email
import ssl
import traceback
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
import trustme

from bot.adapters.smtp import TRIES, Mailbox
from bot.demo.standins.smtp import DROP, STALL, MailStandin
from bot.domain.digest import Digest
from bot.domain.message import Mail
from bot.errors import DeliveryError, UncertainDeliveryError
from tests import examples

PASSWORD = "s3cret-passw0rd"
DIGEST = examples.digest()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certificate(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def trust(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def server(certificate: ssl.SSLContext) -> Iterator[MailStandin]:
    with MailStandin(tls=certificate, user="ada", password=PASSWORD) as standin:
        yield standin


@pytest.fixture
def open_server() -> Iterator[MailStandin]:
    """Without TLS and login, as the demo has it."""
    with MailStandin() as standin:
        yield standin


def render(digest: Digest, address: str) -> Mail:
    return Mail("Digest", "text", "<p>html</p>", f"{digest.profile.id}.{digest.day}@example.org")


def mailbox(server: MailStandin, **fields: Any) -> Mailbox:
    given: dict[str, Any] = {
        "mail_from": "Broadsheet <bot@example.org>",
        "host": server.host,
        "port": server.port,
        "security": "none",
        "sleep": lambda _: None,
        "timeout": 5,
        "render": render,
        **fields,
    }
    return Mailbox("ada@example.org", **given)


def secure(server: MailStandin, trust: ssl.SSLContext, **fields: Any) -> Mailbox:
    return mailbox(server, **{"security": "starttls", "user": "ada", "password": PASSWORD, "tls": trust, **fields})


def read(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=SMTP)


def test_a_mail_goes_out_encrypted_and_logged_in(server: MailStandin, trust: ssl.SSLContext) -> None:
    where = secure(server, trust).send(DIGEST)
    (mail,) = server.mails
    assert (mail.sender, mail.recipients) == ("bot@example.org", ("ada@example.org",))
    assert mail.encrypted
    assert mail.login == "ada"
    assert where == "127.0.0.1: 2.0.0 kept by the stand-in"


def test_tls_from_the_start_works_too(certificate: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    with MailStandin(tls=certificate, implicit_tls=True) as standin:
        mailbox(standin, security="tls", tls=trust).send(DIGEST)
    assert standin.mails[0].encrypted


def test_the_mail_has_text_and_html_and_the_headers_of_a_machine(open_server: MailStandin) -> None:
    mailbox(open_server).send(DIGEST)
    message = read(open_server.mails[0].content)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["From"] == "Broadsheet <bot@example.org>"
    assert message["To"] == "ada@example.org"
    assert message["Message-ID"] == "<group.2026-05-06@example.org>"
    assert message["List-Id"] == "<group.broadsheet.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"]


def test_text_arrives_as_it_was_whatever_it_holds(open_server: MailStandin) -> None:
    text = "αβγ 😀 = equals\n.\n..dots\n.leading\nFrom here\n" + "long " * 400 + "\n"
    hostile = Mail("Über\r\nBcc: eve@example.org", text, f"<pre>{text}</pre>", "id@example.org")
    mailbox(open_server, render=lambda *_: hostile).send(DIGEST)
    content = open_server.mails[0].content
    message = read(content)
    plain, html = message.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == text
    assert html.get_content().replace("\r\n", "\n") == f"<pre>{text}</pre>\n"
    assert message["Subject"] == "Über Bcc: eve@example.org"
    assert message["Bcc"] is None
    assert content.isascii()
    assert max(map(len, content.splitlines())) < 100


def test_half_a_character_from_a_language_model_does_not_stop_the_mail(open_server: MailStandin) -> None:
    mailbox(open_server, render=lambda *_: Mail("a\ud800b", "c\ud800d", "e\ud800f", "id@example.org")).send(DIGEST)
    assert "c?d" in read(open_server.mails[0].content).as_string()


def test_a_server_without_starttls_gets_nothing(open_server: MailStandin, trust: ssl.SSLContext) -> None:
    with pytest.raises(DeliveryError, match="offers no STARTTLS, so nothing was sent") as caught:
        secure(open_server, trust).send(DIGEST)
    assert caught.value.permanent
    assert set(open_server.stages) == {"EHLO"}, "no login and no sender in clear text"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: ssl.SSLContext, security: str) -> None:
    with MailStandin(tls=certificate, implicit_tls=security == "tls") as standin:
        with pytest.raises(DeliveryError, match=r"certificate of 127\.0\.0\.1 is not trusted") as caught:
            mailbox(standin, security=security, user="ada", password=PASSWORD).send(DIGEST)
        assert caught.value.permanent
        assert not {"AUTH", "MAIL"} & set(standin.stages)


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1", "localhost.example.org"])
def test_clear_text_never_leaves_this_machine(open_server: MailStandin, host: str) -> None:
    outlet = mailbox(open_server, host=host)
    with pytest.raises(DeliveryError, match="clear text") as caught:
        outlet.send(DIGEST)
    assert caught.value.permanent
    with pytest.raises(DeliveryError, match="clear text"):
        outlet.check()


@pytest.mark.parametrize("address", ["", "no-at", "a@b\r\nRCPT TO:<eve@x>", "ä@example.org", "a b@example.org"])
def test_an_address_that_smtp_cannot_carry_is_refused(open_server: MailStandin, address: str) -> None:
    outlet = Mailbox(
        address, render, mail_from="bot@example.org", host="127.0.0.1", port=open_server.port, security="none"
    )
    with pytest.raises(DeliveryError, match="no address that SMTP can carry"):
        outlet.send(DIGEST)
    assert open_server.stages == []


@pytest.mark.parametrize(
    ("stage", "answer", "permanent", "hint"),
    [
        ("MAIL", "553 5.7.1 not your address", True, "MAIL_FROM"),
        ("RCPT", "550 5.1.1 no such user", True, "no such mailbox"),
        ("RCPT", "450 4.2.0 greylisted", False, "tries again by itself"),
        ("DATA", "451 4.3.0 try later", False, "tries again by itself"),
        ("END", "554 5.7.1 spam", True, "SPF"),
        ("END", "452 4.3.1 disk full", False, "tries again by itself"),
    ],
)
def test_a_refusal_says_whether_a_retry_can_help(
    open_server: MailStandin, stage: str, answer: str, permanent: bool, hint: str
) -> None:
    open_server.script(stage, answer)
    with pytest.raises(DeliveryError, match=answer) as caught:
        mailbox(open_server).send(DIGEST)
    assert caught.value.permanent is permanent
    assert hint in caught.value.hint
    assert not isinstance(caught.value, UncertainDeliveryError)
    assert open_server.stages.count("MAIL") == 1, "a refusal is not repeated at once"


def test_a_wrong_password_says_what_to_check_and_never_shows_it(server: MailStandin, trust: ssl.SSLContext) -> None:
    wrong = PASSWORD[::-1]
    with pytest.raises(DeliveryError, match="refused the login \\(535\\)") as caught:
        secure(server, trust, password=wrong).send(DIGEST)
    assert caught.value.permanent
    assert "app password" in caught.value.hint
    assert wrong not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_echoes_the_login_cannot_make_us_log_it(server: MailStandin, trust: ssl.SSLContext) -> None:
    server.script("AUTH", *[f"535 bad login ada {PASSWORD}"] * 3)
    with pytest.raises(DeliveryError) as caught:
        secure(server, trust).send(DIGEST)
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


def test_a_login_that_the_server_does_not_offer_is_reported(
    open_server: MailStandin, certificate: ssl.SSLContext
) -> None:
    with MailStandin(tls=certificate, user="ada") as needs_login:
        with pytest.raises(DeliveryError, match="refused the mail \\(530") as caught:
            mailbox(needs_login).send(DIGEST)
        assert "SMTP_USER" in caught.value.hint
    with pytest.raises(DeliveryError, match="offers no login"), MailStandin(tls=certificate) as hidden:
        mailbox(hidden, user="ada", password=PASSWORD).send(DIGEST)
    with pytest.raises(DeliveryError, match="offers no login"):
        mailbox(open_server, user="ada", password="pässword").send(DIGEST)


@pytest.mark.parametrize(
    ("stage", "fault"),
    [("EHLO", DROP), *((stage, fault) for stage in ("MAIL", "RCPT", "DATA") for fault in (DROP, "421 4.3.2 bye"))],
)
def test_a_connection_lost_before_the_mail_is_tried_again(open_server: MailStandin, stage: str, fault: str) -> None:
    waits: list[float] = []
    counted: list[str] = []
    open_server.script(stage, *[fault] * (TRIES - 1))
    mailbox(open_server, sleep=waits.append, retried=lambda: counted.append("again")).send(DIGEST)
    assert len(open_server.mails) == 1
    assert waits == [2.0, 4.0]
    assert counted == ["again", "again"]


def test_a_connection_that_is_always_lost_is_a_plain_failure(open_server: MailStandin) -> None:
    open_server.script("DATA", *[DROP] * TRIES)
    with pytest.raises(DeliveryError, match=r"connection to 127\.0\.0\.1") as caught:
        mailbox(open_server).send(DIGEST)
    assert not isinstance(caught.value, UncertainDeliveryError)
    assert not caught.value.permanent


@pytest.mark.parametrize("fault", [DROP, STALL])
def test_silence_after_the_mail_was_handed_over_is_uncertain_and_it_is_not_sent_again(
    open_server: MailStandin, fault: str
) -> None:
    open_server.script("END", fault)
    with pytest.raises(UncertainDeliveryError, match=r"may have arrived.*--send-again mail:ada@example.org"):
        mailbox(open_server, timeout=0.2).send(DIGEST)
    assert len(open_server.mails) == 1


def test_a_server_that_says_nothing_is_given_up(open_server: MailStandin) -> None:
    open_server.script("EHLO", *[STALL] * TRIES)
    with pytest.raises(DeliveryError, match="timed out"):
        mailbox(open_server, timeout=0.1).send(DIGEST)


def test_a_server_that_is_not_there_is_a_plain_failure() -> None:
    with MailStandin() as gone:
        pass
    with pytest.raises(DeliveryError, match="Connection refused") as caught:
        mailbox(gone).send(DIGEST)
    assert "SMTP_HOST" in caught.value.hint


def test_check_connects_and_logs_in_without_sending(server: MailStandin, trust: ssl.SSLContext) -> None:
    assert secure(server, trust).check() == f"127.0.0.1:{server.port} answers (starttls, logged in as ada)"
    assert "MAIL" not in server.stages
    with pytest.raises(DeliveryError, match="535"):
        secure(server, trust, password="wrong").check()
