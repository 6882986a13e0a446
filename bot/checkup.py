"""`broadsheet check`: tries every connection, one after the other; nothing is sent to anyone."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import FIRST_PROFILE, App
from bot.app.outlets import operator
from bot.domain.calendar import holidays_known_until, long_date
from bot.domain.profile import Profile
from bot.errors import BotError, SettingsError, StoreError
from bot.settings import Settings

LEAST_FREE_MB = 200
MOST_SKEW_S = 300.0  # Slack refuses what is older; and at midnight minutes decide which day it is


@dataclass(frozen=True)
class Checked:
    """The result of trying one connection. told: what works, or what is wrong and how to mend it."""

    what: str
    works: bool
    told: str


def check(app: App, profile: Profile) -> Iterator[Checked]:
    """Try everything that the profile's digests need."""
    for group in GROUPS.values():
        yield from group(app, profile)
    yield _tried("database", app.database.check)
    yield _tried("disk", lambda: _free_space(app))
    yield _tried("calendar", lambda: _calendar(app))


def check_group(settings: Settings, group: str) -> Iterator[Checked]:
    """Try what one group of settings is for, in a home of its own: nothing is kept. group: a key of GROUPS."""
    with TemporaryDirectory() as home, closing(App(replace(settings, home=Path(home), database_url=None))) as app:
        yield from GROUPS[group](app, app.profile(FIRST_PROFILE))


def _arxiv(app: App, profile: Profile) -> Iterator[Checked]:
    feed = app.feed()
    yield _tried("arXiv", lambda: feed.check(profile.categories))
    yield _tried("clock", lambda: _clock(app, feed.clock_skew_s()))


def _judge(app: App, _: Profile) -> Iterator[Checked]:
    llm = app.language_model()
    offline = partial(str, "no ANTHROPIC_API_KEY: the offline judge, which costs nothing")
    judge = _tried("judge", llm.check if llm else offline)
    yield judge
    # Where the same service has just failed, it need not be waited for once more.
    yield _tried("notes", lambda: _writer(app, tries=3 if judge.works else 1))


def _writer(app: App, tries: int) -> str:
    """Who writes deep notes. Raises SettingsError for one whose price nobody knows, where there is a limit."""
    from bot.adapters.prices import Tokens, price

    settings = app.settings
    writer = app.claude(settings.notes_model, "NOTES_MODEL", tries=tries)
    if writer is None:
        return "no ANTHROPIC_API_KEY: deep notes only quote the paper, which costs nothing"
    told = writer.check()
    if settings.notes_usd_per_day is not None and price(settings.notes_model, Tokens(input=1, output=1)) is None:
        raise SettingsError(
            f"{told}, but its price is not known, so that NOTES_USD_PER_DAY cannot be kept and no notes are made",
            hint="Set NOTES_USD_PER_DAY to unlimited, or NOTES_MODEL to a model whose price is known",
        )
    return told


def _slack(app: App, profile: Profile) -> Iterator[Checked]:
    from bot.app.slack import check_ears  # bolt is loaded only where it is asked for

    yield from _outlets(app, profile, "slack", "SLACK_BOT_TOKEN and SLACK_CHANNEL")
    yield _tried("slack app", lambda: check_ears(app.settings))


def _mail(app: App, profile: Profile) -> Iterator[Checked]:
    yield from _outlets(app, profile, "mail", "SMTP_HOST, MAIL_FROM and MAIL_TO")


def _outlets(app: App, profile: Profile, kind: str, names: str) -> Iterator[Checked]:
    outlets = [outlet for outlet in app.outlets(profile) if outlet.name.startswith(f"{kind}:")]
    for outlet in outlets:
        yield _tried(outlet.name, outlet.check)
    if not outlets:
        yield _tried(kind, partial(str, f"not set up: it needs {names}"))


def _files(app: App, _: Profile) -> Iterator[Checked]:
    for outlet in app.files():
        yield _tried(outlet.name, outlet.check)


def _operator(app: App, _: Profile) -> Iterator[Checked]:
    told = operator(app)
    yield _tried(told.name, told.check, f"operator {told.name}")


GROUPS = {"arxiv": _arxiv, "judge": _judge, "slack": _slack, "mail": _mail, "files": _files, "operator": _operator}


def _tried(name: str, call: Callable[[], str], shown: str = "") -> Checked:
    """Call it; what it raises is what is wrong. name: how its errors begin. shown: what it is called here."""
    try:
        return Checked(shown or name, works=True, told=call())
    except BotError as error:
        return Checked(shown or name, works=False, told=str(error).removeprefix(f"{name}: "))


def _clock(app: App, skew_s: float | None) -> str:
    if app.clock.was_set:
        return f"set by BROADSHEET_NOW; now {app.clock.now():%Y-%m-%d %H:%M %Z}"
    if skew_s is None:
        return "not compared: arXiv did not say what time it is"
    if abs(skew_s) > MOST_SKEW_S:
        ahead = "behind" if skew_s > 0 else "ahead of"
        raise SettingsError(
            f"this machine's clock is {abs(skew_s) / 60:.0f} minutes {ahead} arXiv's",
            hint="Set it right, best by NTP: the bot would take one day for another",
        )
    return f"agrees with arXiv's to {abs(skew_s):.0f} s"


def _free_space(app: App) -> str:
    home = app.settings.home
    free = shutil.disk_usage(home).free // 1_000_000
    if free < LEAST_FREE_MB:
        raise StoreError(f"only {free} MB are free where {home} lies", hint=f"Free at least {LEAST_FREE_MB} MB")
    return f"{free:,} MB free where {home} lies"


def _calendar(app: App) -> str:
    last = holidays_known_until()
    if app.today() > last:
        return (
            f"arXiv's holidays are known up to {long_date(last)} only: on an unknown one the bot waits all day, "
            "and settles it the day after. Update broadsheet"
        )
    return f"arXiv's holidays are known up to {long_date(last)}"
