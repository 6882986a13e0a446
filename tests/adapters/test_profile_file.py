"""A profile as a file, and back."""

import json
import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.database.engine import Database
from bot.adapters.database.profiles import DatabaseProfiles
from bot.adapters.profile_file import UNSET, from_document, from_toml, starting_profile, to_document, to_toml
from bot.clock import SystemClock
from bot.domain.paper import AnnounceType
from bot.domain.person import is_name
from bot.domain.profile import Cutoffs, Pause
from bot.domain.schedule import WEEK, WEEKDAYS, Schedule
from bot.domain.topic import Topic
from bot.errors import ProfileError
from tests.examples import profile

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)
GOOD = 'id = "group"\nname = "Group"\ncategories = ["cs.LG"]\n[[topics]]\nid = "a"\nname = "A"\nkeep = "B"\n'


@given(
    st.lists(st.builds(Topic, st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True), TEXT, TEXT, TEXT, st.booleans()),
             min_size=1, unique_by=lambda topic: topic.id),
    st.builds(Cutoffs, st.integers(1, 10), st.integers(1, 10), st.integers(0, 1000)),
    st.builds(Schedule, st.times(), st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "UTC"]),
              st.frozensets(st.sampled_from(WEEK), min_size=1)),
    st.none() | st.integers(1, 500),
    st.tuples(st.booleans(), st.booleans()),
)  # fmt: skip
def test_any_profile_comes_back_from_its_file_as_it_was(  # type: ignore[no-untyped-def]
    topics, cutoffs, schedule, limit, switches
) -> None:
    send_empty, new_versions = switches
    one = profile(
        topics=tuple(topics), cutoffs=cutoffs, schedule=schedule, shortlist_limit=limit, slack_channel="C1",
        announce_types=(AnnounceType.NEW,), mail_to=("ada@example.org",), send_empty=send_empty,
        new_versions=new_versions,
    )  # fmt: skip
    assert from_toml(to_toml(one)) == one
    assert from_document(json.loads(json.dumps(to_document(one)))) == one


PAUSES = st.builds(
    lambda since, length: Pause(since, None if length is None else since + timedelta(days=length)),
    st.dates(date(1991, 8, 1), date(2100, 1, 1)),
    st.none() | st.integers(0, 400),
)


@given(
    st.lists(PAUSES).map(tuple),
    st.lists(TEXT.filter(is_name)).map(tuple),
    st.lists(TEXT.filter(lambda words: any(map(str.isalnum, words)))).map(tuple),
    st.sampled_from([(), ("U1", "W2")]),
    st.sampled_from([None, "T1"]),
)
def test_what_steers_a_profile_comes_back_as_it_was(
    pauses: tuple[Pause, ...], follows: tuple[str, ...], words: tuple[str, ...], editors: tuple[str, ...], team: str
) -> None:
    one = profile(pauses=pauses, follows=follows, muted_words=words, editors=editors, slack_team=team)
    assert from_toml(to_toml(one)) == one
    assert from_document(json.loads(json.dumps(to_document(one)))) == one


def test_the_schedule_is_three_flat_keys() -> None:
    document = to_document(profile(schedule=Schedule(time(8, 0), "Europe/Berlin", WEEKDAYS)))
    assert "schedule" not in document
    assert [document[key] for key in ("digest_at", "timezone", "days")] == ["08:00", "Europe/Berlin", "weekdays"]
    assert (document["send_empty"], document["new_versions"]) == (True, False)


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("", set(WEEK)),
        ('days = "daily"', set(WEEK)),
        ('days = "weekdays"', set(WEEKDAYS)),
        ('days = "mon wed fri"', {"mon", "wed", "fri"}),
        ('days = "Monday, Friday"', {"mon", "fri"}),
        ('days = ["mon", "fri"]', {"mon", "fri"}),
    ],
)
def test_days_are_read_in_any_form_and_every_day_is_meant_where_they_are_absent(line: str, days: set[str]) -> None:
    assert from_toml(f"{line}\n{GOOD}").schedule.days == days


@pytest.mark.parametrize("written", ['"08:30"', '"08:30:00"', "08:30:00"])
def test_a_file_from_before_there_were_days_still_works(written: str) -> None:
    read = from_toml(f'digest_at = {written}\ntimezone = "Europe/Berlin"\n{GOOD}')
    assert read.schedule == Schedule(time(8, 30), "Europe/Berlin")
    assert (read.send_empty, read.new_versions) == (True, False)


def test_a_file_from_before_anything_could_be_muted_followed_or_paused_reads_as_before() -> None:
    read = from_toml(GOOD)
    assert (read.follows, read.muted_words, read.editors, read.pauses, read.slack_team) == ((), (), (), (), None)
    assert not read.topics[0].muted


def test_a_pause_is_a_table_with_dates() -> None:
    since, until = date(2026, 12, 21), date(2027, 1, 4)
    for written in ("2026-12-21", '"2026-12-21"'):
        read = from_toml(f"pauses = [{{ since = {written}, until = 2027-01-04 }}, {{ since = 2027-02-01 }}]\n{GOOD}")
        assert read.pauses == (Pause(since, until), Pause(date(2027, 2, 1)))
    assert to_document(profile(pauses=(Pause(since),)))["pauses"] == [{"since": "2026-12-21"}]


