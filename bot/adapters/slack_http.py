"""Slack by HTTP: routes for the web server. Every request must carry Slack's signature, and a fresh one."""

import asyncio
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Protocol

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.starlette.handler import to_starlette_response
from slack_sdk.signature import SignatureVerifier
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.adapters.slack_listen import SENT, dispatch

EVENTS_PATH = "/slack/events"  # commands and buttons come here, too
LARGEST_BODY = 1_000_000  # bytes
THREADS = 4  # of our own: those that Starlette has may all be waiting for the database
_SECONDS, _SIGNATURE = re.compile("[0-9]{1,12}"), re.compile("v0=[0-9a-f]{64}")


class OAuthPages(Protocol):
    """The pages of an installation. Both may wait for Slack and the database."""

    def install(self, request: Request) -> Response:
        """Send the browser to Slack."""
        ...

    def redirected(self, request: Request) -> Response:
        """The browser comes back from Slack."""
        ...


class SlackHttp:
    """Takes what Slack posts to bolt's app. Close it after the web server."""

    def __init__(self, app: App, signing_secret: str, oauth: OAuthPages | None = None) -> None:
        """oauth: None where there is only one workspace."""
        self._app, self._verifier = app, SignatureVerifier(signing_secret)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="slack-http")
        self.routes = [Route(EVENTS_PATH, self._events, methods=["POST"])]
        if oauth:
            self.routes.append(Route("/slack/install", oauth.install, methods=["GET"]))
            self.routes.append(Route("/slack/oauth_redirect", oauth.redirected, methods=["GET"]))

    def close(self) -> None:
        """End its threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _events(self, request: Request) -> Response:
        """Read, check, hand to bolt; the signature comes first, so that strangers cost little."""
        try:
            body = await _body(request)
        except ClientDisconnect:
            return _plain(HTTPStatus.BAD_REQUEST)
        if body is None:
            return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not self._is_from_slack(body, request):
            # Slack looks now and then whether the certificate is good, without a signature.
            return _plain(HTTPStatus.OK if b"ssl_check=1" in body else HTTPStatus.UNAUTHORIZED)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._dispatched, body, request)

    def _is_from_slack(self, body: bytes, request: Request) -> bool:
        """Whether the signature is right, and not older than five minutes. Odd headers are no defect of ours."""
        signature = request.headers.get("x-slack-signature", "")
        moment = request.headers.get("x-slack-request-timestamp", "")
        if not (_SIGNATURE.fullmatch(signature) and _SECONDS.fullmatch(moment)):
            return False
        try:
            return self._verifier.is_valid(body, moment, signature)
        except UnicodeDecodeError:
            return False

    def _dispatched(self, body: bytes, request: Request) -> Response:
        try:
            asked = BoltRequest(body=body.decode(), headers=dict(request.headers))
        except (ValueError, TypeError, AttributeError, RecursionError):  # signed, but not as Slack writes
            return _plain(HTTPStatus.BAD_REQUEST)
        response = to_starlette_response(dispatch(self._app, asked))
        sent = asked.context.get(SENT)
        response.background = BackgroundTask(_has_left, sent) if sent else None
        return response


async def _has_left(sent: threading.Event) -> None:
    """Not a plain function: for that, Starlette would have to find a free thread."""
    sent.set()


async def _body(request: Request) -> bytes | None:
    """The whole body; None as soon as it is too large. Raises ClientDisconnect."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and len(said) < 20 and int(said) > LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _plain(status: HTTPStatus) -> Response:
    return PlainTextResponse("" if status is HTTPStatus.OK else f"{status.phrase}\n", status)
