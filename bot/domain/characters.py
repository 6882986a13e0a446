"""Which characters may reach a reader."""

import re

# Control characters, lone surrogates, characters that turn the direction of writing (a title could show backwards),
# invisible ones that split words or carry hidden text, and private ones, which stand for lifted formulas in tex.py.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)


def clean(text: str) -> str:
    """The text without what a reader cannot see and must not be misled by. White space stays as it is."""
    return _UNWANTED.sub("", text)


def one_line(text: str) -> str:
    """Clean text in one line."""
    return " ".join(clean(text).split())
