"""Messages and views of every kind that the bot makes, for checks that want to see them all."""

from collections.abc import Iterator
from dataclasses import replace

from bot.commands import VERBS, answer
from bot.desk import Desk
from bot.domain.conversation import Reply
from bot.domain.digest import Digest
from bot.domain.message import SlackMessage, SlackView
from bot.domain.verdict import HotTag
from bot.render.blocks import thread
from bot.render.home import home_view, welcome_view
from bot.render.paper_actions import with_votes
from bot.render.replies import reply_message
from bot.render.views import cutoffs_form, reply_view, topics_form, working_view
from tests import examples
from tests.fakes.desk import ADA, memory_desk
from tests.render.notes import HOSTILE, RICH
from tests.render.test_home import HOME, OTHER

PAGE = "https://digest.example.org/group/2026-05-06/"
COMMANDS = [
    "",
    "today",
    "top 5",
    "search finding",
    'search "no such words"',
    "why 2613.00001",
    "why 2613.09999",
    "similar 2613.00001",
    "topics",
    "topic add Robots: papers on robots",
    "topic mute routing",
    "threshold relevance 9",
    "cap 1",
    "categories add cs.CL",
    "authors follow Ada Quill",
    "keywords mute survey",
    "schedule 08:30 Europe/Berlin weekdays",
    "pause",
    "pause until 2026-06-01",
    "resume",
    "run today",
    "month",
    "cost",
    "status",
    "undo",
    "history",
    "note 2613.00001",
    "nonsense",
    "threshold relevance 99",
    *(f"help {verb.name}" for verb in VERBS),
]


def desk() -> Desk:
    """With a profile and a digest of yesterday and one of today."""
    reader = examples.profile(slack_channel=ADA.place.channel)
    return memory_desk(reader, digests=[examples.digest(for_profile=reader)])


def answers() -> dict[str, Reply]:
    """Command → its answer; where that takes a while, all that stands in its place afterwards."""
    found: dict[str, Reply] = {}
    for command in COMMANDS:
        name, reply = command, answer(command, ADA, desk())
        found[name] = reply
        while reply.later:
            name, reply = f"{name}, later", reply.later()
            found[name] = reply
    return found


def digests() -> Iterator[Digest]:
    """A usual one, one with notes, one of many papers, an empty one, one of hot and unjudged papers."""
    yield examples.digest()
    yield replace(examples.digest(), notes=(RICH, replace(HOSTILE, arxiv_id="2613.00002")))
    numbers = range(1, 13)
    yield examples.digest(
        tuple(examples.announced(number) for number in numbers), tuple(examples.verdict(number) for number in numbers)
    )
    yield examples.digest((examples.announced(1),), (examples.verdict(1, relevance=2),))
    hot = examples.verdict(2, relevance=3, hot_tags=tuple(HotTag), hot_reason="It is everywhere.")
    yield examples.digest(tuple(examples.announced(number) for number in (1, 2, 3)), (examples.verdict(1), hot))


def messages() -> Iterator[SlackMessage]:
    """Digests with and without buttons, before and after a vote; and all answers()."""
    for digest in digests():
        for interactive in (False, True):
            made = thread(digest, PAGE, interactive=interactive)
            yield from (made.headline, *made.replies)
    posted = thread(examples.digest(), PAGE, interactive=True).replies[0]
    yield replace(posted, blocks=with_votes(posted.blocks, {"2613.00001": (3, 1)}))
    for reply in answers().values():
        yield reply_message(reply)
        if reply.to_channel:
            yield reply_message(reply.to_channel)


def views() -> Iterator[SlackView]:
    """Forms, what stands in their place, and Home tabs."""
    yield topics_form(examples.profile(), "v1")
    yield cutoffs_form(examples.profile(), "v1")
    yield working_view()
    yield from (reply_view(reply) for reply in answers().values())
    yield home_view(replace(HOME, profiles=(HOME.profile, OTHER)))
    yield home_view(replace(HOME, why_not="Guests may not change a profile"))
    yield welcome_view()
