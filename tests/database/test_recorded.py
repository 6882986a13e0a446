"""What a digest decided on every paper is read back as it was."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.database.engine import Database
from bot.adapters.database.library import DatabaseLibrary
from bot.adapters.database.store import DatabaseStore
from bot.domain.digest import Digest, State
from bot.domain.paper import Announcement, AnnounceType
from bot.domain.profile import Cutoffs
from bot.domain.receipt import Fate
from bot.domain.recorded import RecordedDay, RecordedPaper
from bot.domain.selection import Choice
from bot.domain.verdict import HotTag, Verdict
from tests.examples import DAY, announced, digest, paper, profile

NEXT = DAY + timedelta(days=1)
TEXT = st.text(max_size=12)
TOPICS = st.text("abc_", min_size=1, max_size=4)
VERDICTS = st.builds(
    Verdict, st.just(""), st.integers(1, 9), st.integers(1, 10), st.none() | st.integers(1, 10),
    primary_topic=st.none() | TOPICS, matched_topics=st.lists(TOPICS, max_size=3, unique=True).map(tuple),
    hot_tags=st.lists(st.sampled_from(HotTag), max_size=2, unique=True).map(tuple),
)  # fmt: skip
CHOICES = st.builds(
    Choice,
    st.builds(
        Announcement,
        st.integers(1, 99999).map(paper).flatmap(lambda one: st.integers(1, 9).map(lambda v: replace(one, version=v))),
        st.sampled_from(AnnounceType), st.booleans(),
    ),
    st.sampled_from(Fate), TEXT, st.none() | VERDICTS,
    nearness=st.floats(0, 1, width=64), followed=TEXT,
)  # fmt: skip
CUTOFFS = st.builds(Cutoffs, *[st.integers(1, 10)] * 2, *[st.integers(0, 1000)] * 3)


@pytest.fixture
def library(database: Database) -> DatabaseLibrary:
    return DatabaseLibrary(database)


def expected(made: Digest) -> RecordedDay:
    return RecordedDay(
        made.day,
        made.judged_by.model,
        made.judged_by.rubric.version,
        made.profile.cutoffs,
        tuple(
            RecordedPaper(
                one.announcement.paper.arxiv_id,
                one.announcement.paper.version,
                one.announcement.how,
                one.announcement.late,
                one.fate,
                one.reason,
                one.nearness,
                one.verdict.score if one.verdict else None,
                one.followed,
            )
            for one in made.choices
        ),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(st.lists(CHOICES, max_size=6, unique_by=lambda one: one.announcement.paper.arxiv_id), CUTOFFS)
def test_what_is_recorded_is_read_back_equal_to_the_last_bit(
    store: DatabaseStore, library: DatabaseLibrary, choices: list[Choice], cutoffs: Cutoffs
) -> None:
    own = [
        replace(one, verdict=one.verdict and replace(one.verdict, arxiv_id=one.announcement.paper.arxiv_id))
        for one in choices
    ]
    made = digest((), (), profile(cutoffs=cutoffs), choices=tuple(own))
    store.save_digest(made)
    assert library.recorded(profile(), DAY) == (expected(made),)


def test_a_newer_edition_replaces_what_was_recorded(store: DatabaseStore, library: DatabaseLibrary) -> None:
    store.save_digest(digest((announced(1), announced(2)), ()))
    newer = digest()
    store.save_digest(newer)
    assert library.recorded(profile(), DAY) == (expected(newer),)


def test_days_come_oldest_first_from_the_first_one_asked_for_and_of_this_profile_alone(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    for back in (0, 3, 1, 2):
        store.save_digest(digest(day=DAY - timedelta(days=back)))
    store.save_digest(digest(for_profile=profile(id="other")))
    found = library.recorded(profile(), DAY - timedelta(days=2))
    assert [one.day for one in found] == [DAY - timedelta(days=back) for back in (2, 1, 0)]


def test_a_quiet_day_is_not_recorded_and_takes_back_what_was(store: DatabaseStore, library: DatabaseLibrary) -> None:
    store.save_digest(digest())
    store.save_digest(digest((), (), state=State.QUIET, quiet="Christmas"))
    assert library.recorded(profile(), DAY) == ()


def test_an_empty_day_that_is_not_quiet_is_recorded(store: DatabaseStore, library: DatabaseLibrary) -> None:
    store.save_digest(digest((), ()))
    (day,) = library.recorded(profile(), DAY)
    assert day.papers == ()


@pytest.mark.parametrize(
    "document",
    ["", "[]", "null", "{}", '{"schema": 2}', '{"schema": 1, "papers": 3}', '{"schema": 1, "papers": [[]]}'],
)
def test_a_record_that_cannot_be_read_is_missing_and_the_log_says_so(
    database: Database,
    store: DatabaseStore,
    library: DatabaseLibrary,
    caplog: pytest.LogCaptureFixture,
    document: str,
) -> None:
    store.save_digest(digest())
    store.save_digest(digest(day=NEXT))
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE choices SET document = ? WHERE day = ?", (document, str(DAY)))
    assert [day.day for day in library.recorded(profile(), DAY)] == [NEXT]
    assert "cannot be read" in caplog.text


def test_a_record_is_small(database: Database, store: DatabaseStore) -> None:
    store.save_digest(digest(tuple(announced(number) for number in range(1, 901)), ()))
    with database.reading() as connection:
        (document,) = connection.exec_driver_sql("SELECT document FROM choices").one()
    assert len(document) < 50 * 900
    assert json.loads(document)["schema"] == 1
