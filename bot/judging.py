"""The judge that asks a language model: some papers a call, some calls at once, every verdict saved as it comes in."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.pool import ThreadPool
from threading import Lock

from bot.domain.digest import Section
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.reply import Reading, read_overviews, read_verdicts
from bot.domain.verdict import Judging, Rubric, Verdict
from bot.errors import JudgeError, RequestTooLargeError
from bot.ports import LanguageModel, Progress, Question, Store
from bot.render import prompts

log = logging.getLogger(__name__)

# After so many the service is taken to be down, or the model to be unfit, and no more calls are sent in this run.
FAILURES_IN_A_ROW = 3
USELESS_ANSWERS_IN_A_ROW = 20


@dataclass(frozen=True)
class _Found:
    """What some calls came to, by arXiv id. ask_again, given_up: why there is no verdict.

    ask_again: the answer was no good, a smaller call may help. given_up: the service failed; the next run tries again.
    """

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    ask_again: Mapping[str, str] = field(default_factory=dict)
    given_up: Mapping[str, str] = field(default_factory=dict)

    def __or__(self, other: "_Found") -> "_Found":
        return _Found(
            {**self.verdicts, **other.verdicts},
            {**self.ask_again, **other.ask_again},
            {**self.given_up, **other.given_up},
        )


class LlmJudge:
    """Implements bot.ports.Judge. Safe to run again: what was judged before is not bought again."""

    def __init__(
        self,
        llm: LanguageModel,
        store: Store,
        *,
        papers_per_call: int = 12,
        calls_at_once: int = 8,
        progress: Progress | None = None,
    ) -> None:
        self._llm, self._store, self._progress = llm, store, progress
        self._calls_at_once = calls_at_once
        self._sizes = (papers_per_call, max(1, papers_per_call // 3), 1)

    def verdicts(self, papers: Sequence[Paper], profile: Profile, day: date) -> Judging:
        """A verdict, or the reason why there is none, for each paper. Raises JudgeError if nothing can be judged."""
        wanted = {paper.arxiv_id: paper for paper in papers}
        rubric = prompts.rubric(profile)
        calls = _Calls(self._llm, self._store, profile, day, rubric)
        found = _Found(self._store.known_verdicts(papers, rubric, self._llm.model))
        left = [paper for paper in wanted.values() if paper.arxiv_id not in found.verdicts]
        for size in self._sizes:
            answered = self._ask_about(left, size, calls, found)
            left = [paper for paper in left if paper.arxiv_id in answered.ask_again]
            found |= answered
        reasons = {**found.ask_again, **found.given_up}
        if wanted and not found.verdicts:
            raise JudgeError(
                f"none of {len(wanted)} papers could be judged: {next(iter(reasons.values()))}",
                hint=(calls.failure and calls.failure.hint) or "Run `broadsheet digest` again later; nothing was sent",
            ) from calls.failure
        verdicts = {arxiv_id: found.verdicts[arxiv_id] for arxiv_id in wanted if arxiv_id in found.verdicts}
        unjudged = {arxiv_id: reasons[arxiv_id] for arxiv_id in wanted if arxiv_id not in verdicts}
        return Judging(self._llm.model, rubric, verdicts, unjudged, calls.remarks())

    def overviews(self, sections: Sequence[Section], profile: Profile, day: date) -> Mapping[str, str]:
        """Topic id -> one or two sentences, all from one call. If it fails, the digest goes out without overviews."""
        if not sections:
            return {}
        ids = [section.topic.id for section in sections]
        question = Question(
            kind="overview",
            system=prompts.overview_rubric().text,
            user=prompts.overview_question(sections),
            schema=prompts.overviews_schema(sections),
            max_tokens=prompts.TOKENS_FOR_THOUGHT + prompts.TOKENS_PER_OVERVIEW * len(sections),
        )
        key = f"{question.system}\n\n{question.user}"
        if saved := self._store.saved_overview(key, self._llm.model):
            return read_overviews(json.loads(saved), ids)
        try:
            answer = self._llm.ask(question)
        except JudgeError as error:
            log.warning("no overviews", extra={"day": day, "error": str(error)})
            return {}
        self._store.save_usage(answer.usage, profile, day)
        found = read_overviews(answer.data, ids)
        if set(found) == set(ids):
            self._store.save_overview(key, self._llm.model, json.dumps(answer.data))
        else:
            log.warning("overviews are missing", extra={"day": day, "error": answer.trouble or "not in the answer"})
        return found

    def _ask_about(self, papers: Sequence[Paper], size: int, calls: "_Calls", before: _Found) -> _Found:
        """Ask about all papers, `size` a call. Raises JudgeError if the service will take no call at all."""
        found = _Found()
        settled = len(before.verdicts) + len(before.given_up)
        total = settled + len(papers)
        for answered in self._answers([papers[i : i + size] for i in range(0, len(papers), size)], calls):
            found |= answered
            if self._progress:
                self._progress.step("judging", settled + len(found.verdicts) + len(found.given_up), total)
        if calls.refused:
            raise calls.refused
        return found

    def _answers(self, batches: Sequence[Sequence[Paper]], calls: "_Calls") -> Iterator[_Found]:
        """Each batch's answer as it comes in.

        The very first call goes alone: it writes the prompt cache that the others read, and a wrong key costs one call.
        ThreadPool, because its threads are daemons: the interpreter waits at its exit for those of
        concurrent.futures, so that Ctrl-C would hang until every call under way has ended.
        """
        alone = 0 if calls.made else 1
        yield from map(calls.ask, batches[:alone])
        if batches[alone:]:
            with ThreadPool(min(self._calls_at_once, len(batches[alone:]))) as pool:
                yield from pool.imap_unordered(calls.ask, batches[alone:])


class _Calls:
    """The calls of one judging. ask() is called from several threads.

    made: calls sent so far. failure: the last error. refused: one that says that no call is taken until somebody acts.
    """

    def __init__(self, llm: LanguageModel, store: Store, profile: Profile, day: date, rubric: Rubric) -> None:
        self._llm, self._store, self._profile, self._day, self._rubric = llm, store, profile, day, rubric
        self._schema = prompts.verdicts_schema(profile)
        self._topic_ids = [topic.id for topic in profile.topics]
        self._lock = Lock()
        self._failures_in_a_row = self._useless_in_a_row = self._invented = self.made = 0
        self._not_sent = ""
        self.failure: JudgeError | None = None
        self.refused: JudgeError | None = None

    def ask(self, papers: Sequence[Paper]) -> _Found:
        """One call. What it brought is saved before this returns; that it failed is in the result, not raised."""
        if self._not_sent:
            return _Found(given_up=_for_all(papers, self._not_sent))
        try:
            answer = self._llm.ask(self._question(papers))
        except RequestTooLargeError as error:
            return _Found(ask_again=_for_all(papers, error.what))
        except JudgeError as error:
            self._failed(error)
            return _Found(given_up=_for_all(papers, error.what))
        reading = read_verdicts(answer.data, papers, self._topic_ids)
        self._store.save_verdicts(reading.verdicts.values(), self._rubric, self._llm.model)
        self._store.save_usage(answer.usage, self._profile, self._day)
        self._answered(reading)
        return _Found(reading.verdicts, {arxiv_id: answer.trouble or why for arxiv_id, why in reading.problems.items()})

    def remarks(self) -> tuple[str, ...]:
        """What the reader should know of how it went."""
        stopped = f"The judge stopped early: the papers left were {self._not_sent}." if self._not_sent else ""
        ignored = f"Answers of the judge on papers that nobody had asked about were ignored: {self._invented}."
        return tuple(filter(None, (stopped, ignored if self._invented else "")))

    def _question(self, papers: Sequence[Paper]) -> Question:
        return Question(
            kind="judge",
            system=self._rubric.text,
            user=prompts.papers_message(papers),
            schema=self._schema,
            max_tokens=prompts.TOKENS_FOR_THOUGHT + prompts.TOKENS_PER_VERDICT * len(papers),
        )

    def _answered(self, reading: Reading) -> None:
        with self._lock:
            self.made += 1
            self._invented += reading.invented
            self._failures_in_a_row = 0
            self._useless_in_a_row = 0 if reading.verdicts else self._useless_in_a_row + 1
            if self._useless_in_a_row >= USELESS_ANSWERS_IN_A_ROW:
                self._not_sent = f"not sent after {self._useless_in_a_row} answers in a row could not be used"

    def _failed(self, error: JudgeError) -> None:
        with self._lock:
            self.made += 1
            self.failure = error
            self._failures_in_a_row += 1
            if error.permanent:
                self.refused = error
                self._not_sent = f"not sent: {error.what}"
            elif self._failures_in_a_row >= FAILURES_IN_A_ROW:
                self._not_sent = f"not sent after {self._failures_in_a_row} calls in a row had failed ({error.what})"


def _for_all(papers: Sequence[Paper], why: str) -> dict[str, str]:
    return {paper.arxiv_id: why for paper in papers}
