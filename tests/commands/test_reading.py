"""today, top, topics, search, similar, help and the overview, over digests that the real selection made."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.commands import VERBS, answer
from bot.commands.table import Verb
from bot.domain.conversation import Act, Reply
from bot.domain.digest import Digest
from bot.domain.profile import Pause, Profile
from bot.domain.runs import DayStatus, RunState
from bot.render.replies import reply_text
from tests.examples import DAY, MEMORY, NOON, ROUTING, announced, digest, profile, verdict
from tests.fakes.desk import TERMINAL, memory_desk

EARLIER = DAY - timedelta(days=1)


def told(reply: Reply) -> str:
    """The reply's words in one line."""
    return " ".join(reply_text(reply).split())


def made(day: date = DAY, *numbers: int, for_profile: Profile | None = None, **scores: int) -> Digest:
    """A digest of that day that shows these papers."""
    given = numbers or (1, 2)
    verdicts = tuple(verdict(number, **{"relevance": 8 + number % 2, **scores}) for number in given)
    return replace(digest(tuple(announced(number) for number in given), verdicts, for_profile), day=day)


def ask(text: str, *digests: Digest, reader: Profile | None = None, now: datetime = NOON, **fields: object) -> str:
    return told(answer(text, TERMINAL, memory_desk(reader or profile(), digests=digests, now=now, **fields)))


def test_today_is_the_newest_digest_with_scores_comment_and_link() -> None:
    said = ask("today", made(EARLIER, 5), made())
    assert "Digest of Wed 6 May 2026" in said
    assert "1. On Finding Number 1 (https://arxiv.org/abs/2613.00001) relevance 9, novelty 8" in said
    assert "A new routing rule." in said
    assert "Number 5" not in said


def test_today_says_when_the_newest_digest_is_not_todays_and_why() -> None:
    waiting = (DayStatus(DAY, RunState.WAITING, "arXiv does not show it yet"),)
    said = ask("today", made(EARLIER), statuses=lambda _: waiting)
    assert "This is the newest digest." in said
    assert "was due at Wednesday 6 May 2026, 08:30 EDT and is not there yet: arXiv does not show it yet" in said


def test_today_before_any_digest_says_when_the_first_one_comes() -> None:
    assert "There is no digest of The group yet. Next digest: Thursday 7 May 2026" in ask("today")


def test_today_of_a_topic_names_only_its_papers() -> None:
    both = digest((announced(1), announced(2)), (verdict(1), verdict(2, primary_topic="memory")))
    assert "Number 1" not in ask("today memory", both)
    assert "Number 2" in ask("today 2", both)
    assert "No paper of this topic was shown" in ask("today memory", made())


def test_today_counts_the_papers_that_it_does_not_name_and_links_to_the_page() -> None:
    said = ask("today", made(DAY, *range(1, 16)))
    assert "and 5 more papers on the page (https://papers.example/group/2026-05-06/)" in said


def test_today_of_a_topic_says_how_to_see_the_rest_of_it() -> None:
    said = ask("today routing", made(DAY, *range(1, 13)), page=lambda *_: None)
    assert "and 2 more papers: `/papers top 30 routing since 2026-05-06`" in said


def test_a_quiet_day_is_not_the_newest_digest() -> None:
    quiet = replace(digest((), ()), day=DAY, quiet="no listing")
    assert "Digest of Tue 5 May 2026" in ask("today", made(EARLIER), quiet)


def test_top_orders_by_relevance_then_novelty_and_names_a_paper_once() -> None:
    said = ask(
        "top 2", made(EARLIER, 1, 2, novelty=9), made(DAY, 3, relevance=9, novelty=10), made(DAY, 1, relevance=8)
    )
    assert "The best 2 of 3 papers shown since Thu 30 April 2026" in said
    assert said.index("Number 3") < said.index("Number 2")


def test_top_counts_back_from_today_and_keeps_to_a_topic() -> None:
    old = made(DAY - timedelta(days=7), 9)
    assert "Number 9" not in ask("top", old, made())
    assert "Number 9" in ask("top since 2w", old, made())
    assert "No paper was shown since Wed 6 May 2026 in Agent memory" in ask("top memory since today", made())


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("top 31", "from 1 to 30, not “31”"),
        ("top 0", "from 1 to 30"),
        ("top -3", "from 1 to 30"),
        ("top 3.5", "from 1 to 30"),
        ("top since", "since needs a time"),
        ("top 5 since never", "is no day that I can read"),
        ("top 5 zebra", "There is no topic “zebra”"),
        ("today zebra", "There is no topic “zebra”"),
        ("topics all", "topics takes no words"),
        ("search", "What to look for is missing"),
        ("search …", "Name a word"),
        ("search since:7d", "Name a word"),
        ("search author:a since:7d since:8d", "since: may be given once"),
        ("search " + "w " * 30, "at most 20 words"),
        ("similar", "The paper's id is missing"),
        ("similar 2613.00001 2613.00002", "Name one paper"),
    ],
)
def test_wrong_words_bring_one_sentence_and_an_example(typed: str, wanted: str) -> None:
    said = ask(typed, made())
    assert wanted in said
    assert "For example: /papers " in said


