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
# The same in the language itself, as its readers may type it.
_OWN = {
    "ar": "العربية", "cs": "čeština", "da": "dansk", "de": "deutsch", "el": "ελληνικά", "es": "español", "fa": "فارسی",
    "fi": "suomi", "fr": "français", "he": "עברית", "hi": "हिन्दी", "hu": "magyar", "id": "bahasa indonesia",
    "it": "italiano", "ja": "日本語", "ko": "한국어", "nl": "nederlands", "no": "norsk", "pl": "polski",
    "pt": "português", "ro": "română", "ru": "русский", "sv": "svenska", "tr": "türkçe", "uk": "українська",
    "vi": "tiếng việt", "zh": "中文",
}  # fmt: skip
RIGHT_TO_LEFT = frozenset(("ar", "fa", "he"))


def language_code(text: str) -> str | None:
    """The code of a language that is given by its code, its English name or its own; None for any other text."""
    wanted = text.strip().casefold()
    return next((code for code, name in LANGUAGES.items() if wanted in (code, name.casefold(), _OWN.get(code))), None)
