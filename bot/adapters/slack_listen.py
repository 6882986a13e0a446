"""Listens to Slack, in Socket Mode or by HTTP alike: whatever comes is acknowledged at once, and done by other threads.

Slack waits three seconds for the acknowledgement and sends again what it believes was not heard, so nothing is asked of
anybody before it, neither of the database nor of Slack.
"""

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol

from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_sdk import WebClient

from bot.adapters.slack_answers import Answers, Phrases, view_document
from bot.adapters.slack_api import SlackApi
from bot.adapters.slack_payloads import (
    How,
    Origin,
    action_origin,
    command_origin,
    command_text,
    home_origin,
    is_typed,
    message_origin,
    pressed,
    submitted,
)
from bot.adapters.slack_people import OwnMessages
from bot.adapters.slack_workers import Workers
from bot.desk import FrontDesk
from bot.domain.conversation import Act, Asker
from bot.domain.message import Said
from bot.errors import BotError

log = logging.getLogger(__name__)

COMMAND = "/papers"
EVENTS = ("app_home_opened", "message", "app_uninstalled", "tokens_revoked")
SENT = "broadsheet_sent"  # in bolt's context: set when the acknowledgement has left
LONGEST_SENDING_S = 2.0
REMEMBERED = 5_000  # ids
MOST_SLOW, MOST_REFUSALS = 50, 100  # that may wait; and as many slow ones are under way
Body = dict[str, Any]
Ask = Callable[[Asker], Said]


class Heard(Protocol):
    """What was acted on, over all processes."""

    def first_time(self, heard_id: str) -> bool:
        """Whether nobody brought this id before. Raises StoreError."""
        ...


class Workspaces(Protocol):
    """Whom the bot speaks for."""

    many: bool

    def api(self, team: str) -> SlackApi | None:
        """Slack's API as that workspace lets us use it; None if the app is not installed there. Raises BotError."""
        ...

    def gone(self, team: str) -> None:
        """The workspace says that it took back what it gave. Raises BotError."""
        ...


