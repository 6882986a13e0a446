"""What whoever speaks from Slack is told when something is broken: that it is, and not what."""

from collections.abc import Callable

import pytest

from bot.domain.conversation import Act, Pressed
from bot.domain.message import Said
from bot.domain.profile import Profile
from bot.domain.runs import DayStatus
from bot.errors import StoreError
from bot.frontdesk import Reception
from tests.examples import profile
from tests.fakes.desk import ADA, memory_desk


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
