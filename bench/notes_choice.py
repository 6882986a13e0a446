"""Which equations, tables and claims are chosen from the pages in a folder, to be compared with the papers by eye.

    python -m bench.notes_choice FOLDER [PAGE…]

FOLDER holds pages of full texts as arXiv or ar5iv serve them (*.html, *.xhtml); PAGE is a part of a file's name.
"""

import platform
import re
import sys
import time
from collections.abc import Iterator, Sequence
from os import cpu_count
from pathlib import Path

from bot.adapters.fulltext.page import read_page
from bot.domain.fulltext import FullText, TextSource
from bot.errors import TextError
from bot.ranking.equations import ChosenEquation, choose
from bot.ranking.excerpt import excerpt, size
from bot.ranking.results import Results, results

WIDTH, TOKENS = 150, 40_000
_ID = re.compile(r"\d{4}\.\d{4,5}")


def pages(folder: Path, wanted: Sequence[str]) -> Iterator[Path]:
    """By name; all of them if none are named."""
    for path in sorted(folder.glob("*.*html")):
        if not wanted or any(part in path.name for part in wanted):
            yield path


def cut(text: str) -> str:
    """One line of a terminal."""
    line = " ".join(text.split())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def show(text: FullText, chosen: Sequence[ChosenEquation], found: Results) -> None:
    """What was chosen, and why."""
    print(f"\n{text.title}\n{len(text.equations)} equations, {len(chosen)} chosen:")
    for number, one in enumerate(chosen, start=1):
        where = f"{text.labels[one.equation.key]}, {text.section_of[one.equation.key].label}"
        print(f"  {number}. {where}; {one.score:.1f} points")
        print(f"     {cut(one.equation.tex)}\n     {'; '.join(one.reasons)}")
    for table in found.tables:
        print(f"  {cut(f'{text.labels[table.key]}: {table.caption}')}")
    for claim in found.claims:
        print(f"  - {cut(f'[{claim.where}] {claim.text}')}")


def row(path: Path) -> str:
    """Reads one page, shows what was chosen of it, and returns its line of the table."""
    body = path.read_bytes()
    named = _ID.search(path.name)
    try:
        started = time.perf_counter()
        text = read_page(
            body,
            arxiv_id=named[0] if named else path.stem,
            version=None,
            source=TextSource.AR5IV,
            url="https://arxiv.org",
        )
        read = time.perf_counter()
        chosen, found = choose(text), results(text)
        kept = [one.equation.key for one in chosen] + [table.key for table in found.tables]
        part = excerpt(text, kept, TOKENS)
        done = time.perf_counter()
    except TextError as error:
        return f"{path.name:34} {error.what}"
    show(text, chosen, found)
    print(f"  left out of {TOKENS} tokens: {'; '.join(part.left_out) or 'nothing'}")
    counts = (len(text.sections), len(text.equations), len(chosen), len(found.tables), len(found.claims))
    tokens = f"{size(text.sections):8}{size(part.sections):8}"
    times = f"{1000 * (read - started):8.0f}{1000 * (done - read):8.0f}"
    return f"{path.name:34}{''.join(f'{count:10}' for count in counts)}{tokens}{times}"


def main() -> None:
    """One page after another, and a table of them all."""
    if len(sys.argv) < 2 or not Path(sys.argv[1]).is_dir():
        raise SystemExit("Name a folder of pages: python -m bench.notes_choice FOLDER [PAGE…]")
    rows = [row(path) for path in pages(Path(sys.argv[1]), sys.argv[2:])]
    print(
        f"\n{platform.platform()}, {cpu_count()} processors; tokens as estimated; reading and choosing in milliseconds"
    )
    heads = "".join(f"{head:>10}" for head in ("sections", "equations", "chosen", "tables", "claims"))
    print(f"{'page':34}{heads}{'tokens':>8}{'kept':>8}{'reading':>8}{'choosing':>9}")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
