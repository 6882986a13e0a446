"""What a day's digest says when the judge's service gives less than was asked for."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

from bot.adapters.claude import Claude
from bot.demo.standins.anthropic import AnthropicStandin, Reply, Request, ScriptedJudge
from bot.domain.digest import Digest, State
from bot.domain.listing import Listing
from bot.domain.paper import Announcement
from bot.domain.profile import Profile
from bot.domain.runs import Asked, History
from bot.domain.selection import Shortlisted
from bot.judging import LlmJudge
from bot.pipeline import make_digest
from bot.ports import Ports
from tests.examples import DAY, NOON, announced, listing, profile
from tests.fakes.memory_ledger import MemoryLedger
from tests.fakes.memory_store import MemoryStore

IDS = ["2613.00001", "2613.00002"]
GOOD = {"relevance": 9, "novelty": 8, "primary_topic": "routing", "topic_reason": "Routing."}


class Around:
    """All of a bot that these days need around its judge: a listing of two papers, all of them for the judge."""

    was_set = False

    def now(self) -> datetime:
        return NOON

    def announced(self, day: date, categories: Sequence[str]) -> Listing:
        return listing(announced(1), announced(2))

    def pick(self, fresh: Sequence[Announcement], profile: Profile) -> Shortlisted:
        return Shortlisted(tuple(fresh))

    def check(self, categories: Sequence[str]) -> str:
        return "two papers"

    def attempt(self, profile: Profile, day: date) -> AbstractContextManager[Any]:
        raise NotImplementedError

    def history(self, since: date, started: datetime) -> Mapping[str, History]:
        raise NotImplementedError

    def asked(self, since: datetime) -> tuple[Asked, ...]:
        raise NotImplementedError


def made_by(answer: Callable[[Request], Reply], store: MemoryStore) -> Digest:
    around = Around()
    with AnthropicStandin(answer) as server:
        judge = LlmJudge(Claude("sk-test", "claude-haiku-5-5", base_url=server.url), store)
        bot = Ports(around, around, judge, store, around, MemoryLedger(), lambda _: (), around)
        return make_digest(profile(), DAY, bot)


def test_a_day_on_which_the_model_refuses_every_paper_says_so_and_the_papers_come_back() -> None:
    store = MemoryStore()
    digest = made_by(lambda _: Reply("", "refusal"), store)
    assert digest.state is State.PARTIAL
    assert not digest.entries
    assert [(one.announcement.paper.arxiv_id, one.reason) for one in digest.unjudged] == [
        (arxiv_id, "the model declined to answer") for arxiv_id in IDS
    ]
    store.save_digest(digest)
    late = store.unjudged_before(profile(), DAY + timedelta(days=1))
    assert [entry.paper.arxiv_id for entry in late] == IDS


def test_a_digest_says_why_it_has_no_overviews() -> None:
    scripted = ScriptedJudge(dict.fromkeys(IDS, GOOD))

    def answer(request: Request) -> Reply:
        reply = scripted(request)
        return reply if "verdicts" in reply.text else Reply("", "refusal")

    digest = made_by(answer, MemoryStore())
    assert [len(section.entries) for section in digest.sections] == [2]
    assert digest.remarks == ("No overview of Sparse routing: the model declined to answer.",)
