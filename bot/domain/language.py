"""The languages that notes are written in."""

from collections.abc import Mapping

# Code (BCP 47) -> name in English, as a language model is told it.
LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
RIGHT_TO_LEFT = frozenset(("ar", "fa", "he"))


def language_code(text: str) -> str | None:
    """The code of a language that is given by its code or its English name; None for any other text."""
    wanted = text.strip().casefold()
    return next((code for code, name in LANGUAGES.items() if wanted in (code, name.casefold())), None)
