"""Are lies in a note caught, and is what is true let through? Drafts on real papers, of items that are all true and all
false, each known to be so without the checks.

python -m bench.notes_truth FOLDER [SEED]

FOLDER: papers as arXiv or ar5iv show them (*.html, *.xhtml) and as *.pdf; those that cannot be read are passed over.
"""

import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.fulltext.page import read_page
from bot.adapters.fulltext.pdf import read_pdf
from bot.checking import check
from bot.domain.fulltext import Equation, FullText, Paragraph, Section, TextSource
from bot.domain.note import Content, Formula, Statement, Symbol
from bot.errors import TextError

EACH = 150  # items of one kind and paper
SHOWN = 6  # wrong answers of one kind that are printed
NUMBER = re.compile(r"(?<![\w.,$^_{])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?=[\s;:)%$]|[.,]\s|$)")
SCALED = re.compile(r"(?<![\w.,-])(\d+(?:\.\d+)?)([kKMB])(?!\w)")
SCALES = {
    "k": ("thousand", "mil", "тыс."),
    "M": ("million", "Millionen", "millions de"),
    "B": ("billion", "Milliarden"),
}
SCALES["K"] = SCALES["k"]
SYMBOL = re.compile(
    r"(?<!hat\{)(?<!tilde\{)"
    r"(?:\\(?:mathbf|mathcal|mathbb|boldsymbol|hat|tilde|bar)\{[A-Za-z]\}"
    r"|\\(?:alpha|beta|gamma|theta|phi|lambda|sigma|mu)"
    r"(?![A-Za-z])|(?<![\\A-Za-z{])[A-Za-z](?![A-Za-z]))(?:_\{[A-Za-z0-9,+-]*\})?"
)
STRANGE = [
    rf"\{name}" for name in ("alpha", "beta", "gamma", "zeta", "eta", "kappa", "xi", "rho", "chi", "omega", "Upsilon")
]
STRANGE += [
    *"abcdfghjkmnpqruvwyzBCDFGHJKMNPQRSUWYZ",
    "W_{q}",
    "z_{t}",
    r"\hat{y}",
    r"\mathcal{R}",
    "softplus",
    r"\theta^{-}_{q}",
]


@dataclass(frozen=True)
class Item:
    """One thing that a draft says. kind: as in Checks, and how it was made."""

    kind: str
    said: Statement | Formula


def about(equation: str, symbol: str = "") -> Formula:
    """A formula of which no more is said than that it holds the symbol."""
    return Formula(equation, "It", (Symbol(symbol, "a symbol"),) if symbol else (), "It matters.")


def prose(text: FullText) -> list[str]:
    """The paper's sentences of eight words or more."""
    lines = [text.abstract, *(block.text for block in text.blocks() if isinstance(block, Paragraph))]
    found = [one.strip() for line in lines for one in re.split(r"(?<=[a-z)]\.)\s+(?=[A-Z])", line)]
    return [one for one in found if len(one.split()) >= 8]


def typed_again(sentence: str, dice: random.Random) -> str:
    """A quotation as a truthful writer may give it."""
    words = sentence.rstrip(".").split()
    words = words[dice.randrange(3) : len(words) - dice.randrange(3)]
    match dice.randrange(6):
        case 0 if len(words) > 8 and not any("$" in word for word in words):
            middle = dice.randrange(3, len(words) - 3)
            words[middle : middle + 2] = ["…"]
        case 1:
            words[0] = words[0].capitalize() if "$" not in words[0] else words[0]
        case 2:
            return " ".join(words).replace("-", "‑").replace("'", "’").replace("fi", "ﬁ").replace(" ", "\u00a0", 2)
        case 3:
            return re.sub(r"\s*\[\d+(?:, ?\d+)*\]", "", " ".join(words))
    return " ".join(words)


def true_quotes(text: FullText, dice: random.Random) -> Iterator[Item]:
    """Sentences, trimmed and typed again, as quotations and within a text."""
    for sentence in prose(text):
        quote = typed_again(sentence, dice)
        yield Item("quotes, as such", Statement("It says so.", quote=quote))
        if not re.search('[“”„"«»]', quote):
            marks = dice.choice(("“{}”", '"{}"', "„{}“", "« {} »"))
            yield Item("quotes, in a text", Statement(f"As it says, {marks.format(quote)}."))


