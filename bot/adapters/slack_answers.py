"""Brings one answer back to where it was asked for, by the first way that works.

Slack has many: response_url (five times within half an hour), an ephemeral message, a message, an update of what stands
there, a form, the Home tab. Which one fits depends on what was pressed or typed, and where.
"""

import http.client
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.adapters.slack_api import SlackApi
from bot.adapters.slack_payloads import How, Origin, with_origin
from bot.desk import FrontDesk
from bot.domain.conversation import Place, PlaceKind
from bot.domain.message import Said, SlackMessage, SlackView
from bot.errors import BotError, DeliveryError

log = logging.getLogger(__name__)

RESPONSE_TIMEOUT_S = 10
USES = 5  # of a response_url: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
QUIET = {"unfurl_links": False, "unfurl_media": False}
Way = Callable[[], None]


@dataclass(frozen=True)
class Phrases:
    """What is said where the front desk cannot be asked. title: of a form that holds one of these.

    busy: too much is waiting. broke: a defect, which the log tells of. unseen: Slack did not show a form. stranger: the
    workspace has not installed the app. nowhere: Slack did not tell which direct messages are the asker's. working:
    stands in the place of a form that was submitted. silent: what goes on, but whose end nobody can be told.
    """

    title: str
    busy: SlackMessage
    broke: SlackMessage
    unseen: SlackMessage
    stranger: SlackMessage
    nowhere: SlackMessage
    working: SlackMessage
    silent: SlackMessage

    def form(self, message: SlackMessage) -> SlackView:
        """The message where only a form can be."""
        return SlackView("modal", message.blocks, self.title)


