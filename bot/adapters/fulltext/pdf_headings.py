"""Headings among the lines of a PDF: their numbers go on by one, and they look like titles."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

LEVELS = r"(?:\.\d{1,2}){0,3}"
NUMBERED = re.compile(rf"(\d{{1,2}}{LEVELS})(\.?) (\S.*)")
LETTERED = re.compile(rf"(?:Appendix )?([A-Z]{LEVELS})([.:]?) (\S.*)")
ROMAN = re.compile(r"([IVX]{1,5})(\.) ([A-Z][^a-z]{3,})")
ROMANS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
INTRODUCTION = re.compile(r"(?:(?:1|I)\.? )?I ?NTRODUCTION", re.IGNORECASE)
RUN_IN_ABSTRACT = re.compile(r"Abstract ?[.:—–-] ?(\S.*)", re.IGNORECASE)
AFTER_ABSTRACT = re.compile(r"(?:Key ?words|Index Terms|CCS Concepts|ACM Reference)\b", re.IGNORECASE)
REFERENCES = {"references", "bibliography", "references and notes"}
# What stands without a number even where others have one; and what only counts where none has.
ALWAYS = {
    *("acknowledgements", "acknowledgments", "acknowledgement", "acknowledgment", "appendix", "appendices"),
    *("broader impact", "broader impact statement", "code availability", "data availability", "ethics statement"),
    *("impact statement", "limitations", "reproducibility statement", "supplementary material"),
}
UNNUMBERED = {
    *("background", "conclusion", "conclusions", "discussion", "evaluation", "experiments", "introduction"),
    *("materials and methods", "method", "methods", "preliminaries", "related work", "results"),
}
APPENDIX = {"appendix", "appendices", "supplementary material"}
NARROW = 0.8  # of a full line; a longer heading goes on in a second line and cannot be told from a sentence
MOST_WORDS = 14


class Part(StrEnum):
    """What a heading begins."""

    ABSTRACT = "abstract"
    SECTION = "section"
    REFERENCES = "references"
    OTHER = "other"  # keywords and their like, which nobody needs


@dataclass(frozen=True)
class Heading:
    """text: what follows it on its own line. The other fields are those of bot.domain.fulltext.Section."""

    part: Part
    number: str = ""
    title: str = ""
    level: int = 1
    appendix: bool = False
    text: str = ""


def headings(lines: Sequence[str], usual: float) -> Mapping[int, Heading]:
    """Place of a line -> the heading that it is. usual: how many characters a full line has."""
    found: dict[int, Heading] = {}
    row = _Row(usual)
    body = next((place for place, line in enumerate(lines) if INTRODUCTION.fullmatch(line)), None)
    abstract = False
    for place, (line, following) in enumerate(pairwise([*lines, ""])):
        opening = _opening(line) if body is None or place < body else None
        if opening and not (abstract and opening.part is Part.ABSTRACT):
            found[place] = opening
            abstract |= opening.part is Part.ABSTRACT
        elif (body is None or place >= body) and (heading := row.next(line, following)):
            found[place] = heading
    return found


def _opening(line: str) -> Heading | None:
    """The abstract, or what may stand between it and the first section."""
    if line.casefold().rstrip(".:") in ("abstract", "a bstract"):
        return Heading(Part.ABSTRACT)
    if run_in := RUN_IN_ABSTRACT.fullmatch(line):
        return Heading(Part.ABSTRACT, text=run_in[1])
    return Heading(Part.OTHER) if AFTER_ABSTRACT.match(line) else None


class _Row:
    """The headings in their order. A line is the next one if its number goes on from those before."""

    def __init__(self, usual: float) -> None:
        self._usual = usual
        self._path: tuple[int, ...] = ()  # the numbers of the last heading, outermost first
        self._dotted: str | None = None  # what the paper sets behind a section's number: "." or nothing
        self._roman = False
        self._appendix = False
        self._references = False

    def next(self, line: str, following: str) -> Heading | None:
        """The heading that the line is, or None. following: the next line; empty at the end."""
        name = line.casefold().rstrip(".:")
        if name in REFERENCES:
            self._references = True
            return Heading(Part.REFERENCES, title=line)
        if name in ALWAYS or (name in UNNUMBERED and not self._path):
            self._appendix |= name in APPENDIX
            self._references = False
            return Heading(Part.SECTION, title=line.rstrip(".:"), appendix=self._appendix)
        narrow = len(line) <= self._usual * (1 if line.isupper() else NARROW)
        if not narrow or following[:1].islower():
            return None
        return self._roman_one(line) or self._numbered(line) or self._lettered(line)

    def _numbered(self, line: str) -> Heading | None:
        found = NUMBERED.fullmatch(line)
        if self._roman or self._appendix or self._references or not found or not _is_title(found[3]):
            return None
        path = tuple(int(part) for part in found[1].split("."))
        if not _follows(self._path, path) or (len(path) == 1 and found[2] != (self._dotted or found[2])):
            return None
        self._dotted = self._dotted if self._dotted is not None else found[2]
        return self._taken(path, found[1], found[3])

    def _roman_one(self, line: str) -> Heading | None:
        found = ROMAN.fullmatch(line)
        if not found or found[1] not in ROMANS or (self._path and not self._roman):
            return None
        path = (ROMANS.index(found[1]),)
        if not _follows(self._path, path):
            return None
        self._roman = True
        return self._taken(path, found[1], found[3])

    def _lettered(self, line: str) -> Heading | None:
        """Of an appendix; within sections of Roman numbers, a subsection."""
        found = LETTERED.fullmatch(line)
        if not found or not self._path or not _is_title(found[3]):
            return None
        letter, *below = found[1].split(".")
        path = (ord(letter) - ord("A") + 1, *(int(part) for part in below))
        if self._roman and not self._references:
            path = (self._path[0], *path)
        elif not self._appendix and path != (1,):
            return None
        if not _follows(self._path if self._roman or self._appendix else (), path):
            return None
        self._appendix |= self._references or not self._roman
        self._references = False
        return self._taken(path, found[1], found[3])

    def _taken(self, path: tuple[int, ...], number: str, title: str) -> Heading:
        self._path = path
        title = re.sub(r"\b([A-Z]) ([A-Z]{2,})", r"\1\2", title)  # small capitals come as "I NTRODUCTION"
        if title.casefold() in REFERENCES:
            self._references = True
            return Heading(Part.REFERENCES, number, title)
        return Heading(Part.SECTION, number, title, len(path), self._appendix)


def _follows(path: tuple[int, ...], new: tuple[int, ...]) -> bool:
    """Whether a heading numbered `new` may follow one numbered `path`; one in between may have been missed."""
    depth = len(new)
    if depth > len(path) + 1 or new[:-1] != path[: depth - 1]:
        return False
    before = path[depth - 1] if len(path) >= depth else 0
    return before < new[-1] <= before + 2


def _is_title(text: str) -> bool:
    """Words that begin with a capital and end like no sentence, list or row of a table."""
    return (
        text[0].isupper()
        and not text.endswith((".", ",", ";", ":"))
        and not re.search(r"[=<>≤≥∈]|\. |\d\.\d", text)
        and len(text.split()) <= MOST_WORDS
        and len(re.findall(r"\b\d+\b", text)) <= 1
        and bool(re.search(r"[^\W\d_]{3}", text))
    )
