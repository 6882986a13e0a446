"""What a string of digits may mean, in any language's way to write it."""

import re

# Digits without zeros at either end, and the power of ten that they are multiplied by: 0.0280 is ("28", -3).
Value = tuple[str, int]
# One way to read a number: the values that must all be there. A list such as 1,2,3 is three.
Reading = tuple[Value, ...]

SPACES = "\u00a0\u2007\u2009\u202f"
# What may stand between thousands, besides points and commas: 12 000, 12'000, 12{,}000.
GROUP = rf"(?:[ {SPACES}'’]|\{{,\}}|\\[,;:! ])"
DIGITS = (
    rf"(?:\d{{1,3}}(?:{GROUP}\d{{3}})+(?!\d)(?:[.,]\d{{1,30}})?"
    r"|\d{1,30}(?:[.,]\d{1,30})*|(?<![\d.,])\.\d{1,30})"
)
_GROUP = re.compile(GROUP)
_ROUND = re.compile(r"[1-9]\d{0,2}[.,]000")
_LETTER_SCALES = {"k": (3,), "K": (3,), "M": (6,), "m": (6,), "B": (9,), "b": (9,), "G": (9,), "T": (12,)}
_WORD_SCALES = {  # power of ten -> how its words begin, in the languages of notes
    2: "hundred hundert",
    3: "thousand tausend duizend mille mila mil tusen tusind tuhat tuhan tisíc tys тыс χιλιάδ bin"
    " ribu nghìn ألف هزار हज़ार אלף 千 천",
    4: "万 萬 만",
    5: "लाख lakh",
    6: "mio mln mn mill milion milhõe milió milli milj miljon miljoen milyon млн миллион мільйон εκατομμ juta triệu"
    " مليون میلیون מיליון दस लाख 百万 백만",
    8: "亿 億 억",
    9: "billion bn mrd mld md mia millard milliard miliard miljard mil-millones миллиард млрд мільярд δισεκ milyar"
    " miliar tỷ مليار میلیارد 十亿",
    12: "trillion billion billón bilhõ biljoen триллион трлн 兆 万亿 조",
}
_SCALES = [(word, power) for power, words in _WORD_SCALES.items() for word in words.split()]
_EXACT = 3  # letters; shorter words of scales are not taken for the beginnings of others


def value(whole: str, rest: str = "", power: int = 0) -> Value:
    """Of digits before and behind the decimal point, times ten to the power."""
    digits = (whole + rest).lstrip("0")
    short = digits.rstrip("0")
    return (short, power - len(rest) + len(digits) - len(short)) if short else ("", 0)


def readings(digits: str, *, typed: bool = False) -> list[Reading]:
    """All ways to read digits with points, commas or other signs in them; the parts of a list are read, too.

    typed: by a writer, who adds no zeros to what a paper prints: 4,000 is not 4.
    """
    groups = _GROUP.split(digits)
    joined = "".join(groups)
    if typed and _ROUND.fullmatch(joined):
        return [(value(re.sub("[.,]", "", joined)),)]
    found = _of_joined(joined)
    if len(groups) > 1 and " " in digits:
        found.append(tuple(one for part in groups for one in _of_joined(part)[0]))
    return found


def _of_joined(digits: str) -> list[Reading]:
    parts, marks = re.split("[.,]", digits), re.findall("[.,]", digits)
    found: list[Reading] = []
    if not marks or marks.count(marks[-1]) == 1:
        found.append((value("".join(parts[:-1]), parts[-1]) if marks else value(digits),))
    if marks and 1 <= len(parts[0]) <= 3 and parts[0][0] != "0" and all(len(part) == 3 for part in parts[1:]):
        found.append((value("".join(parts)),))
    return found or [tuple(value(part) for part in parts)]


def scaled(ways: list[Reading], powers: tuple[int, ...]) -> list[Reading]:
    """The readings times each of the powers of ten."""
    return [
        tuple((digits, at + power) if digits else ("", 0) for digits, at in way) for way in ways for power in powers
    ]


def scale(unit: str) -> tuple[int, ...]:
    """Powers of ten that a letter or a word behind a number may stand for: 6 of "M", "million" and "Millionen"."""
    word = unit.strip(f" \t\n~-{SPACES}")
    if word in _LETTER_SCALES:
        return _LETTER_SCALES[word]
    low = word.casefold()
    fits = [start for start, _ in _SCALES if (low.startswith(start) if len(start) > _EXACT else low == start)]
    fits = fits or [start for start, _ in _SCALES if not start.isascii() and low.startswith(start)]
    longest = max(fits, key=len, default="")  # "Milliarden" begins as "Millionen" does
    return tuple(dict.fromkeys(power for start, power in _SCALES if start == longest))
