"""What a catch-up over a range of days would take, and how it went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import ceil

from bot.domain.calendar import days_by_rule, knows_holidays_for, quiet_by_list
from bot.domain.outcome import Outcome
from bot.domain.profile import Profile
from bot.domain.runs import SETTLED, DayRuns


@dataclass(frozen=True)
class Terms:
    """What a catch-up has to reckon with.

    delay_s: seconds between two requests to arXiv. usd_per_paper: what the judge takes for one paper; 0 for the offline
    judge, None if nobody knows the price. papers_per_request: in one answer of arXiv's API.
    """

    delay_s: float
    usd_per_paper: Decimal | None
    papers_per_request: int = 500


@dataclass(frozen=True)
class Plan:
    """What there is to do for a profile from announcement day `first` to `last`.

    days: those to make, oldest first. made: how many are made already. papers: expected to be announced on `days`.
    """

    profile: Profile
    first: date
    last: date
    days: tuple[date, ...]
    made: int
    papers: int
    terms: Terms

    @property
    def judged(self) -> int:
        """How many of the papers go to the judge, at most."""
        limit = self.profile.shortlist_limit
        return self.papers if limit is None else min(self.papers, limit * len(self.days))

    @property
    def requests(self) -> int:
        """To arXiv, about: one or more a day, depending on its papers."""
        return len(self.days) + ceil(self.papers / self.terms.papers_per_request)

    @property
    def minutes(self) -> int:
        """How long arXiv's terms of use make it take, at least, rounded up."""
        return ceil(self.requests * self.terms.delay_s / 60)

    @property
    def cost_usd(self) -> Decimal | None:
        """What the judge would take in US dollars, at most; None if nobody knows its price."""
        price = self.terms.usd_per_paper
        return None if price is None else price * self.judged

    @property
    def holidays_known(self) -> bool:
        """Whether arXiv's holidays are known for the whole range; if not, a few of the days will have no listing."""
        return knows_holidays_for(self.first) and knows_holidays_for(self.last)


class Broken(StrEnum):
    """Why a catch-up ended before its last day."""

    STOPPED = "stopped"
    FAILING = "failing"
    BUSY = "busy"  # another process makes a digest of this profile


@dataclass(frozen=True)
class Result:
    """How a catch-up went. left: days that were not tried."""

    outcomes: tuple[Outcome, ...]
    left: tuple[date, ...] = ()
    broken: Broken | None = None

    @property
    def done(self) -> bool:
        """Whether every day has its digest, whole and delivered."""
        return not self.left and all(one.state in SETTLED and not one.undelivered for one in self.outcomes)


def listed_days(first: date, last: date) -> tuple[date, ...]:
    """The days from first to last that have a listing by rule and list."""
    return tuple(day for day in days_by_rule(first, last) if not quiet_by_list(day))


def left_to_make(days: tuple[date, ...], runs: Mapping[date, DayRuns]) -> tuple[date, ...]:
    """Those of the days that lack a digest, or have one with papers that could not be judged."""
    return tuple(day for day in days if day not in runs or runs[day].state not in SETTLED)
