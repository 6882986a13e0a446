"""What is different between two profiles, in words."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.differences import MOST_TOLD, in_words, told
from bot.domain.profile import Cutoffs, Pause, Profile
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic
from tests.examples import MEMORY, ROUTING, profile

OTHER = Topic("other_one", "Other", "All.", "Most.", muted=True)
PAUSE = Pause(date(2026, 5, 7))
CHOICES: dict[str, list[object]] = {
    "name": ["The group", "Another"],
    "categories": [("cs.LG", "cs.AI"), ("cs.AI", "cs.LG"), ("cs.LG",), ("stat.ML", "cs.LG")],
    "topics": [
        (ROUTING, MEMORY),
        (MEMORY, ROUTING),
        (MEMORY,),
        (ROUTING, OTHER, MEMORY),
        (replace(ROUTING, name="R", keep="All."), replace(MEMORY, leave_out="")),
        (replace(ROUTING, muted=True), MEMORY),
    ],
    "leave_out": ["", "Surveys."],
    "cutoffs": [Cutoffs(), Cutoffs(7, 6, 5, 4, 3)],
    "schedule": [Schedule(), Schedule.parse("09:00 Europe/Berlin mon")],
    "mail_to": [(), ("ada@papers.example",)],
    "follows": [(), ("Ada Quill",), ("Ada Quill", "Bruno Sedge")],
    "muted_words": [(), ("survey",)],
    "pauses": [(), (PAUSE,), (Pause(date(2026, 1, 7), date(2026, 1, 8)), PAUSE)],
}
PROFILES = st.fixed_dictionaries({key: st.sampled_from(some) for key, some in CHOICES.items()}).map(
    lambda fields: profile(**fields)
)


@given(PROFILES, PROFILES)
def test_there_is_a_difference_just_where_the_profiles_are_not_equal(one: Profile, other: Profile) -> None:
    found = in_words(one, other)
    assert bool(found) == (one != other)
    line = told(found)
    assert len(line) < 600
    assert "\n" not in line
    assert "@" not in line  # nobody is told another's address


def test_each_difference_names_what_it_was_and_what_it_is() -> None:
    before = profile()
    after = profile(
        cutoffs=Cutoffs(relevance=7, cap=25),
        categories=("cs.LG", "stat.ML"),
        topics=(replace(MEMORY, name="Recall", muted=True), OTHER),
        follows=("Ada Quill",),
        schedule=Schedule.parse("09:00 Europe/Berlin weekdays"),
        pauses=(Pause(date(2026, 5, 7), date(2026, 5, 11)),),
    )
    assert [one.what for one in in_words(before, after)] == [
        "relevance cutoff 8 → 7",
        "cap 40 → 25",
        "category stat.ML added",
        "category cs.AI removed",
        "topic “Agent memory” renamed to “Recall”",
        "topic “Recall” muted",
        "topic “Other” added, muted",
        "topic “Sparse routing” removed",
        "author “Ada Quill” followed",
        "schedule 08:30 America/New_York, daily → 09:00 Europe/Berlin, weekdays",
        "pause: none → from 2026-05-07 until 2026-05-11",
    ]


def test_the_history_tells_the_first_few_and_how_many_more_there_are() -> None:
    found = in_words(profile(), profile(cutoffs=Cutoffs(7, 6, 5, 4, 3), categories=("cs.LG",)))
    assert told(found).count(";") == MOST_TOLD
    assert told(found).endswith("; and 2 more changes")
    assert told(found[:-1]).endswith("; and 1 more change")


def test_of_long_texts_is_shown_where_they_differ() -> None:
    before = profile(topics=(replace(MEMORY, keep=f"{'all of it ' * 90}to the end"),))
    after = profile(topics=(replace(MEMORY, keep=f"{'all of it ' * 90}but the end"),))
    (found,) = in_words(before, after)
    assert found.old == "… all of it all of it all of it all of it to the end"
    assert found.new == "… all of it all of it all of it all of it but the end"
    (longer,) = in_words(before, replace(before, topics=(replace(MEMORY, keep=f"{before.topics[0].keep}. No"),)))
    assert str(longer.new).endswith("to the end. No")
