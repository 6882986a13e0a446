"""What holds for every verb that changes a profile."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import VERBS, answer
from bot.desk import Desk
from bot.domain.profile import Pause, Profile
from bot.render.replies import reply_message
from tests.examples import DAY, digest, profile
from tests.fakes.desk import ADA, MemoryWhatIf, memory_desk
from tests.fakes.memory_library import MemoryLibrary
from tests.fakes.talking import applied, finished, pressed, proposal_of, said, text_of, typed

CHANGING = tuple(verb for verb in VERBS if verb.changes)
# Each changes the profile of start().
CHANGES = (
    "threshold relevance 9",
    "threshold novelty 1",
    "cap 0",
    "topic add Tool use: calling of tools | plugins",
    "topic edit memory: | other pipelines",
    "topic edit 1: another text",
    "topic rename memory: Remembering",
    "topic remove routing",
    "topic mute routing",
    "topic order memory",
    "categories add stat.ml, eess.AS",
    "categories remove cs.AI",
    "authors follow Bruno Sedge",
    "authors unfollow ada quill",
    "keywords mute federated learning",
    "keywords unmute survey",
    "schedule 7:15 europe/berlin mon wed",
    "pause",
    "pause until 2026-06-01",
)
WRONG = (
    "threshold 7",
    "threshold :",
    "schedule ,",
    "categories add ,",
    "topic order ,",
    "threshold relevance",
    "threshold relevance 8",
    "threshold novelty 11",
    "threshold novelty seven",
    "cap -1",
    "cap 40",
    "cap 1001",
    "topic drop routing",
    "topic add",
    "topic add Tool use",
    "topic add Tool use: | plugins",
    "topic add Agent memory: again",
    "topic add 7: a number",
    f"topic add {'x' * 61}: too long",
    f"topic add Tool use: {'x' * 2001}",
    "topic edit memory",
    "topic edit memory:",
    "topic edit memry: a typing error",
    "topic rename memory",
    "topic rename memory: Sparse routing",
    "topic rename memory: Agent memory",
    "topic remove nothing",
    "topic unmute memory",
    "topic order routing",
    "topic order memory memory",
    "categories add",
    "categories add cs.LG",
    "categories add cs.LGG",
    "categories add stat.ML stat.ML",
    "categories remove stat.ML",
    "categories remove cs.LG cs.AI",
    "authors follow",
    "authors follow ...",
    "authors follow Quill, Ada",
    "authors unfollow Bruno Sedge",
    "keywords mute a",
    "keywords mute Survey",
    "keywords unmute federated learning",
    "schedule 25:00 Europe/Berlin",
    "schedule 08:30 Berlin",
    "schedule 08:30 Europe/Berlin someday",
    "schedule 08:30 America/New_York daily",
    "pause until 2026-05-06",
    "pause until 2026-05-07",
    "pause until 2036-05-07",
    "pause someday",
    "resume",
    "resume now",
    "run 2026-05-02",
    "run 2026-05-07",
    "run 2026-01-05",
    "run often",
    "undo",
    "undo all",
)
PIECES = (
    *("relevance", "novelty", "0", "7", "11", ":", "|", ",", '"', "cs.LG", "stat.ML", "memory", "routing", "Agent"),
    *("until", "today", "2026-05-05", "08:30", "Europe/Berlin", "mon", "Ada", "Quill", "survey"),
    *("<!channel>", "<@U0ADA|ada>", "\u202e", "🙂", "&lt;b&gt;", "*", "`"),
)


def start(**fields: object) -> Profile:
    return profile(follows=("Ada Quill",), muted_words=("survey",), **fields)


def desk_of(reader: Profile | None = None) -> Desk:
    return memory_desk(reader or start(), digests=[digest()])


@pytest.mark.parametrize("text", CHANGES)
def test_a_change_is_shown_then_applied_once_and_taken_back(text: str) -> None:
    desk = desk_of()
    shown = typed(text, desk)
    assert desk.book.get("group") == start()
    assert pressed(shown, desk).template == "settled"
    after = desk.book.get("group")
    assert after != start()
    assert pressed(shown, desk).template == "settled_gone"
    assert desk.book.get("group") == after
    (change,) = desk.book.history("group", 5)
    assert change.what in text_of(shown) or change.what.startswith("paused")
    assert applied("undo", desk) == start()
    assert "no change to take back" in said("undo", desk)


@pytest.mark.parametrize("text", CHANGES)
def test_a_cancelled_change_leaves_everything_as_it_was(text: str) -> None:
    desk = desk_of()
    shown = typed(text, desk)
    assert "Cancelled" in text_of(pressed(shown, desk, apply=False))
    assert pressed(shown, desk).template == "settled_gone"
    assert desk.book.get("group") == start()
    assert not desk.book.history("group", 5)


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_is_refused_in_a_sentence_with_an_example_that_can(text: str) -> None:
    desk = desk_of()
    refused = typed(text, desk)
    assert not proposal_of(refused)
    assert refused.template == "trouble"
    found = re.search(r"\. (?:For example|To [a-z ]+): /papers (.+)$", str(refused.values["told"]))
    assert found, refused.values["told"]
    if found[1] not in {"resume", "undo"}:  # of which this profile has nothing
        example = typed(found[1], desk)
        assert example.template != "trouble", (found[1], example.values)


@pytest.mark.parametrize("verb", CHANGING, ids=lambda verb: verb.name)
def test_every_verb_says_what_it_does_with_an_example_that_is_one_of_its_own(verb) -> None:  # type: ignore[no-untyped-def]
    assert verb.help.endswith(".")
    examples = re.findall(r"/papers ([^,]+)", verb.details.rpartition("Example")[2])
    assert examples
    assert all(one.startswith(verb.name) for one in examples)


@settings(max_examples=400)
@given(
    st.sampled_from([verb.name for verb in CHANGING]),
    st.one_of(
        st.text(max_size=40),
        st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join),
    ),
)
def test_whatever_is_typed_has_an_answer_and_changes_nothing(name: str, words: str) -> None:
    desk = desk_of(start(pauses=(Pause(DAY),)))
    before = desk.book.get("group")
    reply = finished(answer(f"{name} {words}", ADA, desk))
    message = reply_message(reply)
    assert message.text
    assert "<!channel" not in str(message.blocks)
    assert desk.book.get("group") == before
    if proposal_of(reply):
        settled = finished(pressed(reply, desk))
        assert reply_message(settled).text


@settings(max_examples=60)
@given(st.lists(st.sampled_from(CHANGES), max_size=6, unique=True))
def test_undoing_as_often_as_something_was_changed_gives_the_profile_as_it_was(texts: list[str]) -> None:
    desk = desk_of()
    done = 0
    for text in texts:
        shown = typed(text, desk)
        done += bool(proposal_of(shown)) and pressed(shown, desk).template == "settled"
    for _ in range(done):
        applied("undo", desk)
    assert desk.book.get("group") == start()


def test_an_undo_says_whose_change_it_takes_back_and_what_that_would_do() -> None:
    desk = desk_of()
    applied("threshold relevance 9", desk)
    shown = said("undo", desk)
    assert "by Ada on Wednesday 6 May 2026, 12:00 EDT" in shown
    assert "relevance cutoff 9 → 8" in shown
    assert "Would come: 1 paper" in shown


def test_the_effect_is_shown_with_papers_that_come_and_go() -> None:
    shown = said("threshold relevance 9", desk_of())
    assert "relevance cutoff 8 → 9" in shown
    assert "Would go: 1 paper" in shown
    assert "On Finding Number 2" in shown


def test_a_slow_effect_says_that_somebody_has_to_wait_and_nothing_is_proposed_meanwhile() -> None:
    library = MemoryLibrary(digest())
    desk = memory_desk(start(), library=library, what_if=MemoryWhatIf(library, is_slow=True))
    first = answer("topic add Tool use: calling of tools", ADA, desk)
    assert first.template == "working"
    assert not proposal_of(first)
    assert proposal_of(finished(first))


def test_times_and_pauses_ask_for_no_effect_at_all() -> None:
    library = MemoryLibrary(digest())
    what_if = MemoryWhatIf(library, is_slow=True)
    desk = memory_desk(start(), library=library, what_if=what_if)
    for text in ("schedule 09:00", "pause", "run"):
        assert proposal_of(answer(text, ADA, desk))
    assert what_if.asked == []


def test_a_change_can_be_made_although_nobody_knows_what_it_would_have_done() -> None:
    library = MemoryLibrary(digest())
    desk = memory_desk(start(), library=library, what_if=MemoryWhatIf(library, fails="the archive cannot be read"))
    shown = typed("cap 3", desk)
    assert "cannot be told now: the archive cannot be read." in text_of(shown)
    assert pressed(shown, desk).template == "settled"
