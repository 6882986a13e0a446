"""Reads documents from arXiv's hosts: through the gate, with time limits, and with a bounded number of tries."""

import logging
import random
import re
import time
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from typing import Self, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3
from lxml import etree

from bot.adapters.arxiv_gate import Gate
from bot.errors import SourceError
from bot.ports import Progress

log = logging.getLogger(__name__)
Parsed = TypeVar("Parsed")
CHUNK = 65536  # bytes
STAGE = "reading arXiv"
MOST_REDIRECTS = 3  # for one document
LONGEST_RETRY_AFTER_S = 7 * 86400.0  # whatever asks for more is garbage, or we are not wanted at all


@dataclass(frozen=True)
class Limits:
    """How long one document may take.

    connect_s, read_s: seconds for the connection, and for silence. total_s: seconds for one answer, however steadily it
    trickles. most_bytes: of one answer, unpacked. tries: requests for one document. backoff_s: pause before the second
    try; doubled before every further one. longest_wait_s: the longest Retry-After that is waited for.
    """

    connect_s: float = 10.0
    read_s: float = 30.0
    total_s: float = 120.0
    most_bytes: int = 50_000_000
    tries: int = 4
    backoff_s: float = 2.0
    longest_wait_s: float = 120.0


class PassingError(SourceError):
    """One try failed in a way that may pass. wait_s: how long arXiv asks to wait, in seconds; 0 if it does not say."""

    def __init__(self, what: str, *, wait_s: float = 0.0) -> None:
        super().__init__(what)
        self.wait_s = wait_s


class RejectedError(SourceError):
    """arXiv answered with a 4xx status: the request itself is wrong. missing: what was asked for is not there."""

    def __init__(self, what: str, *, missing: bool = False) -> None:
        super().__init__(what, permanent=True)
        self.missing = missing


class Steps:
    """Counts requests to arXiv for the progress display. total: how many are known to come."""

    def __init__(self, progress: Progress | None, total: int = 0) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def expect(self, more: int) -> None:
        """There is more to do than was known."""
        self._total += more

    def done(self) -> None:
        """One more request is done."""
        self._done += 1
        if self._progress is not None:
            self._progress.step(STAGE, self._done, self._total)


def user_agent(contact: str | None) -> str:
    """How Broadsheet presents itself to arXiv. contact: a mail address, or None."""
    try:
        name = f"broadsheet/{version('broadsheet')}"
    except PackageNotFoundError:  # run from a folder that was never installed
        name = "broadsheet"
    return f"{name} (+mailto:{contact})" if contact else name


class ArxivWeb:
    """Reads one document at a time. sleep: waits so many seconds between two tries. agent: the User-Agent header.

    retried: called before every further try. clock_skew_s: seconds by which arXiv's clock was ahead of this machine's
    in the last answer (it tells whole seconds, and took a moment to come); None before any answer told.
    """

    def __init__(
        self,
        gate: Gate,
        agent: str = "broadsheet",
        *,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        retried: Callable[[], None] = lambda: None,
    ) -> None:
        self._gate, self._limits, self._sleep, self._retried = gate, limits or Limits(), sleep, retried
        self.clock_skew_s: float | None = None
        self._session = _OneHop()
        self._session.headers["User-Agent"] = agent

    def within(self, limits: Limits) -> Self:
        """The same way to arXiv with other limits."""
        other = copy(self)
        other._limits = limits
        return other

    def read(self, url: str, parse: Callable[[bytes], Parsed]) -> Parsed:
        """What `parse` makes of the document. `parse` raises PassingError for one that is cut short or no document.

        Raises GateError (403, gate closed), RejectedError (other 4xx), SourceError when all tries failed.
        """
        for tried in count(1):
            try:
                return parse(self._fetch(url))
            except PassingError as error:
                if tried >= self._limits.tries or error.wait_s > self._limits.longest_wait_s:
                    raise _given_up(url, error, tried) from error
                wait_s = max(error.wait_s, self._backoff_s(tried))
                about = {"url": _shown(url), "after": str(error), "wait_s": round(wait_s, 1)}
                log.info("asking arXiv again", extra=about)
                self._retried()
                self._sleep(wait_s)
        raise AssertionError("count() does not end")

    def _backoff_s(self, tried: int) -> float:
        jitter = random.uniform(0.75, 1.25)  # noqa: S311 - spreads retries, keeps no secret
        return float(self._limits.backoff_s * 2 ** (tried - 1) * jitter)

    def _fetch(self, url: str) -> bytes:
        """The document, after its redirects: each is a request of its own, with its own turn and pause."""
        address = url
        for _ in range(1 + MOST_REDIRECTS):
            response, body = self._ask(address)
            if not response.is_redirect:
                _refuse_failure(address, response, body)
                return body
            address = next_hop(address, response.headers["Location"])
        raise SourceError(f"arXiv: {_shown(url)} is redirected more than {MOST_REDIRECTS} times")

    def _ask(self, url: str) -> tuple[requests.Response, bytes]:
        timeout = (self._limits.connect_s, self._limits.read_s)
        with self._gate.turn():
            deadline = time.monotonic() + self._limits.total_s
            try:
                with self._session.get(url, timeout=timeout, stream=True) as response:
                    self.clock_skew_s = _clock_skew_s(response.headers, self.clock_skew_s)
                    if response.status_code == HTTPStatus.FORBIDDEN:
                        raise self._gate.stop()
                    return response, self._body(response, deadline)
            except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
                raise PassingError(f"no answer within {self._limits.read_s:g} s") from error
            except (requests.ConnectionError, urllib3.exceptions.HTTPError) as error:
                raise PassingError(f"the connection broke ({type(error).__name__})") from error
            except requests.RequestException as error:
                raise SourceError(f"arXiv: {_shown(url)} cannot be asked ({type(error).__name__})") from error

    def _body(self, response: requests.Response, deadline: float) -> bytes:
        """The unpacked body. read1 hands out what has come, so that a trickle cannot outlast the deadline."""
        body = bytearray()
        while piece := response.raw.read1(CHUNK, decode_content=True):
            body += piece
            if time.monotonic() > deadline:
                raise PassingError(f"the answer was not complete after {self._limits.total_s:g} s")
            if len(body) > self._limits.most_bytes:
                raise SourceError(f"arXiv: an answer is larger than {self._limits.most_bytes / 1e6:g} MB")
        return bytes(body)


