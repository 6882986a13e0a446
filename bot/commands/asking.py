"""The verbs that ask about papers: search, why, similar."""

from bot.commands.advice import advice, decisive
from bot.commands.days import say, today_of
from bot.commands.table import Ask
from bot.commands.words import Part, paper_id, parts, since, something, topic_of, wrong
from bot.domain.conversation import Reply
from bot.domain.query import Query
from bot.domain.receipt import Fate
from bot.domain.selection import passes
from bot.errors import CommandError

MOST_FOUND, MOST_SIMILAR, MOST_PARTS = 8, 5, 20
MOST_SIGHTINGS, MOST_FATES = 6, 4
SEARCH = 'search "mixture of experts" author:Quill since:3m'


def search(ask: Ask) -> Reply:
    """search WORDS - papers with these words, of everything ever seen, shown or not; best first.

    Looks in title, abstract, authors and comment; all of it must fit. Quote what belongs together. Narrow it by
    author:NAME or author:"FIRST LAST", topic:T, since:7d (or 2w, 3m, a date).
    Example: /papers search "mixture of experts" author:Quill since:3m
    """
    query = _query(ask)
    found = ask.desk.library.search(query, ask.profile, MOST_FOUND)
    values = {"asked": ask.words, "query": query, "found": found}
    return Reply("search", values)


def why(ask: Ask) -> Reply:
    """why ID - what became of a paper, step by step, and what would have shown it.

    The id is as arXiv writes it, or a link to the paper.
    Example: /papers why 2605.01234
    """
    arxiv_id = _only_paper(ask, "why 2605.01234")
    trace = ask.desk.library.trace(arxiv_id, ask.profile)
    advised, score = advice(trace, ask.profile), trace.verdict.score if trace.verdict else None
    values = {
        "profile": ask.profile,
        "trace": trace,
        "decided": decisive(trace),
        "sightings": trace.sightings[-MOST_SIGHTINGS:],
        "fates": trace.fates[-MOST_FATES:],
        "shown_on": next((one.day for one in trace.fates if one.paper.fate is Fate.SHOWN), None),
        "passes_now": passes(score, ask.profile.cutoffs) if score else None,
        "advice": advised,
    }
    buttons = [say(ask, one.label, one.command) for one in advised if one.label]
    if trace.paper:
        buttons.append(say(ask, "Similar papers", f"similar {arxiv_id}"))
    return Reply("why", values, tuple(buttons))


def similar(ask: Ask) -> Reply:
    """similar ID - the papers whose words are nearest to this one's, of everything ever seen.

    The id is as arXiv writes it, or a link to the paper.
    Example: /papers similar 2605.01234
    """
    arxiv_id = _only_paper(ask, "similar 2605.01234")
    paper = ask.desk.library.papers([arxiv_id]).get(arxiv_id)
    if paper is None:
        raise CommandError(
            f"The bot has not seen {arxiv_id}, so it cannot compare it: it knows what it read in its own listings",
            hint=f"For more on it: /papers why {arxiv_id}",
        )
    hits = ask.desk.library.similar(paper, ask.profile, MOST_SIMILAR)
    return Reply("similar", {"paper": paper, "hits": hits}, (say(ask, "What became of it", f"why {arxiv_id}"),))


def _only_paper(ask: Ask, usage: str) -> str:
    words = something(ask.words, "the paper's id", usage).split()
    if len(words) > 1:
        raise wrong("Name one paper, and nothing else", usage)
    return paper_id(words[0], usage)


def _query(ask: Ask) -> Query:
    """What was typed after search. Raises CommandError."""
    found = parts(something(ask.words, "what to look for", SEARCH), ("author", "topic", "since"), SEARCH)
    if len(found) > MOST_PARTS:
        raise wrong(f"That is too much to look for at once: name at most {MOST_PARTS} words and phrases", SEARCH)
    words = [part for part in found if not part.key]
    topic, first = _one(found, "topic"), _one(found, "since")
    query = Query(
        words=tuple(part.text for part in words if not part.quoted),
        phrases=tuple(part.text for part in words if part.quoted),
        authors=tuple(part.text for part in found if part.key == "author"),
        topic=topic_of(topic.text, ask.profile, SEARCH).id if topic else None,
        since=since(first.text, today_of(ask), SEARCH) if first else None,
    )
    texts = (*query.words, *query.phrases, *query.authors)
    if query.topic is None and not any(letter.isalnum() for text in texts for letter in text):
        raise wrong("Name a word, a phrase, an author or a topic to look for", SEARCH)
    return query


def _one(found: tuple[Part, ...], key: str) -> Part | None:
    """The part of that key, which may be given once."""
    given = [part for part in found if part.key == key]
    if len(given) > 1:
        raise wrong(f"{key}: may be given once", SEARCH)
    return given[0] if given else None
