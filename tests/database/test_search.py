"""Papers are found by their words, whatever anybody types."""

import random
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.adapters.database import search, texts
from bot.adapters.database.backup import backup, restore
from bot.adapters.database.engine import Database, refusal
from bot.adapters.database.library import DatabaseLibrary
from bot.adapters.database.store import DatabaseStore
from bot.clock import SetClock
from bot.domain.paper import Announcement, AnnounceType
from bot.domain.query import Query
from bot.render.tex import to_unicode
from tests.examples import DAY, NOON, announced, digest, listing, paper, profile, verdict

CATEGORIES = ("cs.LG",)
NEXT = DAY + timedelta(days=1)
HOSTILE = (
    '"', '""', "'", "*", "^", "-", "(", "a) OR (b", "NEAR(a b)", "title:", "title : x", "{title}:x", "AND", "OR", "NOT",
    "x*", "^x", "x AND", '" OR "', "\x00", "a\x00b", "🚀", "深度学习", "\ud800", "é", "e\u0301", "++", "c++", "%", "_",
    "w" * 5000, "model " * 3000, "; DROP TABLE papers", "\u202e", "rank", "paper_words", "-x", "a+b", "a:b", "\\", "\n",
)  # fmt: skip


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url, readable=to_unicode)
    yield database
    database.close()


@pytest.fixture
def library(database: Database) -> DatabaseLibrary:
    return DatabaseLibrary(database)


def save(store: DatabaseStore, *entries: Announcement, day: date = DAY) -> None:
    store.save_listing(listing(*entries, day=day), CATEGORIES)


def found(library: DatabaseLibrary, *words: str, **more: object) -> list[int]:
    """The numbers of the papers found."""
    hits = library.search(Query(words, **more), profile(), 10).hits  # type: ignore[arg-type]
    return [int(hit.paper.arxiv_id[5:]) for hit in hits]