class _OneHop(requests.Session):
    """Follows no redirect. With allow_redirects=False requests would still read the redirect's body, without limits."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere; ArxivWeb itself takes the next hop."""


def xml_root(body: bytes) -> etree._Element:
    """The root of a complete XML document; entities stay unexpanded. Raises PassingError for anything else."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        web_page = re.match(rb"\s*<(!doctype html|html)", body[:200], re.IGNORECASE)
        what = "a web page came instead of XML" if web_page else "the XML is broken or cut short"
        raise PassingError(what) from error
    if etree.QName(root).localname.lower() == "html":
        raise PassingError("a web page came instead of XML")
    return root


def next_hop(url: str, location: str) -> str:
    """Where a redirect leads: to the same host and port or between arXiv's hosts, never away from https.

    Raises SourceError for anything else.
    """
    try:
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
        hosts = (here.hostname or "", there.hostname or "")
        near = (hosts[0], _port(here)) == (hosts[1], _port(there)) or all(
            f".{host}".endswith(".arxiv.org") for host in hosts
        )
    except ValueError as error:
        raise SourceError(f"arXiv: {_shown(url)} redirects to an address that is none") from error
    if not near or there.scheme not in ("https", here.scheme):
        raise SourceError(
            f"arXiv: {_shown(url)} redirects to {f'{there.scheme}://{hosts[1]}'[:80]!r}, which is not asked",
            hint="See whether a proxy or a login page stands between this machine and arXiv",
        )
    return target


def _port(address: SplitResult) -> int | None:
    """None where it is the scheme's own, so that a host may lead from http to https. Raises ValueError for none."""
    return None if address.port == {"http": 80, "https": 443}.get(address.scheme) else address.port


def _refuse_failure(url: str, response: requests.Response, body: bytes) -> None:
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= 500:
        raise PassingError(f"HTTP {status}", wait_s=_retry_after_s(response.headers.get("Retry-After", "")))
    missing = status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
    raise RejectedError(f"arXiv: {_shown(url)} answered HTTP {status} ({_words(body)})", missing=missing)


def _clock_skew_s(headers: Mapping[str, str], otherwise: float | None) -> float | None:
    """Seconds from this machine's time to that of an answer; a cache says in Age how old the answer's Date is."""
    age = headers.get("Age", "0").strip()
    try:
        at = parsedate_to_datetime(headers.get("Date", ""))
        sent = at.replace(tzinfo=at.tzinfo or UTC) + timedelta(seconds=int(age) if age.isdecimal() else 0)
        return (sent - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):
        return otherwise


def _retry_after_s(header: str) -> float:
    """Seconds that a Retry-After header asks for: it holds seconds or an HTTP date; 0 for anything else."""
    if header.strip().isdecimal():
        return min(float(header), LONGEST_RETRY_AFTER_S)
    try:
        until = parsedate_to_datetime(header)
        seconds = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(0.0, seconds), LONGEST_RETRY_AFTER_S)


def _given_up(url: str, error: PassingError, tried: int) -> SourceError:
    tries = "1 try" if tried == 1 else f"{tried} tries"
    hint = "`broadsheet run` asks again by itself; by hand, try again later"
    if error.wait_s:
        hint = f"arXiv asks not to be asked before {datetime.now(UTC) + timedelta(seconds=error.wait_s):%H:%M} UTC"
    return SourceError(f"arXiv: {_shown(url)} could not be read: {error.what}, {tries}", hint=hint)


def _shown(url: str) -> str:
    """Host and path: the query may be thousands of ids long, and an address may hold a password."""
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}"


def _words(body: bytes) -> str:
    """The first words of an error document, without its markup."""
    text = re.sub(r"<[^>]*>", " ", body[:5000].decode("utf-8", "replace"))
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]
