"""Writing a note with a language model: asked once, checked against the paper, and asked again if something failed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.checking import check
from bot.domain.note import Checked, Content, NoteStage
from bot.domain.note_reply import Draft, read_note
from bot.errors import JudgeError, NoteError, RequestRejectedError
from bot.notes.asking import Asking
from bot.notes.budget import OverBudgetError
from bot.notes.material import Asked, Material, question_on
from bot.ports import Answer
from bot.render.note_prompts import again_message

log = logging.getLogger(__name__)
Tell = Callable[[NoteStage], None]


@dataclass(frozen=True)
class Written:
    """What a writer made of the material. left_out: as of a note. remarks: what the reader should know of how."""

    checked: Checked
    left_out: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class _Try:
    """An answer, read and checked. checked: None if it is no note at all."""

    answer: Answer
    draft: Draft
    checked: Checked | None

    @property
    def good(self) -> bool:
        """Whether nothing is to be mended."""
        return self.checked is not None and not self.checked.faults and not self.answer.trouble

    def better_than(self, other: "_Try") -> bool:
        """Whether this one is to be kept: it is whole, and fewer things failed in it though it says no less.

        Faults are soon gone from a note that says next to nothing.
        """
        if self.checked is None or other.checked is None:
            return other.checked is None
        if bool(self.answer.trouble) != bool(other.answer.trouble):
            return not self.answer.trouble
        says_less = 2 * _entries(self.checked.content) < _entries(other.checked.content)
        return self.checked.better_than(other.checked) and not says_less


def write(
    material: Material,
    language: str,
    tokens: int,
    asking: Asking,
    tell: Tell,
    *,
    keep: Callable[[Written], object] = lambda written: None,
) -> Written:
    """One note. tokens: most of the paper that the model reads. keep: is given what was bought before more is asked, so
    that a process that ends in between has not bought it in vain.

    Raises NoteError if two answers are no note, or if not even half of the paper is taken; JudgeError; Stopped.
    """
    tell(NoteStage.ASKING)
    asked, answer = _first(material, language, tokens, asking)
    tell(NoteStage.CHECKING)
    first = _read(answer, material)
    if first.good:
        return _written(first, asked)
    if first.checked and asking.stopping:
        return _written(first, asked, "It was not written anew after the check, for the bot was asked to stop.")
    if first.checked:
        keep(_written(first, asked, "It was to be written anew after the check, but the bot ended before."))
    try:
        second = _second(first, asked, material, asking, tell)
    except (JudgeError, OverBudgetError) as error:
        if first.checked is None:
            raise
        log.warning("the note was not asked for again", extra={"paper": material.paper.arxiv_id, "error": str(error)})
        return _written(first, asked, f"It could not be written anew after the check: {error.what}.")
    best = second if second.better_than(first) else first
    if best.checked is None:
        raise _useless(best.answer, material.paper.arxiv_id)
    # Whichever is kept: was the writer shown what failed, and did it write the note anew?
    shown = first.checked is not None and not first.answer.trouble
    return _written(best, asked, asked_again=shown and second.checked is not None)


def _useless(answer: Answer, arxiv_id: str) -> NoteError:
    why = answer.trouble or "there is no summary in them"
    hint = "Ask again later, or set NOTES_MODEL to another model"
    return NoteError(f"two answers in a row on {arxiv_id} could not be used ({why})", hint=hint)


def _first(material: Material, language: str, tokens: int, asking: Asking) -> "tuple[Asked, Answer]":
    """Asked with all that the model may read; if the service does not take that, with half of it."""
    asked = question_on(material, language, tokens)
    try:
        return asked, asking.ask(asked.question, asked.name)
    except RequestRejectedError as error:
        log.info("asking with half of the paper", extra={"paper": material.paper.arxiv_id, "error": str(error)})
    asked = question_on(material, language, tokens // 2, places_listed=False)
    try:
        return asked, asking.ask(asked.question)
    except RequestRejectedError as error:
        raise NoteError(
            f"the model's service took neither {material.paper.arxiv_id} nor half of it ({error.what})",
            hint=f"Set NOTES_TOKENS to less than {tokens}, or NOTES_MODEL to another model",
        ) from error


def _second(first: _Try, asked: Asked, material: Material, asking: Asking, tell: Tell) -> _Try:
    """Asked again, with what failed."""
    question = asked.question
    if first.checked is not None and not first.answer.trouble:
        question = replace(question, user=again_message(question.user, first.answer.data, first.checked.faults))
    tell(NoteStage.ASKING_AGAIN)
    answer = asking.ask(question)
    tell(NoteStage.CHECKING)
    return _read(answer, material)


def _read(answer: Answer, material: Material) -> _Try:
    draft = read_note(answer.data)
    if not draft.usable:
        return _Try(answer, draft, None)
    offered = [equation.key for equation in material.equations]
    related = {paper.arxiv_id: paper.title for paper in material.related}
    return _Try(answer, draft, check(draft.content, material.text, offered, related))


def _written(kept: _Try, asked: Asked, remark: str = "", *, asked_again: bool = False) -> Written:
    assert kept.checked, "what is kept is a note"
    cut = f"Its text may be incomplete: {kept.answer.trouble}." if kept.answer.trouble else ""
    checked = replace(kept.checked, checks=replace(kept.checked.checks, asked_again=asked_again))
    return Written(checked, asked.left_out, (*kept.draft.remarks, *filter(None, (cut, remark))))


def _entries(content: Content) -> int:
    said = (content.method, content.tasks, content.baselines, content.findings, content.limits, content.verify)
    return len(content.formulas) + sum(map(len, said))
