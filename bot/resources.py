"""Where prompts/ and templates/ are: beside bot/ in a checkout, inside it in an installed wheel."""

from pathlib import Path

from bot.errors import RenderError


def folder(name: str) -> Path:
    """The folder `prompts` or `templates`. Raises RenderError if this installation has lost it."""
    here = Path(__file__).resolve().parent
    for place in (here / name, here.parent / name):
        if place.is_dir():
            return place
    raise RenderError(
        f"the folder {name}/ is missing from this installation", hint="Install broadsheet again", permanent=True
    )
