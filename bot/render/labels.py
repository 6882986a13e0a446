"""The short words of buttons, menus and fields, which stand in templates one a line."""

from bot.domain.characters import one_line
from bot.render.environment import clipped, render
from bot.render.rich_text import harmless


def labels(template: str, **values: object) -> dict[str, str]:
    """Which -> its label, from lines such as `why: Why is this here?` of templates/slack/TEMPLATE.txt.j2."""
    lines = render(f"templates/slack/{template}.txt.j2", **values).splitlines()
    return {which: label for which, _, label in (line.partition(": ") for line in lines if line)}


def short(text: str, most: int) -> str:
    """Somebody's words as a label of at most so many characters; may be empty."""
    return clipped(harmless(one_line(text)), most)
