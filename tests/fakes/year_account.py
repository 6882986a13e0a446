"""The account of an invented year: what became of every paper and of every day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.calendar import announcement_day
from bot.domain.digest import Digest
from bot.domain.listing import Listing
from bot.domain.receipt import Fate
from tests.fakes.year import PAGES_AHEAD, World


@dataclass(frozen=True)
class Account:
    """What became of every paper and day. lost, twice, bought_twice, undelivered, unaccounted, wrong: must be empty.

    gone: papers that nobody can find any more: missing in the feed, and on no page when the bot looked next; or old
    ones that were cross-listed on a day made from submission dates. other: papers by fate, over all digests.
    unaccounted: days neither made nor told. wrong: days whose receipt does not add up.
    """

    days: int
    on_the_day: int
    exactly: int
    approximately: int
    quiet: int
    waiting: tuple[date, ...]
    papers: int
    shown: int
    other: Mapping[str, int]
    late: int
    gone: frozenset[str]
    lost: frozenset[str]
    undelivered: frozenset[str]
    twice: frozenset[str]
    bought_twice: frozenset[str]
    unaccounted: tuple[date, ...]
    wrong: tuple[date, ...]
    told: int
    over: int


def account(lived: World) -> Account:
    """Add everything up."""
    year, made, listings = lived.year, lived.store.made, lived.source.listings
    history, versions = lived.history(year.first), year.versions()
    days = [day for day in year.days if year.first <= day <= lived.profile.schedule.newest_due(lived.time)]
    gone = frozenset(one for day in days for one in _beyond_reach(lived, day))
    papers = {one for day in days for one in year.announced(day)}
    handled: set[str] = set()
    for day, digest in made.items():
        handled |= _ids(listings[day], digest) - {choice.announcement.paper.arxiv_id for choice in digest.unjudged}
    shown = Counter(one for digest in made.values() for one in digest.shown_ids)
    carried = [outlet.shown for outlet in lived.outlets]
    waiting = tuple(day for day in days if day not in history.days or not history.days[day].made)
    digests = [digest for digest in made.values() if digest.quiet is None]
    return Account(
        days=len(days),
        on_the_day=sum(not digest.catch_up for digest in digests),
        exactly=sum(digest.catch_up and not digest.approximate for digest in digests),
        approximately=sum(digest.approximate for digest in digests),
        quiet=len(made) - len(digests),
        waiting=waiting,
        papers=len(papers),
        shown=len(shown),
        other=_fates(digests),
        late=sum(len(digest.late) for digest in digests),
        gone=gone - handled,
        lost=frozenset(papers - handled - gone),
        undelivered=frozenset(one for counts in carried for one in shown if one not in counts),
        twice=frozenset(one for counts in (shown, *carried) for one, times in counts.items() if times > 1),
        bought_twice=frozenset(one for one, times in lived.oracle.bought.items() if times > versions[one]),
        unaccounted=tuple(day for day in waiting if day not in {one.day for one in lived.told}),
        wrong=tuple(one.day for one in digests if one.receipt.announced != len(_ids(listings[one.day], one))),
        told=len(lived.told),
        over=len(lived.over),
    )


def _beyond_reach(lived: World, day: date) -> frozenset[str]:
    """Papers of the day that arXiv did not tell any more when it was asked: see Account.gone."""
    announced = lived.year.announced(day)
    gone = announced & lived.year.missing if not _looked_for(lived, day) else frozenset()
    if day in lived.store.made and lived.store.made[day].approximate:
        gone |= frozenset().union(*(lived.year.announced(one) & announced for one in lived.year.days if one < day))
    return gone


def _looked_for(lived: World, day: date) -> bool:
    """Whether arXiv's pages of the past week still showed `day` when a later day's digest was made."""
    looks = [digest.judged_by.at for later, digest in lived.store.made.items() if later > day and not digest.quiet]
    if not looks:
        return False
    pages = announcement_day(min(looks) + PAGES_AHEAD)
    return sum(day < one <= pages and bool(papers) for one, papers in lived.year.days.items()) < 5


def _ids(listing: Listing, digest: Digest) -> set[str]:
    return set(listing.ids) | set(digest.late)


def _fates(digests: Sequence[Digest]) -> Mapping[str, int]:
    return {fate.value: sum(getattr(digest.receipt, fate.value) for digest in digests) for fate in Fate}
