"""why: a paper's whole trace, from never announced to delivered, and what would have shown it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands import answer
from bot.commands.advice import Advice, Way, advice
from bot.desk import Desk
from bot.domain.conversation import Reply
from bot.domain.digest import Digest
from bot.domain.library import DayFate, Reached, Sighting, Trace
from bot.domain.paper import AnnounceType
from bot.domain.profile import Cutoffs, Profile
from bot.domain.receipt import Fate
from bot.domain.recorded import RecordedPaper
from bot.domain.selection import NOT_NEAR
from bot.domain.topic import Topic
from bot.domain.verdict import Score
from bot.render.replies import reply_text
from tests.examples import DAY, NOON, ROUTING, announced, digest, paper, profile, verdict
from tests.fakes.desk import TERMINAL, memory_desk
from tests.fakes.memory_library import MemoryLibrary

ID = "2613.00001"
SEEN = (Sighting(DAY, AnnounceType.NEW, 1, read=True),)


def told(reply: Reply) -> str:
    return " ".join(reply_text(reply).split())


def why(*digests: Digest, reader: Profile | None = None, arxiv_id: str = ID) -> str:
    return told(answer(f"why {arxiv_id}", TERMINAL, memory_desk(reader or profile(), digests=digests)))


def fated(fate: Fate, reason: str = "", score: Score | None = None, day_offset: int = 0) -> DayFate:
    day = DAY + timedelta(days=day_offset)
    return DayFate(day, RecordedPaper(ID, 1, AnnounceType.NEW, late=False, fate=fate, reason=reason, score=score))


def traced(*fates: DayFate, **fields: object) -> Trace:
    return replace(Trace(ID, paper(1), SEEN, fates), **fields)  # type: ignore[arg-type]


def desk_with(trace: Trace, reader: Profile | None = None) -> Desk:
    class Knowing(MemoryLibrary):
        """Knows this one trace."""

        def trace(self, arxiv_id: str, profile: Profile) -> Trace:
            """That one."""
            return trace

    return memory_desk(reader or profile(), library=Knowing())


def test_a_shown_paper_has_its_whole_story_in_order() -> None:
    said = why(digest())
    steps = ("Announced on Wed 6 May 2026: new", "shown – relevance 9, novelty 8", "Judged by claude", "Cutoffs now")
    places = [said.index(step) for step in steps]
    assert places == sorted(places)
    assert "threshold" not in said


def test_a_paper_that_lacks_one_point_names_the_threshold_that_shows_it() -> None:
    said = why(digest((announced(1),), (verdict(1, relevance=7),)))
    assert "judged, not shown – relevance 7, novelty 8: below the cutoffs (relevance 8, novelty 8)" in said
    assert "This would have let it through: `/papers threshold relevance 7`" in said


def test_a_paper_that_was_never_seen_is_told_so_and_never_as_a_fault() -> None:
    said = why(digest(), arxiv_id="2605.99999")
    assert "Never announced in your categories (cs.LG cs.AI)" in said
    reads_that = why(digest(), arxiv_id="2605.99999", reader=profile(categories=("cs.CL",)))
    assert "add that: `/papers categories add`" in reads_that
    assert "The category is missing. For example: /papers categories add stat.ML" in told(
        answer("categories add", TERMINAL, memory_desk(profile()))
    )


def test_a_paper_of_other_categories_names_the_one_to_add() -> None:
    other = Sighting(DAY, AnnounceType.CROSS, 1, read=False)
    trace = traced(sightings=(other,), paper=paper(1, categories=("cs.CL", "stat.ML")))
    said = told(answer(f"why {ID}", TERMINAL, desk_with(trace)))
    assert "cross-list, version 1, but not in the categories that this profile read that day" in said
    assert "`/papers categories add cs.CL`" in said


def test_where_it_was_shown_before_delivered_and_how_readers_voted_is_told() -> None:
    trace = traced(
        fated(Fate.SHOWN, "relevance 9: above"),
        fated(Fate.SEEN_BEFORE, "shown in an earlier digest", day_offset=2),
        verdict=verdict(1),
        judged_by="offline",
        reached=(Reached(DAY, "slack:C0GROUP", "sent", NOON), Reached(DAY, "a mailbox", "failed", NOON)),
        up=2,
        down=1,
    )
    said = told(answer(f"why {ID}", TERMINAL, desk_with(trace)))
    assert "shown in an earlier digest, on Wed 6 May 2026" in said
    assert "Judged by the offline judge" in said
    assert "Delivered with the digest of Wed 6 May 2026: slack:C0GROUP" in said
    assert "Not delivered with the digest of Wed 6 May 2026: a mailbox (failed)" in said
    assert "👍 2 · 👎 1" in said


LOW = Score(7, 8)
MUTED = replace(ROUTING, muted=True)
NEARER = f"left by the shortlist: {NOT_NEAR}"


@pytest.mark.parametrize(
    ("decided", "reader", "advised"),
    [
        (fated(Fate.SHOWN), profile(), ()),
        (fated(Fate.BELOW_CUTOFF, "", LOW), profile(), (Way.CUTOFF,)),
        (fated(Fate.BELOW_CUTOFF, "", Score(5, 3)), profile(), (Way.CUTOFFS, Way.CUTOFFS)),
        (fated(Fate.BELOW_CUTOFF, "", Score(7, None)), profile(), (Way.CUTOFF,)),
        (fated(Fate.BELOW_CUTOFF, "", LOW), profile(cutoffs=Cutoffs(relevance=7)), (Way.PASSES,)),
        (fated(Fate.BELOW_CUTOFF, "", Score(9, 9, (), "routing")), profile(topics=(MUTED,)), (Way.TOPIC,)),
        (fated(Fate.OVER_CAP, "", Score(9, 9)), profile(), (Way.CAP,)),
        (
            fated(Fate.LEFT_BY_SHORTLIST, "left by the shortlist: holds muted words: Finding"),
            profile(muted_words=("finding",)),
            (Way.WORDS,),
        ),
        (
            fated(Fate.LEFT_BY_SHORTLIST, "left by the shortlist: holds muted words: state of the art, survey"),
            profile(muted_words=("art", "survey", "state of the art", "shortlist")),
            (Way.WORDS, Way.WORDS),
        ),
        (fated(Fate.LEFT_BY_SHORTLIST, "left by the shortlist: holds muted words: survey"), profile(), ()),
        (fated(Fate.LEFT_BY_SHORTLIST, NEARER), profile(muted_words=("zebra",)), (Way.NEARNESS,)),
        (fated(Fate.LEFT_BY_SHORTLIST, NEARER), profile(muted_words=("short", "topics")), (Way.NEARNESS,)),
        (fated(Fate.OTHER_TYPE), profile(), (Way.TYPE,)),
        (fated(Fate.FAILED), profile(), (Way.AGAIN,)),
        (fated(Fate.SEEN_BEFORE), profile(), ()),
    ],
)
def test_each_fate_has_its_own_way_out(decided: DayFate, reader: Profile, advised: tuple[Way, ...]) -> None:
    found = advice(traced(decided), reader)
    assert tuple(one.way for one in found) == advised
    reply = answer(f"why {ID}", TERMINAL, desk_with(traced(decided), reader))
    assert all(one.command in told(reply) for one in found)
    for one in found:
        if one.label:
            typed = told(answer(one.command, TERMINAL, memory_desk(reader)))
            assert "There is no command" not in typed


def test_a_paper_shown_once_needs_no_advice_whatever_came_of_its_new_version() -> None:
    assert advice(traced(fated(Fate.SHOWN), fated(Fate.OTHER_TYPE, day_offset=9)), profile()) == ()


def test_a_paper_without_a_digest_points_to_the_days() -> None:
    assert advice(traced(), profile()) == (Advice(Way.NO_DIGEST),)


def test_a_cap_that_is_at_its_highest_is_not_raised_beyond() -> None:
    reader = profile(cutoffs=Cutoffs(cap=1000))
    assert all(one.command in ("", "cap 1000") for one in advice(traced(fated(Fate.OVER_CAP)), reader))


def test_a_topic_that_is_gone_keeps_its_id() -> None:
    reader = profile(topics=(Topic("other_one", "Other", "Others."),))
    assert "topic routing" in why(digest(for_profile=profile()), reader=reader)
