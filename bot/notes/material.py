"""What a note is written from: the full text, what matters in it, and the papers of our archive that are near to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.domain.fulltext import Equation, FullText, Paragraph, Section
from bot.domain.note import Statement
from bot.domain.paper import Paper
from bot.notes.asking import question_id
from bot.ports import Question
from bot.ranking.equations import choose
from bot.ranking.excerpt import excerpt
from bot.ranking.results import Results, results
from bot.render import note_prompts
from bot.study import Study

MOST_RELATED = 5
MOST_TABLES = 6  # that stay, however long the paper is


@dataclass(frozen=True)
class Material:
    """paper: as arXiv announced it. text: as it was read. equations: those to explain, the one that matters most first.
    related: papers of our archive, the nearest first."""

    paper: Paper
    text: FullText
    equations: tuple[Equation, ...]
    results: Results
    related: tuple[Paper, ...]

    @property
    def claims(self) -> tuple[Statement, ...]:
        """Sentences with claims, and the sections that they stand in."""
        return tuple(Statement(claim.text, claim.where) for claim in self.results.claims)


@dataclass(frozen=True)
class Asked:
    """A question for a note. left_out: names of the sections that the model does not read.

    name: the same for the same question only, except for the related papers: while a batch is waited for, our archive
    grows, and what was bought must not be bought again for that.
    """

    question: Question
    left_out: tuple[str, ...]
    name: str


def gather(paper: Paper, study: Study) -> Material:
    """Read the paper and choose what matters. Raises SourceError if arXiv must not be asked now."""
    text = study.texts.read(paper)
    text = replace(text, title=text.title or paper.title, abstract=text.abstract or paper.abstract)
    related = tuple(study.relatives.similar(paper, MOST_RELATED))
    return Material(paper, text, tuple(chosen.equation for chosen in choose(text)), results(text), related)


def question_on(material: Material, language: str, tokens: int, *, places_listed: bool = True) -> Asked:
    """The question for a note. tokens: most of the paper that the model reads.

    places_listed: the answer's schema lists the places that may be named, if they are few.
    """
    chosen = [equation.key for equation in material.equations]
    keep = [*chosen, *(table.key for table in material.results.tables[:MOST_TABLES])]
    read = excerpt(material.text, keep, tokens)
    places = _places(read.sections)
    explain = [key for key in chosen if key in places]  # one that is longer than all that may be read is in none
    system = note_prompts.instructions(language)

    def naming(related: Sequence[Paper]) -> Question:
        message = note_prompts.paper_message(
            material.text,
            read.sections,
            explain=explain,
            claims=material.claims,
            related=related,
            left_out=read.left_out,
        )
        ids = [paper.arxiv_id for paper in related]
        schema = note_prompts.note_schema(explain, places if places_listed else (), ids)
        return Question("note", system, message, schema, note_prompts.MOST_TOKENS)

    return Asked(naming(material.related), read.left_out, question_id(naming(())))


def _places(sections: Sequence[Section]) -> Collection[str]:
    """Keys of all that the model reads."""
    return [
        key
        for section in sections
        for key in (section.key, *(block.key for block in section.blocks if not isinstance(block, Paragraph)))
    ]