def false_quotes(text: FullText, dice: random.Random) -> Iterator[Item]:
    """Sentences with one word changed, left out or put in."""
    sentences = prose(text)
    vocabulary = sorted({word for one in sentences for word in one.split() if word.isalpha() and len(word) > 3})
    whole = " ".join(" ".join(sentences).split()).casefold()
    for sentence in sentences:
        words = sentence.rstrip(".").split()
        plain = [at for at, word in enumerate(words) if word.isalpha() and 0 < at < len(words) - 1]
        if not plain:
            continue
        at, other = dice.choice(plain), dice.choice(vocabulary)
        words[at : at + 1] = dice.choice(([other], [], [words[at], other]))
        if (quote := " ".join(words)).casefold() not in whole and other.casefold() != sentence.split()[at].casefold():
            yield Item("quotes, as such", Statement("It says so.", quote=quote))
            yield Item("quotes, in a text", Statement(f"As it says, “{quote}”."))


def numbers(text: FullText) -> list[str]:
    """The numbers in its sentences and tables, as printed."""
    cells = [cell for table in text.tables.values() for row in table.rows for cell in row]
    lines = [text.abstract, *(block.text for block in text.blocks() if isinstance(block, Paragraph)), *cells]
    return sorted({number for line in lines for number in NUMBER.findall(line)})


def true_numbers(text: FullText, dice: random.Random) -> Iterator[Item]:
    """Numbers as printed, and as they are written elsewhere."""
    ways: tuple[Callable[[str], str], ...] = (
        lambda number: number,
        lambda number: number.translate(str.maketrans(".,", ",.")),
        lambda number: number.replace(",", ""),
        lambda number: number.replace(",", "\u202f").replace(".", ","),
        lambda number: f"{number}0" if "." in number else f"{number}.0" if "," not in number else number,
        lambda number: f"${number}$",
    )
    texts = (
        "It reaches {} there.",
        "Sie liegt bei {} %, wie gezeigt.",
        "From {} on ({} in all).",
        "在实验中使用了{}个样本。",
    )
    for number, letter in sorted(set(SCALED.findall(" ".join(prose(text))))):
        way = dice.choice((f"{number} {letter}", *(f"{number} {word}" for word in SCALES[letter])))
        yield Item("numbers, millions", Statement(f"It has {way} of them."))
    for number in numbers(text):
        yield Item("numbers", Statement(dice.choice(texts).replace("{}", dice.choice(ways)(number))))


def false_numbers(text: FullText, dice: random.Random) -> Iterator[Item]:
    """Numbers with one digit changed; of three digits or more, for smaller ones are everywhere."""
    for number in numbers(text):
        digits = [at for at, char in enumerate(number) if char.isdigit()]
        if len(digits) < 3:
            continue
        at = dice.choice(digits)
        other = dice.choice([digit for digit in "123456789" if digit != number[at]])
        yield Item("numbers", Statement(f"It reaches {number[:at]}{other}{number[at + 1 :]} there."))


def printed(text: FullText) -> dict[str, list[str]]:
    """Number as printed of its sections, tables, equations and figures, by their English name."""
    found: dict[str, list[str]] = defaultdict(list)
    for section in text.sections:
        found["Section"] += [section.number] if section.number else []
    for block in text.blocks():
        if isinstance(block, Equation):
            found["Equation"] += block.numbers
        elif not isinstance(block, Paragraph | Section):
            kind = block.kind if hasattr(block, "kind") else type(block).__name__
            found[kind] += [block.number] if block.number else []
    return found


WAYS = {
    "Section": ("Section {}", "Sec. {}", "section {}", "Abschnitt {}", "§ {}", "第{}节", "la sección {}"),
    "Table": ("Table {}", "Tab. {}", "Tabelle {}", "表{}", "le tableau {}", "Table {}, row 2"),
    "Equation": ("Equation ({})", "Eq. ({})", "Eqs. {}", "Gleichung ({})", "式({})", "equation {}"),
    "Figure": ("Figure {}", "Fig. {}", "Abbildung {}", "Fig. {}a", "图{}"),
}


