"""By what an equation is judged: a table of named criteria, each with its weight.

A criterion answers with a finding, which says in words what was found and how strongly, or with None.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2

from bot.domain.fulltext import Setting
from bot.ranking.anatomy import BOUND
from bot.ranking.places import Place
from bot.ranking.roles import Role

LONG = 600  # characters of TeX


@dataclass(frozen=True)
class Finding:
    """reason: in words. points: what it adds to the score."""

    reason: str
    points: float


def _mentioned(place: Place) -> Finding | None:
    times = place.mentions
    if not times:
        return None
    return Finding(f"referred to {times} times" if times > 1 else "referred to once", min(4.0, 1.2 * log2(1 + times)))


def _numbered(place: Place) -> Finding | None:
    return Finding("numbered", 1.0) if place.equation.numbers else None


_BY_ROLE = {
    Role.METHOD: 1.5,
    Role.INTRODUCTION: 0.5,
    Role.CONCLUSION: 0.0,
    Role.RESULTS: -0.5,
    Role.SETUP: -0.5,
    Role.BACKGROUND: -1.0,
    Role.LIMITS: -1.0,
    Role.RELATED: -2.5,
    Role.APPENDIX: -3.0,
    Role.PROOF: -4.0,
    Role.CLOSING: -4.0,
}


def _where(place: Place) -> Finding | None:
    points = _BY_ROLE[place.role]
    return Finding(f"stands in {place.section.label}", points) if points else None


_BY_KIND = {"theorem": 2.0, "proposition": 1.5, "definition": 1.5, "problem": 1.5}


def _stated(place: Place) -> Finding | None:
    if place.equation.setting is Setting.PROOF:
        return Finding("a step of a proof", -4.0)
    if place.equation.setting is Setting.NOTE:
        return Finding("stands in a footnote", -3.0)
    if place.equation.setting is not Setting.THEOREM:
        return None
    if not place.theorem:
        return Finding("part of a theorem", 0.75)
    named = f"{place.theorem.kind} {place.theorem.number}".strip()
    often = f", which is referred to {place.cited} times" if place.cited > 1 else ""
    return Finding(
        f"part of {named}{often}", _BY_KIND.get(place.theorem.kind.lower(), 0.75) + 0.4 * log2(1 + place.cited)
    )


_FIRST_SIDE = re.compile(
    r"(?:\\begin\{\w+\*?\}|\\displaystyle|[\s&{])*(.{1,80}?)\s*&?\s*"
    r"(?::?=|\\(?:coloneqq?|triangleq|equiv|(?:long)?leftarrow|gets|propto|sim|overset|stackrel)(?![a-zA-Z]))"
)


def _defines(place: Place) -> Finding | None:
    if not place.says.defines or place.uses < 1:
        return None
    left = _FIRST_SIDE.match(place.equation.tex)
    what = f"${left[1]}$" if left and left[1].count("{") == left[1].count("}") and "$" not in left[1] else "a symbol"
    often = f"{place.uses} times" if place.uses > 1 else "once"
    return Finding(f"defines {what}, used {often} later", min(2.0, 0.6 * log2(1 + place.uses)))


_AIM = re.compile(
    r"\b(loss(es)?|objectives?|cost function|minimi[sz]\w+|maximi[sz]\w+|optimi[sz]\w+|risk|regret|train(ed)?)\b",
    re.IGNORECASE,
)
_AIMS = re.compile(r"[LJ](?![a-z])|\\ell|.*loss", re.IGNORECASE)  # what objectives are called, in normal form


def _objective(place: Place) -> Finding | None:
    aimed = _AIMS.match(place.says.defines) and (_AIM.search(place.lead) or "oss" in place.says.defines)
    return Finding("an objective", 1.5) if place.says.optimises or aimed else None


def _updates(place: Place) -> Finding | None:
    return Finding("an update rule", 1.0) if place.says.updates else None


def _bounds(place: Place) -> Finding | None:
    return Finding("a bound", 0.75) if BOUND & set(place.says.relations) else None


def _definition(place: Place) -> Finding | None:
    return Finding("a definition", 0.5) if place.says.as_definition else None


_WEIGHED = re.compile(r"\\sum|\\prod|\\int|\\mathbb\{?\s*E|\\frac|\\nabla|\\log|\\exp|softmax", re.IGNORECASE)


def _substantial(place: Place) -> Finding | None:
    found = {one.lower() for one in _WEIGHED.findall(place.equation.tex)}
    return Finding("computes something", min(0.75, 0.25 * len(found))) if found else None


_NAMED = re.compile(
    r"\b(our|the|overall|final|following|total|training|full|proposed) (\w+[- ]){0,3}"
    r"(objective|loss|update( rule)?|estimator|algorithm|bound|problem|criterion|score|kernel|mechanism|"
    r"functional?|equation|rule|formula|probability|distribution|likelihood|gradient|attention)\b"
    r"|\bwe (\w+ )?(define|propose|introduce|minimi[sz]e|maximi[sz]e|optimi[sz]e|compute|use|model|formulate|train|"
    r"learn|consider|call)\b"
    r"|\b(is|are|be|can be) (then |thus |formally )?(defined|given|computed|formulated|written|expressed|calculated|"
    r"obtained|described|updated|trained|determined|modell?ed) (as|by|with|via|using|to be)\b|\bdefined as\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(our|we (\w+ )?(propose|introduce|define|minimi[sz]e|maximi[sz]e|optimi[sz]e)|objective|main result)\b", re.I
)


def _named(place: Place) -> Finding | None:
    found = list(_NAMED.finditer(place.lead))
    if not found:
        return None
    return Finding(f"announced by “{found[-1][0].strip()}”", 1.5 if _OURS.search(place.lead) else 1.0)


def _about(place: Place) -> Finding | None:
    if not place.about:
        return None
    named = ", ".join(sorted(place.about, key=lambda one: (" " not in one, one))[:3])
    return Finding(f"about what title and abstract name: {named}", min(1.25, 0.6 * len(place.about)))


def _of_its_section(place: Place) -> Finding | None:
    if place.named:
        return Finding("what its section is named for", 1.0)
    return Finding("the only equation of its section", 0.5) if place.alone else None


_DERIVED = re.compile(
    r"\b(substitut\w+|plugging|plug|rearrang\w+|expanding|simplif\w+|differentiat\w+|integrating|combining|taking the|"
    r"it follows|hence|therefore|thus|consequently|which (gives|yields|implies)|we (have|get|obtain|see|find|know)|"
    r"we deduce|implies|similarly|by (the )?(definition|linearity|symmetry|induction|lemma|jensen|chain rule)|"
    r"note that|observe that|recall|indeed|so that|since)\b",
    re.IGNORECASE,
)


def _derived(place: Place) -> Finding | None:
    if place.equation.setting is Setting.THEOREM or not _DERIVED.search(place.lead):
        return None
    return Finding("a step of a derivation", -1.0)


_ASSUMED = re.compile(r"^\s*(let|where|for example|e\.g\.|for instance|assume|suppose|denote)\b", re.IGNORECASE)


def _aside(place: Place) -> Finding | None:
    if place.equation.setting is Setting.THEOREM or not _ASSUMED.search(place.lead):
        return None
    return Finding("an aside", -0.75)


_KNOWN = re.compile(
    r"\b(standard|vanilla|conventional|recall|well[- ]known|classical|previous|traditional|usual)\b", re.IGNORECASE
)


def _known(place: Place) -> Finding | None:
    if place.equation.setting is Setting.THEOREM or not _KNOWN.search(place.lead):
        return None
    return Finding("known before", -0.75)


def _slight(place: Place) -> Finding | None:
    if place.says.only_numbers:
        return Finding("a mere value", -4.0)
    if place.says.only_shapes:
        return Finding("says only where things live", -4.0)
    return Finding("hardly more than names", -2.5) if place.says.content < 4 else None


def _long(place: Place) -> Finding | None:
    length = len(place.equation.tex)
    return Finding("very long", -min(3.0, 1.5 * length / LONG)) if length > LONG else None


CRITERIA: Sequence[Callable[[Place], Finding | None]] = (
    _mentioned, _stated, _objective, _defines, _named, _updates, _bounds, _definition, _about, _of_its_section,
    _substantial, _numbered, _where, _derived, _aside, _known, _slight, _long,
)  # fmt: skip


def findings(place: Place) -> Sequence[Finding]:
    """All that was found about one equation, in the order of the criteria."""
    return tuple(found for criterion in CRITERIA if (found := criterion(place)))
