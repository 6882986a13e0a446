"""The verbs that read digests: today, top, topics."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.commands.days import coming, newest, page_button, say, today_of
from bot.commands.table import Ask
from bot.commands.words import nothing_more, since, topic_of, whole_number, wrong
from bot.domain.conversation import Act, Button, Reply
from bot.domain.library import ShownPaper
from bot.domain.topic import Topic

MOST_TODAY, MOST_TOP, USUAL_TOP, USUAL_DAYS = 10, 30, 5, 7


def today(ask: Ask) -> Reply:
    """today [topic] - the papers of the newest digest, or those of one of its topics.

    A topic is named by its id, its number in the list that topics shows, or how its name begins.
    Example: /papers today 1
    """
    topic = topic_of(ask.words, ask.profile, "today 1") if ask.words else None
    last = newest(ask)
    if last is None:
        return Reply("no_digest", {"profile": ask.profile, "coming": coming(ask)})
    papers = [one for one in ask.desk.library.shown(ask.profile, last.day, last.day) if _within(one, topic)]
    values = {
        "profile": ask.profile,
        "day": last.day,
        "is_today": last.day == today_of(ask),
        "receipt": last.receipt,
        "coming": coming(ask),
        "topic": topic,
        "papers": papers[:MOST_TODAY],
        "more": len(papers[MOST_TODAY:]),
        "page": ask.desk.page(ask.profile, last.day),
    }
    return Reply("today", values, (*page_button(ask, last.day), Button("Change cutoffs", Act.CUTOFFS, ask.profile.id)))


def top(ask: Ask) -> Reply:
    """top [N] [topic] [since 7d] - the best papers shown lately, by relevance and then novelty.

    N is from 1 to 30. since takes 7d, 2w, 3m, a date or a weekday.
    Example: /papers top 10 since 2w
    """
    wanted = _wanted_top(ask)
    first = since(wanted.since, today_of(ask), "top 10 since 2w")
    found = [one for one in ask.desk.library.shown(ask.profile, first, today_of(ask)) if _within(one, wanted.topic)]
    best = best_of(found)
    values = {
        "profile": ask.profile,
        "since": first,
        "topic": wanted.topic,
        "papers": best[: wanted.count],
        "total": len(best),
        "asked": wanted.count,
    }
    longer = f"top {wanted.count} since 30d"
    wider = first > today_of(ask) - timedelta(days=29) and wanted.topic is None
    return Reply("top", values, (say(ask, "The last 30 days", longer),) if wider else ())


def topics(ask: Ask) -> Reply:
    """topics - the profile's topics; in Slack, a form to edit, order and leave them out.

    Example: /papers topics
    """
    nothing_more(ask.words, "topics")
    button = Button("Edit topics", Act.TOPICS, ask.profile.id)
    return Reply("topics", {"profile": ask.profile}, (button,), form="topics")


def best_of(papers: list[ShownPaper]) -> list[ShownPaper]:
    """Each paper once, best first: by relevance, novelty, and how late it was shown."""
    once = {one.paper.arxiv_id: one for one in sorted(papers, key=lambda one: one.day)}
    return sorted(
        once.values(),
        key=lambda one: (-one.verdict.relevance, -(one.verdict.novelty or 0), -one.day.toordinal(), one.paper.arxiv_id),
    )


@dataclass(frozen=True)
class _Top:
    """What `top` was asked for. since: as it was typed."""

    count: int
    topic: Topic | None
    since: str


def _wanted_top(ask: Ask) -> _Top:
    usage = "top 10 since 2w"
    words = re.sub(r"\bsince:", "since ", ask.words, flags=re.IGNORECASE).split()
    place = next((number for number, word in enumerate(words) if word.lower() == "since"), len(words))
    after = " ".join(words[place + 1 :])
    if place < len(words) and not after:
        raise wrong("since needs a time, such as 7d, 2w, 3m or a date", usage)
    del words[place:]
    count = USUAL_TOP
    if words and re.fullmatch(r"[+-]?[0-9][0-9.,]*", words[0]):
        count = whole_number(words.pop(0), "how many papers to show", 1, MOST_TOP, usage)
    topic = topic_of(" ".join(words), ask.profile, usage) if words else None
    return _Top(count, topic, after or f"{USUAL_DAYS}d")


def _within(one: ShownPaper, topic: Topic | None) -> bool:
    """Whether the paper is of that topic: under its heading, or matched besides."""
    return topic is None or topic.id == one.topic or topic.id in one.verdict.matched_topics