def true_places(text: FullText, dice: random.Random) -> Iterator[Item]:
    """Keys, labels and names in words."""
    for key, label in text.labels.items():
        yield Item("places, where", Statement("It stands there.", where=dice.choice((key, label, f"[{key}]"))))
    for kind, found in printed(text).items():
        for number in found:
            way = dice.choice(WAYS.get(kind, (f"{kind} {{}}",))).format(number)
            yield Item("places, in a text", Statement(f"See {way} for more."))


def false_places(text: FullText, dice: random.Random) -> Iterator[Item]:
    """Keys and numbers beyond those that there are."""
    for _ in range(30):
        kind = dice.choice(sorted(WAYS))
        way = dice.choice(WAYS[kind]).format(dice.randrange(120, 999))
        yield Item("places, in a text", Statement(f"See {way} for more."))
        yield Item(
            "places, where", Statement("There.", where=dice.choice((f"{dice.choice('STEAFP')}{900 + _}", f"{kind} 99")))
        )


def true_formulas(text: FullText, dice: random.Random) -> Iterator[Item]:
    """The paper's equations with symbols cut out of their TeX."""
    for equation in text.equations.values():
        found = sorted({one for one in SYMBOL.findall(equation.tex) if one not in {"d"}})
        for symbol in dice.sample(found, min(3, len(found))):
            yield Item("symbols", about(equation.key, symbol))


def false_formulas(text: FullText, dice: random.Random) -> Iterator[Item]:
    """Symbols that are not in an equation's TeX, and equations that there are not."""
    for at, equation in enumerate(text.equations.values()):
        plain = re.sub(r"\\math[a-z]+|\\operatorname", "", equation.tex)
        symbol = dice.choice([one for one in STRANGE if one[0] != "\\" or one not in plain])
        core = re.sub(r"[_^].*|\\hat|\\mathcal|[{}]", "", symbol)
        if core not in plain:
            yield Item("symbols", about(equation.key, symbol))
        yield Item("equations", about(f"E{900 + at}"))


def exact(lines: Iterable[str]) -> list[str]:
    """The numbers with a decimal point in the lines."""
    return sorted({number for line in lines for number in NUMBER.findall(line) if "." in number})


def true_standing(text: FullText, dice: random.Random) -> Iterator[Item]:
    """Numbers of tables, and sentences that refer to a table, each with that table as their place."""
    for key, table in text.tables.items():
        for number in exact(cell for row in table.rows for cell in row):
            yield Item("numbers, at a table", Statement(f"It reaches {number} there.", key))
        said = [one for one in prose(text) if table.number and f"Table {table.number} " in one]
        yield from (Item("sentences, at a table", Statement(one, key)) for one in said)


def false_standing(text: FullText, dice: random.Random) -> Iterator[Item]:
    """Numbers of one table with another as their place, which does not have them."""
    for key, table in text.tables.items():
        if others := [one for other, one in text.tables.items() if other != key and not one.cut and one.rows]:
            other = dice.choice(others)
            there = "\n".join((text.abstract, other.caption, *(cell for row in other.rows for cell in row)))
            for number in (one for one in exact(cell for row in table.rows for cell in row) if one not in there):
                yield Item("numbers, at a table", Statement(f"It reaches {number} there.", other.key))


TRUE = (true_quotes, true_numbers, true_places, true_formulas, true_standing)
FALSE = (false_quotes, false_numbers, false_places, false_formulas, false_standing)


