"""The Home tab: how a profile stands, and buttons for the common changes. Wording: templates/slack/home.html.j2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.domain.calendar import announcement_day
from bot.domain.coming import coming
from bot.domain.conversation import Act, Button
from bot.domain.message import SlackView
from bot.domain.profile import Profile
from bot.domain.recorded import DayCounts
from bot.domain.runs import DayStatus
from bot.domain.verdict import Usage
from bot.render.buttons import button_rows
from bot.render.environment import render
from bot.render.fitting import LARGEST, MOST_BLOCKS, fitted
from bot.render.head import receipt_line
from bot.render.labels import labels, short
from bot.render.rich_text import Block, plain, to_blocks

MOST_PROFILES = 100  # options of a menu
OPTION = 75  # characters


@dataclass(frozen=True)
class Home:
    """profile: the one that is shown. profiles: all that the asker may choose from. statuses: its last days, oldest
    first. counts: what is known of their digests. usage: of this month. now: timezone-aware. why_not: why the asker may
    not change it, in a sentence; empty if they may."""

    profile: Profile
    profiles: Sequence[Profile]
    statuses: Sequence[DayStatus]
    counts: Sequence[DayCounts]
    usage: Sequence[Usage]
    now: datetime
    why_not: str = ""


@dataclass(frozen=True)
class HomeDay:
    """One announcement day. receipt_line: empty where there is no digest."""

    status: DayStatus
    receipt_line: str


def home_view(home: Home) -> SlackView:
    """What Slack shows under Home to one person. It carries the id of the profile, which stays chosen so."""
    profile, today = home.profile, announcement_day(home.now)
    receipts = {one.day: receipt_line(one.receipt, muted=bool(profile.muted_topics)) for one in home.counts}
    known = [one.cost_usd for one in home.usage if one.cost_usd is not None]
    paused = next((pause for pause in profile.pauses if pause.covers(today)), None)
    html = render(
        "templates/slack/home.html.j2",
        home=home,
        days=[HomeDay(one, receipts.get(one.day, "")) for one in reversed(home.statuses)],
        paused=paused,
        coming=replace(coming(profile, home.statuses, home.now), told=""),  # the last days tell it
        cost=sum(known, Decimal(0)),
        unpriced=len(known) < len(home.usage),
    )
    words = labels("home_buttons")
    menu = _menu(home, words["profile"])
    buttons = _rows(profile.id, words, paused=bool(paused), may=not home.why_not)
    said = fitted(to_blocks(html), most=MOST_BLOCKS, largest=LARGEST)
    return SlackView("home", [*menu, *said, *buttons], private=profile.id)


def welcome_view(told: str = "") -> SlackView:
    """The Home tab of somebody without a profile. told: what went wrong, where something did."""
    return SlackView("home", to_blocks(render("templates/slack/welcome.html.j2", told=told)))


def _rows(profile_id: str, words: Mapping[str, str], *, paused: bool, may: bool) -> list[Block]:
    """A row of buttons to read by, and one to change by for whoever may."""

    def row(said: Mapping[str, str], *forms: Button) -> list[Block]:
        commands = (Button(words[key], Act.SAY, f"{profile_id} {command}") for key, command in said.items())
        return button_rows([*forms, *commands])

    reading = row({key: key for key in ("today", "month", "history", "help")})
    changing = {"resume": "resume"} if paused else {"pause": "pause", "run": "run today"}
    forms = (Button(words[act], act, profile_id) for act in (Act.TOPICS, Act.CUTOFFS))
    return [*reading, *(row(changing | {"undo": "undo"}, *forms) if may else ())]


def _menu(home: Home, label: str) -> list[Block]:
    """A menu of profiles, if there is a choice. The one that is shown is always in it."""
    others = [one for one in home.profiles if one.id != home.profile.id]
    if not others:
        return []
    options = {one.id: _option(one) for one in [home.profile, *others][:MOST_PROFILES]}
    menu = {
        "type": "static_select",
        "action_id": Act.PROFILE.value,
        "placeholder": plain(label),
        "options": list(options.values()),
        "initial_option": options[home.profile.id],
    }
    return [{"type": "actions", "elements": [menu]}]


def _option(profile: Profile) -> Block:
    return {"text": plain(short(profile.name, OPTION) or profile.id), "value": profile.id}
