"""The first page of the archive: who has digests, and of which days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.render.environment import render

NEWEST = 5  # days that stand there without a click


@dataclass(frozen=True)
class Month:
    """first: its first day. days: newest first."""

    first: date
    days: tuple[date, ...]


@dataclass(frozen=True)
class Shelf:
    """One profile's days. newest, months: newest first; together all days."""

    profile_id: str
    name: str
    count: int
    newest: tuple[date, ...]
    months: tuple[Month, ...]


def index_page(days: Mapping[str, Sequence[date]], names: Mapping[str, str] | None = None) -> str:
    """One HTML file. days: profile id -> its days, newest first. names: profile id -> name, where there is one."""
    known = names or {}
    shelves = [_shelf(profile_id, of_it, known.get(profile_id, profile_id)) for profile_id, of_it in days.items()]
    return render("templates/site/index.html.j2", shelves=shelves) + "\n"


def _shelf(profile_id: str, days: Sequence[date], name: str) -> Shelf:
    by_month = groupby(days[NEWEST:], key=lambda day: day.replace(day=1))
    months = tuple(Month(first, tuple(of_it)) for first, of_it in by_month)
    return Shelf(profile_id, name, len(days), tuple(days[:NEWEST]), months)
