"""What is different between a profile and the same profile as it would be, in words that fit into the history."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import takewhile

from bot.commands.words import quoted
from bot.domain.language import LANGUAGES
from bot.domain.listing import counted
from bot.domain.profile import Pause, Profile
from bot.domain.topic import Topic

MOST_TOLD = 4  # in one line of the history
MOST_NAMES = 8
LONGEST_SHOWN, CONTEXT = 250, 40  # characters of a text that is shown, and before the place where two differ


@dataclass(frozen=True)
class Difference:
    """what: one short clause, old and new value with it where they are short. old, new: the texts where they are long;
    None: there is nothing to show beside `what`."""

    what: str
    old: str | None = None
    new: str | None = None


def in_words(before: Profile, after: Profile) -> tuple[Difference, ...]:
    """Every one, what matters most first; none if the profiles are equal, and only then."""
    found = (
        *_cutoffs(before, after),
        *_members("category", before.categories, after.categories),
        *_topics(before.topics, after.topics),
        *_members("author", _quoted(before.follows), _quoted(after.follows), "followed", "no longer followed"),
        *_members("words", _quoted(before.muted_words), _quoted(after.muted_words), "muted", "no longer muted"),
        *_rest(before, after),
    )
    return tuple(found)


def told(found: Sequence[Difference]) -> str:
    """The differences as one line of the history."""
    rest = f"; and {counted(len(found) - MOST_TOLD, 'more change')}" if len(found) > MOST_TOLD else ""
    return "; ".join(one.what for one in found[:MOST_TOLD]) + rest


_CUTOFFS = {
    "relevance": "relevance cutoff",
    "novelty": "novelty cutoff",
    "cap": "cap",
    "daily_hot": "places for daily hot papers",
    "new_frontier": "places for new frontier papers",
}


def _cutoffs(before: Profile, after: Profile) -> Iterator[Difference]:
    for field, name in _CUTOFFS.items():
        old, new = getattr(before.cutoffs, field), getattr(after.cutoffs, field)
        if old != new:
            yield Difference(f"{name} {old} → {new}")


def _members(
    kind: str, before: Sequence[str], after: Sequence[str], added: str = "added", removed: str = "removed"
) -> Iterator[Difference]:
    """Of a list of texts: which ones are new, which ones are gone, or that only their order differs."""
    new, gone = [one for one in after if one not in before], [one for one in before if one not in after]
    if new:
        yield Difference(f"{kind} {_named(new)} {added}")
    if gone:
        yield Difference(f"{kind} {_named(gone)} {removed}")
    if before != after and not new and not gone:
        yield Difference(f"{kind}: the same ones, written in another order")


def _quoted(values: Iterable[str]) -> list[str]:
    return [f"“{one}”" for one in values]


def _topics(before: Sequence[Topic], after: Sequence[Topic]) -> Iterator[Difference]:
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    for topic in after:
        if topic.id in old:
            yield from _topic(old[topic.id], topic)
        else:
            muted = ", muted" if topic.muted else ""
            yield Difference(f"topic {quoted(topic.name)} added{muted}", new=_texts(topic))
    for topic in before:
        if topic.id not in new:
            yield Difference(f"topic {quoted(topic.name)} removed", old=_texts(topic))
    if [one for one in old if one in new] != [one for one in new if one in old]:
        yield Difference(f"order of topics: {_named([quoted(one.name) for one in after])}")


def _topic(old: Topic, new: Topic) -> Iterator[Difference]:
    name = f"topic {quoted(new.name)}"
    if old.name != new.name:
        yield Difference(f"topic {quoted(old.name)} renamed to {quoted(new.name)}")
    if old.keep != new.keep:
        yield _texts_differ(f"{name}: other text of what to keep", old.keep, new.keep)
    if old.leave_out != new.leave_out:
        texts = (old.leave_out or "nothing", new.leave_out or "nothing")
        yield _texts_differ(f"{name}: other text of what to leave out", *texts)
    if old.muted != new.muted:
        yield Difference(f"{name} {'muted' if new.muted else 'no longer muted'}")


def _texts_differ(what: str, old: str, new: str) -> Difference:
    """Of long texts that begin alike, from a few words before where they differ."""
    if max(len(old), len(new)) <= LONGEST_SHOWN:
        return Difference(what, old, new)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    start = old.rfind(" ", 0, max(0, alike - CONTEXT)) + 1
    before = "… " if start else ""
    return Difference(what, before + old[start:], before + new[start:])


def _texts(topic: Topic) -> str:
    return topic.keep + (f" | {topic.leave_out}" if topic.leave_out else "")


def _rest(before: Profile, after: Profile) -> Iterator[Difference]:
    """The schedule, the language and pauses; of everything else, which no command changes, only that it does."""
    if before.schedule != after.schedule:
        yield Difference(f"schedule {before.schedule} → {after.schedule}")
    if before.language != after.language:
        yield Difference(f"language of notes {LANGUAGES[before.language]} → {LANGUAGES[after.language]}")
    if before.pauses != after.pauses:
        old, new = _pause(before.pauses), _pause(after.pauses)
        yield Difference(f"pause: {old} → {new}" if old != new else "pauses that are over")
    told_already = {"cutoffs", "categories", "topics", "follows", "muted_words", "schedule", "language", "pauses"}
    for field in fields(Profile):
        if field.name not in told_already and getattr(before, field.name) != getattr(after, field.name):
            yield Difference(field.name.replace("_", " "))


def _pause(pauses: Sequence[Pause]) -> str:
    if not pauses:
        return "none"
    last = pauses[-1]
    return f"from {last.since}" + (f" until {last.until}" if last.until else " on")


def _named(values: Iterable[str]) -> str:
    every = list(values)
    rest = f" and {len(every) - MOST_NAMES} more" if len(every) > MOST_NAMES else ""
    return ", ".join(every[:MOST_NAMES]) + rest
