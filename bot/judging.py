"""The judge that asks a language model: some papers a call, some calls at once, every verdict saved as it comes in."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import TimeoutError
from multiprocessing.pool import IMapIterator, ThreadPool
from threading import Lock

from bot.domain.digest import Section
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.reply import Reading, read_overviews, read_verdicts
from bot.domain.verdict import Judging, Rubric, Verdict
from bot.errors import JudgeError, RequestRejectedError, Stopped
from bot.ports import LanguageModel, Overviews, Progress, Question, Stop, Store
from bot.render import prompts

log = logging.getLogger(__name__)

# After so many the service is taken to be down, or the model to be unfit, and no more calls are sent in this run.
FAILURES_IN_A_ROW = 3
USELESS_ANSWERS_IN_A_ROW = 20
WAKES_EVERY_S = 0.2


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
        stop: Stop | None = None,
    ) -> None:
        self._llm, self._store, self._progress, self._stop = llm, store, progress, stop
        self._calls_at_once = calls_at_once
        self._sizes = (papers_per_call, max(1, papers_per_call // 3), 1)

    def verdicts(self, papers: Sequence[Paper], profile: Profile, day: date) -> Judging:
        """A verdict, or the reason why there is none, for each paper.

        Raises JudgeError if the service failed and nothing is judged. If it answered, but nothing of use, that is a
        judging without verdicts: its papers are told of in the digest and asked about again the next day. Asked to
        stop, it sends no more calls, keeps what those under way bring, and raises Stopped.
        """
        rubric = prompts.rubric(profile)
        # Two profiles with the same topics share their verdicts; the one that comes second finds what the first bought.
        with self._store.buying(rubric, self._llm.model):
            return self._judged(papers, rubric, profile, day)

    def _judged(self, papers: Sequence[Paper], rubric: Rubric, profile: Profile, day: date) -> Judging:
        wanted = {paper.arxiv_id: paper for paper in papers}
        calls = _Calls(self._llm, self._store, profile, day, rubric, stop=self._stop)
        found = _Found(self._store.known_verdicts(papers, rubric, self._llm.model))
        left = [paper for paper in wanted.values() if paper.arxiv_id not in found.verdicts]
        for size in self._sizes:
            answered = self._ask_about(left, size, calls, found)
            left = [paper for paper in left if paper.arxiv_id in answered.ask_again]
            found |= answered
        if wanted and not found.verdicts and (failure := calls.service_failure()):
            raise JudgeError(
                f"none of {len(wanted)} papers could be judged: {failure.what}",
                hint=failure.hint or "Run `broadsheet digest` again later; nothing was sent",
            ) from failure
        reasons = {**found.ask_again, **found.given_up}
        verdicts = {arxiv_id: found.verdicts[arxiv_id] for arxiv_id in wanted if arxiv_id in found.verdicts}
        unjudged = {arxiv_id: reasons[arxiv_id] for arxiv_id in wanted if arxiv_id not in verdicts}
        return Judging(self._llm.model, rubric, verdicts, unjudged, calls.remarks())

    def overviews(self, sections: Sequence[Section], profile: Profile, day: date) -> Overviews:
        """All from one call. If it fails, the digest goes out without overviews; what the answer holds is kept."""
        if not sections:
            return Overviews()
        question = Question(
            kind="overview",
            system=prompts.overview_rubric().text,
            user=prompts.overview_question(sections),
            schema=prompts.overviews_schema(sections),
            max_tokens=prompts.TOKENS_FOR_THOUGHT + prompts.TOKENS_PER_OVERVIEW * len(sections),
        )
        key = f"{question.system}\n\n{question.user}"
        if saved := self._store.saved_overview(key, self._llm.model):
            return _overviews(json.loads(saved), sections)
        try:
            answer = self._llm.ask(question)
        except JudgeError as error:
            log.warning("no overviews", extra={"day": day, "error": str(error)})
            return Overviews(remarks=(f"No overviews: {error.what}.",))
        self._store.save_usage(answer.usage, profile, day)
        found = _overviews(answer.data, sections, answer.trouble)
        if found.texts:
            self._store.save_overview(key, self._llm.model, json.dumps(answer.data))
        if found.remarks:
            log.warning("overviews are missing", extra={"day": day, "error": found.remarks[0]})
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
        if self._stop and self._stop.asked():
            raise Stopped
        if calls.refused:
            raise calls.refused
        return found

    def _answers(self, batches: Sequence[Sequence[Paper]], calls: "_Calls") -> Iterator[_Found]:
        """Each batch's answer as it comes in.

        Until one was answered, the first goes alone: it writes the prompt cache that the others read, and a wrong key
        costs one call.
        ThreadPool, because its threads are daemons: the interpreter waits at its exit for those of
        concurrent.futures, so that Ctrl-C would hang until every call under way has ended.
        """
        alone = 0 if calls.answered else 1
        yield from map(calls.ask, batches[:alone])
        if batches[alone:]:
            with ThreadPool(min(self._calls_at_once, len(batches[alone:]))) as pool:
                yield from _awake(pool.imap_unordered(calls.ask, batches[alone:]))


def _awake(answers: "IMapIterator[_Found]") -> Iterator[_Found]:
    """The answers as they come in. Waits in short steps: a signal that comes just before a long one is not seen."""
    while True:
        try:
            yield answers.next(timeout=WAKES_EVERY_S)
        except StopIteration:
            return
        except TimeoutError:
            continue


class _Calls:
    """The calls of one judging. ask() is called from several threads.

    answered: calls that brought an answer, of use or not. refused: the error that says that no call is taken until
    somebody acts.
    """

    def __init__(
        self, llm: LanguageModel, store: Store, profile: Profile, day: date, rubric: Rubric, *, stop: Stop | None
    ) -> None:
        self._llm, self._store, self._profile, self._day, self._rubric = llm, store, profile, day, rubric
        self._stop = stop
        self._schema = prompts.verdicts_schema(profile)
        self._topic_ids = [topic.id for topic in profile.topics]
        self._lock = Lock()
        self._failures_in_a_row = self._useless_in_a_row = self._invented = self.answered = 0
        self._not_sent = ""
        self._failure: JudgeError | None = None
        self._rejection: RequestRejectedError | None = None
        self.refused: JudgeError | None = None

    def ask(self, papers: Sequence[Paper]) -> _Found:
        """One call. What it brought is saved before this returns; that it failed is in the result, not raised."""
        if self._stop and self._stop.asked():
            return _Found(given_up=_for_all(papers, "not sent: the bot was asked to stop"))
        if self._not_sent:
            return _Found(given_up=_for_all(papers, self._not_sent))
        try:
            answer = self._llm.ask(self._question(papers))
        except RequestRejectedError as error:
            self._rejected(error)
            return _Found(ask_again=_for_all(papers, error.what))
        except JudgeError as error:
            self._failed(error)
            return _Found(given_up=_for_all(papers, error.what))
        reading = read_verdicts(answer.data, papers, self._topic_ids)
        # The account first: a process that is killed between the two has told of what it took, and buys it again.
        self._store.save_usage(answer.usage, self._profile, self._day)
        self._store.save_verdicts(reading.verdicts.values(), self._rubric, self._llm.model)
        problems = {arxiv_id: answer.trouble or why for arxiv_id, why in reading.problems.items()}
        self._answered(reading, next(iter(problems.values()), ""))
        return _Found(reading.verdicts, problems)

    def service_failure(self) -> JudgeError | None:
        """The last error, if the service is to blame: a call failed, or every one was rejected."""
        return self._failure or (None if self.answered else self._rejection)

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

    def _answered(self, reading: Reading, problem: str) -> None:
        with self._lock:
            self.answered += 1
            self._invented += reading.invented
            self._served(problem, useful=bool(reading.verdicts))

    def _rejected(self, error: RequestRejectedError) -> None:
        with self._lock:
            self._rejection = error
            self._served(error.what, useful=False)

    def _served(self, problem: str, *, useful: bool) -> None:
        """The service is up; count whether that was of use. The lock is held."""
        self._failures_in_a_row = 0
        self._useless_in_a_row = 0 if useful else self._useless_in_a_row + 1
        if self._useless_in_a_row >= USELESS_ANSWERS_IN_A_ROW:
            self._not_sent = f"not sent after {self._useless_in_a_row} calls in a row had brought nothing ({problem})"

    def _failed(self, error: JudgeError) -> None:
        with self._lock:
            self._failure = error
            self._failures_in_a_row += 1
            if error.permanent:
                self.refused = error
                self._not_sent = f"not sent: {error.what}"
            elif self._failures_in_a_row >= FAILURES_IN_A_ROW:
                self._not_sent = f"not sent after {self._failures_in_a_row} calls in a row had failed ({error.what})"


def _overviews(data: object, sections: Sequence[Section], trouble: str = "") -> Overviews:
    """What an answer holds, and a remark on what it lacks. trouble: what is known to be wrong with it."""
    texts = read_overviews(data, [section.topic.id for section in sections])
    missing = [section.topic.name for section in sections if section.topic.id not in texts]
    why = trouble or "the judge's answer does not hold it"
    return Overviews(texts, (f"No overview of {', '.join(missing)}: {why}.",) if missing else ())


def _for_all(papers: Sequence[Paper], why: str) -> dict[str, str]:
    return {paper.arxiv_id: why for paper in papers}
