"""Debian's Chromium without a window: what a page measures, and what it looks like."""

import json
import re
import shutil
import struct
import subprocess
import zlib
from dataclasses import dataclass
from html import escape, unescape
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

QUIET = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps"),
]
# Blink's own numbers; --force-dark-mode changes the browser's frame, not prefers-color-scheme.
SCHEMES = {"dark": 0, "light": 1}
# A window cannot be narrower than about 500 pixels, so pages are measured in frames. A frame of srcdoc belongs to the
# same origin as this page, whose script may therefore look into it; the page in it may run none.
PROBE = """<!doctype html><body style="margin:0">{frames}<script>
addEventListener("load", () => {{
  const found = [...document.querySelectorAll("iframe")].map(frame => {{ {look} }});
  document.body.textContent = JSON.stringify(found);
}});
</script>"""


@dataclass(frozen=True)
class Picture:
    """Pixels in rows, three or four bytes each."""

    width: int
    height: int
    channels: int
    rows: tuple[bytes, ...]

    def colour(self, x: int, y: int) -> tuple[int, ...]:
        """Red, green and blue, 0-255, of one pixel."""
        return tuple(self.rows[y][x * self.channels : x * self.channels + 3])


def measure(folder: Path, pages: list[str], width: int | list[int], look: str) -> list[Any]:
    """Show each page in a frame `width` pixels wide and run `look` on it: JavaScript that returns what JSON can hold.

    width: one for all pages, or one for each.
    `look` sees the frame as `frame`. All pages are looked at in one start of the browser.
    """
    frames = "".join(
        f'<iframe width="{wide}" height="800" style="border:0" srcdoc="{escape(page)}"></iframe>'
        for page, wide in zip(pages, width if isinstance(width, list) else repeat(width, len(pages)), strict=True)
    )
    place = folder / "probe.html"
    place.write_text(PROBE.format(frames=frames, look=look), encoding="utf-8")
    dumped = _chromium(folder, "--virtual-time-budget=10000", "--dump-dom", place.as_uri())
    answer = re.search(r"<body[^>]*>(.*?)</body>", dumped, re.DOTALL)
    assert answer, dumped[:500]
    return list(json.loads(unescape(answer[1])))


def picture(folder: Path, page: str, *, width: int, height: int, scheme: str) -> Picture:
    """A page as a reader with that colour scheme sees it. scheme: dark or light."""
    place, image = folder / "page.html", folder / "page.png"
    place.write_text(page, encoding="utf-8")
    _chromium(
        folder,
        f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
        f"--window-size={width},{height}",
        f"--screenshot={image}",
        place.as_uri(),
    )
    return read_png(image.read_bytes())


def _chromium(folder: Path, *arguments: str) -> str:
    program = shutil.which("chromium")
    if not program:
        pytest.skip("chromium is not installed: `apt-get install chromium` lets this test look at the page")
    command = [program, *QUIET, f"--user-data-dir={folder / 'profile'}", *arguments]
    return subprocess.run(command, capture_output=True, check=True, timeout=50).stdout.decode()


def read_png(data: bytes) -> Picture:
    """Decode a PNG of 8-bit RGB or RGBA without interlacing: https://www.w3.org/TR/png-3/, 9.2 and 11."""
    width, height, _, kind = struct.unpack(">IIBB", data[16:26])
    channels = {2: 3, 6: 4}[kind]
    packed, at = b"", 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + size]
        at += size + 12
    raw, stride = zlib.decompress(packed), width * channels
    rows: list[bytes] = []
    above = bytes(stride)
    for start in range(0, len(raw), stride + 1):
        above = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), above, channels)
        rows.append(above)
    return Picture(width, height, channels, tuple(rows))


def _unfiltered(kind: int, row: bytearray, above: bytes, channels: int) -> bytes:
    for place in range(len(row) if kind else 0):
        left = row[place - channels] if place >= channels else 0
        corner = above[place - channels] if place >= channels else 0
        row[place] = (row[place] + _predicted(kind, left, above[place], corner)) & 255
    return bytes(row)


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:  # Paeth: whichever neighbour is nearest to left + up - corner
        return min((left, up, corner), key=lambda one: abs(left + up - corner - one))
    return (0, left, up, (left + up) // 2)[kind]
