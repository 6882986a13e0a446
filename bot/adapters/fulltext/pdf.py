"""The text of a PDF: pypdf reads it in a process of its own, and what it finds is put into sections."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bot.adapters.fulltext.pdf_text import sections_of
from bot.domain.fulltext import FullText, TextSource
from bot.errors import TextError

PROGRAM = Path(__file__).with_name("pdf_process.py")
MOST_BYTES = 40_000_000
LONGEST_S = 40.0  # by the clock; the program may use half of it of the processor
FEWEST_LETTERS = 200  # of a paper; a scanned one may still have arXiv's stamp as text
LIKELY_SHARE = 0.5  # of what is printed are letters, in any paper whose fonts tell what they draw
# All that a Python needs to find its packages; nothing of ours, such as keys, is handed on.
ENVIRONMENT = ("PATH", "HOME", "PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def read_pdf(body: bytes, *, arxiv_id: str, version: int | None, url: str, seconds: float = LONGEST_S) -> FullText:
    """The text of a PDF, with its sections, captions, bibliography and the numbers of its equations.

    Its formulas and the cells of its tables are no more than the text around them. title and abstract: as far as the
    PDF tells, else empty. url: where a reader finds it. Raises TextError for one that is broken, encrypted, too large
    or without text, and for one that takes more time or memory than a paper should.
    """
    if b"%PDF-" not in body[:1024]:
        raise TextError("it is no PDF")
    if len(body) > MOST_BYTES:
        raise TextError(f"it is larger than {MOST_BYTES / 1e6:g} MB")
    answer = _answer(body, seconds)
    pages: list[str] = answer["pages"]
    _refuse_without_text("".join(pages))
    found = sections_of(pages)
    return FullText(
        arxiv_id=arxiv_id,
        version=version,
        source=TextSource.PDF,
        url=url,
        title=answer["title"] if answer["title"].isprintable() else "",
        abstract=found.abstract,
        sections=found.sections,
        bibliography=found.bibliography,
        equation_numbers=found.equation_numbers,
        remarks=_remarks(pages, answer["total"]),
    )


def _answer(body: bytes, seconds: float) -> dict[str, Any]:
    """What the program says. -P: it must not import its neighbours here by the names of other modules."""
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the PDF is only its input
            [sys.executable, "-P", str(PROGRAM)],
            input=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TextError(f"it was not read within {seconds:g} s") from error
    except OSError as error:
        raise TextError(f"the program that reads it cannot be started ({error.strerror})") from error
    if done.returncode < 0:  # a signal, mostly the one of the limit
        raise TextError("reading it takes more time or memory than a paper should")
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise TextError(f"the program that reads it failed with status {done.returncode}") from error
    if "error" in answer:
        raise TextError(answer["error"])
    return dict(answer)


def _refuse_without_text(text: str) -> None:
    printed = sum(not char.isspace() for char in text)
    letters = sum(char.isalpha() for char in text)
    if letters < FEWEST_LETTERS:
        raise TextError("it holds pictures of its pages, but no text")
    if letters < LIKELY_SHARE * printed:
        raise TextError("its fonts do not tell which letters they draw")


def _remarks(pages: list[str], total: int) -> tuple[str, ...]:
    remarks = ["Read from the PDF, whose formulas and tables cannot be told from its text."]
    if total > len(pages):
        remarks.append(f"Only the first {len(pages)} of {total} pages were read.")
    if unread := sum(not page.strip() for page in pages):
        remarks.append(f"{unread} of {len(pages)} pages gave no text.")
    return tuple(remarks)
