"""What would have shown a paper that was not shown. Pure: the wording is in templates/replies/why.html.j2."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.library import DayFate, Trace
from bot.domain.paper import is_within
from bot.domain.profile import Profile
from bot.domain.receipt import Fate
from bot.domain.recorded import RecordedPaper
from bot.domain.replay import muted_words
from bot.domain.selection import in_muted_topics, passes
from bot.domain.verdict import Score

MORE_CAP, MOST_CAP = 10, 1000
_NOT_LOOKED_AT = (Fate.OTHER_TYPE, Fate.SEEN_BEFORE)


class Way(StrEnum):
    """How a paper could have been shown, or why nothing is to be done."""

    UNSEEN = "unseen"  # no listing that was read holds it
    CATEGORY = "category"  # announced, in categories that the profile does not read
    NO_DIGEST = "no_digest"  # announced in its categories, but there is no digest of that day (yet)
    TYPE = "type"  # announced in a way that the profile does not read
    NEARNESS = "nearness"  # left by the shortlist: others were nearer
    WORDS = "words"  # left by the shortlist: it holds muted words
    TOPIC = "topic"  # its topic is muted
    CUTOFF = "cutoff"  # one score is too low
    CUTOFFS = "cutoffs"  # both are
    PASSES = "passes"  # the cutoffs were lowered since
    CAP = "cap"
    AGAIN = "again"  # it could not be judged, and is tried again


@dataclass(frozen=True)
class Advice:
    """command: what to type, as after /papers; label: of a button for it. Both may be empty."""

    way: Way
    command: str = ""
    label: str = ""


def decisive(trace: Trace) -> DayFate | None:
    """The day that decided on the paper: the one that showed it, or else the last one on which it was looked at."""
    shown = [one for one in trace.fates if one.paper.fate is Fate.SHOWN]
    looked_at = [one for one in trace.fates if one.paper.fate not in _NOT_LOOKED_AT]
    return next(iter((shown or looked_at or list(trace.fates))[::-1]), None)


def advice(trace: Trace, profile: Profile) -> tuple[Advice, ...]:
    """What to do about a paper that was not shown; nothing for one that was."""
    decided = decisive(trace)
    return tuple(_about(decided, trace, profile) if decided else _undecided(trace, profile))


def _about(decided: DayFate, trace: Trace, profile: Profile) -> Iterator[Advice]:
    match decided.paper.fate:
        case Fate.OTHER_TYPE:
            yield Advice(Way.TYPE)
        case Fate.LEFT_BY_SHORTLIST:
            yield from _left(trace, decided.paper, profile)
        case Fate.OVER_CAP:
            cap = min(profile.cutoffs.cap + MORE_CAP, MOST_CAP)
            yield Advice(Way.CAP, f"cap {cap}", f"What if the cap were {cap}?")
        case Fate.FAILED:
            yield Advice(Way.AGAIN)
        case Fate.BELOW_CUTOFF:
            yield from _below(decided.paper.score, profile)
        case Fate.SHOWN | Fate.SEEN_BEFORE:
            return


def _undecided(trace: Trace, profile: Profile) -> Iterator[Advice]:
    paper = trace.paper
    if paper is None:
        yield Advice(Way.UNSEEN)
    elif any(one.read for one in trace.sightings) or any(paper.filed_under(own) for own in profile.categories):
        yield Advice(Way.NO_DIGEST)
    else:
        unread = [one for one in paper.categories if not any(is_within(one, own) for own in profile.categories)]
        if unread:
            yield Advice(Way.CATEGORY, f"categories add {unread[0]}", f"What if you read {unread[0]}?")


def _left(trace: Trace, left: RecordedPaper, profile: Profile) -> Iterator[Advice]:
    """Of the words that kept it out, those that are still muted: all of them stand in its way."""
    if held := muted_words(left):
        listed = f", {held}, ".casefold()
        still = [words for words in profile.muted_words if f", {words}, ".casefold() in listed]
        yield from (Advice(Way.WORDS, f"keywords unmute {words}", f"Unmute “{words}”") for words in still)
    elif authors := trace.paper.authors if trace.paper else ():
        yield Advice(Way.NEARNESS, f"authors follow {authors[0]}", f"Follow {authors[0]}")
    else:
        yield Advice(Way.NEARNESS)


def _below(score: Score | None, profile: Profile) -> Iterator[Advice]:
    """By the cutoffs of now: those of that day may have been others."""
    if score is None:
        return
    cutoffs, muted = profile.cutoffs, profile.muted_topics
    if passes(score, cutoffs):
        topic = next((one for one in (score.primary_topic, *score.matched_topics) if one in muted), None)
        if topic and in_muted_topics(score, muted):
            yield Advice(Way.TOPIC, f"topic unmute {topic}")
        else:
            yield Advice(Way.PASSES)
        return
    lacks = [("relevance", score.relevance)] if score.relevance < cutoffs.relevance else []
    if score.novelty is not None and score.novelty < cutoffs.novelty:
        lacks.append(("novelty", score.novelty))
    for axis, reached in lacks:
        way = Way.CUTOFF if len(lacks) == 1 else Way.CUTOFFS
        yield Advice(way, f"threshold {axis} {reached}", f"What if {axis} {reached} were enough?")
