"""Deep notes come back as they were saved; what they cost is on the account; and their batches are not forgotten."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from threading import Event, Thread

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.database import note_document
from bot.adapters.database.engine import Database
from bot.adapters.database.figures import DatabaseFigures
from bot.adapters.database.library import DatabaseLibrary
from bot.adapters.database.locks import holders
from bot.adapters.database.notes import FORGOTTEN_AFTER, DatabaseNotes, DatabaseRelatives
from bot.adapters.database.store import DatabaseStore
from bot.adapters.database.tables import note_batches, notes
from bot.clock import SetClock
from bot.domain.fulltext import TextSource
from bot.domain.note import (
    Checks,
    Content,
    Dropped,
    Formula,
    Note,
    QuotedEquation,
    Relation,
    Statement,
    Symbol,
    Tally,
)
from bot.domain.verdict import Usage
from tests.examples import DAY, NOON, announced, listing, paper, profile

STATEMENT = Statement("It falls to $3$.", "Table 2", "falls to 3", ("4",))
NOTE = Note(
    arxiv_id="2613.00001",
    version=2,
    title="On Finding Number 1",
    authors=("Ada Quill",),
    source=TextSource.HTML,
    source_url="https://arxiv.org/html/2613.00001v2",
    source_version=2,
    language="en",
    content=Content(STATEMENT, (Formula("E1", "Loss", (Symbol(r"\theta", "weights"),), "It is minimised."),)),
    equations=(QuotedEquation("E1", ("3",), r"L(\theta)", "Section 2, Method", "We minimise"),),
    checks=Checks(Tally(1, 2), dropped=(Dropped("E9", "there is none"),), asked_again=True),
    left_out=("Appendix A",),
    remarks=("Read in an older version.",),
    model="claude-sonnet-5-5",
    prompt="0123456789ab",
    at=NOON,
    cost_usd=Decimal("0.0123"),
)
SPENT = Usage("claude-sonnet-5-5", "note", 9000, 100, 800, Decimal("0.02"))


@pytest.fixture
def saved(database: Database) -> DatabaseNotes:
    return DatabaseNotes(database, SetClock(NOON))


TEXT = st.text(max_size=8)  # of any characters, lone surrogates and zeros too
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
STATEMENTS = st.builds(Statement, TEXT, TEXT, TEXT, TEXTS)
SOME = st.lists(STATEMENTS, max_size=2).map(tuple)
TALLIES = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda both: Tally(min(both), max(both)))
FORMULAS = st.builds(Formula, TEXT, TEXT, st.lists(st.builds(Symbol, TEXT, TEXT), max_size=2).map(tuple), TEXT, TEXTS)
CONTENTS = st.builds(
    Content,
    STATEMENTS,
    st.lists(FORMULAS, max_size=2).map(tuple),
    *[SOME] * 6,
    st.lists(st.builds(Relation, TEXT, TEXT, TEXT), max_size=2).map(tuple),
)
MOMENTS = st.datetimes(timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))))
NOTES = st.builds(
    Note,
    arxiv_id=st.just(NOTE.arxiv_id),
    version=st.integers(1, 99),
    title=TEXT,
    authors=TEXTS,
    source=st.sampled_from(TextSource),
    source_url=TEXT,
    source_version=st.none() | st.integers(1, 99),
    language=st.sampled_from(["en", "zh"]),
    content=CONTENTS,
    equations=st.lists(st.builds(QuotedEquation, TEXT, TEXTS, TEXT, TEXT, TEXT), max_size=2).map(tuple),
    checks=st.builds(Checks, *[TALLIES] * 5, st.lists(st.builds(Dropped, TEXT, TEXT)).map(tuple), st.booleans()),
    left_out=TEXTS,
    remarks=TEXTS,
    model=st.sampled_from(["claude-sonnet-5-5", "offline"]),
    prompt=st.just(NOTE.prompt),
    at=MOMENTS.filter(lambda at: 1 < at.year < 9999),
    cost_usd=st.none() | st.decimals(0, 1000, places=9),
    clock_set=st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(NOTES)
def test_a_note_comes_back_exactly_as_it_was_saved(saved: DatabaseNotes, note: Note) -> None:
    saved.save_note(note)
    back = saved.note(note.arxiv_id, note.version, note.language)
    assert back == note
    assert back.at.utcoffset() == note.at.utcoffset()
    assert str(back.cost_usd) == str(note.cost_usd)


def test_the_newest_note_on_that_version_in_that_language_is_shown(saved: DatabaseNotes) -> None:
    assert saved.note("2613.00001", 2, "en") is None
    saved.save_note(NOTE)
    newer = replace(NOTE, model="offline", at=NOON - timedelta(days=1), cost_usd=None)
    saved.save_note(newer)
    saved.save_note(replace(NOTE, version=1))
    saved.save_note(replace(NOTE, language="de"))
    saved.save_note(replace(NOTE, arxiv_id="2613.00002"))
    assert saved.note("2613.00001", 2, "en") == newer, "what counts is when it was saved, not what a set clock said"
    assert saved.note("2613.00001", 3, "en") is None
    assert saved.note("2613.00001", None, "en") == newer, "of the newest version that has one"
    assert saved.note("2613.00001", None, "fr") is None


def test_what_a_newer_version_of_the_program_added_is_passed_over_and_what_an_older_lacked_is_filled_in() -> None:
    document = json.loads(note_document.write(NOTE))
    document |= {"mood": {"good": True}}
    document["content"]["summary"] |= {"tone": "dry"}
    del document["clock_set"], document["checks"]["symbols"], document["content"]["summary"]["unfound"]
    back = note_document.read(json.dumps(document))
    assert back == replace(NOTE, content=replace(NOTE.content, summary=replace(STATEMENT, unfound=())))


WHOLE = note_document.write(NOTE)


@pytest.mark.parametrize(
    "document",
    ["", "null", "[]", "{}", "no JSON", "[" * 99_999, WHOLE[:-9], WHOLE.replace('"html"', '"book"')]
    + [WHOLE.replace('"version":2', two) for two in ('"version":"2"', '"version":2.0', '"version":null')]
    + [WHOLE.replace('"0.0123"', cost) for cost in ('"much"', "true", "{}")]
    + [WHOLE.replace('{"found":1,"of":2}', tally) for tally in ('{"found":3,"of":2}', '"all"', "[1, 2]")],
)
def test_a_note_that_cannot_be_read_is_none_and_the_log_says_so(
    saved: DatabaseNotes, database: Database, document: str, caplog: pytest.LogCaptureFixture
) -> None:
    saved.save_note(NOTE)
    with database.writing() as connection:
        connection.execute(sa.update(notes).values(document=document))
    with caplog.at_level(logging.WARNING):
        assert saved.note("2613.00001", 2, "en") is None
    assert "a note cannot be read" in caplog.text


@pytest.mark.parametrize("arxiv_id", ["2613.00001", "hep-th/9901001"])
def test_one_at_a_time_makes_a_note_and_others_go_on_meanwhile(
    saved: DatabaseNotes, database: Database, arxiv_id: str
) -> None:
    waited = Event()

    def come_second() -> None:
        with saved.making(arxiv_id, 1, "en"):
            waited.set()

    second = Thread(target=come_second)
    with saved.making(arxiv_id, 1, "en"), saved.making(arxiv_id, 2, "en"), saved.making(arxiv_id, 1, "de"):
        second.start()
        assert not waited.wait(0.1)
        assert f"note-{arxiv_id.replace('/', '-')}v1-en" in holders(database.locks)
    second.join(5)
    assert waited.is_set()
    assert list(database.locks.glob("note*")) == []


def test_a_lock_s_name_never_leaves_its_folder(saved: DatabaseNotes, database: Database) -> None:
    with saved.making("../../etc/passwd\0ü", 1, "../en"):
        assert len(holders(database.locks)) == 2  # with that of the open database


def test_what_a_note_took_is_on_the_account_of_its_profile_and_day_beside_the_digest_s(
    saved: DatabaseNotes, database: Database, store: DatabaseStore
) -> None:
    store.save_usage(Usage("claude-haiku-5-5", "judge", 100, 0, 10, Decimal("0.5")), profile(), DAY)
    saved.spend(SPENT, profile(), DAY)
    saved.spend(SPENT, profile(), DAY)
    saved.spend(replace(SPENT, batch=True, cost_usd=Decimal("0.01")), profile(), DAY)
    saved.spend(SPENT, profile(id="other"), DAY)
    both = Usage("claude-sonnet-5-5", "note", 18_000, 200, 1600, Decimal("0.04"))
    in_batch = replace(SPENT, batch=True, cost_usd=Decimal("0.01"))
    assert store.usage_of(profile(), DAY)[1:] == (both, in_batch)
    assert DatabaseLibrary(database).usage(profile(), DAY, DAY)[1:] == (both, in_batch)
    assert [one.kind for one in store.usage_in_month(DAY.replace(day=1))] == ["judge", "note", "note"]
    assert store.cost_per_paper("claude-sonnet-5-5") is None
    (_, told) = DatabaseFigures(database).figures(()).spent
    assert (told.kind, told.calls, told.cost_usd) == ("note", 4, Decimal("0.07"))


def test_what_notes_have_cost_is_summed_over_all_profiles_and_from_a_moment_on(
    database: Database, store: DatabaseStore
) -> None:
    early, late = (DatabaseNotes(database, SetClock(NOON + timedelta(hours=hours))) for hours in (-13, 1))
    assert late.spent(NOON) == 0
    early.spend(SPENT, profile(), DAY)
    late.spend(SPENT, profile(), DAY - timedelta(days=99))
    late.spend(replace(SPENT, batch=True, cost_usd=Decimal("0.000000001")), profile(id="other"), DAY)
    late.spend(replace(SPENT, cost_usd=None), profile(), DAY)
    store.save_usage(replace(SPENT, kind="judge"), profile(), DAY)
    assert late.spent(NOON) == Decimal("0.020000001")
    assert late.spent(datetime(2026, 5, 6, tzinfo=UTC)) == Decimal("0.040000001")
    assert late.spent(NOON + timedelta(hours=2)) == 0


def test_a_call_of_another_kind_is_refused_for_no_budget_would_see_it(saved: DatabaseNotes) -> None:
    with pytest.raises(ValueError, match="note again"):
        saved.spend(replace(SPENT, kind="note again"), profile(), DAY)


def test_a_batch_is_remembered_until_it_is_closed_and_a_newer_one_takes_its_place(saved: DatabaseNotes) -> None:
    assert saved.batch("group 2026-05-06") is None
    saved.save_batch("group 2026-05-06", "msgbatch_1")
    saved.save_batch("other 2026-05-06", "msgbatch_2")
    saved.save_batch("group 2026-05-06", "msgbatch_3")
    assert [saved.batch(f"{name} 2026-05-06") for name in ("group", "other")] == ["msgbatch_3", "msgbatch_2"]
    saved.close_batch("group 2026-05-06")
    saved.close_batch("never 2026-05-06")
    assert [saved.batch(f"{name} 2026-05-06") for name in ("group", "other")] == [None, "msgbatch_2"]


def test_batches_whose_answers_nobody_can_collect_any_more_are_forgotten(
    database: Database, saved: DatabaseNotes
) -> None:
    saved.save_batch("old", "msgbatch_1")
    later = DatabaseNotes(database, SetClock(NOON + FORGOTTEN_AFTER + timedelta(minutes=1)))
    assert later.batch("old") == "msgbatch_1", "whoever asks for it learns from the service that it is gone"
    later.save_batch("new", "msgbatch_2")
    assert (later.batch("old"), later.batch("new")) == (None, "msgbatch_2")


def test_of_a_profile_nothing_is_left_in_what_is_remembered_of_a_batch(
    saved: DatabaseNotes, database: Database
) -> None:
    saved.save_batch("group 2026-05-06", "msgbatch_1")
    with database.reading() as connection:
        (row,) = connection.execute(sa.select(note_batches)).all()
    assert "group" not in str(row)


def test_relatives_are_the_nearest_papers_of_all_profiles_without_the_paper_itself(
    database: Database, store: DatabaseStore
) -> None:
    birds = [announced(n, title=f"Sparrows {n}", abstract="Wings and feathers of sparrows.") for n in (1, 2, 3)]
    store.save_listing(listing(*birds, *(announced(n, abstract="Rocks.") for n in range(4, 9))), ["cs.LG"])
    relatives = DatabaseRelatives(database)
    assert {one.arxiv_id for one in relatives.similar(birds[0].paper, 5)} == {"2613.00002", "2613.00003"}
    assert len(relatives.similar(birds[0].paper, 1)) == 1
    unseen = paper(99, title="Feathers", abstract="On the wings of sparrows.")
    found = relatives.similar(unseen, 2)
    assert set(found) <= {one.paper for one in birds}
    assert len(found) == 2
    hits = DatabaseLibrary(database).similar(unseen, profile(), 2)
    assert tuple(hit.paper for hit in hits) == found


@pytest.mark.parametrize("words", ["", "?!", '"NEAR( * :', "\0", "the a of"])
def test_a_paper_without_a_telling_word_has_no_relatives(database: Database, store: DatabaseStore, words: str) -> None:
    assert DatabaseRelatives(database).similar(paper(title=words, abstract=words), 5) == ()
    store.save_listing(listing(announced(2)), ["cs.LG"])
    assert DatabaseRelatives(database).similar(paper(title=words, abstract=words), 5) == ()