def test_words_are_found_in_title_authors_abstract_and_comment_in_this_order(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    save(
        store,
        announced(1, comment="a kestrel"),
        announced(2, abstract="We fly a kestrel."),
        announced(3, authors=("A. Kestrel",)),
        announced(4, title="Kestrel"),
    )
    assert found(library, "kestrel") == [4, 3, 2, 1]
    assert found(library, "sparrow") == []


def test_all_of_a_query_must_fit(store: DatabaseStore, library: DatabaseLibrary) -> None:
    save(store, announced(1, title="Sparse routing of experts"), announced(2, title="Routing is sparse", abstract="x"))
    assert sorted(found(library, "sparse", "routing")) == [1, 2]
    assert found(library, "sparse", "experts") == [1]
    assert found(library, phrases=("sparse routing",)) == [1]
    assert found(library, "sparse", "owls") == []


def test_other_forms_of_a_word_and_other_accents_are_found(store: DatabaseStore, library: DatabaseLibrary) -> None:
    save(store, announced(1, title="Transformers that learned", authors=('Rapha\\"el Szőke',)))
    for words in ("transformer", "TRANSFORMERS", "learning", "Raphaël", "raphael", "szoke", "Rapha\u0065\u0308l"):
        assert found(library, words) == [1], words


def test_words_hidden_in_tex_are_found_and_so_are_the_names_of_greek_letters(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    save(
        store,
        announced(1, title=r"\textsc{Fal}con at $1.7\times$", abstract=r"We use $\epsilon$-greedy search."),
        announced(2, abstract=r"The \textbf{M}ixture of Poincar\'e balls."),
    )
    assert found(library, "falcon") == [1]
    assert found(library, "epsilon-greedy") == [1]
    assert found(library, "mixture") == [2]
    assert found(library, "Poincaré") == [2]


def test_an_author_is_found_by_parts_of_the_name_in_any_order_and_only_as_an_author(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    save(
        store,
        announced(1, authors=("Ada B. Quill", "Bruno Sedge")),
        announced(2, authors=("Ada Sedge", "Cy Wren", "Di Wren", "El Quill")),
        announced(3, title="A quill by Ada", authors=("Bo Finch",)),
    )
    assert sorted(found(library, authors=("quill",))) == [1, 2]
    assert found(library, authors=("ada quill",)) == found(library, authors=("Quill, Ada",)) == [1]
    assert sorted(found(library, authors=("ada", "sedge"))) == [1, 2]


def test_a_day_bounds_what_is_found(store: DatabaseStore, library: DatabaseLibrary) -> None:
    save(store, announced(1, title="Owls"))
    save(store, announced(2, title="Owls"), day=NEXT)
    assert found(library, "owls", since=NEXT) == [2]
    assert found(library, "owls", since=DAY) == [2, 1], "of equals the newer comes first"
    assert found(library, since=NEXT) == [2]
    assert found(library, "owls", since=date.max) == []


def test_a_topic_bounds_what_is_found_to_what_the_newest_digest_placed_there(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    entries = tuple(announced(number, title="Owls") for number in (1, 2, 3))
    save(store, *entries)
    placed = (
        verdict(1),
        verdict(2, primary_topic="memory", matched_topics=("routing",)),
        verdict(3, primary_topic=None),
    )
    store.save_digest(digest(entries, placed))
    assert sorted(found(library, "owls", topic="routing")) == [1, 2]
    assert found(library, topic="memory") == [2]
    assert found(library, "owls", topic="nonsense") == []
    assert library.search(Query(topic="memory"), profile(id="other"), 9).total == 0
    store.save_digest(digest(entries, (verdict(2),)))
    assert found(library, topic="memory") == []
    assert sorted(found(library, topic="routing")) == [1, 2], "what it did not judge stays where it was"


def test_only_the_newest_version_is_found_whatever_is_saved_later(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    save(store, announced(1, title="Sparrows"))
    save(store, announced(1, AnnounceType.REPLACE, title="Hawks", version=2), day=NEXT)
    save(store, announced(1, title="Sparrows"))
    assert found(library, "sparrows") == []
    (hit,) = library.search(Query(("hawks",)), profile(), 9).hits
    assert (hit.paper.version, hit.day) == (2, NEXT)


def test_saving_again_changes_nothing_and_a_detail_that_comes_later_is_found(
    database: Database, store: DatabaseStore, library: DatabaseLibrary
) -> None:
    save(store, announced(1))
    with database.reading() as connection:
        before = connection.exec_driver_sql("SELECT * FROM paper_texts").all()
    save(store, announced(1, authors=()))
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT * FROM paper_texts").all() == before
    save(store, announced(1, comment="With a hedgehog"))
    assert found(library, "hedgehog") == [1]
    assert library.search(Query(("finding",)), profile(), 9).total == 1


def test_a_hit_tells_when_the_profile_was_shown_it_and_the_sentence_that_fits_best(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    abstract = r"Owls are many. The routes of sparse models are learned ($\alpha$). Nothing else. Routing."
    save(store, announced(1, title="One", abstract=abstract), announced(2, title="Sparse routing", abstract="No."))
    store.save_digest(digest((announced(1),), (verdict(1),)))
    hits = {hit.paper.arxiv_id[-1]: hit for hit in library.search(Query(("sparse", "routing")), profile(), 9).hits}
    assert hits["1"].snippet == "The routes of sparse models are learned (α)."
    assert (hits["1"].shown_on, hits["2"].shown_on, hits["2"].snippet) == (DAY, None, "")


def test_more_than_the_limit_are_counted_and_more_than_a_thousand_are_said_to_be_more(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    save(store, *(announced(number) for number in range(1, 1003)))
    all_of_them = library.search(Query(("finding",)), profile(), 3)
    assert (len(all_of_them.hits), all_of_them.total, all_of_them.more) == (3, 1000, True)
    newest = library.search(Query(), profile(), 3)
    assert (len(newest.hits), newest.total, newest.more) == (3, 1000, True)
    one = library.search(Query(("finding", "17")), profile(), 3)
    assert (len(one.hits), one.total, one.more) == (1, 1, False)


@pytest.fixture
def filled(store: DatabaseStore, library: DatabaseLibrary) -> DatabaseLibrary:
    save(store, announced(1, title="a b c x model rank"), announced(2))
    return library


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(*[st.lists(st.text(max_size=8) | st.sampled_from(HOSTILE), max_size=4)] * 3)
@example(["a", "AND", "b"], [], [])
@example([], ['x" OR "a'], ['x" OR "a'])
@example(list(HOSTILE), list(HOSTILE), list(HOSTILE))
@example([f"w{number}" for number in range(3000)], [], [])
def test_nothing_that_anybody_types_is_an_error_or_has_power(
    filled: DatabaseLibrary, words: list[str], phrases: list[str], authors: list[str]
) -> None:
    query = Query(tuple(words), tuple(phrases), tuple(authors))
    found = filled.search(query, profile(), 5)
    if any((words, phrases, authors)) and not search.expression(query):
        assert found.total == 0


@pytest.mark.parametrize("typed", ["🚀", "!!!", "\x00", '"', "\ud800", "深度", "* ^ -"])
def test_what_holds_no_word_of_any_paper_finds_nothing(filled: DatabaseLibrary, typed: str) -> None:
    assert filled.search(Query((typed,)), profile(), 5).total == 0
    assert filled.search(Query((typed,), topic="routing"), profile(), 5).total == 0


def test_operators_and_columns_are_words_like_others(filled: DatabaseLibrary) -> None:
    assert found(filled, "a", "OR", "owls") == []
    assert found(filled, "mod*") == []
    assert found(filled, "NOT", "owls") == []
    assert found(filled, "authors:Quill") == []
    assert found(filled, "a-b") == [1]


def test_many_read_while_one_writes(store: DatabaseStore, library: DatabaseLibrary) -> None:
    save(store, *(announced(number) for number in range(1, 50)))
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            found = library.search(Query(("finding",)), profile(), 5)
            if len(found.hits) != 5 or found.total % 49:
                wrong.append(found)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for back in range(1, 6):
        save(store, *(announced(number + 100 * back) for number in range(1, 50)), day=DAY - timedelta(days=back))
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong


def test_the_full_text_agrees_with_the_texts_after_any_history(
    database: Database, store: DatabaseStore, library: DatabaseLibrary
) -> None:
    chance = random.Random(4)
    for _ in range(60):
        entries = [
            announced(number, version=chance.randint(1, 3), title=f"Word{chance.randint(1, 5)} {number}")
            for number in chance.sample(range(1, 20), 6)
        ]
        save(store, *entries, day=DAY + timedelta(days=chance.randint(-5, 5)))
    with database.writing() as connection:
        check = "INSERT INTO paper_words (paper_words, rank) VALUES ('integrity-check', 1)"
        connection.exec_driver_sql(check)
        rows = connection.exec_driver_sql(
            "SELECT arxiv_id, t.version, number, max(s.day), max(p.version) FROM paper_texts t "
            "JOIN sightings s USING (arxiv_id) JOIN papers p USING (arxiv_id) GROUP BY arxiv_id"
        ).all()
    assert len(rows) == 19
    for _, version, number, day, newest in rows:
        assert (version, texts.day_of(number)) == (newest, date.fromisoformat(day))


def test_similar_papers_share_telling_words_and_never_are_the_paper_itself(
    store: DatabaseStore, library: DatabaseLibrary
) -> None:
    save(
        store,
        announced(1, title="Sparse expert routing", abstract="Routing tokens to sparse experts by residue."),
        announced(2, title="Routers for experts", abstract="How tokens find their sparse experts by residue."),
        announced(3, title="Owls at night", abstract="Birds of the night and their prey."),
        *(announced(number) for number in range(10, 40)),
    )
    hits = library.search(Query(("sparse",)), profile(), 1).hits
    assert hits
    assert [hit.paper.arxiv_id[-1] for hit in library.similar(paper(1, title="Sparse expert routing"), profile(), 5)][
        :1
    ] == ["2"]
    unknown = paper(77, title="Prey of owls", abstract="At night.")
    assert [hit.paper.arxiv_id[-1] for hit in library.similar(unknown, profile(), 1)] == ["3"]


@pytest.mark.parametrize("told", ["", "🚀 !!! \x00", '" OR "', "the of and", "owl " * 100_000])
def test_similar_to_a_strange_paper_is_no_error(filled: DatabaseLibrary, told: str) -> None:
    filled.similar(paper(9, title=told, abstract=told), profile(), 5)


def test_without_full_text_search_the_cause_is_told(tmp_path: Path) -> None:
    assert "FTS5" in str(refusal(tmp_path, Exception("no such module: fts5")))


def test_a_restored_copy_can_be_searched_and_goes_on_being_so(
    url: str, database: Database, store: DatabaseStore, tmp_path: Path
) -> None:
    save(store, announced(1, title="Hawks"))
    backup(database, tmp_path / "copy.db")
    save(store, announced(1, title="Owls", version=2), announced(2, title="Hawks"))
    database.close()
    restore(tmp_path / "copy.db", url, NOON)
    again = Database(url)
    assert found(DatabaseLibrary(again), "hawks") == [1]
    assert found(DatabaseLibrary(again), "owls") == []
    save(DatabaseStore(again, SetClock(NOON), str), announced(1, title="Wrens", version=2))
    assert found(DatabaseLibrary(again), "wrens") == [1]
    again.close()
