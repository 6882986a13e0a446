r"""A display equation as readable Unicode, a line for each of its rows: `a&=b \\ c&=d` is a = b and c = d."""

import re
from functools import lru_cache

from bot.domain.characters import one_line
from bot.render.tex_unicode import formula_to_unicode, knows

LONGEST = 2_000  # characters of TeX that anybody would want to read as Unicode
MOST_ROWS = 20
_ROWS = r"(?:aligned|alignedat|align|gathered|gather|split|eqnarray|multline|equation|flalign)\*?"
_OUTER = re.compile(rf"\\begin\{{{_ROWS}\}}(?:\[[a-z]\])?|\\end\{{{_ROWS}\}}")
_INNER = re.compile(
    rf"\S\s*\\begin\{{{_ROWS}\}}|\\end\{{{_ROWS}\}}\s*[^\s.,;]"
)  # rows of a part, as of a case distinction
_BREAK = re.compile(r"\\\\\*?(?:\[[^\]]{0,20}\])?|\\(?:newline|cr)(?![a-zA-Z])")
_MACRO = re.compile(r"\\([a-zA-Z]+)")
_SPACES = re.compile(r"\\(?:nonumber|notag|label\{[^{}]*\}|tag\*?\{[^{}]*\}|hfill|displaystyle)")
# What one line cannot show: grids, and what stands above or below something else.
_GRID = re.compile(
    r"\\(?:begin|end|substack|genfrac|over|atop|choose|sideset|prescript|stackrel|overset|underset)(?![a-zA-Z])"
)
# A mark over more than one letter makes another quantity of it, and Unicode has no such mark.
_ONE = r"\s*(?:\w|\\[a-zA-Z]+(?:\s*\{\s*(?:\w|\\[a-zA-Z]+)\s*\})?)\s*\}"
_MARKED = re.compile(rf"\\(?:(?:wide)?(?:hat|tilde|check)|bar|vec|breve|overline)\s*\{{(?!{_ONE})")
_DEEP = re.compile(r"\\[dtc]?frac(?![a-zA-Z])[^\\]*\{[^{}]*\\[dtc]?frac(?![a-zA-Z])")  # a fraction of fractions
_RELATIONS = "=≠≤≥≈≃∼∝←→⇒⇔≜≔"
# A great operator with its limits, where the next thing follows without a space.
_BRACKETS = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
_SUMMED = re.compile(
    rf"(?:max|min|sup|inf)_(?:{_BRACKETS}|[α-ω])(?=[\w(\[√‖∑∏])|[∑∏∫⋃⋂](?:[₀-₉⁰-⁹ⁿⁱ'′]|[_^](?:{_BRACKETS}|\w))++(?=[\w(\[√‖])"
)


@lru_cache(maxsize=2_000)
def formula_rows(tex: str) -> tuple[str, ...]:
    """Its rows; none where Unicode in one line would mislead or tell nothing, so that the TeX is better shown itself.

    tex: LaTeX without delimiters. Never raises.
    """
    if len(tex) > LONGEST:
        return ()
    body = _SPACES.sub(" ", _OUTER.sub(" ", one_line(tex)))
    unknown = any(not knows(macro) for macro in _MACRO.findall(_BREAK.sub(" ", body)))
    if unknown or any(found.search(body) for found in (_GRID, _DEEP, _MARKED)) or _INNER.search(one_line(tex)):
        return ()
    rows = (one_line(formula_to_unicode(re.sub(r"(?<!\\)&", " ", row))) for row in _BREAK.split(body))
    found = tuple(_spaced(row) for row in rows if row)
    return () if len(found) > MOST_ROWS or any(re.search(r"[\\{}]{2}|\\", row) for row in found) else found


def _spaced(row: str) -> str:
    """With a space on both sides of what relates the two sides of an equation, and behind what is summed over."""
    tight = re.sub(r"(?<=[(⟨\[]) | (?=[)⟩\]])|(?<=×) ", "", row).replace("| ", " | ")
    tight = _SUMMED.sub(r"\g<0> ", tight)
    depth, text = 0, ""
    for character in tight:
        depth += (character in "([{") - (character in ")]}")
        text += f" {character} " if character in _RELATIONS and depth == 0 else character
    return " ".join(text.split())
