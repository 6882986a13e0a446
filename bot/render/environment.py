"""The one Jinja environment, and its filters. Nothing else imports jinja2.

Names: `templates/site/day.html.j2`, `prompts/judge.md.j2`. A missing variable is an error, never a blank. Every
value is escaped for the language that a name tells: .html.j2 and .mjml.j2 for HTML, .mrkdwn.j2 for Slack, .markdown.j2
for Markdown. A macro's output counts as a value, so the last two use no macros.
"""

import re
import textwrap
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, TemplateError

from bot.domain.calendar import long_date
from bot.domain.characters import clean, one_line
from bot.domain.language import LANGUAGES
from bot.domain.profile import Profile
from bot.domain.verdict import HotTag
from bot.errors import RenderError
from bot.render.formula_text import formula_rows
from bot.render.links import abs_address, cited, linked
from bot.render.mathml import display_mathml, mathml
from bot.render.tex import to_html, to_unicode
from bot.render.tex_unicode import formula_to_unicode
from bot.resources import folder

HTML = (".html.j2", ".mjml.j2")


class Mrkdwn(str):
    """Slack text that is escaped already."""

    __slots__ = ()


class Markdown(str):
    """Markdown that is escaped already."""

    __slots__ = ()


def escape_mrkdwn(value: object) -> Mrkdwn:
    """Escape the three characters that Slack gives a meaning: https://docs.slack.dev/messaging/formatting-message-text."""
    if isinstance(value, Mrkdwn):
        return value
    return Mrkdwn(str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def escape_markdown(value: object) -> Markdown:
    """Make Markdown show a text as it is, in one line: no markup, no HTML, no formulas, no address turned into a link.

    Source: https://github.github.com/gfm/, backslash escapes and extended autolinks. An autolinked mail address has no
    escape, so a word joiner breaks it.
    """
    if isinstance(value, Markdown):
        return value
    text = re.sub(r"([\\`*_\[\]<>|~&$])", r"\\\1", one_line(str(value)))
    text = re.sub(
        r"^([-+=#]|\d+(?=[.)](?:\s|$)))", lambda start: start[0] + "\\" if start[0].isdigit() else "\\" + start[0], text
    )
    return Markdown(
        text.replace("://", r"\://").replace("www.", r"www\.").replace("WWW.", r"WWW\.").replace("@", "@\u2060")
    )


def short_time(moment: datetime, timezone: str) -> str:
    """Wednesday 6 May 2026, 08:31 EDT, on the clock of an IANA time zone."""
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{long_date(local)}, {local:%H:%M %Z}"


def short_date(day: date) -> str:
    """Wed 6 May 2026."""
    return f"{day:%a} {day.day} {day:%B %Y}"


def plain_date(moment: datetime, timezone: str) -> str:
    """6 May 2026, on the clock of an IANA time zone."""
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{local.day} {local:%B %Y}"


def number(count: int) -> str:
    """1,234."""
    return f"{count:,}"


def usd(dollars: Decimal | None) -> str:
    """$1.36, or $0.0042 where cents would hide it; "unknown" for None."""
    if dollars is None:
        return "unknown"
    if 0 < dollars < Decimal("0.0001"):
        return "less than $0.0001"
    return f"${dollars:,.2f}" if dollars >= Decimal("0.1") or not dollars else f"${dollars:.4f}"


def address(url: str) -> Markdown:
    """A link's target in Markdown: what could end it is percent-encoded."""
    return Markdown(quote(url, safe="/:?&=#%~@"))


def wrapped(text: str, indent: int = 0) -> str:
    """Lines of at most 72 characters, for plain-text mail, all but the first indented. Addresses stay whole."""
    return textwrap.fill(
        text,
        72,
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    ).lstrip()


def names(authors: Sequence[str], most: int) -> str:
    """`Ada Quill, Bruno Sedge and 12 more`: readable names, at most `most` of them."""
    shown = ", ".join(to_unicode(author) for author in authors[:most])
    return shown if len(authors) <= most else f"{shown} and {len(authors) - most} more"


def clipped(text: str, most: int) -> str:
    """At most `most` characters, cut between words. The sign … says so, unless a sentence ends there."""
    if len(text) <= most:
        return text
    kept = text[:most].rsplit(" ", 1)[0][: most - 1].rstrip(" ,;:–-(&")
    return kept if re.search(r"[.!?…][)\]\"'”’]*$", kept) else f"{kept}…"


def tag_name(tag: HotTag) -> str:
    """A hot tag as readers see it: daily hot."""
    return tag.replace("_", " ")


def formula(tex: str) -> str:
    """One formula without delimiters in one readable line."""
    return one_line(formula_to_unicode(clean(tex)))


def language_name(code: str) -> str:
    """German for de."""
    return LANGUAGES.get(code, code)


def topic_name(topic_id: str | None, profile: Profile) -> str:
    """The name of a profile's topic; the id itself where the profile has no such topic; empty for None."""
    topic = profile.topic(topic_id) if topic_id else None
    return one_line(topic.name if topic else topic_id or "")


# tex: readable Unicode. math: HTML with MathML. linked, cited: on the output of math. verbatim, address: for Markdown.
# Of one formula alone: formula, rows: readable Unicode. mathml, display: MathML or None.
FILTERS: dict[str, Callable[..., object]] = {
    "tex": to_unicode,
    "math": to_html,
    "formula": formula,
    "rows": formula_rows,
    "mathml": mathml,
    "display": display_mathml,
    "abs_address": abs_address,
    "linked": linked,
    "cited": cited,
    "clean": clean,
    "verbatim": Markdown,
    "address": address,
    "wrapped": wrapped,
    "one_line": one_line,
    "names": names,
    "clipped": clipped,
    "tag_name": tag_name,
    "topic_name": topic_name,
    "language": language_name,
    "long_date": long_date,
    "short_date": short_date,
    "short_time": short_time,
    "plain_date": plain_date,
    "number": number,
    "usd": usd,
}


def render(template: str, /, **values: object) -> str:
    """Fill in one template. Raises RenderError, naming the template, if it is missing, broken or lacks a value."""
    try:
        return _environment_of(template).get_template(template).render(**values)
    except TemplateError as error:
        raise RenderError(f"{template}: {error}", permanent=True) from error


def _environment_of(template: str) -> Environment:
    if template.endswith(".mrkdwn.j2"):
        return _slack()
    return _markdown() if template.endswith(".markdown.j2") else _environment()


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
    environment.filters.update(FILTERS)
    return environment


@cache
def _slack() -> Environment:
    return _environment().overlay(autoescape=False, finalize=escape_mrkdwn)


@cache
def _markdown() -> Environment:
    return _environment().overlay(autoescape=False, finalize=escape_markdown)
