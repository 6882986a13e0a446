"""Deep notes on single papers: how a note comes about. Read this file first."""

from datetime import date
from decimal import Decimal

from bot.domain.fulltext import FullText
from bot.domain.note import OFFLINE, Note, NoteStage, QuotedEquation, shown_equations
from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.errors import NoteError
from bot.notes.asking import Asking
from bot.notes.material import Material, gather
from bot.notes.quoting import quote, sentence_of
from bot.notes.writing import Tell, Written, write
from bot.render.note_prompts import prompt_version, quoting_rubric
from bot.study import Study


def make_note(
    paper: Paper,
    profile: Profile,
    day: date,
    study: Study,
    tell: Tell,
    *,
    again: bool = False,
    asking: Asking | None = None,
) -> Note:
    """The note on this version of the paper in the profile's language. One that is there costs nothing, unless `again`;
    but with a model, one that only quotes is made anew, and without one, none that a model wrote is.

    profile, day: on whose account it goes. tell: is called with each stage as it begins. asking: how the model is
    asked, where not simply.
    Raises SourceError, NoteError, JudgeError; Stopped. What calls took until then is on the account.
    """
    before = study.kept(paper, profile.language)
    if before and not again:
        return before
    if before and not before.offline and not study.model:
        what = f"the note on {paper.arxiv_id} is by {before.model}, and without a key none can be made that is as good"
        raise NoteError(what, hint="Set ANTHROPIC_API_KEY to have it made again", permanent=True)
    with study.notes.making(paper.arxiv_id, paper.version, profile.language):
        made = study.kept(paper, profile.language)
        if made and made != before:  # by somebody else, while this waited
            return made
        tell(NoteStage.READING)
        material = gather(paper, study)
        account = asking or Asking(study, profile, day)

        def keep(written: Written) -> Note:
            note = _note(material, written, profile.language, study, account.cost_usd)
            study.notes.save_note(note)
            return note

        if study.model:
            return keep(write(material, profile.language, study.tokens, account, tell, keep=keep))
        return keep(quote(material, tell))


def _note(material: Material, written: Written, language: str, study: Study, cost_usd: Decimal | None) -> Note:
    paper, text, content = material.paper, material.text, written.checked.content
    return Note(
        arxiv_id=paper.arxiv_id,
        version=paper.version,
        title=paper.title,
        authors=paper.authors,
        source=text.source,
        source_url=text.url,
        source_version=text.version,
        language=language,
        content=content,
        equations=tuple(_quoted(key, text) for key in shown_equations(content)),
        checks=written.checked.checks,
        left_out=written.left_out,
        remarks=(*text.remarks, *written.remarks),
        model=study.model.model if study.model else OFFLINE,
        prompt=prompt_version(language) if study.model else quoting_rubric().version,
        at=study.clock.now(),
        cost_usd=cost_usd,
        clock_set=study.clock.was_set,
    )


def _quoted(key: str, text: FullText) -> QuotedEquation:
    equation = text.equations[key]
    section = text.section_of[key].label
    sentence = sentence_of(equation).rstrip(" ,:;")  # which led on to the equation
    return QuotedEquation(key, equation.numbers, equation.tex, section, sentence)
