r"""Text for comparing: without TeX, accents and case, so that `Andr\'e`, `{\"O}zg\"ur` and `Pawe{\l}` meet André, Özgür
and Paweł, however a paper or a reader writes them.
"""

import re
import unicodedata

from bot.domain.characters import clean

_SIGNS_OF_TEX = re.compile(r"[\\{}$~]")
# \'e \"{o} \v{s} \c c: an accent, by a sign or by a letter. TeX itself skips the space after one that is a letter.
_ACCENT = re.compile(r"""\\(?:['"`^~=.]|[cvuHkrbdt](?![a-zA-Z])\s*)""")
_LETTER = re.compile(r"\\(ss|SS|ae|AE|oe|OE|aa|AA|dh|DH|dj|DJ|th|TH|ng|NG|[oOlLij])(?![a-zA-Z])\s*")
_SPELLED = {"aa": "a", "dh": "d", "dj": "d"}
_WITH_ARGUMENT = re.compile(r"\\[a-zA-Z]+\s*(?=\{)")  # \textbf{…}: only what it is applied to counts
# Letters that Unicode does not take apart into a plain one and an accent.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ȷ": "j", "æ": "ae", "œ": "oe", "þ": "th",
     "ŋ": "ng"}
)  # fmt: skip
# Accents on letters of Latin, Greek and Cyrillic: in other scripts, a mark makes another letter. And what nobody sees.
_ACCENTS = re.compile("[\u0300-\u036f\u00ad\u200c\u200d]")


def fold(text: str) -> str:
    """The text to compare: accents, case and TeX are gone, punctuation stays. ø is o, ł is l, æ is ae, ß is ss."""
    plain = _without_tex(text) if _SIGNS_OF_TEX.search(text) else text
    if plain.isascii():
        return clean(plain).lower()
    # An acute accent that stands alone is typed for an apostrophe; Unicode would take it apart into a space and a mark.
    apart = unicodedata.normalize("NFKD", clean(plain).replace("´", "'").casefold())
    return _ACCENTS.sub("", apart).casefold().translate(_PLAIN)


def _without_tex(text: str) -> str:
    accentless = _ACCENT.sub("", text)
    spelled = _LETTER.sub(lambda found: _SPELLED.get(found[1].lower(), found[1]), accentless)
    return re.sub(r"[\\{}$]", "", _WITH_ARGUMENT.sub("", spelled)).replace("~", " ")
