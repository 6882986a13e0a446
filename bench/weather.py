"""Stand-ins in changing weather: each service goes wrong now and then for one call, and in spells for many.

The spells follow from the seed; which single calls go wrong depends also on how fast the machine is.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from bot.demo.standins import anthropic, arxiv, slack
from bot.demo.standins.smtp import DROP, MailStandin
from bot.demo.world import World
from bot.domain.paper import Announcement

NOW_AND_THEN = 0.03  # of the calls go wrong in fair weather
IN_A_SPELL = 0.85  # of the calls go wrong in a spell
BETWEEN_S, SPELL_S = (15.0, 70.0), (4.0, 20.0)  # real seconds
LATE = "turns over late"

Model = Callable[[anthropic.Request], anthropic.Reply]

ARXIV: Mapping[str, Callable[[], arxiv.Fault]] = {
    "503": lambda: arxiv.Fault(status=503, body=b"busy"),
    "hangs up": lambda: arxiv.Fault(sent=-1),
    "cut short": lambda: arxiv.Fault(sent=700),
    "web page": lambda: arxiv.Fault(body=b"<html><body>Down for maintenance</body></html>"),
}
ANTHROPIC: Mapping[str, Callable[[], anthropic.Response]] = {
    "429": lambda: anthropic.Response(429, headers={"retry-after": "1"}),
    "529": lambda: anthropic.Response(529),
    "500": lambda: anthropic.Response(500),
    "hangs up": lambda: anthropic.Response(drop=True),
    "401": lambda: anthropic.Response(401),
}
SAID: Mapping[str, anthropic.Reply] = {
    "garbage": anthropic.Reply("I would say: quite relevant!"),
    "refusal": anthropic.Reply("", "refusal"),
}
SLACK: Mapping[str, Callable[[], slack.Fault]] = {
    "429": lambda: slack.Fault("ratelimited", status=429, retry_after="1"),
    "500": lambda: slack.Fault("internal_error", status=500),
    "500, but done": lambda: slack.Fault("internal_error", status=500, done=True),
    "hangs up": lambda: slack.Fault(drop=True),
    "hangs up, but done": lambda: slack.Fault(drop=True, done=True),
}
MAIL: Mapping[str, tuple[str, str]] = {
    "450 at RCPT": ("RCPT", "450 4.2.0 greylisted, try again later"),
    "554 at RCPT": ("RCPT", "554 5.7.1 refused by policy"),
    "421 at EHLO": ("EHLO", "421 4.3.2 shutting down"),
    "hangs up at MAIL": ("MAIL", DROP),
    "hangs up after the mail": ("END", DROP),
}
KINDS: Mapping[str, Sequence[str]] = {
    "arxiv": (*ARXIV, LATE, "stale"),
    "anthropic": (*ANTHROPIC, *SAID),
    "slack": tuple(SLACK),
    "mail": tuple(MAIL),
}


@dataclass(frozen=True)
class Spell:
    """A service fails in one way for a while. begin, end: real seconds since the start."""

    service: str
    kind: str
    begin: float
    end: float

    def __str__(self) -> str:
        return f"{self.service}: {self.kind} from {self.begin:.0f} to {self.end:.0f} s"


@dataclass
class Weather:
    """What goes wrong when. over: nothing goes wrong any more. met: what went wrong -> how often."""

    seed: int
    duration_s: float
    over: bool = False
    met: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._chance, self._began = Random(self.seed), time.monotonic()
        self.spells = tuple(one for service in KINDS for one in self._invented(service))

    def _invented(self, service: str) -> Iterator[Spell]:
        begin = self._chance.uniform(*BETWEEN_S)
        while begin < self.duration_s:
            end = begin + self._chance.uniform(*SPELL_S)
            yield Spell(service, self._chance.choice(KINDS[service]), begin, end)
            begin = end + self._chance.uniform(*BETWEEN_S)

    @property
    def now_s(self) -> float:
        """Real seconds since the start."""
        return time.monotonic() - self._began

    def spell(self, service: str) -> str:
        """The kind of the spell that the service is in; empty if there is none."""
        now = self.now_s
        here = (one.kind for one in self.spells if one.service == service and one.begin <= now < one.end)
        return "" if self.over else next(here, "")

    def strikes(self, service: str) -> str:
        """What goes wrong with the call that comes in now; empty if nothing does."""
        if self.over:
            return ""
        kind = self.spell(service)
        if self._chance.random() >= (IN_A_SPELL if kind else NOW_AND_THEN):
            return ""
        kind = kind or self._chance.choice(KINDS[service])
        self.met[f"{service}: {kind}"] = self.met.get(f"{service}: {kind}", 0) + 1
        return kind


class Arxiv(arxiv.ArxivStandin):
    """weather: set before it is asked anything. stale: gives what a stale feed holds."""

    weather: Weather
    stale: Callable[[bytes], bytes]

    def handle(self, handler: "arxiv._Handler") -> None:
        """Answer one request."""
        kind = self.weather.strikes("arxiv")
        if kind in ARXIV:
            self.answer_next("/", ARXIV[kind]())
        elif kind == "stale" and handler.path.startswith("/rss"):
            self.answer_next("/", arxiv.Fault(rewrite=self.stale))
        super().handle(handler)


class Anthropic(anthropic.AnthropicStandin):
    """A model that may have nothing of use to say, behind a service that may fail."""

    def __init__(self, model: Model, weather: Weather) -> None:
        super().__init__(self._said, latency_s=0.05)
        self._model, self._weather = model, weather

    def receive(self, path: str, body: anthropic.Request | None) -> anthropic.Response:
        """Answer one request."""
        kind = self._weather.strikes("anthropic")
        if kind in ANTHROPIC:
            return ANTHROPIC[kind]()
        self._next = SAID.get(kind)
        return super().receive(path, body)

    def _said(self, request: anthropic.Request) -> anthropic.Reply:
        return self._next or self._model(request)


class Slack(slack.SlackStandin):
    """One whose calls may fail, before or after they are done."""

    weather: Weather

    def answer(
        self, method: str, given: dict[str, Any], token: str, client: tuple[str, str] = ("", "")
    ) -> slack.Answered:
        """Answer one call."""
        if kind := self.weather.strikes("slack"):
            self.script(method, SLACK[kind]())
        return super().answer(method, given, token, client)


class MailServer(MailStandin):
    """One that refuses or hangs up."""

    weather: Weather

    def reached(self, stage: str) -> str:
        """What it says at that stage."""
        kind = self.weather.strikes("mail") if stage in {where for where, _ in MAIL.values()} else ""
        where, answer = MAIL.get(kind, ("", ""))
        return super().reached(stage) or (answer if where == stage else "")


@contextmanager
def stormy_world(
    weather: Weather, days: Mapping[date, Sequence[Announcement]], today: date, home: Path, model: Model
) -> Iterator[tuple[World, Arxiv]]:
    """All stand-ins in that weather, and the one for arXiv's feed, which turns over later than its pages."""
    with ExitStack() as running:
        feed, site, posts, mail = Arxiv(days, today), Arxiv(days, today), Slack(), MailServer()
        for one in (feed, site, posts, mail):
            one.weather = weather
            running.enter_context(one)
        feed.stale = site.stale = lambda body: body
        judge = running.enter_context(Anthropic(model, weather))
        yield World(site, posts, mail, judge, home), feed
