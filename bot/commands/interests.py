"""categories, authors and keywords: where papers come from, whose are always shown, and which words keep them out."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from bot.commands.proposing import Draft, changed, propose
from bot.commands.table import Ask
from bot.commands.values import group
from bot.commands.words import quoted, something, wrong
from bot.domain.conversation import Reply
from bot.domain.folding import fold
from bot.domain.paper import is_within
from bot.domain.person import is_by, is_name
from bot.domain.taxonomy import CATEGORIES

LONGEST_NAME, LONGEST_WORDS = 100, 100  # characters of a followed author's name, and of muted words
MUTE = "keywords mute federated learning"


def categories(ask: Ask) -> Reply:
    """categories - which arXiv categories are read, and how to change them.

    Example: /papers categories
    """
    return group("categories", {"add": "stat.ML", "remove": ask.profile.categories[-1]}, ask)


def categories_add(ask: Ask) -> Reply:
    """categories add CATEGORY… - read these arXiv categories, too.

    Example: /papers categories add stat.ML eess.AS
    """
    there = ask.profile.categories
    example = _to_add(there)
    wanted = tuple(_category(word, there) for word in _words(something(ask.words, "the category", example), example))
    _refuse_twice(wanted, example)
    for one in wanted:
        if wider := next((other for other in there if is_within(one, other)), None):
            why = "is read already" if wider == one else f"is read already, as a part of {wider}"
            raise wrong(f"{one} {why}", f"categories remove {wider}", "To end that")
    return _proposed(ask, example, categories=(*there, *wanted))


def categories_remove(ask: Ask) -> Reply:
    """categories remove CATEGORY… - no longer read these arXiv categories.

    Example: /papers categories remove cs.CL
    """
    there = ask.profile.categories
    example = f"categories remove {there[-1]}"
    spelled = {one.casefold(): one for one in there}
    words = _words(something(ask.words, "the category", example), example)
    if missing := next((word for word in words if word.casefold() not in spelled), None):
        raise wrong(f"{quoted(missing)} is not read. Read are {_listed(there)}", example)
    gone = tuple(spelled[word.casefold()] for word in words)
    _refuse_twice(gone, example)
    left = tuple(one for one in there if one not in gone)
    if not left:
        raise wrong("A profile reads at least one category. Add another one first", _to_add(there))
    return _proposed(ask, example, categories=left)


def authors(ask: Ask) -> Reply:
    """authors - whose papers are always shown, and how to change that.

    Example: /papers authors
    """
    return group("authors", {"follow": "Ada Quill", "unfollow": "Ada Quill"}, ask)


def authors_follow(ask: Ask) -> Reply:
    """authors follow NAME - always show the papers of this author, whatever their scores.

    Write the name as it stands on papers. A name without middle names finds them all.
    Example: /papers authors follow Ada Quill
    """
    example = _to_follow(ask.profile.follows)
    name = _unquoted(something(ask.words, "the author's name", example))
    if not is_name(name) or len(name) > LONGEST_NAME:
        raise wrong(f"{quoted(name)} is no name that could stand on a paper", example)
    if known := next((one for one in ask.profile.follows if is_by(one, name)), None):
        as_what = "" if fold(known) == fold(name) else f", as {known}"
        raise wrong(f"{name} is followed already{as_what}", f"authors unfollow {known}", "To end that")
    return _proposed(ask, example, follows=(*ask.profile.follows, name))


def authors_unfollow(ask: Ask) -> Reply:
    """authors unfollow NAME - show the papers of this author as all others, by their scores.

    Example: /papers authors unfollow Ada Quill
    """
    known = ask.profile.follows
    if not known:
        raise wrong("Nobody is followed", _to_follow(known))
    example = f"authors unfollow {known[0]}"
    name = _unquoted(something(ask.words, "the author's name", example))
    found = [one for one in known if fold(one) == fold(name)] or [one for one in known if is_by(one, name)]
    gone = _only(found, name, known, "followed", example)
    return _proposed(ask, example, follows=tuple(one for one in known if one != gone))


def keywords(ask: Ask) -> Reply:
    """keywords - which words keep a paper out, and how to change that.

    Example: /papers keywords
    """
    return group("keywords", {"mute": "federated learning", "unmute": "federated learning"}, ask)


def keywords_mute(ask: Ask) -> Reply:
    """keywords mute WORDS - leave out papers that hold these words, one after the other, in title or abstract.

    Papers of authors whom you follow are shown all the same.
    Example: /papers keywords mute federated learning
    """
    words = _unquoted(something(ask.words, "what to mute", MUTE))
    if len(words) > LONGEST_WORDS or len(re.sub(r"[\W_]", "", words)) < 2:
        raise wrong(f"Muted words have from 2 letters to {LONGEST_WORDS} characters, not as {quoted(words)}", MUTE)
    if known := next((one for one in ask.profile.muted_words if _bare(one) == _bare(words)), None):
        raise wrong(f"“{known}” is muted already", f"keywords unmute {known}", "To end that")
    return _proposed(ask, MUTE, muted_words=(*ask.profile.muted_words, words))


def keywords_unmute(ask: Ask) -> Reply:
    """keywords unmute WORDS - no longer leave out papers for these words.

    Example: /papers keywords unmute federated learning
    """
    known = ask.profile.muted_words
    if not known:
        raise wrong("No words are muted", MUTE)
    example = f"keywords unmute {known[0]}"
    words = _unquoted(something(ask.words, "what to unmute", example))
    gone = _only([one for one in known if _bare(one) == _bare(words)], words, known, "muted", example)
    return _proposed(ask, example, muted_words=tuple(one for one in known if one != gone))


def _to_add(there: Sequence[str]) -> str:
    """An example of a category that is not there."""
    return f"categories add {next((one for one in ('stat.ML', 'eess.AS') if one not in there), 'math.OC')}"


def _to_follow(follows: Sequence[str]) -> str:
    """An example of an author who is not followed."""
    return f"authors follow {'Bruno Sedge' if 'Ada Quill' in follows else 'Ada Quill'}"


def _words(text: str, usage: str) -> Sequence[str]:
    found = text.replace(",", " ").split()
    if not found:
        raise wrong("The category is missing", usage)
    return found


def _category(word: str, there: Sequence[str]) -> str:
    """The category as arXiv writes it. there: those that the profile has, which count whatever they are."""
    spelled = {one.casefold(): one for one in (*CATEGORIES, *there)}
    if found := spelled.get(word.casefold()):
        return found
    near = [spelled[one] for one in get_close_matches(word.casefold(), spelled, 1)]
    told = f"The nearest is {near[0]}" if near else "They are listed on arxiv.org/category_taxonomy"
    example = f"categories add {near[0]}" if near and near[0] not in there else _to_add(there)
    raise wrong(f"arXiv has no category {quoted(word)}. {told}", example)


def _refuse_twice(names: Sequence[str], usage: str) -> None:
    if twice := next((one for one in names if names.count(one) > 1), None):
        raise wrong(f"{twice} is there twice", usage)


def _only(found: Sequence[str], typed: str, known: Sequence[str], what: str, usage: str) -> str:
    """The one that was found. Raises CommandError if that is none, or several."""
    if len(found) == 1:
        return found[0]
    if found:
        raise wrong(f"{quoted(typed)} may be any of {_listed(found)}", usage)
    near = get_close_matches(fold(typed), {fold(one): one for one in known}, 1, cutoff=0.5)
    meant = next((one for one in known if near and fold(one) == near[0]), None)
    told = f"The nearest is “{meant}”" if meant else f"{what.capitalize()} so far: {_listed(known)}"
    raise wrong(f"{quoted(typed)} is not {what}. {told}", f"{' '.join(usage.split()[:2])} {meant or known[0]}")


def _listed(names: Sequence[str], most: int = 8) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def _bare(words: str) -> str:
    """For comparing: as MutedWords compares, near enough."""
    return " ".join(re.findall(r"[^\W_]+(?:\+\+|#)?", fold(words)))


def _unquoted(text: str) -> str:
    bare = " ".join(text.split())
    return bare[1:-1].strip() if len(bare) > 2 and bare[0] == bare[-1] == '"' else bare


def _proposed(ask: Ask, usage: str, **fields: object) -> Reply:
    after = changed(ask.profile, usage, **fields)
    return propose(Draft(ask.profile, after), ask.asker, ask.desk)
