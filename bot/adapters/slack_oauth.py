"""How a workspace installs the app by itself: a browser goes to Slack and comes back with a code for a token.

https://docs.slack.dev/authentication/installing-with-oauth. An installation for a whole organisation (Enterprise Grid)
is refused: the manifest does not offer it, and profiles belong to a workspace.
"""

import hmac
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from slack_sdk.oauth import AuthorizeUrlGenerator
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.adapters.slack_check import SCOPES, who_we_are
from bot.adapters.slack_workspaces import Installations, quick_api
from bot.domain.characters import one_line
from bot.domain.installation import Installation
from bot.errors import BotError, DeliveryError
from bot.ports import Clock

log = logging.getLogger(__name__)

COOKIE = "broadsheet-install"
MINUTES = 10  # for somebody to say yes in Slack
MOST_A_MINUTE = 30  # anybody may call these pages, and each call writes a row
SLACK_PAGE = "https://slack.com/oauth/v2/authorize"


class States(Protocol):
    """Texts that a browser takes to Slack and back, each good for once and for ten minutes."""

    def issue(self) -> str:
        """A new one. Raises StoreError."""
        ...

    def consume(self, state: str) -> bool:
        """Whether it is one of ours that did not come back before. Raises StoreError."""
        ...


class SlackOAuth:
    """Implements OAuthPages of bot.adapters.slack_http."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        public_url: str | None,
        base_url: str,
        installations: Installations,
        states: States,
        page: Callable[[str, str], str],
        clock: Clock,
        slack_page: str = SLACK_PAGE,
    ) -> None:
        """public_url: ours, without a slash at the end; None: Slack's settings say where browsers come back. base_url:
        of Slack's API. page: outcome and the workspace's name -> HTML; outcomes: see templates/site/slack.html.j2."""
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._redirect = f"{public_url}/slack/oauth_redirect" if public_url else None
        self._path = f"{urlsplit(public_url or '').path}/slack/"  # as the browser sees it
        self._installations, self._states, self._page, self._clock = installations, states, page, clock
        self._base_url = base_url
        # The generator puts it in as it is.
        encoded = quote(self._redirect, safe="") if self._redirect else None
        self._to_slack = AuthorizeUrlGenerator(
            client_id=quote(client_id), redirect_uri=encoded, scopes=tuple(SCOPES), authorization_url=slack_page
        )
        self._begun: deque[float] = deque(maxlen=MOST_A_MINUTE)

    def install(self, _: Request) -> Response:
        """Send the browser to Slack, with a text that must come back with it."""
        if len(self._begun) == MOST_A_MINUTE and time.monotonic() - self._begun[0] < 60:
            return self._told("busy", HTTPStatus.SERVICE_UNAVAILABLE)
        self._begun.append(time.monotonic())
        try:
            state = self._states.issue()
        except BotError as error:
            return self._failed(error)
        response = RedirectResponse(self._to_slack.generate(state), HTTPStatus.FOUND)
        response.headers["Cache-Control"] = "no-store"
        secure = {"secure": True, "httponly": True, "samesite": "lax"}
        response.set_cookie(COOKIE, state, max_age=MINUTES * 60, path=self._path, **secure)  # type: ignore[arg-type]
        return response

    def redirected(self, request: Request) -> Response:
        """The browser comes back. The text must be the one that this browser was sent with, and fresh."""
        asked = request.query_params
        try:
            if not self._is_expected(asked.get("state", ""), request.cookies.get(COOKIE, "")):
                return self._told("stale", HTTPStatus.BAD_REQUEST)
            no = asked.get("error") or not asked.get("code")
            response = self._told("refused", HTTPStatus.OK) if no else self._installed(asked["code"])
        except BotError as error:
            response = self._failed(error)
        response.delete_cookie(COOKIE, path=self._path)
        return response

    def _is_expected(self, state: str, cookie: str) -> bool:
        same = bool(state) and hmac.compare_digest(state.encode(), cookie.encode())
        return same and self._states.consume(state)

    def _installed(self, code: str) -> Response:
        """Change the code for a token, and keep it. Raises BotError."""
        anybody = quick_api("", self._base_url, "slack install")
        access = anybody.web.oauth_v2_access
        answer = anybody.call(access, code=code, redirect_uri=self._redirect, **self._client)
        team = _part(answer.data, "team")
        if answer.get("is_enterprise_install") or not team.get("id"):
            return self._told("organisation", HTTPStatus.BAD_REQUEST)
        token = str(answer.get("access_token") or "")
        if not token.startswith("xoxb-"):
            raise DeliveryError(
                "Slack gave no bot's token", hint="See that the app asks for the scopes of its manifest"
            )
        bot = who_we_are(quick_api(token, self._base_url, f"slack:{team['id']}"))
        installation = Installation(
            team=str(team["id"]),
            name=one_line(str(team.get("name") or bot.team))[:100],
            bot_id=bot.bot_id,
            bot_user=str(answer.get("bot_user_id") or ""),
            scopes=tuple(str(answer.get("scope") or "").split(",")),
            token=token,
            installed_by=str(_part(answer.data, "authed_user").get("id") or ""),
            installed_at=self._clock.now(),
        )
        self._installations.save(installation)
        log.info("a workspace installed the app", extra={"team": installation.team, "user": installation.installed_by})
        return self._told("installed", HTTPStatus.OK, installation.name)

    def _failed(self, error: BotError) -> Response:
        log.error("a workspace could not install the app", extra={"error": str(error)})
        return self._told("failed", HTTPStatus.BAD_GATEWAY)

    def _told(self, outcome: str, status: HTTPStatus, name: str = "") -> Response:
        return HTMLResponse(self._page(outcome, name), status, {"Cache-Control": "no-store"})


def _part(answer: object, key: str) -> Mapping[str, Any]:
    found = answer.get(key) if isinstance(answer, Mapping) else None
    return found if isinstance(found, Mapping) else {}
