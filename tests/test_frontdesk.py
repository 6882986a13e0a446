"""What goes back to Slack: notes, stage by stage; and that something is broken, but not what."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.conversation import Act, Pressed
from bot.domain.message import Said
from bot.domain.note import Statement
from bot.domain.profile import Profile
from bot.domain.runs import DayStatus
from bot.errors import JudgeError, StoreError
from bot.frontdesk import Reception
from tests.examples import profile
from tests.fakes.desk import ADA, MemoryNotes, memory_desk
from tests.render.notes import RICH


def broken(_: Profile) -> list[DayStatus]:
    raise StoreError("the database /srv/secret.db is locked")


@pytest.mark.parametrize(
    "ask",
    [
        lambda desk: desk.command("status", ADA),
        lambda desk: desk.pressed(Pressed(Act.SAY, "group status"), ADA),
        lambda desk: desk.pressed(Pressed(Act.SAY, "group status", in_view=True), ADA),
        lambda desk: desk.home(ADA),
    ],
    ids=["a command", "a button", "a button in a view", "the Home tab"],
)
def test_what_is_wrong_with_the_database_is_for_the_log_and_not_for_readers(ask: Callable[[Reception], Said]) -> None:
    told = str(ask(Reception(memory_desk(profile(), statuses=broken))))
    assert "something that the bot needs does not work" in told
    assert "secret.db" not in told


def test_a_button_of_a_profile_that_is_gone_names_no_other_profile() -> None:
    told = str(Reception(memory_desk(profile())).pressed(Pressed(Act.SAY, "other status"), ADA))
    assert "This profile was removed, or cannot be read" in told
    assert "group" not in told


def menu(in_view: bool = False) -> Pressed:
    return Pressed(Act.SAY, "group note 2613.00001", in_view=in_view)


def test_a_note_from_the_menu_goes_stage_by_stage_into_the_thread() -> None:
    said = [Reception(memory_desk(profile())).pressed(menu(), ADA)]
    while said[-1].later:
        said.append(said[-1].later())
    assert [one.passing for one in said] == [False, True, True, False]
    assert all(one.in_thread for one in said)
    assert "It routes tokens to experts." in str(said[-1].message)


def test_in_a_form_each_stage_and_the_note_are_forms() -> None:
    said = [Reception(memory_desk(profile())).pressed(menu(in_view=True), ADA)]
    while said[-1].later:
        said.append(said[-1].later())
    told = ["Reading the paper", "is writing the note", "Looking up", "It routes tokens to experts."]
    assert all(words in str(one.view) for words, one in zip(told, said, strict=True))


def test_a_long_note_is_several_messages() -> None:
    many = tuple(Statement("It says more than anybody reads. " * 15, f"Table {n}") for n in range(30))
    note = replace(RICH, content=replace(RICH.content, findings=many))
    said = Reception(memory_desk(profile(), notes=MemoryNotes(note))).command("note 2613.00001", ADA)
    assert len(said.more) == 2
    assert said.later is None


def test_what_kept_a_note_from_being_made_is_told_to_readers_in_words_and_to_the_log_in_full(
    caplog: pytest.LogCaptureFixture,
) -> None:
    notes = MemoryNotes(fails=JudgeError("401 from api.example"))
    said = Reception(memory_desk(profile(), notes=notes)).pressed(menu(), ADA)
    while said.later:
        said = said.later()
    assert "the language model gave no answer" in str(said.message)
    assert "401" not in str(said.message)
    assert "401 from api.example" in str([vars(one) for one in caplog.records])
