"""What differs between two profiles, in the words of their files."""

from dataclasses import replace
from datetime import date, time

from bot.adapters.profile_file import to_document
from bot.domain.change import differences
from bot.domain.paper import AnnounceType
from bot.domain.profile import Cutoffs, Pause, Profile
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic
from tests.examples import MEMORY, ROUTING, profile


def told(**fields: object) -> tuple[str, ...]:
    return between(profile(), profile(**fields))


def between(before: Profile, after: Profile) -> tuple[str, ...]:
    return differences(to_document(before), to_document(after))


def test_nothing_is_told_of_the_same_profile() -> None:
    assert told() == ()


def test_each_change_is_a_line_under_its_key() -> None:
    changed = told(
        name='The "readers"',
        categories=("cs.LG", "stat.ML"),
        cutoffs=Cutoffs(relevance=7, cap=20),
        schedule=Schedule(time(7, 15), "Europe/Berlin"),
        announce_types=(AnnounceType.NEW,),
        send_empty=False,
        slack_channel="C0HERE",
        shortlist_limit=300,
        follows=("Ada Quill",),
        pauses=(Pause(date(2026, 5, 6)),),
    )
    assert set(changed) >= {
        'name: "The group" → "The \\"readers\\""',
        "categories: added stat.ML",
        "categories: removed cs.AI",
        "cutoffs.relevance: 8 → 7",
        "cutoffs.cap: 40 → 20",
        "announce_types: removed cross",
        "send_empty: true → false",
        'slack_channel: unset → "C0HERE"',
        "shortlist_limit: unset → 300",
        "follows: added Ada Quill",
        "pauses: added since 2026-05-06",
        'timezone: "America/New_York" → "Europe/Berlin"',
    }


def test_topics_are_told_by_their_ids() -> None:
    new = Topic("new", "New", "Keep it.")
    renamed = replace(ROUTING, name="Routing", muted=True)
    assert told(topics=(new, renamed)) == (
        "topics: added new",
        "topics: removed memory",
        'topics.routing.name: "Sparse routing" → "Routing"',
        "topics.routing.muted: false → true",
    )
    assert told(topics=(MEMORY, ROUTING)) == ("topics: now in the order memory, routing",)


def test_of_long_texts_the_words_are_told_where_they_begin_to_differ() -> None:
    text = "The mechanisms by which experts are chosen, and why, in models of any size and kind"
    before, after = (profile(leave_out=f"{text}{end}") for end in (" at work.", " at rest. " + "More. " * 99))
    (line,) = between(before, after)
    assert line.startswith('leave_out: "…work." → "…rest. More. ')
    assert len(line) < 150
    (longer,) = between(profile(leave_out=text), profile(leave_out=f"{text} at work"))
    assert longer == 'leave_out: "…kind" → "…kind at work"'


def test_what_is_unset_again_is_told_so() -> None:
    assert between(profile(slack_channel="C0HERE"), profile()) == ('slack_channel: "C0HERE" → unset',)


def test_of_mail_addresses_only_their_number_is_told_for_the_whole_channel_reads_it() -> None:
    before, after = (
        profile(mail_to=("ada@papers.example",)),
        profile(mail_to=("bo@papers.example", "cy@papers.example")),
    )
    assert between(before, after) == ("mail_to: 2 added, 1 removed",)
