"""Where everything arrives that somebody in Slack types, presses or submits, and what goes back.

Implements bot.desk.FrontDesk. It knows nothing of Slack's API: bot/adapters/slack_listen.py carries things to and fro.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.commands import answered, forms, trouble
from bot.commands.proposing import Draft, propose
from bot.commands.settle import settle
from bot.commands.whose import profile_of, why_not
from bot.desk import Desk
from bot.domain.calendar import announcement_day
from bot.domain.conversation import Act, Asker, Place, PlaceKind, Pressed, Reply, Submitted
from bot.domain.message import Said, SlackMessage, SlackView
from bot.domain.profile import Profile
from bot.errors import BotError, CommandError, ProfileError
from bot.render.home import Home, home_view, welcome_view
from bot.render.paper_actions import voted_on, with_votes
from bot.render.replies import reply_message, reply_messages
from bot.render.views import cutoffs_form, reply_view, topics_form, working_view

log = logging.getLogger(__name__)

DECIDED = ("settled", "working")  # how an applied proposal is answered: of a profile, or of a digest to be made
DAYS_AT_HOME = timedelta(days=10)
NO_PROFILE = "This profile was removed, or cannot be read. The bot's log tells whoever runs it which, and why"
BROKEN = "This cannot be answered now: something that the bot needs does not work. Its log tells whoever runs it why"
FORMS = {Act.TOPICS: topics_form, Act.CUTOFFS: cutoffs_form}
CHECKS = {Act.TOPICS: forms.check_topics, Act.CUTOFFS: forms.check_cutoffs}
CHANGED = {Act.TOPICS: forms.after_topics, Act.CUTOFFS: forms.after_cutoffs}


class Reception:
    """One for everybody; safe to call from several threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def command(self, text: str, asker: Asker) -> Said:
        """Somebody typed `/papers TEXT`."""
        return self._guarded(lambda: self._said(answered(text, asker, self._desk), asker))

    def pressed(self, press: Pressed, asker: Asker) -> Said:
        """Somebody pressed a button. In a view, what is answered is a view, too."""
        return self._guarded(lambda: self._pressed(press, asker), in_view=press.in_view)

    def checked(self, form: Submitted) -> Mapping[str, str]:
        """block_id -> what is wrong there."""
        return CHECKS[Act(form.callback)](form) if form.callback in CHECKS else {}

    def submitted(self, form: Submitted, asker: Asker) -> Said:
        """Somebody submitted a form in which nothing was wrong: what it would change is shown in its place."""
        return self._guarded(lambda: self._submitted(form, asker), in_view=True)

    def home(self, asker: Asker) -> SlackView:
        """The asker's Home tab: the profile they chose, or their own, or that of a channel they are in."""
        try:
            return self._home(asker)
        except BotError as error:
            return welcome_view(str(_for_readers(error)))

    def _home(self, asker: Asker) -> SlackView:
        profiles = self._visible(asker)
        if not profiles:
            return welcome_view()
        desk, now = self._desk, self._desk.clock.now()
        shown, today = profiles.get(asker.profile_id) or next(iter(profiles.values())), announcement_day(now)
        return home_view(
            Home(
                shown,
                tuple(profiles.values()),
                desk.statuses(shown),
                desk.library.counts(shown, today - DAYS_AT_HOME, today),
                desk.library.usage(shown, today.replace(day=1), today),
                now,
                why_not(shown, replace(asker, profile_id=shown.id), desk),
            )
        )

    def _visible(self, asker: Asker) -> Mapping[str, Profile]:
        """Profile id -> profile: the asker's own first, then those of the channels that they and the bot are in."""
        team, book = asker.place.team, self._desk.book
        channels = sorted(self._desk.people.channels(asker) - {asker.place.channel})
        places = (
            Place(PlaceKind.DIRECT, asker.place.channel, team),
            *(Place(PlaceKind.CHANNEL, channel, team) for channel in channels),
        )
        found = (book.of_place(place) for place in places if place.channel)
        return {profile.id: profile for profile in found if profile}

    def _pressed(self, press: Pressed, asker: Asker) -> Said:
        match press.act:
            case Act.SAY:
                profile_id, _, text = press.value.partition(" ")
                speaker = replace(asker, profile_id=self._own(profile_id, asker).id)
                return self._said(answered(text, speaker, self._desk), speaker, in_view=press.in_view)
            case Act.APPLY | Act.CANCEL:
                return self._settled(press, asker)
            case Act.VOTE_UP | Act.VOTE_DOWN:
                return self._voted(press, asker)
            case Act.TOPICS | Act.CUTOFFS:
                return Said(view=self._form(press.act, self._own(press.value, asker), asker))
            case Act.PROFILE:
                return Said(home=True, profile_id=self._own(press.value, asker).id)
            case Act.PAGE:
                return Said()

    def _settled(self, press: Pressed, asker: Asker) -> Said:
        proposal = self._desk.book.proposal(press.value)
        reply = settle(press.value, asker, self._desk, apply=press.act is Act.APPLY)
        if press.act is Act.APPLY and proposal and reply.template in DECIDED:
            about = {
                "profile": proposal.profile_id,
                "user": asker.user,
                "team": asker.place.team,
                "what": proposal.what,
            }
            log.info("digest asked for" if proposal.run else "profile changed", extra=about)
        said = replace(self._said(reply, asker, in_view=press.in_view), replace=True, home=True)
        if said.to_channel and proposal and asker.place.kind is PlaceKind.HOME:
            return replace(said, channel=proposal.after.slack_channel or "")
        return said

    def _voted(self, press: Pressed, asker: Asker) -> Said:
        profile_id, _, arxiv_id = press.value.split(" ")
        self._own(profile_id, asker)
        vote = 1 if press.act is Act.VOTE_UP else -1
        self._desk.votes.cast(profile_id, asker.user, arxiv_id, vote)
        # Of all its papers: since this message was sent along, others may have voted on another one.
        tallies = self._desk.votes.tallies(profile_id, voted_on(press.blocks))
        counts = {paper: (tally.up, tally.down) for paper, tally in tallies.items()}
        return Said(pressed=SlackMessage("voted", press.text, with_votes(press.blocks, counts)))

    def _form(self, act: Act, profile: Profile, asker: Asker) -> SlackView:
        self._refuse(profile, asker)
        return FORMS[act](profile, forms.version_of(profile))

    def _submitted(self, form: Submitted, asker: Asker) -> Said:
        act = Act(form.callback)
        profile_id, _, version = form.private.partition(" ")
        profile = self._own(profile_id, asker)
        self._refuse(profile, asker)
        if version != forms.version_of(profile):
            raise CommandError("The profile was changed while the form was open. Open it again to see it as it is now")
        after = CHANGED[act](profile, form)
        return self._said(propose(Draft(profile, after), asker, self._desk), asker, in_view=True)

    def _refuse(self, profile: Profile, asker: Asker) -> None:
        """Raises CommandError if the asker may not change the profile."""
        if why := why_not(profile, asker, self._desk):
            raise CommandError(why)

    def _own(self, profile_id: str, asker: Asker) -> Profile:
        """The profile, if it is one of the asker's workspace. Raises ProfileError, CommandError."""
        profile = self._desk.book.get(profile_id)
        if (profile.slack_team or "") != asker.place.team:
            raise CommandError("That belongs to another workspace")
        return profile

    def _said(self, reply: Reply, asker: Asker, *, in_view: bool = False) -> Said:
        later = reply.later
        afterwards = (lambda: self._afterwards(later, asker, in_view=in_view)) if later else None
        to_channel = reply_message(reply.to_channel) if reply.to_channel else None
        if reply.form and asker.place.kind is not PlaceKind.TERMINAL:
            profile = profile_of(asker, self._desk)
            if profile and not why_not(profile, asker, self._desk):
                return Said(message=reply_message(reply), view=self._form(Act(reply.form), profile, asker))
        if in_view:
            shown = working_view() if later and not reply.in_thread else reply_view(reply)
            return Said(view=shown, to_channel=to_channel, later=afterwards)
        message, *more = reply_messages(reply)
        return Said(
            message=message,
            more=tuple(more),
            in_thread=reply.in_thread,
            passing=reply.passing,
            to_channel=to_channel,
            later=afterwards,
        )

    def _afterwards(self, later: Callable[[], Reply], asker: Asker, *, in_view: bool) -> Said:
        made = self._guarded(lambda: self._said(later(), asker, in_view=in_view), in_view=in_view)
        return replace(made, replace=True)

    def _guarded(self, ask: Callable[[], Said], *, in_view: bool = False) -> Said:
        """What goes wrong on purpose is said in a sentence; a defect is for the way in to log and tell of."""
        try:
            return ask()
        except BotError as error:
            reply = trouble(_for_readers(error))
        return Said(view=reply_view(reply)) if in_view else Said(message=reply_message(reply))


def _for_readers(error: BotError) -> BotError:
    """What they are told of it: of what is wrong with the database or a service, they need not know all."""
    if isinstance(error, CommandError):
        if isinstance(error.__cause__, BotError):
            log.error("what somebody in Slack asked for failed", extra={"error": str(error.__cause__)})
        return error
    log.error("somebody in Slack could not be answered", extra={"error": str(error)})
    return CommandError(NO_PROFILE if isinstance(error, ProfileError) else BROKEN)
