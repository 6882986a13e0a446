"""A day through the whole pipeline for a profile that follows and mutes, with the offline judge."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.database.engine import Database
from bot.adapters.database.ledger import DatabaseLedger
from bot.adapters.database.store import DatabaseStore
from bot.adapters.profile_file import starting_profile
from bot.domain.digest import Digest
from bot.domain.listing import Listing
from bot.domain.profile import Cutoffs, Profile
from bot.domain.receipt import Fate
from bot.pipeline import make_digest
from bot.ports import Ports
from bot.ranking.offline import OfflineJudge
from bot.ranking.shortlist import TopicShortlist
from bot.render import prompts
from tests.examples import DAY, announced, listing
from tests.fakes.worker_rig import Rig

READER = starting_profile(id="group", name="Group", categories=["cs.LG"])
CACHES = "We compress the KV cache of large models by quantization to low bit precision and prune experts."
WORLDS = "An agent plans in a latent dynamics model; intrinsic motivation drives open-ended exploration."
LISTING = listing(
    announced(1, title="Two-Bit Caches", abstract=CACHES, authors=("Bruno Sedge",)),
    announced(2, title="A Survey of Caches", abstract=CACHES, authors=("Bruno Sedge",)),
    announced(3, title="Curious World Models", abstract=WORLDS, authors=("Cleo Rush",)),
    announced(4, title="Rain", abstract="Umbrellas; a survey.", authors=(r"Ad\'a M. Quill", "Dan Reed")),
    announced(5, title="Snow", abstract="Boots.", authors=("Dan Reed",)),
)


class OneDay:
    """Implements bot.ports.Source."""

    def announced(self, day: date, categories: Sequence[str]) -> Listing:
        return LISTING


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Ports]:
    database = Database(f"sqlite:///{tmp_path}/broadsheet.db")
    rig = Rig(database)
    yield Ports(
        source=OneDay(),
        shortlist=TopicShortlist(),
        judge=OfflineJudge(prompts.offline_rubric, prompts.shared_terms),
        store=DatabaseStore(database, rig.clock, lambda digest: f'{{"day": "{digest.day}"}}'),
        runs=rig.runs,
        ledger=DatabaseLedger(database, rig.clock),
        outlets=lambda _: (),
        clock=rig.clock,
    )
    database.close()


def fates(made: Digest) -> dict[str, Fate]:
    return {choice.announcement.paper.arxiv_id[-1]: choice.fate for choice in made.choices}


def made_for(bot: Ports, **fields: object) -> Digest:
    return make_digest(replace(READER, **fields), DAY, bot)  # type: ignore[arg-type]


def test_followed_authors_and_muted_words_do_what_they_say(bot: Ports) -> None:
    plain = made_for(bot)
    assert fates(plain) == {
        "1": Fate.SHOWN, "2": Fate.SHOWN, "3": Fate.SHOWN, "4": Fate.BELOW_CUTOFF, "5": Fate.BELOW_CUTOFF
    }  # fmt: skip
    steered = made_for(bot, follows=("Ada Quill",), muted_words=("survey",))
    assert fates(steered) == {**fates(plain), "2": Fate.LEFT_BY_SHORTLIST, "4": Fate.SHOWN}
    assert [section.topic.name for section in steered.sections][-1] == "Other papers"
    assert steered.judged_by.rubric == plain.judged_by.rubric
    reasons = {choice.announcement.paper.arxiv_id[-1]: choice.reason for choice in steered.choices}
    assert reasons["2"] == "left by the shortlist: holds muted words: survey"
    assert reasons["4"] == "relevance 1: by Ada Quill, whom you follow"


def test_a_muted_topic_takes_its_papers_away_under_the_same_rubric(bot: Ports) -> None:
    topics = tuple(replace(topic, muted=topic.id == "efficiency_scaling") for topic in READER.topics)
    steered = made_for(bot, topics=topics)
    assert fates(steered) | {"1": None, "2": None} == fates(made_for(bot)) | {"1": None, "2": None}
    assert fates(steered)["1"] is fates(steered)["2"] is Fate.BELOW_CUTOFF
    assert steered.judged_by.rubric.version == made_for(bot).judged_by.rubric.version


steered = st.builds(
    lambda follows, muted_words, muted, limit, cutoffs: replace(
        READER,
        follows=tuple(follows),
        muted_words=tuple(muted_words),
        topics=tuple(replace(topic, muted=topic.id in muted) for topic in READER.topics),
        shortlist_limit=limit,
        cutoffs=cutoffs,
    ),
    st.lists(st.sampled_from(["Ada Quill", "B. Sedge", "Bruno Sedge", "Reed, Dan"]), unique=True),
    st.lists(st.sampled_from(["survey", "KV-cache", "rain", "boots", "sur"]), unique=True),
    st.sets(st.sampled_from([topic.id for topic in READER.topics])),
    st.none() | st.integers(1, 5),
    st.builds(Cutoffs, st.integers(1, 10), st.just(8), st.integers(0, 5)),
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steered)
def test_every_paper_is_accounted_for_however_a_profile_steers(bot: Ports, reader: Profile) -> None:
    made = make_digest(reader, DAY, bot)
    receipt = made.receipt
    assert receipt.announced == len(LISTING.announcements) == sum(getattr(receipt, fate.value) for fate in Fate)
    assert [choice.announcement for choice in made.choices] == list(LISTING.announcements)
    judged = {choice.announcement.paper.arxiv_id for choice in made.choices if choice.verdict}
    for choice in made.choices:
        if choice.followed:
            assert choice.fate is Fate.SHOWN
        if choice.fate is Fate.LEFT_BY_SHORTLIST and choice.muted:
            assert choice.announcement.paper.arxiv_id not in judged
    bot.store.save_digest(made)
