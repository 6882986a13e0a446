"""The deep note on one paper: what a writer drafts, and what is left of it once it has been checked.

In a draft, a place is a key of the full text ("T2"); in a note it is what a reader looks for ("Table 2").
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.fulltext import TextSource

OFFLINE = "offline"  # the writer that only quotes


class NoteStage(StrEnum):
    """What is being done while a note is made, in this order; not every note takes every stage."""

    READING = "reading"
    ASKING = "asking"
    CHECKING = "checking"
    ASKING_AGAIN = "asking again"


@dataclass(frozen=True)
class Statement:
    """A sentence or two about the paper.

    text: in the reader's language; formulas as $tex$. where: the place in the paper that shows it; may be empty. quote:
    the paper's own words, verbatim; may be empty. unfound: numbers, quoted phrases and places in it that are not in the
    source; only in a note.
    """

    text: str
    where: str = ""
    quote: str = ""
    unfound: tuple[str, ...] = ()


@dataclass(frozen=True)
class Symbol:
    """symbol: TeX, without delimiters. meaning: in words; may hold formulas as $tex$."""

    symbol: str
    meaning: str


@dataclass(frozen=True)
class Formula:
    """What is said of one equation of the paper. equation: its key. unfound: as of a statement."""

    equation: str
    name: str
    symbols: tuple[Symbol, ...]
    why: str
    unfound: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A paper of our own archive, and what it has to do with this one. title: empty in a draft."""

    arxiv_id: str
    how: str
    title: str = ""


@dataclass(frozen=True)
class Content:
    """What a note says. In a draft, nothing of it has been checked.

    verify: what a careful reader looks at in the PDF. summary: one paragraph.
    """

    summary: Statement
    formulas: tuple[Formula, ...] = ()
    method: tuple[Statement, ...] = ()
    tasks: tuple[Statement, ...] = ()
    baselines: tuple[Statement, ...] = ()
    findings: tuple[Statement, ...] = ()
    limits: tuple[Statement, ...] = ()
    verify: tuple[Statement, ...] = ()
    related: tuple[Relation, ...] = ()


@dataclass(frozen=True)
class Tally:
    """found of `of` were found in the source."""

    found: int = 0
    of: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.found <= self.of:
            raise ValueError(f"{self.found} of {self.of}")


@dataclass(frozen=True)
class Dropped:
    """text: what was left out of the note. reason: why, one sentence."""

    text: str
    reason: str


@dataclass(frozen=True)
class Checks:
    """What was looked up in the source, before anything was left out: quotes (quoted phrases and quotations), numbers,
    equations (that were referred to), places (sections, equations, tables, … that were named), symbols (said to be in
    an equation). asked_again: whether the writer was shown what failed and wrote it anew; the counts are of what it
    wrote last."""

    quotes: Tally = Tally()
    numbers: Tally = Tally()
    equations: Tally = Tally()
    places: Tally = Tally()
    symbols: Tally = Tally()
    dropped: tuple[Dropped, ...] = ()
    asked_again: bool = False


@dataclass(frozen=True)
class QuotedEquation:
    """An equation as the paper has it; see bot.domain.fulltext.Equation. section: its label. sentence: the paper's own
    words that lead to it or follow it; may be empty."""

    key: str
    numbers: tuple[str, ...]
    tex: str
    section: str
    sentence: str = ""


@dataclass(frozen=True)
class Note:
    """One note. Everything that it shows stands in it, so that it can be shown when the full text is gone.

    version: of the paper that the note is on. source, source_url, source_version: what was read; the last is None where
    the source does not say. language: as of the profile, "en". equations: those that content.formulas refers to.
    left_out: sections that were not read, for the paper is too long. remarks: what the reader should know.
    model: a language model's name, or "offline". prompt: first 12 hex digits of the SHA-256 of all instructions. at:
    when it was written, timezone-aware. cost_usd: None if the model's price is unknown. clock_set: as of a digest.
    """

    arxiv_id: str
    version: int
    title: str
    authors: tuple[str, ...]
    source: TextSource
    source_url: str
    source_version: int | None
    language: str
    content: Content
    equations: tuple[QuotedEquation, ...]
    checks: Checks
    left_out: tuple[str, ...]
    remarks: tuple[str, ...]
    model: str
    prompt: str
    at: datetime
    cost_usd: Decimal | None
    clock_set: bool = False

    @property
    def offline(self) -> bool:
        """Whether no language model read the paper."""
        return self.model == OFFLINE

    def equation(self, key: str) -> QuotedEquation:
        """The equation of that key, which a formula of the content refers to."""
        return next(one for one in self.equations if one.key == key)


@dataclass(frozen=True)
class Fault:
    """Something in a draft that the source does not bear out. where: which part of the draft, such as "findings 2".
    text: what was said. reason: one sentence, for the writer."""

    where: str
    text: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """A draft after checking. content: what may be shown, its places in words. faults: what failed, in order."""

    content: Content
    checks: Checks
    faults: tuple[Fault, ...]

    def better_than(self, other: "Checked") -> bool:
        """Whether fewer things failed in it."""
        return len(self.faults) < len(other.faults)


def shown_equations(content: Content) -> Collection[str]:
    """Keys of the equations that the content refers to, in order."""
    return tuple(dict.fromkeys(formula.equation for formula in content.formulas))
