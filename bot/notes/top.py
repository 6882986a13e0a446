"""The deep notes that a digest brings by itself: on its best papers, within the day's money."""

import logging
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.domain.digest import Entry, Section
from bot.domain.fulltext import FullText
from bot.domain.note import Note, NoteStage
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.errors import BotError, JudgeError, NotYetError, SourceError
from bot.notes import make_note
from bot.notes.asking import Asking
from bot.notes.batch import DigestBatch
from bot.notes.budget import BATCH_PRICE, OverBudgetError, Purse
from bot.notes.material import gather, question_on
from bot.ports import Answer, DigestNotes, Progress, Question
from bot.study import Study, Texts

log = logging.getLogger(__name__)

STAGE = "deep notes"
# After so many the service is taken to be down, and the other papers wait for another day.
FAILURES_IN_A_ROW = 2


class TopNotes:
    """Implements bot.ports.NoteMaker."""

    def __init__(self, study: Study, per_digest: int, progress: Progress | None = None) -> None:
        self._study, self._per_digest, self._progress = study, per_digest, progress

    def notes(self, sections: Sequence[Section], profile: Profile, day: date) -> DigestNotes:
        """On the papers with the highest scores. What goes wrong is a remark; Stopped and NotYetError come through.

        Stopped while it waits for a batch, or afterwards, it leaves the batch remembered for the next attempt.
        """
        papers = _best(sections, self._per_digest)
        making = _Making(self._study, profile, day)
        missing = [paper for paper in papers if not making.knows(paper)]
        self._step(len(papers) - len(missing), len(papers))
        making.buy_in_batch(missing, lambda: self._step(len(papers) - len(missing), len(papers)))
        for left, paper in zip(reversed(range(len(missing))), missing, strict=True):
            making.make(paper)
            self._step(len(papers) - left, len(papers))
        making.end()
        return DigestNotes(_in_order(making.made, sections), making.remarks())

    def _step(self, done: int, total: int) -> None:
        if self._progress and total:
            self._progress.step(STAGE, done, total)


def _best(sections: Sequence[Section], most: int) -> Sequence[Paper]:
    """The highest sums of relevance and novelty first; of equals, the first in the digest."""
    entries = {entry.announcement.paper.arxiv_id: entry for section in sections for entry in section.entries}
    best = sorted(entries.values(), key=_score, reverse=True)  # a stable sort
    return [entry.announcement.paper for entry in best[:most]]


def _score(entry: Entry) -> int:
    return entry.verdict.relevance + (entry.verdict.novelty or 0)


def _in_order(made: Mapping[str, Note], sections: Sequence[Section]) -> tuple[Note, ...]:
    ids = dict.fromkeys(entry.announcement.paper.arxiv_id for section in sections for entry in section.entries)
    return tuple(made[arxiv_id] for arxiv_id in ids if arxiv_id in made)


