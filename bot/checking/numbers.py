r"""Numbers in a text, and whether a source has them: as values, not as strings.

28.4 is 28.40 and 28,4; 1,024 is 1024, 1.024 and 1 024, for points and commas change places between languages (so 1,024
may also be a decimal, but 4,000 in a draft is not 4); 12M is 12 million and 12,000,000 and, in tables, 12; 1e-4 is
$10^{-4}$. A unit is no part of a number, nor is a sign: 95% is 95, and -2.3 is 2.3. But 0.5 is not 50%. Of ranges,
fractions and ±, both numbers are looked up, and so are those of 1.87(4), which is 1.87 ± 0.04.

Not looked up: numbers in words ("three baselines"), places ("Table 2", see places.py), the numbers of a list ("(1) …"),
and, within formulas, indices, powers and single digits that nothing is said to equal ($x_1$, $t-1$, $2x$; $k=3$ is).
Names with numbers ("ResNet-50", "GPT-4") are looked up as names. The source is read generously: its number words, the
numbers in its names and powers that a PDF has lost (10−4) count.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.checking.squeezed import Squeezed
from bot.checking.values import DIGITS, SPACES, Reading, Value, readings, scale, scaled, value


@dataclass(frozen=True)
class Number:
    """text: as it stands there. readings: what it may mean. in_table: what it may be within a table, whose head says
    "million". name: whether it may be found as a word instead."""

    text: str
    readings: tuple[Reading, ...]
    in_table: tuple[Reading, ...] = ()
    name: bool = False

    def in_source(self, values: Collection[Value], of_tables: Collection[Value], words: Squeezed) -> bool:
        """Whether one of its readings is among the values, or its name among the words."""
        return (
            any(all(one in values for one in way) for way in self.readings)
            or any(all(one in of_tables for one in way) for way in self.in_table)
            or (self.name and any(map(words.holds, _one_or_many(self.text))))
        )


def _one_or_many(name: str) -> tuple[str, ...]:
    """A100, A100s: one is the other's plural."""
    return (name, name[:-1] if name[-2:-1].isdigit() and name[-1] == "s" else f"{name}s")


