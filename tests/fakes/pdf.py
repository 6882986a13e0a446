"""Small PDFs, built by hand: pages of text lines, and what somebody may make of them to hurt a reader."""

import zlib
from collections.abc import Mapping, Sequence

FONT = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica"
    b" /Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [ 1 /fi /fl /ff ] >> >>"
)
LIGATURES = {"ﬁ": "\x01", "ﬂ": "\x02", "ff": "\x03"}


def pdf(pages: Sequence[Sequence[str]], *, title: str = "") -> bytes:
    """A PDF whose pages hold these lines."""
    return pdf_of([text_stream(lines) for lines in pages], title=title)


def text_stream(lines: Sequence[str]) -> bytes:
    """The content of a page that shows these lines."""
    shown = b"".join(b"(" + _escaped(line) + b") Tj T*\n" for line in lines)
    return b"BT /F1 10 Tf 12 TL 50 780 Td\n" + shown + b"ET"


def pdf_of(contents: Sequence[bytes], *, title: str = "", more: Mapping[bytes, bytes] | None = None) -> bytes:
    """A PDF whose pages have these content streams, packed. more: bytes to replace in it -> by what."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * place) for place in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [ %s ] /Count %d >>" % (kids, len(contents)),
        FONT,
    ]
    for place, content in enumerate(contents):
        packed = zlib.compress(content)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] /Resources << /Font << /F1 3 0 R >> >>"
            b" /Contents %d 0 R >>" % (5 + 2 * place)
        )
        objects.append(b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(packed), packed))
    objects.append(b"<< /Title (" + _escaped(title) + b") >>")
    return _file(objects, more or {})


def _file(objects: Sequence[bytes], more: Mapping[bytes, bytes]) -> bytes:
    body, places = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, start=1):
        for old, new in more.items():
            content = content.replace(old, new)  # noqa: PLW2901 - one after the other
        places.append(len(body))
        body += b"%d 0 obj %s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>" % (size, len(objects))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%s%s\nstartxref\n%d\n%%%%EOF\n" % (size, table, trailer, len(body))


def _escaped(line: str) -> bytes:
    for ligature, code in LIGATURES.items():
        line = line.replace(ligature, code)
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
