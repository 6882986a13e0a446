r"""What a formula's TeX is made of: its symbols, and its parts in a form that can be compared.

A symbol is a letter, or a name in upright type of two letters or more ("softmax", "KL"). Its normal form has no fonts,
no sizes, no optional braces and no Unicode letters: `\mathbf{x}_{t}`, `{x}_t`, `\boldsymbol x_t` and `𝐱_t` are all
`x_{t}`; θ is `\theta`, and so is `\vartheta`. Accents count: `\hat{x}` is not `x`. Normal forms are for comparing
only; what people see is the TeX as it was.

Nothing here raises, whatever TeX comes in.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

MOST_CHARACTERS = 20_000  # of a formula; what is beyond is not read
_DEEPEST = 20  # groups within groups; what is deeper is not read
_LONGEST = 60  # characters of a symbol in its normal form; what is longer is a formula of its own


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|.)|\d+(?:[.,]\d+)*|[^\W\d_]|\S|\s+", re.DOTALL)
_GREEK_LETTERS = (
    ("αβγδεζηθικλμν", "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu"),
    ("ξπρστυφχψω", "xi pi rho sigma tau upsilon phi chi psi omega"),
    ("ΓΔΘΛΞΠΣΥΦΨΩ", "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"),
    ("ςϵϑϕϖϱ", "sigma epsilon theta phi pi rho"),
)
GREEK = {char: name for chars, names in _GREEK_LETTERS for char, name in zip(chars, names.split(), strict=True)}
_LETTERS = frozenset(GREEK.values()) | _words("ell hbar imath jmath aleph wp")
_WAYS = {  # a sign in its normal form -> other ways to write it
    "|": r"\mid \vert \lvert \rvert ∣",
    r"\|": r"\Vert \lVert \rVert \parallel ∥ ‖",
    r"\dots": r"\ldots \cdots \dotsc \dotsb \dotsm \vdots \ddots \hdots … ⋯",
    r"\{": r"\lbrace",
    r"\}": r"\rbrace",
    r"\langle": "⟨",
    r"\rangle": "⟩",
    "*": r"\ast ∗",
    "-": "−",
    r"\prime": "′",
    r"\top": r"\intercal ⊤",
    r"\leq": r"\le ≤",
    r"\geq": r"\ge ≥",
    r"\neq": r"\ne ≠",
    r"\rightarrow": r"\to →",
    r"\leftarrow": r"\gets ←",
    r"\nabla": "∇",
    r"\partial": "∂",
    r"\sum": "∑",
    r"\prod": "∏",
    r"\int": "∫",
    r"\in": "∈",
    r"\cdot": "· ⋅",
    r"\times": "×",
    r"\odot": "⊙",
    r"\otimes": "⊗",
    r"\oplus": "⊕",
    r"\circ": "∘",
    r"\infty": "∞",
    r"\sim": "∼",
    r"\approx": "≈",
    r"\propto": "∝",
    r"\cup": "∪",
    r"\cap": "∩",
    r"\sqrt": "√",
    r"\ell": "ℓ",
}
_SAME = {way: sign for sign, ways in _WAYS.items() for way in ways.split()}
_SAME |= {f"\\var{name}": f"\\{name}" for name in _LETTERS}
_FONTS = _words(  # of letters, and what else changes only how something looks
    "mathbf mathbb mathcal mathfrak mathscr boldsymbol bm bold pmb mathnormal vec Bbb frak cal bf it rm sf tt mathop"
    " mathrel mathbin mathord mathopen mathclose mathpunct mathinner displaystyle textstyle scriptstyle"
    " scriptscriptstyle left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm"
    " limits nolimits nonumber notag smash mathstrut strut ensuremath hfill quad qquad allowbreak nobreak hline"
    " mathring boxed cancel underbrace overbrace underline substack scriptsize footnotesize small normalsize"
)
_SPACES = frozenset(("\\,", "\\;", "\\:", "\\!", "\\ ", "\\\\", "\\>", "&", "~", "\\/", "\\\n"))
_NAMES = _words(
    "mathrm text operatorname operatorname* textrm textnormal textsf texttt textit textbf textsc textup mathit mathsf"
    " mathtt mathup mbox hbox"
)
_ACCENTS = {name: name for name in ("hat", "tilde", "bar", "dot", "ddot", "check", "breve", "acute", "grave")}
_ACCENTS |= {"widehat": "hat", "widetilde": "tilde", "overline": "bar", "widebar": "bar", "widecheck": "check"}
_SKIPPED = _words(  # with their argument
    "begin end label tag tag* color textcolor hspace hspace* vspace vspace* ref eqref cite hphantom vphantom phantom"
    " rule class cssId style href kern raisebox mskip"
)
_FUNCTIONS = _words(
    "log ln lg exp min max arg argmin argmax sup inf lim limsup liminf sin cos tan cot sec csc sinh cosh tanh coth"
    " arcsin arccos arctan det dim ker deg gcd hom mod bmod pmod Pr sgn sign"
)
_TEXT = _words(  # words that name nothing in a formula
    "if and or where otherwise else for with in is then to such that all any each of on at as by so the when st subject"
    " from over not only are we have has since because iff etc eg ie cf wrt until return while let"
)
_RELATIONS = _words(r"= \sim \in \leq \geq \neq < > \rightarrow \approx \subset \subseteq")
_ONE_WORD = re.compile(r"[^\W_][\w./-]*")
_SEVERAL_WORDS = re.compile(r"(?=[^\\^$]*+\Z).*?[^\W\d_]{2}", re.DOTALL)


class Kind(StrEnum):
    """What an atom is."""

    LETTER = "letter"
    NAME = "name"
    OTHER = "other"  # digits, operators, brackets, structure, text


@dataclass(frozen=True)
class Atom:
    """One letter, name or sign in its normal form, with what stands below and above it."""

    base: str
    kind: Kind
    below: tuple["Atom", ...] = ()
    above: tuple["Atom", ...] = ()


def symbols(tex: str) -> tuple[str, ...]:
    r"""The distinct symbols of a formula in order, in their normal forms; `\int`, `=`, 2 or `\log` are none.

    A letter with an index is two: `x` and `x_{t}`, and its index holds another: `t`. So is one with a superscript that
    is a name rather than a power (`x^{(k)}`, `\pi^{*}`, `x^{\prime}`). Text is none, except for a name of one word that
    stands on the line: `\text{softmax}`, not `\text{if}` and not the index of `L_{\text{total}}`.
    """
    return tuple(dict.fromkeys(_symbols(atoms(tex))))


def _symbols(line: Iterable[Atom], *, index: bool = False) -> Iterator[str]:
    for atom in line:
        named = atom.kind is Kind.LETTER or (
            atom.kind is Kind.NAME and not index and atom.base not in _FUNCTIONS and atom.base not in _TEXT
        )
        if named:
            yield atom.base
            yield from _indexed(atom)
        yield from _symbols(atom.below, index=True)
        yield from _symbols(atom.above, index=True)


def _indexed(atom: Atom) -> Iterator[str]:
    r"""The atom with its index, and with a superscript that belongs to its name; `E_{x \sim p}` has no index."""
    if atom.below and not any(one.base in _RELATIONS for one in atom.below):
        yield from _short(flat(replace(atom, above=())))
    signs = [one.base for one in atom.above]
    if signs and (signs[0] in {"(", "*", "\\prime", "\\star", "\\dagger"} or atom.above[0].kind is Kind.NAME):
        yield from _short(flat(atom))


def _short(symbol: str) -> tuple[str, ...]:
    return (symbol,) if len(symbol) <= _LONGEST else ()


def flat(atom: Atom) -> str:
    """The atom as TeX in its normal form: `x_{t}^{(k)}`."""
    text = ""
    for piece in pieces((atom,)):
        command = text.rpartition("\\")[2] if "\\" in text else ""
        text += f" {piece}" if command.isalpha() and piece[:1].isalpha() else piece
    return text


def pieces(line: Iterable[Atom]) -> Iterator[str]:
    """The parts of a line one after another, as they are compared: `x`, `_{`, `t`, `}`."""
    for atom in line:
        if atom.base:
            yield atom.base
        for sign, script in (("_{", atom.below), ("^{", atom.above)):
            if script:
                yield sign
                yield from pieces(script)
                yield "}"


@lru_cache(maxsize=512)
def atoms(tex: str) -> tuple[Atom, ...]:
    """A formula as a line of atoms in their normal forms; braces, spaces, fonts and sizes are gone."""
    text = "".join(_GREEK_TEX.get(char, char) for char in _plain(tex[:MOST_CHARACTERS]))
    return tuple(_line(_Tokens([one.group() for one in _TOKEN.finditer(text)]), 0))


_GREEK_TEX = {char: f"\\{name} " for char, name in GREEK.items()}
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₜ", "0123456789ijknt", strict=True))
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿⁱᵀ", "0123456789niT", strict=True))


def _plain(tex: str) -> str:
    """Unicode's styled letters as plain ones (𝐱, ℝ, ₂), without a dollar sign."""
    text = "".join(
        f"_{{{_SUBSCRIPTS[char]}}}"
        if char in _SUBSCRIPTS
        else f"^{{{_SUPERSCRIPTS[char]}}}"
        if char in _SUPERSCRIPTS
        else char
        for char in tex.replace("$", " ")
    )
    return "".join(char if char in _SAME else unicodedata.normalize("NFKC", char) for char in text)


