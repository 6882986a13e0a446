"""What somebody submitted in a form: is it right, and what would the profile be then.

The fields are those of bot/render/views.py: block_id -> text, such as "keep:routing" or "relevance".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from hashlib import sha256

from bot.commands.proposing import changed
from bot.commands.topic_texts import new_id, wrong_name, wrong_text
from bot.domain.characters import clean, one_line
from bot.domain.conversation import Submitted
from bot.domain.profile import Profile
from bot.domain.topic import Topic

NEW, MUTED, REMOVE = "+1", "muted", "remove"
RANGES = {"relevance": (1, 10), "novelty": (1, 10), "cap": (0, 1000), "daily_hot": (0, 1000), "new_frontier": (0, 1000)}


def version_of(profile: Profile) -> str:
    """The same for equal profiles, in every process; another one for others."""
    values = ((one.name, getattr(profile, one.name)) for one in fields(profile))
    # The schedule holds a set, whose repr has no order.
    texts = (str(value) if name == "schedule" else repr(value) for name, value in values)
    return sha256("\n".join(texts).encode()).hexdigest()[:16]


def check_topics(form: Submitted) -> Mapping[str, str]:
    """block_id -> what is wrong there."""
    wrong: dict[str, str] = {}
    names: dict[str, str] = {}
    rows = [row for row in _rows(form) if row.wanted]
    if not rows:
        last = next((block for block in reversed(list(form.values)) if block.startswith("place:")), "")
        return {last: "A profile needs a topic: leave at least one of these"} if last else {}
    for row in rows:
        if why := wrong_name(row.name, names):
            wrong[f"name:{row.id}"] = why
        if why := wrong_text(row.keep, "what to keep") or ("" if row.keep else "A topic needs a text of what to keep"):
            wrong[f"keep:{row.id}"] = why
        if why := wrong_text(row.leave_out, "what to leave out"):
            wrong[f"leave_out:{row.id}"] = why
        if not re.fullmatch(rf"[0-9]{{1,4}}|{MUTED}|", row.place):
            wrong[f"place:{row.id}"] = "Choose a place"
        names[row.id] = row.name
    return wrong


def after_topics(profile: Profile, form: Submitted) -> Profile:
    """The profile with the topics of the form. Those that the form does not hold are as they were.

    Whoever moves a topic to a place that another one has, gets it there: before the other one if it comes from behind
    it, else after it. A muted topic stays where it is. Raises CommandError if the profile cannot be so.
    """
    rows = {row.id: row for row in _rows(form)}
    placed: list[_Placed] = []
    for number, topic in enumerate(profile.topics, start=1):
        row = rows.get(topic.id)
        if row is None:
            placed.append(_Placed(number, 0, topic))
        elif row.place != REMOVE:
            placed.append(_placed(number, _edited(topic, row), row))
    new = rows.get(NEW)
    if new and new.wanted:
        made = Topic(new_id(new.name, {one.id for one in profile.topics}), new.name, new.keep, new.leave_out)
        placed.append(_placed(len(profile.topics) + 1, made, new))
    placed.sort(key=lambda one: (one.number, one.side))
    return changed(profile, "topics", topics=tuple(one.topic for one in placed))


def check_cutoffs(form: Submitted) -> Mapping[str, str]:
    """block_id -> what is wrong there."""
    wrong = {}
    for which, (least, most) in RANGES.items():
        text = (form.values.get(which) or "").strip()
        if which in form.values and not (re.fullmatch("[0-9]{1,9}", text) and least <= int(text) <= most):
            wrong[which] = f"Give a whole number from {least} to {most}"
    return wrong


def after_cutoffs(profile: Profile, form: Submitted) -> Profile:
    """The profile with the numbers of the form, which check_cutoffs() found right."""
    numbers = {which: int(text) for which in RANGES if (text := form.values.get(which))}
    return changed(profile, "threshold relevance 7", cutoffs=replace(profile.cutoffs, **numbers))


@dataclass(frozen=True)
class _Row:
    """What the form says of one topic. place: a number from 1, muted, remove, or empty."""

    id: str
    name: str
    keep: str
    leave_out: str
    place: str

    @property
    def wanted(self) -> bool:
        """Whether the topic shall be there."""
        return self.place != REMOVE and not (self.id == NEW and not (self.name or self.keep or self.leave_out))


@dataclass(frozen=True)
class _Placed:
    """A topic and the place that it shall have. side: of another one that has this place already."""

    number: int
    side: int
    topic: Topic


def _rows(form: Submitted) -> Iterator[_Row]:
    """Those of the topics' form, in its order."""
    for block in form.values:
        which, _, topic_id = block.partition(":")
        if which == "name":
            name, keep, leave_out, place = (
                form.values.get(f"{part}:{topic_id}") or "" for part in ("name", "keep", "leave_out", "place")
            )
            yield _Row(topic_id, one_line(name), clean(keep).strip(), clean(leave_out).strip(), place.strip())


def _edited(topic: Topic, row: _Row) -> Topic:
    """Texts that only differ in white space, as forms bring them back, are as they were."""
    texts = {
        which: new
        for which, new in (("name", row.name), ("keep", row.keep), ("leave_out", row.leave_out))
        if one_line(new) != one_line(getattr(topic, which))
    }
    return replace(topic, muted=row.place == MUTED, **texts)


def _placed(number: int, topic: Topic, row: _Row) -> _Placed:
    """number: the place that it has now."""
    wanted = int(row.place) if row.place.isdecimal() else number
    return _Placed(wanted, (wanted > number) - (wanted < number), topic)
