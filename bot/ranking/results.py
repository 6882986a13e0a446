"""What a paper found: its tables of results, and the sentences that claim something with numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.fulltext import FullText, Paragraph, Setting, Table
from bot.domain.sentences import sentences
from bot.ranking.roles import Role, roles

ALIKE = 0.6  # share of words that two claims have in common


@dataclass(frozen=True)
class Claim:
    """text: a whole sentence of the paper, formulas as $tex$. where: key of its section; empty for the abstract."""

    text: str
    where: str


@dataclass(frozen=True)
class Results:
    """Both best first. tables: those that hold numbers; tables of settings and of notation come last. claims: where the
    abstract says the same as a section, that of the section; those that only the abstract has come last."""

    tables: tuple[Table, ...]
    claims: tuple[Claim, ...]


def results(text: FullText, most_claims: int = 12) -> Results:
    """The tables and the claims of a paper; either may be empty."""
    return Results(_tables(text), _claims(text, most_claims))


_NUMBER = re.compile(r"[-+−±<>~≈(]*\s*\d[\d,.]*")
_MARKUP = re.compile(r"\\[a-zA-Z]+|[{}$*]")
_OF_RESULTS = re.compile(
    r"\b(results?|compar\w+|performance|accuracy|scores?|ablation\w*|evaluat\w+|benchmarks?|bleu|rouge|f1|error|perplexity|"
    r"outperform\w*|state[- ]of[- ]the[- ]art|improve\w*|variations?|speed\w*|latency|win rate|success rate|effect)\b",
    re.IGNORECASE,
)
_OF_SETTINGS = re.compile(
    r"\b(hyper-?parameters?|notations?|symbols?|statistics|configurations?|settings?|examples?|list of|summary of the|"
    r"overview of|dataset (details|sizes)|prompts?|architectures?|taxonomy)\b",
    re.IGNORECASE,
)
_ABLATION = re.compile(r"\bablat\w+|\bsensitivity\b", re.IGNORECASE)  # comes behind the main results
_OURS = re.compile(r"\b(ours?|baselines?|proposed|this (work|paper)|w/o|full model)\b", re.IGNORECASE)
_TABLE_ROLE = {Role.RESULTS: 2.0, Role.METHOD: 0.5, Role.APPENDIX: -1.0, Role.SETUP: -1.0, Role.RELATED: -1.0}


def _tables(text: FullText) -> tuple[Table, ...]:
    role = roles(text)
    scores: dict[str, float] = {}
    for key, table in text.tables.items():
        if share := _share_of_numbers(table):
            scores[key] = _table_points(table, share) + _TABLE_ROLE.get(role[text.section_of[key].key], 0.0)
    best_first = sorted(scores, key=lambda key: -scores[key])  # a stable sort: of equals, the first in the paper
    return tuple(text.tables[key] for key in best_first)


def _share_of_numbers(table: Table) -> float:
    """Of the cells that hold something."""
    cells = [cell for row in table.rows for cell in row if cell.strip()]
    numbers = sum(1 for cell in cells if _NUMBER.match(_MARKUP.sub("", cell).strip()))
    return numbers / len(cells) if cells else 0.0


def _table_points(table: Table, share: float) -> float:
    cells = " ".join(cell for row in table.rows for cell in row)
    points = 3.0 * share
    points += 2.0 if _OF_RESULTS.search(table.caption) else 0.0
    points += 1.0 if _OF_RESULTS.search(cells) else 0.0
    points += 1.0 if _OURS.search(cells) or _OURS.search(table.caption) else 0.0
    points -= 0.5 if _ABLATION.search(table.caption) else 0.0
    points -= 3.0 if _OF_SETTINGS.search(table.caption) else 0.0
    return points


_CLAIMS: Sequence[tuple[float, str]] = (
    (3.0, r"\b(outperform|surpass|exceed|beat)\w*\b|\bstate[- ]of[- ]the[- ]art\b|\bSOTA\b"),
    (2.0, r"\b(achiev|improv|reduc|attain|obtain|reach|gain|boost|increas|decreas|drop|degrad|establish|sav|yield|rise|"
          r"rose|grow|fall|fell|doubl|halv|agree)\w*\b"),
    (1.5, r"\b(better|worse|higher|lower|faster|slower|fewer|less|best|smaller|larger|more accurate|on par|match\w*|"
          r"competitive|comparable|speed-?ups?|twice|half)\b"),
    (1.0, r"\b(than|over|compared (to|with)|versus|vs\.?|relative to|from .{1,30} to)\b"),
    (1.0, r"\b(we (find|observe|show|see)|our (model|method|approach|results?|system)|ablation\w*|without)\b"),
    (1.5, r"\d\s*(\\?%|points?\b|×|\$?\\times|x\b|percent|BLEU|F1|dB\b)"
          r"|\b(BLEU|accuracy|F1|perplexity|ROUGE|score|error|AUC|mAP|MRR|EM|Elo|(success|win) rate|recall)\b"),
)  # fmt: skip
_HOW = re.compile(  # how something was set up, rather than what came out of it
    r"\b(dropout|learning rate|batch size|checkpoints?|kernel size|warm-?up|epochs?|optimizer|vocabulary|filtered|"
    r"we (use|set|train)|were obtained|hyper-?parameters?|training on|(context|output|input) length|test case)\b",
    re.IGNORECASE,
)
_CLAIM_PATTERNS = tuple((points, re.compile(pattern, re.IGNORECASE)) for points, pattern in _CLAIMS)
_CLAIM_ROLE = {
    Role.RESULTS: 1.5,
    Role.CONCLUSION: 1.0,
    Role.LIMITS: 0.5,
    Role.INTRODUCTION: 0.5,
    Role.METHOD: -0.5,
    Role.SETUP: -2.0,
    Role.BACKGROUND: -3.0,
    Role.APPENDIX: -2.0,
    Role.RELATED: -6.0,
    Role.PROOF: -6.0,
    Role.CLOSING: -6.0,
}
_ABSTRACT = 2.0
ENOUGH = 3.5
# Numbers that measure nothing: of sections, tables, papers, years, and within names (GPT-4, ResNet50).
_NO_MEASURE = re.compile(
    r"\b(sec(tion)?|tab(le)?|fig(ure)?|eq(uation)?|app(endix)?|theorem|lemma|step|chapter|part)s?\.?~?\s*\(?[A-Z]?\d[\w.\-–]*\)?"
    r"|\[[\d,;\s–-]+\]|\(\s*(19|20)\d\d[a-z]?\s*\)|\b(19|20)\d\d[a-z]?\b|\b[A-Za-z][\w]*-?\d[\w.-]*|\(\d+\)",
    re.IGNORECASE,
)
# Nor does a mark of a footnote at the end, nor a formula that is more than a value.
_MARK = re.compile(r"(?<!\bto)(?<!\bof)(?<!\bby)(?<!\bat)(?<!\bis)(?<!\bthan)(?<!\bover)\s[1-9]\d?\s*\.?$")
_FORMULA = re.compile(r"\$(?!\s*[<>~≈+-]?\s*\d)[^$]*\$")
_WORD = re.compile(r"\d[\d.,]*\d|\w+")


def _claims(text: FullText, most: int) -> tuple[Claim, ...]:
    scored = [
        (points, claim) for claim, start in _candidates(text) if (points := start + _claim_points(claim.text)) >= ENOUGH
    ]
    chosen: list[Claim] = []
    for _, claim in sorted(scored, key=lambda one: (not one[1].where, -one[0])):
        if len(chosen) < most and not any(_alike(claim.text, other.text) for other in chosen):
            chosen.append(claim)
    return tuple(chosen)


def _candidates(text: FullText) -> Iterator[tuple[Claim, float]]:
    role = roles(text)
    yield from ((Claim(sentence, ""), _ABSTRACT) for sentence in sentences(text.abstract))
    for section in text.sections:
        start = _CLAIM_ROLE[role[section.key]]
        for block in section.blocks:
            if isinstance(block, Paragraph) and block.setting is Setting.BODY:
                yield from ((Claim(sentence, section.key), start) for sentence in sentences(block.text))


def _claim_points(sentence: str) -> float:
    """Below all that is enough where nothing is measured, or where it is too short or too long for a claim."""
    if not 30 <= len(sentence) <= 600 or not _measures(sentence):
        return -10.0
    if not any(pattern.search(sentence) for _, pattern in _CLAIM_PATTERNS[:3]):
        return -10.0
    claimed = sum(points for points, pattern in _CLAIM_PATTERNS if pattern.search(sentence))
    return claimed - (2.5 if _HOW.search(sentence) else 0.0)


def _measures(sentence: str) -> bool:
    left = _FORMULA.sub(" ", sentence)
    for pattern in (_MARK, _NO_MEASURE):
        left = pattern.sub(" ", left)
    return any(map(str.isdigit, left))


def _alike(one: str, other: str) -> bool:
    """Whether two sentences give the same figures in nearly the same words."""
    ours, theirs = set(_WORD.findall(one.lower())), set(_WORD.findall(other.lower()))
    figures = [{word for word in words if word[0].isdigit()} for words in (ours, theirs)]
    same = bool(figures[0] & figures[1])
    return same and len(ours & theirs) >= ALIKE * min(len(ours), len(theirs))