class _Tokens:
    """The tokens that are still to be read."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def next(self) -> str:
        """Without taking it; "" at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def take(self) -> str:
        """The next one; "" at the end."""
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else ""

    def skip(self) -> None:
        """Take the spaces that are next."""
        while self.next.isspace():
            self.take()

    def group(self) -> list[str]:
        """The tokens of the next argument, without its braces."""
        self.skip()
        if self.next != "{":
            return [self.take()] if self.next and self.next != "}" else []
        self.take()
        depth, start = 1, self._at
        while depth and self.next:
            depth += {"{": 1, "}": -1}.get(self.take(), 0)
        return self._tokens[start : self._at - (0 if depth else 1)]

    def argument(self) -> list[str]:
        """As `group`; a command that has an argument itself takes it along: `_\\mathrm{max}`."""
        self.skip()
        taken: list[str] = []
        while self.next[:1] == "\\" and self.next[1:] in _TAKES_ALONG and len(taken) < _DEEPEST:
            taken.append(self.take())
            self.skip()
        return [*taken, "{", *self.group(), "}"] if taken else self.group()


_TAKES_ALONG = _FONTS | _NAMES | frozenset(_ACCENTS)


def _line(tokens: _Tokens, depth: int) -> list[Atom]:
    line: list[Atom] = []
    while mark := tokens.next:
        if mark == "{":
            line += _one(_inside(tokens.group(), depth), tokens)
            continue
        tokens.take()
        if mark in {"_", "^"}:
            _attach(line, _inside(tokens.argument(), depth), below=mark == "_")
        elif mark in {"'", "′"}:
            _attach(line, [Atom("\\prime", Kind.OTHER)], below=False)
        elif mark != "}" and mark not in _SPACES and not mark.isspace():
            line += _read(mark, tokens, depth)
    return line


