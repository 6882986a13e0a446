"""Which display equations a careful reader would call the key ones of a paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.fulltext import Equation, FullText, Setting
from bot.ranking.anatomy import likeness
from bot.ranking.criteria import findings
from bot.ranking.places import Place, places
from bot.ranking.roles import Role

ENOUGH = 2.0  # points below which an equation is not worth a reader's time
ENOUGH_SHARE = 0.3  # of the best one's points
SAME, ALIKE = 0.85, 0.7  # likeness of two formulas
_SAME_COSTS, _ALIKE_COSTS, _SAME_SYMBOL_COSTS = 100.0, 2.0, 2.0  # points
_NEIGHBOUR_COSTS = 0.4  # points for each one chosen from the same section


@dataclass(frozen=True)
class ChosenEquation:
    """score: points; only for comparing within a paper. reasons: why it was chosen, in words, the weightiest first."""

    equation: Equation
    score: float
    reasons: tuple[str, ...]


def choose(text: FullText, most: int = 6) -> tuple[ChosenEquation, ...]:
    """At most so many, best first; fewer where a paper has fewer that are worth it.

    Fragments, mere symbols and what is stated a second time are never among them.
    """
    waiting = [_judged(place) for place in _stated_once(places(text)) if place.says.whole]
    chosen: list[_Judged] = []
    while len(chosen) < most and (best := _next(waiting, chosen)):
        waiting.remove(best)
        chosen.append(replace(best, points=_among(best, chosen)))
    return tuple(ChosenEquation(one.place.equation, round(one.points, 2), one.reasons) for one in chosen)


@dataclass(frozen=True)
class _Judged:
    place: Place
    points: float
    reasons: tuple[str, ...]


def _judged(place: Place) -> _Judged:
    found = findings(place)
    speaking_for = sorted((one for one in found if one.points > 0), key=lambda one: -one.points)
    return _Judged(place, sum(one.points for one in found), tuple(one.reason for one in speaking_for))


def _next(waiting: Sequence[_Judged], chosen: Sequence[_Judged]) -> _Judged | None:
    enough = max(ENOUGH, ENOUGH_SHARE * chosen[0].points if chosen else 0.0)
    worth = [one for one in waiting if _beside(one, chosen) >= enough]
    return max(worth, key=lambda one: (_among(one, chosen), -one.place.order), default=None)


def _beside(one: _Judged, chosen: Sequence[_Judged]) -> float:
    """Its points once others are chosen: six rows of one derivation say less than six different things."""
    points = one.points
    for other in chosen:
        alike = likeness(one.place.says, other.place.says)
        points -= _SAME_COSTS if alike >= SAME else _ALIKE_COSTS if alike >= ALIKE else 0.0
        if one.place.says.defines and one.place.says.defines == other.place.says.defines:
            points -= _SAME_SYMBOL_COSTS
    return points


def _among(one: _Judged, chosen: Sequence[_Judged]) -> float:
    """The same, and it comes later for each one that was chosen from its section."""
    neighbours = sum(other.place.section.key == one.place.section.key for other in chosen)
    return _beside(one, chosen) - _NEIGHBOUR_COSTS * neighbours


def _stated_once(found: Sequence[Place]) -> Iterator[Place]:
    """Of what is stated more than once, the one in the main text, or else the first; it has the mentions of all."""
    stated: dict[str, list[Place]] = {}
    for place in found:
        stated.setdefault(place.says.form, []).append(place)
    for same in stated.values():
        yield replace(min(same, key=_rank_of_place), mentions=sum(place.mentions for place in same))


def _rank_of_place(place: Place) -> tuple[bool, bool, int]:
    return place.role in {Role.APPENDIX, Role.PROOF}, place.equation.setting is Setting.PROOF, place.order