class Answers:
    """The answers to one thing that came from Slack. Used by one thread at a time."""

    def __init__(self, origin: Origin, api: SlackApi | None, front_desk: FrontDesk, phrases: Phrases) -> None:
        """api: None where there is no token for the workspace; then only a response_url is left."""
        self._origin, self._api, self._front_desk, self._phrases = origin, api, front_desk, phrases
        self._left = USES if origin.response_url else 0
        # Where the last answer stands, if it can be replaced: the message with the pressed button, one of ours, a form.
        self._in_original, self._posted, self._view = False, ("", ""), ""

    def say(self, said: Said, *, instead: bool = False) -> None:
        """Bring it. instead: in the place of what was said last. What does not get through is logged."""
        message, view = said.message, said.view
        if message and not view and self._origin.view:
            view, message = self._phrases.form(message), None
        if said.pressed:
            self._by("the pressed message", self._ways_of_pressed(said.pressed))
        if said.to_channel:
            self._by("a message for everybody", self._ways_to_everybody(said.to_channel, said.channel))
        if message and not self._origin.trigger:  # what is typed to the bot as a message opens no form
            view = None
        if view:
            shown = self._by("a form", self._ways_of_view(view, instead=instead))
            message = None if shown else message or self._phrases.unseen
        if message and said.passing:
            self._tell_in_passing(message)
        elif message:
            self._tell(message, said, instead=instead)
        if said.home and self._origin.asker.place.kind is not PlaceKind.CHANNEL:
            # For whoever is in a channel, it is made anew when they open it.
            self._by("the Home tab", iter([lambda: self._publish(said.profile_id)]))

    def _by(self, what: str, ways: Iterator[Way]) -> bool:
        """Go the ways until one leads there. Whether one did."""
        about = {"what": what, "user": self._origin.asker.user, "channel": self._origin.asker.place.channel}
        for way in ways:
            try:
                way()
            except BotError as error:
                log.warning("a way to answer in Slack failed", extra=about | {"error": str(error)})
            else:
                return True
        log.error("somebody in Slack got no answer", extra=about)
        return False

    def _tell(self, message: SlackMessage, said: Said, *, instead: bool) -> None:
        """The message, and then what it could not hold. What begins for the asker alone does not go on for everybody,
        nor does what takes the place of something that the asker alone sees."""
        public = self._in_thread(said) and (not instead or self._posted[1] != "")
        self._by("an answer", self._ways_to_asker(message, instead=instead, replace=said.replace, public=public))
        for one in said.more:
            public = public and self._posted[1] != ""
            self._by("the rest of an answer", self._ways_to_asker(one, public=public))

    def _tell_in_passing(self, message: SlackMessage) -> None:
        """Nobody misses what tells how far something is."""
        if not self._posted[1]:
            return
        try:
            self._update(*self._posted, message)
        except BotError as error:
            log.info("how far something is was not shown in Slack", extra={"error": str(error)})

    def _in_thread(self, said: Said) -> bool:
        """Whether it belongs into the thread of the message with the pressed button, which everybody sees."""
        return said.in_thread and self._origin.how is How.PRESSED and self._origin.message != ""

    def _ways_to_asker(
        self, message: SlackMessage, *, instead: bool = False, replace: bool = False, public: bool = False
    ) -> Iterator[Way]:
        """public: by way of the thread, if that can be."""
        origin, place = self._origin, self._origin.asker.place
        if instead and self._posted[1]:
            yield lambda: self._update(*self._posted, message)
        if public:
            yield lambda: self._post(place.channel, message, origin.thread or origin.message)
        if self._can_replace and (self._in_original if instead else replace):
            yield lambda: self._replace_original(message)
        if origin.thread and origin.how is How.PRESSED:
            yield lambda: self._whisper(message)
        if self._left:
            # What a command's response_url brought cannot be replaced; that it is asked for does no harm, and may help
            # one day: https://github.com/slackapi/bolt-js/issues/2287
            again = instead and origin.how is How.COMMAND
            yield lambda: self._respond(message, response_type="ephemeral", replace_original=again)
        if origin.how is How.MESSAGE:
            yield lambda: self._post(place.channel, message, origin.thread)
        if place.kind is PlaceKind.CHANNEL:
            yield lambda: self._whisper(message)
        yield lambda: self._post(origin.asker.user, message)

    def _ways_to_everybody(self, message: SlackMessage, channel: str) -> Iterator[Way]:
        place = self._origin.asker.place
        if self._left and channel in ("", place.channel):  # this way needs no membership of the bot's
            yield lambda: self._respond(message, response_type="in_channel", replace_original=False)
        if channel or place.channel:
            yield lambda: self._post(channel or place.channel, message, answer=False)

    def _ways_of_pressed(self, message: SlackMessage) -> Iterator[Way]:
        origin = self._origin
        if origin.message:
            yield lambda: self._update(origin.asker.place.channel, origin.message, message)
        if self._can_replace:  # and nothing said later may take this place
            yield lambda: self._respond(message, replace_original=True)

    def _ways_of_view(self, view: SlackView, *, instead: bool) -> Iterator[Way]:
        stands = (self._view if instead else "") or self._origin.view
        if stands:
            yield lambda: self._update_view(stands, view)
        else:
            yield lambda: self._open_view(view)

    @property
    def _can_replace(self) -> bool:
        """Whether the message with the pressed button can."""
        return self._left > 0 and self._origin.how is How.PRESSED

    def _respond(self, message: SlackMessage, **how: object) -> None:
        self._left -= 1
        body = {"text": message.text, "blocks": list(message.blocks), **how}
        try:
            client = WebhookClient(self._origin.response_url, timeout=RESPONSE_TIMEOUT_S, retry_handlers=[])
            answer = client.send_dict(body)
        except (OSError, http.client.HTTPException, SlackClientError, ValueError) as error:
            # The error may hold the address, which is as good as a password for half an hour.
            raise DeliveryError(f"response_url cannot be reached ({type(error).__name__})") from None
        if answer.status_code != HTTPStatus.OK or not _is_yes(answer.body):
            said = answer.body[:40] if answer.body[:40].replace("_", "").isalnum() else "no usable answer"
            raise DeliveryError(f"response_url refused (HTTP {answer.status_code}, {said})")

    def _replace_original(self, message: SlackMessage) -> None:
        self._respond(message, replace_original=True)
        self._in_original = True

    def _whisper(self, message: SlackMessage) -> None:
        origin = self._origin
        where = {"channel": origin.asker.place.channel, "user": origin.asker.user, "thread_ts": origin.thread or None}
        self._call("chat_postEphemeral", **where, **_shown(message))

    def _post(self, channel: str, message: SlackMessage, thread: str = "", *, answer: bool = True) -> None:
        posted = self._call("chat_postMessage", channel=channel, thread_ts=thread or None, **_shown(message), **QUIET)
        if answer:
            self._posted = str(posted.get("channel") or channel), str(posted.get("ts") or "")

    def _update(self, channel: str, ts: str, message: SlackMessage) -> None:
        """Without metadata: what the message has of it stays."""
        self._call("chat_update", channel=channel, ts=ts, **_shown(message))

    def _open_view(self, view: SlackView) -> None:
        shown = view_document(view, self._origin.asker.place)
        opened = self._call("views_open", trigger_id=self._origin.trigger, view=shown).get("view") or {}
        self._view = str(opened.get("id") or "")

    def _update_view(self, view_id: str, view: SlackView) -> None:
        self._call("views_update", view_id=view_id, view=view_document(view, self._origin.asker.place))
        self._view = view_id

    def _publish(self, profile_id: str) -> None:
        """Show the Home tab as it is now, of that profile; empty: of the one that it shows already."""
        asker = self._origin.asker
        place = replace(asker.place, kind=PlaceKind.HOME)
        asker = replace(asker, place=place, profile_id=profile_id or asker.profile_id)
        home = self._front_desk.home(asker)
        home = replace(home, private=home.private or asker.profile_id)
        self._call("views_publish", user_id=asker.user, view=view_document(home, asker.place))

    def _call(self, method: str, **given: object) -> Mapping[str, Any]:
        if self._api is None:
            raise DeliveryError("there is no token for this workspace")
        answer = self._api.call(getattr(self._api.web, method), **given)
        return answer.data if isinstance(answer.data, Mapping) else {}


def _is_yes(body: str) -> bool:
    """Whether a response_url took it: it answers `ok`, or JSON; not a page of something in between, nor a refusal."""
    try:
        told = json.loads(body or "{}")
    except ValueError:
        return body.strip().lower() == "ok"
    return not (isinstance(told, dict) and told.get("ok") is False)


def _shown(message: SlackMessage) -> dict[str, object]:
    return {"text": message.text, "blocks": list(message.blocks)}


def view_document(view: SlackView, place: Place) -> Mapping[str, object]:
    """The view as Slack takes it, with the place that it was opened in: https://docs.slack.dev/reference/views."""
    document = {"type": view.kind, "blocks": list(view.blocks), "private_metadata": with_origin(view.private, place)}
    named = {"title": view.title, "submit": view.submit} if view.kind == "modal" else {}
    texts = {key: {"type": "plain_text", "text": text} for key, text in named.items() if text}
    return {**document, **texts, **({"callback_id": view.callback} if view.callback else {})}
