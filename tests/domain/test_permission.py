"""Who may change a profile."""

import pytest

from bot.domain.conversation import Asker, Place, PlaceKind, Standing
from bot.domain.permission import may_change
from tests.examples import profile

CHANNEL = Place(PlaceKind.CHANNEL, "C0GROUP")
DIRECT = Place(PlaceKind.DIRECT, "D0ADA")
MEMBER = Standing("Ada", member=True)
GROUPS = profile(slack_channel="C0GROUP")


def ada(place: Place = CHANNEL) -> Asker:
    return Asker("U0ADA", place, "Ada")


def test_members_of_the_channel_may_change_its_profile_and_others_may_not() -> None:
    assert may_change(MEMBER, GROUPS, ada()) == ""
    assert "Join the channel" in may_change(Standing("Ada", member=False), GROUPS, ada())


@pytest.mark.parametrize("place", [CHANNEL, DIRECT])
def test_guests_and_people_of_other_organisations_may_not_not_even_in_their_own_messages(place: Place) -> None:
    for standing in (Standing("Ada", member=True, guest=True), Standing("Ada", member=True, outsider=True)):
        assert may_change(standing, profile(slack_channel=place.channel), ada(place))


def test_a_list_of_editors_counts_alone_so_that_a_guest_can_be_allowed() -> None:
    listed = profile(editors=("U0ADA",))
    assert may_change(Standing("Ada", member=False, guest=True, outsider=True), listed, ada()) == ""
    assert may_change(Standing("", member=False, unknown="Slack is down"), listed, ada()) == ""
    assert "editors" in may_change(MEMBER, profile(editors=("U0BO",)), ada())


def test_where_slack_does_not_tell_nobody_may_and_the_reason_is_told() -> None:
    assert "Slack answered nothing" in may_change(
        Standing("", member=True, unknown="Slack answered nothing"), GROUPS, ada()
    )


def test_everybody_is_at_home_in_their_own_messages_but_no_stranger_elsewhere_through_them() -> None:
    nowhere = Standing("Ada", member=False)
    for kind in (PlaceKind.DIRECT, PlaceKind.HOME):
        at_home = ada(Place(kind, "D0ADA"))
        assert may_change(nowhere, profile(slack_channel="D0ADA"), at_home) == ""
        assert may_change(nowhere, GROUPS, at_home)


def test_whoever_has_the_terminal_has_the_database_anyway() -> None:
    terminal = Asker("terminal", Place(PlaceKind.TERMINAL))
    assert may_change(Standing("", member=False, unknown="no Slack"), profile(editors=("U0BO",)), terminal) == ""
