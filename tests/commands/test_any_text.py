"""Whatever anybody types: never an exception, always an answer that Slack takes, and nothing changes without Apply.

COMMAND_TEXTS: how many texts are tried; 4,000 if unset.
"""

import os
import re
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands import VERBS, answer
from bot.desk import Desk
from bot.domain.conversation import Asker, Place, PlaceKind, Reply, Standing
from bot.domain.profile import Pause
from bot.render.replies import reply_message, reply_text
from bot.render.rich_text import size
from tests.examples import DAY, announced, digest, profile, verdict
from tests.fakes.desk import ADA, CHANNEL, TERMINAL, MemoryErrands, MemoryPeople, memory_desk

TRIED = int(os.environ.get("COMMAND_TEXTS", "4000"))
GUEST = Asker("U0GUEST", Place(PlaceKind.CHANNEL, CHANNEL), "Guest")
NEW_PLACE = Asker("U0ADA", Place(PlaceKind.CHANNEL, "C0NEW"), "Ada")
HOME = Asker("U0ADA", Place(PlaceKind.HOME, "D0ADA"), "Ada", profile_id="group")
ASKERS = (ADA, GUEST, NEW_PLACE, TERMINAL, HOME)

NUMBERS = "1 5 30 99 -1 0 7.5 1e9 ½ 9999999999999999999999"
PARTS = "relevance novelty routing memory none other Sparse agent since until | since:7d author: topic:1 topic:zebra"
TIMES = "7d 2w 0d 2026-05 2026-05-06 2026-02-30 9999-12-31 0001-01-01 last today monday daily 08:30 25:99 Europe/Berlin"
PAPERS = "cs.LG cs. cs.NOPE 2613.00001 2613.99999 2613.00001v9 hep-th/9901001 https://arxiv.org/abs/2613.00001 finding"
MARKUP = (
    """author:"Ada " "" “finding” ‘ & &amp; &lt; <@U0ADA> <!channel> <#C1|x> <http://cs.AI|cs.AI> * _ ~ ` ; = % $x$"""
)
CODE = "\\ {{profile}} {%raw%} </p> <script> ' OR 1=1 -- NEAR( AND NOT \u202e \u200b \x00 \x1b[31m 🙂 ﷽ ª"
SOME = [word for line in (NUMBERS, PARTS, TIMES, PAPERS, MARKUP, CODE) for word in line.split()]
TITLE = '<!channel> \\textbf{"q"} $x$ &' * 12
WORDS = st.sampled_from(SOME) | st.text(max_size=12) | st.sampled_from([one.name for one in VERBS])
CALLS = st.builds(
    lambda verb, words, space: space.join([verb, *words]),
    st.sampled_from([one.name for one in VERBS]) | st.sampled_from(["", "/papers", "topic", "hlep", "TOP"]),
    st.lists(WORDS, max_size=6),
    st.sampled_from([" ", "  ", "\u00a0", "\n", ""]),
)
EXAMPLES = [call for one in VERBS for call in re.findall(r"/papers ([^,\n]+)", one.details)]
SENSIBLE = [
    *EXAMPLES,
    *(f"{verb} 2613.000{number:02}" for verb in ("why", "similar") for number in (1, 7, 24, 28, 99)),
    *(
        "today routing",
        "search finding",
        "month",
        "cost last",
        "threshold novelty 9",
        "cap 0",
        "run",
        "pause",
        "resume",
    ),
]


def bent(text: str, place: int, word: str, drop: bool) -> str:
    """The text with a word more, or another word, somewhere."""
    words = text.split(" ")
    place %= len(words) + 1
    return " ".join((*words[:place], word, *words[place + drop :]))


BENT = st.builds(bent, st.sampled_from(SENSIBLE), st.integers(0, 9), WORDS, st.booleans())
LONG = st.builds(lambda text, times: text * times, WORDS, st.integers(100, 5_000))
TEXTS = st.one_of(CALLS, st.sampled_from(SENSIBLE), BENT, BENT, st.text(), LONG)


@dataclass(frozen=True)
class Room:
    """A desk, and what it held before."""

    desk: Desk
    errands: MemoryErrands


def room() -> Room:
    guest = MemoryPeople(U0GUEST=Standing("Guest", member=True, guest=True))
    papers = tuple(announced(number, title=f"{number} {TITLE}") for number in range(1, 30))
    verdicts = tuple(verdict(number, relevance=1 + number % 10, comment="*c* " * 150) for number in range(1, 25))
    errands = MemoryErrands()
    paused = profile(pauses=(Pause(DAY),))
    return Room(memory_desk(paused, digests=[digest(papers, verdicts)], people=guest, errands=errands), errands)


def rendered(reply: Reply) -> str:
    """Every form that the answer may take, until it is whole. Returns its text in one line."""
    for _ in range(6):
        message = reply_message(reply)
        assert message.text
        assert 1 <= len(message.blocks) <= 50
        assert size(message.blocks) <= 10_000
        text = " ".join(reply_text(reply).split())
        assert text
        if reply.to_channel:
            reply_message(reply.to_channel)
        if reply.later is None:
            return text
        reply = reply.later()
    raise AssertionError("it never ends")


@given(TEXTS, st.sampled_from(ASKERS))
@settings(max_examples=TRIED, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_has_an_answer_and_changes_nothing(text: str, asker: Asker) -> None:
    there = ROOM.desk.book.get("group")
    rendered(answer(text, asker, ROOM.desk))
    assert ROOM.desk.book.get("group") == there
    assert ROOM.desk.book.history("group", 10) == ()
    assert ROOM.errands.asked == []
    assert {what.partition(" ")[0] for _, what in ROOM.errands.spent} <= {"note"}, "which alone asks for no Apply"
    for made in ROOM.desk.book.of_team(""):
        assert made.id in ("group", "slack-c0new")
        assert made.paused_on(DAY)


ROOM = room()
