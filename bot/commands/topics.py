"""topic add, edit, rename, remove, mute, unmute, order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.commands.proposing import Draft, changed, propose
from bot.commands.table import Ask
from bot.commands.topic_texts import new_id, wrong_name, wrong_text
from bot.commands.values import group
from bot.commands.words import quoted, something, topic_of, wrong
from bot.domain.characters import one_line
from bot.domain.conversation import Reply
from bot.domain.profile import Profile
from bot.domain.topic import Topic

ADDED = "topic add Tool use: how agents learn to call tools | plugins of single products"


def topic(ask: Ask) -> Reply:
    """topic - how to change topics, and which there are.

    Example: /papers topic
    """
    first, last = ask.profile.topics[0].id, ask.profile.topics[-1].id
    examples = {
        "add": ADDED.removeprefix("topic add "),
        "edit": f"{first}: what to keep | what to leave out",
        "rename": f"{first}: another name",
        "remove": first,
        "mute": first,
        "unmute": first,
        "order": last,
    }
    return group("topic", examples, ask)


def topic_add(ask: Ask) -> Reply:
    """topic add NAME: what to keep [| what to leave out] - a new topic, after the others.

    Write whole sentences, as you would tell a colleague what to look for; the judge reads them as they are.
    Example: /papers topic add Tool use: how agents learn to call tools | plugins of single products
    """
    typed = _typed(something(ask.words, "the new topic", ADDED))
    name, topics = _checked_name(typed.topic, ask.profile.topics, ADDED), ask.profile.topics
    if not typed.keep:
        raise wrong(f"What should be kept for {quoted(name)}? Write it after a colon", ADDED)
    _check_texts(typed, ADDED)
    made = Topic(new_id(name, {one.id for one in topics}), name, typed.keep, typed.leave_out or "")
    return _proposed(ask, (*topics, made), ADDED)


def topic_edit(ask: Ask) -> Reply:
    """topic edit TOPIC: what to keep [| what to leave out] - another text for a topic.

    Without a | what to leave out stays as it is. Nothing before the | leaves what to keep as it is.
    Example: /papers topic edit memory: new ways to store and recall | plain retrieval pipelines
    """
    example = f"topic edit {ask.profile.topics[0].id}: what to keep | what to leave out"
    typed = _typed(something(ask.words, "the topic", example))
    old = topic_of(typed.topic, ask.profile, example)
    if typed.keep is None:
        raise wrong(f"What should be kept for {quoted(old.name)}? Write it after a colon", example)
    if not typed.keep and typed.leave_out is None:
        raise wrong(f"A topic needs a text of what to keep; to give up {quoted(old.name)}, remove it", example)
    _check_texts(typed, example)
    leave_out = old.leave_out if typed.leave_out is None else typed.leave_out
    new = replace(old, keep=typed.keep or old.keep, leave_out=leave_out)
    if new == old:
        raise wrong(f"{quoted(old.name)} says just that already", example)
    return _proposed(ask, _replaced(ask.profile, new), example)


def topic_rename(ask: Ask) -> Reply:
    """topic rename TOPIC: NEW NAME - another name for a topic.

    Example: /papers topic rename memory: Memory of agents
    """
    example = f"topic rename {ask.profile.topics[0].id}: another name"
    before, colon, after = re.sub("：", ":", something(ask.words, "the topic", example)).partition(":")
    old = topic_of(before.strip(), ask.profile, example)
    if not colon:
        raise wrong(f"How should {quoted(old.name)} be called? Write it after a colon", example)
    name = _checked_name(after.strip(), [one for one in ask.profile.topics if one.id != old.id], example)
    if name == old.name:
        raise wrong(f"It is called {quoted(name)} already", example)
    return _proposed(ask, _replaced(ask.profile, replace(old, name=name)), example)


def topic_remove(ask: Ask) -> Reply:
    """topic remove TOPIC - give up a topic for good.

    To leave it out for a while, mute it.
    Example: /papers topic remove memory
    """
    example = f"topic remove {ask.profile.topics[0].id}"
    gone = _named(ask, example)
    if len(ask.profile.topics) == 1:
        raise wrong(f"{quoted(gone.name)} is the only topic, and a profile needs one. Add another one first", ADDED)
    return _proposed(ask, tuple(one for one in ask.profile.topics if one.id != gone.id), example)


def topic_mute(ask: Ask) -> Reply:
    """topic mute TOPIC - leave a topic out of the digests until it is unmuted.

    Its papers are still judged; one that also belongs to another topic is still shown.
    Example: /papers topic mute memory
    """
    return _muted(ask, muted=True)


def topic_unmute(ask: Ask) -> Reply:
    """topic unmute TOPIC - show a muted topic again.

    Example: /papers topic unmute memory
    """
    return _muted(ask, muted=False)


def topic_order(ask: Ask) -> Reply:
    """topic order TOPIC TOPIC … - these topics first, the others after them as they are.

    Write ids, numbers or names; names of several words may have commas between them.
    Example: /papers topic order memory routing
    """
    topics = ask.profile.topics
    example = f"topic order {topics[-1].id} {topics[0].id}"
    if len(topics) == 1:
        raise wrong("There is only one topic, so there is no order", ADDED, "To add one")
    first = list(_several(something(ask.words, "the order of topics", example), ask.profile, example))
    if twice := next((one for one in first if first.count(one) > 1), None):
        raise wrong(f"{quoted(twice.name)} is there twice", example)
    ordered = (*first, *(one for one in topics if one not in first))
    if ordered == topics:
        raise wrong("The topics are in that order already", example)
    return _proposed(ask, ordered, example)


@dataclass(frozen=True)
class _Typed:
    """TOPIC: keep | leave_out. None: that part is not there."""

    topic: str
    keep: str | None
    leave_out: str | None


def _typed(words: str) -> _Typed:
    topic_words, *texts = re.split("[:：]", words, maxsplit=1)
    if not texts:
        return _Typed(topic_words.strip(), None, None)
    keep, *leave_out = re.split("[|｜]", texts[0], maxsplit=1)
    return _Typed(topic_words.strip(), keep.strip(), leave_out[0].strip() if leave_out else None)


def _check_texts(typed: _Typed, usage: str) -> None:
    for text, what in ((typed.keep, "what to keep"), (typed.leave_out, "what to leave out")):
        if why := wrong_text(text or "", what):
            raise wrong(why, usage)


def _checked_name(name: str, others: Iterable[Topic], usage: str) -> str:
    if why := wrong_name(name, {one.id: one.name for one in others}):
        raise wrong(why, usage)
    return name


def _named(ask: Ask, usage: str) -> Topic:
    return topic_of(something(ask.words, "the topic", usage), ask.profile, usage)


def _muted(ask: Ask, *, muted: bool) -> Reply:
    word = "mute" if muted else "unmute"
    possible = [one.id for one in ask.profile.topics if one.muted != muted]
    example = f"topic {word} {(possible or [ask.profile.topics[0].id])[0]}"
    old = _named(ask, example)
    if old.muted == muted:
        told, other = ("muted already", "unmute") if muted else ("not muted", "mute")
        raise wrong(f"{quoted(old.name)} is {told}", f"topic {other} {old.id}", "To change that")
    return _proposed(ask, _replaced(ask.profile, replace(old, muted=muted)), example)


def _several(words: str, profile: Profile, usage: str) -> Iterator[Topic]:
    """The topics that the words name, in their order. Where no topic's whole name or id comes next, it is what stands
    before the next comma; without commas, the next word."""
    names = sorted({name for one in profile.topics for name in (one.id, one_line(one.name))}, key=len, reverse=True)
    whole = re.compile(rf"(?:{'|'.join(map(re.escape, names))})(?![^\s,])", re.IGNORECASE)
    part = re.compile("[^,]+" if "," in words else r"\S+")
    left = words.lstrip(", ")
    while found := whole.match(left) or part.match(left):
        yield topic_of(found[0].strip(), profile, usage)
        left = left[found.end() :].lstrip(", ")


def _replaced(profile: Profile, new: Topic) -> tuple[Topic, ...]:
    return tuple(new if one.id == new.id else one for one in profile.topics)


def _proposed(ask: Ask, topics: tuple[Topic, ...], usage: str) -> Reply:
    after = changed(ask.profile, usage, topics=topics)
    return propose(Draft(ask.profile, after), ask.asker, ask.desk)
