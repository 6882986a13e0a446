"""From the text of a PDF's pages to sections: by the looks of headings, captions and short lines."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.adapters.fulltext.pdf_headings import Heading, Part, headings
from bot.domain.fulltext import Algorithm, Block, Figure, Paragraph, Section, Setting, Table, Theorem

LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00ad": "-"}
)
STAMP = re.compile(r"arXiv:\S{1,30} \[[\w.-]{2,20}\] \d{1,2} \w{3} \d{4}")
PAGE_NUMBER = re.compile(r"(?:[-–] ?|page )?\d{1,4}(?: ?[-–]| of \d{1,4}|/\d{1,4})?", re.IGNORECASE)
MOST_LINES = 30_000  # a page has about 60
LONGEST_LINE = 1_000  # characters
EDGE = 2  # lines at the top and at the bottom of a page that may be its header and footer
SHORT = 0.85  # of a full line; the last line of a paragraph is mostly shorter
ENDINGS = (".", "?", "!", ":", ".)", ".”", "□", "■")
CAPTION = re.compile(r"(Table|Figure|Fig\.|Algorithm) ([A-Z]?\.?\d{1,3}(?:\.\d{1,2})?) ?([:.|]) ?(\S.*)")
LONGEST_CAPTION = 8  # lines
THEOREM = re.compile(
    r"(Theorem|Lemma|Proposition|Corollary|Definition|Assumption|Conjecture|Claim|Remark|Example)"
    r" ([A-Z]?\.?\d{1,3}(?:\.\d{1,3})?) ?(?:\(([^()]{1,120})\)[.:]?|[.:])(?: |$)"
)
PROOF = re.compile(r"Proof(?:\.| of )")
EQUATION_NUMBER = re.compile(r"(?:^|\s)\((\d{1,3}[a-z]?|[A-Z]\.?\d{1,3}|\d{1,2}\.\d{1,3}[a-z]?)\)$")
MATHEMATICAL = re.compile(r"[=<>≤≥≈≡∝∼≜←→⇒↦∈∑∏∫∥∇±×·−∞+|]")
ENTRY = re.compile(r"\[[\w+.-]{1,12}\] |\d{1,3}\. ")
YEAR = re.compile(r"\b(?:19|20)\d\d")
LONGEST_WORD = 40  # characters
PARTED = re.compile(r"([^\W\d_]+)-$")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
KEYS = {Table: "T", Figure: "F", Algorithm: "A", Theorem: "P"}


@dataclass(frozen=True)
class Found:
    """What the pages hold. equation_numbers: as printed at the ends of lines, without parentheses."""

    abstract: str
    sections: tuple[Section, ...]
    bibliography: tuple[str, ...]
    equation_numbers: frozenset[str]


def sections_of(pages: Sequence[str]) -> Found:
    """What can be told of a paper by the text of its pages. What stands before its abstract is left out."""
    lines = _lines(pages)[:MOST_LINES]
    usual = _usual(lines)
    prose = _Prose(usual, frozenset(word.lower() for line in lines for word in WORD.findall(line[:-1])))
    abstract: list[str] = []
    bibliography: list[str] = []
    sections: list[Section] = []
    for heading, own in _parts(lines, usual):
        if heading.part is Part.ABSTRACT:
            abstract.append(prose.joined(own))
        elif heading.part is Part.REFERENCES:
            bibliography += prose.entries(own)
        elif heading.part is Part.SECTION:
            key, blocks = f"S{len(sections) + 1}", tuple(prose.blocks(own))
            sections.append(Section(key, heading.number, heading.title, heading.level, blocks, heading.appendix))
    return Found(" ".join(abstract), tuple(sections), tuple(bibliography), frozenset(_equation_numbers(lines)))


def _lines(pages: Sequence[str]) -> list[str]:
    """All lines in order, without headers, footers, page numbers and arXiv's stamp; nothing unprintable."""
    split = [[line for line in _printable(page) if not STAMP.fullmatch(line)] for page in pages]
    shapes = Counter(shape for page in split for shape in {_shape(page[place]) for place in _edges(page)})
    often = max(2, len(pages) // 4)

    def is_header(line: str) -> bool:
        shape = _shape(line)
        return bool(PAGE_NUMBER.fullmatch(line)) or (len(shape) > 2 and shapes[shape] >= often)

    kept: list[str] = []
    for page in split:
        edges = _edges(page)
        kept += (line for place, line in enumerate(page) if place not in edges or not is_header(line))
    return kept


def _printable(page: str) -> Iterator[str]:
    """Its lines, with single spaces. A line without end is cut into pieces, so that none takes long to look at."""
    for raw in page.splitlines():
        text = "".join(char if char.isprintable() else " " for char in raw.translate(LIGATURES))
        line = " ".join(text.split())
        yield from (
            piece for at in range(0, len(line), LONGEST_LINE) if (piece := line[at : at + LONGEST_LINE].strip())
        )


def _edges(page: Sequence[str]) -> frozenset[int]:
    """Places of the lines at the top and at the bottom."""
    return frozenset([*range(min(EDGE, len(page))), *range(max(0, len(page) - EDGE), len(page))])


def _shape(line: str) -> str:
    """The line without its numbers, which differ from page to page."""
    return re.sub(r"[\d\s]+", "", line)


def _usual(lines: Sequence[str]) -> float:
    """How many characters a full line has: three quarters of all lines have no more."""
    lengths = sorted(len(line) for line in lines)
    return lengths[len(lengths) * 3 // 4] if lengths else 0.0


def _parts(lines: Sequence[str], usual: float) -> Iterator[tuple[Heading, list[str]]]:
    """Each heading with its own lines. Where there is no heading at all, everything is one section."""
    found = headings(lines, usual)
    places = sorted(found)
    if not any(heading.part is Part.SECTION for heading in found.values()):
        yield Heading(Part.SECTION), [line for place, line in enumerate(lines) if place not in found]
        return
    for place, end in zip(places, [*places[1:], len(lines)], strict=True):
        heading = found[place]
        yield heading, ([heading.text] if heading.text else []) + list(lines[place + 1 : end])


def _equation_numbers(lines: Iterable[str]) -> Iterator[str]:
    """A number in parentheses alone on its line, or at the end of one that looks like mathematics."""
    for line in lines:
        if (found := EQUATION_NUMBER.search(line)) and (found.start() == 0 or MATHEMATICAL.search(line)):
            yield found[1]


@dataclass
class _Prose:
    """Puts lines together. usual: characters of a full line. words: those that the paper prints on one line."""

    usual: float
    words: frozenset[str]
    counts: Counter[str] = field(default_factory=Counter)

    def blocks(self, lines: Sequence[str]) -> Iterator[Block]:
        """Paragraphs, captions and theorems, in order."""
        waiting: list[str] = []  # the lines of the paragraph so far
        setting, place = Setting.BODY, 0
        while place < len(lines):
            line, length, after_stop = lines[place], 1, not waiting or waiting[-1].endswith(ENDINGS)
            theorem = THEOREM.match(line) if after_stop else None
            caption = self._caption(line, waiting)
            if caption or theorem or (after_stop and PROOF.match(line)):
                yield from self._paragraph(waiting, setting)
                waiting, setting = [], Setting.BODY
            if caption:
                length = self._length_of_caption(lines[place : place + LONGEST_CAPTION + 1])
                yield self._captioned(caption, lines[place + 1 : place + length])
            elif theorem:
                yield Theorem(self._key(Theorem), theorem[1], theorem[2], theorem[3] or "")
                waiting, setting = [line[theorem.end() :]], Setting.THEOREM
            else:
                setting = setting if waiting or not PROOF.match(line) else Setting.PROOF
                waiting.append(line)
            place += length
            if waiting and self._ends(line):
                yield from self._paragraph(waiting, setting)
                waiting, setting = [], Setting.BODY
        yield from self._paragraph(waiting, setting)

    def entries(self, lines: Sequence[str]) -> Iterator[str]:
        """The entries of a bibliography: each begins with a mark or, where they have none, after a year and a stop."""
        marked = sum(bool(ENTRY.match(line)) for line in lines) * 12 > len(lines)
        entry: list[str] = []
        dated = False
        for line in lines:
            if entry and (ENTRY.match(line) if marked else dated and entry[-1].endswith(".")):
                yield self.joined(entry)
                entry, dated = [], False
            entry.append(line)
            dated = dated or bool(YEAR.search(line))
        if entry:
            yield self.joined(entry)

    def joined(self, lines: Sequence[str]) -> str:
        """One line. A word that was parted at the end of a line is whole again, with its hyphen if it has one."""
        return "".join(self._glued(line, following) for line, following in pairwise([*lines, ""])).strip()

    def _glued(self, line: str, following: str) -> str:
        """The line as it stands before the next one."""
        parted, rest = PARTED.search(line[-LONGEST_WORD:]), WORD.match(following)
        if not parted or not rest or not rest[0][0].islower():
            return line if line.endswith("—") else f"{line} "
        whole, hyphened = f"{parted[1]}{rest[0]}".lower(), f"{parted[1]}-{rest[0]}".lower()
        return line if hyphened in self.words and whole not in self.words else line[:-1]

    def _paragraph(self, lines: Sequence[str], setting: Setting) -> Iterator[Paragraph]:
        if text := self.joined(lines):
            yield Paragraph(text, setting)

    def _ends(self, line: str) -> bool:
        return len(line) < SHORT * self.usual and line.endswith(ENDINGS)

    def _caption(self, line: str, waiting: Sequence[str]) -> re.Match[str] | None:
        """A sentence that happens to break before "Table 2." follows a full line."""
        found = CAPTION.match(line)
        in_sentence = bool(waiting) and len(waiting[-1]) > SHORT * self.usual
        return None if found and found[3] != ":" and in_sentence else found

    def _length_of_caption(self, lines: Sequence[str]) -> int:
        """How many lines it has: it ends with the first that is short, or with a stop before the rest of a sentence."""
        for length, (line, following) in enumerate(pairwise([*lines[:LONGEST_CAPTION], ""]), start=1):
            if len(line) < SHORT * self.usual or (line.endswith(".") and following[:1].islower()):
                return length
        return 1 if len(lines) > LONGEST_CAPTION else len(lines)

    def _captioned(self, found: re.Match[str], more: Sequence[str]) -> Table | Figure | Algorithm:
        number, caption = found[2], self.joined([found[4], *more])
        if found[1] == "Table":
            return Table(self._key(Table), number, caption, rows=())
        if found[1] == "Algorithm":
            return Algorithm(self._key(Algorithm), number, caption, lines=())
        return Figure(self._key(Figure), number, caption)

    def _key(self, kind: type) -> str:
        self.counts[KEYS[kind]] += 1
        return f"{KEYS[kind]}{self.counts[KEYS[kind]]}"
