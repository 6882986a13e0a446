"""Quoted phrases within a text.

A phrase in quotation marks of three words or more is a quotation: it must be the paper's own. Shorter ones name or
distance ("scare quotes") and are not looked up. Single straight quotes are apostrophes too often to be read as marks.
"""

import re

_PAIRS = ("“”", "„“", "„”", "””", '""', "«»", "»«", "‹›", "‘’", "‚‘", "「」", "『』")
_LONGEST = 4000  # characters


def _between(pair: str) -> str:
    """Of marks that differ, a quotation may hold another in the same marks."""
    first, last = map(re.escape, (pair[0], pair[1]))
    plain = f"[^{first}{last}\n]{{1,{_LONGEST}}}+"
    return f"{first}({plain})?{last}" if first == last else f"{first}((?:{plain}|{first}{plain}{last})+){last}"


_QUOTED = re.compile("|".join(map(_between, _PAIRS)) + f"|``([^`'\n]{{1,{_LONGEST}}})''")
_FORMULA = re.compile(r"\$[^$]*\$")
_SPOKEN = re.compile(r"[^\W\d_]{2,}")
_CHINESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")  # and Japanese, which put no spaces between words
LEAST_WORDS = 3
_LEAST_SIGNS = 8  # of a script without spaces


def quoted(text: str) -> tuple[str, ...]:
    """The distinct quotations within a text, without their marks, in order."""
    phrases = (next(filter(None, found.groups()), "").strip() for found in _QUOTED.finditer(text))
    return tuple(dict.fromkeys(phrase for phrase in phrases if _is_quotation(phrase)))


def bare(quote: str) -> str:
    """A quotation without the marks that somebody put around it."""
    text = quote.strip()
    inside = text[1:-1]
    around = len(text) > 1 and f"{text[0]}{text[-1]}" in _PAIRS and not {text[0], text[-1]} & set(inside)
    return inside.strip() if around else text


def _is_quotation(phrase: str) -> bool:
    prose = _FORMULA.sub(" ", phrase)
    spoken = [word for word in prose.split() if _SPOKEN.search(word)]
    return len(spoken) >= LEAST_WORDS or len(_CHINESE.findall(prose)) >= _LEAST_SIGNS