def _inside(tokens: list[str], depth: int) -> list[Atom]:
    return _line(_Tokens(tokens), depth + 1) if depth < _DEEPEST else []


def _one(inner: list[Atom], tokens: _Tokens) -> list[Atom]:
    """A group; scripts behind one of several atoms belong to all of them."""
    tokens.skip()
    return [*inner, Atom("", Kind.OTHER)] if len(inner) != 1 and tokens.next in {"_", "^"} else inner


def _attach(line: list[Atom], script: list[Atom], *, below: bool) -> None:
    atom = line.pop() if line else Atom("", Kind.OTHER)
    if len(atom.below) + len(atom.above) > _LONGEST:
        line.append(atom)
    elif below:
        line.append(replace(atom, below=(*atom.below, *script)))
    else:
        line.append(replace(atom, above=(*atom.above, *script)))


def _read(token: str, tokens: _Tokens, depth: int) -> list[Atom]:
    token = _SAME.get(token, token)
    name = token[1:] if token.startswith("\\") else ""
    if name in _SKIPPED:
        if "".join(tokens.group()) in {"array", "tabular"} and name == "begin":
            tokens.group()  # its columns
        return []
    if name in _NAMES:
        return _one(_name(tokens.argument(), depth), tokens)
    if name in _ACCENTS:
        return _accented(_ACCENTS[name], _inside(tokens.argument(), depth))
    if name in _FONTS:
        return []  # what it is applied to follows, in braces or not
    if name in _FUNCTIONS:
        return [Atom(name, Kind.NAME)]
    return [Atom(token, Kind.LETTER if name in _LETTERS or token.isalpha() else Kind.OTHER)]


def _name(inner: list[str], depth: int) -> list[Atom]:
    """Upright letters: a name if it is one word of two letters or more; several words are text."""
    letters = "".join(
        {"\\_": "_", "\\-": "-"}.get(token, token)
        for token in inner
        if token not in _SPACES and token not in {"{", "}"}
    ).strip()
    if len(letters) > 1 and _ONE_WORD.fullmatch(letters):
        return [Atom(letters, Kind.NAME)]
    return [Atom(letters, Kind.OTHER)] if _SEVERAL_WORDS.match(letters) else _inside(inner, depth)


def _accented(accent: str, inner: list[Atom]) -> list[Atom]:
    if len(inner) != 1:
        return inner
    [atom] = inner
    return [replace(atom, base=f"\\{accent}{{{atom.base}}}")]
