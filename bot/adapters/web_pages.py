"""The archive folder over HTTP: its pages and nothing else, read-only, with headers that suit what judges quote."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain.profile import PROFILE_ID

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
HEADERS = {
    # What the pages' own meta elements say, and that nobody may frame them, which only a header can say.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def days_in(site: Path) -> Mapping[str, tuple[date, ...]]:
    """Profile id -> the days that have a page, newest first. Raises OSError."""
    if not site.exists():
        return {}
    folders = (one for one in site.iterdir() if PROFILE_ID.fullmatch(one.name) and one.is_dir())
    found = {folder.name: tuple(sorted(_days(folder.iterdir()), reverse=True)) for folder in sorted(folders)}
    return {profile: days for profile, days in found.items() if days}


def _days(folders: Iterable[Path]) -> Iterable[date]:
    for folder in folders:
        if _DAY.fullmatch(folder.name) and (folder / "index.html").is_file():
            try:
                yield date.fromisoformat(folder.name)
            except ValueError:  # a folder of somebody else's: 2026-13-01
                continue


class Pages(StaticFiles):
    """The files of a folder, without its hidden ones. A folder is its index.html; folders are not listed."""

    def __init__(self, site: Path) -> None:
        super().__init__(directory=site, html=True, check_dir=False)
        self.config_checked = True  # before the first digest there is no folder, and that is no error

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file's answer; HTTPException for whatever is none."""
        *folders, name = str(scope["path"]).removeprefix("/").split("/")
        parts = (*folders, name) if name else folders
        if any(not part or part.startswith(".") or not part.isprintable() for part in parts):
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        if isinstance(response, RedirectResponse):
            # Starlette's goes to the host that the client named, by a scheme that a proxy in front may have changed.
            return RedirectResponse(f"./{quote(name)}/")
        response.headers["Cache-Control"] = "no-cache"  # a later edition overwrites a page
        return response


class SafeHeaders:
    """Adds HEADERS to every answer of `app`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)
