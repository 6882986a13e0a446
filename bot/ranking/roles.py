"""What each section of a paper is there for, told by its title and by the section that it belongs to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from bot.domain.fulltext import FullText, Section


class Role(StrEnum):
    """What a section is there for."""

    INTRODUCTION = "introduction"
    METHOD = "method"
    RESULTS = "results"
    LIMITS = "limitations"
    CONCLUSION = "conclusion"
    BACKGROUND = "background"
    RELATED = "related work"
    SETUP = "experimental setup"
    APPENDIX = "appendix"
    PROOF = "proof"
    CLOSING = "acknowledgements and their like"


# The first that fits a title counts. A section whose title fits none is there for the method.
_TITLES: Sequence[tuple[Role, str]] = (
    (Role.INTRODUCTION, r"introduction|motivations?"),
    (Role.APPENDIX, r"appendi(x|ces)|supplement\w*"),
    (Role.CLOSING, r"acknowledge?ments?|contributions? of authors?|author contributions?|funding|competing interests|"
                   r"conflicts? of interest|data availability|code availability|ethic\w*|checklist|contributors"),
    (Role.PROOF, r"proofs?|derivations?|omitted (details|lemmas)|auxiliary (lemmas|results)|technical lemmas"),
    (Role.RELATED, r"(related|previous|prior|existing) (works?|literature|research|approaches|methods)|literature"),
    (Role.LIMITS, r"limitations?|broader impacts?|societal impacts?|threats to validity|failure (cases|modes)"),
    (Role.CONCLUSION, r"conclu\w+|discussions?|summary|future (work|directions)|closing remarks|outlook"),
    (Role.BACKGROUND, r"backgrounds?|preliminar\w+|notations?|prerequisites|problem (setting|setup)|history"),
    (Role.SETUP, r"(experimental|experiment|training|evaluation) (setup|settings?|details|configurations?)|setups?|"
                 r"implementation( details)?|hyper-?parameters?|datasets?|corp(us|ora)|baselines|training data"),
    (Role.RESULTS, r"results?|experiment\w*|evaluations?|ablations?|empirical\w*|comparisons?|benchmarks?|case stud\w+|"
                   r"numerical\w*|simulations?|(error|qualitative|quantitative) analysis|performance"),
)  # fmt: skip
_PATTERNS = tuple((role, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for role, words in _TITLES)
_PROOF = dict(_PATTERNS)[Role.PROOF]
# Whatever a part of such a section is called, it stays one.
_HOLDS = {Role.APPENDIX, Role.PROOF, Role.RELATED, Role.CLOSING}
# "Main results" of a paper with theorems are what it is about, not experiments.
_THEORY = re.compile(r"\b(main|theoretical|our) results?\b|\btheor(y|em|etical)\b", re.IGNORECASE)


def roles(text: FullText) -> Mapping[str, Role]:
    """Key of a section -> its role."""
    found: dict[str, Role] = {}
    for section, parents in ancestry(text.sections):
        found[section.key] = _role(section, found[parents[-1].key] if parents else None)
    return found


def ancestry(sections: Sequence[Section]) -> Iterator[tuple[Section, tuple[Section, ...]]]:
    """Each section with those that it is a part of, outermost first."""
    above: list[Section] = []
    for section in sections:
        while above and above[-1].level >= section.level:
            above.pop()
        yield section, tuple(above)
        above.append(section)


def _role(section: Section, parent: Role | None) -> Role:
    own = _told_by(section.title)
    if section.appendix:
        return own if own in {Role.PROOF, Role.CLOSING, Role.LIMITS} else _kept(parent)
    if parent in _HOLDS:
        return parent
    return own or parent or Role.METHOD


def _kept(parent: Role | None) -> Role:
    return parent if parent in _HOLDS else Role.APPENDIX


def _told_by(title: str) -> Role | None:
    if _THEORY.search(title) and not _PROOF.search(title):
        return Role.METHOD
    return next((role for role, pattern in _PATTERNS if pattern.search(title)), None)
