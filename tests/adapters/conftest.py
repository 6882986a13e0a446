"""The bot behind a web server, listening to a stand-in for Slack; one for all tests of a file."""

from collections.abc import Iterator

import pytest

from bot.demo.standins.slack import SlackStandin
from tests.fakes.slack_rig import FakeFrontDesk, Rig, everything


@pytest.fixture(scope="module")
def running() -> Iterator[Rig]:
    with everything() as made:
        yield made


@pytest.fixture
def rig(running: Rig) -> Rig:
    return running.fresh()


@pytest.fixture
def slack(rig: Rig) -> SlackStandin:
    return rig.slack


@pytest.fixture
def desk() -> FakeFrontDesk:
    return FakeFrontDesk()
