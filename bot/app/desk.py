"""The desk, wired: what the slash commands need, for a terminal or for Slack."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.adapters.database.announced import DatabaseAnnounced
from bot.adapters.database.errands import DatabaseErrands
from bot.adapters.database.library import DatabaseLibrary
from bot.adapters.database.votes import DatabaseVotes
from bot.app import FIRST_PROFILE, App, page_url
from bot.app.study import AsideNotes, note_page
from bot.desk import Desk, People, WhatIf
from bot.domain.calendar import announcement_day
from bot.domain.conversation import Asker, Place, PlaceKind, Standing
from bot.domain.profile import Pause, Profile
from bot.domain.runs import DayStatus, History, known_from, statuses
from bot.whatif import Replay


def desk(app: App, people: People | None = None, what_if: WhatIf | None = None) -> Desk:
    """What commands need. people: who may what; None where whoever asks has the files anyway, as at a terminal.

    what_if: None to reckon in this very process.
    """
    settings = app.settings
    return Desk(
        book=app.book,
        library=library(app),
        votes=DatabaseVotes(app.database, app.clock),
        errands=DatabaseErrands(
            app.database,
            app.clock,
            per_user=settings.paid_commands_per_user,
            per_day=settings.paid_commands_per_day,
        ),
        people=people or Owner(),
        what_if=what_if or replay(app),
        clock=app.clock,
        wait=time.sleep,
        first=lambda place: _first(app, place),
        statuses=lambda profile: _statuses(app, profile),
        outlets=lambda profile: _outlets(app, profile),
        page=lambda profile, day: page_of(app, profile, day),
        usd_per_paper=lambda profile: usd_per_paper(app, profile),
        notes=AsideNotes(app),
        note_page=lambda profile, note: note_page(app, profile, note),
        default_profile=FIRST_PROFILE,
    )


def library(app: App) -> DatabaseLibrary:
    """What was seen, judged and shown."""
    return DatabaseLibrary(app.database)


def replay(app: App) -> WhatIf:
    """What a change would have done, reckoned in this process."""
    announced = DatabaseAnnounced(app.database)
    return Replay(library(app), lambda profile: usd_per_paper(app, profile), app.clock, announced)


class Owner:
    """Implements bot.desk.People for whoever has the database's files in their hands."""

    def standing(self, asker: Asker, channel: str) -> Standing:
        """They may do everything."""
        return Standing(asker.name or asker.user, member=True)

    def channels(self, asker: Asker) -> frozenset[str]:
        """A terminal is in none."""
        return frozenset()


def usd_per_paper(app: App, profile: Profile) -> Decimal | None:
    """US dollars that judging one paper takes; 0 for the offline judge, None if unknown."""
    return app.terms(profile).usd_per_paper


def _first(app: App, place: Place) -> Profile:
    """The profile that a place starts with: as the first one, or, where workspaces are many and must not see each
    other's, as the settings say. It is paused, for nobody asked for digests yet."""
    start = app.profile(FIRST_PROFILE) if not place.team else app.starting_profile()
    today = announcement_day(app.clock.now())
    where = f"{place.team}-{place.channel}" if place.team else f"slack-{place.channel}"
    name = f"#{place.name}" if place.kind is PlaceKind.CHANNEL and place.name else start.name
    return replace(
        start,
        id=where.lower()[:40],
        name="Your arXiv digest" if place.kind is not PlaceKind.CHANNEL else name,
        slack_channel=place.channel,
        slack_team=place.team or None,
        mail_to=(),
        follows=(),
        muted_words=(),
        editors=(),
        pauses=(Pause(today),),
    )


def _statuses(app: App, profile: Profile) -> Sequence[DayStatus]:
    now = app.clock.now()
    histories = app.runs.history(known_from(now, app.settings.catch_up_days), now)
    return statuses(now, profile, histories.get(profile.id, History(announcement_day(now))))


def _outlets(app: App, profile: Profile) -> Sequence[str]:
    return [outlet.name for outlet in app.outlets(profile)]


def page_of(app: App, profile: Profile, day: date) -> str | None:
    """Where the day's page can be read, if it is there."""
    there = (app.site / profile.id / str(day) / "index.html").is_file()
    return page_url(app.settings, profile, day) if there else None
