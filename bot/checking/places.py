"""Places in a paper: sections, equations, tables and their like, as keys of ours ("T2") or in words ("Table 2").

A place exists if the full text has it, or if its words name it themselves: not all tables of a PDF can be read, but
what refers to them can.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.checking.numbers import level
from bot.checking.squeezed import Squeezed
from bot.domain.fulltext import Algorithm, Block, Equation, Figure, FullText, Paragraph, Table, Theorem

# How places are called, by kind, in English and in the languages of notes. Behind an asterisk, words may go on.
_CALLED = {
    "section": "sections? subsections? sec. secs. sect. §§? abschnitt* kapitel* chapter secci* apartado* seção"
    " seções secção sezion* sectie* paragraaf раздел* розділ* sekcj* rozdzia* sekc* avsnitt* afsnit* seksjon* luku"
    " luvu* bölüm* secțiun* ενότητα* bagian mục phần القسم بخش",
    "appendix": "appendix appendices app. anhang* annexe* apéndice* apêndice* appendic* bijlage* приложени* додат*"
    " dodat* bilaga* bilag* vedlegg* liite* ek παράρτημα* lampiran phụ-lục 附录 附錄 付録 부록",
    "table": "tables? tab. tbl. tabell* tabelle* tableau* tabla* tabela* tabel* таблиц* tabul* taulukko* taulukos*"
    " tablo* πίνακα* bảng جدول الجدول 表格 表 표",
    "figure": "figures? figs? fig. figs. abbildung* abb. figur* figura* figuur* рисун* рис. rysun* obráz* kuva* kuvas*"
    " şekil* εικόνα* σχήμα* gambar hình شكل الشكل شکل 图 圖 図 그림",
    "equation": "equations? eqs? eq. eqs. eqns? eqn. gleichung* gl. équation* ecuaci* equaç* equazion* vergelijking*"
    " уравнени* рівнянн* równani* rovnic* ekvation* ligning* yhtälö* denklem* ecuați* εξίσωση* persamaan phương-trình"
    " معادلة المعادلة معادله formula* formel* formule* 公式 方程 式 수식 식",
    "algorithm": "algorithms? alg. algs. algo. algorithm* algoritm* алгоритм* αλγόριθμο* 算法 アルゴリズム 알고리즘",
    "theorem": "theorems? thm. thms. satz theorem* théorème* teorem* stelling теорем* 定理 정리",
    "lemma": "lemmas? lemmata lem. lemma* lemme* lema* лемм* 引理 補題",
    "corollary": "corollar* cor. korollar* coroll* следстви* 推论",
    "proposition": "propositions? prop. props. proposi* утвержден* 命题 命題",
    "definition": "definitions? def. defs. défini* defini* определени* 定义 定義",
    "assumption": "assumptions? asm. annahme* hypothèse* supuest* предположени* 假设 仮定",
    "remark": "remarks? rem. bemerkung* remarque*",
    "example": "examples? beispiel* exemple* ejemplo*",
    "conjecture": "conjectures? vermutung*",
}
# How the text of a PDF may refer to them.
_SPELLED = {
    "section": ("sec", "sect", "sections", "appendix"),
    "appendix": ("appendices", "app", "section"),
    "table": ("tables", "tab"),
    "figure": ("figures", "fig", "figs"),
    "equation": ("equations", "eq", "eqs", "eqn"),
    "algorithm": ("algorithms", "alg"),
    "theorem": ("theorems", "thm"),
}
_PARTS = frozenset(("section", "appendix"))
_PLURAL = re.compile(r"(?i)(?:s|§§|appendices|lemmata|s\.)$")
_ASIAN = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


def _pattern(words: list[str]) -> str:
    """Longest first. A hyphen is a space."""
    return "|".join(
        way if "?" in way else re.escape(way.replace("-", " ")).replace(r"\*", r"[^\W\d_]{0,6}")
        for way in sorted(words, key=len, reverse=True)
    )


_KINDS = {kind: re.compile(f"(?i:{_pattern(words.split())})") for kind, words in _CALLED.items()}
_ALL = [way for words in _CALLED.values() for way in words.split()]
_DIGITS = r"\d{1,3}(?:\.\d{1,3}){0,4}"
_NUMBER = (
    rf"(?:[A-Z]{{1,2}}[.-]?)?{_DIGITS}(?:[a-z](?![a-z]))?|[A-Z](?:\.\d{{1,3}}){{1,3}}|[IVX]{{1,5}}(?:-[A-Z])?|[A-Z]"
)
_OPEN = r"(?:\s|~|\u00a0){0,3}\$?[(（]?"
# Nothing stands between words in Chinese and Japanese.
_CALL = (
    rf"(?i:(?<![^\W_])(?:{_pattern([way for way in _ALL if not _ASIAN.match(way)])})"
    rf"|{_pattern([way for way in _ALL if _ASIAN.match(way)])})"
)
_END = r"(?![A-Za-z\d])[)\]）]?"
_HEAD = re.compile(rf"(?P<called>{_CALL}){_OPEN}(?P<number>{_NUMBER}){_END}")
_AND = r",\s?(?:and|or)?|and|or|to|through|&|-|und|bis|et|à|y|e|a|en|и|och|og|和|、|와"
_NEXT = re.compile(rf"\s?(?:{_AND})\s?[(\[（]?(?P<number>{_NUMBER}){_END}")
_COUNTED_BEHIND = re.compile(rf"(?:第\s?(?P<a>{_DIGITS})\s?[节節章]|(?P<b>{_DIGITS})\s?[節절장](?![^\W\d_]))")
_LONGEST_KEY = 5
_KEY = re.compile(r"(?<![^\W_])[STEAFP]\d{1,4}(?![^\W_])")
_KEY_IN_TEXT = re.compile(r"\[([STEAFP]\d{1,4})\]")
_ROMAN = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True)
class Place:
    """A place that a text names. text: as it stands there. kind: "table". start, end: where."""

    text: str
    kind: str
    number: str
    start: int
    end: int


class Places:
    """The places of one full text."""

    def __init__(self, text: FullText, words: Squeezed) -> None:
        self._text, self._words = text, words
        self._by_name: dict[tuple[str, str], str] = {}
        for section in text.sections:
            self._add("section", section.number, section.key)
            for block in section.blocks:
                for kind, number in _names(block):
                    self._add(kind, number, "" if isinstance(block, Paragraph) else block.key)
        for number in text.equation_numbers:
            self._add("equation", number, "")
        self._labels = frozenset(text.labels.values())
        self._titles = {section.title.casefold(): section.label for section in text.sections if section.title}

    def _add(self, kind: str, number: str, key: str) -> None:
        if number.strip():
            self._by_name.setdefault((kind, _plain(number)), key)

    def exists(self, place: Place) -> bool:
        """Whether the paper has it."""
        return self._key(place) is not None or any(
            self._words.holds(f"{called} {place.number}") for called in (place.kind, *_SPELLED.get(place.kind, ()))
        )

    def _key(self, place: Place) -> str | None:
        """Its key; "" if it has none, None if it is not in the text."""
        for way in _ways(place.kind, place.number):
            if way in self._by_name:
                return self._by_name[way]
        number = re.escape(_plain(place.number))
        if place.kind in _PARTS:
            kinds, within = _PARTS, re.compile(rf"{number}(?:\.|[A-Z]$|(?<=[A-Z])\d)")  # Section 3, if there is 3.1
        else:
            kinds, within = frozenset((place.kind,)), re.compile(f"{number}[A-Z]$")  # Figure 2, if there is 2a
        return next(("" for kind, other in self._by_name if kind in kinds and within.match(other)), None)

    def label(self, where: str) -> tuple[str, tuple[str, ...]]:
        """A draft's `where` in words for a reader, and those parts of it that name no place of the paper."""
        if where.strip() in self._labels:
            return where.strip(), ()
        parts = [part for part in map(str.strip, re.split(r"[;\n]", where)) if part.strip(" []`().")]
        found = {part: self._labels_of(part) for part in parts}
        good = dict.fromkeys(label for labels in found.values() for label in labels)
        return "; ".join(good), tuple(part for part, labels in found.items() if not labels)

    def _labels_of(self, part: str) -> list[str]:
        if part in self._labels:
            return [part]
        part = part.strip(" []`().")
        if part.casefold() in {"abstract", "title"}:
            return [part.casefold().capitalize()]
        if part.casefold() in self._titles:
            return [self._titles[part.casefold()]]
        keys = _KEY.findall(part.upper() if len(part) <= _LONGEST_KEY else part)
        if keys and not named(part):
            return [self._text.labels[key] for key in keys] if all(key in self._text.labels for key in keys) else []
        places = named(part)
        if not places or not all(self.exists(place) for place in places):
            return []
        return [self._text.labels.get(self._key(place) or "", place.text) for place in places]

    def spelled(self, text: str) -> str:
        """The text with keys in brackets, "[T2]", in words."""
        return _KEY_IN_TEXT.sub(lambda found: self._text.labels.get(found[1], found[0]), text)

    def named_in(self, text: str) -> tuple[Place, ...]:
        """The places that a text names, and those keys in brackets that are none."""
        keys = tuple(Place(found[0], "key", found[1], *found.span()) for found in _KEY_IN_TEXT.finditer(text))
        places = tuple(
            place for place in named(text, self) if not any(key.start <= place.start < key.end for key in keys)
        )
        return (*keys, *places)


