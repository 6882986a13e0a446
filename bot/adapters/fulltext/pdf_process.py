"""A program of its own: the PDF on its stdin becomes JSON on its stdout, {"title", "pages", "total"} or {"error"}.

pages: the text of each, "" for one that cannot be read; total: how many the PDF has. It runs alone, with little memory,
time and environment, because a PDF may be made to hurt whoever reads it. It knows nothing of the rest of Broadsheet.
"""

import json
import logging
import resource
import sys
from contextlib import suppress
from io import BytesIO

MOST_MEMORY = 768 * 1024**2  # bytes of address space; Python and pypdf take about 100 MB of it
MOST_CPU_S = 20
MOST_PAGES = 150
MOST_CHARACTERS = 1_000_000  # of all pages together
LIMITS = {
    resource.RLIMIT_AS: MOST_MEMORY,
    resource.RLIMIT_CPU: MOST_CPU_S,
    resource.RLIMIT_FSIZE: 0,  # it writes no file
    resource.RLIMIT_CORE: 0,
}


def main() -> None:
    """Read stdin, write stdout."""
    for limit, most in LIMITS.items():
        with suppress(OSError, ValueError):  # macOS has no limit of address space; what can be set still holds
            resource.setrlimit(limit, (most, most))
    logging.disable()
    try:
        answer = _read(sys.stdin.buffer.read())
    except MemoryError:
        answer = {"error": "it needs too much memory"}
    sys.stdout.write(json.dumps(answer))


def _read(body: bytes) -> dict[str, object]:
    from pypdf import PdfReader, overwrite_configuration
    from pypdf.errors import DependencyError, PyPdfError

    overwrite_configuration(
        jbig2dec_binary=None,  # no other program is started
        zlib_maximum_output_length=30_000_000,
        lzw_maximum_output_length=30_000_000,
        stream_decoding_work_maximum_length=60_000_000,
        page_tree_maximum_entries=5_000,
    )
    # A hostile or broken PDF can make pypdf fail in any of these ways.
    broken = (PyPdfError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
    try:
        reader = PdfReader(BytesIO(body), root_object_recovery_limit=1_000, xref_stream_maximum_entries=500_000)
        if reader.is_encrypted and not reader.decrypt(""):
            return {"error": "it is encrypted"}
        total, metadata = len(reader.pages), reader.metadata
        title = str(metadata.title or "") if metadata else ""
    except DependencyError:  # a cipher that is not at hand
        return {"error": "it is encrypted"}
    except broken:
        return {"error": "it is broken"}
    pages: list[str] = []
    left = MOST_CHARACTERS
    for number in range(min(total, MOST_PAGES)):
        try:
            text = reader.pages[number].extract_text()[:left]
        except broken:
            text = ""
        pages.append(text)
        left -= len(text)
    return {"title": title[:1000], "pages": pages, "total": total}


if __name__ == "__main__":
    main()
