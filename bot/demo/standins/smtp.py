"""A stand-in for a mail server on this machine: a real SMTP server that keeps what it is sent, and fails on demand."""

# ruff: noqa: N802 - aiosmtpd finds methods by the names of SMTP's commands

import asyncio
import ssl
import threading
from collections import defaultdict
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

# What a scripted stage does instead of giving an answer.
DROP, STALL = "hang up", "say nothing"


@dataclass(frozen=True)
class Received:
    """One mail with its envelope. login: who had logged in, or empty. encrypted: whether TLS was on."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    login: str
    encrypted: bool


class MailStandin:
    """Use it as a context manager; point the bot at `host` and `port`.

    mails: in order of arrival. stages: the stages that clients reached: EHLO, AUTH, MAIL, RCPT, DATA (before the
    message is sent) and END (after it, and it is kept whatever is scripted).
    """

    host = "127.0.0.1"

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, implicit_tls: bool = False, user: str = "", password: str = ""
    ) -> None:
        """tls: the certificate to show, after STARTTLS or from the start. user, password: the login that is needed."""
        self.mails: list[Received] = []
        self.stages: list[str] = []
        self.port = 0
        self._tls, self._implicit_tls, self._login = tls, implicit_tls, LoginPassword(user.encode(), password.encode())
        self._script: dict[str, list[str]] = defaultdict(list)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def script(self, stage: str, *answers: str) -> None:
        """What the server says the next times at that stage, one each: an answer such as "450 busy", DROP or STALL."""
        self._script[stage] += answers

    def __enter__(self) -> "MailStandin":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> None:
        tls = self._tls if self._implicit_tls else None
        self._server = await self._loop.create_server(lambda: _Session(self), self.host, 0, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()
        sessions = asyncio.all_tasks() - {asyncio.current_task()}
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)

    def reached(self, stage: str) -> str:
        """Note the stage; what is scripted for it, or nothing."""
        self.stages.append(stage)
        return self._script[stage].pop(0) if self._script[stage] else ""

    def options(self) -> dict[str, Any]:
        """How aiosmtpd's server is set up."""
        return {
            "hostname": self.host,
            "loop": self._loop,
            "tls_context": None if self._implicit_tls else self._tls,
            "authenticator": self._authenticate,
            "auth_required": bool(self._login.login),
            "auth_require_tls": self._tls is not None and not self._implicit_tls,
        }

    def _authenticate(self, _server: SMTP, _session: object, _envelope: object, _how: str, given: object) -> AuthResult:
        return AuthResult(success=given == self._login, handled=False, auth_data=given)


class _Session(SMTP):
    """One connection. aiosmtpd calls a method per command; each first sees what is scripted."""

    def __init__(self, standin: MailStandin) -> None:
        super().__init__(self, **standin.options())
        self._standin = standin

    async def _scripted(self, stage: str) -> str:
        """The answer that is scripted for that stage, if any; hanging up and saying nothing happen here."""
        answer = self._standin.reached(stage)
        if answer == DROP:
            self._writer.transport.abort()
        if answer in (DROP, STALL):
            await asyncio.sleep(60)  # cut short when the connection ends
        return answer

    async def smtp_EHLO(self, hostname: str) -> None:
        if answer := await self._scripted("EHLO"):
            await self.push(answer)
        else:
            await super().smtp_EHLO(hostname)

    async def smtp_AUTH(self, arg: str) -> None:
        if answer := await self._scripted("AUTH"):
            await self.push(answer)
        else:
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str) -> None:
        if answer := await self._scripted("MAIL"):
            await self.push(answer)
        else:
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:
        if answer := await self._scripted("RCPT"):
            await self.push(answer)
        else:
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if answer := await self._scripted("DATA"):
            await self.push(answer)
        else:
            await super().smtp_DATA(arg)

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail; aiosmtpd calls this after its end."""
        login = session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else ""
        encrypted = self._writer.get_extra_info("sslcontext") is not None
        content = envelope.original_content or b""
        self._standin.mails.append(
            Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, login, encrypted)
        )
        return await self._scripted("END") or "250 2.0.0 kept by the stand-in"
