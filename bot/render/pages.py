"""The page of one digest: as HTML in one file, as Markdown and as JSON. The wording is in templates/site."""

from bot.domain.digest import Digest
from bot.domain.message import Page
from bot.render.document import document
from bot.render.environment import render
from bot.render.head import head


def day_pages(digest: Digest) -> tuple[Page, ...]:
    """index.html, digest.md and digest.json in the folder of the profile and the day."""
    folder = f"{digest.profile.id}/{digest.day}"
    values = {"digest": digest, "head": head(digest)}
    return (
        Page(f"{folder}/index.html", render("templates/site/day.html.j2", **values) + "\n"),
        Page(f"{folder}/digest.md", render("templates/site/day.markdown.j2", **values) + "\n"),
        Page(f"{folder}/digest.json", document(digest)),
    )
