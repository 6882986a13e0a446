"""The one Jinja environment, and its filters. Nothing else imports jinja2.

Names: `templates/site/day.html.j2`, `prompts/judge.md.j2`. A missing variable is an error, never a blank. Names that
end in .html.j2 or .mjml.j2 escape every value for HTML; .mrkdwn.j2 escapes every value for Slack.
"""

from datetime import date
from functools import cache

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, TemplateError

from bot.errors import RenderError
from bot.resources import folder

HTML = (".html.j2", ".mjml.j2")


class Mrkdwn(str):
    """Slack text that is escaped already."""

    __slots__ = ()


def escape_mrkdwn(value: object) -> Mrkdwn:
    """Escape the three characters that Slack gives a meaning: https://docs.slack.dev/messaging/formatting-message-text."""
    if isinstance(value, Mrkdwn):
        return value
    return Mrkdwn(str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def long_date(day: date) -> str:
    """Wednesday 6 May 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def render(template: str, /, **values: object) -> str:
    """Fill in one template. Raises RenderError, naming the template, if it is missing, broken or lacks a value."""
    environment = _slack() if template.endswith(".mrkdwn.j2") else _environment()
    try:
        return environment.get_template(template).render(**values)
    except TemplateError as error:
        raise RenderError(f"{template}: {error}", permanent=True) from error


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PrefixLoader({name: FileSystemLoader(folder(name)) for name in ("templates", "prompts")}),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(HTML),  # noqa: S701 - on for all HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters["long_date"] = long_date
    return environment


@cache
def _slack() -> Environment:
    return _environment().overlay(autoescape=False, finalize=escape_mrkdwn)
