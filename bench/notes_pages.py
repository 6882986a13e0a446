"""What is read of papers' pages, and what it takes: a table, one line a page, each read in a process of its own.

    python -m bench.notes_pages FOLDER

FOLDER holds pages as arXiv's /html and ar5iv serve them (`*.html`, `*.xhtml`). Seconds: of reading the page from its
bytes, the fastest of three. Peak: most memory that the process held above what it held with everything imported.
Numbered: equations with a number of their own. A page that holds no text shows why instead of the counts.
"""

import json
import platform
import resource
import subprocess
import sys
import time
from collections import Counter
from os import cpu_count
from pathlib import Path

from bot.adapters.fulltext.page import read_page
from bot.domain.fulltext import Algorithm, Equation, Figure, FullText, Paragraph, Table, TextSource, Theorem
from bot.errors import TextError

COUNTED = (Paragraph, Equation, Table, Algorithm, Figure, Theorem)
HEADINGS = ("MB", "s", "peak MB", "sect.", "par.", "eq.", "numb.", "ment.", "tab.", "alg.", "fig.", "thm.", "bib.")


def main(folder: str) -> None:
    """Print the table."""
    print(f"{platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}\n")
    print(f"{'page':<38}" + "".join(f"{heading:>8}" for heading in HEADINGS))
    for path in sorted(path for path in Path(folder).iterdir() if path.suffix in {".html", ".xhtml"}):
        command = [sys.executable, "-c", "import sys; from bench.notes_pages import one; one(sys.argv[1])", str(path)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        counts = "".join(f"{value:>8}" for value in told["figures"])
        print(f"{path.name[:37]:<38}{counts}  {told['says']}".rstrip())


def one(path: str) -> None:
    """Read one page and print its figures as JSON."""
    body = Path(path).read_bytes()
    before = _peak_mb()
    spent, said, text = [], "", None
    for _ in range(3):
        began = time.perf_counter()
        try:
            text = read_page(body, arxiv_id="2601.00001", version=1, source=TextSource.HTML, url="")
        except TextError as error:
            said = f"no text: {error}"
        spent.append(time.perf_counter() - began)
    figures = [f"{len(body) / 1e6:.2f}", f"{min(spent):.3f}", f"{_peak_mb() - before:.0f}"]
    print(json.dumps({"figures": figures + (_counts(text) if text else []), "says": said or _remarks(text)}))


def _counts(text: FullText) -> list[str]:
    found = Counter(type(block) for block in text.blocks())
    equations = text.equations.values()
    of = {kind: str(found[kind]) for kind in COUNTED}
    numbered, mentioned = sum(bool(one.numbers) for one in equations), sum(one.mentions > 0 for one in equations)
    rest = [of[kind] for kind in (Table, Algorithm, Figure, Theorem)]
    return [
        str(len(text.sections)), of[Paragraph], of[Equation], str(numbered), str(mentioned), *rest,
        str(len(text.bibliography)),
    ]  # fmt: skip


def _remarks(text: FullText | None) -> str:
    return " ".join(text.remarks) if text else ""


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
