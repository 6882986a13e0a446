"""What other profiles' listings hold, and the what-if over a real database."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.adapters.database.announced import DatabaseAnnounced
from bot.adapters.database.engine import Database
from bot.adapters.database.library import DatabaseLibrary
from bot.adapters.database.store import DatabaseStore
from bot.clock import SetClock
from bot.domain.paper import AnnounceType
from bot.domain.profile import Cutoffs
from bot.whatif import Replay
from tests.examples import DAY, NOON, announced, digest, listing, profile, verdict

EVE = DAY - timedelta(days=1)


def test_papers_of_a_category_are_found_by_day_each_once_the_stronger_way(
    database: Database, store: DatabaseStore
) -> None:
    robots = announced(1, AnnounceType.CROSS, categories=("cs.RO", "cs.LG"))
    store.save_listing(listing(robots, announced(2)), ["cs.LG"])
    store.save_listing(listing(replace(robots, how=AnnounceType.NEW), announced(3, categories=("cs.RO",))), ["cs.RO"])
    store.save_listing(replace(listing(announced(4, categories=("cs.RO",))), day=EVE), ["cs.RO"])

    found = DatabaseAnnounced(database)(DAY, ["cs.RO"])
    assert {day: [(e.paper.arxiv_id, e.how) for e in entries] for day, entries in found.items()} == {
        DAY: [("2613.00001", AnnounceType.NEW), ("2613.00003", AnnounceType.NEW)]
    }
    assert set(DatabaseAnnounced(database)(EVE, ["cs"])) == {EVE, DAY}
    assert DatabaseAnnounced(database)(EVE, ["math"]) == {}


def test_a_real_archive_tells_what_a_lower_cutoff_and_another_category_would_have_done(
    database: Database, store: DatabaseStore
) -> None:
    reader = profile()
    entries, verdicts = (announced(1), announced(2)), (verdict(1), verdict(2, relevance=7))
    store.save_listing(listing(*entries), reader.categories)
    store.save_digest(digest(entries, verdicts, reader))
    near = announced(3, categories=("cs.RO",), abstract=entries[0].paper.abstract)
    store.save_listing(listing(near), ["cs.RO"])
    what_if = Replay(DatabaseLibrary(database), lambda _: Decimal(1), SetClock(NOON), DatabaseAnnounced(database))

    lower = what_if.effect(reader, replace(reader, cutoffs=Cutoffs(relevance=7)))
    assert [(one.arxiv_id, one.title) for one in lower.come] == [("2613.00002", "On Finding Number 2")]
    assert [(day.then, day.now) for day in lower.days] == [(1, 2)]

    wider = what_if.effect(reader, replace(reader, categories=(*reader.categories, "cs.RO")))
    assert (wider.cost_then, wider.cost_now) == (Decimal(2), Decimal(3))
    assert "never judged" in wider.estimate
