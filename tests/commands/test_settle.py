"""Apply and Cancel: who may, what came between, and who is told."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.settle import settle
from bot.domain.change import Proposal
from bot.domain.conversation import Act, Asker, Place, PlaceKind, Standing
from bot.domain.profile import Cutoffs
from bot.errors import CommandError
from bot.render.replies import reply_message
from tests.examples import profile
from tests.fakes.desk import ADA, CHANNEL, TERMINAL, MemoryPeople, StillClock, memory_desk
from tests.fakes.talking import applied, pressed, text_of, typed

BRUNO = Asker("U0BRUNO", Place(PlaceKind.CHANNEL, CHANNEL), "Bruno")
GUEST = Standing("Bruno", member=True, guest=True)


def test_what_was_changed_is_said_to_whoever_pressed_with_a_button_that_takes_it_back() -> None:
    desk = memory_desk(profile())
    done = pressed(typed("cap 3", desk), desk)
    assert "Done: cap 40 → 3" in text_of(done)
    assert [(button.act, button.value) for button in done.buttons] == [(Act.SAY, "group undo")]


def test_the_channel_is_told_who_changed_what() -> None:
    desk = memory_desk(profile())
    told = pressed(typed("cap 3", desk), desk, BRUNO).to_channel
    assert told
    assert "Bruno changed the digest The group: cap 40 → 3. To take it back: `/papers undo`" in text_of(told)
    undone = pressed(typed("undo", desk), desk).to_channel
    assert undone
    assert "Ada changed the digest The group: taken back: cap 40 → 3" in text_of(undone)


@pytest.mark.parametrize(
    ("asker", "channel", "told"),
    [
        (ADA, None, True),
        (replace(ADA, place=Place(PlaceKind.HOME, "D0ADA"), profile_id="group"), CHANNEL, True),
        (replace(ADA, place=Place(PlaceKind.DIRECT, "D0ADA")), "D0ADA", False),
        (replace(ADA, place=Place(PlaceKind.HOME, "D0ADA"), profile_id="group"), "D0ADA", False),
        (TERMINAL, CHANNEL, False),
    ],
)
def test_only_a_channel_is_told(asker: Asker, channel: str | None, told: bool) -> None:
    desk = memory_desk(profile(slack_channel=channel))
    assert bool(pressed(typed("cap 3", desk, asker), desk, asker).to_channel) is told


def test_who_may_not_change_the_profile_any_more_cannot_apply_but_may_cancel_their_own() -> None:
    people = MemoryPeople()
    desk = memory_desk(profile(), people=people)
    mine, hers = typed("cap 3", desk, BRUNO), typed("cap 4", desk)
    people.standings["U0BRUNO"] = GUEST
    for shown, apply in ((mine, True), (hers, True), (hers, False)):
        with pytest.raises(CommandError, match="Guests"):
            pressed(shown, desk, BRUNO, apply=apply)
    assert pressed(mine, desk, BRUNO, apply=False).template == "settled_cancelled"
    assert pressed(hers, desk).template == "settled"


def test_anybody_who_may_change_the_profile_may_apply_what_another_proposed() -> None:
    desk = memory_desk(profile())
    assert pressed(typed("cap 3", desk), desk, BRUNO).template == "settled"
    assert [change.user for change in desk.book.history("group", 5)] == ["U0BRUNO"]


def test_a_change_that_came_between_is_told_and_nothing_is_lost() -> None:
    desk = memory_desk(profile())
    first, second = typed("cap 3", desk), typed("threshold relevance 7", desk, BRUNO)
    pressed(second, desk, BRUNO)
    stale = text_of(pressed(first, desk))
    assert "Nothing has changed. Since this was proposed, U0BRUNO changed the profile: relevance cutoff 8 → 7" in stale
    assert "send the command again: cap 40 → 3" in stale
    assert desk.book.get("group").cutoffs == Cutoffs(relevance=7)


def test_a_proposal_is_gone_after_a_day() -> None:
    clock = StillClock()
    desk = memory_desk(profile(), clock=clock)
    shown = typed("cap 3", desk)
    clock.wait(timedelta(days=1).total_seconds())
    assert "older than a day" in text_of(pressed(shown, desk))
    assert settle("never-was", ADA, desk, apply=True).template == "settled_gone"


def test_another_workspace_cannot_decide_on_a_proposal_whoever_asks() -> None:
    desk = memory_desk(profile(slack_channel=CHANNEL, slack_team="T0ONE"))
    one, other = (replace(ADA, place=Place(PlaceKind.CHANNEL, CHANNEL, team)) for team in ("T0ONE", "T0OTHER"))
    shown = typed("cap 3", desk, one)
    for apply in (True, False):
        assert pressed(shown, desk, other, apply=apply).template == "settled_gone"
    assert pressed(shown, desk, one).template == "settled"


def test_of_many_who_press_at_once_one_applies_it() -> None:
    desk = memory_desk(profile())
    shown = typed("cap 3", desk)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: pressed(shown, desk).template, range(40)))
    assert sorted(set(answers)) == ["settled", "settled_gone"]
    assert answers.count("settled") == 1
    assert len(desk.book.history("group", 99)) == 1


def test_two_undos_of_one_change_take_back_one() -> None:
    desk = memory_desk(profile())
    applied("cap 3", desk)
    applied("cap 4", desk)
    one, other = typed("undo", desk), typed("undo", desk)
    assert pressed(one, desk).template == "settled"
    assert pressed(other, desk).template == "settled_stale"
    assert desk.book.get("group").cutoffs.cap == 3
    assert applied("undo", desk) == profile()


def test_texts_of_people_can_neither_format_nor_call_anybody() -> None:
    desk = memory_desk(profile())
    evil = Asker("U0BRUNO", BRUNO.place, "<!channel> *Bruno* \u202e<b>")
    desk.book.settle(desk.book.propose(_proposal("<@U0ADA> &lt;b&gt; `x`")), "U0BRUNO", apply=True)
    stale = typed("undo", desk, evil)
    told = pressed(stale, desk, evil).to_channel
    assert told
    sent = reply_message(told)
    assert not re.search("<[!@#]|\u202e", f"{sent.text} {sent.blocks}")


def _proposal(what: str) -> Proposal:
    return Proposal("group", "U0BRUNO", what, profile(), profile(cutoffs=Cutoffs(cap=3)))
