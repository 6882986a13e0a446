"""The first command in a place: whose profile it gets, who may make it, and what is told."""

from dataclasses import replace

from bot.commands import answer
from bot.desk import Desk
from bot.domain.conversation import Act, Asker, Place, PlaceKind, Reply, Standing
from bot.errors import StoreError
from bot.render.replies import reply_text
from tests.examples import DAY, profile
from tests.fakes.desk import ADA, CHANNEL, TERMINAL, MemoryPeople, MemoryWhatIf, memory_desk
from tests.fakes.memory_library import MemoryLibrary

ELSEWHERE = Place(PlaceKind.CHANNEL, "C0NEW", name="new")
BO = Asker("U0BO", ELSEWHERE, "Bo")


def told(reply: Reply) -> str:
    """The reply's words in one line."""
    return " ".join(reply_text(reply).split())


def profiles(desk: Desk) -> list[str]:
    return [one.id for one in desk.book.of_team("")]


def test_a_channels_first_command_makes_it_a_paused_profile_and_says_so_first() -> None:
    desk = memory_desk(profile())
    reply = answer("status", BO, desk)
    made = desk.book.of_place(ELSEWHERE)
    assert made
    assert made.paused_on(DAY)
    assert told(reply).startswith("This place has a profile of its own now")
    start = reply.buttons[0]
    assert (start.act, start.value) == (Act.SAY, f"{made.id} resume")
    assert desk.book.history(made.id, 5)[0].user == "U0BO"
    assert "profile of its own" not in told(answer("status", BO, desk))


def test_a_first_command_that_cannot_be_done_is_refused_under_the_same_news() -> None:
    reply = answer("top 99", BO, memory_desk(profile()))
    assert "profile of its own" in told(reply)
    assert "from 1 to 30" in told(reply)


def test_help_and_what_nobody_understands_make_no_profile() -> None:
    desk = memory_desk(profile())
    for text in ("help", "help top", "hepl", "help nothing", "x" * 5000):
        assert told(answer(text, BO, desk))
    assert profiles(desk) == ["group"]


def test_guests_and_people_of_other_organisations_make_no_profile() -> None:
    for standing in (
        Standing("Bo", member=True, guest=True),
        Standing("Bo", member=True, outsider=True),
        Standing("Bo", member=False),
        Standing("Bo", member=True, unknown="Slack is down"),
    ):
        desk = memory_desk(profile(), people=MemoryPeople(U0BO=standing))
        assert "There is no profile here yet, and you may not make one" in told(answer("today", BO, desk))
        assert profiles(desk) == ["group"]


def test_a_guest_may_ask_what_they_cannot_change() -> None:
    guest = MemoryPeople(U0ADA=Standing("Ada", member=True, guest=True))
    desk = memory_desk(profile(), people=guest)
    assert "There is no digest" in told(answer("today", ADA, desk))
    assert "Guests" in told(answer("threshold relevance 7", ADA, desk))


def test_the_settings_channel_has_the_first_profile_and_a_terminal_speaks_for_it() -> None:
    desk = memory_desk(profile())
    for asker in (ADA, TERMINAL):
        assert "The group" in told(answer("", asker, desk))


def test_a_button_speaks_for_its_own_profile_and_never_for_another_workspaces() -> None:
    theirs = profile(id="theirs", name="Their own", slack_team="T0THEM", slack_channel="C0THEM")
    desk = memory_desk(profile(), theirs)
    ours = replace(ADA, profile_id="group")
    assert "The group" in told(answer("", ours, desk))
    assert "another workspace" in told(answer("", replace(ADA, profile_id="theirs"), desk))
    assert "no profile 'gone'" in told(answer("", replace(ADA, profile_id="gone"), desk))


def test_a_profile_of_the_settings_channel_belongs_to_the_members_of_that_channel_wherever_they_ask() -> None:
    stranger = replace(ADA, place=Place(PlaceKind.HOME, "D0ADA"), profile_id="group")
    outside = MemoryPeople()
    outside.of_bot = frozenset()
    desk = memory_desk(profile(), people=outside)
    assert "Only members" in told(answer("threshold relevance 7", stranger, desk))
    outside.of_bot = frozenset({CHANNEL})
    assert "Only members" not in told(answer("threshold relevance 7", stranger, desk))


def test_two_first_commands_at_once_make_one_profile() -> None:
    desk = memory_desk(profile())
    book = desk.book

    class Late:
        """A book that another command was faster to write into."""

        def __getattr__(self, name: str) -> object:
            return getattr(book, name)

        def of_place(self, place: Place) -> None:
            return None

    twice = replace(desk, book=Late())  # type: ignore[arg-type]
    for _ in range(2):
        assert "profile of its own" in told(answer("status", BO, twice))
    assert len(profiles(desk)) == 2


def test_what_takes_longer_ends_under_the_same_news() -> None:
    desk = memory_desk(profile())
    slow = replace(desk, what_if=MemoryWhatIf(MemoryLibrary(), is_slow=True))
    reply = answer("threshold relevance 7", BO, slow)
    assert reply.later
    assert "profile of its own" in told(reply)
    assert "profile of its own" in told(reply.later())
    assert [one.act for one in reply.later().buttons] == [Act.SAY, Act.APPLY, Act.CANCEL]


def test_a_database_that_is_away_is_told_in_a_sentence_and_help_works_without_it() -> None:
    class Away:
        """A book and a library that cannot be reached."""

        def __getattr__(self, name: str) -> object:
            raise StoreError("the database is locked", hint="Try again in a minute")

    desk = replace(memory_desk(profile()), book=Away(), library=Away())  # type: ignore[arg-type]
    for asker in (ADA, BO, TERMINAL):
        assert told(answer("today", asker, desk)) == "the database is locked. Try again in a minute"
        assert "Change; each shows its effect" in told(answer("help", asker, desk))


def test_a_channel_that_the_bot_is_not_in_is_told_how_to_let_it_in() -> None:
    desk = memory_desk(profile())
    invite = "type: `/invite @Broadsheet`"
    assert invite in told(answer("status", BO, desk))
    assert invite in told(answer("resume", BO, desk))
    desk.people.of_bot = frozenset({CHANNEL, "C0NEW"})  # type: ignore[attr-defined]
    assert invite not in told(answer("resume", BO, desk))