def named(text: str, places: Places | None = None) -> tuple[Place, ...]:
    """The places that a text names. places: of which "Table 2 and 3" needs to have Table 3; without: it is one."""
    return tuple(_named(text, level(text), places))


def _named(text: str, plain: str, places: Places | None) -> Iterator[Place]:
    for behind in _COUNTED_BEHIND.finditer(plain):
        yield Place(text[slice(*behind.span())], "section", behind["a"] or behind["b"], *behind.span())
    for head in _HEAD.finditer(plain):
        called, end = head["called"], head.end()
        kind = next(kind for kind, pattern in _KINDS.items() if pattern.fullmatch(called))
        bracket = plain[head.start("number") - 1] in "(（" and kind != "equation"  # "examples (400 of them)"
        if bracket or not _is_number(head["number"], kind, called):
            continue
        yield Place(text[head.start() : end], kind, head["number"], head.start(), end)
        while after := _NEXT.match(plain, end):
            place = Place(text[slice(*after.span("number"))], kind, after["number"], *after.span("number"))
            certain = _PLURAL.search(called) or (places is not None and places.exists(place))
            if not certain or not _is_number(place.number, kind, called):
                break
            yield place
            end = after.end()


def _is_number(number: str, kind: str, called: str) -> bool:
    """A single letter names a section or an appendix; elsewhere it is a word, but for Table I, V and X."""
    roman = number in _ROMAN and kind == "table" and called[0].isupper()
    return len(number) > 1 or number.isdigit() or kind in _PARTS or roman