_TIMES = r"\s?(?:×|\\times(?![A-Za-z])|\\cdot(?![A-Za-z])|·|⋅|\*|x)(?:\s|\\[,!;: ]|~|\{\})*"
_EXPONENT = r"(?:\s?\^\s?\{?\s?([-+]?\s?\d{1,4})\s?\}?|([⁻⁺]?[⁰¹²³⁴-⁹]{1,4}))"
_E = r"(?:[eE]|\\(?:mathrm|text)\{[eE]\})(?P<brace>\{)?(?P<e>[-+]?\d{1,4})(?(brace)\})(?![^\W_])"  # 1e-5, $1e{-5}$
_NUMBER = rf"(?P<digits>{DIGITS})(?:{_E}|(?P<times>{_TIMES}10(?={_EXPONENT})))?"
_UNCERTAIN = re.compile(r"(?<![\d.,])\d{1,9}(?:[.,](\d{1,9}))?\((\d{1,2})\)")  # 1.87(4)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_EXPONENT_HERE = re.compile(_EXPONENT)
_LATIN = "A-Za-z\u00c0-\u024f\u0370-\u03ff"  # not the scripts that put no space between words and numbers
_REST = rf"(?:-?\d[{_LATIN}\d_]*+(?:\.\d[{_LATIN}\d_]*+|,\d{{3}}(?!\d))*+)++"
_NAME = rf"(?<![{_LATIN}\d_.\\])(?P<name>[{_LATIN}][{_LATIN}_+]*+{_REST})"
_IN_DRAFT = re.compile(rf"{_NAME}|(?<!\d){_NUMBER}")
_UNIT = re.compile(rf"[kKMmBbGT](?![{_LATIN}\d])|[\s{SPACES}~-]?[^\W\d_]{{1,20}}")
_SCALE = rf"[kKMmBbGT](?![{_LATIN}\d])|[\s{SPACES}~-]?(?:hundred|thousand|million|billion|trillion)(?![{_LATIN}])"
_SCALES = frozenset("kKMB")  # of the letters, those that touch a number and hardly stand for a unit
_IN_SOURCE = re.compile(rf"{_NUMBER}(?:{_EXPONENT}|{_SCALE})?")
_LOST_POWER = re.compile(
    r"(?<![\d.,])(?:(\d{1,6}(?:\.\d{1,6})?)\s?[×·]\s?)?10\s?(-\s?\d{1,2}|(?<=[×·]10)\d|(?<=[×·] 10)\d)(?![\d.])"
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


class _SameLength(dict[int, str]):
    """Code point -> what it is for us: digits of every script are ours. Filled as it is asked."""

    def __missing__(self, at: int) -> str:
        char = chr(at)
        self[at] = str(unicodedata.decimal(char)) if char.isdecimal() else char
        return self[at]


_SAME_LENGTH = _SameLength(str.maketrans({**dict.fromkeys("−–‑‐", "-"), "٫": ".", "٬": "'", "，": ",", "．": "."}))


def _counted(words: str, first: int = 0, step: int = 1) -> dict[str, int]:
    return {word: first + step * at for at, word in enumerate(words.split())}


_UNITS = _counted("zero one two three four five six seven eight nine")
_TENS = _counted("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
_IN_WORDS = _UNITS | _TENS | _counted("first second third fourth fifth sixth seventh eighth ninth tenth", 1)
_IN_WORDS |= _counted("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10)
_IN_WORDS |= {"hundred": 100, "thousand": 1000, "dozen": 12, "once": 1, "twice": 2, "double": 2, "triple": 3}
_WORD = re.compile(rf"(?i)\b(?:({'|'.join(_TENS)})-({'|'.join(_UNITS)})|({'|'.join(_IN_WORDS)})(?:d|s)?)\b")

_FORMULA = re.compile(r"\$[^$\n]{1,2000}\$")
_LIST_NUMBER = re.compile(r"(?:^\s*|(?<=\s))\(?\d{1,2}\)(?=\s)|^\s*\d{1,2}[.:](?=\s)")
_SCRIPT = re.compile(r"[_^]\s?\{?\s?-?\s?$")
_SAID = re.compile(r"(?:[=<>≤≥≈~:∈×±]|\\(?:leq?|geq?|approx|sim|times|pm|in|lt|gt|ll|gg))\s?[-+]?\s?$")
_WORD_FIRST = re.compile(r"[^\W\d_A-ZÀ-Þ]{3,}-")  # top-5, mid-2023: a word of its own, no name


def level(text: str) -> str:
    """The text with plain digits, hyphens and points, each at its place."""
    return text if text.isascii() else text.translate(_SAME_LENGTH)


def bare_values_in(source: str) -> set[Value]:
    """The values of those numbers in a source that have no scale of their own, as 7B has."""
    written = {number[0] for number in _IN_SOURCE.finditer(level(source))}
    return {one for bare in written if not bare[-1].isalpha() for way in _source_readings(bare) for one in way}


def values_in(source: str) -> set[Value]:
    """All values that stand in a source, in every way that they may be read."""
    text = level(source)
    found: set[Value] = set()
    for written in {number[0] for number in _IN_SOURCE.finditer(text)}:
        found.update(one for way in _source_readings(written) for one in way)
    found.update(_uncertainty(number) for number in _UNCERTAIN.finditer(text))
    for digits, power in _LOST_POWER.findall(text):
        whole, _, rest = (digits or "1").partition(".")
        found.add(value(whole, rest, int(re.sub(r"\s", "", power))))
    for tens, units, word in set(_WORD.findall("\n".join(set(text.split())))):
        number = sum(_IN_WORDS[one.lower()] for one in (tens, units, word) if one)
        found.add(value(str(number)))
    return found


def _source_readings(written: str) -> list[Reading]:
    number = _IN_SOURCE.match(written)
    if number is None:
        return []
    ways = readings(number["digits"])
    parts = [] if _THOUSANDS.fullmatch(number["digits"]) else re.split(r"[ ,]", number["digits"])
    found, end = _powered(number, written)
    parts += re.findall(r"\d+", written[number.end("digits") :])  # 2^{15}
    return [*found, *ways, *((value(part),) for part in parts if part.isdigit()), *scaled(ways, scale(written[end:]))]


def _uncertainty(number: re.Match[str]) -> Value:
    """0.04 of 1.87(4), 2 of 14(2)."""
    return value(number[2], power=-len(number[1] or ""))


def _powered(number: re.Match[str], text: str, *, typed: bool = False) -> tuple[list[Reading], int]:
    """The readings of a number with its power of ten, and where it ends."""
    ways = readings(number["digits"], typed=typed)
    if number["e"]:
        return scaled(ways, (int(number["e"]),)), number.end()
    end = number.end("times") if number["times"] else number.end("digits")
    if (exponent := _EXPONENT_HERE.match(text, end)) and (number["times"] or number["digits"] == "10"):
        power = int(re.sub(r"\s", "", exponent[1] or exponent[2].translate(_RAISED)))
        return (scaled(ways, (power,)) if number["times"] else [(value("1", power=power),)]), exponent.end()
    return ways, end


def numbers_in(text: str) -> tuple[Number, ...]:
    """The numbers and names with numbers that are to be looked up, each once, in order."""
    return tuple({number.text: number for number in _numbers(text)}.values())


def _numbers(text: str) -> Iterator[Number]:
    plain = _LIST_NUMBER.sub(lambda found: " " * len(found[0]), level(text))
    formulas = bytearray(len(plain) + 1)
    for formula in _FORMULA.finditer(plain):
        formulas[formula.start() : formula.end()] = b"\1" * (formula.end() - formula.start())
    at = 0
    while found := _IN_DRAFT.search(plain, at):
        at = found.end()
        if not found["name"]:
            number, at = _number(found, plain, text)
            if not _is_notation(plain, found, within=bool(formulas[found.start()])):
                yield number
        elif not formulas[found.start()] and not re.match(r"[^\W\d]_", found["name"]):
            yield Number(text[found.start() : at], tuple(_after_word(found["name"])), name=True)


def _number(found: re.Match[str], plain: str, text: str) -> tuple[Number, int]:
    ways, end = _powered(found, plain, typed=True)
    if uncertain := _UNCERTAIN.match(plain, found.start()):
        both = [(*way, _uncertainty(uncertain)) for way in ways]
        return Number(text[slice(*uncertain.span())], tuple(both)), uncertain.end()
    unit = _UNIT.match(plain, end)
    powers = scale(unit[0]) if unit else ()
    if unit and powers:
        both = [*scaled(ways, powers), *ways]
        certain = both[: -len(ways)] if unit[0] in _SCALES or len(unit[0]) > len(" m") else both
        return Number(text[found.start() : unit.end()], tuple(certain), in_table=tuple(both)), unit.end()
    return Number(text[found.start() : end], tuple(ways)), end


def _after_word(name: str) -> list[Reading]:
    word = _WORD_FIRST.match(name)
    number = _IN_SOURCE.fullmatch(name, word.end()) if word else None
    return readings(number["digits"]) if number else []


def _is_notation(plain: str, found: re.Match[str], *, within: bool) -> bool:
    before = plain[max(0, found.start() - 12) : found.start()]
    if _SCRIPT.search(before):
        return True
    alone = before.endswith("$") and plain.startswith("$", found.end())
    return within and len(found[0]) == 1 and not alone and not _SAID.search(before)
