"""A profile as a file, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.database.engine import Database
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.profile_file import from_toml, to_toml
from bot.clock import SystemClock
from bot.domain.paper import AnnounceType
from bot.domain.profile import Cutoffs
from bot.domain.topic import Topic
from bot.errors import ProfileError
from tests.examples import profile

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)
GOOD = 'id = "group"\nname = "Group"\ncategories = ["cs.LG"]\n[[topics]]\nid = "a"\nname = "A"\nkeep = "B"\n'


@given(
    st.lists(st.builds(Topic, st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True), TEXT, TEXT, TEXT),
             min_size=1, unique_by=lambda topic: topic.id),
    st.builds(Cutoffs, st.integers(1, 10), st.integers(1, 10), st.integers(0, 1000)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.none() | st.integers(1, 500),
)  # fmt: skip
def test_any_profile_comes_back_from_its_file_as_it_was(topics, cutoffs, at, limit) -> None:  # type: ignore[no-untyped-def]
    one = profile(
        topics=tuple(topics), cutoffs=cutoffs, digest_at=at, shortlist_limit=limit, slack_channel="C1",
        announce_types=(AnnounceType.NEW,), mail_to=("ada@example.org",), timezone="Europe/Berlin",
    )  # fmt: skip
    assert from_toml(to_toml(one)) == one


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id = ", "not TOML"),
        ('x = 1\nname = "y"', "x: no such key"),
        ('name = "y"', "id: is missing"),
        (GOOD.replace("cs.LG", "Machine learning"), "not an arXiv category: Machine learning"),
        (GOOD.replace('id = "a"', 'id = "Has Spaces"'), "topic id 'Has Spaces'"),
        (GOOD.replace('keep = "B"', 'keep = " "'), "what to keep"),
        (GOOD + "[cutoffs]\nrelevance = 11\n", "whole number from 1 to 10"),
        (GOOD + "[cutoffs]\nnovelty = 'high'\n", "cutoffs.novelty"),
        ('timezone = "Mars/Olympus"\n' + GOOD, "timezone 'Mars/Olympus' is not known"),
        ('digest_at = "noon"\n' + GOOD, "digest_at"),
        ('announce_types = ["newish"]\n' + GOOD, "announce_types.0"),
        (GOOD + GOOD[GOOD.index("[[topics]]") :], "used twice: a"),
    ],
)
def test_a_mistake_is_refused_by_the_name_of_its_key(text: str, told: str) -> None:
    with pytest.raises(ProfileError) as caught:
        from_toml(text)
    assert told in str(caught.value)


def test_profiles_are_kept_by_id_and_an_unknown_one_is_answered_with_those_that_exist() -> None:
    profiles = DatabaseProfiles(Database("sqlite://"), SystemClock())
    with pytest.raises(ProfileError, match="none yet"):
        profiles.get("group")
    profiles.save(profile())
    profiles.save(profile(name="Renamed"))
    profiles.save(profile(id="other"))
    assert profiles.get("group") == profile(name="Renamed")
    assert profiles.ids() == ("group", "other")
    with pytest.raises(ProfileError, match="Profiles: group, other"):
        profiles.get("nobody")