def _names(block: Block) -> Iterator[tuple[str, str]]:
    if isinstance(block, Equation):
        yield from (("equation", number) for number in block.numbers)
    elif isinstance(block, Theorem):
        called = block.kind.strip()
        kind = next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(called)), called.casefold())
        yield kind, block.number
    elif isinstance(block, Table | Figure | Algorithm):
        yield type(block).__name__.casefold(), block.number


def _plain(number: str) -> str:
    """A number as it is compared: A.2 and A2 are one."""
    return re.sub(r"^([A-Z]{1,2})\.(?=\d)", r"\1", re.sub(r"[\s()$-]", "", number).rstrip(".").upper())


def _ways(kind: str, number: str) -> Iterator[tuple[str, str]]:
    """The names under which a place may be known: Appendix B is Section B, Figure 2a is in Figure 2, Table II is 2."""
    plain = _plain(number)
    numbers = [plain]
    if re.fullmatch(r".*\d[A-Z]", plain):
        numbers.append(plain[:-1])
    if re.fullmatch("[IVX]+", plain):
        numbers.append(str(_arabic(plain)))
    elif plain.isdigit() and int(plain) < 40:
        numbers.append(_roman(int(plain)))
    for one in numbers:
        yield kind, one
        if kind in _PARTS:
            yield ("section" if kind == "appendix" else "appendix"), one


def _arabic(roman: str) -> int:
    digits = [_ROMAN[one] for one in roman]
    return sum(-one if one < max(digits[at:]) else one for at, one in enumerate(digits))


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]