class Count:
    """Of each kind, how many items there were, and those that were judged wrongly."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()
        self.wrong: defaultdict[str, list[str]] = defaultdict(list)

    def show(self, title: str, wrong: str) -> None:
        """Print a line a kind, and some of what went wrong."""
        print(f"\n{title}")
        for kind, of in sorted(self.of.items()):
            bad = self.wrong[kind]
            print(f"  {kind:20}{of:6} items{len(bad):6} {wrong} ({len(bad) / of:.2%})")
            for one in bad[:SHOWN]:
                print(f"      {one[:170]}")


def failed(text: FullText, items: list[Item]) -> list[bool]:
    """Of each item, whether the checks found fault with it. A draft explains an equation once: so, many drafts."""
    result = [False] * len(items)
    rounds: defaultdict[int, list[int]] = defaultdict(list)
    seen: Counter[str] = Counter()
    for at, item in enumerate(items):
        key = item.said.equation if isinstance(item.said, Formula) else ""
        rounds[seen[key] if key else 0].append(at)
        seen[key] += 1
    for chosen in rounds.values():
        formulas = [at for at in chosen if isinstance(items[at].said, Formula)]
        findings = [at for at in chosen if isinstance(items[at].said, Statement)]
        draft = Content(
            Statement("Said."),
            formulas=tuple(one for at in formulas if isinstance(one := items[at].said, Formula)),
            findings=tuple(one for at in findings if isinstance(one := items[at].said, Statement)),
        )
        for fault in check(draft, text, text.equations, {}).faults:
            part, _, number = fault.where.partition(" ")
            result[{"formulas": formulas, "findings": findings}[part][int(number) - 1]] = True
    return result


def stands_there(said: Statement | Formula, text: FullText) -> bool:
    """Whether an invented number is another number of the paper: its digits stand somewhere, with any signs between."""
    digits = re.sub(r"\D", "", said.text if isinstance(said, Statement) else "").strip("0")
    whole = "\n".join(
        (text.abstract, *text.bibliography, *(str(one) for block in text.blocks() for one in vars(block).values()))
    )
    return any(re.sub(r"\D", "", one).strip("0") == digits for one in re.findall(r"\d+(?:[.,]\d+)*", whole))


def papers(folder: Path) -> Iterator[FullText]:
    """The papers that can be read, telling of the others."""
    for path in sorted(one for one in folder.rglob("*") if one.suffix in {".html", ".xhtml", ".pdf"}):
        arxiv_id = (re.search(r"\d{4}\.\d{4,5}", path.name) or ["0000.00000"])[0]
        try:
            if path.suffix == ".pdf":
                text = read_pdf(path.read_bytes(), arxiv_id=arxiv_id, version=1, url="https://arxiv.org/")
            else:
                text = read_page(
                    path.read_bytes(), arxiv_id=arxiv_id, version=1, source=TextSource.AR5IV, url="https://arxiv.org/"
                )
        except TextError as error:
            print(f"{path.name}: not read, {error}")
        else:
            yield text


def main() -> None:
    """Print both tables."""
    if len(sys.argv) not in {2, 3} or not Path(sys.argv[1]).is_dir():
        raise SystemExit(__doc__)
    dice = random.Random(int(sys.argv[2]) if len(sys.argv) == 3 else 1)
    alarms, missed, anyway, read, took = Count(), Count(), 0, 0, 0.0
    for text in papers(Path(sys.argv[1])):
        read += 1
        for makers, count, right in ((TRUE, alarms, False), (FALSE, missed, True)):
            items = [item for maker in makers for item in _some(list(maker(text, dice)), dice)]
            began = time.perf_counter()
            verdicts = failed(text, items)
            took += time.perf_counter() - began
            for item, verdict in zip(items, verdicts, strict=True):
                if right and not verdict and item.kind == "numbers" and stands_there(item.said, text):
                    anyway += 1
                    continue
                count.of[item.kind] += 1
                if verdict is not right:
                    count.wrong[item.kind].append(f"{text.arxiv_id} {text.source}: {item.said}")
    alarms.show("What is true", "false alarms")
    missed.show("What is false", "not caught")
    print(f"  besides, {anyway} invented numbers are other numbers of the paper")
    of = sum(alarms.of.values()), sum(missed.of.values())
    wrong = sum(map(len, alarms.wrong.values())), sum(map(len, missed.wrong.values()))
    print(f"\n{read} papers: {wrong[0]} false alarms of {of[0]} ({wrong[0] / max(1, of[0]):.2%}),", end=" ")
    print(f"{of[1] - wrong[1]} of {of[1]} lies caught ({1 - wrong[1] / max(1, of[1]):.2%}), {took:.1f} s of checking")


def _some(items: list[Item], dice: random.Random) -> list[Item]:
    return dice.sample(items, min(len(items), EACH * 2))


if __name__ == "__main__":
    main()