class _Making:
    """The notes of one digest that are being made. made: by arXiv id."""

    def __init__(self, study: Study, profile: Profile, day: date) -> None:
        self._study = replace(study, texts=_Remembered(study.texts))
        self._profile, self._day = profile, day
        self._purse = Purse(study)
        self._batch = DigestBatch(study, study.batch, profile, day) if study.batch else None
        self._bought: MutableMapping[str, Answer] = {}
        self._failed: dict[str, str] = {}
        self._failures_in_a_row = 0
        self._given_up: BotError | None = None
        self._not_made: list[str] = []
        self.made: dict[str, Note] = {}

    def knows(self, paper: Paper) -> bool:
        """Whether its note was made before; then it is taken."""
        note = self._study.kept(paper, self._profile.language)
        if note:
            self.made[paper.arxiv_id] = note
        return note is not None

    def buy_in_batch(self, papers: Sequence[Paper], alive: Callable[[], None]) -> None:
        """Ask about all of them at once, if the digest may wait for the answers. alive: is called now and then."""
        if self._batch is None or not self._study.model:
            return
        try:
            wanted = papers if self._study.waits or self._batch.open else ()
            self._bought = self._batch.answers(self._questions(wanted, self._batch, alive), alive)
        except NotYetError:
            raise
        except BotError as error:
            log.warning("no batch of deep notes", extra={"profile": self._profile.id, "error": str(error)})
            if isinstance(error, JudgeError) and error.permanent:
                self._given_up = error

    def make(self, paper: Paper) -> None:
        """Make one. That it failed is a remark."""
        about = {"paper": paper.arxiv_id, "profile": self._profile.id, "day": self._day}
        if self._given_up and not self._bought:  # what was bought is used all the same
            self._not_made.append(paper.arxiv_id)
            return
        try:
            self.made[paper.arxiv_id] = self._make(paper)
            self._failures_in_a_row = 0
        except BotError as error:
            log.warning("no deep note", extra={**about, "error": str(error)})
            self._fail(paper, error)
        except Exception as error:  # a defect that one paper shows must not keep the digest from its reader
            log.exception("a defect stopped a deep note", extra=about)
            self._failed[paper.arxiv_id] = f"a defect in Broadsheet ({type(error).__name__}); see the log"

    def end(self) -> None:
        """Forget the batch: all that could be used of it was used."""
        if self._batch:
            self._batch.close()

    def remarks(self) -> tuple[str, ...]:
        """Which notes are missing, and why."""
        failed = tuple(f"No deep note on {arxiv_id}: {_sentence(why)}" for arxiv_id, why in self._failed.items())
        if not self._given_up or not self._not_made:
            return failed
        return (*failed, f"No deep notes on {', '.join(self._not_made)}: {_sentence(str(self._given_up))}")

    def _make(self, paper: Paper) -> Note:
        if not self._bought:
            self._purse.refuse_if_useless()
        asking = Asking(self._study, self._profile, self._day, allow=self._purse.allow, bought=self._bought)
        return make_note(paper, self._profile, self._day, self._study, _nobody, asking=asking)

    def _fail(self, paper: Paper, error: BotError) -> None:
        if isinstance(error, JudgeError):
            self._failures_in_a_row += 1
        # arXiv must not be asked, no call is taken, or there is no money: the next paper would fare no better.
        stops = isinstance(error, SourceError | OverBudgetError) or (isinstance(error, JudgeError) and error.permanent)
        if stops or self._failures_in_a_row >= FAILURES_IN_A_ROW:
            self._given_up = error
            self._not_made.append(paper.arxiv_id)
        else:
            self._failed[paper.arxiv_id] = str(error)

    def _questions(
        self, papers: Sequence[Paper], batch: DigestBatch, alive: Callable[[], None]
    ) -> Mapping[str, Question]:
        """By their names, as many as the day's money allows; all of them if a batch of them was bought before."""
        questions: dict[str, Question] = {}
        reserved = Decimal(0)
        known = batch.open
        if papers and not known:
            self._purse.refuse_if_useless()
        for paper in papers:
            try:
                alive()
                asked = question_on(gather(paper, self._study), self._profile.language, self._study.tokens)
                if not known:
                    reserved += self._purse.allow(asked.question, reserved=reserved, share=BATCH_PRICE)
            except (OverBudgetError, SourceError):
                break  # the next would fare no better; make() meets it again, and tells of it
            except Exception:  # and so it does here
                log.exception("a paper cannot be in the batch", extra={"paper": paper.arxiv_id})
                continue
            questions[asked.name] = asked.question
        return questions


class _Remembered:
    """Texts that are read once for a digest: to ask in a batch, and again to write. Implements bot.study.Texts."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._read: dict[Paper, FullText] = {}

    def read(self, paper: Paper) -> FullText:
        """As it was read the first time."""
        if paper not in self._read:
            self._read[paper] = self._texts.read(paper)
        return self._read[paper]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _nobody(stage: NoteStage) -> None:
    """A digest tells of whole notes only."""