class SlackListener:
    """Takes what bolt hears to the front desk, and the answer back."""

    def __init__(
        self,
        front_desk: FrontDesk,
        workspaces: Workspaces,
        heard: Heard,
        phrases: Phrases,
        *,
        threads: int = 4,
        most: int = 500,
        most_of_one: int = 50,
    ) -> None:
        """threads: that do what is asked. most, most_of_one: what may wait for them, of all and of one person."""
        self._front_desk, self._workspaces, self._heard, self._phrases = front_desk, workspaces, heard, phrases
        self._workers = Workers("slack", threads, most, most_of_one)
        # What told first that it takes a while. It waits for a digest or for another process, so threads cost little.
        self._slow = Workers("slack-slow", MOST_SLOW, MOST_SLOW, most_of_one)
        self._refusals = Workers("slack-busy", 1, MOST_REFUSALS, most_of_one)
        self._all = (self._workers, self._slow, self._refusals)
        self._recent, self._own_messages = _Recent(REMEMBERED), OwnMessages()

    def app(self, signing_secret: str, base_url: str) -> App:
        """Bolt's app with all that is listened to. signing_secret: empty for Socket Mode alone."""
        quiet = logging.getLogger("slack_bolt")
        quiet.setLevel(logging.ERROR)  # it warns of what is not listened to, and says all that was in it
        app = App(
            name="broadsheet",
            logger=quiet,
            client=WebClient(base_url=base_url, retry_handlers=[]),
            signing_secret=signing_secret,
            authorize=_Everybody(),
            process_before_response=True,  # listeners only put things into a queue: no thread of bolt's is needed
            ignoring_self_events_enabled=False,  # it would have to ask Slack first who we are
            attaching_conversation_kwargs_enabled=False,
        )
        app.command(COMMAND)(self._on_command)
        app.action(re.compile(""))(self._on_action)
        app.view(re.compile(""))(self._on_submission)
        app.view_closed(re.compile(""))(_acknowledge)
        for event in EVENTS:
            app.event(event)(getattr(self, f"_on_{event}"))
        app.event(re.compile(""))(_acknowledge)
        return app

    @property
    def idle(self) -> bool:
        """Whether everything that was acknowledged is done."""
        return all(workers.idle for workers in self._all)

    def close(self, within_s: float = 3.0) -> None:
        """What was acknowledged may be done for so long; nothing more is taken."""
        for workers in self._all:
            workers.close(within_s / len(self._all))

    def _on_command(self, ack: Ack, body: Body, context: BoltContext) -> None:
        origin = command_origin(body, context.team_id or "", many=self._workspaces.many)
        text = command_text(body.get("text"))
        taken = self._take(origin, partial(self._front_desk.command, text), context)
        busy = self._phrases.busy
        ack() if taken else ack({"response_type": "ephemeral", "text": busy.text, "blocks": list(busy.blocks)})

    def _on_action(self, ack: Ack, body: Body, context: BoltContext) -> None:
        ack()
        origin = action_origin(body, context.team_id or "", many=self._workspaces.many)
        press = pressed(body)
        if press is None or press.act is Act.PAGE:
            return
        # Votes on one message, by whomever, take turns: each update of it counts all that were before.
        votes = press.act in (Act.VOTE_UP, Act.VOTE_DOWN) and origin.message
        whose = f"{origin.team} {origin.asker.place.channel} {origin.message}" if votes else ""

        def ask(asker: Asker) -> Said:
            return self._front_desk.pressed(press, replace(asker, profile_id=""))  # whom it is for says its value

        if not self._take(origin, ask, context, whose):
            self._refuse(origin)

    def _on_submission(self, ack: Ack, body: Body, context: BoltContext) -> None:
        form, phrases = submitted(body), self._phrases
        origin = action_origin(body, context.team_id or "", many=self._workspaces.many)
        try:
            wrong = self._front_desk.checked(form)
        except Exception:  # a defect; Slack would call it a trouble with the connection
            log.exception("a defect in looking through a form", extra={"user": origin.asker.user})
            wrong, shown = {}, phrases.broke
        else:
            taken = not wrong and self._take(origin, partial(self._front_desk.submitted, form), context)
            shown = phrases.working if taken else phrases.busy
        if wrong:
            ack(response_action="errors", errors=dict(wrong))
        else:
            ack(response_action="update", view=dict(view_document(phrases.form(shown), origin.asker.place)))

    def _on_app_home_opened(self, body: Body, context: BoltContext) -> None:
        if body["event"].get("tab", "home") == "home":
            origin = home_origin(body, context.team_id or "", many=self._workspaces.many)
            self._take(origin, lambda _: Said(home=True), context)  # should this be too much, they open it again

    def _on_message(self, body: Body, context: BoltContext) -> None:
        if not is_typed(body["event"]):
            return
        origin = message_origin(body, context.team_id or "", many=self._workspaces.many)
        text = command_text(body["event"].get("text")).removeprefix(COMMAND).strip()
        if not self._take(origin, partial(self._front_desk.command, text), context):
            self._refuse(origin)

    def _on_app_uninstalled(self, context: BoltContext) -> None:
        self._gone(context.team_id or "", "the app was uninstalled")

    def _on_tokens_revoked(self, body: Body, context: BoltContext) -> None:
        if (body["event"].get("tokens") or {}).get("bot"):
            self._gone(context.team_id or "", "the bot's token was revoked")

    def _gone(self, team: str, why: str) -> None:
        log.warning("a workspace took back its leave", extra={"team": team, "why": why})

        def forget() -> None:
            try:
                self._workspaces.gone(team)
            except BotError as error:
                about = {"team": team, "error": str(error)}
                log.error("what a workspace took back is not forgotten", extra=about)  # noqa: TRY400 - it says all

        self._workers.take(f"team {team}", forget)

    def _take(self, origin: Origin, ask: Ask, context: BoltContext, whose: str = "") -> bool:
        """Have it done once the acknowledgement has left: an answer that overtakes it would be lost. whose: what it is
        done in order with; empty: with what else the asker asks for."""
        if not origin.asker.user:
            log.warning("Slack did not say who did this", extra={"team": origin.team, "how": origin.how.name})
            return True
        context[SENT] = sent = threading.Event()
        mine = f"{origin.team} {origin.asker.user}"
        return self._workers.take(whose or mine, lambda: self._work(origin, ask, sent), of_many=bool(whose))

    def _work(self, origin: Origin, ask: Ask, sent: threading.Event) -> None:
        sent.wait(LONGEST_SENDING_S)
        if not self._first_time(origin.id):
            log.info("heard twice, done once", extra={"heard": origin.id})
            return
        api = self._api(origin)
        if api is None:
            return
        origin = self._own_messages.placed(origin, api)
        answers = Answers(origin, api, self._front_desk, self._phrases)
        if origin.how in (How.COMMAND, How.MESSAGE) and not origin.asker.place.channel:
            said = Said(message=self._phrases.nowhere)
        else:
            said = self._asked(partial(ask, origin.asker), origin)
        self._bring(answers, said, origin)
        self._afterwards(answers, said, origin)

    def _afterwards(self, answers: Answers, said: Said, origin: Origin) -> None:
        """What takes longer goes to the slow ones, and each of its answers takes the place of the one before."""
        if said.later is None:
            return

        def work() -> None:
            made = said
            while made.later:
                made = self._asked(made.later, origin)
                self._bring(answers, made, origin, instead=True)

        if not self._slow.take(origin.id, work):
            answers.say(Said(message=self._phrases.silent), instead=True)

    def _api(self, origin: Origin) -> SlackApi | None:
        """The way back; None for a workspace that has not installed the app, which is told, where one can."""
        phrases, about = self._phrases, {"team": origin.team, "user": origin.asker.user}
        try:
            api = self._workspaces.api(origin.team)
            told = phrases.stranger
        except BotError as error:
            log.error("no token for a workspace", extra=about | {"error": str(error)})  # noqa: TRY400 - it says all
            api, told = None, phrases.broke
        if api is not None:
            return api
        log.info("nobody can be answered in a workspace without a token", extra=about)
        if origin.response_url:
            Answers(origin, None, self._front_desk, phrases).say(Said(message=told))
        return None

    def _asked(self, ask: Callable[[], Said], origin: Origin) -> Said:
        try:
            return ask()
        except Exception:  # a defect; whoever asked must not wait for ever
            log.exception("a defect in answering somebody in Slack", extra={"user": origin.asker.user})
            return Said(message=self._phrases.broke)

    def _bring(self, answers: Answers, said: Said, origin: Origin, *, instead: bool = False) -> None:
        try:
            answers.say(said, instead=instead)
        except Exception:
            log.exception("a defect in bringing an answer to Slack", extra={"user": origin.asker.user})
            answers.say(Said(message=self._phrases.broke))

    def _first_time(self, heard_id: str) -> bool:
        """Two threads of this process ask the short memory; only who passes asks the database."""
        if not self._recent.first_time(heard_id):
            return False
        try:
            return self._heard.first_time(heard_id)
        except BotError as error:
            log.warning("whether this was heard before cannot be told", extra={"error": str(error)})
            return True  # an answer twice is better than none

    def _refuse(self, origin: Origin) -> None:
        """Tell that there is too much to do, by a thread of its own."""

        def tell() -> None:
            if api := self._api(origin):
                Answers(origin, api, self._front_desk, self._phrases).say(Said(message=self._phrases.busy))

        if not self._refusals.take(origin.asker.user, tell):
            log.warning("somebody in Slack got no answer: too much is waiting", extra={"user": origin.asker.user})


def dispatch(app: App, request: BoltRequest) -> BoltResponse:
    """What bolt answers. That it knows no listener is a defect of ours, or something new of Slack's."""
    response = app.dispatch(request)
    if response.status == HTTPStatus.NOT_FOUND:
        log.warning("Slack sent what nobody listens to", extra={"type": str(request.body.get("type"))})
    return response


class _Recent:
    """The ids heard last, in memory."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._ids: OrderedDict[str, None] = OrderedDict()

    def first_time(self, heard_id: str) -> bool:
        """Whether it is new."""
        with self._lock:
            if heard_id in self._ids:
                return False
            self._ids[heard_id] = None
            if len(self._ids) > self._most:
                self._ids.popitem(last=False)
            return True


class _Everybody(Authorize):
    """Lets everything through: whether a workspace has installed the app is asked after the acknowledgement."""

    def __init__(self) -> None:
        """Bolt's has no types."""

    def __call__(self, *, enterprise_id: str | None, team_id: str | None, **_: object) -> AuthorizeResult:
        """Without a token."""
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


def _acknowledge(ack: Ack) -> None:
    ack()
