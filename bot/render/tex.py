r"""TeX in titles, names, abstracts and comments -> readable Unicode, or HTML with formulas as MathML.

arXiv gives metadata as its authors typed it: `Rapha\"el`, `84$--$94\%`, `\textbf{C}ross-sample`, but also `$5 and $10`
and `5% better`. Nothing here raises, whatever the text: what cannot be read as TeX is shown with its signs taken off.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from bot.domain.characters import clean
from bot.render.mathml import mathml
from bot.render.tex_unicode import formula_to_unicode, text_to_unicode

_SIGNS_OF_TEX = re.compile(r"[\\${}~`]|--|''")
_LONGEST = 2_000  # characters of one formula; bounds the search for its end, so that no text takes quadratic time
_TOKEN = re.compile(
    rf"""\\[\\%$&#_{{}}~]
    | \$\$ (?P<display> [^$]{{1,{_LONGEST}}}? ) \$\$
    | \$   (?P<inline> (?: [^$\\] | \\. ){{1,{_LONGEST}}}? ) \$
    | \\\( (?P<round> .{{1,{_LONGEST}}}? ) \\\)
    | \\\[ (?P<square> .{{1,{_LONGEST}}}? ) \\\]
    | (?P<literal> [%&\#$] | (?<![\w.,;:)\]}}$'"]) ~ | (?<=\d) ~ (?=\d) | ~ (?=[\s/]) )
    """,
    re.VERBOSE | re.DOTALL,
)
_FIRST_PLACE, _MOST_PLACES = 0xF0000, 0xFFFD  # private characters, each of which stands for one lifted formula
_PLACE = re.compile("[\U000f0000-\U000ffffd]")
# Browsers may break a line beside a formula even before a comma or within ($x$)-axis; a word joiner forbids it.
_LOOSE_END = re.compile(r"(?<=</math>)(?=[^\s<])|(?<=[^\s>])(?=<math)")
WORD_JOINER = "\u2060"
_DASHES = re.compile(r"\s*(-{1,3})\s*")


@lru_cache(maxsize=20_000)
def to_unicode(tex: str) -> str:
    """One line of readable text; white space is collapsed, unwanted characters are dropped."""
    return _one_line(_convert(tex, formula_to_unicode, str))


@lru_cache(maxsize=20_000)
def to_html(tex: str) -> Markup:
    """The same as HTML: formulas as MathML where that works, all else escaped. Safe whatever the text holds."""
    html = _one_line(_convert(tex, _formula_to_html, escape))
    return Markup(_LOOSE_END.sub(WORD_JOINER, html))  # noqa: S704 - both parts are escaped


@dataclass(frozen=True)
class _Lifted:
    """Text with each formula replaced by a private character, and the formulas' TeX in order."""

    text: str
    formulas: tuple[str, ...]


def _convert(tex: str, formula: Callable[[str], str], plain: Callable[[str], str]) -> str:
    """Formulas go through `formula`, what is between them through `plain`, once it is Unicode."""
    cleaned = clean(tex)
    if not _SIGNS_OF_TEX.search(cleaned):
        return plain(cleaned)
    lifted = _lift(cleaned)
    text = text_to_unicode(lifted.text)
    done, end = [], 0
    for place in _PLACE.finditer(text):
        number = ord(place[0]) - _FIRST_PLACE
        done += [plain(text[end : place.start()]), formula(lifted.formulas[number])]
        end = place.end()
    return "".join([*done, plain(text[end:])])


def _lift(tex: str) -> _Lifted:
    """Take the formulas out, and escape what TeX would read but authors of plain text mean as it stands."""
    text: list[str] = []
    formulas: list[str] = []
    end = 0
    while token := _TOKEN.search(tex, end):
        text.append(tex[end : token.start()])
        end = token.end()
        body = next((token[kind] for kind in ("display", "inline", "round", "square") if token[kind]), None)
        if body and token["inline"] and _is_prose(body, tex[end : end + 1]):
            text.append(r"\$")
            end = token.start() + 1
        elif body and (dashes := _DASHES.fullmatch(body)):
            text.append(dashes[1])
        elif body and len(formulas) < _MOST_PLACES:
            text.append(chr(_FIRST_PLACE + len(formulas)))
            formulas.append(body)
        else:
            text.append(r"\textasciitilde{}" if token["literal"] == "~" else "\\" * bool(token["literal"]) + token[0])
    return _Lifted("".join([*text, tex[end:]]), tuple(formulas))


def _is_prose(body: str, following: str) -> bool:
    """Whether two dollar signs are two sums of money, or names, rather than the ends of a formula: `$5 and $10`."""
    if re.search(r"[\\^_{}=<>|]", body):
        return False
    sentence = re.match(r"[),;:\]]+\s", body) or re.search(r"\s(?!log|exp|max|min|mod)[a-z]{2,}\s", body)
    return bool(sentence) or (body[0].isdigit() and following.isdigit())


def _formula_to_html(formula: str) -> str:
    r"""MathML; but plain text for mere numbers and signs (`1.5\times`) and a lone exponent (`C$^2$R`)."""
    text = formula_to_unicode(formula)
    if script := re.fullmatch(r"\s*([\^_])\s*\{?\s*([\w+−-]+)\s*\}?\s*", formula):
        return (Markup("<sup>{}</sup>") if script[1] == "^" else Markup("<sub>{}</sub>")).format(script[2])
    if re.fullmatch(r"[\d.,%×~∼≈±+−–<>≤≥°\s]*", text) or re.fullmatch(r"\s*\\text\w*\s*\{[^{}\\]*\}\s*", formula):
        return escape(text)
    return mathml(formula) or escape(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
