"""Where the sentences of a paper's text end: not at "et al.", "Fig. 3", "2.1", nor within a formula."""

import re
from collections.abc import Iterator

_FORMULA = re.compile(r"\$[^$]*\$")
# A mark of the end, what may close behind it, and a space before what may begin a sentence.
_END = re.compile(r"""[.!?][)\]"'”’]*\s+(?=[A-Z0-9$("“‘\[À-Þ])""")
_SHORTENED = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|et al|etc|vs|resp|approx|fig|figs|tab|eq|eqs|eqn|sec|secs|ref|refs|ch|thm|lem|prop|cor|def|"
    r"app|appx|alg|no|vol|pp|ed|eds|dr|prof|mr|ms|mrs|st|inc|dept|univ|w\.r\.t|i\.i\.d|a\.k\.a|viz|al)"
    r"|(?:^|[\s(])[A-Z])\.$",  # an initial: J. Doe
    re.IGNORECASE,
)
_LONGEST_SHORTENED = 12  # characters, with what stands before them
# After these a new sentence may begin all the same, if its first word is one that begins sentences.
_MAY_END = re.compile(r"(?:etc|et al|al|inc|i\.i\.d|w\.r\.t)\.$", re.IGNORECASE)
_BEGINS = re.compile(r"(?:We|The|This|These|It|In|Our|However|Moreover|For|As|Here|They|A|An)\b")


def sentences(text: str) -> Iterator[str]:
    """The sentences of one line of text, in order, without the space between them. Formulas stand as $tex$."""
    hidden = _FORMULA.sub(lambda formula: f"${'x' * (len(formula[0]) - 2)}$", text)
    start = 0
    for end in _END.finditer(hidden):
        before = hidden[max(start, end.start() - _LONGEST_SHORTENED) : end.end()].rstrip()
        if _goes_on(before, hidden[end.end() : end.end() + _LONGEST_SHORTENED]):
            continue
        if whole := text[start : end.end()].strip():
            yield whole
        start = end.end()
    if rest := text[start:].strip():
        yield rest


def _goes_on(so_far: str, then: str) -> bool:
    if not so_far.endswith("."):
        return False
    if _MAY_END.search(so_far):
        return not _BEGINS.match(then)
    return bool(_SHORTENED.search(so_far))