def test_search_finds_what_was_never_shown_and_says_what_was() -> None:
    low = digest((announced(1), announced(2)), (verdict(1), verdict(2, relevance=3)))
    said = ask('search "finding number" author:"Ada Quill" since:2w', low)
    assert "2 papers for" in said
    assert "2613.00001 · Wed 6 May 2026 · shown" in said
    assert "2613.00002 · Wed 6 May 2026 2." not in said
    assert "Nothing that was ever seen fits zebra" in ask("search zebra", low)
    assert "Nothing that was ever seen fits" in ask("search finding topic:memory", low)


def test_similar_needs_a_paper_that_was_seen() -> None:
    assert "Nearest to On Finding Number 1" in ask("similar 2613.00001", made())
    assert "has not seen 2605.99999" in ask("similar 2605.99999", made())


def test_topics_opens_the_form_and_lists_them_for_whoever_can_see_none() -> None:
    reply = answer("topics", TERMINAL, memory_desk(profile()))
    assert reply.form == "topics"
    assert "1. Sparse routing · routing" in told(reply)


def test_the_overview_tells_whose_digest_it_is_how_it_is_set_and_what_to_try() -> None:
    reply = answer("", TERMINAL, memory_desk(profile(), digests=[made()]))
    said = told(reply)
    for part in (
        "The group",
        "Reads: cs.LG cs.AI",
        "Topics: Sparse routing · Agent memory",
        "relevance 8 · novelty 8 · cap 40",
        "Next digest: Thursday 7 May 2026, 08:30 EDT",
        "Wed 6 May 2026 (https://papers.example/group/2026-05-06/): 2 papers shown of 2 announced",
    ):
        assert part in said
    assert said.count("/papers ") == 6
    assert [one.act for one in reply.buttons] == [Act.TOPICS, Act.CUTOFFS, Act.PAGE]


def test_the_next_digest_waits_for_the_end_of_a_pause() -> None:
    until = replace(profile(), pauses=(Pause(DAY, date(2026, 5, 16)),))  # a Saturday
    assert "Next digest: Monday 18 May 2026, 08:30 EDT; paused until then" in ask("", reader=until)
    ahead = replace(profile(), pauses=(Pause(DAY + timedelta(days=1), date(2026, 5, 16)),))
    said = answer("", TERMINAL, memory_desk(ahead, digests=[made()]))
    assert "Next digest: Monday 18 May 2026, 08:30 EDT; paused until then" in told(said)
    assert any(one.value == "group resume" for one in said.buttons)
    forever = replace(profile(), pauses=(Pause(DAY),))
    assert "no digest comes until somebody says" in ask("", reader=forever)
    assert any(one.value == "group resume" for one in answer("", TERMINAL, memory_desk(forever)).buttons)


def test_a_pause_until_the_end_of_days_has_no_next_digest() -> None:
    assert "no digest comes until" in ask("", reader=replace(profile(), pauses=(Pause(DAY, date.max),)))


def test_the_next_digest_skips_weekends_and_holidays() -> None:
    friday = datetime(2026, 7, 3, 16, tzinfo=UTC)  # arXiv makes no announcement that evening
    done = (DayStatus(date(2026, 7, 3), RunState.COMPLETE),)
    assert "Next digest: Monday 6 July 2026" in ask("", now=friday, statuses=lambda _: done)


def test_help_names_every_verb_and_tells_one_of_them_in_full() -> None:
    said = ask("help")
    assert all(f"`{one.shown}`" in said for one in VERBS)
    assert "For example: `/papers top 10 since 2w`" in ask("help top")
    assert "The nearest is top" in ask("help tpo")


BARE = profile(topics=(ROUTING,))
FULL = profile(
    categories=("cs.LG", "cs.AI", "cs.CL"),
    topics=(ROUTING, replace(MEMORY, muted=True)),
    follows=("Ada Quill",),
    muted_words=("federated learning",),
    pauses=(Pause(DAY),),
)


@pytest.mark.parametrize("one", VERBS, ids=lambda one: one.name)
def test_every_verb_tells_in_a_line_what_it_does_and_its_examples_can_be_typed(one: Verb) -> None:
    """A docstring is help, so it must not be wrong. What can be done depends on how the profile is."""
    assert one.help.endswith(".")
    examples = answer(f"help {one.name}", TERMINAL, memory_desk(profile())).values["examples"]
    assert isinstance(examples, list)
    assert examples
    for example in examples:
        assert example.startswith(f"/papers {one.name}")
        desks = [memory_desk(reader, digests=[made()]) for reader in (BARE, profile(), FULL)]
        said = [answer(example, TERMINAL, desk) for desk in desks]
        if one.name not in ("undo", "similar"):  # nothing was changed here, and the example's paper is not known
            assert any(reply.template != "trouble" for reply in said), told(said[0])