def test_what_is_unset_stands_in_the_file_as_an_example_that_can_be_used_as_it_is() -> None:
    written = to_toml(from_toml(GOOD))
    examples = [line.removeprefix("# ") for line in written.splitlines() if line.startswith("# ")]
    assert len(examples) == len(UNSET)
    read = from_toml(re.sub("^# ", "", written, flags=re.MULTILINE))
    assert (read.follows, read.muted_words, read.editors) == (("Ada Quill",), ("survey",), ("U0123456789",))
    assert to_toml(read).count("#") == 0


def test_the_first_profile_takes_its_schedule_from_the_settings() -> None:
    wanted = Schedule(time(7, 15), "Asia/Tokyo", WEEKDAYS)
    assert starting_profile(wanted, id="group", name="Group", categories=["cs.LG"]).schedule == wanted


def test_every_mistake_of_a_schedule_is_told_at_once_and_with_those_of_the_other_keys() -> None:
    with pytest.raises(ProfileError) as caught:
        from_toml('digest_at = "noon"\ndays = "funday"\ntimezone = "Mars/Olympus"\nsend_empty = 7\n' + GOOD)
    for told in (
        "digest_at: must be a time of day, such as 08:30",
        "days 'funday': write daily, weekdays, or names such as mon wed fri",
        "timezone 'Mars/Olympus' is not known",
        "send_empty: must be true or false",
    ):
        assert told in str(caught.value)


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
        ('digest_at = "noon"\n' + GOOD, "digest_at: must be a time of day"),
        ('digest_at = "08:30+02:00"\n' + GOOD, "digest_at: a time of day has no offset"),
        ("digest_at = 830\n" + GOOD, "digest_at: must be a time of day"),
        ("timezone = 2\n" + GOOD, "timezone: must be a text"),
        ("days = []\n" + GOOD, "days '': write daily"),
        ("days = [1]\n" + GOOD, "days: must be a text"),
        ('new_versions = "perhaps"\n' + GOOD, "new_versions: must be true or false"),
        ("[schedule]\nat = 08:30:00\n", "schedule: no such key; its keys are digest_at, timezone and days"),
        ('announce_types = ["newish"]\n' + GOOD, "announce_types.0"),
        ('follows = "Ada Quill"\n' + GOOD, "follows: must be a list"),
        ('follows = ["Ada Quill", " "]\n' + GOOD, "follows: one of them is empty"),
        ('follows = ["(…)"]\n' + GOOD, "follows: no name: (…)"),
        ('muted_words = ["rain", ""]\n' + GOOD, "muted_words: one of them is empty"),
        ('muted_words = ["--"]\n' + GOOD, "muted_words: no word: --"),
        ('editors = ["ada"]\n' + GOOD, "editors: no Slack user id, such as U0123456789: ada"),
        ('slack_team = "ada"\n' + GOOD, "slack_team 'ada': give the workspace's id"),
        ('pauses = [{ since = "soon" }]\n' + GOOD, "pauses.0.since: must be a date, such as 2026-12-21"),
        ("pauses = [{ since = 2026-05-06, until = 5 }]\n" + GOOD, "pauses.0.until: must be a date"),
        ("pauses = [{ since = 2026-05-06, till = 2026-05-07 }]\n" + GOOD, "pauses.0.till: no such key"),
        ("pauses = [{ until = 2026-05-06 }]\n" + GOOD, "pauses.0.since: is missing"),
        ("pauses = [2026-05-06]\n" + GOOD, "pauses.0: must be a table, such as { since = "),
        (
            "pauses = [{ since = 2026-05-06, until = 2026-05-05 }]\n" + GOOD,
            "pauses.0: a pause ends on 2026-05-05, before",
        ),
        (GOOD + 'muted = "perhaps"\n', "topics.0.muted: must be true or false"),
        (GOOD + GOOD[GOOD.index("[[topics]]") :], "used twice: a"),
    ],
)
def test_a_mistake_is_refused_by_the_name_of_its_key(text: str, told: str) -> None:
    with pytest.raises(ProfileError) as caught:
        from_toml(text)
    assert told in str(caught.value)


def test_profiles_are_kept_by_id_and_an_unknown_one_is_answered_with_those_that_exist(tmp_path: Path) -> None:
    profiles = DatabaseProfiles(Database(f"sqlite:///{tmp_path}/broadsheet.db"), SystemClock())
    with pytest.raises(ProfileError, match="none yet"):
        profiles.get("group")
    profiles.save(profile())
    profiles.save(profile(name="Renamed"))
    profiles.save(profile(id="other"))
    assert profiles.get("group") == profile(name="Renamed")
    assert profiles.ids() == ("group", "other")
    with pytest.raises(ProfileError, match="Profiles: group, other"):
        profiles.get("nobody")
